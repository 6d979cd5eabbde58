"""Seat demand by month: when people's paths reach a course that is taught in sessions, and what seats there are then.

A person could take a course as soon as the steps that it directly needs are done; their path takes it when the next
session comes, if there is one. Both are counted, each in its month: the first shows months in which people come and no
session is, the second whether the seats suffice. *Instead of:* counting the session's month alone, in which no month
without a session could ever have demand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from lms.engine.curriculum import Course, Curriculum, Delivery
from lms.engine.insight.ways import Way, WayStep
from lms.engine.small_numbers import told_of

TAUGHT = frozenset({Delivery.INSTRUCTOR_LED, Delivery.VIRTUAL})
"""How a course is delivered that needs a session even where its curriculum names none."""


class Supply(StrEnum):
    """How the seats of a month stand to who comes."""

    NO_SESSION = "no-session"
    FULL = "full"
    SHORT = "short"
    ENOUGH = "enough"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMonth:
    """A month (its first day): people who could first take the course then, people whose path takes it then, and the
    sessions that begin then with their seats. None stands for one to four people.
    """

    month: date
    could: int | None
    planned: int | None
    sessions: int
    seats: int

    @property
    def supply(self) -> Supply:
        """As far as can be told: too few people to be told are never too many for the seats."""
        if not self.sessions:
            return Supply.NO_SESSION
        if not self.seats:
            return Supply.FULL
        if self.planned == 0:
            return Supply.EMPTY
        return Supply.SHORT if (self.planned or 0) > self.seats else Supply.ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDemand:
    """The months of a course, rising; only those in which there is anything. `unserved` people find no session at all."""

    course: str
    months: tuple[SeatMonth, ...]
    unserved: int | None

    @property
    def wanted(self) -> bool:
        """Does anybody come at all?"""
        return self.unserved != 0 or any(month.could != 0 or month.planned != 0 for month in self.months)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The months in which people come and no seat is left, each with the next month that has one."""
        with_seats = [month.month for month in self.months if month.seats]
        return tuple(
            Gap(self.course, month, next((later for later in with_seats if later > month.month), None))
            for month in self.months
            if month.could != 0 and not month.seats
        )


class Gap(NamedTuple):
    """A month in which people could take a course that has no seat then, and the next month with one (None: never)."""

    course: str
    month: SeatMonth
    until: date | None

    @property
    def weight(self) -> int:
        """How bad it is: people times the months that they wait; a year where no seat ever comes."""
        if self.until is None:
            return 12 * (self.month.could or 0)
        months = 12 * (self.until.year - self.month.month.year) + self.until.month - self.month.month.month
        return months * (self.month.could or 0)


def seat_demand(curriculum: Curriculum, ways: Iterable[Way], now: datetime, on: date) -> tuple[SeatDemand, ...]:
    """Every course that is taught in sessions or would have to be, in the curriculum's order, from the day `on`.

    Sessions that have begun by `now` are over for whoever plans; who could have come earlier comes in the first month.
    """
    taught = {course.id: course for course in curriculum.courses if course.sessions or course.delivery in TAUGHT}
    could: dict[str, Counter[date]] = defaultdict(Counter)
    planned: dict[str, Counter[date]] = defaultdict(Counter)
    unserved: Counter[str] = Counter()
    for way in ways:
        for course, step in _first(way, taught):
            ready = _ready(way, step, dated_by_itself=not taught[course].sessions)
            if ready is not None:
                could[course][_month(max(ready, on))] += 1
            if step.starts is not None:
                planned[course][_month(max(step.starts, on))] += 1
            else:
                unserved[course] += 1
    return tuple(
        SeatDemand(
            course=course.id,
            months=tuple(_months(course, could[course.id], planned[course.id], now)),
            unserved=told_of(unserved[course.id]),
        )
        for course in taught.values()
    )


def _first(way: Way, taught: Iterable[str]) -> Iterable[tuple[str, WayStep]]:
    """The first time that a path takes each of these courses; a person wants one seat at a time."""
    found: dict[str, WayStep] = {}
    for step in way.steps:
        if step.course in taught:
            found.setdefault(step.course, step)
    return found.items()


def _ready(way: Way, step: WayStep, *, dated_by_itself: bool) -> date | None:
    """The day from which the person could take the step; None where an earlier one has no day."""
    if dated_by_itself:
        return step.starts
    if step.renews:
        return step.starts or way.on
    ends = [earlier.ends for earlier in way.steps if earlier.course in step.after and earlier is not step]
    known = [day for day in ends if day is not None]
    return max([way.on, *known]) if len(known) == len(ends) else None


def _months(course: Course, could: Counter[date], planned: Counter[date], now: datetime) -> Iterable[SeatMonth]:
    ahead = [session for session in course.sessions if session.starts > now]
    seats: Counter[date] = Counter()
    for session in ahead:
        seats[_month(session.starts.date())] += session.seats
    sessions = Counter(_month(session.starts.date()) for session in ahead)
    for month in sorted({*could, *planned, *sessions}):
        yield SeatMonth(
            month=month,
            could=told_of(could[month]),
            planned=told_of(planned[month]),
            sessions=sessions[month],
            seats=seats[month],
        )


def _month(day: date) -> date:
    return day.replace(day=1)
