"""What leads to what on the map of a curriculum: courses and roles, and the joints where several ways meet.

An attainment that is asked for leads from the courses that grant it: one straight, several through a joint *1 of* that
all who ask for this level share. A course that can only be taken by who holds the level already is no way to it and is
left out, unless there is no other. Groups that a few of their items satisfy are joints too. A role leads to those that
ask for months spent in it.

*Instead of:* `prerequisite_graph`, whose nodes are levels and groups too: it is analysed, and this is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, MonthsInRole, Role
from lms.engine.lanes import Edge
from lms.engine.requirement import AtLeast, CourseDone, Requirement, leaves

Key = tuple[Literal["course", "role"], str]


class Joint(NamedTuple):
    """Where several ways meet, of which `n` are enough; `attainment` when it stands for a level that many may share."""

    n: int
    of: int
    attainment: Attainment | None = None


class CourseGraph:
    """Numbered nodes, the `subjects` and then the `joints`; `edges` run from what is needed to what needs it.

    Subjects are the curriculum's courses and roles, and after them those that only the published version has.
    `ungranted` are by subject the levels it asks for that no course grants.
    """

    def __init__(self, curriculum: Curriculum, published: Curriculum | None = None) -> None:
        withdrawn = [one for one in published.courses if one.id not in curriculum.course_by_id] if published else []
        gone = [one for one in published.roles if one.id not in curriculum.role_by_id] if published else []
        self.subjects: dict[Key, Course | Role] = {("course", one.id): one for one in curriculum.courses}
        self.subjects |= {("role", one.id): one for one in curriculum.roles}
        owners = list(self.subjects.items())
        self.subjects |= {("course", one.id): one for one in withdrawn}
        self.subjects |= {("role", one.id): one for one in gone}
        self.number: dict[Key, int] = {key: number for number, key in enumerate(self.subjects)}
        self.joints: list[Joint] = []
        self.owner: list[int | None] = []
        self.edges: dict[Edge, None] = {}
        self.ungranted: dict[int, list[Attainment]] = {}
        self._givers = givers(curriculum)
        self._shared: dict[Attainment, int] = {}
        for key, subject in owners:
            number = self.number[key]
            self._add(subject.requires, number, number)
            for gate in subject.gates if isinstance(subject, Role) else ():
                if isinstance(gate, MonthsInRole) and ("role", gate.role) in self.number:
                    self.edges[self.number["role", gate.role], number] = None

    def _add(self, asked: Requirement, target: int, owner: int) -> None:
        """Lead what a requirement asks for to a card or joint. Groups nest at most 50 deep, by the format's rule."""
        if isinstance(asked, Attainment):
            self._attainment(asked, target, owner)
        elif isinstance(asked, CourseDone):
            source = self.number.get(("course", asked.course))
            if source is not None:
                self.edges[source, target] = None
        else:
            every = asked.n == len(asked.items)
            if asked.n and not (every and (target == owner or len(asked.items) == 1)):
                target = self._joint(Joint(asked.n, len(asked.items)), target, owner)
            for item in asked.items if asked.n else ():
                self._add(item, target, owner)

    def _joint(self, joint: Joint, target: int, owner: int | None) -> int:
        self.joints.append(joint)
        self.owner.append(owner)
        number = len(self.subjects) + len(self.joints) - 1
        self.edges[number, target] = None
        return number

    def _attainment(self, asked: Attainment, target: int, owner: int) -> None:
        if asked in self._shared:
            self.edges[self._shared[asked], target] = None
            return
        found = self._givers.get(asked, ())
        if not found:
            self.ungranted.setdefault(owner, []).append(asked)
        elif len(found) == 1:
            self.edges[self.number["course", found[0]], target] = None
        else:
            joint = self._joint(Joint(1, len(found), asked), target, None)
            self._shared[asked] = joint
            for giver in found:
                self.edges[self.number["course", giver], joint] = None


def givers(curriculum: Curriculum) -> Mapping[Attainment, tuple[str, ...]]:
    """The courses that are ways to each attainment somebody asks for: they grant it, and do not ask for it themselves.

    >>> from lms.engine.curriculum import Grant
    >>> basics = Course(id="a", title="A", hours=1, renewal_hours=1, grants=(Grant(competency="k", level=1),))
    >>> more = Course(id="b", title="B", hours=1, renewal_hours=1, grants=(Grant(competency="k", level=2),),
    ...     requires=Attainment("k", 1))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(basics, more), roles=())
    >>> givers(made)
    {Attainment(competency='k', level=1): ('a',)}
    """
    grants: dict[str, list[tuple[int, str]]] = {}
    for course in curriculum.courses:
        for grant in course.grants:
            grants.setdefault(grant.competency, []).append((grant.level, course.id))
    sure = {course.id: _sure(course.requires) for course in curriculum.courses}
    found: dict[Attainment, tuple[str, ...]] = {}
    asked = [owner.requires for owner in curriculum.courses] + [owner.requires for owner in curriculum.roles]
    for requirement in asked:
        for fact in leaves(requirement):
            if isinstance(fact, Attainment) and fact not in found:
                all_of_them = dict.fromkeys(
                    course for level, course in grants.get(fact.competency, ()) if level >= fact.level
                )
                first = [course for course in all_of_them if sure[course].get(fact.competency, 0) < fact.level]
                found[fact] = tuple(first or all_of_them)
    return found


def _sure(asked: Requirement) -> dict[str, int]:
    """The levels that whoever meets a requirement holds, whichever way they met it: those asked for outright."""
    held: dict[str, int] = {}
    stack = [asked]
    while stack:
        item = stack.pop()
        if isinstance(item, Attainment):
            held[item.competency] = max(item.level, held.get(item.competency, 0))
        elif isinstance(item, AtLeast) and item.n == len(item.items):
            stack += item.items
    return held
