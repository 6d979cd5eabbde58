"""Makers of small values for tests: say what matters to the test, the rest is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from lms.engine.competency import Attainment, Competency, ScaleLevel
from lms.engine.curriculum import Course, Curriculum, Grant, Role
from lms.engine.person import Completion, Person
from lms.engine.requirement import NOTHING, AtLeast, CourseDone, Fact, Requirement, all_of, leaves

TODAY = date(2026, 11, 23)


def fact(text: str) -> Fact:
    """`"k:3"` is competency k at level 3; anything else is a course done.

    >>> fact("neg:3"), fact("forecast-clinic")
    (Attainment(competency='neg', level=3), CourseDone(course='forecast-clinic'))
    """
    name, colon, level = text.partition(":")
    return Attainment(name, int(level)) if colon else CourseDone(text)


def needs(*items: str | Requirement) -> AtLeast:
    """All of the items, each a requirement or a fact's short text."""
    return all_of(fact(item) if isinstance(item, str) else item for item in items)


def a_course(
    course_id: str,
    hours: float = 1,
    *,
    needs: Requirement = NOTHING,
    grants: Iterable[str | Grant] = (),
    **more: Any,
) -> Course:
    """A course; `hours` and `renewal_hours` are hours (not hundredths), `grants` are `"k:2"` or Grants."""
    hundredths = round(hours * 100)
    given = tuple(
        grant if isinstance(grant, Grant) else Grant(competency=grant.split(":")[0], level=int(grant.split(":")[1]))
        for grant in grants
    )
    renewal = round(more.pop("renewal_hours", hours) * 100)
    return Course(
        id=course_id,
        title=course_id.title(),
        hours=hundredths,
        renewal_hours=renewal,
        requires=needs,
        grants=given,
        **more,
    )


def a_role(role_id: str, *items: str | Requirement, **more: Any) -> Role:
    """A role that asks for all of the items."""
    return Role(id=role_id, title=role_id.title(), requires=needs(*items), **more)


def a_curriculum(*parts: Course | Role, levels: int = 4, **more: Any) -> Curriculum:
    """A curriculum of these courses and roles; the competencies are those that they name."""
    courses = tuple(part for part in parts if isinstance(part, Course))
    roles = tuple(part for part in parts if isinstance(part, Role))
    named = [grant.competency for course in courses for grant in course.grants]
    for part in parts:
        named += [leaf.competency for leaf in leaves(part.requires) if isinstance(leaf, Attainment)]
    competencies = tuple(Competency(id=name, title=name.title()) for name in dict.fromkeys(named))
    return Curriculum(
        id="test",
        title="Test",
        scale=tuple(ScaleLevel(level=n, title=f"Level {n}") for n in range(1, levels + 1)),
        courses=courses,
        roles=roles,
        **{"competencies": competencies, **more},
    )


def a_person(*, completed: Iterable[str | tuple[str, date]] = (), weekly_hours: float = 4, **more: Any) -> Person:
    """A person; `completed` are course ids (done a month ago) or (id, day) pairs."""
    done = tuple(
        Completion(course=item, on=date(2026, 10, 23))
        if isinstance(item, str)
        else Completion(course=item[0], on=item[1])
        for item in completed
    )
    return Person(
        **{"id": "dana", "completed": done, "weekly_hours": Fraction(weekly_hours).limit_denominator(100), **more}
    )
