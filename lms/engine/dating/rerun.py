"""A path run again: the same steps under other amounts of study, waits and missed sessions. Built once, run many times.

The rules are the timetable's (`engine/dating/timetable.py`), told again for speed: a path is dated twenty times for each person.
A step that waits for somebody's word counts so many days after it was done; what depends on it goes on the day on which
it counts, and other study goes on meanwhile. A missed session is left out, and the step goes to the next one that suits.

Study follows the order of the path. Where that leaves days idle which the path knew nothing of, whatever can start first
goes first, and the better of the two counts. Following the order, more of any amount never brings an earlier day.

What a step waits for is first said as shortly as it can be (`engine/ordering/plain_needs.py`): of a competency that three courses in turn raise,
the first. *Instead of:* building a `Timetable` for each run, which took up to fifty times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Session
from lms.engine.dating.dated import timetable_of
from lms.engine.dating.timetable import A_DAY, Option
from lms.engine.dating.validity import Task
from lms.engine.dating.week import LAST, StudyDays
from lms.engine.ordering.plain_needs import plainly, shortened, since_of
from lms.engine.ordering.ways import NEVER, named
from lms.engine.profile import Profile
from lms.engine.requirement import CourseDone, Fact, leaves
from lms.engine.schedule import Step


class Draw(NamedTuple):
    """What happens in one run, for each step: `hours` of study in hundredths, days of waiting for somebody's word, and
    whether its planned session is missed. Of a step with sessions the hours count for nothing.
    """

    hours: Sequence[int]
    waits: Sequence[int]
    missed: Sequence[int]


class Rerun:
    """A path's steps, ready to be dated under any `Draw`. `days` are what the path was arranged with.

    `as_planned` is the path's own answer, as `day` gives it.
    """

    def __init__(self, steps: Sequence[Step], profile: Profile, days: StudyDays) -> None:
        self._steps, self._profile, self._days = steps, profile, days
        self._hours = [0 if step.course.sessions else step.hours for step in steps]
        self._flows = not any(step.course.sessions or step.renews or step.ends is None for step in steps)
        ends = [step.ends.toordinal() for step in steps if step.ends is not None]
        self.as_planned = len(steps) - len(ends), max(ends, default=days.on.toordinal())

    def day(self, draw: Draw) -> tuple[int, int]:
        """How many steps find no day, and the ordinal of the day on which the last of the others counts."""
        if not any(draw.waits):
            if draw.hours == self._hours and not any(draw.missed):
                return self.as_planned
            if self._flows:
                end = self._days.last(self._days.units(sum(draw.hours)))
                if end is not None:
                    return 0, end.toordinal()
        return self.walk.day(draw)

    @cached_property
    def walk(self) -> Walk:
        """The same, looking at each step."""
        return Walk(self._steps, self._profile, self._days)


class Walk:
    """The calendar behind a `Rerun`: each step's days looked for by the rules."""

    def __init__(self, steps: Sequence[Step], profile: Profile, days: StudyDays) -> None:
        table = timetable_of(tasks_of(steps), profile, days)
        self._days, self._share, self._unit = days, days.share, days.units(1)
        self._on, self._later = days.on.toordinal(), (days.on.toordinal() + 1) * A_DAY
        self._size = len(steps)
        needs = shortened(table.chosen.needs, table.options.keys())
        self._needs = [plainly(need) for need in needs]
        self._options = [table.options.get(number) for number in range(len(steps))]
        self._planned = [_place(step.session, self._options[number]) for number, step in enumerate(steps)]
        self._earliest = [table.earliest.get(number, 0) for number in range(len(steps))]
        self._users: list[list[int]] = [[] for _ in steps]
        for number, need in enumerate(needs):
            for other in dict.fromkeys(named(need)):
                self._users[other].append(number)
        self._backward = [n for n, need in enumerate(needs) if any(other > n for other in named(need))]

    def day(self, draw: Draw) -> tuple[int, int]:
        """As of `Rerun.day`."""
        key, idle, as_planned = self._follow(draw)
        if idle and not (as_planned and not any(draw.waits)):
            key = min(key, self._overtake(draw))
        return key

    def in_order(self, draw: Draw) -> tuple[int, int]:
        """The same where study keeps the order of the path whatever happens: never earlier than `day`."""
        return self._follow(draw)[0]

    def _follow(self, draw: Draw) -> tuple[tuple[int, int], bool, bool]:
        """Study in the order of the path: the key, whether any day was idle, and whether each session is the planned one.

        A step may also wait for one that stands behind it; where that one now counts first, the path is walked again.
        """
        times, since = [NEVER] * self._size, [0] * self._size
        while True:
            found = self._once(draw, times, since)
            if all(since_of(self._needs[number], times) == since[number] for number in self._backward):
                return found

    def _once(self, draw: Draw, times: list[int], since: list[int]) -> tuple[tuple[int, int], bool, bool]:
        at, undated, end, idle, as_planned = 0, 0, self._on, False, True
        later, share, unit, days = self._later, self._share, self._unit, self._days
        walk = zip(self._needs, self._options, self._earliest, draw.hours, draw.waits, strict=True)
        for number, (need, options, earliest, hours, wait) in enumerate(walk):
            since[number] = holds = times[need] if need.__class__ is int else since_of(need, times)
            if options is None:
                if holds >= NEVER:
                    undated += 1
                    continue
                begin = max(at, earliest)
                if holds > later:
                    begin = max(begin, self._release(holds))
                idle = idle or begin > at
                at = begin + hours * unit
                day = days.ordinal(-(-at // share) - 1) + wait
                times[number] = day * A_DAY + (wait > 0)
                if day > LAST:
                    undated += 1
                    continue
            else:
                planned = self._planned[number]
                place = _first(options, holds, planned if draw.missed[number] else NONE)
                as_planned = as_planned and place == planned
                if place == NONE:
                    undated += 1
                    continue
                times[number] = options[place].ends + wait * A_DAY
                day = (options[place].ends - 1) // A_DAY + wait
            if day > end:  # noqa: PLR1730  # a call of max() is a third of this loop
                end = day
        return (undated, end), idle, as_planned

    def _overtake(self, draw: Draw) -> tuple[int, int]:
        """Study whatever can start first, of several the one that stands first in the path: the key."""
        run = _Open(draw, [NEVER] * self._size, [NEVER] * self._size, [0] * self._size)
        at = 0
        self._settle([number for number, need in enumerate(self._needs) if need == ()], run)
        pending = [number for number, options in enumerate(self._options) if options is None]
        while pending:
            number = next((n for n in pending if run.release[n] <= at), None)
            if number is None:
                number = min(pending, key=run.release.__getitem__)
                if run.release[number] >= NEVER:
                    break
                at = run.release[number]
            pending.remove(number)
            at += draw.hours[number] * self._unit
            wait = draw.waits[number]
            run.last[number] = self._days.ordinal(-(-at // self._share) - 1) + wait
            run.times[number] = run.last[number] * A_DAY + (wait > 0)
            self._settle(self._users[number], run)
        found = [day for day in run.last if 0 < day <= LAST]
        return self._size - len(found), max(found, default=self._on)

    def _settle(self, moved: Sequence[int], run: _Open) -> None:
        """Look again at these steps, since what they wait for has found its day: sessions and when study is let go."""
        waiting = list(moved)
        for number in waiting:
            since, options = since_of(self._needs[number], run.times), self._options[number]
            if since >= NEVER:
                continue
            if options is None:
                run.release[number] = max(self._earliest[number], self._release(since) if since > self._later else 0)
                continue
            place = _first(options, since, self._planned[number] if run.draw.missed[number] else NONE)
            if place == NONE:
                continue
            wait, ends = run.draw.waits[number], options[place].ends
            if ends + wait * A_DAY < run.times[number]:
                run.times[number] = ends + wait * A_DAY
                run.last[number] = (ends - 1) // A_DAY + wait
                waiting += self._users[number]

    def _release(self, since: int) -> int:
        """How much study will have passed at the least when a step starts whose needs hold since this moment."""
        day = (since - 1) // A_DAY
        return self._days.index_of(day) * self._share if day <= LAST else 0


class _Open(NamedTuple):
    """A run in which later steps may go first: of each step the moment from which it counts, the study after which it
    may start (NEVER while unknown) and the day on which it counts (0 while it has none).
    """

    draw: Draw
    times: list[int]
    release: list[int]
    last: list[int]


NONE = -1
"""The place of no session."""


def _first(options: Sequence[Option], since: int, missed: int) -> int:
    """The place of the session to take from this moment on, as the timetable chooses it, but for the missed one."""
    for place, option in enumerate(options):
        if option.starts >= since and place != missed:
            return place
    return NONE


def _place(session: Session | None, options: Sequence[Option] | None) -> int:
    if session is None or options is None:
        return NONE
    return next((place for place, option in enumerate(options) if option.session.id == session.id), NONE)


def tasks_of(steps: Sequence[Step]) -> list[Task]:
    """The steps as tasks: renewals not before their day, and after them whatever asks for what they renew."""
    renewed = [number for number, step in enumerate(steps) if step.renews]
    tasks = []
    for number, step in enumerate(steps):
        course, starts = step.course, step.starts
        if step.renews and starts is not None and course.sessions:
            later = tuple(session for session in course.sessions if session.starts.date() >= starts)
            course, starts = replace(course, sessions=later), None
        asked = set(leaves(course.requires)) if renewed else set()
        tasks.append(
            Task(
                course=course,
                hours=step.hours,
                key=number,
                renews=step.renews,
                not_before=starts if step.renews else None,
                after=tuple(place for place in renewed if place < number and _gives(steps[place], asked)),
            )
        )
    return tasks


def _gives(step: Step, asked: set[Fact]) -> bool:
    levels = (
        Attainment(grant.competency, level) for grant in step.course.grants for level in range(1, grant.level + 1)
    )
    return CourseDone(step.course.id) in asked or any(level in asked for level in levels)
