"""The floor: how early a timetable can end at best, whatever the order of what is left. Not how to get there.

It is what proves a date, and what branch and bound in `engine/dating/fastest.py` cuts off by. Three things are left out: that
study for one session delays the study for another, that a wait may stay unfilled, and that a step ends on some day, not
within it. So a floor is never too late.
"""

from __future__ import annotations

from datetime import date

from lms.engine.dating.timetable import A_DAY, Run, Timetable
from lms.engine.dating.week import LAST
from lms.engine.ordering.ways import NEVER, Ways
from lms.engine.search.bitsets import positions


class Floor:
    """The floors of one timetable. `study` and `dated` are masks of the courses without and with sessions."""

    def __init__(self, table: Timetable, ways: Ways) -> None:
        self.table, self.ways = table, ways
        self.dated = sum(1 << number for number in table.options)
        self.study = ((1 << len(table.work)) - 1) & ~self.dated
        self.after = dict.fromkeys(table.options, 0)
        """The study steps every way to which contains the session's course."""
        self.behind = dict.fromkeys(table.options, 0)
        """The study steps some way to which does."""
        for step in positions(self.study):
            for session in table.options:
                contained = [way >> session & 1 for way in ways.to[step]]
                self.after[session] |= all(contained) << step
                self.behind[session] |= any(contained) << step

    def key(self, run: Run, done: int) -> tuple[int, int]:
        """No order that goes on from this run has a lesser key: fewer courses undated, or an earlier last day.

        A session ends no earlier than on the way to it that lacks least; each round adds what the sessions on that way
        hold up, and what must be studied after them.
        """
        ends = dict.fromkeys(self.table.options, 0)
        for _ in ends:
            before = ends.copy()
            for number in ends:
                ends[number] = self._earliest_end(run, done, number, before)
            if ends == before:
                break
        left = self.study & ~done
        day = self.day_after(run.at, left)
        for number, end in ends.items():
            if end < NEVER:
                day = max(day, self._held_up(run, end, self.after[number] & left), (end - 1) // A_DAY)
        return sum(end == NEVER for end in ends.values()), day

    def _earliest_end(self, run: Run, done: int, number: int, before: dict[int, int]) -> int:
        """The moment before which the course cannot end in any session, given the same of the others."""
        known = run.taken.get(number)
        best = known.ends if known else NEVER
        for way in self.ways.to[number]:
            left = way & self.study & ~done
            since = max((run.times[n] for n in positions(way & done)), default=0)
            if left:
                since = max(since, self.day_after(run.at, left) * A_DAY)
            for other in positions(way & self.dated & ~(1 << number)):
                held_up = self._held_up(run, before[other], self.after[other] & left)
                since = max(since, self._over(before[other], way & self.behind[other]), held_up * A_DAY)
            options = self.table.options[number]
            best = min(best, next((option.ends for option in options if option.starts >= since), NEVER))
        return best

    @staticmethod
    def _over(end: int, study: int) -> int:
        """From when a session that ends at `end` counts for one that comes after it: at once, but from the first minute
        of that day when there is study between them, for study counts by the day.
        """
        return end if not study or end >= NEVER else (end - 1) // A_DAY * A_DAY

    def day_after(self, at: int, left: int) -> int:
        """The day on which the study steps `left` end when they follow after `at` units."""
        end = at + sum([self.table.work[number] for number in positions(left)])
        days = self.table.days
        return days.ordinal(max(0, -(-end // days.share) - 1))

    def _held_up(self, run: Run, end: int, left: int) -> int:
        """The day on which the study steps `left` end when they wait for a session that ends at `end`; 0 if none do."""
        day = (end - 1) // A_DAY
        if not left or day > LAST:
            return 0
        days = self.table.days
        at = days.index(date.fromordinal(day)) * days.share if day >= days.on.toordinal() else 0
        return self.day_after(max(run.at, at), left)
