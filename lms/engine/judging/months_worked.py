"""An outcome gate over the months somebody worked: months of agreed leave do not make it missed.

`engine.gates` reads the same gate as the contract of `lms plan` says: the latest months of the calendar, all present,
else not met. A promotion is decided by this module instead: a month that days away cover whole was not worked and is
left out, with its value if there is one, and the mean is taken over the latest `months` months that were worked. Where
one of them has no value, there is not enough data, which is told apart from a gate that was missed. *Instead of:* the
mean over fewer months, which one good month after a leave would pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.engine.curriculum import OutcomeGate
from lms.engine.days import DAY, Period
from lms.engine.person import Person

FIRST_YEAR = 1950
"""Nobody's outcomes are older; days away that never end stop here."""


class Verdict(StrEnum):
    """How an outcome gate stands."""

    MET = "met"
    MISSED = "missed"
    NOT_ENOUGH = "not-enough-data"


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day: its value (None: none is known), and whether it was worked and so counts."""

    first: date
    value: Decimal | None
    worked: bool


@dataclass(frozen=True, slots=True)
class OverMonths:
    """An outcome gate on a day: the verdict, the mean (None without enough data), the months from the latest back."""

    verdict: Verdict
    mean: Fraction | None
    months: tuple[Month, ...]


def over_months_worked(gate: OutcomeGate, person: Person, on: date) -> OverMonths:
    """The gate over the latest months worked before the month of `on`; months left out for leave are named too.

    >>> from lms.engine.person import Outcome
    >>> months = [Outcome(metric="quota", month=date(2026, n, 1), value=Decimal(1)) for n in (1, 3)]
    >>> dana = Person(id="dana", outcomes=tuple(months), away=(Period(date(2026, 2, 1), date(2026, 2, 28)),))
    >>> over_months_worked(OutcomeGate(metric="quota", months=2, at_least=Decimal(1)), dana, date(2026, 4, 9)).verdict
    <Verdict.MET: 'met'>
    """
    values = {one.month: one.value for one in person.outcomes if one.metric == gate.metric}
    found: list[Month] = []
    first, left = on.replace(day=1), gate.months
    while left and first.year >= FIRST_YEAR:
        first = (first - DAY).replace(day=1)
        month = Month(first, values.get(first), worked=not _covered(first, person.away))
        found.append(month)
        left -= month.worked
    worked = [one.value for one in found if one.worked]
    known = [Fraction(value) for value in worked if value is not None]
    if left or len(known) < gate.months:
        return OverMonths(Verdict.NOT_ENOUGH, None, tuple(found))
    mean = sum(known, Fraction(0)) / len(known)
    return OverMonths(Verdict.MET if mean >= Fraction(gate.at_least) else Verdict.MISSED, mean, tuple(found))


def _covered(first: date, away: tuple[Period, ...]) -> bool:
    """Is every day of the month a day away?"""
    last = _last(first)
    reached = first
    for period in sorted(away, key=lambda one: one.first):
        if period.first > reached:
            break
        reached = max(reached, min(period.last, last) + DAY)
    return reached > last


def _last(first: date) -> date:
    return (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY
