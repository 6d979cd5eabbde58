"""What holds on which day of a timetable: the ledger's facts and the planned steps' grants, each with its last day.

A planned step only raises: from the day it ends through the last day of its validity a competency is at least what the
step grants, and the course itself counts as done for good. Nothing here decides what to do about a lapse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lms.engine.curriculum import Course, Session
from lms.engine.dating.timetable import Slot
from lms.engine.days import DAY, last_valid_day
from lms.engine.profile import Profile, Record
from lms.engine.requirement import CourseDone, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A course with its place in the order. `hours` in hundredths; `key` tells tasks apart for as long as they exist.

    A renewal may be pinned to a `session` or to a first day of study, `not_before`; `after` are the keys of renewals
    that the task has to wait for.
    """

    course: Course
    hours: int
    key: int
    renews: bool = False
    session: Session | None = None
    not_before: date | None = None
    after: tuple[int, ...] = ()


class Facts:
    """The facts of one timetable. Tasks are numbered by their place; `None` stands for the end of the path."""

    def __init__(self, record: Record, profile: Profile, tasks: Sequence[Task], slots: Sequence[Slot]) -> None:
        self.record, self.profile, self.tasks, self.slots = record, profile, tasks, slots
        self._granting: dict[str, list[tuple[int, int, date]]] = defaultdict(list)
        """Competency -> (level, task, last day) of what the dated tasks grant."""
        self._done: dict[str, list[int]] = defaultdict(list)
        for number, (task, slot) in enumerate(zip(tasks, slots, strict=True)):
            if slot.ends is None:
                continue
            self._done[task.course.id].append(number)
            for grant in task.course.grants:
                last = last_valid_day(slot.ends, grant.valid_months)
                self._granting[grant.competency].append((grant.level, number, last))

    def held(self, fact: Fact, task: int | None, day: date) -> bool:
        """Does the fact hold on the day, as the task sees it?"""
        given = any(day <= last for last in self._given(fact, task, day))
        return given or self.record.holds(fact, day)

    def lasting(self, fact: Fact, task: int | None, day: date) -> bool:
        """Would it hold if nothing ever lapsed?"""
        return self.profile.holds(fact) or any(True for _ in self._given(fact, task, day))

    def lapsed_on(self, fact: Fact, task: int | None, day: date) -> date:
        """The first day on which a fact that does not hold on the day no longer held."""
        lasts = [*self._given(fact, task, day), *self._recorded(fact)]
        ends = sorted((last + DAY for last in lasts if last < day), reverse=True)
        return next((first for first in ends if self.held(fact, task, first - DAY)), day)

    def _given(self, fact: Fact, task: int | None, day: date) -> Iterator[date]:
        """The last days of what steps that ended by the day and come before the task give of the fact."""
        if isinstance(fact, CourseDone):
            given = [(number, date.max) for number in self._done.get(fact.course, ())]
        else:
            grants = self._granting.get(fact.competency, ())
            given = [(number, last) for level, number, last in grants if level >= fact.level]
        for number, last in given:
            ends = self.slots[number].ends
            if ends is not None and ends <= day and (task is None or self._before(number, task)):
                yield last

    def _before(self, number: int, task: int) -> bool:
        """Of steps on one day: does the one come before the other? Study by its order, sessions by the hour."""
        one, other = self.slots[number].session, self.slots[task].session
        if one is not None and other is not None:
            return number != task and one.ends <= other.starts
        return one is not None or other is not None or number < task

    def _recorded(self, fact: Fact) -> list[date]:
        """The last days of what the ledger says of the fact."""
        record = self.record
        if isinstance(fact, CourseDone):
            return [record.exempt_courses[fact.course]] if fact.course in record.exempt_courses else []
        entries = [entry.last for entry in record.entries.get(fact.competency, ())]
        return [*entries, *(last for _, last in record.exempt_levels.get(fact.competency, ()))]
