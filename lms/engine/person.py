"""A person as the engine sees one: the ledger of what is known, the target and the week. Not what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lms.engine.days import Period
from lms.engine.requirement import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One rating of a competency; counts from `on` through `until`. Level 0 says that it was shown absent."""

    competency: str
    level: int
    on: date
    until: date | None = None
    source: str = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A course completed on a day. The course may be one that only the equivalences name."""

    course: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Somebody is spared a course, or held to have a level; in force from `on` (None: always) through `until`."""

    fact: Fact
    on: date | None = None
    until: date | None = None
    reason: str | None = None
    by: str | None = None

    def in_force(self, day: date) -> bool:
        """Does it count on this day?"""
        return (self.on is None or self.on <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A role held earlier, from `first` through `last` (None: not said, taken as through today)."""

    role: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The value of a metric in one month; `month` is that month's first day."""

    metric: str
    month: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Somebody's word that something was done, such as an observed call."""

    title: str
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything about one person that a path depends on.

    `weekly_hours` are hours of study a week (not hundredths), above 0 and at most 168; `targets` are role ids,
    empty when nobody chose one yet; `aim` is the date hoped for.
    """

    id: str
    role: str | None = None
    since: date | None = None
    stints: tuple[Stint, ...] = ()
    targets: tuple[str, ...] = ()
    aim: date | None = None
    weekly_hours: Fraction = Fraction(4)
    evidence: tuple[Evidence, ...] = ()
    completed: tuple[Completion, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    away: tuple[Period, ...] = ()
