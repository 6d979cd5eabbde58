"""Selection ratios of groups from aggregate counts, with their intervals, as an adverse-impact table shows them.

The ratio is the selection rate of a group over that of the group with the highest; under four fifths it is generally
regarded as evidence of adverse impact (US Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D), which
the interval puts into proportion: few people make it wide. Its limits are those of the logarithm of the ratio (Katz,
Baptista, Azen and Pike 1978, Biometrics 34, 469 to 474), at 95 %. Groups of fewer than five are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from lms.engine.small_numbers import LEAST

FOUR_FIFTHS = 0.8
NORMAL = 1.959964
"""The quantile of the standard normal distribution between which and its negative lie 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of a group applied, and how many of those were selected."""

    group: str
    applied: int
    selected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """The selection rate of a group and its ratio to the highest; `low` and `high` None where nobody was selected."""

    counts: Counts
    rate: float
    ratio: float
    low: float | None
    high: float | None
    reference: bool

    @property
    def under(self) -> bool:
        """Is the ratio under four fifths?"""
        return self.ratio < FOUR_FIFTHS


def ratios(groups: Sequence[Counts]) -> tuple[Ratio, ...]:
    """The groups that are large enough, the one with the highest rate first; none when nobody was selected at all.

    >>> a, b = ratios([Counts(group="a", applied=100, selected=48), Counts(group="b", applied=100, selected=80)])
    >>> a.reference, round(b.ratio, 2), round(b.low or 0, 2), round(b.high or 0, 2), b.under
    (True, 0.6, 0.48, 0.75, True)
    """
    large = [one for one in groups if one.applied >= LEAST]
    by_rate = sorted(large, key=lambda one: (-one.selected / one.applied, -one.applied, one.group))
    if not by_rate or not by_rate[0].selected:
        return ()
    best = by_rate[0]
    return tuple(_ratio(one, best) for one in by_rate)


def _ratio(one: Counts, best: Counts) -> Ratio:
    rate, highest = one.selected / one.applied, best.selected / best.applied
    ratio = rate / highest
    low = high = None
    if one.selected and one is not best:
        spread = NORMAL * sqrt((1 - rate) / one.selected + (1 - highest) / best.selected)
        low, high = exp(log(ratio) - spread), exp(log(ratio) + spread)
    return Ratio(counts=one, rate=rate, ratio=ratio, low=low, high=high, reference=one is best)
