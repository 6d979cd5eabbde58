"""Who opened a person's record: an entry of the audit for each day on which somebody else did, which the person reads.

It is written when the page is read, as a denial is, in a transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.services import calendar, ledger
from lms.services.access import Actor, Permission
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.storage.audit import Audit

ACTION = "record.opened"
LOOK_BACK = timedelta(days=365)
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody looked into the record."""

    who: Named
    at: datetime


def is_new(session: Session, actor: Actor, person_id: int, *, now: datetime) -> bool:
    """Is this the first time today that the actor opens this record, which is not their own? Raises Denied."""
    lookup.person(session, actor, Permission.RECORD_READ, person_id)
    if actor.person_id in {None, person_id}:
        return False
    zone = calendar.zone(session)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    known = _of(person_id).where(Audit.actor_id == actor.person_id, Audit.at >= midnight)
    return session.scalar(known.limit(1)) is None


def note(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Write that the actor opened it, once a day. Inside a write transaction. Raises Denied."""
    if is_new(session, actor, person_id, now=now):
        ledger.note(session, actor, ACTION, now=now, subject=("person", person_id))


def openings(session: Session, person_id: int, *, now: datetime) -> tuple[Opening, ...]:
    """Who opened the record in the last year, the latest first. Asks nobody's permission."""
    query = _of(person_id).where(Audit.at >= now - LOOK_BACK).order_by(Audit.id.desc()).limit(MOST)
    rows = session.scalars(query).all()
    known = names(session, {row.actor_id for row in rows if row.actor_id})
    return tuple(Opening(who=known[row.actor_id], at=row.at) for row in rows if row.actor_id)


def _of(person_id: int) -> Select[Audit]:
    return select(Audit).where(Audit.action == ACTION, Audit.subject_kind == "person", Audit.subject_id == person_id)
