"""How raters use the scale: who rates higher than others do, and who gives everybody the same. Numbers, no verdicts.

Leniency is the mean of the differences between what a rater gave and what the others gave: about the same competency of
anybody, and about the same competency of the same people. The first also differs because people differ, the second says
little where few others rated them; side by side they tell a strong team from a mild rater. Spread is the standard
deviation within competencies, pooled over them; a small one beside everybody's is a restriction of range. The terms are
those of Saal, Downey & Lahey (1980), *Rating the ratings: Assessing the psychometric quality of rating data*,
Psychological Bulletin 88(2), 413 to 428; the pooled deviation is the root of the within-group mean square.

Nothing is told of a rater with fewer than five people, nor against fewer than three others, and never by name of
anybody rated. *Instead of:* correcting ratings by these numbers, which would change a person's level for what was said
of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from lms.engine.small_numbers import LEAST

FEWEST_OTHERS = 3
"""Of so many other raters a mean has to be made."""


@dataclass(frozen=True, slots=True)
class Given:
    """A level that a rater gave a person in a competency; `compared` for whoever is to be looked at."""

    rater: int
    person: int
    competency: str
    level: int
    compared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How one rater uses the scale, in levels; None where too few people or raters stand behind a number.

    `people` is None where it is below five, and then everything else is.
    """

    rater: int
    people: int | None
    above_site: float | None = None
    above_others: float | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everybody who is compared, by number, and the spread of them all together."""

    raters: tuple[Use, ...]
    spread: float | None


def calibrate(given: Iterable[Given]) -> Calibration:
    """How those compared use the scale. Nobody's view of themselves is taken.

    Rater 1 gives five people a level more than raters 2, 3 and 4 give others:

    >>> ratings = [Given(1, person, "k", 3) for person in range(10, 15)]
    >>> ratings += [Given(rater, 10 * rater + n, "k", 2 + n % 2) for rater in (2, 3, 4) for n in range(6)]
    >>> calibrate(ratings).raters[0]
    Use(rater=1, people=5, above_site=0.5, above_others=None, spread=0.0)

    Four people are too few to tell anything of:

    >>> calibrate(ratings[1:]).raters[0]
    Use(rater=1, people=None, above_site=None, above_others=None, spread=None)
    """
    rows = [one for one in given if one.rater != one.person]
    by_competency: dict[str, list[Given]] = defaultdict(list)
    by_item: dict[tuple[int, str], list[Given]] = defaultdict(list)
    by_rater: dict[int, list[Given]] = defaultdict(list)
    for one in rows:
        by_item[one.person, one.competency].append(one)
        if one.compared:
            by_competency[one.competency].append(one)
            by_rater[one.rater].append(one)
    compared = [one for one in rows if one.compared]
    whole = len(by_rater) >= FEWEST_OTHERS and len({one.person for one in compared}) >= LEAST
    return Calibration(
        raters=tuple(_use(rater, by_rater[rater], by_competency, by_item) for rater in sorted(by_rater)),
        spread=_spread(compared) if whole else None,
    )


def _use(
    rater: int,
    mine: Sequence[Given],
    by_competency: dict[str, list[Given]],
    by_item: dict[tuple[int, str], list[Given]],
) -> Use:
    people = {one.person for one in mine}
    if len(people) < LEAST:
        return Use(rater=rater, people=None)
    return Use(
        rater=rater,
        people=len(people),
        above_site=_above([(one, by_competency[one.competency]) for one in mine], each=FEWEST_OTHERS),
        above_others=_above([(one, by_item[one.person, one.competency]) for one in mine], each=1),
        spread=_spread(mine),
    )


def _above(pairs: Sequence[tuple[Given, Sequence[Given]]], *, each: int) -> float | None:
    """The mean difference to what others gave, over the ratings beside which `each` others stand; None where those
    are of fewer than five people, or fewer than three others stand behind all of it.
    """
    found, people, raters = [], set(), set()
    for one, beside in pairs:
        others = [other for other in beside if other.rater != one.rater]
        who = {other.rater for other in others}
        if len(who) < each:
            continue
        found.append(one.level - Fraction(sum(other.level for other in others), len(others)))
        people.add(one.person)
        raters |= who
    if len(people) < LEAST or len(raters) < FEWEST_OTHERS:
        return None
    return float(sum(found, Fraction(0)) / len(found))


def _spread(rows: Sequence[Given]) -> float | None:
    """The standard deviation within competencies, pooled; None where no competency was rated twice."""
    levels: dict[str, list[int]] = defaultdict(list)
    for one in rows:
        levels[one.competency].append(one.level)
    free = len(rows) - len(levels)
    if not free:
        return None
    squares = sum(sum((level - Fraction(sum(some), len(some))) ** 2 for level in some) for some in levels.values())
    return sqrt(squares / free)
