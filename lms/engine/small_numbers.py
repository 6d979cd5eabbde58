"""Small numbers: what is counted of fewer than five people could say something about one of them, and is not told."""

from __future__ import annotations

ENOUGH = 5


def at_least_five(count: int) -> int | None:
    """The count, from five on; None where it is too small to be told.

    >>> at_least_five(7), at_least_five(4)
    (7, None)
    """
    return count if count >= ENOUGH else None
