"""The rings that nobody can enter, as edges of the map, and the prerequisite whose removal is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.engine.course_graph import CourseGraph
from lms.engine.curriculum import Course, Curriculum
from lms.engine.findings import Finding
from lms.engine.lanes import Edge
from lms.engine.requirement import CourseDone, leaves

RINGS = frozenset({"ring", "mutual-prerequisites"})


def edge_to_cut(curriculum: Curriculum, published: Curriculum | None, finding: Finding) -> tuple[str, str]:
    """Which prerequisite of a ring to take away, as (what is needed, who needs it): courses by id.

    One that the version that counts does not have, since it closed the ring; else the one that leads furthest down the
    levels; of several the last.
    """
    ring = (finding.id, *finding.involves)
    asked = list(zip((*ring[1:], ring[0]), ring, strict=True))
    level = {course.id: max((grant.level for grant in course.grants), default=0) for course in curriculum.courses}

    def fresh(giver: str, owner: str) -> bool:
        before = published.course_by_id.get(owner) if published else None
        return published is not None and (before is None or giver not in _ways_into(published, before))

    return max(reversed(asked), key=lambda edge: (fresh(*edge), level[edge[0]] - level[edge[1]]))


def _ways_into(curriculum: Curriculum, course: Course) -> set[str]:
    """The courses that a course names, or that grant what it asks for."""
    found: set[str] = set()
    for fact in leaves(course.requires):
        if isinstance(fact, CourseDone):
            found.add(fact.course)
        else:
            found.update(
                one.id
                for one in curriculum.courses
                if any(grant.competency == fact.competency and grant.level >= fact.level for grant in one.grants)
            )
    return found


def ring_edges(
    graph: CourseGraph, curriculum: Curriculum, published: Curriculum | None, findings: Sequence[Finding]
) -> tuple[set[Edge], set[Edge]]:
    """The edges of rings that were found, and of each ring those that are to be cut."""
    rings = [finding for finding in findings if finding.code in RINGS]
    if not rings:
        return set(), set()
    before: dict[int, list[int]] = {}
    for source, target in graph.edges:
        before.setdefault(target, []).append(source)
    ring: set[Edge] = set()
    cut: set[Edge] = set()
    for finding in rings:
        names = (finding.id, *finding.involves)
        chosen = edge_to_cut(curriculum, published, finding)
        for giver, owner in zip((*names[1:], names[0]), names, strict=True):
            ends = graph.number["course", giver], graph.number["course", owner]
            way = _way(*ends, before, len(graph.subjects)) or [ends]
            ring.update(way)
            if (giver, owner) == chosen:
                cut.update(way[-1:])
    return ring, cut


def _way(source: int, target: int, before: Mapping[int, Sequence[int]], cards: int) -> list[Edge]:
    """The edges from a card to another through joints alone; the last one comes last. Empty where there are none."""
    came: dict[int, int] = {}
    stack = [target]
    while stack:
        at = stack.pop()
        for one in before.get(at, ()):
            if one == source:
                way = [(one, at)]
                while way[-1][1] != target:
                    way.append((way[-1][1], came[way[-1][1]]))
                return way
            if one >= cards and one not in came:
                came[one] = at
                stack.append(one)
    return []
