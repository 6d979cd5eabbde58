"""A calendar worked out day by day, as the contract tells it: the judge of the one that the engine computes.

It knows days and fractions of an hour, and looks at every single day; no units, no bisection, no masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from lms.engine.curriculum import Course, Session
from lms.engine.days import DAY, Period
from lms.engine.requirement import CourseDone, Fact, holds

HORIZON = 120
"""Days for which a step is waited for."""


def days_of(session: Session) -> list[date]:
    """The days a session takes up: that of its first minute through that of its last."""
    last = max(session.starts, session.ends - timedelta(microseconds=1)).date()
    return [session.starts.date() + DAY * n for n in range((last - session.starts.date()).days + 1)]


@dataclass
class NaiveCalendar:
    """One person's days, filled step by step; nothing is held at the start."""

    courses: Sequence[Course]
    on: date
    weekly_hours: Fraction
    closed: Sequence[Period] = ()
    starts: dict[str, date] = field(default_factory=dict)
    ends: dict[str, date] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.day, self.left = self.on, self.weekly_hours / 7
        self._attend()

    def is_open(self, day: date) -> bool:
        return not any(day in period for period in self.closed)

    def study(self, course: Course) -> None:
        """Spend the course's hours from the first minute that is free and on which it may be taken."""
        day, left = self.day, self.left
        while left == 0 or not self.is_open(day) or not self._may_start(course, day):
            day, left = day + DAY, self.weekly_hours / 7
            if day > self.day + DAY * HORIZON:
                return
        self.starts[course.id], hours = day, Fraction(course.hours, 100)
        while hours > left:
            hours -= left
            day, left = day + DAY, self.weekly_hours / 7
            while not self.is_open(day):
                day += DAY
        self.day, self.left = day, left - hours
        self.ends[course.id] = day
        self._attend()

    def _may_start(self, course: Course, day: date) -> bool:
        """What was studied counts; a session counts from the day it ends on."""
        done = [c for c in self.courses if c.id in self.ends and (c.id not in self.sessions or self.ends[c.id] <= day)]
        return self._holds(course, done)

    def _attend(self) -> None:
        """Give every course with sessions the first it can have by now: again and again, as one lets another be had."""
        for _ in self.courses:
            for course in self.courses:
                possible = [session for session in course.sessions if self._may_attend(course, session)]
                if possible:
                    session = min(possible, key=lambda s: (s.ends, s.starts))
                    days = days_of(session)
                    self.sessions[course.id], self.starts[course.id] = session, days[0]
                    self.ends[course.id] = days[-1]

    def _may_attend(self, course: Course, session: Session) -> bool:
        days = days_of(session)
        if session.seats < 1 or days[0] < self.on or not all(self.is_open(day) for day in days):
            return False
        return self._holds(course, [c for c in self.courses if self._over(c, session)])

    def _over(self, course: Course, session: Session) -> bool:
        if course.id in self.sessions:
            return self.sessions[course.id].ends <= session.starts
        return course.id in self.ends and self.ends[course.id] <= session.starts.date()

    @staticmethod
    def _holds(course: Course, done: Iterable[Course]) -> bool:
        done = list(done)

        def held(fact: Fact) -> bool:
            if isinstance(fact, CourseDone):
                return any(c.id == fact.course for c in done)
            return any(g.competency == fact.competency and g.level >= fact.level for c in done for g in c.grants)

        return holds(course.requires, held)

    @property
    def ready_on(self) -> date | None:
        """The last day of all, None while a course has none."""
        if any(course.id not in self.ends for course in self.courses):
            return None
        return max(self.ends.values(), default=self.on)


def at(day: date, hour: int = 9, *, plus: int = 3, seats: int = 5, name: str = "") -> Session:
    """A session on a day at an hour of UTC that lasts `plus` hours."""
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Session(id=name or f"{day}T{hour}", starts=starts, ends=starts + timedelta(hours=plus), seats=seats)
