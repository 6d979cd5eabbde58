"""The elevation as SVG: requirements met by date, the twenty likely days on the summit line, and the aim.

Geometry stands in attributes and paint in CSS classes, so that the strict Content-Security-Policy, dark mode, print and
forced colours all hold. What it draws is said in words beside it; for screen readers it is one image with a sentence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape

from lms.web.learner.mine.path_dates import Dates
from lms.web.translated import gettext, in_words, skeleton

Point = tuple[float, float]
SHORTEST = 90
"""Days that are shown of the past at least."""
MOST_MARKS = 8
APART = 1.5
"""Points of a line that stand closer to each other are drawn as one."""
AHEAD = "way-ahead"


@dataclass(frozen=True, slots=True)
class Size:
    """The measures of one drawing in its own units; `dot` is the radius of a likely day."""

    width: int
    height: int
    top: int
    dot: float
    label: int
    samples: bool


WIDE = Size(860, 330, 112, 5, 62, samples=True)
NARROW = Size(390, 250, 88, 3.6, 58, samples=False)
LEFT, RIGHT, BOTTOM = 12, 16, 30


def chart(elevation: Mapping[str, Any], required: int, dates: Dates) -> Markup:
    """Both drawings, for wide and narrow windows; CSS shows one. Empty where nothing is required."""
    if not elevation or not required:
        return Markup()
    behind, ahead = _points(elevation["behind"]), _points(elevation["ahead"])
    drawings = (_Drawing(size, behind, ahead, required, dates) for size in (WIDE, NARROW))
    return Markup("").join(drawing.svg() for drawing in drawings)


def _points(written: Sequence[Sequence[Any]]) -> list[tuple[date, int]]:
    return [(date.fromisoformat(day), met) for day, met in written]


class _Drawing:
    def __init__(
        self,
        size: Size,
        behind: list[tuple[date, int]],
        ahead: list[tuple[date, int]],
        required: int,
        dates: Dates,
    ) -> None:
        self.size, self.dates, self.required = size, dates, required
        on = dates.on
        ends = [on + timedelta(days=60), *ahead[-1:], *dates.days[-1:], dates.big, dates.aim]
        last = max(end[0] if isinstance(end, tuple) else end for end in ends if end is not None)
        past = min(365, max(SHORTEST, round((last - on).days * 0.75)))
        self.first = max(on - timedelta(days=past), behind[0][0])
        self.last = min(last, on + timedelta(days=3650)) + timedelta(days=max(6, (last - self.first).days // 25))
        self.behind, self.ahead = self._shown(behind), ahead
        self.now = behind[-1][1]
        self.origin, self.end = self.first.toordinal(), self.last.toordinal()
        self.a_day = (size.width - LEFT - RIGHT) / (self.end - self.origin)
        self.ground = size.height - BOTTOM - 8
        self.a_step = (self.ground - size.top) / required

    def _shown(self, behind: list[tuple[date, int]]) -> list[tuple[date, int]]:
        """The points from the first day shown on, beginning with what held that day."""
        days = [day for day, _ in behind]
        start = behind[bisect_right(days, self.first) - 1][1]
        return [(self.first, start), *((day, met) for day, met in behind if day > self.first)]

    def x(self, day: date) -> float:
        return self._x(day.toordinal())

    def _x(self, ordinal: int) -> float:
        return LEFT + (min(ordinal, self.end) - self.origin) * self.a_day

    def y(self, met: float) -> float:
        return self.ground - met * self.a_step

    def svg(self) -> Markup:
        name = "wide" if self.size is WIDE else "narrow"
        says = gettext(
            "Requirements met by date: %(met)s of %(required)s today; %(rest)s",
            met=self.now,
            required=self.required,
            rest=gettext("likely %(day)s", day=in_words(self.dates.big)) if self.dates.big else gettext("no date yet"),
        )
        parts = "".join((*self._ground(), *self._aim(), *self._way(), *self._dots(), *self._summit()))
        drawn = Markup(parts)  # noqa: S704 - numbers, and words that `_text` escaped
        return Markup(
            '<svg class="profile {}" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>'
        ).format(name, self.size.width, self.size.height, says, drawn)

    def _ground(self) -> Iterator[str]:
        """A line and a name for each month, or each third or twelfth where they would stand too close."""
        foot = self.size.height - BOTTOM
        months = (self.last - self.first).days / 30.4
        room = (self.size.width - LEFT - RIGHT) / max(months, 1)
        every = next((step for step in (1, 2, 3, 6, 12) if step * room >= self.size.label), 24)
        for day in self._months(every):
            x = self.x(day)
            pattern = "yMMM" if day.month == 1 else "MMM"
            yield f'<path class="grid" d="M{x:.1f} {self.size.top - 14}V{foot}"/>'
            if x < self.size.width - (64 if day.month == 1 else 36):
                yield _text("month", x + 4, foot + 19, skeleton(pattern, day))
        yield f'<path class="top" d="M{self.x(self.dates.on):.1f} {self.y(self.required):.1f}H{self.size.width - RIGHT}"/>'

    def _months(self, every: int) -> Iterator[date]:
        """The first days of months after the first day shown: each that so many divide, counted from the year 0."""
        month = self.first.year * 12 + self.first.month
        month += -month % every
        while (day := date(month // 12, month % 12 + 1, 1)) < self.last:
            yield day
            month += every

    def _aim(self) -> Iterator[str]:
        if self.dates.aim is None or self.dates.aim < self.first:
            return
        x, foot = self.x(self.dates.aim), self.size.height - BOTTOM
        yield f'<path class="goal" d="M{x:.1f} {self.size.top - 52}V{foot}"/>'
        fits = x < self.size.width - 60
        yield _text("goal-t", x + (6 if fits else -6), foot - 8, gettext("Your aim"), end=not fits)

    def _way(self) -> Iterator[str]:
        """What was climbed, and what is ahead at the pace of the median."""
        foot = self.size.height - BOTTOM
        past = [(self.x(day), self.y(met)) for day, met in self.behind]
        climbed = _smooth(past)
        x, y = past[-1]
        yield f'<path class="hill" d="{climbed}L{x:.1f} {foot}L{past[0][0]:.1f} {foot}Z"/>'
        if self.size.samples:
            yield from self._samples(x)
        if self.dates.big and self.ahead:
            coming = self._until(self.dates.big)
            line = _smooth(coming)
            yield f'<path class="coming" d="{line}L{coming[-1][0]:.1f} {foot}L{x:.1f} {foot}Z"/>'
            yield f'<path class="median" d="{line}"/>'
        yield f'<path class="past" d="{climbed}"/>'
        risen = [
            at
            for at, (before, after) in enumerate(zip(self.behind, self.behind[1:], strict=False), 1)
            if after[1] > before[1]
        ]
        for at in [place for place in risen if place < len(past) - 1][-MOST_MARKS:]:
            yield f'<circle class="dot" cx="{past[at][0]:.1f}" cy="{past[at][1]:.1f}" r="4"/>'
        room = x > 90
        yield f'<circle class="me" cx="{x:.1f}" cy="{y:.1f}" r="7.5"/>'
        yield _text("you", x + (-13 if room else 13), y - 12, gettext("You, today"), end=room)

    def _samples(self, x: float) -> Iterator[str]:
        """The ways to all likely days: one line, as long as the longest, pressed together from today (at `x`) on."""
        if not self.dates.days or not self.ahead:
            return
        latest = self.dates.days[-1]
        longest = max(self.x(latest) - x, 1)
        yield f'<defs><path id="{AHEAD}" vector-effect="non-scaling-stroke" d="{_smooth(self._until(latest))}"/></defs>'
        for day in self.dates.days:
            share = max((self.x(day) - x) / longest, 0.001)
            yield f'<use class="sample" href="#{AHEAD}" transform="matrix({share:.4f} 0 0 1 {x * (1 - share):.1f} 0)"/>'

    def _until(self, end: date) -> list[Point]:
        """The way ahead, drawn out so that it ends on this day."""
        on = self.dates.on.toordinal()
        planned = max(self.ahead[-1][0].toordinal() - on, 1) if self.ahead else 1
        stretch = (end.toordinal() - on) / planned
        ahead = [
            (self._x(on + round((day.toordinal() - on) * stretch)), self.ground - met * self.a_step)
            for day, met in self.ahead
        ]
        return [(self._x(on), self.y(self.now)), *ahead]

    def _dots(self) -> Iterator[str]:
        """The likely days as piles on the summit line, the dots as large as the highest pile lets them be."""
        floor = self.y(self.required) - 3
        places = [self.x(day) for day in self.dates.days]
        wide = next(
            w
            for w in (self.size.dot * 2 + 1.6 - 0.4 * n for n in range(99))
            if _highest(places, w) * w < floor or w < 2
        )
        piles: Counter[int] = Counter()
        for day, place in zip(self.dates.days, places, strict=True):
            column = int(place // wide)
            piles[column] += 1
            kind = "fut late" if self.dates.aim is not None and day > self.dates.aim else "fut"
            x, y = (column + 0.5) * wide, floor - (piles[column] - 0.5) * wide
            yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{wide / 2 - 0.8:.1f}"/>'

    def _summit(self) -> Iterator[str]:
        if self.dates.big is None:
            return
        x, y = self.x(self.dates.big), self.y(self.required)
        blows = 1 if x < self.size.width - 40 else -1
        yield f'<path class="pole" d="M{x:.1f} {y:.1f}V12"/>'
        yield f'<path class="flag" d="M{x:.1f} 12h{24 * blows}l{-6 * blows} 8 {6 * blows} 8h{-24 * blows}z"/>'
        yield f'<circle class="flag" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        left = x > 110
        yield _text("you", x + (-8 if left else 32), 24, in_words(self.dates.big), end=left)


def _highest(places: Sequence[float], wide: float) -> int:
    """The highest pile of dots at these places, each so wide."""
    columns = [int(place // wide) for place in places]
    return max(map(columns.count, columns), default=0)


def _text(css: str, x: float, y: float, words: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}"{anchor}>{escape(words)}</text>'


def _smooth(points: Sequence[Point]) -> str:
    """A path that rises and falls only between its points."""
    (x, y), *rest = points
    drawn = [f"M{x:.1f} {y:.1f}"]
    for place, (then, there) in enumerate(rest, 1):
        if then - x < APART and place < len(rest):
            continue
        middle = (x + then) / 2
        drawn.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {there:.1f} {then:.1f} {there:.1f}")
        x, y = then, there
    return "".join(drawn)
