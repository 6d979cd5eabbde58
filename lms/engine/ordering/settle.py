"""Choices settled: the earliest unlock where several ways lead to a course, or several courses grant one level.

An order makes choices: which of a course's ways it took, and which of the courses that grant a level came first. Once
they are made, precedence is pure AND, weights are fixed, and the best order is Sidney's. So the best order of all is
the best over the choices, and they are searched best first: open choices are relaxed (only what all ways share must
come before; a shared level counts from the first moment at which any course could grant it), the relaxed order is
solved exactly and bounds all that follows from it, and only a choice that this order violates is branched on. Most
never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from heapq import heappop, heappush
from operator import and_
from typing import NamedTuple

from lms.engine.ordering.legs import Worth, best_legs
from lms.engine.ordering.ways import Chosen, Ways, takable_order
from lms.engine.search.bitsets import positions

TRIALS = 150
"""How many relaxed orders are solved before the search gives up."""
SETTLED_STATES = 2_000
"""How many takable sets of one block each of them may take."""


def in_turn(chosen: Chosen, legs: Iterable[int]) -> tuple[int, ...]:
    """The courses leg by leg, and at the end those that no leg contains."""
    numbers: list[int] = []
    done = 0
    for leg in (*legs, (1 << len(chosen.courses)) - 1):
        numbers += takable_order(chosen, leg & ~done, done)
        done |= leg
    return tuple(numbers)


def settled(numbers: Sequence[int], ways: Ways, worth: Worth) -> tuple[Ways, Worth]:
    """The ways and worth under the choices that an order makes. The best order under them is no worse than it."""
    taken, paths, own = 0, [0] * len(numbers), list(worth.own)
    for number in numbers:
        taken |= 1 << number
        paths[number] = next(way for way in ways.to[number] if not way & ~taken)
    for mask, amount in worth.shared:
        own[next(number for number in numbers if mask >> number & 1)] += amount
    closed = _closed(paths)
    assert closed is not None, "an order has no ring"
    return Ways(tuple((path,) for path in closed), ways.complete), Worth(worth.goals, tuple(own), ())


def _closed(paths: Sequence[int]) -> list[int] | None:
    """The same with everything that comes before what comes before; None when that makes a ring."""
    closed = list(paths)
    again = True
    while again:
        again = False
        for number, path in enumerate(closed):
            whole = path
            for earlier in positions(path):
                whole |= closed[earlier]
            if whole != path:
                closed[number], again = whole, True
    for number, path in enumerate(closed):
        for earlier in positions(path ^ 1 << number):
            if closed[earlier] >> number & 1:
                return None
    return closed


class _Choices(NamedTuple):
    """What is decided so far: what comes before each course, itself included; what each course brings; and the amounts
    for which it is open which of a mask's courses brings them.
    """

    paths: tuple[int, ...]
    own: tuple[int, ...]
    shared: tuple[tuple[int, int], ...]


class _Relaxed(NamedTuple):
    """The best order under some choices, the open ones relaxed; nothing that follows from them costs less than `cost`.

    `turn` tells relaxed orders of one cost apart: the first one found is looked at first.
    """

    cost: int
    turn: int
    legs: list[int]
    choices: _Choices


class Settling:
    """The search over the choices in one chosen set."""

    def __init__(self, chosen: Chosen, ways: Ways, times: Sequence[int], worth: Worth) -> None:
        self.chosen, self.ways, self.times, self.worth = chosen, ways, times, worth
        self.trials = 0

    def best_legs(self) -> list[int] | None:
        """The legs of least weighted completion time over all choices; None when the search gives up."""
        common = [reduce(and_, ways) for ways in self.ways.to]
        queue: list[_Relaxed] = []
        self._try(queue, _Choices(tuple(common), self.worth.own, self.worth.shared))
        while queue and self.trials <= TRIALS:
            best = heappop(queue)
            branches = list(self._branches(best))
            if not branches:
                return best.legs
            for choices in branches:
                self._try(queue, choices)
        return None

    def _try(self, queue: list[_Relaxed], choices: _Choices) -> None:
        """Solve under these choices and queue the answer, if there is one."""
        paths = _closed(choices.paths)
        if paths is None:
            return
        self.trials += 1
        legs = best_legs(Ways(tuple((path,) for path in paths), True), self.times, self._worth(choices), SETTLED_STATES)
        if legs is None:
            self.trials = TRIALS + 1
            return
        lengths = [self._time(path) for path in paths]
        cost = sum(amount * min(lengths[giver] for giver in positions(mask)) for mask, amount in choices.shared)
        spent = 0
        for leg in legs:
            spent += self._time(leg)
            cost += spent * sum(choices.own[goal] for goal in positions(leg & self.worth.goals))
        heappush(queue, _Relaxed(cost, self.trials, legs, choices._replace(paths=tuple(paths))))

    def _worth(self, choices: _Choices) -> Worth:
        return Worth(self.worth.goals, choices.own, ())

    def _time(self, leg: int) -> int:
        return sum([self.times[number] for number in positions(leg)])

    def _branches(self, relaxed: _Relaxed) -> Iterator[_Choices]:
        """The ways to make a choice that is open and matters; none when the relaxed order is an order as it is."""
        paths, own, shared = relaxed.choices
        if shared:
            mask, amount = shared[0]
            for giver in positions(mask):
                brings = (*own[:giver], own[giver] + amount, *own[giver + 1 :])
                yield _Choices(paths, brings, shared[1:])
            return
        number = self._violated(relaxed)
        if number is not None:
            for way in self.ways.to[number]:
                yield _Choices((*paths[:number], paths[number] | way, *paths[number + 1 :]), own, shared)

    def _violated(self, relaxed: _Relaxed) -> int | None:
        """The first course that the relaxed order takes before any of its ways is complete."""
        done = 0
        for leg in relaxed.legs:
            for number in takable_order(self.chosen, leg, done):
                done |= 1 << number
            stuck = leg & ~done
            if stuck:
                paths = relaxed.choices.paths
                return next(number for number in positions(stuck) if paths[number] & ~done == 1 << number)
        return None
