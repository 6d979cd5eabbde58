"""MaxSAT by core-guided RC2; rings are ruled out by vertex elimination (Rankooh and Rintanen, ICAPS 2022).

For each ring the dependency graph gets one variable an arc. Its nodes are eliminated one by one, those with the least
fill-in first: whenever u supports v and v supports w, then u supports w through an arc that is new or was there, and
no two nodes may support one another. What satisfies this is acyclic. Where the fill-in passes ARC_LIMIT the problem is
given up, as memory would.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable

from pysat.card import CardEnc, EncType
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF, IDPool

from benchmarks.problem import Answer, Problem

ARC_LIMIT = 1_500_000


def solve(problem: Problem, time_limit: float) -> Answer | None:
    """The least sum of prices, to proof; RC2 knows no answer that is not proven."""
    formula = _Formula(problem)
    if not formula.complete:
        return None
    with RC2(formula.wcnf, solver="g4", adapt=True, exhaust=False, minz=False) as solver:
        alarm = threading.Timer(time_limit, solver.interrupt)
        alarm.daemon = True
        alarm.start()
        model = solver.compute(expect_interrupt=True)
        alarm.cancel()
    if model is None:
        return None
    true = {literal for literal in model if literal > 0}
    return Answer(tuple(c for c, variable in formula.taken.items() if variable in true), proven=True)


class _Formula:
    """The clauses of a problem; not `complete` when a ring was too dense to be ruled out."""

    def __init__(self, problem: Problem) -> None:
        self.wcnf = WCNF()
        self.pool = IDPool()
        self.complete = True
        self.taken = {course: self.pool.id(problem.first_course + course) for course in problem.takable}
        arcs: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
        for rule in problem.rules:
            self._rule(problem, rule.node, rule.n, rule.items, arcs)
        for found in arcs.values():
            self.complete = self.complete and self._no_cycle(found)
        for node in problem.wanted:
            self.wcnf.append([self.pool.id(node)])
        for course, variable in self.taken.items():
            self.wcnf.append([-variable], weight=problem.price[course])

    def _rule(
        self,
        problem: Problem,
        node: int,
        n: int,
        items: tuple[int, ...],
        arcs: dict[int, dict[tuple[int, int], int]],
    ) -> None:
        this = self.pool.id(node)
        ring = problem.ring.get(node)
        inside = [ring is not None and problem.ring.get(item) == ring for item in items]
        switches = [self.pool.id(item) for item in items]
        if n == len(items):
            for switch in switches:
                self.wcnf.append([-this, switch])
            switches = [this] * len(items)
        else:
            if any(inside) or n > 1:  # by position: an item that stands twice counts twice
                ways = [self.pool.id() for _ in items]
                for way, switch in zip(ways, switches, strict=True):
                    self.wcnf.append([-way, switch])
                switches = ways
            self._at_least(this, n, switches)
        for item, switch, within in zip(items, switches, inside, strict=True):
            if within and ring is not None:
                arc = arcs[ring].setdefault((item, node), self.pool.id(("arc", item, node)))
                self.wcnf.append([-switch, arc])

    def _at_least(self, this: int, n: int, switches: list[int]) -> None:
        if n == 1:
            self.wcnf.append([-this, *switches])
            return
        for clause in CardEnc.atleast(switches, n, vpool=self.pool, encoding=EncType.seqcounter).clauses:
            self.wcnf.append([-this, *clause])

    def _no_cycle(self, arcs: dict[tuple[int, int], int]) -> bool:
        """Vertex elimination on one ring's arcs (tail, head) -> variable."""
        out: dict[int, set[int]] = defaultdict(set)
        into: dict[int, set[int]] = defaultdict(set)
        for tail, head in arcs:
            out[tail].add(head)
            into[head].add(tail)
        made = 0
        for middle in _least_fill_first(out, into):
            for tail in into[middle]:
                for head in out[middle]:
                    first, second = arcs[tail, middle], arcs[middle, head]
                    if tail == head:
                        self.wcnf.append([-first, -second])
                        continue
                    if (tail, head) not in arcs:
                        arcs[tail, head] = self.pool.id(("arc", tail, head))
                        out[tail].add(head)
                        into[head].add(tail)
                    self.wcnf.append([-first, -second, arcs[tail, head]])
                    made += 1
                    if made > ARC_LIMIT:
                        return False
            for tail in into.pop(middle):
                out[tail].discard(middle)
            for head in out.pop(middle):
                into[head].discard(middle)
        return True


def _least_fill_first(out: dict[int, set[int]], into: dict[int, set[int]]) -> Iterable[int]:
    """The nodes in order of elimination; the caller changes the graph between two of them."""
    import heapq  # noqa: PLC0415

    def fill(node: int) -> int:
        return len(out[node]) * len(into[node])

    queue = [(fill(node), node) for node in sorted({*out, *into})]
    heapq.heapify(queue)
    gone = set()
    while queue:
        seen, node = heapq.heappop(queue)
        if node in gone:
            continue
        now = fill(node)
        if now > seen:
            heapq.heappush(queue, (now, node))
            continue
        gone.add(node)
        yield node
