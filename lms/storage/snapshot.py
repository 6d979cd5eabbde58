"""The one hinge from rows to engine values: people with everything their paths depend on, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from lms.engine import person as values
from lms.engine.competency import Attainment
from lms.engine.days import DAY, Period
from lms.engine.requirement import CourseDone
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path, Planning
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import (
    Attestation,
    Completion,
    Entry,
    Evidence,
    Exemption,
    Outcome,
    RoleAssignment,
    VersionPin,
)
from lms.storage.site import Holiday

Row = TypeVar("Row", bound=Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The version of a curriculum on which a person stays through the day `until`."""

    entry_id: int
    """The entry of the ledger that says so."""
    curriculum_id: int
    version_id: int
    number: int
    digest: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A person as the engine sees them, the curriculum of their present role (None: no role), what their path
    minimises, their own order of courses, the day of their next role, the versions on which they stay, and how many
    changes of their input had been counted when this was read.
    """

    person: values.Person
    curriculum_id: int | None
    minimise: str
    own_order: tuple[str, ...]
    next_role_on: date | None
    wanted: int
    pins: tuple[Pin, ...] = ()
    """At most one for each curriculum."""


def load_people(session: Session, people: Collection[int], on: date) -> dict[int, Snapshot]:
    """Snapshots of these people by number, their roles as on the day `on`. Who does not exist is left out."""
    plans = session.execute(
        select(Person.id, StudyPlan, Planning.wanted)
        .join(StudyPlan, StudyPlan.person_id == Person.id)
        .outerjoin(Planning, Planning.person_id == Person.id)
        .where(Person.id.in_(people), Person.state == "active")
        .order_by(Person.id)
    ).all()
    roles = _of(session, RoleAssignment, people, "role", "curriculum_id", "starts")
    evidence = _of(session, Evidence, people, "competency", "level", "shown_on", "until", "source")
    completions = _of(session, Completion, people, "course", "completed_on")
    exemptions = _of(session, Exemption, people, "course", "competency", "level", "first", "until")
    attestations = _of(session, Attestation, people, "title", "by", "attested_on")
    outcomes = _of(session, Outcome, people, "metric", "month", "value")
    pins = pins_of(session, people, on)
    away = defaultdict(list)
    for row in session.scalars(select(Away).where(Away.person_id.in_(people)).order_by(Away.first, Away.id)):
        away[row.person_id].append(Period(row.first, row.last))
    holidays = [Period(day, day) for day in session.scalars(select(Holiday.day).order_by(Holiday.day))]
    found = {}
    for number, plan, wanted in plans:
        assigned = sorted(roles[number], key=attrgetter("starts"))
        present, stints = roles_on(assigned, on)
        found[number] = Snapshot(
            person=values.Person(
                id=str(number),
                role=present.role if present else None,
                since=present.starts if present else None,
                stints=stints,
                targets=tuple(plan.targets),
                aim=plan.aim,
                weekly_hours=Fraction(plan.weekly_hundredths, 100),
                evidence=tuple(map(_evidence, evidence[number])),
                completed=tuple(values.Completion(course=course, on=day) for _, course, day in completions[number]),
                exempt=tuple(map(_exemption, exemptions[number])),
                outcomes=_outcomes(outcomes[number]),
                attestations=tuple(
                    values.Attestation(title=a.title, by=a.by, on=a.attested_on) for a in attestations[number]
                ),
                away=(*away[number], *holidays),
            ),
            curriculum_id=present.curriculum_id if present else None,
            minimise=plan.minimise,
            own_order=tuple(plan.own_order),
            next_role_on=next((row.starts for row in assigned if row.starts > on), None),
            wanted=wanted or 0,
            pins=pins.get(number, ()),
        )
    return found


def pins_of(session: Session, people: Collection[int], on: date) -> dict[int, tuple[Pin, ...]]:
    """The versions on which these people stay on the day `on`, by person; of several entries for one curriculum the last
    one counts. Who stays on none is left out.
    """
    entries = in_force(VersionPin).join(CurriculumVersion, CurriculumVersion.id == VersionPin.version_id)
    columns = entries.with_only_columns(
        VersionPin.person_id,
        VersionPin.id,
        VersionPin.curriculum_id,
        VersionPin.version_id,
        CurriculumVersion.number,
        CurriculumVersion.digest,
        VersionPin.until,
    )
    found: dict[int, dict[int, Pin]] = defaultdict(dict)
    these = columns.where(VersionPin.person_id.in_(people), VersionPin.until >= on).order_by(VersionPin.id)
    for person_id, entry_id, curriculum_id, version_id, number, digest, until in session.execute(these):
        found[person_id][curriculum_id] = Pin(
            entry_id=entry_id,
            curriculum_id=curriculum_id,
            version_id=version_id,
            number=number,
            digest=digest,
            until=until,
        )
    return {person: tuple(pins.values()) for person, pins in found.items()}


@cache  # building the statement costs as much as reading fifty people
def in_force(table: type[Row]) -> Select[Row]:
    """The entries of a ledger table that count: not corrected by another, and not only taking one back."""
    later = aliased(table)
    return select(table).where(
        table.withdraws.is_(False),
        ~select(later.id).where(later.corrects_id == table.id).exists(),
    )


def people_in(session: Session, curriculum_id: int) -> list[int]:
    """The active people whose path this curriculum may change, in the order of their numbers: who ever held a role of
    it, and who without a role plans with it or may do so from now on.
    """
    held = select(RoleAssignment.person_id).where(RoleAssignment.curriculum_id == curriculum_id)
    follows = select(Path.person_id).join(CurriculumVersion).where(CurriculumVersion.curriculum_id == curriculum_id)
    seeks = select(Planning.person_id).where(Planning.why_none == "unknown-role")
    wants = select(Planning.person_id).where(
        Planning.why_none.is_distinct_from("no-target") | (Planning.planned < Planning.wanted),
        Planning.person_id.not_in(select(RoleAssignment.person_id)),
    )
    touched = or_(*(Person.id.in_(some) for some in (held, follows, seeks, wants)))
    return list(session.scalars(select(Person.id).where(touched, Person.state == "active").order_by(Person.id)))


def _of(session: Session, table: type[Entry], people: Collection[int], *columns: str) -> dict[int, list[Any]]:
    """The entries that count, by person, in the order in which they came in; only these columns of them."""
    found: dict[int, list[Any]] = defaultdict(list)
    entries = _entries(table, *columns)  # type: ignore[arg-type]  # a class can be hashed; mypy looks at its instances
    for row in session.execute(entries, {"people": list(people)}):
        found[row[0]].append(row)
    return found


@cache
def _entries(table: type[Entry], *columns: str) -> Any:
    these = table.person_id.in_(bindparam("people", expanding=True))
    asked = [getattr(table, name) for name in columns]
    counting = in_force(table)  # type: ignore[arg-type]
    return counting.with_only_columns(table.person_id, *asked).where(these).order_by(table.id)


def roles_on(assignments: Sequence[Any], on: date) -> tuple[Any | None, tuple[values.Stint, ...]]:
    """The assignment in force on the day, the first of its run, and the stints before it."""
    runs: list[Any] = []
    for row in assignments:
        if row.starts > on:
            break
        if runs and runs[-1].starts == row.starts:
            runs.pop()  # the later entry of one day is the one that counts
        if not runs or (runs[-1].role, runs[-1].curriculum_id) != (row.role, row.curriculum_id):
            runs.append(row)
    stints = tuple(
        values.Stint(role=run.role, first=run.starts, last=after.starts - DAY)
        for run, after in pairwise(runs)
        if run.role is not None
    )
    present = runs[-1] if runs and runs[-1].role is not None else None
    return present, stints


def _evidence(row: Any) -> values.Evidence:
    return values.Evidence(
        competency=row.competency, level=row.level, on=row.shown_on, until=row.until, source=row.source
    )


def _exemption(row: Any) -> values.Exemption:
    fact = CourseDone(row.course) if row.course is not None else Attainment(row.competency or "", row.level or 0)
    return values.Exemption(fact=fact, on=row.first, until=row.until)


def _outcomes(rows: Iterable[Any]) -> tuple[values.Outcome, ...]:
    latest = {
        (row.metric, row.month): values.Outcome(metric=row.metric, month=row.month, value=row.value) for row in rows
    }
    return tuple(latest.values())
