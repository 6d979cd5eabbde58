"""Legs: the dynamic programme behind the earliest unlock, over sequences of goals. `engine/ordering/order.py` says why.

A *goal* is a course that brings something wanted; a *leg* is a goal and those of the courses on a way to it that are
not taken yet. Courses are numbers of the chosen set, sets of them bit masks, times and amounts whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lms.engine.ordering.sidney import blocks
from lms.engine.ordering.ways import Ways
from lms.engine.search.bitsets import positions

STATES = 20_000
"""How many takable sets of one block the dynamic programme looks at before it gives up."""
UNCUT_STATES = 600
"""The same for a set that cannot be cut: settling its choices is faster from here on."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What the goals are worth: `own` by itself, `shared` to whichever of a mask's goals comes first."""

    goals: int
    own: tuple[int, ...]
    shared: tuple[tuple[int, int], ...]

    def gained(self, leg: int, done: int) -> int:
        """What the courses of `leg` bring once `done` are taken."""
        found = sum([self.own[goal] for goal in positions(leg & self.goals)])
        return found + sum([amount for mask, amount in self.shared if mask & leg and not mask & done])


def is_pure(ways: Ways, worth: Worth) -> bool:
    """Has every course one way, and does no worth depend on the order?"""
    return not worth.shared and all(len(each) == 1 for each in ways.to)


def best_legs(ways: Ways, times: Sequence[int], worth: Worth, states: int = STATES) -> list[int] | None:
    """The sequence of legs of least weighted completion time; None beyond the programme's reach.

    Where precedence is pure AND the set is cut into Sidney's blocks first, of `states` takable sets each at most.
    """
    parts, limit = [worth.goals], min(states, UNCUT_STATES)
    if worth.goals.bit_count() > 3 and is_pure(ways, worth):
        needed = 0
        for goal in positions(worth.goals):
            needed |= ways.to[goal][0]
        before = [way & ~(1 << number) for number, (way,) in enumerate(ways.to)]
        parts, limit = blocks(needed, before, times, worth.own), states
    legs: list[int] = []
    done = 0
    for part in parts:
        found = _programme(worth.goals & part, done, ways, times, worth, limit)
        if found is None:
            return None
        for leg in found:
            legs.append(leg)
            done |= leg
    return legs


class _State(NamedTuple):
    """A way to have taken some set: the cost so far, what is still to be gained, the last leg, what that leg took and
    brought, and the state before it.
    """

    cost: int
    left: int
    leg: int = 0
    length: int = 0
    gain: int = 0
    before: _State | None = None


def _programme(goals: int, done: int, ways: Ways, times: Sequence[int], worth: Worth, limit: int) -> list[int] | None:
    """The best sequence of legs, each ending at its only goal: dynamic programming over takable sets.

    None when it would pass through more than `limit` of them. A leg that owes nothing to the last one and has the
    better ratio of gain to length is not tried after it, for the two would do better the other way round. Of equal
    costs the one found first is kept, with the goals tried in the curriculum's order.
    """
    layer = {done: _State(0, worth.gained(goals, done))}
    aims = [(1 << goal, way, way & goals, worth.own[goal]) for goal in positions(goals) for way in ways.to[goal]]
    lengths: dict[int, int] = {}
    seen = 0
    for _ in range(goals.bit_count()):
        following: dict[int, _State] = {}
        for taken, state in layer.items():
            missing = goals & ~taken
            for goal, way, on_the_way, gain in aims:
                if on_the_way & missing != goal:
                    continue
                leg = way & ~taken
                length = lengths.get(leg)
                if length is None:
                    length = lengths[leg] = sum([times[number] for number in positions(leg)])
                if worth.shared:
                    gain = worth.gained(goal, taken)
                elif gain * state.length > state.gain * length and not way & state.leg:
                    continue
                cost = state.cost + length * state.left
                known = following.get(taken | leg)
                if known is None or cost < known.cost:
                    following[taken | leg] = _State(cost, state.left - gain, leg, length, gain, state)
        seen += len(following)
        if seen > limit:
            return None
        layer = following
    state = min(layer.values(), key=lambda state: state.cost)
    legs: list[int] = []
    while state.before is not None:
        legs.append(state.leg)
        state = state.before
    return legs[::-1]


def greedy_legs(ways: Ways, times: Sequence[int], worth: Worth) -> list[int]:
    """Always the leg with the greatest ratio of gain to time, the first in the curriculum on a tie."""
    legs: list[int] = []
    done = 0
    while worth.goals & ~done:
        best, best_gain, best_time = 0, 0, 0
        for goal in positions(worth.goals & ~done):
            for way in ways.to[goal]:
                leg = way & ~done
                gain, time = worth.gained(leg, done), sum([times[number] for number in positions(leg)])
                if not best or gain * best_time > best_gain * time:
                    best, best_gain, best_time = leg, gain, time
        legs.append(best)
        done |= best
    return legs
