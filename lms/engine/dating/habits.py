"""Habits: how a person's weeks went so far, in samples, and how much the team's and the site's count beside their own.

Three things are sampled: the ratio of hours done to hours planned, the days for which a confirmation was waited for, and
whether a booked session was missed. Each at three levels, the person's own, their team's and the site's; a wider level
holds what the narrower ones do as well.

Shrinkage. With n own samples the own level weighs n / (n + CREDIBLE), the team's m samples take m / (m + CREDIBLE) of the
rest, the site's s samples s / (s + CREDIBLE) of what that leaves, and what is left then is the plan itself: hours kept,
no wait, nothing missed. So somebody without any history gets their plan as it stands, and each sample moves them away
from it. This is Bühlmann's credibility factor (ASTIN Bulletin 4, 1967), nested as levels are; his constant is the
variance within a person over that between persons.

A ratio is drawn as often as it has hours behind it, so that all steps together take as long as they did before. *Instead
of:* drawing each as often, by which half an hour that was put off for three weeks would make thirty hours take years.

Limits, which the page that shows such dates has to tell: hours are measured against the present week's, for past ones
are not kept; what still waits for an answer is no sample yet, so long waits are under-counted; and CREDIBLE is an
assumption until there is enough history to measure it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from lms.engine.curriculum import CompletedBy
from lms.engine.dating.week import StudyDays
from lms.engine.days import DAY

CREDIBLE = 5
"""How many samples of a level weigh as much as everything wider: a person's weeks differ among themselves about five
times as much as people do, so five of them say as much of the next one as everybody else's do."""
PER_UNIT = 20
"""A ratio is told in twentieths, 20 for hours kept: a history of days knows it no better."""
SLOWEST, FASTEST = 4, 80
"""Beyond these, a fifth and four times the hours, a ratio tells of something else than of pace: of weeks in which nobody
followed the plan, or of a course done long before it was written down."""
PAUSE = timedelta(days=91)
"""Who completed nothing for longer was on no path, and not slow."""
LONGEST_WAIT = 90
"""Days; what took longer was forgotten, and is sampled as this."""
GRACE = timedelta(days=7)
"""How long after its last day a session may be entered as completed."""

CONFIRMED_BY = (CompletedBy.MANAGER, CompletedBy.TRAINER)
"""Whose word a step may wait for. Attendance lists are kept on the day, and nobody waits for their own word."""


class Weights(NamedTuple):
    """What share of the draws each level gets; `plan` is what goes as planned because too little is known."""

    own: float
    team: float
    site: float
    plan: float


Tally = Mapping[int, float]
"""How many samples there are of each value; where some count for more than others, their weights sum up to as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The samples of one habit, by whose they are.

    >>> Levels(own=Counter([0, 1, 1, 0, 0]), team=Counter([0, 1, 1, 0, 0])).weights()
    Weights(own=0.5, team=0.25, site=0.0, plan=0.25)
    """

    own: Tally = field(default_factory=Counter)
    team: Tally = field(default_factory=Counter)
    site: Tally = field(default_factory=Counter)

    def counts(self) -> tuple[int, int, int]:
        """How many samples there are at each level."""
        return round(sum(self.own.values())), round(sum(self.team.values())), round(sum(self.site.values()))

    def weights(self) -> Weights:
        """The shrinkage, by the rule of this module."""
        return _weights(self.counts())

    def mixed(self, as_planned: int) -> Mixture:
        """All levels as one distribution; `as_planned` is what happens when everything goes to plan."""
        if not any(_of(self)):
            return Mixture((as_planned,), (1.0,))
        counts = self.counts()
        *shares, plan = _weights(counts)
        mass = {as_planned: plan}
        for samples, share, count in zip(_of(self), shares, counts, strict=True):
            for value, times in samples.items():
                mass[value] = mass.get(value, 0.0) + share * times / count
        values = sorted(mass)
        return Mixture(tuple(values), (*accumulate(mass[value] for value in values[:-1]), 1.0))


def _weights(counts: Iterable[int]) -> Weights:
    rest, found = 1.0, []
    for count in counts:
        share = rest * count / (count + CREDIBLE)
        found.append(share)
        rest -= share
    own, team, site = found
    return Weights(own, team, site, rest)


