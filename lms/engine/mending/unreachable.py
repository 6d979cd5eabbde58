"""The errors of a curriculum: roles and courses that nobody reaches from nothing, and the rings that are to blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.engine.mending.findings import Finding, Place, Severity, say_cause, say_ring
from lms.engine.mending.rings import Ring, Whole

CAUSES_NAMED = 3


def unreachable_roles(whole: Whole) -> Iterator[Finding]:
    """Roles whose requirement nobody can meet by courses alone, whatever they take."""
    for role, node in zip(whole.curriculum.roles, whole.net.wanted, strict=True):
        if not whole.blockage.held[node]:
            lead = f"nobody who starts from nothing can reach role '{role.id}'"
            yield _unreachable(whole, Place.ROLE, role.id, lead, root_causes(whole, node))


def unreachable_courses(whole: Whole) -> Iterator[Finding]:
    """Courses that nobody can take; those of a ring only for what else they wait for."""
    own = {number: ring for ring in whole.blockage.rings for number in ring.courses}
    for number, course in enumerate(whole.net.courses):
        if whole.blockage.taken[number]:
            continue
        causes = [cause for cause in root_causes(whole, whole.net.needs[number]) if cause is not own.get(number)]
        if causes:
            lead = f"nobody who starts from nothing can take course '{course.id}'"
            yield _unreachable(whole, Place.COURSE, course.id, lead, causes)


def rings(whole: Whole) -> Iterator[Finding]:
    """The rings, each at its first course; two courses that can only follow each other under a code of their own."""
    for ring in whole.blockage.rings:
        ids = tuple(whole.net.courses[course].id for course in ring.courses)
        said = say_ring(whole.net, ring)
        yield Finding(
            code="mutual-prerequisites" if ring.mutual else "ring",
            severity=Severity.ERROR,
            kind=Place.COURSE,
            id=ids[0],
            message=f"{said}: {'neither can come first' if ring.mutual else 'nobody can begin'}",
            mend="bundle the two into one course, or let one of them do without the other"
            if ring.mutual
            else "give it a way in: ask for less, or for an alternative from outside",
            involves=ids[1:],
            asks=tuple((Place.COURSE, ids[n], whole.net.facts[fact]) for n, fact in enumerate(ring.facts)),
        )


def root_causes(whole: Whole, node: int) -> list[Ring | int]:
    """The nearest root cause of each thing that is missing: through an all-of, of every item that does not hold."""
    net, found = whole.net, whole.blockage
    stack, seen = [node], {node}
    causes: dict[int, Ring | int] = {}  # rings by identity: to hash one of many courses takes as long as it is
    while stack:
        node = stack.pop()
        group = net.groups[node - len(net.facts)] if node >= len(net.facts) else None
        if group is not None and group.n == len(group.items):
            missing = [item for item in group.items if not found.held[item] and item not in seen]
            seen.update(missing)
            stack += reversed(missing)
        elif (cause := found.cause_of_node[node]) is not None:
            causes[id(cause) if isinstance(cause, Ring) else -1 - cause] = cause
    return list(causes.values())


def _unreachable(whole: Whole, kind: Place, name: str, lead: str, causes: Sequence[Ring | int]) -> Finding:
    said = [say_cause(whole.net, whole.builder, cause) for cause in causes[:CAUSES_NAMED]]
    if len(causes) > CAUSES_NAMED:
        said.append(f"and {len(causes) - CAUSES_NAMED:,} more")
    leaf = any(not isinstance(cause, Ring) for cause in causes)
    ring = any(isinstance(cause, Ring) for cause in causes)
    mends = ["let a course grant what is missing, or ask for less"] * leaf + ["give the ring a way in"] * ring
    return Finding(
        code=f"{kind}-unreachable",
        severity=Severity.ERROR,
        kind=kind,
        id=name,
        message=f"{lead}: {'; '.join(said)}",
        mend="; ".join(mends),
        asks=tuple((kind, name, whole.net.facts[cause]) for cause in causes if not isinstance(cause, Ring)),
    )
