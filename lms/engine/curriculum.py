"""A curriculum: the competencies, courses and roles of one sales organisation, as values.

A curriculum is a document: edited as a draft, frozen on publish. Nothing here knows a person or a date of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lms.engine.competency import Competency, EvidencePolicy, Origin, ScaleLevel
from lms.engine.days import Period
from lms.engine.person import Person
from lms.engine.requirement import NOTHING, Requirement


class Delivery(StrEnum):
    """How a course is taught."""

    SELF_PACED = "self-paced"
    INSTRUCTOR_LED = "instructor-led"
    VIRTUAL = "virtual"
    COACHING = "coaching"
    ON_THE_JOB = "on-the-job"


class CompletedBy(StrEnum):
    """What makes a course count as done."""

    SELF = "self"
    MANAGER = "manager"
    TRAINER = "trainer"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What completing a course gives: a competency at a level, for `valid_months` (None: for good)."""

    competency: str
    level: int
    valid_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A dated session of a course with its seats; instants are aware datetimes in UTC."""

    id: str
    starts: datetime
    ends: datetime
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Something a person can take. `hours`, `renewal_hours` and `cost` are hundredths.

    `renewal_hours` is what it takes somebody who completed it before; as built it is never above `hours`.
    """

    id: str
    title: str
    hours: int
    renewal_hours: int
    cost: int = 0
    delivery: Delivery = Delivery.SELF_PACED
    completion: CompletedBy = CompletedBy.SELF
    summary: str | None = None
    link: str | None = None
    provider: str | None = None
    requires: Requirement = NOTHING
    grants: tuple[Grant, ...] = ()
    sessions: tuple[Session, ...] = ()
    source: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsInRole:
    """Gate: full months spent in a role."""

    role: str
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGate:
    """Gate: the mean of a metric over the last full months."""

    metric: str
    months: int
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationGate:
    """Gate: somebody attests that something was done."""

    by: str
    title: str


Gate = MonthsInRole | OutcomeGate | AttestationGate


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a job demands: requirements that training can close, and gates that it cannot."""

    id: str
    title: str
    requires: Requirement
    family: str | None = None
    description: str | None = None
    approvers: int = 1
    gates: tuple[Gate, ...] = ()
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A goal of the business and the competencies it rests on."""

    id: str
    title: str
    weight: Decimal = Decimal(1)
    competencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """A recorded completion of `course` up to `until` (None: at any time) counts as one of `counts_as`."""

    course: str
    counts_as: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an author's test allows at most: hours and cost in hundredths, courses by number, days from the start."""

    hours: int | None = None
    cost: int | None = None
    courses: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumTest:
    """What the author asserts of a made-up person on the way to some roles.

    Without `status` the path has to close every gap (`ready` or `optimal`). `on` is None for *today*.
    """

    title: str
    roles: tuple[str, ...]
    person: Person
    at_most: Limits = Limits()
    status: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """One version of a curriculum. References between its parts have been checked by whoever read it."""

    id: str
    title: str
    scale: tuple[ScaleLevel, ...]
    competencies: tuple[Competency, ...]
    courses: tuple[Course, ...]
    roles: tuple[Role, ...]
    policy: EvidencePolicy = EvidencePolicy.HIGHEST
    sources: tuple[str, ...] = ()
    blackouts: tuple[Period, ...] = ()
    objectives: tuple[Objective, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    tests: tuple[CurriculumTest, ...] = ()
    competency_by_id: Mapping[str, Competency] = field(init=False, repr=False, compare=False)
    course_by_id: Mapping[str, Course] = field(init=False, repr=False, compare=False)
    role_by_id: Mapping[str, Role] = field(init=False, repr=False, compare=False)
    _equivalences: Mapping[str, tuple[Equivalence, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "competency_by_id", {c.id: c for c in self.competencies})
        object.__setattr__(self, "course_by_id", {c.id: c for c in self.courses})
        object.__setattr__(self, "role_by_id", {r.id: r for r in self.roles})
        named: dict[str, tuple[Equivalence, ...]] = {}
        for equivalence in self.equivalences:
            named[equivalence.course] = (*named.get(equivalence.course, ()), equivalence)
        object.__setattr__(self, "_equivalences", named)

    def equivalences_of(self, course: str) -> tuple[Equivalence, ...]:
        """The equivalences by which a recorded completion of this course counts as others."""
        return self._equivalences.get(course, ())