class Mixture(NamedTuple):
    """A distribution over values in rising order; `up_to[i]` is the share of those up to the i-th."""

    values: tuple[int, ...]
    up_to: tuple[float, ...]

    def at(self, shares: Iterable[float]) -> list[int]:
        """The values at these shares, each at least 0 and below 1, of all draws in rising order: one draw for each number.

        >>> Levels(own={7: 15}).mixed(0).at([0.2, 0.3])
        [0, 7]
        """
        values, up_to = self
        if len(values) == 1:
            return [values[0] for _ in shares]
        return [values[bisect_right(up_to, share)] for share in shares]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the draws of a person's likely dates rest on.

    `ratios` are hours done to hours planned in PER_UNIT parts, above 0; `waits` days for each of CONFIRMED_BY; `misses`
    1 for a booked session that was missed and 0 for one that was not. Raises ValueError where a ratio or wait is less.
    """

    ratios: Levels = field(default_factory=Levels)
    waits: Mapping[CompletedBy, Levels] = field(default_factory=dict)
    misses: Levels = field(default_factory=Levels)

    def __post_init__(self) -> None:
        if any(min(samples, default=1) <= 0 for samples in _of(self.ratios)):
            raise ValueError("ratios of hours done to hours planned are all above 0")
        if any(min(samples, default=0) < 0 for one in self.waits.values() for samples in _of(one)):
            raise ValueError("nobody waits for less than no day")

    @property
    def known(self) -> bool:
        """Is there any sample at all?"""
        return any(any(_of(levels)) for levels in (self.ratios, self.misses, *self.waits.values()))

    def wait_for(self, by: CompletedBy) -> Levels:
        """The waits for this kind of confirmer."""
        return self.waits.get(by, Levels())


def _of(levels: Levels) -> tuple[Tally, Tally, Tally]:
    return levels.own, levels.team, levels.site


AS_PLANNED = Habits()
"""Of whom nothing is known: hours kept, no waits, nothing missed."""


class Done(NamedTuple):
    """A study course completed on a day; `hours` are hundredths, of a renewal where it was one."""

    day: date
    hours: int


def by_hours(hours: Mapping[int, int], samples: int) -> Tally:
    """A tally of so many samples whose values have so many hours behind them.

    >>> by_hours({20: 300, 10: 100}, 2)
    {20: 1.5, 10: 0.5}
    """
    whole = sum(hours.values())
    return {value: amount * samples / whole for value, amount in hours.items()}


def hours_kept(done: Iterable[Done], days: StudyDays, weekly_hours: Fraction, *, since: date) -> list[tuple[int, int]]:
    """Of each day on which study courses were completed: their hours to the hours that the week had for study since the
    completions before, in PER_UNIT parts, within SLOWEST and FASTEST; and how many hundredths of an hour it was. The
    earliest first.

    `done` are in order; `days` are the study days of this person from before the first of them on, days away left out.
    The very first completion tells nothing but where the next one's time begins; so does one after a PAUSE. What was
    completed on days on which nobody studies is counted with the next. Completions before `since` give no sample.

    >>> days = StudyDays(date(2026, 1, 1), Fraction(7))
    >>> story = [Done(date(2026, 1, 1), 300), Done(date(2026, 1, 9), 400), Done(date(2026, 1, 11), 400)]
    >>> hours_kept(story, days, Fraction(7), since=date(2026, 1, 1))
    [(10, 400), (40, 400)]
    """
    samples: list[tuple[int, int]] = []
    before, hours = None, 0
    for day, amount in _by_day(done):
        hours += amount
        span = 0 if before is None else days.index(day + DAY) - days.index(before + DAY)
        if before is not None and not span:
            continue
        if before is not None and day - before <= PAUSE and day >= since:
            samples.append((_twentieths(hours, weekly_hours, span), hours))
        before, hours = day, 0
    return samples


def _by_day(done: Iterable[Done]) -> Iterable[tuple[date, int]]:
    amounts: dict[date, int] = {}
    for day, hours in done:
        amounts[day] = amounts.get(day, 0) + hours
    return amounts.items()


def _twentieths(hours: int, weekly_hours: Fraction, days: int) -> int:
    """Hundredths of an hour to the hours of so many days of study."""
    done = hours * 7 * weekly_hours.denominator * PER_UNIT
    planned = 100 * weekly_hours.numerator * days
    return min(max((2 * done + planned) // (2 * planned), SLOWEST), FASTEST)


def waited(asked: date, answered: date) -> int:
    """The days from asking until it counted, at most LONGEST_WAIT.

    >>> waited(date(2026, 11, 20), date(2026, 11, 23)), waited(date(2026, 1, 1), date(2026, 11, 23))
    (3, 90)
    """
    return min(max((answered - asked).days, 0), LONGEST_WAIT)


def missed(first: date, last: date, completed: Iterable[date], on: date) -> int | None:
    """1 when no completion of the course is dated from the session's first day to GRACE after its last, else 0; None
    while one may still be entered.

    >>> missed(date(2026, 11, 2), date(2026, 11, 3), [date(2026, 11, 10)], on=date(2026, 11, 23))
    0
    """
    if any(first <= day <= last + GRACE for day in completed):
        return 0
    return 1 if last + GRACE < on else None
