"""What people change about their own account: name, language, time zone, looks, address, and their live sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.interop.reading.text_rules import mail_key
from lms.services import access, ledger
from lms.services.access import About, Actor, Permission
from lms.services.entry import accounts, links, rate_limits, second_factor, sessions
from lms.services.running import outbox
from lms.storage.accounts import Account, OneTimeLink, SignIn
from lms.storage.people import Contact

MAIL_VALID = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a person is called, and in which language and zone they read. None: as the site has it."""

    name: str
    language: str | None
    time_zone: str | None
    shortcuts: bool


def change_profile(session: Session, actor: Actor, profile: Profile, *, now: datetime) -> None:
    """Write one's own profile. Names are clean (`text_rules.clean_name`)."""
    contact = _mine(session, actor)
    contact.name, contact.language = profile.name, profile.language
    contact.time_zone, contact.shortcuts = profile.time_zone, profile.shortcuts
    _note(session, actor, "account.changed", now)


def prefer_theme(session: Session, actor: Actor, theme: str | None, *, now: datetime) -> None:
    """Light, dark, or as the device says (None)."""
    _mine(session, actor).theme = theme
    _note(session, actor, "account.changed", now, theme=theme)


def prefer_language(session: Session, actor: Actor, language: str, *, now: datetime) -> None:
    """Read the pages in this language."""
    _mine(session, actor).language = language
    _note(session, actor, "account.changed", now, language=language)


def ask_for_mail(session: Session, actor: Actor, mail: str, *, key: str, now: datetime) -> OneTimeLink:
    """Send a link to a new address, which changes to it. Says nothing about whose the address is by now.

    Raises ConfirmFirst, TooMany, and Invalid for the address one has.
    """
    accounts.require_confirmed(actor, now)
    contact = _mine(session, actor)
    if mail_key(mail) == contact.mail_key:
        raise Invalid(Problem(said("This is your address already."), field="mail"))
    rate_limits.spend(session, rate_limits.NEW_MAIL, contact.person_id, key=key, now=now)
    link = links.make(session, "mail", contact.person_id, now=now, valid=MAIL_VALID, payload=mail)
    outbox.send(session, "mail-confirm", contact.person_id, now=now, actor=actor, link=link.id)
    _note(session, actor, "account.mail_asked", now)
    return link


def confirm_mail(session: Session, given: str, *, key: str, now: datetime) -> None:
    """Change to the address that a link was sent to, and tell the old one. Raises LinkOver; Conflict when it is taken.

    Open resets die: they were sent to the address of before. The link keeps the old address until the notice is sent.
    """
    link = links.use(session, given, "mail", key=key, now=now)
    contact = session.get(Contact, link.person_id)
    assert contact is not None, "a link of an active person"
    assert link.payload is not None, "a link of kind mail has an address"
    new, link.payload = link.payload, contact.mail
    try:
        with session.begin_nested():
            contact.mail, contact.mail_key = new, mail_key(new)
    except IntegrityError:
        raise Conflict(said("Another account uses this address already.")) from None
    links.end_all(session, contact.person_id, "mail", "reset", "invitation")
    outbox.send(session, "mail-changed", contact.person_id, now=now, link=link.id)
    _note(session, Actor(person_id=contact.person_id), "account.mail_changed", now)


def live(session: Session, actor: Actor, *, now: datetime) -> list[SignIn]:
    """One's own sessions that have not ended, the latest first."""
    mine = SignIn.person_id == actor.person_id, SignIn.expires_at > now, SignIn.seen_at > now - sessions.IDLE
    return list(session.scalars(select(SignIn).where(*mine).order_by(SignIn.seen_at.desc(), SignIn.id)))


def end_one(session: Session, actor: Actor, sign_in_id: int, *, now: datetime) -> None:
    """End one of one's own sessions. Raises NotFound for anybody else's."""
    one = SignIn.id == sign_in_id, SignIn.person_id == actor.person_id
    if session.execute(delete(SignIn).where(*one)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(said("This session has ended."))
    _note(session, actor, "sessions.ended", now, count=1)


def end_others(session: Session, actor: Actor, *, now: datetime) -> int:
    """End all of one's own sessions but this one, and say how many."""
    assert actor.person_id is not None, "the site has no sessions"
    ended = sessions.end_all(session, actor.person_id, but=actor.sign_in_id)
    _note(session, actor, "sessions.ended", now, count=ended)
    return ended


def count_confirmation(session: Session, actor: Actor, *, key: str, now: datetime) -> Account:
    """Count a try to confirm that it is oneself; gives the account to check the password of. Raises TooMany."""
    assert actor.person_id is not None, "the site confirms nothing"
    rate_limits.spend(session, rate_limits.CONFIRM, actor.person_id, key=key, now=now)
    return accounts.of(session, actor.person_id)


def refuse_confirmation(session: Session, actor: Actor, *, now: datetime) -> None:
    """Note that the password was wrong."""
    _note(session, actor, "auth.failed", now)


def confirm(session: Session, actor: Actor, *, code: str, key: str, now: datetime) -> bool:
    """The password was right: if the second factor is, too (where one is in force), this session is fresh again.

    Keep what it wrote also when it gives False: the try is counted.
    """
    assert actor.person_id is not None, "the site confirms nothing"
    factor = accounts.of(session, actor.person_id).totp_since is not None
    if factor and not second_factor.answers(session, actor.person_id, code, key=key, now=now):
        _note(session, actor, "auth.failed", now, factor="second")
        return False
    rate_limits.give_back(session, rate_limits.CONFIRM, actor.person_id, key=key, now=now)
    fresh = {"confirmed_at": now} | ({"second_factor": True} if factor else {})
    session.execute(update(SignIn).where(SignIn.id == actor.sign_in_id).values(fresh))
    _note(session, actor, "auth.confirmed", now)
    return True


def _mine(session: Session, actor: Actor) -> Contact:
    access.require(actor, Permission.ACCOUNT, About(person_id=actor.person_id))
    contact = session.get(Contact, actor.person_id)
    assert contact is not None, "somebody who is signed in"
    return contact


def _note(session: Session, actor: Actor, action: str, now: datetime, **codes: Any) -> None:
    ledger.note(session, actor, action, now=now, subject=("person", actor.person_id), **codes)
