"""What leads to what on the map of a curriculum: courses and roles, and the joints where several ways meet.

An attainment that is asked for leads from the courses that grant it: one straight, several through a joint *1 of* that
all who ask for this level share. A course that can only be taken by who holds the level already is no way to it and is
left out, unless there is no other. Groups that a few of their items satisfy are joints too. A role leads to those that
ask for months spent in it.

*Instead of:* `prerequisite_graph`, whose nodes are levels and groups too: it is analysed, and this is looked at.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, MonthsInRole, Role
from lms.engine.drawing.map_grid import Edge
from lms.engine.requirement import AtLeast, CourseDone, Requirement

Key = tuple[Literal["course", "role"], str]


class Joint(NamedTuple):
    """Where several ways meet, of which `n` are enough; `attainment` when it stands for a level that many may share.

    `number` is that of its node on the whole map.
    """

    number: int
    n: int
    of: int
    attainment: Attainment | None = None


class CourseGraph:
    """Numbered nodes, the `subjects` and then the `joints`; `edges` run from what is needed to what needs it.

    Subjects are the curriculum's courses and roles, and after them those that only the published version has.
    `ungranted` are by subject the levels it asks for that no course grants. `leans` are by subject what its place on the
    map follows from, as in `needed_cards`: the courses it names and the nearest that grant what it asks for, found from
    its own requirement and from grants alone, so that a prerequisite of another course cannot move it.
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
        self.edges: dict[Edge, None] = {}
        self.ungranted: dict[int, list[Attainment]] = {}
        self.leans: list[dict[int, int]] = [{} for _ in self.subjects]
        self._givers = Givers(curriculum)
        self._shared: dict[Attainment, int] = {}
        for key, subject in owners:
            number = self.number[key]
            self._add(subject.requires, number, number, 0)
            for gate in subject.gates if isinstance(subject, Role) else ():
                if isinstance(gate, MonthsInRole) and ("role", gate.role) in self.number:
                    self._lead(self.number["role", gate.role], number, number, 0)

    def _add(self, asked: Requirement, target: int, owner: int, deep: int) -> None:
        """Lead what is asked for to a card, or to a joint so deep before it. Groups nest at most 50 deep, by the format."""
        if isinstance(asked, Attainment):
            self._attainment(asked, target, owner, deep)
        elif isinstance(asked, CourseDone):
            if ("course", asked.course) in self.number:
                self._lead(self.number["course", asked.course], target, owner, deep)
        else:
            every = asked.n == len(asked.items)
            if asked.n and not (every and (target == owner or len(asked.items) == 1)):
                target, deep = self._joint(asked.n, len(asked.items), None, target), deep + 1
            for item in asked.items if asked.n else ():
                self._add(item, target, owner, deep)

    def _lead(self, source: int, target: int, owner: int, deep: int) -> None:
        self.edges[source, target] = None
        self._lean(source, owner, deep)

    def _lean(self, source: int, owner: int, deep: int) -> None:
        self.leans[owner][source] = max(deep, 1, self.leans[owner].get(source, 0))

    def _joint(self, n: int, of: int, attainment: Attainment | None, target: int) -> int:
        number = len(self.subjects) + len(self.joints)
        self.joints.append(Joint(number, n, of, attainment))
        self.edges[number, target] = None
        return number

    def _attainment(self, asked: Attainment, target: int, owner: int, deep: int) -> None:
        found = self._givers.of(asked)
        nearest = self._givers.nearest(asked)
        enough = self._any_will_do(target)
        for giver in nearest:
            self._lean(self.number["course", giver], owner, deep if enough else deep + 1)
        if not found:
            self.ungranted.setdefault(owner, []).append(asked)
        elif len(found) == 1 or enough:
            for giver in found:
                self.edges[self.number["course", giver], target] = None
        else:
            if asked not in self._shared:
                self._shared[asked] = joint = self._joint(1, len(found), asked, target)
                for giver in found:
                    self.edges[self.number["course", giver], joint] = None
            self.edges[self._shared[asked], target] = None

    def _any_will_do(self, target: int) -> bool:
        """Is it a joint of which one way is enough, so that a joint *1 of* before it would say the same twice?"""
        return target >= len(self.subjects) and self.joints[target - len(self.subjects)].n == 1


class Givers:
    """The courses that are ways to an attainment: they grant it, and cannot do without it themselves only if all do.

    >>> from lms.engine.curriculum import Grant
    >>> basics = Course(id="a", title="A", hours=1, renewal_hours=1, grants=(Grant(competency="k", level=1),))
    >>> more = Course(id="b", title="B", hours=1, renewal_hours=1, grants=(Grant(competency="k", level=2),),
    ...     requires=Attainment("k", 1))
    >>> found = Givers(Curriculum(id="x", title="X", scale=(), competencies=(), courses=(basics, more), roles=()))
    >>> found.of(Attainment("k", 1)), found.of(Attainment("k", 2)), found.of(Attainment("k", 3))
    (('a',), ('b',), ())
    >>> found.nearest(Attainment("k", 1))
    ('a',)
    """

    def __init__(self, curriculum: Curriculum) -> None:
        self._grants: dict[str, list[tuple[int, Course]]] = {}
        for course in curriculum.courses:
            for grant in course.grants:
                self._grants.setdefault(grant.competency, []).append((grant.level, course))
        self._sure: dict[str, dict[str, int]] = {}

    def of(self, asked: Attainment) -> tuple[str, ...]:
        """Their ids, in the curriculum's order."""
        granting = {one.id: one for level, one in self._grants.get(asked.competency, ()) if level >= asked.level}
        if len(granting) < 2:
            return tuple(granting)
        first = [one.id for one in granting.values() if self._surely(one).get(asked.competency, 0) < asked.level]
        return tuple(first or granting)

    def nearest(self, asked: Attainment) -> tuple[str, ...]:
        """The ids of those that grant the lowest level that is enough."""
        enough = [(level, one.id) for level, one in self._grants.get(asked.competency, ()) if level >= asked.level]
        lowest = min(enough)[0] if enough else 0
        return tuple(name for level, name in enough if level == lowest)

    def _surely(self, course: Course) -> dict[str, int]:
        if course.id not in self._sure:
            self._sure[course.id] = _sure(course.requires)
        return self._sure[course.id]


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
