"""How promotions were decided, by group, so that nobody can be told from it: no figure rests on few people or raters.

A figure is shown of a group of at least five people whom at least three people decided about. Groups that are smaller
stand together as *all others*, which takes further groups in until it is large enough itself, so that every table is
whole and no row of it is hidden: the total less the rows shown gives nothing away. Two tables of the same people could
still be set against each other: the sum of some rows of one less some rows of another rests on those whom a cut between
the two separates. So no cut through the graph of any two tables (their rows as nodes, people as edges) may rest on fewer
than five people, or on one or two raters; where one does, rows are put together until none does. *Instead of:* hiding
cells, which leaves what remains to be worked out; and noise, which nobody believes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import networkx as nx

from lms.engine.small_numbers import LEAST

RATERS = 3
"""The smallest number of raters whose decisions a figure sums up."""
Cells = dict[str, int]
"""The row of each group of a dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The case of one person: who decided, how long it waited, how it ended, and its group in each dimension."""

    rater: int
    days: int
    approved: bool
    overridden: bool
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of some groups together: how many people, of them approved and overridden, and the median days."""

    groups: tuple[str, ...]
    people: int
    approved: int
    overridden: int
    days: float


def tables(decided: Sequence[Decided], dimensions: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """A table of each dimension, the largest row first; empty where all people together are too few.

    `decided` has one case of each person.

    >>> few = [Decided(rater=1, days=3, approved=True, overridden=False, groups={"team": "North"})] * 9
    >>> tables(few, ["team"])
    {}
    """
    everybody = range(len(decided))
    if not _safe(decided, everybody):
        return {}
    rows = {name: _large_enough(decided, name) for name in dimensions}
    while (too_close := next(_revealing(decided, rows), None)) is not None:
        _put_together(decided, rows, too_close)
    return {name: tuple(_rows(decided, name, rows[name])) for name in dimensions}


def _safe(decided: Sequence[Decided], some: Sequence[int]) -> bool:
    return len(some) >= LEAST and len({decided[one].rater for one in some}) >= RATERS


def _members(decided: Sequence[Decided], name: str, cells: Cells) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(decided):
        found[cells[one.groups[name]]].append(place)
    return found


def _large_enough(decided: Sequence[Decided], name: str) -> Cells:
    """The groups of a dimension, those that are too small in one row with as many others as it takes."""
    groups = sorted({one.groups[name] for one in decided})
    cells = {group: place for place, group in enumerate(groups)}
    members = _members(decided, name, cells)
    small = [place for place in members if not _safe(decided, members[place])]
    rest = [one for place in small for one in members[place]]
    larger = sorted(members.keys() - set(small), key=lambda place: (len(members[place]), place))
    while rest and not _safe(decided, rest):
        rest += members[larger[0]]
        small.append(larger.pop(0))
    return {group: small[0] if place in small else place for group, place in cells.items()}


def _revealing(decided: Sequence[Decided], rows: Mapping[str, Cells]) -> Iterator[tuple[str, str]]:
    """Two dimensions whose tables, set against each other, tell of too few."""
    raters = sorted({one.rater for one in decided})
    for first, second in combinations(sorted(rows), 2):
        ends = [
            ((first, rows[first][one.groups[first]]), (second, rows[second][one.groups[second]])) for one in decided
        ]
        if _least_cut(ends) < LEAST or any(_cut_by(decided, ends, set(pair)) for pair in combinations(raters, 2)):
            yield first, second


def _least_cut(ends: Sequence[tuple[tuple[str, int], tuple[str, int]]]) -> int:
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    for one, other in ends:
        weight = graph[one][other]["weight"] if graph.has_edge(one, other) else 0
        graph.add_edge(one, other, weight=weight + 1)
    parts = (graph.subgraph(nodes) for nodes in nx.connected_components(graph))
    return min(int(nx.stoer_wagner(part)[0]) for part in parts)


def _cut_by(
    decided: Sequence[Decided], ends: Sequence[tuple[tuple[str, int], tuple[str, int]]], raters: set[int]
) -> bool:
    """Is there a cut that rests on the decisions of these raters alone?"""
    whole: nx.Graph[tuple[str, int]] = nx.Graph()
    without: nx.Graph[tuple[str, int]] = nx.Graph()
    whole.add_edges_from(ends)
    without.add_nodes_from(whole)
    without.add_edges_from(end for one, end in zip(decided, ends, strict=True) if one.rater not in raters)
    return bool(nx.number_connected_components(without) > nx.number_connected_components(whole))


def _put_together(decided: Sequence[Decided], rows: dict[str, Cells], two: tuple[str, str]) -> None:
    """Make one row of the two smallest in the dimension that has more of them."""
    name = max(two, key=lambda one: (len(set(rows[one].values())), one))
    members = _members(decided, name, rows[name])
    first, second = sorted(members, key=lambda place: (len(members[place]), place))[:2]
    rows[name] = {group: first if place == second else place for group, place in rows[name].items()}


def _rows(decided: Sequence[Decided], name: str, cells: Cells) -> Iterator[Row]:
    groups: dict[int, list[str]] = defaultdict(list)
    for group, place in cells.items():
        groups[place].append(group)
    members = _members(decided, name, cells)
    for place in sorted(members, key=lambda place: (-len(members[place]), place)):
        some = [decided[one] for one in members[place]]
        yield Row(
            groups=tuple(groups[place]),
            people=len(some),
            approved=sum(one.approved for one in some),
            overridden=sum(one.overridden for one in some),
            days=median(one.days for one in some),
        )
