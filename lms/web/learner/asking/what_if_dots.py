"""The twenty likely days of a plan as a row of dots, drawn on one axis with those of the plan beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from flask_babel import gettext
from markupsafe import Markup

from lms.engine.dating.forecast import DRAWS
from lms.web.learner.mine.path_dates import Dates
from lms.web.translated import in_words

WIDTH, HEIGHT, DOT = 320, 96, 3.4
FOOT = HEIGHT - 22
MOST = 8
"""Dots in one pile; what does not fit stands beside it."""


def axis(plans: Iterable[Dates]) -> tuple[date, date] | None:
    """The first and the last day that any of the plans speaks of; None where none has a likely day."""
    found = [day for plan in plans for day in (*plan.days, plan.aim) if plan.days and day is not None]
    return (min(found), max(found)) if found else None


def dots(dates: Dates, first: date, last: date) -> Markup:
    """The drawing of one plan: days by the aim filled, later ones hollow, the aim a dashed line."""
    says = gettext("Twenty likely days; half of them by %(day)s", day=in_words(dates.big)) if dates.big else ""
    drawn = Markup("").join((*_aim(dates, first, last), *_dots(dates, first, last), *_ends(first, last)))
    return Markup(
        '<svg class="profile" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">'
        '<path class="top" d="M0 {}H{}"/>{}</svg>'
    ).format(WIDTH, HEIGHT, says, FOOT, WIDTH, drawn)


def _x(day: date, first: date, last: date) -> float:
    days = (last - first).days
    return 12 + (day - first).days / days * (WIDTH - 24) if days else WIDTH / 2


def _aim(dates: Dates, first: date, last: date) -> Iterator[Markup]:
    if dates.aim is not None:
        yield Markup('<path class="goal" d="M{:.1f} 4V{}"/>').format(_x(dates.aim, first, last), FOOT)


def _dots(dates: Dates, first: date, last: date) -> Iterator[Markup]:
    wide = DOT * 2 + 1
    piles: Counter[int] = Counter()
    for day in dates.days:
        here = int(_x(day, first, last) // wide)
        column = next(at for beside in range(DRAWS) for at in (here - beside, here + beside) if piles[at] < MOST)
        late = dates.aim is not None and day > dates.aim
        y = FOOT - DOT - 2 - piles[column] * wide
        piles[column] += 1
        kind = "fut late" if late else "fut"
        yield Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(kind, (column + 0.5) * wide, y, DOT)


def _ends(first: date, last: date) -> Iterator[Markup]:
    """The first and the last day of the axis."""
    if last == first:
        yield Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            WIDTH / 2, HEIGHT - 4, in_words(first)
        )
        return
    yield Markup('<text x="2" y="{}">{}</text>').format(HEIGHT - 4, in_words(first))
    yield Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(WIDTH - 2, HEIGHT - 4, in_words(last))
