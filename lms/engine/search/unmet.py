"""Why something can be reached by no order of courses: the leaf that nothing grants, or the ring that nobody can enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.engine.requirement import CourseDone, Fact, Requirement
from lms.engine.search.net import Net, NetBuilder
from lms.errors import Said, one_after_another, said

CAUSES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Unmet:
    """A top-level item that no order of courses reaches: a plain sentence, and the leaves or courses behind it."""

    requirement: Requirement
    why: Said
    causes: tuple[Fact, ...]


def explain_unreachable(builder: NetBuilder, net: Net, item: Requirement, node: int, held: Sequence[bool]) -> Unmet:
    """Walk down from an unreachable node of the net to the root causes; `held` is where forward chaining ends."""
    leaves, courses = _walk(net, node, held)
    if leaves:
        told = [_nothing_grants(builder, fact) for fact in leaves[:CAUSES_NAMED]]
        if len(leaves) > len(told):
            told.append(said("and %(count)s more", count=len(leaves) - len(told)))
        return Unmet(item, one_after_another(told), tuple(leaves))
    ring = _ring(net, courses, held)
    names = [net.courses[course].id for course in ring]
    links = f"'{names[0]}'"
    for name in reversed(names[1:]):
        links = said("'%(course)s', which needs %(courses)s", course=name, courses=links)
    why = said("'%(course)s' needs %(courses)s: nobody can begin", course=names[0], courses=links)
    return Unmet(item, why, tuple(CourseDone(name) for name in names))


def _walk(net: Net, start: int, held: Sequence[bool]) -> tuple[list[Fact], list[int]]:
    """The facts below an unreachable node that no course gives, and the unreachable courses on the way, in order."""
    leaves: list[Fact] = []
    courses: list[int] = []
    stack, seen = [start], {start}
    while stack:
        node = stack.pop()
        below: list[int] = []
        if node >= len(net.facts):
            below = list(net.groups[node - len(net.facts)].items)
        elif not net.givers[node]:
            leaves.append(net.facts[node])
        else:
            courses += net.givers[node]
            below = [net.needs[course] for course in net.givers[node]]
        for item in reversed(below):
            if not held[item] and item not in seen:
                seen.add(item)
                stack.append(item)
    return leaves, courses


def _nothing_grants(builder: NetBuilder, fact: Fact) -> Said:
    if isinstance(fact, CourseDone):
        return said("there is no course '%(course)s'", course=fact.course)
    highest = builder.highest_grant(fact.competency)
    if highest:
        return said("no course grants %(competency)s above level %(level)s", competency=fact.competency, level=highest)
    return said("no course grants %(competency)s", competency=fact.competency)


def _ring(net: Net, courses: Sequence[int], held: Sequence[bool]) -> list[int]:
    """Courses each of which needs something that only the next gives, the last one the first."""
    trail: list[int] = []
    course = courses[0]
    while course not in trail:
        trail.append(course)
        node = net.needs[course]
        while node >= len(net.facts):
            node = next(item for item in net.groups[node - len(net.facts)].items if not held[item])
        course = net.givers[node][0]
    return trail[trail.index(course) :]
