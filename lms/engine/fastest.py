"""The fastest order: the one whose last step ends earliest, for a set of courses of which some have sessions.

Without sessions every order ends on the same day. With them, study is a single machine (nothing in between but waits
for sessions), sessions are deadlines for the study before them and release dates for the study after, and the date
sought is the makespan. Orders are sought in this sequence, and the search stops as soon as the date found meets the
proven lower bound:

1. the preferred order as it is, and with later steps filling its waits;
2. *readying*: one course with sessions after the other gets the study it lacks, all else follows. Where no study waits
   for a session this is exact: whatever is not needed may be put off for nothing (the exchange behind Lawler's rule for
   1|prec|f_max, 1973), so a dynamic programme over who was readied, keeping all that is not dominated, misses nothing;
3. branch and bound, study step by study step. A step that no session depends on and that depends on none is only tried
   while another one waits: before one that does not wait it can be put off for nothing. Once all study before sessions
   is done, taking whatever can start is best (1|r_j|C_max).

One run dominates another that has taken the same steps when it is nowhere later: all that follows is monotone.

Among orders that end on the earliest day the preferred one is followed as far as that day allows. *Instead of:* weighing
days against the order of unlocking, which would need a rate of exchange that nobody has set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lms.engine.bitsets import positions
from lms.engine.timetable import A_DAY, Run, Timetable, last_day
from lms.engine.ways import NEVER, Ways, takable_order
from lms.engine.week import LAST

READYING = 200
"""How many runs the readying of sessions keeps at most."""
NODES = 2_000
"""How many steps of branch and bound are tried."""
TRIALS = 200
"""How many changes towards the preferred order are tried."""


class Fastest(NamedTuple):
    """The run that ends earliest, and whether it is proven that none ends earlier (or that none is fully dated)."""

    run: Run
    proven: bool


def fastest(table: Timetable, ways: Ways, prefer: Sequence[int], *, nodes: int = NODES) -> Fastest:
    """The order that ends earliest; among those found, the one that keeps most of the preferred order.

    `prefer` is an order of the whole set that can be taken; `nodes` bounds the branch and bound.
    """
    run = table.follow(prefer)
    if not table.options:
        return Fastest(run, proven=True)
    search = _Search(table, ways, prefer, nodes)
    search.offer(run)
    for stage in (search.fill, search.ready, search.branch):
        if search.proven:
            break
        stage()
    return Fastest(search.toward_preferred(), search.proven)


class _Search:
    """The best run found and the bound that would prove it best. Masks hold numbers of the chosen set."""

    def __init__(self, table: Timetable, ways: Ways, prefer: Sequence[int], nodes: int) -> None:
        self.table, self.ways, self.prefer, self.nodes = table, ways, prefer, nodes
        self.dated = sum(1 << number for number in table.options)
        self.study = ((1 << len(table.work)) - 1) & ~self.dated
        self.gating = 0
        """Study on some way to a session."""
        for number in table.options:
            for way in ways.to[number]:
                self.gating |= way & self.study
        self.waiting = sum(1 << n for n in positions(self.study) if any(way & self.dated for way in ways.to[n]))
        """Study that has a session on some way to it."""
        self.relevant = self.gating | self.waiting
        for number in positions(self.waiting):
            for way in ways.to[number]:
                self.relevant |= way & self.study
        self.after = {s: self._must_follow(s, self.study) for s in table.options}
        self.best: Run | None = None
        self.key = (len(table.work) + 1, 0)
        self.proven = False
        self.floor = self.bound(Run(table), 0)

    def _must_follow(self, session: int, study: int) -> int:
        """The study steps every way to which contains the session's course."""
        return sum(1 << n for n in positions(study) if all(way >> session & 1 for way in self.ways.to[n]))

    def offer(self, run: Run) -> None:
        """Keep the run if it is better than the best one; of equals the first stays."""
        key = run.key()
        if key < self.key:
            self.best, self.key = run, key
            self.proven = self.ways.complete and key <= self.floor

    def fill(self) -> None:
        """The preferred order with waits filled."""
        for overrun in (True, False):
            self.offer(self.table.overtake(self.prefer, overrun=overrun))

    # -- readying one course with sessions after the other

    def ready(self) -> None:
        """Search the orders in which the courses with sessions get the study they lack."""
        goals = [number for number in self.table.options if any(way & self.study for way in self.ways.to[number])]
        layer: dict[tuple[int, int], list[Run]] = {(0, 0): [Run(self.table)]}
        exact = not self.waiting and self.ways.complete
        for _ in goals:
            following: dict[tuple[int, int], list[Run]] = {}
            kept = 0
            for (readied, done), runs in layer.items():
                for goal in goals:
                    if readied >> goal & 1:
                        continue
                    for way in self.ways.to[goal]:
                        key = (readied | 1 << goal, done | way & self.study)
                        for run in runs:
                            kept += _keep(following.setdefault(key, []), self._extended(run, way & ~done))
            if kept > READYING:
                exact = False
                following = dict(list(following.items())[:READYING])
            layer = following
        for runs in layer.values():
            for run in runs:
                self._complete(run)
        self.proven = self.proven or exact

    def _extended(self, run: Run, leg: int) -> Run:
        """The run with the study steps of a leg taken next, in an order that can be taken."""
        run = run.copy()
        done = sum(1 << number for number in run.order)
        for number in takable_order(self.table.chosen, leg | self.dated, done):
            if number not in self.table.options:
                run.study(number)
        return run

    def _complete(self, run: Run) -> None:
        """Offer the run with all the rest after it, waits filled or not."""
        done = set(run.order)
        order = [*run.order, *(number for number in self.prefer if number not in done)]
        self.offer(self.table.follow(order))
        for overrun in (True, False):
            self.offer(self.table.overtake(order, overrun=overrun))
