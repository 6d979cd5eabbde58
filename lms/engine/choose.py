"""The choice: which courses close the gap for least, with proof.

**The problem** is optimal delete-free planning (*h+*; Haslum, Slaney and Thiébaux, ICAPS 2012). A fact is a competency
at a level or a course done; a course may be taken once its requirement holds; what it gives is never lost again. We
look for a set of courses that can be taken in some order, makes the wanted nodes hold, and has the least price in the
total order of `engine/price.py`. It is NP-hard (weighted set cover sits inside it) and small in practice.

**Why the answer is right.** The ASP program below says, rule by rule, what the paragraph above says. Its stable models
are exactly the sets that can be taken: an atom is true only when it is *founded*, derived from rules whose bodies were
derived before, so two courses that need each other cannot justify one another, and no order has to be guessed. This is
what a plain implication model gets wrong. clingo then minimises lexicographically, one priority after the other, and
stops when nothing better exists: that is the proof. Three things keep it honest:

- The control is grounded once for a target and shared by everybody, so it contains only what the curriculum says. What
  a person holds, completed before or can reach enters as externals, flipped for each solve (multi-shot). Reductions
  that are valid for one person only (landmarks, dominance) never enter it.
- The total order has no ties, so the best set is unique and does not depend on what was solved before.
- clingo's weights are 32-bit and wrap silently. Each priority is divided by its greatest common divisor, and what still
  does not fit goes to the exact solver of `engine/search/hitting.py`, which counts in Python's integers. Objective and bound
  are always summed here, in Python.

Wanted nodes that no order of courses reaches are found first, by forward chaining, and are not asked of the solver.

*Instead of:* an integer program (HiGHS, CP-SAT) or MaxSAT. Both need acyclicity spelled out for each question anew. On
small real questions MaxSAT is two to three times faster; where levels make rings it is 3 to 40 times slower, CP-SAT 7 to
30 times, and HiGHS comes to no proof. Only on dense covers is the integer program the better one. `make bench` shows
them side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Any

import clingo

from lms.engine.price import Minimise, Price, course_price, rank, single_weights, total
from lms.engine.search.deadline import Deadline
from lms.engine.search.greedy import greedy_choice
from lms.engine.search.hitting import choose_by_hitting_sets
from lms.engine.search.landmarks import landmarks
from lms.engine.search.net import Net

PROGRAM = """
% What a person holds: brought along, given by a course taken, or enough items of a group.
holds(F) :- has(F).
holds(F) :- take(C), gives(C,F).
holds(G) :- group(G,N), N <= #count { P : item(G,P,I), holds(I) }.

% A course may be taken once its requirement holds. Being founded, this never lets a ring lift itself.
{ take(C) } :- needs(C,R), holds(R).

% The goal.
:- wanted(R), not holds(R).

% The price, priority by priority: somebody who completed the course before pays for its renewal. (Every course has a
% renewal price, so that the bodies below never reduce to take(C): beside its complement in the last rule, clasp 3.3
% searches such a program without end.)
:~ take(C), price(C,P,W), not completed(C). [W@P,C]
:~ take(C), price_again(C,P,W), completed(C). [W@P,C]

% Of two sets that still tie, the one whose courses come first: one priority a course.
:~ not take(C), turn(C,P). [1@P,C]

#external has(F) : fact(F).
#external wanted(R) : target(R).
#external completed(C) : price_again(C,_,_).
#show take/1.
"""

# Added where a previous path counts: fewest changes against it, after the price and before the last tie.
KEEPING = """
:~ take(C), not kept(C), steady(P). [1@P,C]
:~ not take(C), kept(C), steady(P). [1@P,C]
#external kept(C) : needs(C,_).
"""

# Core-guided search (branch and bound times out on dense covers), first plain and for a few hundred conflicts: nearly
# every question of a real catalogue is answered by then. What is not gets the thorough search, which minimises each
# core: hard slices of 150 courses ran for minutes without it. The limit counts conflicts, never time, so answers stay
# the same.
OPTIONS = ("--opt-strategy=usc", "--heuristic=vmtf", "--warn=none")
QUICK, QUICK_CONFLICTS = "no", "300"
THOROUGH, NO_CONFLICT_LIMIT = "min,4", "umax"
WEIGHT_LIMIT = 2**31
SOLVES_BEFORE_GROUNDING_AGAIN = 4000
REMEMBERED = 50_000
NO_LIMIT = Deadline()


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of courses, as numbers of the net, in the curriculum's order.

    `objective` and `bound` are of what is minimised alone: hundredths of an hour or of money, or a number of courses.
    `proven`: the set is the best one in the total order, and then `objective == bound`.
    """

    courses: tuple[int, ...]
    objective: int
    bound: int
    proven: bool


