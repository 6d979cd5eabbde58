"""The first run: nobody has an account, and whoever holds the token of the terminal makes the first administrator.

*Instead of:* a default account, which somebody forgets to change; and an open form for whoever comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.interop.reading.text_rules import mail_key
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.entry import links
from lms.storage.accounts import Account
from lms.storage.people import Contact, Person, RightHeld, StudyPlan
from lms.storage.site import Site

VALID = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSettings:
    """What the first administrator says: about the site, and about themselves. Names and addresses are clean."""

    site_name: str
    language: str
    time_zone: str
    currency: str
    name: str
    mail: str
    password_hash: str


def is_done(session: Session) -> bool:
    """Has the first administrator been made?"""
    return session.scalar(select(Site.set_up_at)) is not None


def token(session: Session, *, now: datetime, key: str) -> str:
    """A new setup token, for the terminal; an older one dies. Raises Conflict when the site is set up."""
    if is_done(session):
        raise Conflict(said("This site is set up already."))
    return links.token(links.make(session, "setup", None, now=now, valid=VALID), key)


def finish(session: Session, given: str, first: FirstSettings, *, key: str, now: datetime) -> int:
    """Spend the token; make the site's settings and the first administrator, whose number it gives. Raises LinkOver."""
    links.use(session, given, "setup", key=key, now=now)
    if is_done(session):
        raise links.LinkOver
    site = session.scalar(select(Site)) or Site()
    site.name, site.language, site.set_up_at = first.site_name, first.language, now
    site.time_zone, site.currency = first.time_zone, first.currency
    person = Person(state="active", created_at=now)
    session.add_all([site, person])
    session.flush()  # the rest needs the person's number
    session.add_all([
        Contact(person_id=person.id, name=first.name, mail=first.mail, mail_key=mail_key(first.mail)),
        Account(person_id=person.id, password_hash=first.password_hash, password_changed_at=now),
        RightHeld(person_id=person.id, held="administrator"),
        StudyPlan(person_id=person.id, targets=[]),
    ])  # fmt: skip
    ledger.note(session, Actor(person_id=person.id), "site.set_up", now=now, subject=("person", person.id))
    return person.id


def over_by_command(session: Session, *, now: datetime) -> None:
    """The first administrator was made on the command line: the pages open with the usual settings, its token dies.

    Writes nothing when the site is set up already.
    """
    if is_done(session):
        return
    site = session.scalar(select(Site)) or Site()
    site.set_up_at = now
    session.add(site)
    links.end_all(session, None, "setup")
    ledger.note(session, SITE, "site.set_up", now=now)
