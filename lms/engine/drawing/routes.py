"""The ways of a map's arrows: along the rows, up and down in the gaps between columns, and never through a card.

An arrow leaves its card to the right and keeps its height for as long as no card stands there, then the nearest free one,
and turns to its target in the gap before it. All arrows of one card share their way along the rows, like one stem with
branches, and all arrows to one card share their way up or down to it, like one root; those of different cards keep a
track's width apart while there is room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.engine.drawing.map_grid import ACROSS, HIGH, TRACK, WIDE, Edge, Layout, Node

CLEAR = 3
"""Between an arrow and a card that it passes."""
FAR = 30
"""After how many tracks up and down an arrow shares one rather than look for its own."""
GAP = ACROSS - WIDE
JOINT_WIDE, JOINT_HIGH = 28, 18
JOINT_LEFT = 16
"""From the left edge of a gap to a joint in it."""
TURNS = (20, 32, 26, 38, 14, 29, 23, 35, 17, 41)
"""Where in a gap, from its left edge, arrows turn up or down: by turns, so that they seldom lie upon each other."""
TO_JOINT = (6, 12, 9, 14)
FROM_JOINT = (50, 47, 53)
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of an arrow, from the right edge of its source to the left edge of its target, all angles right.

    `back`: it runs to the left, against the order of the columns.
    """

    points: tuple[Point, ...]
    back: bool


def routes(nodes: Sequence[Node], edges: Sequence[Edge], layout: Layout) -> Mapping[Edge, Route]:
    """A route for each edge, in the order given; x from the left edge of column 0.

    >>> from lms.engine.drawing.lanes import arrange
    >>> nodes, edges = [Node(0), Node(0)], [(0, 1)]
    >>> routes(nodes, edges, arrange(nodes, edges))[0, 1].points
    ((172, 60), (236, 60))
    """
    ways = _Ways(nodes, layout)
    spans: dict[int, tuple[int, int]] = {}
    for source, target in edges:
        low, high = spans.get(source, (10**9, -1))
        spans[source] = (min(low, layout.columns[target]), max(high, layout.columns[target]))
    for source in sorted(spans, key=lambda node: (layout.columns[node], layout.heights[node], node)):
        ways.lay(source, *spans[source])
    return {(source, target): ways.route(source, target) for source, target in edges}


def left_of(nodes: Sequence[Node], layout: Layout, node: int) -> int:
    """The left edge of a card or joint."""
    at = layout.columns[node] * ACROSS
    return at - GAP + JOINT_LEFT if nodes[node].joint else at


class _Ways:
    """What is taken of each column, and the stems laid so far."""

    def __init__(self, nodes: Sequence[Node], layout: Layout) -> None:
        self.nodes, self.layout = nodes, layout
        self.cards: dict[int, set[int]] = {}
        reach = HIGH // 2 + CLEAR
        for number, node in enumerate(nodes):
            if not node.joint:
                height = layout.heights[number]
                first, last = -((reach - height) // TRACK), (height + reach) // TRACK
                self.cards.setdefault(layout.columns[number], set()).update(range(first, last + 1))
        self.lowest = layout.bands[-1][1] // TRACK if layout.bands else 0
        self.taken: dict[int, set[int]] = {column: set(tracks) for column, tracks in self.cards.items()}
        self.stems: dict[Edge, int] = {}
        self.turns: dict[tuple[int, tuple[int, ...]], dict[int, int]] = {}

    def first_gap(self, node: int) -> int:
        """The gap into which the arrows of a node run first; gap c lies before column c."""
        return self.layout.columns[node] + (not self.nodes[node].joint)

    def lay(self, source: int, low: int, high: int) -> None:
        """Lay the stem of a node through all columns between it and its targets."""
        gap = self.first_gap(source)
        for columns in (range(gap, high), range(gap - 1, low - 1, -1)):
            height = self.layout.heights[source]
            for column in columns:
                height = self._free(column, height)
                self.stems[source, column] = height

    def _free(self, column: int, height: int) -> int:
        """The nearest height at which a column can be passed; it is taken from now on."""
        taken = self.taken.setdefault(column, set())
        wish = height // TRACK
        if wish not in taken:
            taken.add(wish)
            return wish * TRACK
        for tracks in (taken, self.cards.get(column, set())):
            for step in range(1, FAR):
                for track in (wish + step, wish - step):
                    if track not in tracks and 0 <= track <= self.lowest:
                        taken.add(track)
                        return track * TRACK
        return (min(self.cards[column]) - 1) * TRACK

    def route(self, source: int, target: int) -> Route:
        """The way along the stem, and from it to the target."""
        nodes, layout = self.nodes, self.layout
        gap, last = self.first_gap(source), layout.columns[target]
        at = layout.heights[source]
        x = left_of(nodes, layout, source) + (JOINT_WIDE if nodes[source].joint else WIDE)
        points: list[Point] = [(x, at)]
        back = last < gap
        for column in range(gap, last) if not back else range(gap - 1, last - 1, -1):
            then = self.stems[source, column]
            if then != at:
                turn = self._turn(source, column if not back else column + 1)
                points += [(turn, at), (turn, then)]
                at = then
        height = layout.heights[target]
        if height != at or back:
            turn = self._turn(source, last, target)
            points += [(turn, at), (turn, height)]
        points.append((left_of(nodes, layout, target), height))
        return Route(tuple(points), back)

    def _turn(self, source: int, gap: int, target: int | None = None) -> int:
        """Where arrows turn in a gap: those of one source at a place of their own, those to one target too."""
        places: tuple[int, ...] = TURNS
        if target is not None and self.nodes[target].joint:
            places = TO_JOINT
        elif self.nodes[source].joint and self.layout.columns[source] == gap:
            places = FROM_JOINT
        turns = self.turns.setdefault((gap, places), {})
        place = turns.setdefault(-1 - source if target is None else target, len(turns))
        return gap * ACROSS - GAP + places[place % len(places)]
