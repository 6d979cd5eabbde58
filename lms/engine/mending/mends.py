"""Mends of findings that need no judgement beyond a yes: which prerequisite to drop, which parent, which course.

Of a ring an edge is dropped that opens it: one that the draft brought in where there is such a one; of several, one by
which a course needs what stands after it in the document, for what comes first is written first as a rule.
*Instead of:* dropping whatever edge is found last, which takes away what people have relied on for years and keeps the
slip of this morning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lms.engine.check import check_curriculum
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.mending.findings import Finding, Place
from lms.engine.mending.withdrawal import withdraw
from lms.engine.requirement import Fact, leaves, without

RINGS = frozenset({"ring", "mutual-prerequisites"})
MOST = 100
EFFORT = 20_000
"""Courses that are checked again, whole curriculum by whole curriculum, to see which edges open the rings of one look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """What is taken away: an item of a requirement (`ask`), the parent of a competency, or a whole course."""

    kind: Place
    id: str
    ask: Fact | None = None


def mend_of(curriculum: Curriculum, finding: Finding, published: Curriculum | None = None) -> Mend | None:
    """The mend of a finding of `check_curriculum(curriculum)`; None where somebody has to think."""
    ring = finding.code in RINGS
    mends = _mends(curriculum, finding, published)
    return next((mend for mend in mends if not ring or _opens(curriculum, mend, finding)), None)


def mends_of(
    curriculum: Curriculum, findings: Sequence[Finding], published: Curriculum | None = None
) -> tuple[Mend | None, ...]:
    """The mend of each of these findings, for a page that shows them all: beyond `MOST` findings, or once as many
    courses were looked at again as `EFFORT` allows, none is offered. Whoever asks for one by itself gets it.
    """
    checks = EFFORT // max(1, len(curriculum.courses))
    found: list[Mend | None] = []
    for finding in findings[:MOST]:
        checks -= len(finding.asks) if finding.code in RINGS else 0
        found.append(mend_of(curriculum, finding, published) if checks >= 0 else None)
    return (*found, *(None for _ in findings[MOST:]))


def mended(curriculum: Curriculum, mend: Mend) -> Curriculum:
    """The curriculum after the mend."""
    if mend.ask is not None:
        return _without_ask(curriculum, mend.kind, mend.id, mend.ask)
    if mend.kind is Place.COURSE:
        return withdraw(curriculum, Place.COURSE, mend.id)
    orphaned = (replace(one, parent=None) if one.id == mend.id else one for one in curriculum.competencies)
    return replace(curriculum, competencies=tuple(orphaned))


def _mends(curriculum: Curriculum, finding: Finding, published: Curriculum | None) -> Iterator[Mend]:
    match finding.code:
        case "ring" | "mutual-prerequisites":
            edges = sorted(_edges(curriculum, finding), key=lambda edge: (_asked(published, *edge[0]) > 0, not edge[1]))
            yield from (Mend(kind=kind, id=name, ask=fact) for (kind, name, fact), _ in edges)
        case "prerequisite-redundant" | "role-asks-twice":
            once = (ask for ask in finding.asks if _asked(curriculum, *ask) == 1)
            yield from (Mend(kind=kind, id=name, ask=fact) for kind, name, fact in once)
        case "parent-ring":
            yield Mend(kind=Place.COMPETENCY, id=(finding.id, *finding.involves)[-1])
        case "course-unused":
            yield Mend(kind=Place.COURSE, id=finding.id)


def _edges(curriculum: Curriculum, finding: Finding) -> Iterator[tuple[tuple[Place, str, Fact], bool]]:
    """The edges of a ring, each with whether its course needs one that stands after it."""
    place = {course.id: number for number, course in enumerate(curriculum.courses)}
    ring = (finding.id, *finding.involves)
    for edge, giver in zip(finding.asks, (*ring[1:], ring[0]), strict=True):
        yield edge, place[edge[1]] < place[giver]


def _asked(curriculum: Curriculum | None, kind: Place, name: str, ask: Fact) -> int:
    """How often this course or role asks for that, anywhere in its requirement."""
    if curriculum is None:
        return 0
    owner = curriculum.course_by_id.get(name) if kind is Place.COURSE else curriculum.role_by_id.get(name)
    return 0 if owner is None else list(leaves(owner.requires)).count(ask)


def _without_ask(curriculum: Curriculum, kind: Place, name: str, ask: Fact) -> Curriculum:
    def drop(fact: Fact) -> bool:
        return fact == ask

    if kind is Place.COURSE:
        course: Course = curriculum.course_by_id[name]
        changed = replace(course, requires=without(course.requires, drop))
        return replace(curriculum, courses=tuple(changed if one.id == name else one for one in curriculum.courses))
    role: Role = curriculum.role_by_id[name]
    lighter = replace(role, requires=without(role.requires, drop))
    return replace(curriculum, roles=tuple(lighter if one.id == name else one for one in curriculum.roles))


def _opens(curriculum: Curriculum, mend: Mend, finding: Finding) -> bool:
    left = check_curriculum(mended(curriculum, mend))
    return all((one.code, one.id, one.asks) != (finding.code, finding.id, finding.asks) for one in left)
