"""Earliest unlock: the order in which a chosen set of courses brings the target's levels soonest. No calendar here.

The order has the least weighted completion time under precedence, 1|prec|sum wC. A course's time is its hours of study;
its weight is the number of the target's unmet competency levels that it newly grants. The exact answer rests on three
facts:

- *Only goals matter.* A goal is a course that some unmet level, or the target by name, may come from. Whatever else is
  chosen is taken right before the first goal that needs it, since taking it earlier delays others for nothing. So an
  order is a sequence of goals, each bringing along a way to it (`engine/ordering/ways.py`), and the dynamic programme runs over
  the takable sets that such sequences pass through: 2^goals at most, not 2^courses.
- *Sidney (1975).* Where every course has one way (pure AND) and no weight depends on the order, the set falls into
  blocks of falling ratio, each ordered by itself (`engine/ordering/sidney.py`).
- *Otherwise* (an any-of that keeps two chosen supporters, two courses that grant one level) the programme runs over the
  whole set, or, where that is too large, the choices are settled best first (`engine/ordering/settle.py`). Both are exact.

Beyond the reach of all this (a block that passes through too many sets, too many choices) the goal with the best ratio of
weight to time is taken next, the courses on the way to it counted in: the greedy ratio rule, looking ahead over chains.
The choices which that order makes are settled, what is left is pure AND and solved as above, and the order says that it
is not exact: measured on sets within reach, half a per cent above the best on average.

Decisions. A course with sessions needs none of the weekly hours, so its time is 0 here; when it really happens is the
calendar's business. Among orders that unlock the levels equally early, courses that the target asks for by name come
early by the same measure, then those that stand first in the curriculum. *Instead of:* giving named courses a weight
beside the levels, which would let a course done stand in for a competency held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.ordering.legs import Worth, best_legs, greedy_legs, is_pure
from lms.engine.ordering.settle import SETTLED_STATES, Settling, in_turn, settled
from lms.engine.ordering.ways import Chosen, Ways, both, met, takable_order, with_needs
from lms.engine.requirement import CourseDone, Fact, Requirement, holds, leaves
from lms.engine.search.bitsets import positions


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

    >>> from lms.engine.curriculum import Course
    >>> from lms.engine.ordering.ways import all_ways, chosen_set
    >>> long, short = (Course(id=name, title=name, hours=100, renewal_hours=100) for name in ("long", "short"))
    >>> chosen = chosen_set([long, short], lambda fact: False)
    >>> earliest_unlock(chosen, all_ways(chosen), [900, 300], Targets(levels=(0b01, 0b10), named=0))
    Order(numbers=(1, 0), exact=True)
    """
    if not all(ways.to):
        raise ValueError("the chosen courses cannot be taken in any order")
    worth = _worth(ways, times, targets)
    legs, exact = best_legs(ways, times, worth), ways.complete
    if legs is None and not is_pure(ways, worth):
        legs = Settling(chosen, ways, times, worth).best_legs()
    if legs is None:
        exact = False
        legs = greedy_legs(ways, times, worth)
        if not is_pure(ways, worth):
            ways, worth = settled(in_turn(chosen, legs), ways, worth)
            legs = best_legs(ways, times, worth, SETTLED_STATES) or legs
    return Order(in_turn(chosen, legs), exact)


def _worth(ways: Ways, times: Sequence[int], targets: Targets) -> Worth:
    """The three measures as one number: one level early outweighs all names, one name the order of the curriculum."""
    size = len(times)
    by_name = size * size * sum(times) + 1
    by_level = size * by_name * sum(times) + 1
    own, shared = [0] * size, list[tuple[int, int]]()
    goals = targets.named
    for givers in targets.levels:
        first = sum(
            1 << giver for giver in positions(givers) if any(way & givers == 1 << giver for way in ways.to[giver])
        )
        goals |= first
        if first.bit_count() == 1:
            own[first.bit_length() - 1] += by_level
        else:
            shared.append((first, by_level))
    for goal in positions(goals):
        own[goal] += size - goal + (by_name if targets.named >> goal & 1 else 0)
    return Worth(goals, tuple(own), tuple(shared))


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
