"""The rings that nobody can enter, as edges of the map, and among them those that a mend would take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lms.engine.drawing.course_graph import CourseGraph
from lms.engine.drawing.map_grid import Edge
from lms.engine.mending.findings import Finding, Place
from lms.engine.mending.mends import Mend

RINGS = frozenset({"ring", "mutual-prerequisites"})


def ring_edges(
    graph: CourseGraph, findings: Iterable[Finding], mends: Iterable[Mend | None]
) -> tuple[set[Edge], set[Edge]]:
    """The edges of the rings that were found, and of each the last edge to where a prerequisite is to be dropped."""
    rings = [finding for finding in findings if finding.code in RINGS]
    ring: set[Edge] = set()
    cut: set[Edge] = set()
    if not rings:
        return ring, cut
    dropped = {(mend.kind, mend.id, mend.ask) for mend in mends if mend is not None}
    before: dict[int, list[int]] = {}
    for source, target in graph.edges:
        before.setdefault(target, []).append(source)
    for finding in rings:
        names = (finding.id, *finding.involves)
        givers = (*names[1:], names[0])
        for owner, giver, (_, _, fact) in zip(names, givers, finding.asks, strict=True):
            ends = graph.number["course", giver], graph.number["course", owner]
            way = _way(*ends, before, len(graph.subjects)) or [ends]
            ring.update(way)
            if (Place.COURSE, owner, fact) in dropped:
                cut.add(way[-1])
    return ring, cut


def _way(source: int, target: int, before: Mapping[int, Sequence[int]], cards: int) -> list[Edge]:
    """The edges from a card to another through joints alone, in their order. Empty where there are none."""
    came: dict[int, int] = {}
    stack = [target]
    while stack:
        at = stack.pop()
        for one in before.get(at, ()):
            if one == source:
                way = [(one, at)]
                while way[-1][1] != target:
                    way.append((way[-1][1], came[way[-1][1]]))
                return way
            if one >= cards and one not in came:
                came[one] = at
                stack.append(one)
    return []
