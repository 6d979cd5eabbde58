"""Which rows of a table are put together when one of them may not stand alone: those whose people are most alike.

Teams of one site go together rather than teams of two, for then the figures of the sites still add up from teams; which
is what keeps most rows apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Cells = dict[str, str]
"""The row of each group of a dimension."""
Groups = Sequence[Mapping[str, str]]
"""For each person the group in each dimension."""


def rows_of(groups: Groups, cells: Mapping[str, Cells]) -> list[tuple[str, ...]]:
    """For each person the row in each dimension."""
    return [tuple(rows[one[name]] for name, rows in cells.items()) for one in groups]


def smallest_of(groups: Groups, cells: Mapping[str, Cells], some: Iterable[int]) -> tuple[str, str] | None:
    """The smallest row in which somebody of some people stands, with its dimension; None when no table has two rows."""
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for one in groups:
        for name, rows in cells.items():
            sizes[name, rows[one[name]]] += 1
    split = [name for name, rows in cells.items() if len(set(rows.values())) > 1]
    theirs = {(name, cells[name][groups[one][name]]) for one in some for name in split}
    return min(theirs, key=lambda row: (sizes[row], row), default=None)


def most_alike(
    groups: Groups, cells: dict[str, Cells], name: str, row: str, among: Iterable[str] | None = None
) -> None:
    """Put a row of a dimension together with the one most like it, the smaller of two that are; `among` narrows them.

    Alike are rows whose people stand in the same rows of the other dimensions.

    >>> people = [{"team": team, "site": site} for team, site in ("an", "bn", "bn", "cs", "cs")]
    >>> cells = {"team": {"a": "a", "b": "b", "c": "c"}, "site": {"n": "n", "s": "s"}}
    >>> most_alike(people, cells, "team", "a")
    >>> cells["team"]
    {'a': 'b', 'b': 'b', 'c': 'c'}
    """
    others = [other for other in cells if other != name]
    stand: dict[str, dict[str, set[str]]] = defaultdict(lambda: {other: set() for other in others})
    sizes: dict[str, int] = defaultdict(int)
    for one in groups:
        sizes[cells[name][one[name]]] += 1
        for other in others:
            stand[cells[name][one[name]]][other].add(cells[other][one[other]])

    def apart(candidate: str) -> tuple[float, int, str]:
        pairs = [(stand[row][other], stand[candidate][other]) for other in others]
        alike = sum(len(one & two) / len(one | two) for one, two in pairs)
        return -alike, sizes[candidate], candidate

    nearest = min(set(among if among is not None else sizes) - {row}, key=apart)
    cells[name] = {group: nearest if at == row else at for group, at in cells[name].items()}
