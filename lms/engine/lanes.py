"""Where the cards of a map stand: lanes from top to bottom, columns from left to right, and a drawing that keeps still.

The promise: **what a card needs moves no card of another lane.** One more prerequisite, or one fewer, leaves every card
outside the lane of the card that asks for it exactly where it was. So a lane is arranged by itself:

- How many rows it has follows from how many cards it holds, never from edges; so no lane pushes another up or down.
- A card's column is the first with room that lies behind the prerequisites of its own lane, behind the *ranks* of those in
  other lanes, and not before its own rank. A rank is where a card stood in the version that counts, or an estimate by its
  level: both are given, and no edge of a draft moves them. `base_columns` finds them for a version, there with every lane
  in sight, so that a version that is shown unchanged has all its arrows pointing right.
- Its height within the lane follows from its neighbours in the lane, and from whether what it needs lies above or below.

The price: between lanes an arrow of a draft may point to the left until the draft is published. Rings are broken at
their card of lowest rank, and then by order, so they too are only arrows to the left.

*Instead of:* columns by the longest path through the whole graph. A prerequisite then shifts whatever comes behind it,
in all lanes, and a lane that grows moves all lanes below it; and heights by barycentres over all lanes spread the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise
from math import sqrt
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
SWEEPS = 4
"""How often the cards of a lane are ordered by their neighbours, forwards and backwards by turns."""


class Node(NamedTuple):
    """A card, or a joint where several ways meet. A joint stands in the gap before a column and takes no room in it."""

    lane: int
    rank: int = 0
    joint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The column and the middle height of each node, and from where to where each lane reaches."""

    columns: tuple[int, ...]
    heights: tuple[float, ...]
    bands: tuple[tuple[float, float], ...]


def arrange(nodes: Sequence[Node], edges: Sequence[Edge]) -> Layout:
    """The layout of these nodes; edges run from what is needed to what needs it. The same input, the same layout.

    >>> found = arrange([Node(0), Node(0), Node(1)], [(0, 1), (1, 2)])
    >>> found.columns, [round(height) for height in found.heights]
    ((0, 1, 1), [60, 60, 180])
    """
    needs = needed_cards(nodes, edges)
    lanes = _members(nodes)
    columns = _columns(nodes, needs, lanes, by_lane=True)
    tops = list(accumulate((_rows(len(cards)) * DOWN + 2 * MARGIN for cards in lanes), initial=0.0))
    heights = [0.0] * len(nodes)
    for number, cards in enumerate(lanes):
        within = _Lane(number, cards, nodes, needs, columns).heights()
        for card in cards:
            heights[card] = tops[number] + MARGIN + within[card]
    _place_joints(nodes, edges, columns, heights)
    return Layout(columns=tuple(columns), heights=tuple(heights), bands=tuple(pairwise(tops)))


def base_columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[int]:
    """The columns of a version in which every arrow points right, rings apart: the ranks of its cards in later drafts.

    >>> base_columns([Node(0), Node(1), Node(0)], [(0, 1), (1, 2)])
    [0, 1, 2]
    """
    return _columns(nodes, needed_cards(nodes, edges), _members(nodes), by_lane=False)


def needed_cards(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[int]]:
    """The cards that lead to each card, straight or through joints; a joint has those that lead into it."""
    before: list[list[int]] = [[] for _ in nodes]
    for source, target in edges:
        before[target].append(source)
    through: dict[int, list[int]] = {}

    def into(joint: int) -> list[int]:
        if joint not in through:
            through[joint] = []  # a joint in a ring of joints adds nothing to itself
            through[joint] = cards_of(before[joint])
        return through[joint]

    def cards_of(sources: list[int]) -> list[int]:
        if not any(nodes[source].joint for source in sources):
            return sources
        found: dict[int, None] = {}
        for source in sources:
            found.update(dict.fromkeys(into(source)) if nodes[source].joint else {source: None})
        return list(found)

    return [into(node) if nodes[node].joint else cards_of(before[node]) for node in range(len(nodes))]


