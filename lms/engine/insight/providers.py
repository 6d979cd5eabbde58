"""Competencies that hang by a thread: levels that are asked for and that no course, one course or one provider grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.insight.ways import Way
from lms.engine.requirement import leaves
from lms.engine.search.net import NetBuilder
from lms.engine.small_numbers import told_of


class Thread(StrEnum):
    """By what a level hangs, the worst first."""

    NO_COURSE = "no-course"
    ONE_COURSE = "one-course"
    ONE_PROVIDER = "one-provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thin:
    """A level that is asked for, by which roles and courses, and the courses and the provider it can come from.

    `people` lack it on their way (None for fewer than five).
    """

    attainment: Attainment
    thread: Thread
    roles: tuple[str, ...]
    asking: tuple[str, ...]
    courses: tuple[str, ...]
    provider: str | None
    people: int | None


def thin_competencies(curriculum: Curriculum, ways: Iterable[Way]) -> tuple[Thin, ...]:
    """The levels without a course first, then those with one course or one provider, the most wanted first.

    >>> from lms.engine.curriculum import Course, Grant, Role
    >>> course = Course(id="c", title="C", hours=1, renewal_hours=1, grants=(Grant(competency="k", level=1),))
    >>> roles = tuple(Role(id=f"r{n}", title="R", requires=Attainment("k", n)) for n in (1, 2))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(course,), roles=roles)
    >>> [(thin.attainment.level, thin.thread.value) for thin in thin_competencies(made, [])]
    [(2, 'no-course'), (1, 'one-course')]
    """
    asked, builder = _asked_by(curriculum), NetBuilder(curriculum)
    lacking = _lacking(asked, ways)
    found = [thin for fact in asked for thin in _thin(builder, fact, *asked[fact], lacking[fact])]
    order = list(Thread)
    found.sort(key=lambda thin: (order.index(thin.thread), -lacking[thin.attainment], thin.attainment))
    return tuple(found)


def _asked_by(curriculum: Curriculum) -> dict[Attainment, tuple[list[str], list[str]]]:
    """The levels that are asked for, with the roles and the courses that do."""
    found: dict[Attainment, tuple[list[str], list[str]]] = {}
    owners: list[tuple[int, Role | Course]] = [(0, role) for role in curriculum.roles]
    owners += [(1, course) for course in curriculum.courses]
    for place, owner in owners:
        for leaf in dict.fromkeys(leaves(owner.requires)):
            if isinstance(leaf, Attainment):
                found.setdefault(leaf, ([], []))[place].append(owner.id)
    return found


def _lacking(asked: Iterable[Attainment], ways: Iterable[Way]) -> dict[Attainment, int]:
    found = dict.fromkeys(asked, 0)
    for way in ways:
        for fact in dict.fromkeys(way.lacking):
            if fact in found:
                found[fact] += 1
    return found


def _thin(builder: NetBuilder, fact: Attainment, roles: list[str], asking: list[str], people: int) -> Iterator[Thin]:
    courses = builder.curriculum.courses
    granting = [courses[number] for number in dict.fromkeys(builder.granting(fact))]
    providers = {course.provider for course in granting}
    if len(granting) > 1 and (len(providers) > 1 or None in providers):
        return
    thread = Thread.ONE_PROVIDER if len(granting) > 1 else Thread.ONE_COURSE if granting else Thread.NO_COURSE
    yield Thin(
        attainment=fact,
        thread=thread,
        roles=tuple(roles),
        asking=tuple(asking),
        courses=tuple(course.id for course in granting),
        provider=next(iter(providers), None),
        people=told_of(people),
    )
