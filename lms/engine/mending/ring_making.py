"""Which prerequisites would shut a course or a role for good: asked while a requirement is built, one fact at a time.

A course can be begun if its requirement holds by what can be reached without it. So everything is reached once with the
course left out, and each fact is answered from that at once. What no course gives at all counts as reached: a level for
which the course is yet to be written makes no ring.
*Instead of:* looking for a cycle, which also refuses the legal ring that has a way in through an alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import CourseDone, Fact, Requirement, holds
from lms.engine.search.net import NetBuilder


@dataclass(frozen=True, slots=True)
class Before:
    """What can come before one course, or before a role."""

    _builder: NetBuilder
    _taken: Sequence[bool]

    def has(self, fact: Fact) -> bool:
        """Can this fact be reached without what asks for it?"""
        givers = self._builder.granting(fact)
        return not givers or any(self._taken[number] for number in givers)

    def opens(self, requirement: Requirement) -> bool:
        """Could somebody begin what asks for this?"""
        return holds(requirement, self.has)


def before(curriculum: Curriculum, course: str | None = None) -> Before:
    """What can come before this course; None for a role, or for a course that is not in the curriculum yet.

    >>> from lms.engine.curriculum import Course
    >>> basics = Course(id="basics", title="Basics", hours=100, renewal_hours=100)
    >>> lab = Course(id="lab", title="Lab", hours=100, renewal_hours=100, requires=CourseDone("basics"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(basics, lab), roles=())
    >>> before(made, "basics").has(CourseDone("lab")), before(made, "lab").has(CourseDone("basics"))
    (False, True)
    """
    builder = NetBuilder(curriculum)
    net = builder.net([], whole=True)
    leaves = [node for node in range(len(net.facts)) if not net.givers[node]]
    allowed = [one.id != course for one in net.courses]
    taken = [False] * len(net.courses)
    for number in net.reach(leaves, allowed).taken:
        taken[number] = True
    return Before(builder, taken)


def facts_of(curriculum: Curriculum) -> tuple[Fact, ...]:
    """Everything that can be asked for: each competency at each level, then each course."""
    levels = [one.level for one in curriculum.scale]
    attainments = (Attainment(one.id, level) for one in curriculum.competencies for level in levels)
    return (*attainments, *(CourseDone(one.id) for one in curriculum.courses))
