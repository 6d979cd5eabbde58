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

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise
from math import sqrt

from lms.engine.drawing.lane_heights import LaneOfCards, apart_from
from lms.engine.drawing.map_grid import DOWN, MARGIN, Edge, Layout, Node


def arrange(nodes: Sequence[Node], edges: Sequence[Edge], leans: Sequence[Mapping[int, int]] | None = None) -> Layout:
    """The layout of these nodes; edges run from what is needed to what needs it. The same input, the same layout.

    `leans` says by card what its place follows from, where that is not just its edges (see `needed_cards`).

    >>> found = arrange([Node(0), Node(0), Node(1)], [(0, 1), (1, 2)])
    >>> found.columns, found.heights
    ((0, 1, 1), (60, 60, 180))
    """
    through = needed_cards(nodes, edges)
    needs = through if leans is None else leans
    lanes = _members(nodes)
    columns = _columns(nodes, needs, lanes, by_lane=True)
    tops = list(accumulate((_rows(len(cards)) * DOWN + 2 * MARGIN for cards in lanes), initial=0))
    heights = [0] * len(nodes)
    for number, cards in enumerate(lanes):
        within = LaneOfCards(number, _rows(len(cards)) * DOWN, cards, nodes, needs, columns).heights()
        for card in cards:
            heights[card] = tops[number] + MARGIN + int(within[card])
    _place_joints(nodes, edges, through, columns, heights, tops[-1])
    return Layout(columns=tuple(columns), heights=tuple(heights), bands=tuple(pairwise(tops)))


def base_columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[int]:
    """The columns of a version in which every arrow points right, rings apart: the ranks of its cards in later drafts.

    >>> base_columns([Node(0), Node(1), Node(0)], [(0, 1), (1, 2)])
    [0, 1, 2]
    """
    return _columns(nodes, needed_cards(nodes, edges), _members(nodes), by_lane=False)


def needed_cards(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[dict[int, int]]:
    """The cards that lead to each node, straight or through joints, and how many columns they stand before it at least.

    A joint stands in a gap, so one takes no column; but of a joint that leads into another each has a gap of its own.

    >>> needed_cards([Node(0), Node(0), Node(0, joint=True)], [(0, 2), (2, 1)])
    [{}, {0: 1}, {0: 1}]
    """
    before: list[list[int]] = [[] for _ in nodes]
    for source, target in edges:
        before[target].append(source)
    into: dict[int, dict[int, int]] = {}
    for joint in _inner_first(nodes, before):
        into[joint] = {}
        for source in before[joint]:
            for card, steps in into.get(source, {}).items() if nodes[source].joint else ((source, 0),):
                into[joint][card] = max(steps + 1, into[joint].get(card, 0))
    found = []
    for node, sources in enumerate(before):
        cards: dict[int, int] = {}
        for source in () if nodes[node].joint else sources:
            for card, steps in into[source].items() if nodes[source].joint else ((source, 1),):
                cards[card] = max(steps, cards.get(card, 0))
        found.append(into[node] if nodes[node].joint else cards)
    return found


def _inner_first(nodes: Sequence[Node], before: Sequence[Sequence[int]]) -> list[int]:
    """The joints, those that lead to others first; a ring of joints is cut where it closes."""
    found: dict[int, None] = {}
    begun: set[int] = set()
    for root in (number for number, node in enumerate(nodes) if node.joint):
        stack = [root]
        while stack:
            begun.add(stack[-1])
            inner = next((one for one in before[stack[-1]] if nodes[one].joint and one not in begun), None)
            if inner is None:
                found[stack.pop()] = None
            else:
                stack.append(inner)
    return list(found)


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
    nodes: Sequence[Node], needs: Sequence[Mapping[int, int]], lanes: Sequence[Sequence[int]], *, by_lane: bool
) -> list[int]:
    """Columns of cards, first come, first served; of other lanes' cards only the ranks are looked at where `by_lane`."""
    count = len(nodes)
    column, earliest, waits = [0] * count, [0] * count, [0] * count
    opens: list[list[Edge]] = [[] for _ in nodes]
    cards = [card for lane in lanes for card in lane]
    for card in cards:
        lane, first, _ = nodes[card]
        for need, steps in needs[card].items():
            if by_lane and nodes[need].lane != lane:
                first = max(first, nodes[need].rank + steps)
            elif need != card:
                opens[need].append((card, steps))
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
            for after, steps in opens[card]:
                earliest[after] = max(earliest[after], at + steps)
                waits[after] -= 1
                if not waits[after] and not placed[after]:
                    heappush(ready, (earliest[after], after))
    return column


JOINT_APART = 30
"""Between joints that stand in one gap."""


def _place_joints(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    needs: Sequence[Mapping[int, int]],
    columns: list[int],
    heights: list[int],
    bottom: int,
) -> None:
    """A joint that serves one card or joint stands right before it, one that serves several where its ways are all in."""
    before: list[list[int]] = [[] for _ in nodes]
    after: list[list[int]] = [[] for _ in nodes]
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    inner_first = _inner_first(nodes, before)
    gaps: dict[int, list[int]] = {}
    for joint in reversed(inner_first):
        soonest = max((columns[card] + steps for card, steps in needs[joint].items()), default=0)
        latest = min((columns[one] - nodes[one].joint for one in after[joint]), default=soonest)
        columns[joint] = max(0, latest if len(after[joint]) == 1 else min(soonest, latest))
        gaps.setdefault(columns[joint], []).append(joint)
        beside = after[joint] if len(after[joint]) == 1 else list(needs[joint])
        heights[joint] = sum(heights[one] for one in beside) // len(beside) if beside else 0
    edge = JOINT_APART // 2
    for gap in gaps.values():
        gap.sort(key=lambda joint: (heights[joint], joint))
        lowest = max(edge, bottom - edge - (len(gap) - 1) * JOINT_APART)
        for joint, height in zip(
            gap, apart_from([heights[one] for one in gap], JOINT_APART, edge, lowest), strict=True
        ):
            heights[joint] = height
