"""Rows that no combination of figures can set apart by few people: they count as one where few are looked for.

Two people who differ in one row alone have it told of them that the two rows count alike, if a combination of figures
says nothing of either. Where there are so many such pairs that neither four people nor two raters stand in all of them,
this holds whichever few it tells of. Rows tied in this way are one from then on, which ties others. What is left is a
fraction of the rows, and tells of the same few people as they all do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations

from lms.engine.small_numbers import LEAST, RATERS

Rows = list[tuple[Hashable, ...]]
Pair = tuple[set[int], set[int]]
"""The people who stand in one row and in another, and in the same rows of all other tables."""


def tied(rows: Sequence[Sequence[Hashable]], raters: Sequence[int]) -> Rows:
    """The rows of each person, a row named as the one that it is tied to.

    >>> rows = [(team, role) for team in "abc" for role in "xy" for _ in range(3)]
    >>> sorted(set(tied(rows, list(range(18)))))
    [('a', 'x')]
    >>> tied(rows[:6], [1, 2, 3, 1, 1, 2]) == rows[:6]
    True
    """
    now: Rows = [tuple(one) for one in rows]
    while True:
        before = now
        for table in range(len(now[0]) if now else 0):
            names = _names(_pairs(now, table), raters)
            now = [(*one[:table], names.get(one[table], one[table]), *one[table + 1 :]) for one in now]
        if now == before:
            return now


def _pairs(rows: Rows, table: int) -> dict[tuple[Hashable, Hashable], list[Pair]]:
    """For two rows of a table those people who differ in nothing else."""
    places: dict[tuple[Hashable, ...], dict[Hashable, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, one in enumerate(rows):
        places[one[:table] + one[table + 1 :]][one[table]].add(place)
    found: dict[tuple[Hashable, Hashable], list[Pair]] = defaultdict(list)
    for stand in places.values():
        for first, second in combinations(sorted(stand, key=repr), 2):
            found[first, second].append((stand[first], stand[second]))
    return found


def _names(pairs: Mapping[tuple[Hashable, Hashable], list[Pair]], raters: Sequence[int]) -> dict[Hashable, Hashable]:
    """For each row that is tied to others the name of one of them."""
    names: dict[Hashable, Hashable] = {}
    for (first, second), some in pairs.items():
        one, other = names.get(first, first), names.get(second, second)
        if one != other and _hold(some, raters):
            names |= {row: one for row in (*names, second) if row == second or names[row] == other} | {first: one}
    return names


def _hold(pairs: Sequence[Pair], raters: Sequence[int]) -> bool:
    """Do these pairs hold, whichever four people or two raters are taken out?"""
    if sum(min(len(one), len(other)) for one, other in pairs) < LEAST:
        return False
    return not _breaks([[{raters[one] for one in some} for some in pair] for pair in pairs], frozenset())


def _breaks(pairs: Sequence[Sequence[set[int]]], out: frozenset[int]) -> bool:
    """Can so many raters be taken out, beside those who are, that one side of each pair is empty?"""
    held = next((pair for pair in pairs if not any(side <= out for side in pair)), None)
    if held is None:
        return True
    return any(len(out | side) < RATERS and _breaks(pairs, out | side) for side in held)
