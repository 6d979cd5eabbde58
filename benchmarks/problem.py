"""One choice to be made, in the form that every solver here gets: a net, what is held, what is wanted, whole prices.

The solvers share this and nothing else. The prices are of the first criterion alone (least hours): the peers are not
asked for the contract's other priorities, which the product settles in the same search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import NamedTuple, Protocol

import networkx as nx

from lms.engine.curriculum import Curriculum
from lms.engine.price import course_price
from lms.engine.profile import Profile
from lms.engine.requirement import top_items
from lms.engine.search.net import Net, NetBuilder


class Rule(NamedTuple):
    """A node holds (a course can be taken) when at least `n` of `items` do; items count by position."""

    node: int
    n: int
    items: tuple[int, ...]


class Answer(NamedTuple):
    """The courses chosen, by number, and whether the solver proved that no set is cheaper."""

    courses: tuple[int, ...]
    proven: bool


class Peer(Protocol):
    """A solver beside ours: None when it found nothing in time."""

    def __call__(self, problem: Problem, time_limit: float) -> Answer | None: ...


@dataclass(frozen=True)
class Problem:
    """Make the `wanted` nodes hold, starting from the `owned` ones, for the least sum of `price`.

    Every wanted node can be reached and does not hold yet. `price[c]` is in units of `unit` hundredths of an hour.
    """

    name: str
    net: Net
    owned: tuple[int, ...]
    renewed: tuple[int, ...]
    wanted: tuple[int, ...]
    price: tuple[int, ...]
    unit: int

    @cached_property
    def first_course(self) -> int:
        """Course c is node `first_course + c`; before it stand the net's facts and groups."""
        return len(self.net.facts) + len(self.net.groups)

    @cached_property
    def takable(self) -> tuple[int, ...]:
        """The courses that some order of courses comes to, by number."""
        return tuple(sorted(self.net.reach(self.owned).taken))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """How the nodes come to hold that do not hold yet and can be reached; what holds already is taken out.

        A course without a rule can be taken at once.
        """
        net, first = self.net, self.first_course
        start = net.reach(self.owned, [False] * len(net.courses)).held
        ends = net.reach(self.owned).held
        takable = set(self.takable)
        found = [
            Rule(node, 1, tuple(first + c for c in net.givers[node] if c in takable))
            for node in range(len(net.facts))
            if ends[node] and not start[node]
        ]
        for node, group in enumerate(net.groups, len(net.facts)):
            if ends[node] and not start[node]:
                lacking = group.n - sum(start[item] for item in group.items)
                found.append(Rule(node, lacking, tuple(item for item in group.items if ends[item] and not start[item])))
        found += [Rule(first + c, 1, (net.needs[c],)) for c in self.takable if not start[net.needs[c]]]
        return tuple(found)

    @cached_property
    def ring(self) -> dict[int, int]:
        """Node -> the number of the ring (strongly connected part) it lies in; nodes in no ring are left out."""
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_edges_from((item, rule.node) for rule in self.rules for item in rule.items)
        rings = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
        return {node: number for number, part in enumerate(rings) for node in part}

    @cached_property
    def ring_size(self) -> dict[int, int]:
        """The number of a ring -> how many of its courses can rest on one another, one after the other, at most.

        Each of them but the last gives a fact that the next one needs, so there are no more than the ring's facts and
        one.
        """
        courses = Counter(number for node, number in self.ring.items() if node >= self.first_course)
        facts = Counter(number for node, number in self.ring.items() if node < len(self.net.facts))
        return {number: min(courses[number], facts[number] + 1) for number in courses}

    def inside(self, rule: Rule) -> list[int]:
        """The items of a rule that lie in the same ring as its node."""
        mine = self.ring.get(rule.node)
        return [] if mine is None else [item for item in rule.items if self.ring.get(item) == mine]

    def cost(self, courses: Sequence[int]) -> int:
        """What a set costs, in units of `unit` hundredths."""
        return sum(self.price[course] for course in courses)

    def founded(self, courses: Sequence[int]) -> bool:
        """Can these courses be taken in some order, and does that make the wanted nodes hold?"""
        allowed = [False] * len(self.net.courses)
        for course in courses:
            allowed[course] = True
        reach = self.net.reach(self.owned, allowed)
        return len(reach.taken) == len(set(courses)) and all(reach.held[node] for node in self.wanted)


def problem_of(name: str, curriculum: Curriculum, roles: Sequence[str], profile: Profile | None = None) -> Problem:
    """The choice that a person with this profile (None: somebody new) faces on the way to the roles."""
    items = [item for role in roles for item in top_items(curriculum.role_by_id[role].requires)]
    return problem_on(name, NetBuilder(curriculum).net(items), profile or Profile())


def problem_on(name: str, net: Net, profile: Profile) -> Problem:
    """The same for a net that stands already."""
    owned, renewed = net.owned(profile), net.renewed(profile)
    start = net.reach(owned, [False] * len(net.courses)).held
    ends = net.reach(owned).held
    again = set(renewed)
    hours = [course_price(course, renewal=number in again).hours for number, course in enumerate(net.courses)]
    unit = gcd(*hours) or 1
    return Problem(
        name=name,
        net=net,
        owned=tuple(owned),
        renewed=tuple(renewed),
        wanted=tuple(node for node in dict.fromkeys(net.wanted) if ends[node] and not start[node]),
        price=tuple(amount // unit for amount in hours),
        unit=unit,
    )
