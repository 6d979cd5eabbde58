"""The AND/OR net behind a set of requirements, in small integers: what every search on this floor walks over.

A *net* is a backward slice: the facts the requirements name, the courses that grant those facts, the facts those
courses name, and so on. It depends on the curriculum and the requirements alone, never on a person, so one net serves
everybody with the same target (`engine.md`, trap six). On real catalogues it is a few per cent of the courses.

Nodes are integers: first the facts, then the groups (all-of, any-of, at-least-k). Of a competency only those levels
become facts that somebody asks for, and a course gives every asked level up to the one it grants: *holding level N is
holding every lower level* is built in here and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum
from lms.engine.profile import Profile
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement


class Group(NamedTuple):
    """Holds when at least `n` of the nodes in `items` do; nodes count by position."""

    n: int
    items: tuple[int, ...]


@dataclass(frozen=True)
class Net:
    """A slice of a curriculum.

    `facts[i]` is node i; `groups[j]` is node len(facts) + j. `courses` stand in the curriculum's order; of course c,
    `needs[c]` is the node of its requirement and `gives[c]` the fact nodes it makes true. `wanted` are the nodes of
    the requirements the net was built for, in their order.
    """

    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    courses: tuple[Course, ...]
    needs: tuple[int, ...]
    gives: tuple[tuple[int, ...], ...]
    wanted: tuple[int, ...]
    fact_index: dict[Fact, int] = field(repr=False)
    course_index: dict[str, int] = field(repr=False)

    @cached_property
    def parents(self) -> list[list[int]]:
        """Node -> the groups (by number) it is an item of, once for each position."""
        found: list[list[int]] = [[] for _ in range(len(self.facts) + len(self.groups))]
        for number, group in enumerate(self.groups):
            for item in group.items:
                found[item].append(number)
        return found

    @cached_property
    def unlocks(self) -> list[list[int]]:
        """Node -> the courses whose requirement it is."""
        found: list[list[int]] = [[] for _ in range(len(self.facts) + len(self.groups))]
        for course, node in enumerate(self.needs):
            found[node].append(course)
        return found

    @cached_property
    def givers(self) -> list[list[int]]:
        """Fact node -> the courses that give it, in the curriculum's order."""
        found: list[list[int]] = [[] for _ in self.facts]
        for course, nodes in enumerate(self.gives):
            for node in nodes:
                found[node].append(course)
        return found

    @cached_property
    def levels(self) -> dict[str, list[tuple[int, int]]]:
        """Competency id -> (level, node) of its facts, rising."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for node, fact in enumerate(self.facts):
            if isinstance(fact, Attainment):
                found[fact.competency].append((fact.level, node))
        return {competency: sorted(pairs) for competency, pairs in found.items()}

    def owned(self, profile: Profile) -> list[int]:
        """The fact nodes that hold in a profile, rising; whatever lies outside the net is left out."""
        index = self.fact_index
        nodes = [index[key] for course in profile.done if (key := CourseDone(course)) in index]
        for competency, held in profile.levels.items():
            nodes += [node for level, node in self.levels.get(competency, ()) if level <= held]
        return sorted(nodes)

    def renewed(self, profile: Profile) -> list[int]:
        """The courses (by number) that this person completed before, so that taking them again is a renewal."""
        index = self.course_index
        return sorted(index[course] for course in profile.completed if course in index)

    def holds(self, node: int, owned: Collection[int]) -> bool:
        """Does the node hold by the owned facts alone?"""
        if node < len(self.facts):
            return node in owned
        group = self.groups[node - len(self.facts)]
        return sum(self.holds(item, owned) for item in group.items) >= group.n

    def reach(self, owned: Iterable[int], allowed: Sequence[bool] | None = None) -> Reach:
        """Chain forward from the owned facts until nothing more can be taken.

        `allowed`, where given, says of each course whether it may be used. Linear in the size of the net.
        """
        held = [False] * (len(self.facts) + len(self.groups))
        missing = [group.n for group in self.groups]
        first_group = len(self.facts)
        wave = list(dict.fromkeys(owned))
        wave += [first_group + number for number, lacking in enumerate(missing) if lacking <= 0]
        for node in wave:
            held[node] = True
        taken: list[int] = []
        seen = [False] * len(self.courses)
        while wave:
            node = wave.pop()
            for number in self.parents[node]:
                missing[number] -= 1
                if missing[number] == 0 and not held[first_group + number]:
                    held[first_group + number] = True
                    wave.append(first_group + number)
            for course in self.unlocks[node]:
                if seen[course] or (allowed is not None and not allowed[course]):
                    continue
                seen[course] = True
                taken.append(course)
                for given in self.gives[course]:
                    if not held[given]:
                        held[given] = True
                        wave.append(given)
        return Reach(held, taken)


class Reach(NamedTuple):
    """Where forward chaining ends: `held[node]`, and the courses taken, in an order that can be taken from the top."""

    held: list[bool]
    taken: list[int]


class NetBuilder:
    """Builds nets over one curriculum; keeps the index of who grants what."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum
        self._granting: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, course in enumerate(curriculum.courses):
            for grant in course.grants:
                self._granting[grant.competency].append((grant.level, number))
        self._number = {course.id: number for number, course in enumerate(curriculum.courses)}

    def granting(self, fact: Fact) -> list[int]:
        """The courses (by number in the curriculum) that make the fact true."""
        if isinstance(fact, Attainment):
            return [number for level, number in self._granting.get(fact.competency, ()) if level >= fact.level]
        return [self._number[fact.course]] if fact.course in self._number else []

    def highest_grant(self, competency: str) -> int:
        """The highest level of the competency that any course grants; 0 when none does."""
        return max((level for level, _ in self._granting.get(competency, ())), default=0)

    def net(self, requirements: Iterable[Requirement], *, whole: bool = False) -> Net:
        """The net behind these requirements; with `whole`, every course and all it names belongs to it."""
        compiler = _Compiler()
        wanted = [compiler.node(requirement) for requirement in requirements]
        needs: dict[int, int] = {}
        courses = self.curriculum.courses
        if whole:
            for number, course in enumerate(courses):
                needs[number] = compiler.node(course.requires)
                compiler.node(CourseDone(course.id))
                for grant in course.grants:
                    compiler.node(Attainment(grant.competency, grant.level))
        done = 0
        while done < len(compiler.facts):
            for number in self.granting(compiler.facts[done]):
                if number not in needs:
                    needs[number] = compiler.node(courses[number].requires)
            done += 1
        return compiler.net([(courses[number], needs[number]) for number in sorted(needs)], wanted)


