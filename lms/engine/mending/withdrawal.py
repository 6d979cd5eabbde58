"""Taking a competency, a course, a role or an objective out of a curriculum, with every place that names it.

What is left refers to nothing that is gone. What such a place asked for is asked for no more: `references` names the
places beforehand, so that nobody loosens a requirement without having read of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum, MonthsInRole
from lms.engine.mending.findings import Place
from lms.engine.requirement import CourseDone, Fact, leaves, without


def references(curriculum: Curriculum, kind: Place, name: str) -> tuple[tuple[Place, str], ...]:
    """The competencies, courses, roles and objectives that name this one, each once, in the curriculum's order.

    >>> from lms.engine.curriculum import Course, Role
    >>> course = Course(id="basics", title="Basics", hours=100, renewal_hours=100)
    >>> role = Role(id="rep", title="Rep", requires=CourseDone("basics"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(course,), roles=(role,))
    >>> references(made, Place.COURSE, "basics")
    ((<Place.ROLE: 'role'>, 'rep'),)
    """
    return tuple(dict.fromkeys(_references(curriculum, kind, name)))


def _references(curriculum: Curriculum, kind: Place, name: str) -> Iterator[tuple[Place, str]]:
    for objective in curriculum.objectives:
        if kind is Place.COMPETENCY and name in objective.competencies:
            yield Place.OBJECTIVE, objective.id
    for competency in curriculum.competencies:
        if kind is Place.COMPETENCY and (competency.parent == name or name in competency.related):
            yield Place.COMPETENCY, competency.id
    for course in curriculum.courses:
        granted = kind is Place.COMPETENCY and any(grant.competency == name for grant in course.grants)
        if granted or any(_names(fact, kind, name) for fact in leaves(course.requires)):
            yield Place.COURSE, course.id
    for role in curriculum.roles:
        asked = any(_names(fact, kind, name) for fact in leaves(role.requires))
        waits = any(isinstance(gate, MonthsInRole) and gate.role == name for gate in role.gates)
        if asked or (kind is Place.ROLE and (waits or name in role.next)):
            yield Place.ROLE, role.id


def withdraw(curriculum: Curriculum, kind: Place, name: str) -> Curriculum:
    """The curriculum without this competency, course, role or objective and without anything that names it.

    A course that is gone may still be named as what an equivalence counts: completions of it stay recorded.
    """
    if kind is Place.OBJECTIVE:
        return replace(curriculum, objectives=tuple(one for one in curriculum.objectives if one.id != name))
    if kind is Place.ROLE:
        return _without_role(curriculum, name)

    def drop(fact: Fact) -> bool:
        return _names(fact, kind, name)

    courses = tuple(replace(one, requires=without(one.requires, drop)) for one in curriculum.courses)
    roles = tuple(replace(one, requires=without(one.requires, drop)) for one in curriculum.roles)
    made = replace(curriculum, courses=courses, roles=roles)
    return _without_course(made, name) if kind is Place.COURSE else _without_competency(made, name)


def _names(fact: Fact, kind: Place, name: str) -> bool:
    if isinstance(fact, Attainment):
        return kind is Place.COMPETENCY and fact.competency == name
    return kind is Place.COURSE and fact == CourseDone(name)


def _without_course(curriculum: Curriculum, name: str) -> Curriculum:
    return replace(
        curriculum,
        courses=tuple(one for one in curriculum.courses if one.id != name),
        equivalences=tuple(one for one in curriculum.equivalences if one.counts_as != name),
        tests=tuple(
            replace(
                one,
                person=replace(
                    one.person,
                    completed=tuple(done for done in one.person.completed if done.course != name),
                    exempt=tuple(spared for spared in one.person.exempt if spared.fact != CourseDone(name)),
                ),
            )
            for one in curriculum.tests
        ),
    )


def _without_competency(curriculum: Curriculum, name: str) -> Curriculum:
    return replace(
        curriculum,
        objectives=tuple(
            replace(one, competencies=tuple(held for held in one.competencies if held != name))
            for one in curriculum.objectives
        ),
        competencies=tuple(
            replace(
                one,
                parent=None if one.parent == name else one.parent,
                related=tuple(other for other in one.related if other != name),
            )
            for one in curriculum.competencies
            if one.id != name
        ),
        courses=tuple(
            replace(one, grants=tuple(grant for grant in one.grants if grant.competency != name))
            for one in curriculum.courses
        ),
        tests=tuple(
            replace(
                one,
                person=replace(
                    one.person,
                    evidence=tuple(shown for shown in one.person.evidence if shown.competency != name),
                    exempt=tuple(
                        spared for spared in one.person.exempt if not _names(spared.fact, Place.COMPETENCY, name)
                    ),
                ),
            )
            for one in curriculum.tests
        ),
    )


def _without_role(curriculum: Curriculum, name: str) -> Curriculum:
    return replace(
        curriculum,
        roles=tuple(
            replace(
                one,
                gates=tuple(gate for gate in one.gates if not isinstance(gate, MonthsInRole) or gate.role != name),
                next=tuple(other for other in one.next if other != name),
            )
            for one in curriculum.roles
            if one.id != name
        ),
        tests=tuple(
            one
            for one in curriculum.tests
            if name not in (*one.roles, one.person.role, *(stint.role for stint in one.person.stints))
        ),
    )
