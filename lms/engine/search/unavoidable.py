"""What the landmarks of a net say: which courses are mandatory, what they cost at least, and why they cannot be avoided.

How the landmarks are found is the business of `landmarks`; here they are only read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course
from lms.engine.search.bitsets import UNREACHABLE, positions
from lms.engine.search.net import Net


class Link(NamedTuple):
    """One link of a chain: an attainment or a course that is unavoidable and that needs the next link.

    `what` is None for the goal itself. `either` is empty when `what` names the next link; otherwise it holds the
    alternatives below `what`, each of which leads on to the next link.
    """

    what: Attainment | Course | None
    either: tuple[Attainment | Course, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Landmarks:
    """The landmarks of everything in a net, from the facts that are owned.

    `of_node[n]` and `of_course[c]` are bitsets, or UNREACHABLE. In them `course_bit[c]` stands for course c and
    `node_bit[n]` for node n; both are 0 for what has no bit (unreachable, owned, or not asked about). Bits are given
    in an order in which things can be reached: a landmark's bit is always lower than that of what it is a landmark of.
    """

    net: Net
    of_node: Sequence[int] = field(repr=False)
    of_course: Sequence[int] = field(repr=False)
    node_bit: Sequence[int] = field(repr=False)
    course_bit: Sequence[int] = field(repr=False)
    marks: Sequence[int] = field(repr=False)
    """What the bit at each position stands for: c for course c, -1 - n for node n."""
    all_courses: int = field(repr=False)
    """All the bits that stand for courses."""

    def courses(self, bits: int) -> list[int]:
        """The courses (by number, rising) in a bitset; none for UNREACHABLE."""
        if bits == UNREACHABLE:
            return []
        return sorted(self.marks[position] for position in positions(bits & self.all_courses))

    def goal(self, wanted: Iterable[int] | None = None) -> int:
        """The bitset of what nobody can do without who reaches these nodes (by default the net's `wanted`).

        Nodes that cannot be reached are passed over.
        """
        found = 0
        for node in self.net.wanted if wanted is None else wanted:
            if self.of_node[node] != UNREACHABLE:
                found |= self.of_node[node]
        return found

    def of_goal(self, wanted: Iterable[int] | None = None) -> list[int]:
        """The mandatory courses, by number, rising: every set of courses that reaches the goal contains them."""
        return self.courses(self.goal(wanted))

    def cost_bound(self, wanted: Iterable[int] | None = None, costs: Sequence[int] | None = None) -> int:
        """What the mandatory courses cost together: no way to the goal costs less.

        `costs[c]` is in any unit; by default the hours in hundredths.
        """
        mandatory = self.of_goal(wanted)
        if costs is None:
            return sum(self.net.courses[course].hours for course in mandatory)
        return sum(costs[course] for course in mandatory)

    def chain(self, course: int, wanted: Iterable[int] | None = None) -> tuple[Link, ...]:
        """Why a mandatory course is unavoidable: from the goal through unavoidable attainments and courses down to it.

        One of the shortest chains there are; empty when the goal can be reached without the course. Only where
        every fact has a bit (as by default).
        """
        return _chain(self, course, list(self.net.wanted if wanted is None else wanted))


def _chain(found: Landmarks, course: int, wanted: list[int]) -> tuple[Link, ...]:
    """Breadth first downward over what has the course as a landmark; then the avoidable stops are folded away."""
    bit = found.course_bit[course]
    if not bit & found.goal(wanted):
        return ()
    target = len(found.of_node) + course
    came = {node: UNREACHABLE for node in wanted if _has(found, node, bit)}
    wave = deque(came)
    while target not in came:
        entity = wave.popleft()
        for below in _below(found, entity):
            if below not in came and _has(found, below, bit):
                came[below] = entity
                wave.append(below)
    walk = [target]
    while came[walk[-1]] != UNREACHABLE:
        walk.append(came[walk[-1]])
    return _fold(found, walk[::-1], found.goal(wanted))


def _has(found: Landmarks, entity: int, bit: int) -> bool:
    nodes = len(found.of_node)
    bits = found.of_course[entity - nodes] if entity >= nodes else found.of_node[entity]
    return bits != UNREACHABLE and bits & bit != 0


def _below(found: Landmarks, entity: int) -> Sequence[int]:
    """What may make an entity hold: a course's requirement, a fact's givers, a group's items."""
    net, nodes = found.net, len(found.of_node)
    if entity >= nodes:
        return (net.needs[entity - nodes],)
    if entity < len(net.facts):
        return [nodes + giver for giver in net.givers[entity]]
    return net.groups[entity - len(net.facts)].items


def _fold(found: Landmarks, walk: list[int], goal: int) -> tuple[Link, ...]:
    """Keep the stops that are unavoidable for the goal; what is folded away after a link leaves its alternatives."""
    net, nodes = found.net, len(found.of_node)
    links, fork = [Link(None)], -1
    for entity in walk:
        if len(net.facts) <= entity < nodes:
            group = net.groups[entity - len(net.facts)]
            fork = entity if fork < 0 and group.n < len(group.items) else fork
        elif (found.course_bit[entity - nodes] if entity >= nodes else found.node_bit[entity]) & goal:
            if (what := _value(net, entity)) != links[-1].what:  # a course, and that it is done, are one link
                links.append(Link(what))
            fork = entity if entity < nodes else -1
        elif fork >= 0 and not links[-1].either:
            links[-1] = Link(links[-1].what, _alternatives(found, fork, found.course_bit[walk[-1] - nodes]))
    return tuple(links)


def _alternatives(found: Landmarks, fork: int, bit: int) -> tuple[Attainment | Course, ...]:
    """The courses and attainments next below a fork that lead on to the course with this bit, in their order."""
    stack, seen = [fork], {fork}
    values: dict[Attainment | str, Attainment | Course] = {}
    while stack:
        entity = stack.pop()
        if entity == fork or len(found.net.facts) <= entity < len(found.of_node):
            below = [item for item in _below(found, entity) if item not in seen and _has(found, item, bit)]
            seen.update(below)
            stack += reversed(below)
        else:
            value = _value(found.net, entity)
            values[value.id if isinstance(value, Course) else value] = value
    return tuple(values.values())


def _value(net: Net, entity: int) -> Attainment | Course:
    """What a fact or a course is to a reader; that a course is done is the course."""
    if entity >= len(net.facts):
        return net.courses[entity - len(net.facts) - len(net.groups)]
    fact = net.facts[entity]
    return fact if isinstance(fact, Attainment) else net.courses[net.course_index[fact.course]]
