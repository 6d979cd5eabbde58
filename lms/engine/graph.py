"""The prerequisite graph of a curriculum, which everything draws, and the waves in which it can be climbed.

Nodes are keys; the dataclasses lie beside it, in the curriculum. Edges point from what is needed to what needs it. The
graph may have cycles and still be fine: of several ways to a level one may lead through the level itself.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

import networkx as nx

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.requirement import AtLeast, CourseDone, Requirement, leaves


class Node(NamedTuple):
    """A key of the graph.

    | kind | id | level | path |
    |---|---|---|---|
    | course, also for *the course is done* | the course's | 0 | () |
    | level, of those that somebody asks for or a course grants | the competency's | 1 … 9 | () |
    | role | the role's | 0 | () |
    | course-group, role-group | that of the course or role it stands in | 0 | where it stands: item of item … |
    """

    kind: Literal["course", "level", "role", "course-group", "role-group"]
    id: str
    level: int = 0
    path: tuple[int, ...] = ()


def prerequisite_graph(curriculum: Curriculum) -> nx.DiGraph[Node]:
    """The graph of competencies at levels, courses, groups and roles.

    An edge's `kind` is `requires` (from an item to the group, course or role that asks for it; `times` counts how often
    it is an item there), `grants` (from a course to a level) or `implies` (from a level to the next lower one).
    Groups carry `n` and `word`. An outermost all-of is no node: its items point at the course or role itself.

    >>> course = Course(id="basics", title="Basics", hours=100, renewal_hours=100)
    >>> role = Role(id="rep", title="Rep", requires=CourseDone("basics"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(course,), roles=(role,))
    >>> list(prerequisite_graph(made).edges(data="kind"))
    [(Node(kind='course', id='basics', level=0, path=()), Node(kind='role', id='rep', level=0, path=()), 'requires')]
    """
    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(Node("course", course.id) for course in curriculum.courses)
    for competency, levels in _levels(curriculum).items():
        chain = [Node("level", competency, level) for level in sorted(levels, reverse=True)]
        graph.add_nodes_from(reversed(chain))
        graph.add_edges_from(pairwise(chain), kind="implies")
    graph.add_nodes_from(Node("role", role.id) for role in curriculum.roles)
    for course in curriculum.courses:
        granted = [Node("level", grant.competency, grant.level) for grant in course.grants]
        graph.add_edges_from(((Node("course", course.id), level) for level in granted), kind="grants")
    for owner in _owners(curriculum):
        _add_requirement(graph, owner)
    return graph


def _owners(curriculum: Curriculum) -> list[Course | Role]:
    return [*curriculum.courses, *curriculum.roles]


def _levels(curriculum: Curriculum) -> dict[str, set[int]]:
    """The levels of each competency that become nodes, in the curriculum's order."""
    levels: dict[str, set[int]] = {competency.id: set() for competency in curriculum.competencies}
    for course in curriculum.courses:
        for grant in course.grants:
            levels[grant.competency].add(grant.level)
    for owner in _owners(curriculum):
        for leaf in leaves(owner.requires):
            if isinstance(leaf, Attainment):
                levels[leaf.competency].add(leaf.level)
    return levels


def _add_requirement(graph: nx.DiGraph[Node], owner: Course | Role) -> None:
    top = Node("course" if isinstance(owner, Course) else "role", owner.id)
    group: Literal["course-group", "role-group"] = "course-group" if isinstance(owner, Course) else "role-group"
    requirement = owner.requires
    outermost = requirement.items if isinstance(requirement, AtLeast) and _asks_all(requirement) else (requirement,)
    waiting: list[tuple[Requirement, Node, tuple[int, ...]]] = [(i, top, (p,)) for p, i in enumerate(outermost)]
    for item, above, path in waiting:  # grows as groups are met
        if isinstance(item, AtLeast):
            node = Node(group, owner.id, 0, path)
            graph.add_node(node, n=item.n, word=item.word)
            waiting += [(inner, node, (*path, place)) for place, inner in enumerate(item.items)]
        else:
            node = Node("course", item.course) if isinstance(item, CourseDone) else Node("level", *item)
        times = graph.edges[node, above]["times"] + 1 if graph.has_edge(node, above) else 1
        graph.add_edge(node, above, kind="requires", times=times)


def _asks_all(group: AtLeast) -> bool:
    return group.n == len(group.items)


def waves(graph: nx.DiGraph[Node]) -> dict[Node, int]:
    """After how many rounds of courses each node can be had, starting from nothing; what never can is left out.

    A course of wave 0 can be taken at once; what it grants and opens has wave 1. Each round takes every course that
    can be taken by then.

    >>> first = Course(id="first", title="First", hours=100, renewal_hours=100)
    >>> then = Course(id="then", title="Then", hours=100, renewal_hours=100, requires=CourseDone("first"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(then, first), roles=())
    >>> [(node.id, wave) for node, wave in waves(prerequisite_graph(made)).items()]
    [('first', 0), ('then', 1)]
    """
    lacking = {node: _lacking(graph, node) for node in graph}
    found: dict[Node, int] = {}
    now, wave = [node for node, count in lacking.items() if count == 0], 0
    while now:
        for node in now:  # grows as what holds makes more hold within the same wave
            found[node] = wave
            if node.kind != "course":
                now += _met(graph, node, lacking)
        now = [after for node in now if node.kind == "course" for after in _met(graph, node, lacking)]
        wave += 1
    return found


def _met(graph: nx.DiGraph[Node], node: Node, lacking: dict[Node, int]) -> list[Node]:
    """What no longer lacks anything once this node holds."""
    met = []
    for after, edge in graph.adj[node].items():
        before = lacking[after]
        lacking[after] -= edge.get("times", 1)
        if lacking[after] <= 0 < before:
            met.append(after)
    return met


def _lacking(graph: nx.DiGraph[Node], node: Node) -> int:
    """How many items, counted by position, have to hold before the node does; of a level one giver is enough."""
    if node.kind == "level":
        return 1
    if "n" in graph.nodes[node]:
        return int(graph.nodes[node]["n"])
    return sum(edge["times"] for edge in graph.pred[node].values())


def generations(graph: nx.DiGraph[Node]) -> list[list[Node]]:
    """The nodes by wave, in the graph's order: networkx.topological_generations for graphs with alternatives and rings.

    Levels and groups stand in the wave in which they first hold. Where only courses need courses, and all of them,
    the two functions agree.
    """
    wave = waves(graph)
    rows: list[list[Node]] = [[] for _ in range(1 + max(wave.values(), default=-1))]
    for node in graph:
        if node in wave:
            rows[wave[node]].append(node)
    return rows
