"""Earliest unlock: the order in which a chosen set of courses brings the target's levels soonest. No calendar here.

The order has the least weighted completion time under precedence, 1|prec|sum wC. A course's time is its hours of study;
its weight is the number of the target's unmet competency levels that it newly grants. The exact answer rests on three
facts:

- *Only goals matter.* A goal is a course that some unmet level, or the target by name, may come from. Whatever else is
  chosen is taken right before the first goal that needs it, since taking it earlier delays others for nothing. So an
  order is a sequence of goals, each bringing along a way to it (`engine/ways.py`), and the dynamic programme runs over
  the takable sets that such sequences pass through: 2^goals at most, not 2^courses.
- *Sidney (1975).* Where every course has one way (pure AND) and no weight depends on the order, the set falls into
  blocks of falling ratio, each ordered by itself (`engine/sidney.py`).
- *Otherwise* (an any-of that keeps two chosen supporters, two courses that grant one level) the programme runs over the
  whole set, which is exact as well, as long as it passes through no more than STATES sets.

Beyond its reach the goal with the best ratio of weight to time is taken next, the courses on the way to it counted in
(the greedy ratio rule, looking ahead over chains); the choices this order makes are settled, what is left is pure AND
and solved as above, and the order says that it is not exact.

Decisions. A course with sessions needs none of the weekly hours, so its time is 0 here; when it really happens is the
calendar's business. Among orders that unlock the levels equally early, courses that the target asks for by name come
early by the same measure, then those that stand first in the curriculum. *Instead of:* giving named courses a weight
beside the levels, which would let a course done stand in for a competency held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lms.engine.bitsets import positions
from lms.engine.competency import Attainment
from lms.engine.requirement import CourseDone, Fact, Requirement, holds, leaves
from lms.engine.sidney import blocks
from lms.engine.ways import Chosen, Ways, both, met, takable_order, with_needs

STATES = 10_000
"""How many takable sets the dynamic programme looks at before it gives up."""


class Order(NamedTuple):
    """Courses by their numbers in the chosen set, the first to take first; `exact`: no order unlocks earlier."""

    numbers: tuple[int, ...]
    exact: bool


class Targets(NamedTuple):
    """What an early order is good for: for each unmet level the courses that grant it, and the courses named."""

    levels: tuple[int, ...]
    named: int


def targets_of(wanted: Iterable[Requirement], chosen: Chosen, held: Callable[[Fact], bool]) -> Targets:
    """The unmet levels behind the wanted requirements that do not hold yet, as masks of the chosen courses.

    Of a competency wanted at level 3 and held at 1 the unmet levels are 2 and 3.
    """
    highest: dict[str, int] = {}
    names = set()
    for requirement in wanted:
        if holds(requirement, held):
            continue
        for fact in leaves(requirement):
            if isinstance(fact, CourseDone):
                names.add(fact.course)
            else:
                highest[fact.competency] = max(fact.level, highest.get(fact.competency, 0))
    unmet = {(c, n): 0 for c, top in highest.items() for n in range(1, top + 1) if not held(Attainment(c, n))}
    named = 0
    for number, course in enumerate(chosen.courses):
        if course.id in names:
            named |= 1 << number
        for grant in course.grants:
            for level in range(1, min(grant.level, highest.get(grant.competency, 0)) + 1):
                if (grant.competency, level) in unmet:
                    unmet[grant.competency, level] |= 1 << number
    return Targets(tuple(mask for mask in unmet.values() if mask), named)


def earliest_unlock(chosen: Chosen, ways: Ways, times: Sequence[int], targets: Targets) -> Order:
    """The order of the whole set that brings what is wanted earliest; `times` are whole numbers, one a course.

    Deterministic. Raises ValueError when the set cannot be taken in any order.
    """
    if not all(ways.to):
        raise ValueError("the chosen courses cannot be taken in any order")
    worth = _worth(ways, times, targets)
    legs, exact = _legs(ways, times, worth), ways.complete
    if legs is None:
        exact = False
        ways, worth = _settled(_taken(chosen, _greedy_legs(ways, times, worth)), ways, worth)
        legs = _legs(ways, times, worth) or _greedy_legs(ways, times, worth)
    return Order(_taken(chosen, legs), exact)


def _taken(chosen: Chosen, legs: Iterable[int]) -> tuple[int, ...]:
    """The courses leg by leg, and at the end those that no goal needs."""
    numbers: list[int] = []
    done = 0
    for leg in (*legs, (1 << len(chosen.courses)) - 1):
        numbers += takable_order(chosen, leg & ~done, done)
        done |= leg
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What the goals are worth: `own` by itself, `shared` to whichever of a mask's goals comes first."""

    goals: int
    own: list[int]
    shared: list[tuple[int, int]]

    def gained(self, leg: int, done: int) -> int:
        """What the courses of `leg` bring once `done` are taken."""
        found = sum(self.own[goal] for goal in positions(leg & self.goals))
        return found + sum(amount for mask, amount in self.shared if mask & leg and not mask & done)