def _members(nodes: Sequence[Node]) -> list[list[int]]:
    """The cards of each lane, in the order given."""
    lanes: list[list[int]] = [[] for _ in range(1 + max((node.lane for node in nodes), default=-1))]
    for number, node in enumerate(nodes):
        if not node.joint:
            lanes[node.lane].append(number)
    return lanes


def _rows(cards: int) -> int:
    """How many rows a lane of so many cards has.

    >>> [_rows(cards) for cards in (0, 2, 3, 9, 30)]
    [1, 1, 2, 3, 5]
    """
    return max(1, round(sqrt(0.8 * cards)))


def _columns(
    nodes: Sequence[Node], needs: Sequence[Sequence[int]], lanes: Sequence[Sequence[int]], *, by_lane: bool
) -> list[int]:
    """Columns of cards, first come, first served; of other lanes' cards only the ranks are looked at where `by_lane`."""
    count = len(nodes)
    column, earliest, waits = [0] * count, [0] * count, [0] * count
    opens: list[list[int]] = [[] for _ in nodes]
    cards = [card for lane in lanes for card in lane]
    for card in cards:
        lane, first, _ = nodes[card]
        for need in needs[card]:
            if by_lane and nodes[need].lane != lane:
                first = max(first, nodes[need].rank + 1)
            elif need != card:
                opens[need].append(card)
                waits[card] += 1
        earliest[card] = first
    ready = [(earliest[card], card) for card in cards if not waits[card]]
    heapify(ready)
    rows = [_rows(len(lane)) for lane in lanes]
    taken: dict[Edge, int] = {}
    placed = [False] * count
    for _, forced in sorted((nodes[card].rank, card) for card in cards):
        if not placed[forced] and not ready:
            ready.append((earliest[forced], forced))  # it stands in a ring: somebody has to come first
        while ready:
            at, card = heappop(ready)
            if placed[card]:
                continue
            lane = nodes[card].lane
            while taken.get((lane, at), 0) >= rows[lane]:
                at += 1
            taken[lane, at] = taken.get((lane, at), 0) + 1
            column[card], placed[card] = at, True
            for after in opens[card]:
                earliest[after] = max(earliest[after], at + 1)
                waits[after] -= 1
                if not waits[after] and not placed[after]:
                    heappush(ready, (earliest[after], after))
    return column


def _on_track(height: float) -> float:
    return float(round(height / TRACK) * TRACK)


