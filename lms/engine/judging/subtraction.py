"""Of which few people the figures of some tables tell, whatever sums and differences of them somebody works out.

Every figure is a linear equation over the finest groups, those of people who stand in the same row of every table: its
coefficients are those of the row. Whatever follows from figures by arithmetic is a linear combination of such rows, and
tells of the people whose coefficient in it is not nought. This asks whether any combination at all, of any number of
tables and with any weights, tells of one to four people, or of people about whom one or two raters decided. It is the
audit of linear relations of cell suppression (Cox 1980, *Suppression methodology and statistical disclosure control*,
Journal of the American Statistical Association 75, 377 to 385; Hundepool et al. 2012, *Statistical disclosure control*,
chapter 4), for every set of people and not for given cells only.

A combination tells of a set T alone exactly when the block of T in the hat matrix H, the projection onto the row space,
has the eigenvalue 1 (Hoaglin and Welsch 1978, *The hat matrix in regression and ANOVA*). That bounds the search: where u
is its eigenvector and a the place of the largest entry, the sum of |H_aj| over T is at least 1, and the trace too. What
is found stays found when people are taken out one by one, which is how sets of two to four are searched. Numbers are
floating, and what comes within `CLOSE` of telling counts as telling: rounding errs on the side of silence.
*Instead of:* trying all sets, of which 5,000 people have 26 billions with four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from itertools import combinations
from math import sqrt
from operator import mul

from lms.engine.judging.rows_tied import tied
from lms.engine.small_numbers import LEAST, RATERS

CLOSE = 1e-7
Vector = list[float]


def told_of_few(rows: Sequence[Sequence[Hashable]], raters: Sequence[int]) -> list[frozenset[int]]:
    """Sets of people that are too few and that the figures of the tables tell of; none when there is no such set.

    `rows` has for each person the row they stand in, table by table; `raters` who decided. People are places in both.
    Not every such set is among those found, but there are none when none is found.

    Fifteen people in the north, of whom twelve are in team a: the difference tells of the three others.

    >>> rows = [("a", "north")] * 12 + [("b", "north")] * 3 + [("b", "south")] * 9
    >>> [sorted(some) for some in told_of_few(rows, [place % 4 for place in range(24)])]
    [[12, 13, 14]]
    """
    figures = _Figures(rows, raters)
    found = figures.of_few_people() or figures.of_few_raters()
    return [frozenset(one for place in some for one in figures.people[place]) for some in found]


class _Figures:
    """The finest groups, by place, as vectors whose inner products are the entries of the hat matrix."""

    def __init__(self, rows: Sequence[Sequence[Hashable]], raters: Sequence[int]) -> None:
        groups: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
        for place, one in enumerate(tied(rows, raters)):
            groups[one].append(place)
        self.people = list(groups.values())
        self.raters = [frozenset(raters[one] for one in some) for some in self.people]
        self.vectors = _vectors(list(groups), [len(some) for some in self.people])

    def of_few_people(self) -> list[list[int]]:
        """Groups that are together one to four people and of which the figures tell."""
        light = [place for place, some in enumerate(self.people) if len(some) < LEAST]
        levers = {place: _product(self.vectors[place], self.vectors[place]) for place in light}
        return list(self._searched(levers, LEAST - 1, ()))

    def _searched(
        self, levers: dict[int, float], left: int, out: tuple[tuple[int, dict[int, float], float], ...]
    ) -> Iterator[list[int]]:
        """Sets of at most `left` people that are told of, those `out` being taken out: their columns, what is left."""
        levers = {place: lever for place, lever in levers.items() if len(self.people[place]) <= left}
        told = [place for place, lever in levers.items() if lever > 1 - CLOSE]
        yield from ([*(place for place, _, _ in out), place] for place in told)
        if told:
            return
        for first, lever in levers.items():
            more = left - len(self.people[first])
            if not more or lever * left < 1 - CLOSE:
                continue
            column = self._column(first, levers, out)
            sizes = sorted((abs(column[place]) for place in column if place != first), reverse=True)
            if lever + sum(sizes[:more]) < 1 - CLOSE:
                continue
            rest = {
                place: lever_ + column[place] ** 2 / (1 - lever) for place, lever_ in levers.items() if place != first
            }
            found = list(self._searched(rest, more, (*out, (first, column, 1 - lever))))
            if found:
                yield found[0]
                return

    def _column(
        self, first: int, places: Collection[int], out: tuple[tuple[int, dict[int, float], float], ...]
    ) -> dict[int, float]:
        vector = self.vectors[first]
        column = {place: _product(vector, self.vectors[place]) for place in places}
        for _, taken, left in out:
            factor = taken[first] / left
            column = {place: value + factor * taken[place] for place, value in column.items()}
        return column

    def of_few_raters(self) -> list[list[int]]:
        """Groups decided about by one or two raters of which the figures tell."""
        blocks: dict[frozenset[int], list[int]] = defaultdict(list)
        for place, raters in enumerate(self.raters):
            if len(raters) < RATERS:
                blocks[raters].append(place)
        found = [told for some in blocks.values() if (told := self._told(some))]
        if found:
            return found
        most = {raters: self._most(some) for raters, some in blocks.items()}
        for pair in combinations(sorted(frozenset().union(*blocks)), RATERS - 1):
            parts = [part for part in (frozenset(pair), *(frozenset({one}) for one in pair)) if part in blocks]
            if len(parts) > 1 and sum(most[part] for part in parts) > 1 - CLOSE:
                told = self._told([place for part in parts for place in blocks[part]])
                if told:
                    return [told]
        return []

    def _told(self, places: Sequence[int]) -> list[int]:
        """Those of some groups about whom alone a combination of figures tells."""
        block = [[-_product(self.vectors[one], self.vectors[other]) for other in places] for one in places]
        for place, line in enumerate(block):
            line[place] += 1
        _, _, tied = _factor(block, CLOSE)
        return [places[place] for place in tied]

    def _most(self, places: Sequence[int]) -> float:
        """A bound of the largest eigenvalue of a block, from the trace of its 16th power."""
        block = [[_product(self.vectors[one], self.vectors[other]) for other in places] for one in places]
        for _ in range(3):
            block = [[_product(line, other) for other in block] for line in block]
        return float(sum(_product(line, line) for line in block) ** (1 / 16))


def _vectors(groups: Sequence[Sequence[Hashable]], sizes: Sequence[int]) -> list[Vector]:
    """For each group a vector, such that the hat matrix holds their inner products."""
    tables = [sorted({one[table] for one in groups}, key=repr) for table in range(len(groups[0]) if groups else 0)]
    order = sorted(range(len(tables)), key=lambda table: -len(tables[table]))  # the largest block is a diagonal
    number = {key: place for place, key in enumerate((table, row) for table in order for row in tables[table])}
    rows = [[number[table, row] for table, row in enumerate(one)] for one in groups]
    gram = [[0.0] * len(number) for _ in number]
    for some, size in zip(rows, sizes, strict=True):
        for one in some:
            for other in some:
                gram[one][other] += size
    scale = [1 / sqrt(line[place]) for place, line in enumerate(gram)]
    scaled = [
        [value * scale[place] * factor for value, factor in zip(line, scale, strict=True)]
        for place, line in enumerate(gram)
    ]
    inverse, pivots, _ = _factor(scaled, CLOSE**1.5)
    columns = {
        row: [line[place] * scale[row] if place < len(line) else 0.0 for line in inverse]
        for place, row in enumerate(pivots)
    }
    return [
        [sqrt(size) * sum(values) for values in zip(*(columns[row] for row in some if row in columns), strict=True)]
        for some, size in zip(rows, sizes, strict=True)
    ]


def _factor(gram: Sequence[Vector], least: float) -> tuple[list[Vector], list[int], list[int]]:
    """The inverse of the Cholesky factor of the independent rows of a matrix, those rows, and the first tied rows.

    Tied are rows of which the last is a combination of the others; none where all are independent.
    """
    inverse: list[Vector] = []
    pivots: list[int] = []
    tied: list[int] = []
    for place, line in enumerate(gram):
        known = [line[pivot] for pivot in pivots]
        part = [_product(row, known) for row in inverse]
        rest = line[place] - _product(part, part)
        mixed = [0.0] * len(pivots)
        for factor, row in zip(part, inverse, strict=True):
            if factor:
                for at, value in enumerate(row):
                    mixed[at] -= factor * value
        if rest <= least:
            tied = tied or [*(pivots[at] for at, value in enumerate(mixed) if abs(value) > sqrt(CLOSE)), place]
            continue
        root = sqrt(rest)
        inverse.append([*(value / root for value in mixed), 1 / root])
        pivots.append(place)
    return inverse, pivots, tied


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    """The inner product, as far as the shorter goes."""
    return float(sum(map(mul, one, other)))
