"""The map of a curriculum: which cards it has, what leads to what, and what is to be said of each. Not where they stand.

Cards are courses, in the lane of the cluster that they serve most, and roles, in a lane of their own below. `lanes`
arranges them; what keeps it still is given here: ranks from the version that counts, and on what each card leans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lms.engine.career import career_layers
from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.drawing.course_graph import CourseGraph, Joint, Key
from lms.engine.drawing.course_rings import ring_edges
from lms.engine.drawing.lanes import base_columns
from lms.engine.drawing.map_grid import Edge, Node
from lms.engine.mending.findings import Finding, Place
from lms.engine.mending.mends import Mend

State = Literal["new", "changed", "withdrawn"]
ROLES = None
"""What stands for a cluster in the lane of roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A course or a role on the map.

    `level` is the highest that it grants, 0 where it grants none. `state` compares it with the version that counts (None: as it is there); `codes` are those of the findings about
    it; `ungranted` are levels it asks for that no course grants.
    """

    key: Key
    subject: Course | Role
    level: int
    state: State | None = None
    codes: tuple[str, ...] = ()
    ring: bool = False
    ungranted: tuple[Attainment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseMap:
    """Nodes are numbered: the cards, then the joints; `edges` run from what is needed to what needs it.

    `leans` are by card what its place follows from: the cards it leans on, and how many columns it keeps from them.

    `lanes` are clusters in the curriculum's order, "" for courses without one, and ROLES at the end. `ring` are edges of
    rings that nobody can enter, `cut` those of them whose removal is offered.
    """

    cards: tuple[Card, ...]
    joints: tuple[Joint, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    leans: tuple[Mapping[int, int], ...]
    lanes: tuple[str | None, ...]
    ring: frozenset[Edge] = frozenset()
    cut: frozenset[Edge] = frozenset()
    number: Mapping[Key, int] = field(repr=False)


def course_map(
    curriculum: Curriculum,
    published: Curriculum | None = None,
    findings: Sequence[Finding] = (),
    mends: Sequence[Mend | None] = (),
) -> CourseMap:
    """The map of a draft beside the version that counts, with what `check_curriculum` found and `mend_of` would mend."""
    graph = CourseGraph(curriculum, published)
    ring, cut = ring_edges(graph, findings, mends)
    codes = _codes(findings)
    in_ring = {number for edge in ring for number in edge}
    cards = tuple(
        Card(
            key=key,
            subject=subject,
            level=_level(subject),
            state=_state(key, subject, curriculum, published),
            codes=tuple(codes.get(key, ())),
            ring=number in in_ring,
            ungranted=tuple(dict.fromkeys(graph.ungranted.get(number, ()))),
        )
        for number, (key, subject) in enumerate(graph.subjects.items())
    )
    lanes, nodes = _nodes(graph, curriculum, published)
    return CourseMap(
        cards=cards,
        joints=tuple(graph.joints),
        nodes=nodes,
        leans=tuple(graph.leans),
        edges=tuple(dict.fromkeys((*graph.edges, *sorted(ring)))),
        lanes=lanes,
        ring=frozenset(ring),
        cut=frozenset(cut),
        number=graph.number,
    )


def _level(subject: Course | Role) -> int:
    return max((grant.level for grant in subject.grants), default=0) if isinstance(subject, Course) else 0


def _state(key: Key, subject: Course | Role, curriculum: Curriculum, published: Curriculum | None) -> State | None:
    if published is None:
        return None
    kind, name = key
    now = (curriculum.course_by_id if kind == "course" else curriculum.role_by_id).get(name)
    before = (published.course_by_id if kind == "course" else published.role_by_id).get(name)
    if now is None:
        return "withdrawn"
    if before is None:
        return "new"
    return None if before is subject or before == subject else "changed"


def _codes(findings: Iterable[Finding]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for finding in findings:
        if finding.kind is Place.COURSE or finding.kind is Place.ROLE:
            kind: Literal["course", "role"] = "course" if finding.kind is Place.COURSE else "role"
            found.setdefault((kind, finding.id), []).append(finding.code)
    return found


def _nodes(
    graph: CourseGraph, curriculum: Curriculum, published: Curriculum | None
) -> tuple[tuple[str | None, ...], tuple[Node, ...]]:
    """The lanes that are not empty, and every card and joint with its lane and rank."""
    cluster = {
        one.id: one.cluster or "" for one in (*(published.competencies if published else ()), *curriculum.competencies)
    }
    order = dict.fromkeys((one.cluster or "") for one in curriculum.competencies)
    place_of = {key: _cluster(subject, cluster) for key, subject in graph.subjects.items()}
    used = set(place_of.values())
    named = [
        one for one in dict.fromkeys((*order, *(one for one in place_of.values() if one is not ROLES))) if one in used
    ]
    lanes: list[str | None] = [*sorted(named, key=lambda one: one == ""), *([ROLES] if ROLES in used else [])]
    number = {cluster: place for place, cluster in enumerate(lanes)}
    ranks = _ranks(graph, curriculum, published, {key: number[place] for key, place in place_of.items()})
    nodes = [Node(number[place], ranks[key]) for key, place in place_of.items()]
    nodes += [Node(0, joint=True) for _ in graph.joints]
    return tuple(lanes), tuple(nodes)


def _cluster(subject: Course | Role, cluster: Mapping[str, str]) -> str | None:
    """The cluster of the competency that the course grants first; of several clusters the one it grants most of."""
    if isinstance(subject, Role):
        return ROLES
    served = [cluster.get(grant.competency, "") for grant in subject.grants]
    return max(served, key=served.count, default="")


def _ranks(
    graph: CourseGraph, curriculum: Curriculum, published: Curriculum | None, lane: Mapping[Key, int]
) -> dict[Key, int]:
    """Where each card stands at the earliest: where it stood, else where cards of its level stood or would stand."""
    layers = {role: depth for depth, layer in enumerate(career_layers(curriculum.roles)) for role in layer}
    guess = {
        key: max(0, _level(subject) - 1)
        if isinstance(subject, Course)
        else len(curriculum.scale) + layers.get(subject.id, 0)
        for key, subject in graph.subjects.items()
    }
    if published is None:
        return guess
    old = CourseGraph(published)
    nodes = [Node(lane.get(key, 0)) for key in old.subjects]
    nodes += [Node(0, joint=True) for _ in old.joints]
    stood = dict(zip(old.subjects, base_columns(nodes, tuple(old.edges)), strict=False))
    of_guess: dict[tuple[str, int], list[int]] = {}
    for key, column in stood.items():
        if key in guess:
            of_guess.setdefault((key[0], guess[key]), []).append(column)
    typical = {about: sorted(columns)[len(columns) // 2] for about, columns in of_guess.items()}
    return {key: stood[key] if key in stood else typical.get((key[0], rank), rank) for key, rank in guess.items()}
