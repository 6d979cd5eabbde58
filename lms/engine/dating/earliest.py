"""The earliest date: among all sets of courses, the one with which the target is reached first.

Without dated sessions study is one queue, so the fewest hours are the earliest date. With sessions a dearer set may be
sooner, because it waits for no seat. Sets are then drawn from the solver in the total order (hours, cost, courses,
curriculum's order), each is arranged on the calendar, and after every improvement the solver is told to leave out what
cannot be earlier: courses that nobody could have completed in time, and more study than fits before the date. When
nothing is left, or the date meets a bound that no set can beat, the date is proven. Sets come in the total order and
only a strictly earlier date replaces the best one, so ties are right too.

Two things keep the number of sets small. A set is drawn only if each of its courses can be the one that first gives
some fact in use (the rules USED): what a schedule does not use can be left out of it without any date getting later.
And the bound is a relaxation in the spirit of Knuth (1977): each fact's earliest day if a course waited only for the
latest of its prerequisites (any-of: the earliest) and for the study that its landmarks say nobody can avoid before it.

A search that has looked at SETS sets without a proof stops; its answer is `feasible`, with the bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush

from lms.engine.choose import Control
from lms.engine.curriculum import Course
from lms.engine.dating.timetable import last_day, options_of
from lms.engine.dating.week import StudyDays
from lms.engine.query import Query
from lms.engine.schedule import Arrangement
from lms.engine.search.deadline import Deadline
from lms.engine.search.landmarks import landmarks

SETS = 150
NEVER = date.max.toordinal() + 1

USED = """
% Each course taken is the one that gives some fact in use: asked for by the goal or by a course taken, one giver each.
in_use(R) :- wanted(R).
in_use(R) :- take(C), needs(C,R).
N { picked(G,P,I) : item(G,P,I) } N :- in_use(G), group(G,N).
in_use(I) :- picked(G,P,I).
1 { gives_first(C,F) : take(C), gives(C,F) } 1 :- in_use(F), fact(F), not has(F).
used(C) :- gives_first(C,F).
:- take(C), not used(C).
"""


@dataclass(frozen=True, slots=True)
class EarliestPlan:
    """A set's arrangement. `objective` and `bound` are days from the planning date; None when no set has a date."""

    arrangement: Arrangement
    objective: int | None
    bound: int | None
    proven: bool


def earliest_plan(query: Query, previous: Sequence[str] | None, time_limit: float | None) -> EarliestPlan:
    """The set and arrangement with which everything reachable holds first. `time_limit` in seconds."""
    deadline = Deadline(time_limit)
    cheapest = query.choose(previous, time_limit=time_limit)
    assert cheapest is not None, "only forced or forbidden courses can leave no choice"
    search = _Search(query, previous, deadline)
    search.consider(cheapest.courses)
    if cheapest.proven and not search.settled():
        search.run()
    else:
        search.complete = cheapest.proven
    return search.answer()