def _worth(ways: Ways, times: Sequence[int], targets: Targets) -> _Worth:
    """The three measures as one number: one level early outweighs all names, one name the order of the curriculum."""
    size = len(times)
    by_name = size * size * sum(times) + 1
    by_level = size * by_name * sum(times) + 1
    own, shared = [0] * size, []
    goals = targets.named
    for givers in targets.levels:
        first = sum(1 << giver for giver in positions(givers) if any(way & givers == 1 << giver for way in ways.to[giver]))
        goals |= first
        if first.bit_count() == 1:
            own[first.bit_length() - 1] += by_level
        else:
            shared.append((first, by_level))
    for goal in positions(goals):
        own[goal] += size - goal + (by_name if targets.named >> goal & 1 else 0)
    return _Worth(goals, own, shared)


def _legs(ways: Ways, times: Sequence[int], worth: _Worth) -> list[int] | None:
    """The best sequence of legs, block by block where the set can be cut; None beyond the programme's reach."""
    parts = [worth.goals]
    if worth.goals.bit_count() > 3 and not worth.shared and all(len(each) == 1 for each in ways.to):
        needed = 0
        for goal in positions(worth.goals):
            needed |= ways.to[goal][0]
        before = [way & ~(1 << number) for number, (way,) in enumerate(ways.to)]
        parts = blocks(needed, before, times, worth.own)
    legs: list[int] = []
    done = 0
    for part in parts:
        found = _best_legs(worth.goals & part, done, ways, times, worth)
        if found is None:
            return None
        for leg in found:
            legs.append(leg)
            done |= leg
    return legs


def _settled(numbers: Sequence[int], ways: Ways, worth: _Worth) -> tuple[Ways, _Worth]:
    """The choices that an order makes, made for good: of each course's ways the one it took, of the goals that share a
    level the one that came first. What is left is pure AND, and its best order is no worse."""
    taken, paths, own = 0, [0] * len(numbers), worth.own[:]
    for number in numbers:
        taken |= 1 << number
        path = next(way for way in ways.to[number] if not way & ~taken)
        for earlier in positions(path ^ 1 << number):
            path |= paths[earlier]
        paths[number] = path
    for mask, amount in worth.shared:
        own[next(number for number in numbers if mask >> number & 1)] += amount
    return Ways(tuple((path,) for path in paths), ways.complete), _Worth(worth.goals, own, [])


class _State(NamedTuple):
    """A way to have taken some set: the cost so far, what is still to be gained, the last leg and the state before."""

    cost: int
    left: int
    leg: int = 0
    before: _State | None = None


def _best_legs(goals: int, done: int, ways: Ways, times: Sequence[int], worth: _Worth) -> list[int] | None:
    """The best sequence of legs, each ending at its only goal: dynamic programming over takable sets.

    None when it would pass through more than STATES of them. Of equal costs the one found first is kept, with the
    goals tried in the curriculum's order.
    """
    layer = {done: _State(0, worth.gained(goals, done))}
    aims = [(1 << goal, ways.to[goal]) for goal in positions(goals)]
    lengths: dict[int, int] = {}
    seen = 0
    for _ in aims:
        following: dict[int, _State] = {}
        for taken, state in layer.items():
            missing = goals & ~taken
            for goal, ways_there in aims:
                if not goal & missing:
                    continue
                for way in ways_there:
                    leg = way & ~taken
                    if leg & missing != goal:
                        continue
                    if leg not in lengths:
                        lengths[leg] = sum([times[number] for number in positions(leg)])
                    cost = state.cost + lengths[leg] * state.left
                    known = following.get(taken | leg)
                    if known is None or cost < known.cost:
                        left = known.left if known else state.left - worth.gained(goal, taken)
                        following[taken | leg] = _State(cost, left, leg, state)
        seen += len(following)
        if seen > STATES:
            return None
        layer = following
    state, legs = min(layer.values(), key=lambda state: state.cost), []
    while state.before is not None:
        legs.append(state.leg)
        state = state.before
    return legs[::-1]


def _greedy_legs(ways: Ways, times: Sequence[int], worth: _Worth) -> list[int]:
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


def keeping(chosen: Chosen, previous: Sequence[str]) -> Chosen:
    """The same set with a person's own order added to what each course waits for.

    The rule: of the courses of `previous` that are chosen still, always the earliest that can be taken comes next; so
    one whose prerequisite now stands later waits just until that is taken, and all others keep their places. New
    courses are free: they go before, between and after by earliest unlock, and count as taken wherever they can be.
    Courses with sessions are left out, their sessions' dates place them.
    """
    number = {course.id: place for place, course in enumerate(chosen.courses) if not course.sessions}
    own = [number[course] for course in dict.fromkeys(previous) if course in number]
    free = ((1 << len(chosen.courses)) - 1) & ~sum(1 << place for place in own)
    needs, done, last = list(chosen.needs), 0, None
    while own:
        for new in takable_order(chosen, free & ~done, done):
            done |= 1 << new
        following = next((place for place in own if met(chosen.needs[place], done)), None)
        if following is None:
            break
        if last is not None:
            needs[following] = both(needs[following], last)
        own.remove(following)
        done |= 1 << following
        last = following
    return with_needs(chosen.courses, needs)
