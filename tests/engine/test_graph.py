"""The prerequisite graph against networkx, and the measures on it against their definitions."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum
from lms.engine.graph import Node, generations, prerequisite_graph, waves
from lms.engine.requirement import AtLeast, CourseDone, all_of, any_of, leaves
from lms.engine.search.measures import Chain, Delay, Measures, Opened
from lms.engine.search.net import NetBuilder
from tests.build import a_course, a_curriculum, a_role, fact, needs
from tests.random_curricula import random_curriculum


def course(name: str) -> Node:
    return Node("course", name)


def level(competency: str, number: int) -> Node:
    return Node("level", competency, number)


def random_curricula(seeds: range, **size: int) -> list[Curriculum]:
    return [random_curriculum(random.Random(seed), **size) for seed in seeds]


def pure_prerequisites(rng: random.Random, courses: int = 12) -> Curriculum:
    """Courses that need all of some earlier ones: what the classic measures are defined for."""
    made = [
        a_course(f"c{n}", rng.randint(1, 9), needs=needs(*(f"c{m}" for m in range(n) if rng.random() < 0.25)))
        for n in range(courses)
    ]
    rng.shuffle(made)
    return a_curriculum(*made)


# --- The graph -------------------------------------------------------------------------------------------------------


def test_edges_point_from_what_is_needed_to_what_needs_it() -> None:
    graph = prerequisite_graph(
        a_curriculum(a_course("a", grants=["k:3"]), a_course("b", needs=needs("a", "k:2")), a_role("rep", "b", "k:3"))
    )
    assert {edge: graph.edges[edge]["kind"] for edge in graph.edges} == {
        (course("a"), level("k", 3)): "grants",
        (level("k", 3), level("k", 2)): "implies",
        (course("a"), course("b")): "requires",
        (level("k", 2), course("b")): "requires",
        (course("b"), Node("role", "rep")): "requires",
        (level("k", 3), Node("role", "rep")): "requires",
    }


def test_a_group_is_a_node_with_its_number_and_word_and_an_outermost_all_is_none() -> None:
    two = AtLeast(2, (fact("a"), fact("a"), any_of([fact("b"), fact("c")])))
    graph = prerequisite_graph(
        a_curriculum(a_course("a"), a_course("b"), a_course("c"), a_course("d", needs=needs("a", two)))
    )
    group, inner = Node("course-group", "d", 0, (1,)), Node("course-group", "d", 0, (1, 2))
    assert graph.nodes[group] == {"n": 2, "word": "at_least"}
    assert graph.nodes[inner] == {"n": 1, "word": "any"}
    assert set(graph.pred[course("d")]) == {course("a"), group}
    assert graph.edges[course("a"), group]["times"] == 2
    assert set(graph.pred[inner]) == {course("b"), course("c")}


def test_an_outermost_any_is_a_node() -> None:
    graph = prerequisite_graph(
        a_curriculum(a_course("a"), a_course("b"), a_role("rep", any_of([fact("a"), fact("b")])))
    )
    assert list(graph.pred[Node("role", "rep")]) == [Node("role-group", "rep", 0, (0,))]
    alone = a_curriculum(a_course("a"), a_course("b"), a_course("c", needs=any_of([fact("a"), fact("b")])))
    assert list(prerequisite_graph(alone).pred[course("c")]) == [Node("course-group", "c", 0, (0,))]


def test_levels_that_nobody_names_are_no_nodes() -> None:
    graph = prerequisite_graph(a_curriculum(a_course("a", grants=["k:4"]), a_role("rep", "k:1")))
    assert [node for node in graph if node.kind == "level"] == [level("k", 1), level("k", 4)]
    assert list(graph.successors(level("k", 4))) == [level("k", 1)]


def test_every_leaf_of_every_requirement_leads_to_who_asks_for_it() -> None:
    for curriculum in random_curricula(range(40), courses=10, roles=2):
        graph = prerequisite_graph(curriculum)
        for owner in curriculum.courses:
            for asked in leaves(owner.requires):
                node = course(asked.course) if isinstance(asked, CourseDone) else level(*asked)
                groups = graph.subgraph([other for other in graph if other == node or other.id == owner.id])
                assert nx.has_path(groups, node, course(owner.id))


# --- Waves -----------------------------------------------------------------------------------------------------------


def test_the_generations_of_pure_prerequisites_are_the_topological_ones() -> None:
    for seed in range(50):
        graph = prerequisite_graph(pure_prerequisites(random.Random(seed)))
        assert [set(row) for row in generations(graph)] == [set(row) for row in nx.topological_generations(graph)]


def test_a_wave_takes_every_course_that_can_be_taken_by_then() -> None:
    for curriculum in random_curricula(range(150), courses=12, roles=2):
        wave = waves(prerequisite_graph(curriculum))
        net = NetBuilder(curriculum).net([role.requires for role in curriculum.roles], whole=True)
        allowed = [False] * len(net.courses)
        for turn in range(len(net.courses) + 1):
            held = net.reach([], allowed).held
            for number, made in enumerate(net.courses):
                assert held[net.needs[number]] == (wave.get(course(made.id), 99) <= turn)
            for role, node in zip(curriculum.roles, net.wanted, strict=True):
                assert held[node] == (wave.get(Node("role", role.id), 99) <= turn)
            for node, named in enumerate(net.facts):
                if isinstance(named, Attainment):
                    assert held[node] == (wave.get(level(*named), 99) <= turn)
            allowed = [held[net.needs[number]] for number in range(len(net.courses))]


def test_the_first_alternative_to_hold_decides_the_wave() -> None:
    curriculum = a_curriculum(
        a_course("a"), a_course("b", needs=needs("a")), a_course("c", needs=any_of([fact("b"), fact("a")]))
    )
    assert waves(prerequisite_graph(curriculum))[course("c")] == 1


def test_what_cannot_be_reached_has_no_wave() -> None:
    curriculum = a_curriculum(a_course("a", needs=needs("b")), a_course("b", needs=needs("a")), a_role("rep", "a"))
    assert waves(prerequisite_graph(curriculum)) == {}
    assert generations(prerequisite_graph(curriculum)) == []


# --- Measures --------------------------------------------------------------------------------------------------------


def test_for_pure_prerequisites_a_course_blocks_its_descendants() -> None:
    for seed in range(40):
        curriculum = pure_prerequisites(random.Random(seed))
        graph, measures = prerequisite_graph(curriculum), Measures(curriculum)
        for made in curriculum.courses:
            assert measures.blocking_factor(made.id) == len(nx.descendants(graph, course(made.id)))


def test_for_pure_prerequisites_the_delay_is_the_longest_path_through_the_course() -> None:
    for seed in range(40):
        curriculum = pure_prerequisites(random.Random(seed), 9)
        graph, measures = prerequisite_graph(curriculum), Measures(curriculum)
        hours = {course(made.id): made.hours for made in curriculum.courses}
        paths = [[node] for node in graph]
        paths += [
            path for one in graph for other in graph if one != other for path in nx.all_simple_paths(graph, one, other)
        ]
        for node in graph:
            through = [path for path in paths if node in path]
            most = max(sum(hours[stop] for stop in path) for path in through)
            assert measures.delay_factor(node.id) == Delay(max(map(len, through)), most)


def test_the_critical_chain_of_pure_prerequisites_is_the_longest_path_by_hours() -> None:
    for seed in range(40):
        curriculum = pure_prerequisites(random.Random(seed))
        graph, measures = prerequisite_graph(curriculum), Measures(curriculum)
        for before, after in graph.edges:
            graph.edges[before, after]["hours"] = curriculum.course_by_id[before.id].hours
        for node in graph:
            chain = measures.critical_chain(course=node.id)
            assert chain is not None
            assert chain.courses[-1] == node.id
            assert nx.is_path(graph, [course(name) for name in chain.courses])
            up_to = graph.subgraph(nx.ancestors(graph, node) | {node})
            longest = nx.dag_longest_path_length(up_to, weight="hours") + curriculum.course_by_id[node.id].hours
            assert chain.hours == longest


def test_a_course_blocks_exactly_those_that_cannot_be_taken_without_it() -> None:
    for curriculum in random_curricula(range(120), courses=12):
        measures = Measures(curriculum)
        net = measures.net
        everything = set(net.reach([]).taken)
        for number, made in enumerate(net.courses):
            without = set(net.reach([], [other != number for other in range(len(net.courses))]).taken)
            blocked = len(everything - without) - 1 if number in everything else None
            assert measures.blocking_factor(made.id) == blocked


def test_the_delay_is_the_longest_chain_of_unavoidable_prerequisites() -> None:
    for curriculum in random_curricula(range(120), courses=14):
        measures = Measures(curriculum)
        before = unavoidable(measures)
        by_hours: nx.DiGraph[int] = nx.DiGraph()
        by_hours.add_nodes_from(before)
        for one, other in before.edges:
            by_hours.add_edge(one, other, hours=measures.net.courses[one].hours)
        for number in before:
            name = measures.net.courses[number].id
            through = {number} | nx.ancestors(before, number) | nx.descendants(before, number)
            delay = measures.delay_factor(name)
            assert delay is not None
            assert delay.courses == len(nx.dag_longest_path(before.subgraph(through), weight=None))
            lower = by_hours.subgraph(nx.ancestors(before, number) | {number})
            chain = measures.critical_chain(course=name)
            assert chain is not None
            assert chain.hours == nx.dag_longest_path_length(lower, weight="hours") + measures.net.courses[number].hours
            assert delay.hours >= chain.hours


def unavoidable(measures: Measures) -> nx.DiGraph[int]:
    """Which course cannot be taken without which, by taking each away in turn."""
    net = measures.net
    everything = set(net.reach([]).taken)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(everything)
    for number in everything:
        without = set(net.reach([], [other != number for other in range(len(net.courses))]).taken)
        graph.add_edges_from((number, other) for other in everything - without - {number})
    return graph


def test_the_direct_prerequisites_are_the_transitive_reduction() -> None:
    for curriculum in random_curricula(range(200, 300), courses=14):
        measures = Measures(curriculum)
        reduced = nx.transitive_reduction(unavoidable(measures))
        edges = {(before, after) for after, direct in enumerate(measures.direct) for before in direct}
        assert edges == set(reduced.edges)


def test_an_alternative_blocks_nothing() -> None:
    measures = Measures(
        a_curriculum(
            a_course("base", 1),
            a_course("left", 2, needs=needs("base")),
            a_course("right", 9, needs=needs("base")),
            a_course("last", 1, needs=any_of([fact("left"), fact("right")])),
        )
    )
    assert [measures.blocking_factor(name) for name in ("base", "left", "right", "last")] == [3, 0, 0, 0]
    assert measures.delay_factor("base") == Delay(2, 1000)
    assert measures.delay_factor("last") == Delay(2, 200)


def test_the_critical_chain_of_a_role_has_the_most_hours_and_not_the_most_courses() -> None:
    parts = (
        a_course("a", 1),
        a_course("b", 1, needs=needs("a")),
        a_course("c", 1, needs=needs("b")),
        a_course("long", 9, grants=["k:2"]),
    )
    measures = Measures(a_curriculum(*parts, a_role("rep", "c", "k:1"), a_role("free")))
    assert measures.critical_chain(role="rep") == Chain(("long",), 900)
    assert measures.critical_chain(role="free") == Chain((), 0)


def test_nothing_is_measured_of_what_cannot_be_reached() -> None:
    measures = Measures(
        a_curriculum(a_course("a", needs=needs("b")), a_course("b", needs=needs("a")), a_role("rep", "a"))
    )
    assert measures.blocking_factor("a") is None
    assert measures.delay_factor("a") is None
    assert measures.critical_chain(course="a") is None
    assert measures.critical_chain(role="rep") is None


def test_a_course_opens_what_names_it_or_a_level_it_gives() -> None:
    parts: list[Course] = [
        a_course("a", grants=["k:3"]),
        a_course("by-name", needs=needs("a")),
        a_course("by-level", needs=any_of([fact("k:2"), all_of([fact("x:1"), fact("by-name")])])),
        a_course("higher", needs=needs("k:4")),
        a_course("later", needs=needs("by-name")),
    ]
    measures = Measures(a_curriculum(*parts, a_role("rep", "k:3"), a_role("chief", "k:4")))
    assert measures.opens("a") == Opened(("by-name", "by-level"), ("rep",))
    assert measures.opens("by-name") == Opened(("by-level", "later"), ())


@pytest.mark.parametrize("alternatives", [False, True])
def test_five_thousand_courses_in_a_row_are_measured(alternatives: bool) -> None:
    made = [a_course("c0")]
    for n in range(1, 5000):
        one = fact(f"c{n - 1}")
        made.append(a_course(f"c{n}", needs=any_of([one, all_of([one, fact(f"c{n // 2}")])]) if alternatives else one))
    measures = Measures(a_curriculum(*made))
    assert measures.blocking_factor("c0") == 4999
    assert measures.delay_factor("c2500") == Delay(5000, 500_000)
