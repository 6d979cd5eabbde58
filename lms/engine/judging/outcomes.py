"""Where the number of people who fared one way is withheld, because it would tell how few of them fared.

The people of a row are known where all of them fared alike; then the other rows tell of what is left of them, and so on.
Who is left may be few: one person overridden in the whole organisation stands in one row of each table, and is found
where these rows meet. So the number is withheld of two rows of a table and more, which then only say their sum, until
what is left tells of nobody (`subtraction`). Nor may rows of several groups be all alike, for then each of the groups,
and each team of a site of which all is alike, would be known however small it is; unless all of everybody are alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lms.engine.judging.rows_together import Cells, Groups, most_alike, rows_of, smallest_of
from lms.engine.judging.subtraction import told_of_few


def withheld(
    groups: Groups,
    raters: Sequence[int],
    outcome: Sequence[bool],
    cells: Mapping[str, Cells],
    within: Mapping[str, str],
) -> frozenset[tuple[str, str]]:
    """The dimension and row of each number withheld; `cells` are the rows that people are counted in.

    >>> groups = [{"team": "a"}] * 6 + [{"team": "b"}] * 5 + [{"team": "c"}] * 2
    >>> cells = {"team": {"a": "a", "b": "b", "c": "b"}}
    >>> sorted(withheld(groups, range(13), [True] * 4 + [False] * 9, cells, {}))
    [('team', 'a'), ('team', 'b')]
    """
    if len(set(outcome)) < 2:
        return frozenset()
    sums = {name: dict(rows) for name, rows in cells.items()}
    mixed = _to_be_mixed(groups, cells, within)
    while True:
        alone = _alike(groups, outcome, sums, mixed)
        if alone is not None:
            name, row = alone
            ways = _ways(groups, outcome, name, sums[name])
            most_alike(groups, sums, name, row, [other for other, way in ways.items() if way - ways[row]])
            continue
        found = _told_of_few(rows_of(groups, sums), raters, outcome)
        if not found:
            return frozenset(_put_together(cells, sums))
        for some in found:
            smallest = smallest_of(groups, sums, some)
            if smallest is not None:
                most_alike(groups, sums, *smallest)


def _put_together(cells: Mapping[str, Cells], sums: Mapping[str, Cells]) -> Iterator[tuple[str, str]]:
    """The rows, with their dimension, of which only a sum with others is told."""
    for name, rows in cells.items():
        parts: dict[str, set[str]] = defaultdict(set)
        for group, row in rows.items():
            parts[sums[name][group]].add(row)
        yield from ((name, row) for some in parts.values() if len(some) > 1 for row in some)


def _to_be_mixed(groups: Groups, cells: Mapping[str, Cells], within: Mapping[str, str]) -> set[tuple[str, str]]:
    """The groups, by dimension, whose row may not be all alike: those put together, and what they lie within."""
    named = {name: list(rows.values()) for name, rows in cells.items()}
    found = set()
    for one in groups:
        for name, rows in cells.items():
            if named[name].count(rows[one[name]]) > 1:
                found.add((name, one[name]))
                if name in within:
                    found.add((within[name], one[within[name]]))
    return found


def _ways(groups: Groups, outcome: Sequence[bool], name: str, rows: Cells) -> dict[str, set[bool]]:
    """How the people of each row of a dimension fared."""
    found: dict[str, set[bool]] = defaultdict(set)
    for one, way in zip(groups, outcome, strict=True):
        found[rows[one[name]]].add(way)
    return found


def _alike(
    groups: Groups, outcome: Sequence[bool], sums: Mapping[str, Cells], mixed: set[tuple[str, str]]
) -> tuple[str, str] | None:
    """A row, with its dimension, that is all alike and may not be."""
    for name, rows in sums.items():
        ways = _ways(groups, outcome, name, rows)
        for row in sorted({rows[group] for other, group in mixed if other == name}):
            if len(ways[row]) == 1:
                return name, row
    return None


def _told_of_few(rows: Sequence[Sequence[str]], raters: Sequence[int], outcome: Sequence[bool]) -> list[frozenset[int]]:
    """Sets that are too few and of whom the sums tell, once those are left out of whom it is known how they fared."""
    left = list(range(len(rows)))
    while True:
        ways: dict[tuple[int, str], set[bool]] = defaultdict(set)
        for place in left:
            for key in enumerate(rows[place]):
                ways[key].add(outcome[place])
        rest = [place for place in left if all(len(ways[key]) > 1 for key in enumerate(rows[place]))]
        if len(rest) == len(left):
            return []
        left = rest
        found = told_of_few([rows[place] for place in left], [raters[place] for place in left])
        if found:
            return [frozenset(left[place] for place in some) for some in found]
