"""What of cycles waits for somebody: ratings that are asked of them, and cycles that can be closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import Actor, Permission, can
from lms.services.cycles import finding
from lms.services.organisation.people_shown import Named, names
from lms.services.promotions.deciders import line
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSheet:
    """Ratings of somebody that are asked of an actor, by a day."""

    row: Sheet
    who: Named
    title: str
    """The cycle's; empty for a round."""
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ToClose:
    """A cycle that can be closed: everybody has answered, or its day is over. `who`: of a round its person, else who made it."""

    row: Cycle
    who: Named
    since: datetime


def sheets_of(session: Session, actor: Actor) -> tuple[WaitingSheet, ...]:
    """The ratings that are asked of this actor, the nearest day first."""
    rows = session.execute(_asked(actor).order_by(Cycle.due, Sheet.id)).all()
    known = names(session, {row.person_id for row, _ in rows})
    return tuple(
        WaitingSheet(row=row, who=known[row.person_id], title=cycle.title, due=cycle.due) for row, cycle in rows
    )


def count(session: Session, actor: Actor, *, now: datetime) -> int:
    """How much of cycles waits for this actor."""
    asked = session.scalar(_asked(actor).with_only_columns(func.count())) or 0
    return asked + len(to_close(session, actor, now=now))


def to_close(session: Session, actor: Actor, *, now: datetime) -> tuple[ToClose, ...]:
    """The cycles that this actor closes: what they made themselves, and rounds of those whose nearest manager they are.

    Nothing for who closes none: no query.
    """
    if not can(actor, Permission.CYCLE_CLOSE):
        return ()
    waiting = select(Sheet.id).where(Sheet.cycle_id == Cycle.id, Sheet.state == "waiting")
    done = (Cycle.due < calendar.today(session, now=now)) | ~waiting.exists()
    rows = session.scalars(select(Cycle).where(Cycle.state == "open", done).order_by(Cycle.id)).all()
    mine = _mine(session, actor, rows) if rows else []
    known = names(session, {row.person_id or row.made_by for row in mine})
    return tuple(
        ToClose(row=row, who=known[row.person_id or row.made_by], since=row.opened_at or row.made_at) for row in mine
    )


def _asked(actor: Actor) -> Select[Sheet, Cycle]:
    return (
        select(Sheet, Cycle)
        .join(Cycle, Cycle.id == Sheet.cycle_id)
        .join(Person, Person.id == Sheet.person_id)
        .where(
            Sheet.rater_id == (actor.person_id or 0),
            Sheet.state == "waiting",
            Cycle.state == "open",
            Person.state == "active",
        )
    )


def _mine(session: Session, actor: Actor, rows: Sequence[Cycle]) -> list[Cycle]:
    people = select(Person.id, Person.team_id).where(Person.id.in_([row.person_id for row in rows if row.person_id]))
    teams, standing = dict(session.execute(people).all()), line(session)
    found = []
    for row in rows:
        above = standing.above(row.person_id, teams.get(row.person_id)) if row.person_id else ()
        closers = above[:1] or (standing.administrators if row.person_id else (row.made_by,))
        reaches = can(actor, Permission.CYCLE_CLOSE, finding.about(session, row))
        if actor.person_id in closers and reaches and not finding.is_own(actor, row):
            found.append(row)
    return found
