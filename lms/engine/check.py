"""Every finding of a curriculum at once: what is legal by the format but bad for the people who have to learn by it.

| code | severity | is about |
|---|---|---|
| role-unreachable, course-unreachable | error | nobody who starts from nothing gets there, whatever they take |
| ring | error | courses that block each other; the shortest ring is named |
| mutual-prerequisites | error | two courses of which neither can be taken before the other |
| level-ungranted | warning | a level that is asked for and that no course grants |
| course-unused | warning | a course that no role needs, not even as one of several ways |
| prerequisite-redundant | warning | an item of an all-of that another of its items implies |
| role-asks-twice | warning | a role that asks for one competency at two levels |
| single-session, no-seats | warning | a course that a role cannot avoid, with one session left to take it in, or none |
| objective-uncovered | warning | an objective's competency that no role asks for |
| parent-ring | warning | competencies that are each other's parents |

Forward chaining from an empty profile decides what is unreachable, so a ring through alternatives is no finding.
A cause is told once; what only follows from it names it. An ungranted level may still come by evidence: it is a
warning, and the course or role that nobody reaches from nothing is the error. The tests that a curriculum brings along
are run elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.findings import Finding, Place, Severity, listed, say_cause, say_fact, say_node, say_ring
from lms.engine.landmarks import landmarks
from lms.engine.net import NetBuilder
from lms.engine.redundancy import Redundancy, redundancies
from lms.engine.requirement import leaves
from lms.engine.rings import Blockage, Ring, blockage

__all__ = ["Finding", "Place", "Severity", "check_curriculum"]


def check_curriculum(curriculum: Curriculum) -> tuple[Finding, ...]:
    """Every finding: errors first, then by place in the document.

    >>> from lms.engine.curriculum import Course
    >>> from lms.engine.requirement import CourseDone
    >>> lab = Course(id="lab", title="Lab", hours=100, renewal_hours=100, requires=CourseDone("lecture"))
    >>> lecture = Course(id="lecture", title="Lecture", hours=100, renewal_hours=100, requires=CourseDone("lab"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(lab, lecture), roles=())
    >>> for finding in check_curriculum(made):
    ...     print(f"{finding.place}: {finding.message} ({finding.code}; {finding.mend})")
    course 'lab': 'lab' needs 'lecture' which needs 'lab': neither can come first (mutual-prerequisites; bundle the two \
into one course, or let one of them do without the other)
    """
    check = _Check(curriculum)
    found = [
        *check.unreachable_roles(),
        *check.unreachable_courses(),
        *check.rings(),
        *check.ungranted_levels(),
        *check.unused_courses(),
        *check.redundant_items(),
        *check.scarce_sessions(),
        *check.uncovered_objectives(),
        *check.parent_rings(),
    ]
    return tuple(sorted(found, key=check.order))


class _Check:
    """One curriculum, its whole net, and what of it cannot be reached."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum
        self.builder = NetBuilder(curriculum)
        self.net = self.builder.net([role.requires for role in curriculum.roles], whole=True)
        self.place = {
            Place.OBJECTIVE: {objective.id: n for n, objective in enumerate(curriculum.objectives)},
            Place.COMPETENCY: {competency.id: n for n, competency in enumerate(curriculum.competencies)},
            Place.COURSE: {course.id: n for n, course in enumerate(curriculum.courses)},
            Place.ROLE: {role.id: n for n, role in enumerate(curriculum.roles)},
        }

    @cached_property
    def blockage(self) -> Blockage:
        return blockage(self.net)

    def order(self, finding: Finding) -> tuple[bool, int, int, str, str]:
        list_of = list(Place).index(finding.kind)
        place = self.place[finding.kind][finding.id]
        return (finding.severity is Severity.WARNING, list_of, place, finding.code, finding.message)

    # --- errors ---

    def _root_causes(self, node: int) -> list[Ring | int]:
        """The nearest root cause of each thing that is missing: through an all-of, of every item that does not hold."""
        net, found = self.net, self.blockage
        stack, seen = [node], {node}
        causes: dict[Ring | int, None] = {}
        while stack:
            node = stack.pop()
            group = net.groups[node - len(net.facts)] if node >= len(net.facts) else None
            if group is not None and group.n == len(group.items):
                missing = [item for item in group.items if not found.held[item] and item not in seen]
                seen.update(missing)
                stack += reversed(missing)
            elif (cause := found.cause_of_node[node]) is not None:
                causes[cause] = None
        return list(causes)

    def _unreachable(self, kind: Place, name: str, lead: str, causes: Sequence[Ring | int]) -> Finding:
        said = [say_cause(self.net, self.builder, cause) for cause in causes[:3]]
        more = [f"and {len(causes) - 3:,} more causes"] if len(causes) > 3 else []
        return Finding(
            code=f"{kind}-unreachable",
            severity=Severity.ERROR,
            kind=kind,
            id=name,
            message=f"{lead}: {'; '.join(said + more)}",
            mend=_mend_causes(causes),
        )

    def unreachable_roles(self) -> Iterator[Finding]:
        for role, node in zip(self.curriculum.roles, self.net.wanted, strict=True):
            if not self.blockage.held[node]:
                lead = f"nobody who starts from nothing can reach role '{role.id}'"
                yield self._unreachable(Place.ROLE, role.id, lead, self._root_causes(node))

    def unreachable_courses(self) -> Iterator[Finding]:
        """Courses that cannot be taken; those of a ring only for what else they wait for."""
        for number, course in enumerate(self.net.courses):
            if self.blockage.taken[number]:
                continue
            causes = [
                cause
                for cause in self._root_causes(self.net.needs[number])
                if not (isinstance(cause, Ring) and number in cause.courses)
            ]
            if causes:
                lead = f"nobody who starts from nothing can take course '{course.id}'"
                yield self._unreachable(Place.COURSE, course.id, lead, causes)

    def rings(self) -> Iterator[Finding]:
        for ring in self.blockage.rings:
            ids = tuple(self.net.courses[course].id for course in ring.courses)
            said = say_ring(self.net, ring)
            yield Finding(
                code="mutual-prerequisites" if ring.mutual else "ring",
                severity=Severity.ERROR,
                kind=Place.COURSE,
                id=ids[0],
                message=f"{said}: neither can come first" if ring.mutual else f"{said}: nobody can begin",
                mend="bundle the two into one course, or let one of them do without the other"
                if ring.mutual
                else f"let {'it' if len(ids) == 1 else 'one of them'} be taken by somebody who holds none of this yet",
                involves=ids[1:],
            )

    # --- warnings ---

    def ungranted_levels(self) -> Iterator[Finding]:
        for node in self.blockage.leaves:
            fact = self.net.facts[node]
            if isinstance(fact, Attainment):
                highest = self.builder.highest_grant(fact.competency)
                yield _warning(
                    "level-ungranted",
                    Place.COMPETENCY,
                    fact.competency,
                    f"{listed(self._asking(fact))} asks for {say_fact(fact)}, and "
                    + (f"no course grants it above level {highest}" if highest else "no course grants it")
                    + "; it can only come by evidence",
                    f"let a course grant it at level {fact.level}"
                    + (f", or ask for level {highest}" if highest else ""),
                )

    def _asking(self, fact: Attainment) -> list[str]:
        return self._asked_by.get(fact, [])

    @cached_property
    def _asked_by(self) -> dict[Attainment, list[str]]:
        found: dict[Attainment, list[str]] = {}
        for kind, owners in ((Place.ROLE, self.curriculum.roles), (Place.COURSE, self.curriculum.courses)):
            for owner in owners:
                for leaf in dict.fromkeys(leaves(owner.requires)):
                    if isinstance(leaf, Attainment):
                        found.setdefault(leaf, []).append(f"{kind} '{owner.id}'")
        return found

    def unused_courses(self) -> Iterator[Finding]:
        if not self.curriculum.roles:
            return
        used = self.builder.net([role.requires for role in self.curriculum.roles]).course_index
        for course in self.curriculum.courses:
            if course.id not in used:
                yield _warning(
                    "course-unused",
                    Place.COURSE,
                    course.id,
                    f"no role needs course '{course.id}', not even as one of several ways",
                    "let a role ask for it or for what it grants, or take it out",
                )

    def redundant_items(self) -> Iterator[Finding]:
        found = redundancies(self.net)
        owners = [
            (Place.COURSE, course.id, node) for course, node in zip(self.net.courses, self.net.needs, strict=True)
        ]
        owners += [(Place.ROLE, r.id, node) for r, node in zip(self.curriculum.roles, self.net.wanted, strict=True)]
        for kind, name, node in owners:
            for group in self._groups_below(node):
                for item in found.get(group, ()):
                    yield self._redundant(kind, name, item)

    def _groups_below(self, node: int) -> list[int]:
        net = self.net
        found = [node] if node >= len(net.facts) else []
        for group in found:  # grows
            found += [item for item in net.groups[group - len(net.facts)].items if item >= len(net.facts)]
        return list(dict.fromkeys(found))

    def _redundant(self, kind: Place, name: str, found: Redundancy) -> Finding:
        item, by = say_node(self.net, found.item), say_node(self.net, found.by)
        if found.item == found.by:
            said = f"asks for {item} twice"
        elif found.twice:
            said = f"asks for {item} and for {by}, which includes it"
        else:
            said = f"asks for {item} beside {by}, which nobody reaches without it"
        code = "role-asks-twice" if found.twice and kind is Place.ROLE else "prerequisite-redundant"
        return _warning(code, kind, name, f"{kind} '{name}' {said}", f"drop {item} there")

    def scarce_sessions(self) -> Iterator[Finding]:
        courses = self.curriculum.courses
        seats = {
            n: [s.id for s in course.sessions if s.seats > 0] for n, course in enumerate(courses) if course.sessions
        }
        scarce = [number for number, sessions in seats.items() if len(sessions) < 2]
        if not scarce:
            return
        marks = landmarks(self.net, nodes=(), courses=scarce)
        needing: dict[int, list[str]] = {number: [] for number in scarce}
        for role, node in zip(self.curriculum.roles, self.net.wanted, strict=True):
            for number in marks.of_goal([node]):
                needing[number].append(role.id)
        for number, roles in needing.items():
            if roles:
                left = seats[number]
                yield _warning(
                    "single-session" if left else "no-seats",
                    Place.COURSE,
                    courses[number].id,
                    f"role {listed([f"'{role}'" for role in roles])} cannot do without '{courses[number].id}', and "
                    + (f"session '{left[0]}' is the only one with seats" if left else "no session of it has seats"),
                    "plan another session, or a course that can stand in",
                    roles,
                )

    def uncovered_objectives(self) -> Iterator[Finding]:
        asked = {
            leaf.competency
            for role in self.curriculum.roles
            for leaf in leaves(role.requires)
            if isinstance(leaf, Attainment)
        }
        for objective in self.curriculum.objectives:
            for competency in dict.fromkeys(objective.competencies):
                if competency not in asked:
                    yield _warning(
                        "objective-uncovered",
                        Place.OBJECTIVE,
                        objective.id,
                        f"objective '{objective.id}' rests on '{competency}', which no role asks for",
                        f"let a role ask for '{competency}'",
                        [competency],
                    )

    def parent_rings(self) -> Iterator[Finding]:
        parent = {competency.id: competency.parent for competency in self.curriculum.competencies}
        seen: set[str] = set()
        for start in parent:
            trail: dict[str, None] = {}
            at: str | None = start
            while at is not None and at not in seen:
                seen.add(at)
                trail[at] = None
                at = parent.get(at)
            if at in trail:
                ring = list(trail)[list(trail).index(at) :]
                yield _parent_ring(ring)


def _parent_ring(ring: Sequence[str]) -> Finding:
    said = [f"'{name}'" for name in [*ring[1:], ring[0]]]
    shown = said if len(said) <= 6 else [*said[:3], "…", said[-1]]
    return _warning(
        "parent-ring",
        Place.COMPETENCY,
        ring[0],
        f"'{ring[0]}' lies under {' which lies under '.join(shown)}",
        "take one of these parents away",
        ring[1:],
    )


def _warning(code: str, kind: Place, name: str, message: str, mend: str, involves: Sequence[str] = ()) -> Finding:
    return Finding(
        code=code,
        severity=Severity.WARNING,
        kind=kind,
        id=name,
        message=message,
        mend=mend,
        involves=tuple(involves),
    )


def _mend_causes(causes: Sequence[Ring | int]) -> str:
    mends = []
    if any(not isinstance(cause, Ring) for cause in causes):
        mends.append("let a course grant what is missing, or ask for less")
    if any(isinstance(cause, Ring) for cause in causes):
        mends.append("open the ring")
    return "; ".join(mends)