class _Compiler:
    """Turns requirements into nodes. Groups are numbered below zero until the number of facts is known."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.index: dict[Fact, int] = {}
        self.groups: list[Group] = []
        self._group_index: dict[Group, int] = {}

    def node(self, requirement: Requirement) -> int:
        if not isinstance(requirement, AtLeast):
            if requirement not in self.index:
                self.index[requirement] = len(self.facts)
                self.facts.append(requirement)
            return self.index[requirement]
        group = Group(requirement.n, tuple([self.node(item) for item in requirement.items]))
        if len(group.items) == 1:
            return group.items[0]
        if group not in self._group_index:
            self.groups.append(group)
            self._group_index[group] = -len(self.groups)
        return self._group_index[group]

    def net(self, courses: list[tuple[Course, int]], wanted: list[int]) -> Net:
        first = len(self.facts)

        def final(node: int) -> int:
            return node if node >= 0 else first - node - 1

        asked: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for node, fact in enumerate(self.facts):
            if isinstance(fact, Attainment):
                asked[fact.competency].append((fact.level, node))
        gives = []
        for course, _ in courses:
            nodes = {n for g in course.grants for level, n in asked.get(g.competency, ()) if level <= g.level}
            done = self.index.get(CourseDone(course.id))
            gives.append(tuple(sorted(nodes if done is None else nodes | {done})))
        return Net(
            facts=tuple(self.facts),
            groups=tuple(Group(g.n, tuple([final(item) for item in g.items])) for g in self.groups),
            courses=tuple(course for course, _ in courses),
            needs=tuple(final(node) for _, node in courses),
            gives=tuple(gives),
            wanted=tuple(final(node) for node in wanted),
            fact_index=self.index,
            course_index={course.id: number for number, (course, _) in enumerate(courses)},
        )
