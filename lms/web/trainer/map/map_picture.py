"""What of a map is to be drawn, and where its parts lie on the drawing. Drawing them is others' business."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lms.engine.drawing.course_map import CourseMap
from lms.engine.drawing.map_grid import ACROSS, WIDE, Edge, Layout
from lms.engine.drawing.routes import Route, left_of
from lms.web.trainer.map.map_words import Beside, MapWords

LEFT, RIGHT, TOP, BOTTOM = 44, 40, 8, 16
"""Room around the cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn: the map, where its nodes stand and its arrows run, and what of it is selected.

    `near` are the cards and joints that stand out when something is selected; None: nothing is, so all do.
    """

    drawn: CourseMap
    layout: Layout
    routes: Mapping[Edge, Route]
    beside: Beside
    words: MapWords
    selected: Collection[int]
    near: Collection[int] | None
    link: Callable[[str, str], str]
    sprite: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height at full size."""
        columns = 1 + max((self.layout.columns[card] for card in range(len(self.drawn.cards))), default=0)
        bottom = self.layout.bands[-1][1] if self.layout.bands else 0
        return LEFT + (columns - 1) * ACROSS + WIDE + RIGHT, TOP + bottom + BOTTOM

    def x(self, node: int) -> int:
        """The left edge of a node."""
        return LEFT + left_of(self.drawn.nodes, self.layout, node)

    def y(self, node: int) -> int:
        """The middle of a node's height."""
        return TOP + self.layout.heights[node]
