"""What a set of courses costs, as one total order: the contract's priorities, so that the best set is unique.

What is minimised comes first; ties go by hours, cost and number of courses (those not already first), then by changes
against a previous path where there is one, then by the set whose courses come first in the curriculum's order. Every
one of these is a sum over courses, so a whole set's price is the sum of its courses' *price vectors* and sets compare
as tuples. Two sets of one price have equal course counts, and the last rule then says: at the first course in which
they differ, the set that contains it wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from lms.engine.curriculum import Course


class Minimise(StrEnum):
    """What a training path has the least of."""

    HOURS = "hours"
    COST = "cost"
    COURSES = "courses"
    DATE = "date"


class Price(NamedTuple):
    """Hours and cost in hundredths, and a number of courses."""

    hours: int
    cost: int
    courses: int

    def by(self, minimise: Minimise) -> tuple[int, int, int]:
        """The same in the order of priority; for `date` the days come first and are not known here.

        >>> Price(300, 0, 1).by(Minimise.COURSES)
        (1, 300, 0)
        """
        if minimise is Minimise.COST:
            return (self.cost, self.hours, self.courses)
        if minimise is Minimise.COURSES:
            return (self.courses, self.hours, self.cost)
        return (self.hours, self.cost, self.courses)


def course_price(course: Course, *, renewal: bool) -> Price:
    """What one course costs somebody; `renewal` when they completed it before."""
    return Price(course.renewal_hours if renewal else course.hours, course.cost, 1)


def total(prices: Iterable[Price]) -> Price:
    """The price of a set: the sum over its courses."""
    hours, cost, courses = 0, 0, 0
    for price in prices:
        hours += price.hours
        cost += price.cost
        courses += price.courses
    return Price(hours, cost, courses)


def rank(
    chosen: Collection[int], prices: Sequence[Price], minimise: Minimise, kept: Collection[int] | None = None
) -> tuple[int | tuple[int, ...], ...]:
    """The sort key of a set of courses: the contract's total order. Least is best.

    `chosen` are course numbers in the curriculum's order, `prices[c]` what course c costs this person, `kept` the
    courses of the previous path where there is one.
    """
    changes = 0 if kept is None else len(set(chosen) ^ set(kept))
    return (*total(prices[c] for c in chosen).by(minimise), changes, tuple(sorted(chosen)))


def single_weights(prices: Sequence[Price], minimise: Minimise, kept: Collection[int] | None = None) -> list[int]:
    """The total order as one whole number a course: set A comes before set B just when its sum is less.

    Each criterion is worth more than all later ones together; the last ones are binary digits, one a course, so no
    two sets of equal size have equal sums. The numbers have as many digits as there are courses, and Python's
    integers carry them exactly. (A previous path's courses that are not chosen count as a constant, left out.)
    """
    rows = [price.by(minimise) for price in prices]
    steady = set() if kept is None else set(kept)
    weights = [-(1 << (len(prices) - 1 - number)) for number in range(len(prices))]
    scale = 1 << (len(prices) + 1)
    if kept is not None:
        weights = [w + (-scale if number in steady else scale) for number, w in enumerate(weights)]
        scale *= 2 * len(prices) + 2
    for criterion in (2, 1, 0):
        weights = [w + scale * row[criterion] for w, row in zip(weights, rows, strict=True)]
        scale *= sum(row[criterion] for row in rows) + 2
    return weights
