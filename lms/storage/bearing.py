"""What of many people's ledgers bears on one role, in four questions for each thousand: roles held, and what was shown.

Everything else of them is neither read nor made a value of. *Instead of:* `standings`, which reads all that a table of
levels shows, and takes seconds for thousands of whom a list shows the nearest few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_
from sqlalchemy.orm import Session

from lms.engine import person as values
from lms.engine.competency import Attainment
from lms.engine.judging.bearing import Bearing
from lms.engine.requirement import CourseDone
from lms.storage.record import Completion, Entry, Evidence, Exemption, Outcome, RoleAssignment
from lms.storage.snapshot import in_force, roles_on

CHUNK = 1_000
"""So many people stand in one question: databases bound how many values one may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The role that somebody holds, and its curriculum; None for who holds none."""

    role: str | None
    curriculum_id: int | None


@dataclass(slots=True)
class _Rows:
    evidence: list[values.Evidence] = field(default_factory=list)
    completed: list[values.Completion] = field(default_factory=list)
    exempt: list[values.Exemption] = field(default_factory=list)
    outcomes: dict[tuple[str, date], values.Outcome] = field(default_factory=dict)


def roles_held(session: Session, on: date, people: Sequence[int]) -> dict[int, Held]:
    """The roles that these people hold on a day; who never held one is left out."""
    found: dict[int, list[Any]] = defaultdict(list)
    asked = _of(RoleAssignment, RoleAssignment.role, RoleAssignment.curriculum_id, RoleAssignment.starts)
    for row in _each(session, asked, people):
        found[row[0]].append(row)
    held = {}
    for number, rows in found.items():
        present, _ = roles_on(sorted(rows, key=lambda one: one.starts), on)
        held[number] = Held(
            role=present.role if present else None, curriculum_id=present.curriculum_id if present else None
        )
    return held


def load_bearing(
    session: Session, on: date, people: Sequence[int], what: Bearing
) -> Iterator[tuple[int, values.Person]]:
    """These people in order with nothing but what bears on the role, all of them equal in everything else."""
    found: dict[int, _Rows] = defaultdict(_Rows)
    asked = _of(Evidence, Evidence.competency, Evidence.source, Evidence.level, Evidence.shown_on, Evidence.until)
    for row in _each(session, asked.where(Evidence.competency.in_(what.competencies)), people):
        entry = values.Evidence(competency=row[1], source=row[2], level=row[3], on=row[4], until=row[5])
        found[row[0]].evidence.append(entry)
    done = _of(Completion, Completion.course, Completion.completed_on)
    for row in _each(session, done.where(Completion.course.in_(what.courses)), people):
        found[row[0]].completed.append(values.Completion(course=row[1], on=row[2]))
    for number, exemption in _exemptions(session, people, what):
        found[number].exempt.append(exemption)
    if what.metrics:
        for number, outcome in _outcomes(session, on, people, what):
            found[number].outcomes[outcome.metric, outcome.month] = outcome
    for number in people:
        rows = found.get(number) or _Rows()
        yield (
            number,
            values.Person(
                id="",
                evidence=tuple(rows.evidence),
                completed=tuple(rows.completed),
                exempt=tuple(rows.exempt),
                outcomes=tuple(rows.outcomes.values()),
            ),
        )


def _exemptions(session: Session, people: Sequence[int], what: Bearing) -> Iterator[tuple[int, values.Exemption]]:
    asked = _of(
        Exemption, Exemption.course, Exemption.competency, Exemption.level, Exemption.first, Exemption.until
    ).where(or_(Exemption.course.in_(what.courses), Exemption.competency.in_(what.competencies)))
    for number, course, competency, level, first, until in _each(session, asked, people):
        fact = CourseDone(course) if course is not None else Attainment(competency or "", level or 0)
        yield number, values.Exemption(fact=fact, on=first, until=until)


def _outcomes(session: Session, on: date, people: Sequence[int], what: Bearing) -> Iterator[tuple[int, values.Outcome]]:
    back = on.year * 12 + on.month - 1 - what.months
    since = date(back // 12, back % 12 + 1, 1) if back >= 12 else date.min
    asked = _of(Outcome, Outcome.metric, Outcome.month, Outcome.value)
    asked = asked.where(Outcome.metric.in_(what.metrics), Outcome.month >= since)
    for number, metric, month, value in _each(session, asked, people):
        yield number, values.Outcome(metric=metric, month=month, value=value)


def _of(table: type[Entry], *columns: Any) -> Any:
    """The entries of a table that count, each beginning with whose it is, in the order in which they came."""
    counting = in_force(table).with_only_columns(table.person_id, *columns)  # type: ignore[arg-type]
    return counting.where(table.person_id.in_(bindparam("people", expanding=True))).order_by(table.id)


def _each(session: Session, asked: Any, people: Sequence[int]) -> Iterator[Any]:
    for at in range(0, len(people), CHUNK):
        yield from session.execute(asked, {"people": people[at : at + CHUNK]})
