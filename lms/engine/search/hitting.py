"""The same choice by implicit hitting sets, in Python's integers: exact for amounts of any size, and a second opinion.

A *landmark* here is a set of courses of which every plan contains at least one. A cheapest set that hits every
landmark known so far costs at most as much as any plan; if it is a plan, it is therefore the best one, and if it is
not, it yields a landmark that it misses. Nothing is shared with the clingo route but the net (Haslum, Slaney and
Thiébaux, *Minimal landmarks for optimal delete-free planning*, ICAPS 2012).

It serves where clingo's 32-bit weights do not fit, and the tests hold the two against each other. It is no match for
clingo on dense covers, where the hitting sets themselves are hard.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lms.engine.search.deadline import Deadline
from lms.engine.search.net import Net

NO_LIMIT = Deadline()


class OutOfTime(Exception):
    """The deadline has passed."""


def choose_by_hitting_sets(
    net: Net,
    owned: Sequence[int],
    wanted: Sequence[int],
    weights: Sequence[int],
    *,
    force: Collection[int] = (),
    forbid: Collection[int] = (),
    deadline: Deadline = NO_LIMIT,
) -> tuple[tuple[int, ...] | None, bool]:
    """The set of courses with the least sum of weights that makes the wanted nodes hold, and whether that is proven.

    `weights` above 0, any size; equal sums must not occur (see `price.single_weights`). (None, True) when no set will do, (None, False) when the deadline came first. A forced course
    has to be takable within the set.
    """
    usable = [course not in forbid for course in range(len(net.courses))]
    reach = net.reach(owned, usable)
    if not all(reach.held[node] for node in wanted) or not set(force) <= set(reach.taken):
        return None, True
    goals = [*wanted, *(net.needs[course] for course in force)]
    landmarks: list[frozenset[int]] = [frozenset((course,)) for course in force]
    try:
        while True:
            hitting = _least_hitting_set(landmarks, weights, deadline)
            missed = _missed_landmark(net, owned, goals, hitting, reach.taken, weights)
            if missed is None:
                return tuple(sorted(hitting)), True
            landmarks.append(missed)
    except OutOfTime:
        return None, False


def _missed_landmark(
    net: Net,
    owned: Sequence[int],
    wanted: Sequence[int],
    chosen: frozenset[int],
    usable: Sequence[int],
    weights: Sequence[int],
) -> frozenset[int] | None:
    """None when the chosen set is a plan; else a landmark, minimal under inclusion, that it does not hit.

    Courses are let in as long as the goal stays out of reach, cheap ones first; those that would reach it remain.
    """
    allowed = [False] * len(net.courses)
    for course in chosen:
        allowed[course] = True

    def arrives() -> bool:
        held = net.reach(owned, allowed).held
        return all(held[node] for node in wanted)

    if arrives():
        return None
    kept_out = []
    for course in sorted((c for c in usable if not allowed[c]), key=lambda c: weights[c]):
        allowed[course] = True
        if arrives():
            allowed[course] = False
            kept_out.append(course)
    return frozenset(kept_out)


def _least_hitting_set(
    landmarks: Sequence[frozenset[int]], weights: Sequence[int], deadline: Deadline
) -> frozenset[int]:
    """Branch on the smallest landmark not yet hit; bound by disjoint landmarks. Exact."""
    best_set: frozenset[int] = frozenset(min(landmark, key=lambda c: weights[c]) for landmark in landmarks)
    best = sum(weights[course] for course in best_set)
    stack: list[tuple[frozenset[int], frozenset[int], int]] = [(frozenset(), frozenset(), 0)]
    while stack:
        if deadline.passed:
            raise OutOfTime
        chosen, banned, cost = stack.pop()
        open_ones = [landmark - banned for landmark in landmarks if not landmark & chosen]
        if not open_ones:
            if cost < best:
                best, best_set = cost, chosen
            continue
        open_ones.sort(key=lambda landmark: (len(landmark), sorted(landmark)))
        if not open_ones[0] or cost + _disjoint_bound(open_ones, weights) >= best:
            continue
        branches = []
        for course in sorted(open_ones[0], key=lambda c: weights[c]):
            branches.append((chosen | {course}, banned, cost + weights[course]))
            banned |= {course}
        stack.extend(reversed(branches))
    return best_set


def _disjoint_bound(landmarks: Sequence[frozenset[int]], weights: Sequence[int]) -> int:
    """The sum over landmarks that share no course, each at its cheapest: what any hitting set costs at least."""
    used: set[int] = set()
    bound = 0
    for landmark in landmarks:
        if used.isdisjoint(landmark):
            used |= landmark
            bound += min(weights[course] for course in landmark)
    return bound