class _Lane:
    """The heights of one lane's cards, from its upper edge."""

    def __init__(
        self,
        number: int,
        cards: Sequence[int],
        nodes: Sequence[Node],
        needs: Sequence[Sequence[int]],
        columns: Sequence[int],
    ) -> None:
        self.deep = _rows(len(cards)) * DOWN
        self.before: dict[int, list[int]] = {}
        self.after: dict[int, list[int]] = {card: [] for card in cards}
        self.pull: dict[int, list[float]] = {}
        self.cells: dict[int, list[int]] = {}
        for card in cards:
            self.cells.setdefault(columns[card], []).append(card)
            own = [need for need in needs[card] if nodes[need].lane == number and need != card]
            self.before[card] = own
            for need in own:
                self.after[need].append(card)
            self.pull[card] = [
                0.0 if nodes[need].lane < number else float(self.deep)
                for need in needs[card]
                if nodes[need].lane != number
            ]
        self.at: dict[int, float] = {}

    def heights(self) -> dict[int, float]:
        """Order the cards of each column by their neighbours, then let each come as near to them as the others let it."""
        order = sorted(self.cells)
        for cell in self.cells.values():
            self._stack(cell)
        if len(order) > 1:
            for sweep in range(SWEEPS):
                for column in order if sweep % 2 == 0 else reversed(order):
                    self._order(self.cells[column], self.before if sweep % 2 == 0 else self.after)
            for column in order:
                self._settle(self.cells[column], self.before)
            for column in reversed(order):
                self._settle(self.cells[column], self.after)
            for column in order:
                self._settle(self.cells[column], self.before)
        return self.at

    def _stack(self, cell: list[int]) -> None:
        top = _on_track((self.deep - len(cell) * DOWN + DOWN) / 2)
        for place, card in enumerate(cell):
            self.at[card] = top + place * DOWN

    def _order(self, cell: list[int], beside: dict[int, list[int]]) -> None:
        if len(cell) > 1:
            wish = {card: self._wish(card, beside) for card in cell}
            cell.sort(key=wish.__getitem__)
            self._stack(cell)

    def _wish(self, card: int, beside: dict[int, list[int]]) -> float:
        pulls = [self.at[other] for other in beside[card]]
        if beside is self.before:
            pulls += self.pull[card]
        return sum(pulls) / len(pulls) if pulls else self.at[card]

    def _settle(self, cell: list[int], beside: dict[int, list[int]]) -> None:
        """The heights nearest to the wishes, in order and apart: isotonic regression, pooling adjacent violators."""
        blocks: list[tuple[float, int]] = []  # the sum of wishes and how many
        for place, card in enumerate(cell):
            own = [self.at[other] for other in beside[card]]
            wish = sum(own) / len(own) if own else self.at[card]
            total, size = wish - place * DOWN, 1
            while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
                last = blocks.pop()
                total, size = total + last[0], size + last[1]
            blocks.append((total, size))
        lowest = self.deep - DOWN / 2 - (len(cell) - 1) * DOWN
        place = 0
        for total, size in blocks:
            top = _on_track(min(max(total / size, DOWN / 2), lowest))
            for card in cell[place : place + size]:
                self.at[card] = top + place * DOWN
                place += 1


JOINT_APART = 30
"""Between joints that stand in one gap."""


def _place_joints(nodes: Sequence[Node], edges: Sequence[Edge], columns: list[int], heights: list[float]) -> None:
    """Joints go where what leads to them ends; one that serves a single card stands right before it."""
    before: dict[int, list[int]] = {number: [] for number, node in enumerate(nodes) if node.joint}
    after: dict[int, list[int]] = {number: [] for number in before}
    for source, target in edges:
        if target in before:
            before[target].append(source)
        if source in after:
            after[source].append(target)
    gaps: dict[int, list[int]] = {}
    for joint in _inner_first(before):
        soonest = max((columns[one] + 1 for one in before[joint]), default=0)
        latest = min((columns[one] for one in after[joint] if one not in before), default=soonest)
        columns[joint] = latest if len(after[joint]) == 1 else min(soonest, latest)
        beside = after[joint] if len(after[joint]) == 1 else before[joint]
        known = [one for one in beside if one not in before] or [one for one in before[joint] if one not in before]
        heights[joint] = sum(heights[one] for one in known) / len(known) if known else 0.0
        gaps.setdefault(columns[joint], []).append(joint)
    for gap in gaps.values():
        gap.sort(key=lambda joint: (heights[joint], joint))
        _spread(gap, heights)


def _inner_first(before: dict[int, list[int]]) -> list[int]:
    """The joints, those that lead to others first; a ring of joints is cut where it closes."""
    found: dict[int, None] = {}
    begun: set[int] = set()
    for root in before:
        stack = [root]
        while stack:
            joint = stack[-1]
            left = [one for one in before[joint] if one in before and one not in begun] if joint not in found else []
            begun.add(joint)
            if left:
                stack.append(left[0])
            else:
                found[stack.pop()] = None
    return list(found)


def _spread(gap: Sequence[int], heights: list[float]) -> None:
    """Push the joints of a gap apart, each group of close ones about its middle."""
    blocks: list[tuple[float, int]] = []
    for place, joint in enumerate(gap):
        total, size = heights[joint] - place * JOINT_APART, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            last = blocks.pop()
            total, size = total + last[0], size + last[1]
        blocks.append((total, size))
    place = 0
    for total, size in blocks:
        for joint in gap[place : place + size]:
            heights[joint] = _on_track(total / size) + place * JOINT_APART
            place += 1
