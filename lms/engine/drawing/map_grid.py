"""The grid on which a map is laid out: its measures, its nodes, and where they came to stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Edge = tuple[int, int]

TRACK = 5
"""All heights are multiples of it, so that what stands at one height lies on one line."""
WIDE, HIGH = 172, 56
"""A card."""
ACROSS, DOWN = 236, 80
"""From a column to the next, and from a row to the next."""
MARGIN = 20
"""Above the highest and below the lowest row of a lane: room for arrows to pass."""


class Node(NamedTuple):
    """A card, or a joint where several ways meet. A joint stands in the gap before a column and is of no lane."""

    lane: int
    rank: int = 0
    joint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The column and the middle height of each node, and from where to where each lane reaches."""

    columns: tuple[int, ...]
    heights: tuple[int, ...]
    bands: tuple[tuple[int, int], ...]
