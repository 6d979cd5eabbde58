"""The calendar feed: a person's agenda behind a secret address, for the calendar programs that cannot sign in.

The address holds a random token of 32 bytes; the table keeps its digest alone, so no copy of the database opens a
calendar. Whoever has the address reads titles and times of one person's own path until it is revoked, renewed, or the
person may not have a path any more; unknown and revoked addresses are refused alike.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.services import access, ledger
from lms.services.access import Actor, Permission
from lms.services.entry import sessions
from lms.services.learning.agenda import FREE, Agenda, Coming, agenda
from lms.services.organisation import lookup
from lms.storage.people import Contact, Person
from lms.storage.steps import CalendarFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What an address shows: the agenda without free days, in which language, and when that was written down."""

    language: str | None
    """None: the site's."""
    agenda: Agenda
    coming: tuple[tuple[str, Coming], ...]
    """Each with a mark that stays the same while it moves."""
    stamp: datetime


def address_made(session: Session, actor: Actor) -> datetime | None:
    """When one's own address was made; None when there is none. Raises Denied."""
    access.require(actor, Permission.OWN_PATH, access.About(person_id=actor.person_id))
    return session.scalar(select(CalendarFeed.created_at).where(CalendarFeed.person_id == actor.person_id))


def make(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new token for one's own address; that of before ends at once. Nothing can show the token again."""
    person_id = lookup.active(session, actor, Permission.OWN_PATH, actor.person_id or 0).id
    token = secrets.token_urlsafe(32)
    row = session.get(CalendarFeed, person_id) or CalendarFeed(person_id=person_id)
    row.digest, row.created_at = _digest(token), now
    session.add(row)
    ledger.note(session, actor, "calendar.made", now=now, subject=("person", person_id))
    return token


def revoke(session: Session, actor: Actor, *, now: datetime) -> None:
    """End one's own address; nothing is written when there is none."""
    person_id = lookup.active(session, actor, Permission.OWN_PATH, actor.person_id or 0).id
    row = session.get(CalendarFeed, person_id)
    if row is not None:
        session.delete(row)
        ledger.note(session, actor, "calendar.revoked", now=now, subject=("person", person_id))


def read(session: Session, token: str, *, now: datetime) -> Feed:
    """What the address with this token shows. Raises NotFound, in one voice, when it shows nothing (any more)."""
    found = session.execute(
        select(CalendarFeed, Contact.language)
        .join(Person, Person.id == CalendarFeed.person_id)
        .join(Contact, Contact.person_id == CalendarFeed.person_id)
        .where(CalendarFeed.digest == _digest(token), Person.state == "active")
    ).one_or_none()
    own = access.About(person_id=found.CalendarFeed.person_id) if found else None
    if found is None or not access.can(
        sessions.actor_of(session, found.CalendarFeed.person_id), Permission.OWN_PATH, own
    ):
        raise NotFound(said("This calendar is not there."))
    row: CalendarFeed = found.CalendarFeed
    coming = agenda(session, row.person_id, now=now)
    assert coming is not None, "an active person"
    return Feed(
        language=found.language,
        agenda=coming,
        coming=_marked(row, coming),
        stamp=coming.path.stored_at if coming.path else row.created_at,
    )


def _marked(row: CalendarFeed, found: Agenda) -> tuple[tuple[str, Coming], ...]:
    """Each thing with a digest of what it is and of which of its kind, under the feed's own: it says nothing else."""
    counts: dict[str, int] = {}
    marked = []
    for one in found.coming:
        if one.kind in FREE:
            continue
        what = f"{row.digest} {one.kind} {one.about}"
        counts[what] = counts.get(what, 0) + 1
        mark = hashlib.sha256(f"{what} {counts[what]}".encode("utf-8", "replace")).hexdigest()[:32]
        marked.append((mark, one))
    return tuple(marked)


def _digest(token: str) -> str:
    return "sha256:" + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
