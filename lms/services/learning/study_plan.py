"""A person's own plan, changed by themselves: target, aim, hours, what it minimises, the order of steps, days away.

Each verb writes one audit row and plans the person again in the same transaction, so the next page shows what came of
it. Only the search for the earliest date takes longer than somebody waits, so that is left to the job, and the path is
being recalculated until then. The rules of a plan are those of `services.organisation.assignments`; which step may stand where,
`own_order` says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.engine.days import Period
from lms.errors import Conflict, Invalid, NotFound, Problem, Said, said
from lms.services import calendar, curricula, ledger, paths, replanning
from lms.services.access import About, Actor, Permission, require
from lms.services.learning.own_order import Way, moved
from lms.services.organisation import assignments, lookup
from lms.storage.paths import Path, Planning
from lms.storage.people import Away, StudyPlan

MOST_PERIODS = 50


class Same(Enum):
    """What stays as it is, where None would say that there is none."""

    SAME = "same"


SAME: Literal[Same.SAME] = Same.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """What is to change in a plan; None leaves it as it is (an aim of None takes it away)."""

    targets: Sequence[str] | None = None
    aim: date | Literal[Same.SAME] | None = SAME
    weekly_hundredths: int | None = None
    minimise: str | None = None
    own_order: Sequence[str] | None = None


def use(session: Session, actor: Actor, change: PlanChange, *, now: datetime) -> StudyPlan:
    """Plan with this from now on; what is not given stays. Raises Invalid, Conflict for somebody not active."""
    person_id = _oneself(session, actor)
    plan = session.get_one(StudyPlan, person_id)
    changed = assignments.set_plan(
        session,
        actor,
        person_id,
        plan.targets if change.targets is None else change.targets,
        plan.aim if change.aim is SAME else change.aim,
        plan.weekly_hundredths if change.weekly_hundredths is None else change.weekly_hundredths,
        now=now,
        minimise=change.minimise,
        own_order=None if change.own_order is None else _known(session, person_id, change.own_order, now=now),
        permission=Permission.PLAN_OWN,
    )
    paths.replan_now(session, [person_id], now=now)
    return changed


def move(session: Session, actor: Actor, course: str, way: Way, *, now: datetime) -> StudyPlan:
    """Take a step one place earlier or later; the whole order as it then stands is kept from now on.

    Raises NotFound when it is no step of the path, Conflict with the reason when it cannot stand there or the path is
    just being recalculated.
    """
    person_id = _oneself(session, actor)
    path = session.get(Path, person_id)
    document: dict[str, Any] = json.loads(path.document) if path else {"steps": []}
    if path is None or course not in {step["course"] for step in document["steps"]}:
        raise NotFound(said("There is no such step on this path."))
    planning = session.get(Planning, person_id)
    if planning is not None and planning.planned < planning.wanted:
        raise Conflict(said("Something changed, and the path is being recalculated. Look again in a moment."))
    order = moved(document["steps"], course, way, curricula.version(session, path.version_id).curriculum)
    if isinstance(order, Said):
        raise Conflict(order)
    plan = use(session, actor, PlanChange(own_order=order), now=now)
    session.refresh(path)
    if plan.minimise != "date" and _order(json.loads(path.document)) == _order(document):
        raise Conflict(
            said("It would come back to this place: the dates of sessions, or the earliest date, decide it.")
        )
    return plan


def forget_order(session: Session, actor: Actor, *, now: datetime) -> StudyPlan:
    """Go back to the suggested order of steps."""
    return use(session, actor, PlanChange(own_order=()), now=now)


def days_away(session: Session, actor: Actor) -> Sequence[Away]:
    """One's own days away, the first ones first."""
    require(actor, Permission.PLAN_OWN, About(person_id=actor.person_id))
    own = select(Away).where(Away.person_id == actor.person_id)
    return session.scalars(own.order_by(Away.first, Away.id)).all()


def set_away(session: Session, actor: Actor, periods: Sequence[Period], *, now: datetime) -> None:
    """Be away on these days and no others; writes nothing when that is so already. Raises Invalid."""
    person_id = _oneself(session, actor)
    days = sorted({(period.first, period.last) for period in periods})
    wanted = [Period(first, last) for first, last in days]
    problems = [problem for period in wanted for problem in _wrong_with(period)]
    if len(wanted) > MOST_PERIODS:
        problems.append(Problem(said("Keep at most %(most)s times away.", most=MOST_PERIODS), field="first"))
    if problems:
        raise Invalid(*problems)
    if [Period(row.first, row.last) for row in days_away(session, actor)] == wanted:
        return
    session.execute(delete(Away).where(Away.person_id == person_id))
    session.add_all(Away(person_id=person_id, first=period.first, last=period.last) for period in wanted)
    ledger.note(session, actor, "away.changed", now=now, subject=("person", person_id), periods=len(wanted))
    replanning.input_changed(session, [person_id], now=now, actor=actor)
    paths.replan_now(session, [person_id], now=now)


def add_away(session: Session, actor: Actor, first: date, last: date, *, now: datetime) -> None:
    """Be away on these days, too. Raises Invalid."""
    if first > last:
        raise Invalid(*_backwards())
    set_away(session, actor, [*_periods(session, actor), Period(first, last)], now=now)


def remove_away(session: Session, actor: Actor, away_id: int, *, now: datetime) -> None:
    """Be there on these days after all. Raises NotFound when they are none of one's own."""
    rows = days_away(session, actor)
    if away_id not in {row.id for row in rows}:
        raise NotFound(said("There are no such days away."))
    set_away(session, actor, [Period(row.first, row.last) for row in rows if row.id != away_id], now=now)


def _oneself(session: Session, actor: Actor) -> int:
    """One's own number, locked; who is nobody has no plan."""
    return lookup.active(session, actor, Permission.PLAN_OWN, actor.person_id or 0).id


def _known(session: Session, person_id: int, courses: Sequence[str], *, now: datetime) -> list[str]:
    """These courses once each, as far as a curriculum on offer to the person has them; others mean nothing to anybody."""
    own = curricula.offered_to(session, person_id, calendar.today(session, now=now))
    offered = [one.curriculum.course_by_id for one in own]
    return [course for course in dict.fromkeys(courses) if any(course in known for known in offered)]


def _order(document: dict[str, Any]) -> list[str]:
    return [step["course"] for step in document["steps"]]


def _periods(session: Session, actor: Actor) -> list[Period]:
    return [Period(row.first, row.last) for row in days_away(session, actor)]


def _wrong_with(period: Period) -> list[Problem]:
    if period.first > period.last:
        return _backwards()
    return [*lookup.on_the_calendar(period.first, "first"), *lookup.on_the_calendar(period.last, "last")]


def _backwards() -> list[Problem]:
    return [Problem(said("The last day cannot be before the first."), field="last")]
