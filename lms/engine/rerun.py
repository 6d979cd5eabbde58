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

from collections.abc import Collection, Iterable, Iterator, Sequence
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
from lms.engine.timetable import A_DAY, Option
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


class Rerun:
    """A path's steps, ready to be dated under any `Draw`. `days` are what the path was arranged with."""

    def __init__(self, steps: Sequence[Step], profile: Profile, days: StudyDays) -> None:
        table = timetable_of(tasks_of(steps), profile, days)
        self._days, self._share, self._unit = days, days.share, days.units(1)
        self._on, self._later = days.on.toordinal(), (days.on.toordinal() + 1) * A_DAY
        self._size = len(steps)
        needs = _needs(table.chosen.needs, table.options.keys())
        self._needs = [_plainly(need) for need in needs]
        self._options = [table.options.get(number) for number in range(len(steps))]
        self._planned = [_place(step.session, self._options[number]) for number, step in enumerate(steps)]
        self._earliest = [table.earliest.get(number, 0) for number in range(len(steps))]
        self._users: list[list[int]] = [[] for _ in steps]
        for number, need in enumerate(needs):
            for other in dict.fromkeys(named(need)):
                self._users[other].append(number)
        self._backward = [n for n, need in enumerate(needs) if any(other > n for other in named(need))]
        self._hours = [0 if step.course.sessions else step.hours for step in steps]
        ends = [step.ends.toordinal() for step in steps if step.ends is not None]
        self._as_planned = len(steps) - len(ends), max(ends, default=self._on)

    def day(self, draw: Draw) -> tuple[int, int]:
        """How many steps find no day, and the ordinal of the day on which the last of the others counts."""
        if draw.hours == self._hours and not any(draw.waits) and not any(draw.missed):
            return self._as_planned
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
            if all(_since(self._needs[number], times) == since[number] for number in self._backward):
                return found

    def _once(self, draw: Draw, times: list[int], since: list[int]) -> tuple[tuple[int, int], bool, bool]:
        at, undated, end, idle, as_planned = 0, 0, self._on, False, True
        later, share, unit, days = self._later, self._share, self._unit, self._days
        walk = zip(self._needs, self._options, self._earliest, draw.hours, draw.waits, strict=True)
        for number, (need, options, earliest, hours, wait) in enumerate(walk):
            since[number] = holds = times[need] if need.__class__ is int else _since(need, times)
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
            since, options = _since(self._needs[number], run.times), self._options[number]
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

Plain = int | tuple[int | frozenset[int], ...] | Of
"""A need told for speed: one step; all of some, each a step or any of some steps; or a group of any kind."""


def _plainly(need: Need) -> Plain:
    if isinstance(need, int):
        return need
    items = need.items if need.n == len(need.items) else (need,)
    told = tuple(_any_of(item) for item in items)
    plain = tuple(item for item in told if item is not None)
    return plain if len(plain) == len(told) else need


def _any_of(need: Need) -> int | frozenset[int] | None:
    if isinstance(need, int):
        return need
    steps = frozenset(item for item in need.items if isinstance(item, int))
    return steps if need.n == 1 and len(steps) == len(need.items) else None


def _since(need: Plain, times: Sequence[int]) -> int:
    """The moment from which what a step needs holds."""
    if isinstance(need, int | Of):
        return when(need, times)
    latest = 0
    for item in need:
        since = times[item] if isinstance(item, int) else min(map(times.__getitem__, item), default=NEVER)
        latest = max(latest, since)
    return latest


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
        if need.n not in (1, len(need.items)):
            return need
        items = list(dict.fromkeys(_flat(need.n == 1, (short(item, user) for item in need.items))))
        if need.n == 1:
            items = [item for item in items if not after(item, user)] or items
            items = [one for one in items if not any(after(one, other) for other in items if other != one)]
        else:
            items = [one for one in items if not any(after(other, one) for other in items if other != one)]
        return items[0] if len(items) == 1 else Of(1 if need.n == 1 else len(items), tuple(items))

    return tuple(short(need, user) for user, need in enumerate(needs))


def _flat(any_: bool, items: Iterable[Need]) -> Iterator[Need]:
    """The items, those of a group of the same kind within the group by themselves."""
    for item in items:
        if isinstance(item, Of) and item.items and (item.n == 1 if any_ else item.n == len(item.items)):
            yield from item.items
        else:
            yield item


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
