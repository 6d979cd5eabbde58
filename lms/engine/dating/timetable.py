"""The timetable: which days the steps of a given order fall on, by the contract's Pace and Sessions.

Study is one flow: steps without a session follow one another with nothing in between. A course with sessions takes none
of it. It is taken in the session that ends earliest among those that start once its requirement holds; a study step
ended on a day counts from that day on, a session from the moment it ends. A study step that needs a session waits for
the day on which that session ends, and study starts again on that day. Whatever waits for a session that does not exist
is undated, and takes no time.

All moments are whole half microseconds, all amounts of study whole units (`engine/dating/week.py`), so every comparison is exact.

Decisions. A session that ends at midnight ends on the day before, for `ends` is the day of a step's last minute. Two
sessions may overlap: the contract names what a session needs, and nothing else. *Instead of:* refusing overlaps, which
would move people to later dates than the rules allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from lms.engine.curriculum import Course, Session
from lms.engine.dating.week import LAST, StudyDays
from lms.engine.ordering.ways import NEVER, Chosen, met, when

A_DAY = 172_800_000_000
"""Half microseconds."""


def moment(instant: datetime) -> int:
    """An instant as half microseconds, on the same line as `day ordinal * A_DAY`."""
    seconds = instant.hour * 3600 + instant.minute * 60 + instant.second
    return instant.toordinal() * A_DAY + 2 * (seconds * 1_000_000 + instant.microsecond)


class Span(NamedTuple):
    """When a session takes place, as moments.

    It starts half a microsecond after its instant and ends on it, but for one without length, which ends as it starts:
    so one that ends at midnight is over the day before, and one that only takes place then is not.
    """

    ends: int
    starts: int
    first: date
    last: date


@lru_cache(maxsize=1 << 16)  # asked for every person who may take the session
def span(session: Session) -> Span:
    """The moments and the days of a session's first and last minute."""
    starts = moment(session.starts) + 1
    ends = max(moment(session.ends), starts)
    return Span(ends, starts, session.starts.date(), date.fromordinal((ends - 1) // A_DAY))


def last_day(session: Session) -> date:
    """The day of a session's last minute."""
    return span(session).last


class Option(NamedTuple):
    """A session that may be taken, as moments; options compare by the contract's choice: earliest end, then start."""

    ends: int
    starts: int
    place: int
    session: Session


def options_of(course: Course, days: StudyDays) -> list[Option]:
    """The sessions of a course that somebody with these study days may take, the one to prefer first."""
    found = []
    for place, session in enumerate(course.sessions):
        ends, starts, first, last = span(session)
        if session.seats > 0 and first >= days.on and days.open(first, last):
            found.append(Option(ends, starts, place, session))
    return sorted(found)


class Slot(NamedTuple):
    """The days of a step's first and last minute, and its session. A day past 9999 or unknown is None."""

    starts: date | None
    ends: date | None
    session: Session | None


UNDATED = Slot(None, None, None)


class Timetable:
    """The calendar of one chosen set: how much study each course takes and which sessions it may be taken in.

    `hours` are hundredths, one a course. `pinned` says which session a course is taken in; `not_before` on which day
    the study of a course may start at the earliest.
    """

    def __init__(
        self,
        chosen: Chosen,
        hours: Sequence[int],
        days: StudyDays,
        *,
        pinned: Mapping[int, Session] | None = None,
        not_before: Mapping[int, date] | None = None,
    ) -> None:
        self.chosen, self.days = chosen, days
        self.options: dict[int, list[Option]] = {
            number: options_of(course, days) for number, course in enumerate(chosen.courses) if course.sessions
        }
        for number, session in (pinned or {}).items():
            self.options[number] = [option for option in self.options[number] if option.session == session]
        self.work = [0 if course.sessions else days.units(h) for course, h in zip(chosen.courses, hours, strict=True)]
        self.earliest = {number: days.index(day) * days.share for number, day in (not_before or {}).items()}


class Run:
    """A timetable as it is being filled: `at` units of study have passed, `times[i]` is the moment from which course i
    counts (NEVER while it is not dated), `spans` the study of each course in units, `taken` its session.
    """

    __slots__ = ("at", "order", "spans", "table", "taken", "times")

    def __init__(self, table: Timetable) -> None:
        self.table = table
        self.at = 0
        self.times = [NEVER] * len(table.work)
        self.order: list[int] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self.taken: dict[int, Option] = {}
        self._settle()

    def copy(self) -> Run:
        """Another that goes on from here."""
        run = object.__new__(Run)
        run.table, run.at, run.times, run.order = self.table, self.at, self.times[:], self.order[:]
        run.spans, run.taken = self.spans.copy(), self.taken.copy()
        return run

    def release(self, number: int) -> int | None:
        """How much study will have passed when this step can start as the next one; None when nothing lets it."""
        table = self.table
        at = max(self.at, table.earliest.get(number, 0)) if table.earliest else self.at
        if not table.options:
            return at
        since = when(table.chosen.needs[number], self.times)
        if since >= NEVER:
            return None
        day = (since - 1) // A_DAY
        if table.days.on.toordinal() < day <= LAST:
            at = max(at, table.days.index(date.fromordinal(day)) * table.days.share)
        return at

    def study(self, number: int) -> None:
        """Take this study step next, as early as it can start; leave it undated when it cannot."""
        at = self.release(number)
        if at is None:
            return
        end = at + self.table.work[number]
        self.at, self.spans[number] = end, (at, end)
        self.order.append(number)
        self.times[number] = self._last_day(end) * A_DAY
        self._settle()

    def follow(self, order: Iterable[int]) -> Run:
        """Take the study steps in exactly this order, each as early as the order lets it."""
        for number in order:
            if number not in self.table.options:
                self.study(number)
        return self

    def overtake(self, order: Iterable[int], *, overrun: bool) -> Run:
        """Take the study steps in this order, but let a later one go first while one waits for a session.

        With `overrun` any that can start, else only one that ends before the wait is over.
        """
        waiting = [number for number in order if number not in self.table.options]
        while waiting:
            releases = [(release, number) for number in waiting if (release := self.release(number)) is not None]
            if not releases:
                break
            first, number = min(releases, key=lambda each: each[0]) if overrun else releases[0]
            fits = (n for at, n in releases if at <= self.at and self.at + self.table.work[n] <= first)
            number = next(fits, number)
            self.study(number)
            waiting.remove(number)
        return self

    def _settle(self) -> None:
        """Give every course with sessions the best one it can have by now, until none of them moves."""
        needs, moved = self.table.chosen.needs, True
        while moved:
            moved = False
            for number, options in self.table.options.items():
                since = when(needs[number], self.times)
                option = next((o for o in options if o.starts >= since), None)
                if option is not None and self.taken.get(number) is not option:
                    self.taken[number], moved = option, True
                    self.times[number] = option.ends

    def _last_day(self, end: int) -> int:
        days = self.table.days
        return days.ordinal(-(-end // days.share) - 1)

    def key(self) -> tuple[int, int]:
        """How many courses are undated, and the day on which the last dated one ends, as an ordinal. Least is best."""
        days = [self._last_day(end) for _, end in self.spans.values()]
        undated = len(self.times) - len(days) - len(self.taken) + sum(day > LAST for day in days)
        days += [last_day(option.session).toordinal() for option in self.taken.values()]
        return undated, max(days, default=self.table.days.on.toordinal())

    def slot(self, number: int) -> Slot:
        """The days of one step."""
        if number in self.taken:
            session = self.taken[number].session
            return Slot(session.starts.date(), last_day(session), session)
        if number not in self.spans:
            return UNDATED
        start, end = self.spans[number]
        return Slot(self.table.days.first(start), self.table.days.last(end), None)


def chronological(chosen: Chosen, slots: Sequence[Slot], order: Iterable[int]) -> list[int]:
    """The courses by the day they start on, undated ones last, so that each can be taken when its turn comes.

    What can never be taken stands where its day puts it, for whoever tries out an order to see and to refuse it.
    Of one day's steps those with sessions come first where they can be taken, the others as in `order`.
    """
    waiting = sorted(order, key=lambda n: (slots[n].starts or date.max, slots[n] == UNDATED, slots[n].session is None))
    turns: list[int] = []
    taken = 0
    while waiting:
        turn = next((place for place, number in enumerate(waiting) if met(chosen.needs[number], taken)), 0)
        number = waiting.pop(turn)
        turns.append(number)
        taken |= 1 << number
    return turns
