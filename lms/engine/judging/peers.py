"""Which colleagues are asked about whom: evenly spread over a group, other ones each time, and nobody about themselves."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 3
"""So many colleagues have to say something before any of it may be shown; of fewer none is asked."""


def colleagues_asked(group: Sequence[int], each: int, turn: int) -> dict[int, tuple[int, ...]]:
    """For each person of a group the others who are asked about them, `each` of them or as many as there are.

    Whoever stands at a place is asked about those that stand some fixed steps away, so everybody is asked about as many
    people as are asked about them. `turn` moves the steps on, so that another round asks others.

    >>> colleagues_asked([1, 2, 3, 4, 5], 3, 0)
    {1: (2, 3, 4), 2: (3, 4, 5), 3: (4, 5, 1), 4: (5, 1, 2), 5: (1, 2, 3)}
    >>> colleagues_asked([1, 2, 3, 4, 5], 3, 1)[1]
    (3, 4, 5)

    Where no three others are, nobody is asked:

    >>> colleagues_asked([1, 2, 3], 3, 0)
    {}
    """
    members = sorted(group)
    others = len(members) - 1
    if others < FEWEST or each < FEWEST:
        return {}
    steps = [1 + (turn + further) % others for further in range(min(each, others))]
    return {one: tuple(members[(place + step) % len(members)] for step in steps) for place, one in enumerate(members)}
