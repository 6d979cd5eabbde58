"""How high each card of one lane stands: near its neighbours in the lane, in an order with few crossings, and apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.engine.drawing.map_grid import DOWN, TRACK, Node

SWEEPS = 4
"""How often the cards of a lane are ordered by their neighbours, forwards and backwards by turns."""


def _on_track(height: float) -> int:
    return round(height / TRACK) * TRACK


class LaneOfCards:
    """The heights of one lane's cards, from the upper edge of its rows, which are so deep in all."""

    def __init__(
        self,
        number: int,
        deep: int,
        cards: Sequence[int],
        nodes: Sequence[Node],
        needs: Sequence[Mapping[int, int]],
        columns: Sequence[int],
    ) -> None:
        self.deep = deep
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
        """Bring each card as near to its neighbours as the order and the edges of the lane let it."""
        wishes = []
        for card in cell:
            own = [self.at[other] for other in beside[card]]
            wishes.append(sum(own) / len(own) if own else self.at[card])
        lowest = self.deep - DOWN // 2 - (len(cell) - 1) * DOWN
        for card, height in zip(cell, apart_from(wishes, DOWN, DOWN // 2, lowest), strict=True):
            self.at[card] = height


def apart_from(wishes: Sequence[float], apart: int, highest: float, lowest: float) -> list[int]:
    """The heights nearest to the wishes, in their order and so far apart: isotonic regression by pooling violators.

    `highest` and `lowest` are the limits of the first, were all of them packed together.

    >>> apart_from([100, 100, 400], 80, 40, 500)
    [60, 140, 400]
    """
    blocks: list[tuple[float, int]] = []  # the sum of wishes, each from where its place begins, and how many
    for place, wish in enumerate(wishes):
        total, size = wish - place * apart, 1
        while blocks and blocks[-1][0] * size > total * blocks[-1][1]:
            last = blocks.pop()
            total, size = total + last[0], size + last[1]
        blocks.append((total, size))
    heights: list[int] = []
    for total, size in blocks:
        first = _on_track(min(max(total / size, highest), lowest))
        heights += [first + place * apart for place in range(len(heights), len(heights) + size)]
    return heights