class _Search:
    """The best arrangement so far, and what is known of all others."""

    def __init__(self, query: Query, previous: Sequence[str] | None, deadline: Deadline) -> None:
        self.query, self.previous, self.deadline = query, previous, deadline
        self.days = StudyDays(query.on, query.person.weekly_hours, query.closed)
        self.soonest, self.bound = soonest(query, self.days)
        self.best: Arrangement | None = None
        self.exact = True
        self.complete = True

    def consider(self, courses: Collection[int]) -> None:
        """Arrange one set; keep it if it is strictly earlier than the best so far."""
        arrangement = self.query.arrange(courses, self.previous)
        if self.best is None or _ordinal(arrangement.ready_on) < self._limit():
            self.best = arrangement
        if any(self.soonest[course] >= NEVER for course in courses):
            return
        if not arrangement.date_is_exact or any(step.renews for step in arrangement.steps):
            alone = self.query.earliest_ready(courses)
            self.exact = self.exact and alone.proven and _ordinal(alone.ready_on) >= self._limit()

    def settled(self) -> bool:
        """Can no set be earlier than the best one?"""
        assert self.best is not None
        if self._limit() <= self.bound:
            return True
        dated = any(course.sessions for course in self.query.net.courses)
        return not dated and not any(step.renews for step in self.best.steps)

    def run(self) -> None:
        """Draw sets until none is left that could be earlier, or it takes too long."""
        chooser = self.query.chooser()
        if not chooser.weights_fit:
            self.complete = False
            return
        control = Control(chooser, USED)
        wanted = [node for node in dict.fromkeys(self.query.net.wanted) if self.query.reached[node]]
        for _ in range(SETS):
            self._narrow(control)
            late = [course for course, day in enumerate(self.soonest) if day >= self._limit()]
            found, _, proven = control.solve(
                self.query.owned, wanted=wanted, renewed=self.query.renewed, forbid=late, deadline=self.deadline
            )
            if found is None or not proven:
                self.complete = proven
                return
            self.consider(found)
            control.block(found)
            if self.settled():
                return
        self.complete = False

    def answer(self) -> EarliestPlan:
        """What was found. Nothing is proven when some set was arranged without certainty of its earliest date."""
        assert self.best is not None
        if self.best.ready_on is None:
            return EarliestPlan(self.best, None, None, proven=self.complete and self.exact)
        on = self.query.on.toordinal()
        days = self._limit() - on
        proven = (self.complete and self.exact) or days <= self.bound - on
        return EarliestPlan(self.best, days, days if proven else max(0, min(days, self.bound - on)), proven)

    def _limit(self) -> int:
        """The day, as an ordinal, that a better set has to stay under."""
        assert self.best is not None
        return _ordinal(self.best.ready_on)

    def _narrow(self, control: Control) -> None:
        """No more study than fits into the days before the best date."""
        limit = self._limit()
        if limit >= NEVER:
            return
        study = {c: course.hours for c, course in enumerate(self.query.net.courses) if not course.sessions}
        prices = self.query.chooser().prices(self.query.renewed)
        hours = {course: prices[course].hours for course in study}
        fits = self.days.index(date.fromordinal(limit)) * self.days.share // self.days.units(1)
        control.limit(hours, fits)


def _ordinal(day: date | None) -> int:
    return NEVER if day is None else day.toordinal()


def soonest(query: Query, days: StudyDays) -> tuple[list[int], int]:
    """For each course of the net the earliest day it could be completed, and for the target the earliest day of all.

    Ordinals; NEVER for what has no date. Each course waits only for the study that nobody can avoid before it and for
    the latest of its own prerequisites, so no plan is earlier.
    """
    net = query.net
    first, start = len(net.facts), query.on.toordinal()
    work = [price.hours for price in query.chooser().prices(query.renewed)]
    goals = [node for node in dict.fromkeys(net.wanted) if query.reached[node]]
    unavoidable = landmarks(net, query.owned, nodes=())

    def study(courses: Iterable[int]) -> int:
        return sum(work[course] for course in courses if not net.courses[course].sessions)

    settled: dict[int, int] = {}
    waiting = [group.n for group in net.groups]
    ends = [NEVER] * len(net.courses)
    queue = [(start, node) for node in query.owned]
    queue += [(start, first + number) for number, group in enumerate(net.groups) if group.n == 0]
    heapify(queue)
    while queue:
        day, node = heappop(queue)
        if node in settled:
            continue
        settled[node] = day
        for number in net.parents[node]:
            waiting[number] -= 1
            if waiting[number] == 0:
                heappush(queue, (day, first + number))
        for course in net.unlocks[node]:
            before = study(other for other in unavoidable.courses(unavoidable.of_course[course]) if other != course)
            ends[course] = _end(net.courses[course], work[course], day, before, days)
            if ends[course] < NEVER:
                for given in net.gives[course]:
                    heappush(queue, (ends[course], given))
    alone = _last_minute(days, days.units(study(unavoidable.of_goal(goals))))
    return ends, max([alone, *(settled.get(node, NEVER) for node in goals)])


def _end(course: Course, hours: int, start: int, before: int, days: StudyDays) -> int:
    """The earliest day on which the course could end: not begun before the day `start`, nor before so much study."""
    if course.sessions:
        since = max(start, _last_minute(days, days.units(before)))
        takable = (option.session for option in options_of(course, days) if option.session.starts.toordinal() >= since)
        return min((last_day(session).toordinal() for session in takable), default=NEVER)
    at = days.index(date.fromordinal(start)) * days.share
    return _last_minute(days, max(at, days.units(before)) + days.units(hours))


def _last_minute(days: StudyDays, units: int) -> int:
    """The day, as an ordinal, on which so much study is done: the planning date for none, NEVER past 9999."""
    if units == 0:
        return days.on.toordinal()
    end = days.last(units)
    return NEVER if end is None else end.toordinal()
