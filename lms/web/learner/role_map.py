"""The career map as a drawing: where each role's card stands, and the lines between them. Pages draw it as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.engine.career import career_edges
from lms.services.learning.role_pages import Seen

WIDE, HIGH = 212, 132
ACROSS, DOWN = 44, 22
EDGE = 8
"""Room around the drawing, so that a focused card shows its outline."""


@dataclass(frozen=True, slots=True)
class Card:
    """A role and the place of its card."""

    seen: Seen
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A way from one role to the next; `ahead` where it leads on from the role that is held."""

    path: str
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole map."""

    width: int
    height: int
    cards: tuple[Card, ...]
    lines: tuple[Line, ...]


def drawing(layers: Sequence[Sequence[Seen]]) -> Drawing:
    """Layers as columns from left to right, each in the middle of the height."""
    tallest = max(map(len, layers), default=0)
    height = tallest * (HIGH + DOWN) - DOWN + 2 * EDGE
    cards = {}
    for column, layer in enumerate(layers):
        top = (height - len(layer) * (HIGH + DOWN) + DOWN) // 2
        for row, seen in enumerate(layer):
            cards[seen.role.id] = Card(seen, EDGE + column * (WIDE + ACROSS), top + row * (HIGH + DOWN))
    roles = [card.seen.role for card in cards.values()]
    return Drawing(
        width=len(layers) * (WIDE + ACROSS) - ACROSS + 2 * EDGE,
        height=height,
        cards=tuple(cards.values()),
        lines=tuple(_line(cards[before], cards[after]) for before, after in career_edges(roles)),
    )


def _line(before: Card, after: Card) -> Line:
    x, y, to_x, to_y = before.x + WIDE, before.y + HIGH // 2, after.x, after.y + HIGH // 2
    bend = max(ACROSS, abs(to_x - x)) // 2
    ahead = after.seen.ahead and (before.seen.here or before.seen.ahead)
    return Line(f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}", ahead)
