"""Links that work once: invitations, resets, the confirmation of an address, the first setup.

A link is a row; its token is made from the row under the site's secret key when the mail is written, so that no table,
job or backup holds a token. Looking at a link changes nothing; `use` spends it, in one statement, so that of two who
come at once one is refused. Tampered, foreign, spent and expired links are refused in one voice.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.services import keyed
from lms.storage.accounts import OneTimeLink
from lms.storage.people import Person

PATHS = {
    "invitation": "/invitation/",
    "reset": "/reset/",
    "mail": "/account/mail/confirm/",
    "setup": "/setup/",
}
KEPT = timedelta(days=30)
"""How long a spent or expired link is kept, for whoever asks why theirs does not work."""
BIGGEST = 2**63


class LinkOver(NotFound):
    """The link is spent, expired, replaced by a newer one, or never was one."""

    def __init__(self) -> None:
        super().__init__(said("This link does not work any more."))


def make(
    session: Session,
    kind: str,
    person_id: int | None,
    *,
    now: datetime,
    valid: timedelta,
    payload: str | None = None,
) -> OneTimeLink:
    """A new link; older ones of its kind for the same person die, those too that are made at the same moment."""
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    end_all(session, person_id, kind)
    link = OneTimeLink(
        kind=kind,
        person_id=person_id,
        nonce=secrets.token_urlsafe(32),
        payload=payload,
        created_at=now,
        expires_at=now + valid,
    )
    session.add(link)
    session.flush()  # the token and the mail need its number
    return link


def end_all(session: Session, person_id: int | None, *kinds: str) -> None:
    """The unspent links of these kinds of a person (None: of the setup) work no more."""
    unspent = OneTimeLink.person_id == person_id, OneTimeLink.kind.in_(kinds), OneTimeLink.used_at.is_(None)
    session.execute(delete(OneTimeLink).where(*unspent))


def token(link: OneTimeLink, key: str) -> str:
    """The token of a link, for a mail or the terminal: its number and a digest that only the site can make."""
    said_by = keyed.digest(key, "one-time link", link.kind, link.id, link.nonce, link.person_id)
    return f"{link.id}.{said_by}"


def address(link: OneTimeLink, *, base_url: str, key: str) -> str:
    """The whole address to send. `base_url` is the configured one, never what a request named."""
    return base_url + PATHS[link.kind] + token(link, key)


def find(session: Session, given: str, *kinds: str, key: str, now: datetime) -> OneTimeLink:
    """The link of a token, while it works. Raises LinkOver."""
    number, _, _ = given.partition(".")
    if not (number.isascii() and number.isdigit() and int(number[:20]) < BIGGEST and len(number) < 20):
        raise LinkOver
    works = OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now, OneTimeLink.kind.in_(kinds)
    link = session.scalar(
        select(OneTimeLink)
        .outerjoin(Person, Person.id == OneTimeLink.person_id)
        .where(OneTimeLink.id == int(number), *works)
        .where(or_(OneTimeLink.person_id.is_(None), Person.state == "active"))
    )
    if link is None or not keyed.same(token(link, key), given):
        raise LinkOver
    return link


def use(session: Session, given: str, *kinds: str, key: str, now: datetime) -> OneTimeLink:
    """Spend the link of a token. Raises LinkOver, also for the slower of two who come at once."""
    link = find(session, given, *kinds, key=key, now=now)
    unspent = OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)
    spent = session.execute(update(OneTimeLink).where(*unspent).values(used_at=now))
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkOver
    return link


def forget_old(session: Session, now: datetime) -> int:
    """Delete the links that have been over for a month, and say how many."""
    over = OneTimeLink.expires_at < now - KEPT
    return session.execute(delete(OneTimeLink).where(over)).rowcount  # type: ignore[attr-defined, no-any-return]
