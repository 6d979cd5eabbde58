"""The fastest order: the one whose last step ends earliest, for a set of courses of which some have sessions.

Without sessions every order ends on the same day. With them, study is a single machine (nothing in between but waits
for sessions), sessions are deadlines for the study before them and release dates for the study after, and the date
sought is the makespan. Orders are sought in this sequence, and the search stops as soon as the date found meets the
proven lower bound:

1. the preferred order as it is, and with later steps filling its waits;
2. Lawler's rule for 1|prec|f_max (1973), from the end backwards: exact where precedence is pure AND and no study waits
   for a session;
3. *readying*: one course with sessions after the other gets the study it lacks, all else follows. Where no study waits
   for a session this is exact too, whatever the precedence: what is not needed may be put off for nothing, so a dynamic
   programme over who was readied, keeping all that is not dominated, misses nothing;
4. branch and bound, study step by study step. A step that no session depends on and that depends on none is only tried
   while another one waits: before one that does not wait it can be put off for nothing. Once all study before sessions
   is done, taking whatever can start is best (1|r_j|C_max).

One run dominates another that has taken the same steps when it is nowhere later: all that follows is monotone.

Among the orders found that end on the earliest day, the least by a second measure wins (how early things unlock, or how
much a person's own order is kept); where the preferred order is too slow, single steps are moved forward again by it. *Instead of:* weighing days
against that measure, which would need a rate of exchange that nobody has set.

An order may let study wait although another step could start, where that brings the last day forward. *Instead of:*
never waiting, which would miss the earliest date when a short step for the next session would come after a long one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lms.engine.dating.floor import Floor
from lms.engine.dating.timetable import A_DAY, Run, Timetable
from lms.engine.ordering.ways import NEVER, Ways, all_ways, takable_order
from lms.engine.search.bitsets import positions

READYING = 300
"""How many times the readying of sessions extends a run before it gives up."""
NODES = 400
"""How many steps of branch and bound are tried."""
TRIALS = 200
"""How many changes towards the preferred order are tried."""


class Fastest(NamedTuple):
    """The run that ends earliest, and whether it is proven that none ends earlier (or that none is fully dated)."""

    run: Run
    proven: bool


Measure = Callable[[Run], tuple[int, ...]]
"""Of two runs that end on the same day the one of lesser measure is better."""


def fastest(table: Timetable, prefer: Sequence[int], measure: Measure, *, nodes: int = NODES) -> Fastest:
    """The order that ends earliest and, among those found, has the least measure.

    `prefer` is an order of the whole set that can be taken; `nodes` bounds the branch and bound.
    """
    if not table.options:
        return Fastest(Run(table).follow(prefer), proven=True)
    search = _Search(table, all_ways(table.chosen), prefer, measure, nodes)
    search.fill()
    first = search.key
    for stage in (search.latest_last, search.ready, search.branch):
        if search.key <= search.least or (search.proven and not search.key[0]):
            break
        stage()
    if search.key < first:
        search.improve()
    assert search.best is not None
    return Fastest(search.best, search.proven)


class _Search:
    """The best run found and the bound that would prove it best. Masks hold numbers of the chosen set."""

    def __init__(self, table: Timetable, ways: Ways, prefer: Sequence[int], measure: Measure, nodes: int) -> None:
        self.table, self.ways, self.prefer, self.measure, self.nodes = table, ways, prefer, measure, nodes
        self.floor = Floor(table, ways)
        self.dated, self.study = self.floor.dated, self.floor.study
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
        self.best: Run | None = None
        self.key = (len(table.work) + 1, 0)
        self.proven = False
        self.least = self.floor.key(Run(table), 0)

    def offer(self, run: Run) -> None:
        """Keep the run if it is better than the best one; of equals the first stays."""
        key = run.key()
        if key > self.key or (key == self.key and self.best and self.measure(run) >= self.measure(self.best)):
            return
        self.best, self.key = run, key
        self.proven = self.proven or (self.ways.complete and key <= self.least)

    def fill(self) -> None:
        """The preferred order as it is, and with its waits filled."""
        self.offer(Run(self.table).follow(self.prefer))
        for overrun in (True, False):
            self.offer(Run(self.table).overtake(self.prefer, overrun=overrun))

    # -- Lawler's rule

    def latest_last(self) -> None:
        """From the end backwards, the study step that may end there and holds up the sessions least (Lawler 1973).

        Exact where every course has one way and no study waits for a session.
        """
        ways = [each[0] if each else 0 for each in self.ways.to]
        at = sum(self.table.work)
        order: list[int] = []
        left = [number for number in reversed(self.prefer) if self.study >> number & 1 and ways[number]]
        while left:
            needed = 0
            for number in left:
                needed |= ways[number] & ~(1 << number)
            free = [number for number in left if not needed >> number & 1]
            number = min(free, key=lambda each: self._holds_up(each, at, ways))
            order.append(number)
            left.remove(number)
            at -= self.table.work[number]
        self.offer(Run(self.table).follow(reversed(order)))
        if not self.waiting and self.ways.complete and all(len(each) == 1 for each in self.ways.to):
            self.proven = True

    def _holds_up(self, number: int, at: int, ways: Sequence[int]) -> int:
        """The latest end of the sessions that need this study step, were it the only one and over after `at` units."""
        ends: dict[int, int] = {}
        since = self.floor.day_after(at, 0) * A_DAY
        for course in self.prefer:
            if course in self.table.options and ways[course] >> number & 1:
                start = max([since, *(end for other, end in ends.items() if ways[course] >> other & 1)])
                options = self.table.options[course]
                ends[course] = next((option.ends for option in options if option.starts >= start), NEVER)
        return max(ends.values(), default=0)

    # -- readying one course with sessions after the other

    def ready(self) -> None:
        """Search the orders in which the courses with sessions get the study they lack."""
        goals = [number for number in self.table.options if any(way & self.study for way in self.ways.to[number])]
        layer: dict[tuple[int, int], list[Run]] = {(0, 0): [Run(self.table)]}
        exact, budget = not self.waiting and self.ways.complete, READYING
        for _ in goals:
            following: dict[tuple[int, int], list[Run]] = {}
            for (readied, done), runs in layer.items():
                for goal, way in ((g, way) for g in goals if not readied >> g & 1 for way in self.ways.to[g]):
                    key = (readied | 1 << goal, done | way & self.study)
                    for run in runs:
                        if budget <= 0:
                            return
                        budget -= 1
                        _keep(following.setdefault(key, []), self._extended(run, way & ~done))
            layer = following
        for runs in layer.values():
            for run in runs:
                self._complete(run)
                for overrun in (True, False) if self.waiting else ():
                    order = dict.fromkeys((*run.order, *self.prefer))
                    self.offer(Run(self.table).overtake(order, overrun=overrun))
        self.proven = self.proven or exact

    def _extended(self, run: Run, leg: int) -> Run:
        """The run with the study steps of a leg taken next, in an order that can be taken."""
        done = sum(1 << number for number in run.order)
        return run.copy().follow(takable_order(self.table.chosen, leg | self.dated, done))

    def _complete(self, run: Run) -> None:
        """Offer the run with all the rest after it, waits filled or not."""
        rest = [number for number in self.prefer if number not in run.spans]
        self.offer(run.copy().follow(rest))
        for overrun in (True, False):
            self.offer(run.copy().overtake(rest, overrun=overrun))

    # -- branch and bound

    def branch(self) -> None:
        """Try the study steps one by one, as far as `nodes` allow, unless it is known that no order is fully dated."""
        if self.proven:
            return
        seen: dict[int, list[Run]] = {}
        stack = [(Run(self.table), 0)]
        while stack:
            run, done = stack.pop()
            if not self.gating & ~done:
                self._complete(run)
                continue
            if self.floor.key(run, done) >= self.key or not _keep(seen.setdefault(done, []), run):
                continue
            if self.nodes <= 0:
                return
            self.nodes -= 1
            steps = self._steps(run, done)
            if not steps:
                self._complete(run)
            for number in reversed(steps):
                following = run.copy()
                following.study(number)
                stack.append((following, done | 1 << number))
        self.proven = self.ways.complete

    def _steps(self, run: Run, done: int) -> list[int]:
        """The study steps worth taking next, those that can start first before the others."""
        found = [
            (release, number)
            for number in self.prefer
            if (self.study & ~done) >> number & 1 and (release := run.release(number)) is not None
        ]
        if not any(release > run.at for release, number in found if self.relevant >> number & 1):
            found = [(release, number) for release, number in found if self.relevant >> number & 1]
        return [number for _, number in sorted(found, key=lambda each: each[0])]

    # -- the second measure, as far as the day allows

    def improve(self) -> None:
        """Move single steps forward in the best run, those that the preferred order has early first, while it helps."""
        assert self.best is not None
        order, trials = self.best.order, TRIALS
        for place in range(len(order)):
            for number in (number for number in self.prefer if number in order[place + 1 :]):
                trials -= 1
                moved = [*order[:place], number, *(other for other in order[place:] if other != number)]
                self.offer(Run(self.table).follow(moved))
                if trials <= 0 or self.best.order == moved:
                    break
            if trials <= 0:
                return
            order = self.best.order


def _keep(runs: list[Run], run: Run) -> bool:
    """Add the run unless another one with the same steps taken is nowhere later; drop those that it is."""
    if any(_no_later(other, run) for other in runs):
        return False
    runs[:] = [other for other in runs if not _no_later(run, other)]
    runs.append(run)
    return True


def _no_later(one: Run, other: Run) -> bool:
    return one.at <= other.at and all(a <= b for a, b in zip(one.times, other.times, strict=True))