NOTHING_TO_TAKE = Choice((), 0, 0, proven=True)


class Chooser:
    """Chooses for everybody with one target: one net, one criterion, one clingo control.

    `minimise` is hours, cost or courses (the earliest date is searched by `engine/dating/earliest.py`, on top of this).
    `keeping`: choices may be asked for that change a previous path least.
    """

    def __init__(self, net: Net, minimise: Minimise, *, keeping: bool = False) -> None:
        self.net = net
        self.minimise = minimise
        self.keeping = keeping
        self.fresh = [course_price(course, renewal=False) for course in net.courses]
        self.again = [course_price(course, renewal=True) for course in net.courses]
        self._memory: dict[tuple[tuple[int, ...], tuple[int, ...]], Choice] = {}
        self._control: Control | None = None

    def choose(
        self,
        owned: Sequence[int],
        renewed: Sequence[int] = (),
        *,
        kept: Collection[int] | None = None,
        force: Collection[int] = (),
        forbid: Collection[int] = (),
        time_limit: float | None = None,
    ) -> Choice | None:
        """The best set for somebody who holds the fact nodes `owned` and completed the courses `renewed` before.

        Closes every wanted node that can be reached. `kept`: the courses of the previous path. `force` and `forbid`
        ask "what if?": None when no set with, or without, those courses will do. `time_limit` in seconds: when it
        stops the search the best set known is returned, unproven, with a bound that is.
        """
        plain = kept is None and not force and not forbid
        renewed = [course for course in renewed if self.again[course] != self.fresh[course]]
        key = (tuple(owned), tuple(renewed))
        if plain and key in self._memory:
            return self._memory[key]
        wanted = self._reachable(owned, forbid)
        if wanted is None:
            return None
        if not wanted and not force:
            return NOTHING_TO_TAKE
        choice = self._solve(owned, renewed, wanted, kept, force, forbid, time_limit)
        if plain and choice is not None and choice.proven:
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[key] = choice
        return choice

    def prices(self, renewed: Iterable[int]) -> list[Price]:
        """What each course costs somebody who completed the courses `renewed` before."""
        prices = list(self.fresh)
        for course in renewed:
            prices[course] = self.again[course]
        return prices

    def _reachable(self, owned: Sequence[int], forbid: Collection[int]) -> list[int] | None:
        """The wanted nodes that courses can reach and that do not hold yet; None when `forbid` cuts one of them off."""
        start = set(owned)
        wanted = [node for node in dict.fromkeys(self.net.wanted) if not self.net.holds(node, start)]
        if not self._within_everybody_s_reach.issuperset(wanted):
            held = self.net.reach(owned).held
            wanted = [node for node in wanted if held[node]]
        if forbid:
            without = self.net.reach(owned, [course not in forbid for course in range(len(self.net.courses))]).held
            if not all(without[node] for node in wanted):
                return None
        return wanted

    def _solve(
        self,
        owned: Sequence[int],
        renewed: Sequence[int],
        wanted: list[int],
        kept: Collection[int] | None,
        force: Collection[int],
        forbid: Collection[int],
        time_limit: float | None,
    ) -> Choice | None:
        deadline = Deadline(time_limit)
        prices = self.prices(renewed)
        if self.weights_fit:
            if self._control is None or self._control.solves >= SOLVES_BEFORE_GROUNDING_AGAIN:
                self._control = Control(self)
            courses, lower, proven = self._control.solve(
                owned, renewed, wanted, kept=kept or (), force=force, forbid=forbid, deadline=deadline
            )
        else:
            weights = single_weights(prices, self.minimise, kept)
            courses, proven = choose_by_hitting_sets(
                self.net, owned, wanted, weights, force=force, forbid=forbid, deadline=deadline
            )
            lower = 0
        if courses is None and proven:
            return None
        if not proven and not force and not forbid:
            plain = [price.by(self.minimise)[0] for price in prices]
            quick = greedy_choice(self.net, owned, wanted, plain)
            if courses is None or rank(quick, prices, self.minimise, kept) < rank(courses, prices, self.minimise, kept):
                courses = quick
            mandatory = landmarks(self.net, owned, nodes=()).of_goal(wanted)
            lower = max(lower, sum(plain[course] for course in mandatory))
        if courses is None:
            return None
        objective = total(prices[course] for course in courses).by(self.minimise)[0]
        return Choice(courses, objective, objective if proven else min(lower, objective), proven)

    @cached_property
    def _within_everybody_s_reach(self) -> frozenset[int]:
        """The wanted nodes that can be reached from nothing, and so from whatever somebody holds."""
        held = self.net.reach(()).held
        return frozenset(node for node in self.net.wanted if held[node])

    @cached_property
    def scales(self) -> tuple[int, int, int]:
        """The greatest common divisor of each criterion's amounts, in the order of priority (at least 1)."""
        rows = [price.by(self.minimise) for price in (*self.fresh, *self.again)]
        columns = zip(*rows, strict=True) if rows else ((), (), ())
        first, second, third = (gcd(*column) or 1 for column in columns)
        return (first, second, third)

    @cached_property
    def weights_fit(self) -> bool:
        """Does every priority's sum over the whole net fit into clingo's 32 bits?"""
        sums = [0, 0, 0]
        for fresh, again in zip(self.fresh, self.again, strict=True):
            for place, (a, b) in enumerate(zip(fresh.by(self.minimise), again.by(self.minimise), strict=True)):
                sums[place] += max(a, b)
        return all(amount // scale < WEIGHT_LIMIT for amount, scale in zip(sums, self.scales, strict=True))


class Control:
    """One grounded clingo control and the externals as they stand in it.

    `more` rules, `block` and `limit` narrow it for good, so whoever uses them makes a control of their own.
    """

    def __init__(self, chooser: Chooser, more: str = "") -> None:
        self.net, self.solves = chooser.net, 0
        self.first_scale = chooser.scales[0]
        self._control = clingo.Control(list(OPTIONS))
        self._configure(QUICK, QUICK_CONFLICTS)
        program = PROGRAM + (KEEPING if chooser.keeping else "") + more
        self._control.add("base", [], program + "\n".join(_facts_of(chooser)))
        self._control.ground([("base", [])])
        literal = {atom.symbol: atom.literal for atom in self._control.symbolic_atoms}
        taking = {_atom("take", course): course for course in range(len(self.net.courses))}
        self._take = [literal.get(atom) for atom in taking]
        self._course = taking
        self._external = {
            name: {number: literal.get(_atom(name, number)) for number in numbers}
            for name, numbers in (
                ("has", range(len(self.net.facts))),
                ("wanted", set(self.net.wanted)),
                ("completed", range(len(self.net.courses))),
                ("kept", range(len(self.net.courses))),
            )
        }
        self._true: dict[str, frozenset[int]] = {name: frozenset() for name in self._external}

    def solve(
        self,
        owned: Iterable[int],
        renewed: Iterable[int],
        wanted: Iterable[int],
        *,
        kept: Iterable[int] = (),
        force: Iterable[int] = (),
        forbid: Iterable[int] = (),
        deadline: Deadline = NO_LIMIT,
    ) -> tuple[tuple[int, ...] | None, int, bool]:
        """The best set found (None: none), a proven lower bound on the first criterion, and whether it is the best."""
        for name, numbers in (("has", owned), ("wanted", wanted), ("completed", renewed), ("kept", kept)):
            self._flip(name, frozenset(numbers))
        assumptions = []
        for courses, truth in ((force, True), (forbid, False)):
            for course in courses:
                literal = self._take[course]
                if literal is not None:
                    assumptions.append(literal if truth else -literal)
                elif truth:
                    return None, 0, True
        self.solves += 1
        result, best = self._search(assumptions, deadline)
        lower = 0
        if not result.exhausted:
            bounds = self._control.statistics["summary"]["lower"]
            lower = int(bounds[0]) * self.first_scale if len(bounds) else 0
        return best, lower, bool(result.exhausted)

    def _search(
        self, assumptions: Sequence[int], deadline: Deadline
    ) -> tuple[clingo.SolveResult, tuple[int, ...] | None]:
        """Search quickly and, if that does not settle it, thoroughly: how it ended, and the best set found."""
        result, best = self._attempt(assumptions, deadline)
        if result.exhausted or deadline.passed:
            return result, best
        self._configure(THOROUGH, NO_CONFLICT_LIMIT)
        result, better = self._attempt(assumptions, deadline)
        self._configure(QUICK, QUICK_CONFLICTS)
        return result, better or best

    def _attempt(
        self, assumptions: Sequence[int], deadline: Deadline
    ) -> tuple[clingo.SolveResult, tuple[int, ...] | None]:
        """One search as configured; with a deadline in a thread of its own, which costs a millisecond."""
        best: list[tuple[int, ...]] = []
        if deadline.left is None:
            result = self._control.solve(assumptions, on_last=lambda model: best.append(self._taken(model)))
            assert isinstance(result, clingo.SolveResult), "neither asynchronous nor step by step"
        else:
            with self._control.solve(assumptions, async_=True) as handle:
                if not handle.wait(deadline.left):
                    handle.cancel()
                result, model = handle.get(), handle.last()
                best += [self._taken(model)] if model is not None else []
        return result, best[0] if best else None

    def _taken(self, model: clingo.Model) -> tuple[int, ...]:
        """The courses taken in a model, rising."""
        return tuple(sorted([self._course[atom] for atom in model.symbols(shown=True)]))

    def _configure(self, shrink: str, conflicts: str) -> None:
        configuration: Any = self._control.configuration
        configuration.solver.opt_usc_shrink = shrink
        configuration.solve.solve_limit = conflicts

    def block(self, courses: Collection[int]) -> None:
        """Never answer with exactly this set again."""
        chosen = set(courses)
        exactly = [literal if course in chosen else -literal for course, literal in enumerate(self._take) if literal]
        with self._control.backend() as backend:
            backend.add_rule([], exactly)

    def limit(self, hours: Mapping[int, int], most: int) -> None:
        """Only sets whose courses in `hours` take at most `most` together, in hundredths or any other whole unit.

        Left out where an amount does not fit into 32 bits: it only narrows the search.
        """
        scale = gcd(*hours.values()) or 1
        bound = most // scale + 1
        weights = [(self._take[course], amount // scale) for course, amount in hours.items()]
        if max(bound, sum(amount for _, amount in weights)) < WEIGHT_LIMIT:
            with self._control.backend() as backend:
                too_long = backend.add_atom()
                backend.add_weight_rule([too_long], bound, [(lit, amount) for lit, amount in weights if lit])
                backend.add_rule([], [too_long])

    def _flip(self, name: str, numbers: frozenset[int]) -> None:
        literals = self._external[name]
        for number in numbers ^ self._true[name]:
            literal = literals.get(number)
            if literal is not None:
                self._control.assign_external(literal, number in numbers)
        self._true[name] = numbers


def _atom(name: str, number: int) -> clingo.Symbol:
    return clingo.Function(name, [clingo.Number(number)])


def _facts_of(chooser: Chooser) -> Iterable[str]:
    """The net and its prices as facts of the program. Higher priorities come first in clingo by greater numbers."""
    net = chooser.net
    first_group, last = len(net.facts), len(net.courses)
    priorities = (last + 4, last + 3, last + 2)
    yield "".join(f"fact({node})." for node in range(first_group))
    yield "".join(f"target({node})." for node in set(net.wanted))
    yield f"steady({last + 1})."
    for number, group in enumerate(net.groups):
        yield f"group({first_group + number},{group.n})."
        yield "".join(f"item({first_group + number},{place},{node})." for place, node in enumerate(group.items))
    for course in range(last):
        yield f"needs({course},{net.needs[course]}). turn({course},{last - course})."
        yield "".join(f"gives({course},{node})." for node in net.gives[course])
        for name, price in (("price", chooser.fresh[course]), ("price_again", chooser.again[course])):
            amounts = zip(priorities, price.by(chooser.minimise), chooser.scales, strict=True)
            yield "".join(f"{name}({course},{level},{amount // scale})." for level, amount, scale in amounts)
