"""A quick plan without a promise: the additive price relaxation, replayed, with what turns out redundant dropped.

It prices a fact as its cheapest provider plus what that provider needs, adding up over all-of groups (Knuth 1977,
*A generalization of Dijkstra's algorithm*; in planning, h-add). Shared prerequisites are counted more than once, so
the plan is 1 to 12 % dearer on average than the proven one (`engine.md`). It serves as the answer when a time limit
stops the proof, as an upper bound, and as what benchmarks/ compare with.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from lms.engine.search.net import Net

# What makes a node hold: the course that gives it (or -1), and the items of a group that were cheapest.
Support = tuple[int, tuple[int, ...]]
OWNED: Support = (-1, ())


def greedy_choice(net: Net, owned: Sequence[int], wanted: Iterable[int], price: Sequence[int]) -> tuple[int, ...]:
    """Courses (numbers, in the curriculum's order) that make the wanted nodes hold; all must be reachable.

    `price[c]` is what course c costs, any number of at least 0 (a single number; see `price.single_weights`).
    """
    goals = list(wanted)
    best, order = _cheapest_support(net, owned, price)
    chosen: set[int] = set()
    for node in goals:
        _collect(net, node, best, chosen)
    rank = {course: place for place, course in enumerate(order)}
    return drop_redundant(net, owned, goals, sorted(chosen, key=lambda c: rank[c]), price)


def drop_redundant(
    net: Net, owned: Sequence[int], wanted: Sequence[int], chosen: Iterable[int], price: Sequence[int]
) -> tuple[int, ...]:
    """Leave out, dearest first, every course without which the wanted nodes still hold."""
    allowed = [False] * len(net.courses)
    for course in chosen:
        allowed[course] = True
    for course in sorted(chosen, key=lambda c: (-price[c], -c)):
        allowed[course] = False
        held = net.reach(owned, allowed).held
        if not all(held[node] for node in wanted):
            allowed[course] = True
    return tuple(course for course, kept in enumerate(allowed) if kept)


def _cheapest_support(net: Net, owned: Sequence[int], price: Sequence[int]) -> tuple[dict[int, Support], list[int]]:
    """Node -> what makes it hold most cheaply; and the courses in the order in which they come within reach."""
    first = len(net.facts)
    best: dict[int, Support] = {}
    settled: list[list[tuple[int, int]]] = [[] for _ in net.groups]
    order: list[int] = []
    queue: list[tuple[int, int, Support]] = [(0, node, OWNED) for node in owned]
    queue += [(0, first + number, OWNED) for number, group in enumerate(net.groups) if group.n == 0]
    heapq.heapify(queue)
    while queue:
        cost, node, support = heapq.heappop(queue)
        if node in best:
            continue
        best[node] = support
        for number in net.parents[node]:
            settled[number].append((cost, node))
            if len(settled[number]) == net.groups[number].n:
                items = settled[number]
                heapq.heappush(queue, (sum(c for c, _ in items), first + number, (-1, tuple(n for _, n in items))))
        for course in net.unlocks[node]:
            order.append(course)
            for given in net.gives[course]:
                if given not in best:
                    heapq.heappush(queue, (cost + price[course], given, (course, ())))
    return best, order


def _collect(net: Net, goal: int, best: dict[int, Support], chosen: set[int]) -> None:
    stack, seen = [goal], set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        course, items = best[node]
        stack.extend(items)
        if course >= 0:
            chosen.add(course)
            stack.append(net.needs[course])
