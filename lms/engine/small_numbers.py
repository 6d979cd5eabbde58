"""Numbers of people that tell of nobody: small ones are withheld, and with them what would give them away.

A count of one to four is withheld. So is another cell of the same whole wherever what is shown, and the whole, would let
somebody work the small ones out; of those the smallest one goes first. Withheld cells look alike: which of them was
small is not told where that itself would say too much. *Instead of:* rounding, which differences undo, and noise, which
makes numbers that do not add up and that nobody believes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
"""The smallest number of people that is told."""
RATERS = 3
"""The smallest number of raters whose judgements a figure sums up."""


@dataclass(frozen=True, slots=True)
class Told:
    """The cells of a whole as they may be shown, None where withheld; `all_small`: every withheld one is one to four."""

    cells: tuple[int | None, ...]
    all_small: bool = True


def told(counts: Sequence[int]) -> Told:
    """What may be shown of counts that add up to a whole which is shown as well.

    A single small cell takes the next larger one with it, else the whole less the others would reveal it:

    >>> told([12, 3, 8, 0])
    Told(cells=(12, None, None, 0), all_small=False)

    Two small cells hide each other, unless their sum leaves only one way:

    >>> told([12, 3, 2])
    Told(cells=(12, None, None), all_small=True)
    >>> told([12, 1, 1])
    Told(cells=(None, None, None), all_small=False)
    >>> told([12, 4, 4, 6])
    Told(cells=(12, None, None, None), all_small=False)

    Nothing small, nothing withheld; of a whole that is small itself nothing is told but its noughts:

    >>> told([12, 0, 5])
    Told(cells=(12, 0, 5), all_small=True)
    >>> told([2, 0])
    Told(cells=(None, 0), all_small=True)
    """
    withheld = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    small = len(withheld)
    larger = sorted((place for place, count in enumerate(counts) if count >= LEAST), key=lambda one: counts[one])
    if withheld and _reveals([counts[place] for place in withheld]):
        withheld.update(larger[:1])
    cells = tuple(None if place in withheld else count for place, count in enumerate(counts))
    return Told(cells, all_small=len(withheld) == small)


def told_of(count: int) -> int | None:
    """A number that stands by itself; None when it is one to four.

    >>> told_of(0), told_of(4), told_of(5)
    (0, None, 5)
    """
    return None if 0 < count < LEAST else count


def _reveals(small: Sequence[int]) -> bool:
    """Does the sum of these small cells leave only one way to fill them, or are they known to lie at one end?"""
    whole, cells = sum(small), len(small)
    return cells == 1 or whole in {cells, cells * (LEAST - 1)}
