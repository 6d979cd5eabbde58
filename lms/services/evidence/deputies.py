"""Deputies: who looks at what waits for somebody, from a day through another, while they are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Invalid, NotFound, Problem, said
from lms.services import calendar, ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.storage.evidence_pieces import Deputy
from lms.storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsIn:
    """Somebody who stands in, from a day through another."""

    id: int
    who: Named
    first: date
    last: date


def mine(session: Session, actor: Actor, *, now: datetime) -> tuple[StandsIn, ...]:
    """Who stands in for this actor, today or later, the earliest first."""
    rows = _rows(session, actor, calendar.today(session, now=now))
    known = names(session, {row.deputy_id for row in rows})
    return tuple(StandsIn(id=row.id, who=known[row.deputy_id], first=row.first, last=row.last) for row in rows)


def name(session: Session, actor: Actor, who: str, first: date | None, last: date | None, *, now: datetime) -> Deputy:
    """Let somebody look at what waits for this actor, from a day through another.

    Raises Invalid for nobody, oneself, days the wrong way round or over, and days on which somebody stands in already.
    """
    require(actor, Permission.WAITING, About(person_id=actor.person_id))
    me, today = actor.person_id or 0, calendar.today(session, now=now)
    session.execute(select(Person.id).where(Person.id == me).with_for_update())  # two clicks take turns
    problems = [*lookup.on_the_calendar(first, "first"), *lookup.on_the_calendar(last, "last")]
    deputy = lookup.somebody(session, who, field="who")
    if deputy is None or deputy == me:
        problems.append(Problem(said("Choose somebody else who stands in for you."), field="who"))
    if first is None or last is None:
        problems.append(Problem(said("Say from which day until which."), field="first" if first is None else "last"))
    elif last < max(first, today):
        problems.append(Problem(said("The last day must not lie before the first, nor in the past."), field="last"))
    elif any(row.first <= last and row.last >= first for row in _rows(session, actor, today)):
        problems.append(Problem(said("Somebody stands in for you on some of these days already."), field="first"))
    if problems or deputy is None or first is None or last is None:
        raise Invalid(*problems)
    row = Deputy(person_id=me, deputy_id=deputy, first=first, last=last)
    session.add(row)
    data: dict[str, Any] = {"deputy": deputy, "first": first.isoformat(), "last": last.isoformat()}
    ledger.note(session, actor, "deputy.named", now=now, subject=("person", me), **data)
    return row


def end(session: Session, actor: Actor, number: int, *, now: datetime) -> None:
    """Let nobody stand in for these days any more. Raises NotFound for what is not one's own."""
    require(actor, Permission.WAITING, About(person_id=actor.person_id))
    row = session.scalar(select(Deputy).where(Deputy.id == number, Deputy.person_id == (actor.person_id or 0)))
    if row is None:
        raise NotFound(said("There is nobody who stands in for you then."))
    session.delete(row)
    ledger.note(session, actor, "deputy.ended", now=now, subject=("person", row.person_id), deputy=row.deputy_id)


def _rows(session: Session, actor: Actor, today: date) -> Sequence[Deputy]:
    asked = select(Deputy).where(Deputy.person_id == (actor.person_id or 0), Deputy.last >= today)
    return session.scalars(asked.order_by(Deputy.first, Deputy.id)).all()
