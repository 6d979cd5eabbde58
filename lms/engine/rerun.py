"""A path run again: the same steps under other amounts of study, waits and missed sessions. Built once, run many times.

The rules are the timetable's (`engine/timetable.py`), told again for speed: a path is dated twenty times for each person.
A step that waits for somebody's word counts so many days after it was done; what depends on it goes on the day on which
it counts, and other study goes on meanwhile. A missed session is left out, and the step goes to the next one that suits.

Study follows the order of the path. Where that leaves days idle which the path knew nothing of, whatever can start first
goes first, and the better of the two counts. Following the order, more of any amount never brings an earlier day.

What a step waits for is first said as shortly as it can be (`_needs`): of a competency that three courses in turn raise,
the first. *Instead of:* building a `Timetable` for each run, which took up to fifty times as long.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Session
from lms.engine.dated import timetable_of
from lms.engine.profile import Profile
from lms.engine.requirement import CourseDone, Fact, leaves
from lms.engine.schedule import Step
from lms.engine.timetable import A_DAY, last_day
from lms.engine.validity import Task
from lms.engine.ways import NEVER, NEVER_MET, OPEN, Need, Of, named, when
from lms.engine.week import LAST, StudyDays


class Draw(NamedTuple):
    """What happens in one run, for each step: `hours` of study in hundredths, days of waiting for somebody's word, and
    whether its planned session is missed. Of a step with sessions the hours count for nothing.
    """

    hours: Sequence[int]
    waits: Sequence[int]
    missed: Sequence[int]


class Seat(NamedTuple):
    """A session that a step may be taken in: its moments, as of `timetable.Option`, and its last day as an ordinal."""

    ends: int
    starts: int
    last: int
    planned: bool


class Rerun:
    """A path's steps, ready to be dated under any `Draw`. `days` are what the path was arranged with."""

    def __init__(self, steps: Sequence[Step], profile: Profile, days: StudyDays) -> None:
        table = timetable_of(tasks_of(steps), profile, days)
        self._days, self._on, self._share = days, days.on.toordinal(), days.share
        self._size, self._unit = len(steps), days.units(1)
        self._needs = _needs(table.chosen.needs, table.options.keys())
        self._seats: list[list[Seat] | None] = [None] * len(steps)
        for number, options in table.options.items():
            planned = steps[number].session
            self._seats[number] = [
                Seat(each.ends, each.starts, last_day(each.session).toordinal(), _same(each.session, planned))
                for each in options
            ]
        self._earliest = [table.earliest.get(number, 0) for number in range(len(steps))]
        self._users: list[list[int]] = [[] for _ in steps]
        for number, need in enumerate(self._needs):
            for other in dict.fromkeys(named(need)):
                self._users[other].append(number)
        self._onward = all(other < number for number, need in enumerate(self._needs) for other in named(need))

    def day(self, draw: Draw) -> tuple[int, int]:
        """How many steps find no day, and the ordinal of the day on which the last of the others counts."""
        key, idle, as_planned = self._follow(draw)
        if idle and not (as_planned and not any(draw.waits)):
            key = min(key, self._overtake(draw))
        return key

    def in_order(self, draw: Draw) -> tuple[int, int]:
        """The same where study keeps the order of the path whatever happens: never earlier than `day`."""
        return self._follow(draw)[0]

    def _follow(self, draw: Draw) -> tuple[tuple[int, int], bool, bool]:
        """Study in the order of the path: the key, whether any day was idle, and whether each session is the planned one."""
        times = [NEVER] * self._size
        while True:
            before = times[:]
            found = self._once(draw, times)
            if self._onward or times == before:
                return found

    def _once(self, draw: Draw, times: list[int]) -> tuple[tuple[int, int], bool, bool]:
        needs, all_seats, earliest, unit = self._needs, self._seats, self._earliest, self._unit
        at, undated, end, idle, as_planned = 0, 0, self._on, False, True
        for number, need in enumerate(needs):
            since = times[need] if need.__class__ is int else 0 if need is OPEN else when(need, times)
            seats = all_seats[number]
            if seats is not None:
                seat = _seat(seats, since, draw.missed[number])
                if seat is None:
                    undated += 1
                    as_planned = as_planned and not any(each.planned for each in seats)
                    continue
                as_planned = as_planned and seat.planned
                times[number] = seat.ends + draw.waits[number] * A_DAY
                day = seat.last + draw.waits[number]
            elif since >= NEVER:
                undated += 1
                continue
            else:
                begin = self._release(since, max(at, earliest[number]))
                idle = idle or begin > at
                at = begin + draw.hours[number] * unit
                day = self._counts(at, draw.waits[number], number, times)
                if day > LAST:
                    undated += 1
                    continue
            end = max(end, day)
        return (undated, end), idle, as_planned

    def _overtake(self, draw: Draw) -> tuple[int, int]:
        """Study whatever can start first, of several the one that stands first in the path: the key."""
        times, release = [NEVER] * self._size, [NEVER] * self._size
        last, unit, at, end = [0] * self._size, self._unit, 0, self._on
        self._settle([n for n, need in enumerate(self._needs) if need is OPEN], draw, times, release, last)
        pending = [number for number, seats in enumerate(self._seats) if seats is None]
        while pending:
            number = next((n for n in pending if release[n] <= at), None)
            if number is None:
                number = min(pending, key=release.__getitem__)
                if release[number] >= NEVER:
                    break
                at = release[number]
            pending.remove(number)
            at += draw.hours[number] * unit
            last[number] = self._counts(at, draw.waits[number], number, times)
            self._settle(self._users[number], draw, times, release, last)
        found = [day for number, day in enumerate(last) if times[number] < NEVER and day <= LAST]
        return self._size - len(found), max(found, default=end)

    def _settle(self, moved: Sequence[int], draw: Draw, times: list[int], release: list[int], last: list[int]) -> None:
        """Look again at these steps, since what they wait for has found its day: sessions and when study is let go."""
        waiting = list(moved)
        for number in waiting:
            since = self._since(number, times)
            seats = self._seats[number]
            if since >= NEVER:
                continue
            if seats is None:
                release[number] = self._release(since, self._earliest[number])
                continue
            seat = _seat(seats, since, draw.missed[number])
            if seat is not None and seat.ends + draw.waits[number] * A_DAY < times[number]:
                times[number] = seat.ends + draw.waits[number] * A_DAY
                last[number] = seat.last + draw.waits[number]
                waiting += self._users[number]

    def _since(self, number: int, times: Sequence[int]) -> int:
        """The moment from which what the step needs holds."""
        need = self._needs[number]
        if isinstance(need, int):
            return times[need]
        return when(need, times)

    def _release(self, since: int, at: int) -> int:
        """How much study will have passed when a step can start whose needs hold since this moment, `at` or later."""
        day = (since - 1) // A_DAY
        if self._on < day <= LAST:
            return max(at, self._days.index_of(day) * self._share)
        return at

    def _counts(self, at: int, wait: int, number: int, times: list[int]) -> int:
        """The day on which a study step that ends after `at` units counts; its moment goes into `times`."""
        day = self._days.ordinal(-(-at // self._share) - 1) + wait
        times[number] = day * A_DAY + (wait > 0)
        return day


def _seat(seats: Sequence[Seat], since: int, missed: int) -> Seat | None:
    """The session to take from this moment on, as the timetable chooses it."""
    for seat in seats:
        if seat.starts >= since and not (missed and seat.planned):
            return seat
    return None


def _needs(needs: Sequence[Need], dated: Collection[int]) -> tuple[Need, ...]:
    """The same needs, what follows from the rest of them left out: of two courses of which one always comes after the
    other, an all-of waits for the later one, and an any-of for the earlier one.

    A study step that follows a session may end on the day of that session, and then counts from that day's first moment;
    so a session never counts as followed by it.
    """
    before = _always_before(needs)

    def after(late: Need, early: Need) -> bool:
        return (
            isinstance(late, int)
            and isinstance(early, int)
            and before[late] >> early & 1 == 1
            and (late in dated or early not in dated)
        )

    def short(need: Need, user: int) -> Need:
        if isinstance(need, int) or need in (OPEN, NEVER_MET):
            return need
        items = list(dict.fromkeys(short(item, user) for item in need.items)) if need.n in (1, len(need.items)) else []
        if need.n == 1:
            items = [item for item in items if not after(item, user)] or items
            items = [one for one in items if not any(after(one, other) for other in items if other != one)]
        elif items:
            items = [one for one in items if not any(after(other, one) for other in items if other != one)]
        else:
            return need
        return items[0] if len(items) == 1 else Of(1 if need.n == 1 else len(items), tuple(items))

    return tuple(short(need, user) for user, need in enumerate(needs))


def _always_before(needs: Sequence[Need]) -> list[int]:
    """Of each course, itself included, the mask of those that are taken before it in every order."""
    everything = (1 << len(needs)) - 1
    masks = [everything] * len(needs)

    def of(need: Need) -> int:
        if isinstance(need, int):
            return masks[need]
        if need.n == len(need.items):
            return reduce(or_, map(of, need.items), 0)
        return reduce(and_, map(of, need.items), everything)

    found: list[int] = []
    while found != masks:
        found = masks[:]
        for number, need in enumerate(needs):
            masks[number] &= of(need) | 1 << number
    return masks


def _same(session: Session, planned: Session | None) -> bool:
    return planned is not None and session == planned


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
