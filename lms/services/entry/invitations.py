"""Inviting people, resetting passwords, and what whoever holds such a link may do: choose a password, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, said
from lms.interop.reading.text_rules import mail_key
from lms.services import access, ledger
from lms.services.access import SITE, Actor, Permission
from lms.services.entry import accounts, links, rate_limits
from lms.services.running import outbox
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.people import Contact, Person
from lms.storage.site import Site

RESET_VALID = timedelta(hours=2)
DEFAULT_DAYS = 7
"""How long an invitation holds where the site says nothing else."""


def invite(session: Session, actor: Actor, person_id: int, *, now: datetime) -> OneTimeLink:
    """Ask a person by mail to choose a password; an older invitation dies. Also sends it again.

    Raises Conflict when the person was deactivated, or has a password already.
    """
    access.require(actor, Permission.PEOPLE_EDIT, access.About(person_id=person_id))
    person = session.get(Person, person_id)
    if person is None or person.state == "erased":
        raise NotFound(said("There is no such person."))
    if person.state != "active":
        raise Conflict(said("Somebody who was deactivated cannot be invited. Reactivate them first."))
    account = session.get(Account, person_id) or accounts.create(session, person_id)
    if account.password_hash is not None:
        raise Conflict(said("This person has a password already. Send a reset instead."))
    return send(session, actor, person_id, now=now)


def send(session: Session, actor: Actor, person_id: int, *, now: datetime) -> OneTimeLink:
    """Send the invitation for a verb that has asked for permission itself, to an active person without a password."""
    days = session.scalar(select(Site.invitation_days)) or DEFAULT_DAYS
    link = links.make(session, "invitation", person_id, now=now, valid=timedelta(days=days))
    outbox.send(session, "invitation", person_id, now=now, actor=actor, link=link.id)
    ledger.note(session, actor, "person.invited", now=now, subject=("person", person_id))
    return link


def start_reset(session: Session, mail: str, address: str, *, key: str, now: datetime) -> None:
    """Send a reset to whoever has this address. Nobody learns whether there is such a person. Raises TooMany."""
    rate_limits.spend(session, rate_limits.RESET_ADDRESS, address, key=key, now=now)
    rate_limits.spend(session, rate_limits.RESET_ACCOUNT, mail_key(mail), key=key, now=now)
    person_id = session.scalar(
        select(Person.id)
        .join(Contact, Contact.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Contact.mail_key == mail_key(mail), Person.state == "active")
    )
    if person_id is not None:
        _send_reset(session, SITE, person_id, now=now)


def send_reset(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Send a person a reset on somebody's behalf. Raises Conflict when they may not sign in."""
    access.require(actor, Permission.PEOPLE_EDIT, access.About(person_id=person_id))
    person = session.get(Person, person_id)
    if person is None or person.state != "active" or session.get(Account, person_id) is None:
        raise Conflict(said("Only somebody who may sign in can be sent a reset."))
    _send_reset(session, actor, person_id, now=now)


def _send_reset(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    link = links.make(session, "reset", person_id, now=now, valid=RESET_VALID)
    outbox.send(session, "reset", person_id, now=now, actor=actor, link=link.id)
    ledger.note(session, actor, "account.reset_sent", now=now, subject=("person", person_id))


def whose(session: Session, link: OneTimeLink) -> Contact:
    """The person that a link was sent to."""
    contact = session.get(Contact, link.person_id)
    assert contact is not None, "a link of an active person"
    return contact


def accept(session: Session, given: str, password_hash: str, *, key: str, now: datetime) -> int:
    """Spend an invitation or a reset, and set the password; gives the person's number. Raises LinkOver."""
    link = links.use(session, given, "invitation", "reset", key=key, now=now)
    assert link.person_id is not None, "an invitation is somebody's"
    actor = Actor(person_id=link.person_id)
    accounts.store_password(session, link.person_id, password_hash, now=now)
    action = "account.activated" if link.kind == "invitation" else "account.password_reset"
    ledger.note(session, actor, action, now=now, subject=("person", link.person_id))
    if link.kind == "reset":
        outbox.send(session, "password-changed", link.person_id, now=now)
    return link.person_id
