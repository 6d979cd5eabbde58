"""Where the levels of the scale are used: what stands in the way of dropping one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.mending.findings import Place
from lms.engine.requirement import Requirement, leaves


def uses_above(curriculum: Curriculum, top: int) -> tuple[tuple[Place, str], ...]:
    """The competencies, courses and roles that speak of a level above this one, in the curriculum's order.

    >>> from lms.engine.curriculum import Course, Grant
    >>> course = Course(id="a", title="A", hours=100, renewal_hours=100, grants=(Grant(competency="k", level=3),))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(course,), roles=())
    >>> uses_above(made, 2), uses_above(made, 3)
    (((<Place.COURSE: 'course'>, 'a'),), ())
    """
    return tuple(_uses(curriculum, top))


def _uses(curriculum: Curriculum, top: int) -> Iterator[tuple[Place, str]]:
    for competency in curriculum.competencies:
        held = [competency.holders.level] if competency.holders else []
        if _any_above(top, (*competency.levels, *held)):
            yield Place.COMPETENCY, competency.id
    for course in curriculum.courses:
        if _any_above(top, (grant.level for grant in course.grants)) or _asks_above(top, course.requires):
            yield Place.COURSE, course.id
    for role in curriculum.roles:
        if _asks_above(top, role.requires):
            yield Place.ROLE, role.id


def _asks_above(top: int, asked: Requirement) -> bool:
    return _any_above(top, (fact.level for fact in leaves(asked) if isinstance(fact, Attainment)))


def _any_above(top: int, levels: Iterable[int]) -> bool:
    return any(level > top for level in levels)
