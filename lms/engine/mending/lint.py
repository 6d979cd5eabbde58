"""The warnings of a curriculum: levels nobody grants, courses nobody needs, items asked for twice, and the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.mending.findings import Finding, Place, Severity, listed, say_fact, say_node
from lms.engine.mending.redundancy import Redundancy, redundancies
from lms.engine.mending.rings import Whole
from lms.engine.requirement import Fact, leaves
from lms.engine.search.landmarks import landmarks
from lms.engine.search.net import Net

SHOWN = 6
"""Up to this many competencies of a ring of parents are named."""


def ungranted_levels(whole: Whole) -> Iterator[Finding]:
    """Levels that a requirement asks for and that no course grants; they may still come by evidence."""
    asked_by = _asked_by(whole.curriculum) if whole.blockage.leaves else {}
    for node in whole.blockage.leaves:
        fact = whole.net.facts[node]
        if not isinstance(fact, Attainment):
            continue
        highest = whole.builder.highest_grant(fact.competency)
        who = asked_by[fact]
        asks = f"{listed(who)} {'asks' if len(who) == 1 else 'ask'} for {say_fact(fact)}"
        above = f" above level {highest}" if highest else ""
        yield _warning(
            "level-ungranted",
            Place.COMPETENCY,
            fact.competency,
            f"{asks}, and no course grants it{above}; it can only come by evidence",
            f"let a course grant it at level {fact.level}" + (f", or ask for level {highest}" if highest else ""),
            asks=((Place.COMPETENCY, fact.competency, fact),),
        )


def _owners(curriculum: Curriculum) -> list[tuple[Place, Course | Role]]:
    roles: list[tuple[Place, Course | Role]] = [(Place.ROLE, role) for role in curriculum.roles]
    return roles + [(Place.COURSE, course) for course in curriculum.courses]


def _asked_by(curriculum: Curriculum) -> dict[Attainment, list[str]]:
    found: dict[Attainment, list[str]] = {}
    for place, owner in _owners(curriculum):
        for leaf in dict.fromkeys(leaves(owner.requires)):
            if isinstance(leaf, Attainment):
                found.setdefault(leaf, []).append(f"{place} '{owner.id}'")
    return found


def unused_courses(whole: Whole) -> Iterator[Finding]:
    """Courses in no role's backward slice, when there are roles at all."""
    roles = whole.curriculum.roles
    used = whole.builder.net([role.requires for role in roles]).course_index
    for course in whole.curriculum.courses if roles else ():
        if course.id not in used:
            yield _warning(
                "course-unused",
                Place.COURSE,
                course.id,
                f"no role needs course '{course.id}', not even as one of several ways",
                "let a role ask for it or for what it grants, or take it out",
            )


def redundant_items(whole: Whole) -> Iterator[Finding]:
    """Items of an all-of, in a course or a role, that another item of it implies; competencies asked for twice."""
    net = whole.net
    found = redundancies(net)
    if not found:
        return
    for (place, owner), node in zip(_owners(whole.curriculum), [*net.wanted, *net.needs], strict=True):
        for group in _groups_from(net, node):
            for item in found.get(group, ()):
                yield _redundant(net, place, owner.id, item)


def _groups_from(net: Net, node: int) -> Iterator[int]:
    """The node, if it is a group, and the groups within it, each once."""
    stack, seen = [node], {node}
    while stack:
        node = stack.pop()
        if node >= len(net.facts):
            yield node
            inner = [item for item in net.groups[node - len(net.facts)].items if item not in seen]
            seen.update(inner)
            stack += reversed(inner)


def _redundant(net: Net, place: Place, name: str, found: Redundancy) -> Finding:
    item, by = say_node(net, found.item), say_node(net, found.by)
    if found.item == found.by:
        said = f"asks for {item} twice"
    elif found.twice:
        said = f"asks for {item} and for {by}, which includes it"
    else:
        said = f"asks for {item} beside {by}, which nobody reaches without it"
    code = "role-asks-twice" if found.twice and place is Place.ROLE else "prerequisite-redundant"
    mend = "ask for it once"
    if found.item != found.by:
        mend = f"drop {item if found.item < len(net.facts) else 'that group'} there"
        mend += ", unless the profile is meant to show it" if place is Place.ROLE and not found.twice else ""
    asks = ((place, name, net.facts[found.item]),) if found.item < len(net.facts) and found.item != found.by else ()
    return _warning(code, place, name, f"{place} '{name}' {said}", mend, asks=asks)


def scarce_sessions(whole: Whole) -> Iterator[Finding]:
    """Courses with sessions that a role cannot avoid, of which at most one session has seats."""
    seats = {n: [s.id for s in c.sessions if s.seats > 0] for n, c in enumerate(whole.net.courses) if c.sessions}
    scarce = [number for number, sessions in seats.items() if len(sessions) < 2]
    needing: dict[int, list[str]] = {number: [] for number in scarce}
    marks = landmarks(whole.net, nodes=(), courses=scarce) if scarce else None
    for role, node in zip(whole.curriculum.roles, whole.net.wanted, strict=True):
        for number in marks.of_goal([node]) if marks else ():
            needing[number].append(role.id)
    for number, roles in needing.items():
        if roles:
            left, course = seats[number], whole.net.courses[number].id
            who = listed([f"role '{role}'" for role in roles])
            only = f"session '{left[0]}' is the only one with seats" if left else "none of its sessions has seats"
            yield _warning(
                "single-session" if left else "no-seats",
                Place.COURSE,
                course,
                f"{who} cannot do without '{course}', and {only}",
                "plan another session, or a course that can stand in",
                roles,
            )


def uncovered_objectives(whole: Whole) -> Iterator[Finding]:
    """Competencies of objectives that no role asks for at any level."""
    asked = {
        leaf.competency for r in whole.curriculum.roles for leaf in leaves(r.requires) if isinstance(leaf, Attainment)
    }
    for objective in whole.curriculum.objectives:
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


def parent_rings(whole: Whole) -> Iterator[Finding]:
    """Competencies that lie under themselves in the tree of parents; each ring once, at its first competency."""
    parent = {competency.id: competency.parent for competency in whole.curriculum.competencies}
    place = {name: number for number, name in enumerate(parent)}
    seen: set[str] = set()
    for start in parent:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at not in seen:
            seen.add(at)
            trail.append(at)
            at = parent.get(at)
        if at is not None and at in trail:
            ring = trail[trail.index(at) :]
            first = ring.index(min(ring, key=place.__getitem__))
            yield _parent_ring(ring[first:] + ring[:first])


def _parent_ring(ring: Sequence[str]) -> Finding:
    names = [f"'{name}'" for name in [*ring, ring[0]]]
    shown = names if len(names) <= SHOWN else [*names[: SHOWN // 2], "…", names[-1]]
    return _warning(
        "parent-ring",
        Place.COMPETENCY,
        ring[0],
        " lies under ".join(shown[:2]) + "".join(f", which lies under {name}" for name in shown[2:]),
        "take one of these parents away",
        ring[1:],
    )


def _warning(
    code: str,
    place: Place,
    name: str,
    message: str,
    mend: str,
    involves: Sequence[str] = (),
    asks: tuple[tuple[Place, str, Fact], ...] = (),
) -> Finding:
    return Finding(
        code=code,
        severity=Severity.WARNING,
        kind=place,
        id=name,
        message=message,
        mend=mend,
        involves=tuple(involves),
        asks=asks,
    )
