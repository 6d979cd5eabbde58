"""Study days: how hours of study become days. Not which course is studied when: that is the timetable's.

Study flows evenly, a seventh of the weekly hours on each day that is neither away nor a blackout. Time is counted in
*units* chosen so that a day's share and every course's hours are whole numbers of them: exact boundaries, no rounding,
and an answer by bisection, also for a course that takes a thousand years.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from lms.engine.days import Period

LAST = date.max.toordinal()


class StudyDays:
    """The days from `on` on which a person studies, numbered from 0, and their share of the week.

    `weekly_hours` are hours, not hundredths; `closed` are the periods on which nobody studies, in any order.

    >>> days = StudyDays(date(2026, 11, 23), Fraction(7), [Period(date(2026, 11, 24), date(2026, 11, 25))])
    >>> days.last(days.units(150)), days.index(date(2026, 11, 25))  # an hour and a half at an hour a day
    (datetime.date(2026, 11, 26), 1)
    """

    def __init__(self, on: date, weekly_hours: Fraction, closed: Iterable[Period] = ()) -> None:
        self.on = on
        self.share = 100 * weekly_hours.numerator
        self._a_hundredth = 7 * weekly_hours.denominator
        self._first = on.toordinal()
        self._closed = _merged(self._first, closed)
        self._index: list[int] = []
        """Of each closed period the number of study days before it."""
        self._days_closed: list[int] = [0]
        """How many days are closed in the periods before each one, and in all of them."""
        for first, last in self._closed:
            self._index.append(first - self._first - self._days_closed[-1])
            self._days_closed.append(self._days_closed[-1] + last - first + 1)

    def units(self, hours: int) -> int:
        """Hundredths of an hour as units of study."""
        return hours * self._a_hundredth

    def first(self, at: int) -> date | None:
        """The day of the first minute of what starts after `at` units of study; None past the year 9999."""
        return self.day(at // self.share)

    def last(self, at: int) -> date | None:
        """The day of the last minute of what ends after `at` units: still the same day when that day is just full."""
        return self.day(-(-at // self.share) - 1)

    def day(self, index: int) -> date | None:
        """The study day of this number; None past the year 9999."""
        ordinal = self.ordinal(index)
        return date.fromordinal(ordinal) if ordinal <= LAST else None

    def ordinal(self, index: int) -> int:
        """The same as a proleptic ordinal, which knows no last year."""
        return self._first + index + self._days_closed[bisect_right(self._index, index)]

    def index(self, day: date) -> int:
        """The number of the first study day at or after a day that is not before `on`."""
        return self.index_of(day.toordinal())

    def index_of(self, ordinal: int) -> int:
        """The same, given the day as an ordinal."""
        periods = bisect_right(self._closed, (ordinal, LAST + 1))
        if periods and ordinal <= self._closed[periods - 1][1]:
            return self._index[periods - 1]
        return ordinal - self._first - self._days_closed[periods]

    def open(self, first: date, last: date) -> bool:
        """Is none of these days closed?"""
        periods = bisect_right(self._closed, (last.toordinal(), LAST + 1))
        return not periods or self._closed[periods - 1][1] < first.toordinal()


def _merged(first: int, closed: Iterable[Period]) -> list[tuple[int, int]]:
    """The closed periods from the first day on as ordinals, in order, touching ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(first, p.first.toordinal()), p.last.toordinal()) for p in closed):
        if end < start:
            continue
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
