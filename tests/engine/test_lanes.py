"""The map keeps still and legible: what a card needs moves nothing elsewhere, nothing overlaps, no arrow crosses a card."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.drawing.lanes import arrange, base_columns
from lms.engine.drawing.map_grid import DOWN, HIGH, WIDE, Edge, Layout, Node
from lms.engine.drawing.routes import left_of, routes

Drawn = tuple[list[Node], list[Edge]]
modest = settings(max_examples=60, deadline=None)


@st.composite
def graphs(draw: st.DrawFn, *, rings: bool = True) -> Drawn:
    """Cards in up to four lanes and joints, with arrows among them: from a lower number to a higher, or any where `rings`."""
    count = draw(st.integers(2, 22))
    joints = draw(st.sets(st.integers(1, count - 2), max_size=4)) if count > 3 else set()
    lanes, ranks = st.integers(0, 3), st.integers(0, 4)
    nodes = [Node(0, joint=True) if n in joints else Node(draw(lanes), draw(ranks)) for n in range(count)]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = draw(st.lists(ends, max_size=45, unique=True))
    kept = [edge for edge in edges if rings or edge[0] < edge[1]]
    return nodes, [(a, b) for a, b in kept if not (nodes[a].joint and nodes[b].joint and a >= b)]


@modest
@given(graphs(), st.data())
def test_one_more_prerequisite_moves_no_card_of_another_lane(drawn: Drawn, data: st.DataObject) -> None:
    nodes, edges = drawn
    source = data.draw(st.integers(0, len(nodes) - 1))
    target = data.draw(st.sampled_from([n for n, node in enumerate(nodes) if not node.joint]))
    before, after = arrange(nodes, edges), arrange(nodes, [*dict.fromkeys([*edges, (source, target)])])
    assert after.bands == before.bands
    elsewhere = [n for n, node in enumerate(nodes) if not node.joint and node.lane != nodes[target].lane]
    assert [_place(after, n) for n in elsewhere] == [_place(before, n) for n in elsewhere]


@modest
@given(graphs())
def test_cards_stand_in_their_lanes_and_never_upon_each_other(drawn: Drawn) -> None:
    nodes, edges = drawn
    found = arrange(nodes, edges)
    cards = [n for n, node in enumerate(nodes) if not node.joint]
    for card in cards:
        top, bottom = found.bands[nodes[card].lane]
        assert top <= found.heights[card] - HIGH / 2
        assert found.heights[card] + HIGH / 2 <= bottom
    for one, other in combinations(cards, 2):
        if found.columns[one] == found.columns[other]:
            assert abs(found.heights[one] - found.heights[other]) >= DOWN


@modest
@given(graphs())
def test_no_arrow_runs_through_a_card_or_off_the_map(drawn: Drawn) -> None:
    nodes, edges = drawn
    found = arrange(nodes, edges)
    boxes = [(left_of(nodes, found, n), found.heights[n] - HIGH // 2) for n, node in enumerate(nodes) if not node.joint]
    bottom = found.bands[-1][1]
    for route in routes(nodes, edges, found).values():
        for (x, y), (to_x, to_y) in pairwise(route.points):
            assert x == to_x or y == to_y
            assert 0 <= min(y, to_y) <= max(y, to_y) <= bottom
            for left, top in boxes:
                beside = max(x, to_x) <= left or min(x, to_x) >= left + WIDE
                assert beside or max(y, to_y) < top or min(y, to_y) > top + HIGH


@modest
@given(graphs(rings=False))
def test_every_arrow_of_a_version_without_rings_points_right_when_it_is_shown_unchanged(drawn: Drawn) -> None:
    nodes, edges = drawn
    ranks = base_columns(nodes, edges)
    ranked = [node._replace(rank=rank) for node, rank in zip(nodes, ranks, strict=True)]
    found = arrange(ranked, edges)
    assert [found.columns[n] for n, node in enumerate(nodes) if not node.joint] == [
        rank for node, rank in zip(nodes, ranks, strict=True) if not node.joint
    ]
    assert not any(route.back for route in routes(ranked, edges, found).values())


@modest
@given(graphs())
def test_the_same_graph_is_drawn_the_same(drawn: Drawn) -> None:
    nodes, edges = drawn
    assert arrange(nodes, edges) == arrange(list(nodes), list(edges))
    assert routes(nodes, edges, arrange(nodes, edges)) == routes(nodes, edges, arrange(nodes, edges))


def test_a_ring_is_drawn_with_one_arrow_to_the_left() -> None:
    nodes, edges = [Node(0), Node(0), Node(0)], [(0, 1), (1, 2), (2, 0)]
    found = routes(nodes, edges, arrange(nodes, edges))
    assert [edge for edge, route in found.items() if route.back] == [(2, 0)]


def test_a_joint_of_one_card_stands_in_the_gap_before_it_and_a_shared_one_where_its_ways_are_in() -> None:
    nodes = [Node(0), Node(0), Node(0), Node(0, rank=4), Node(0, joint=True), Node(0, joint=True)]
    edges = [(0, 4), (1, 4), (4, 3), (0, 5), (1, 5), (5, 2), (5, 3)]
    found = arrange(nodes, edges)
    assert found.columns[4] == found.columns[3] == 4
    assert found.columns[5] == max(found.columns[0], found.columns[1]) + 1


def test_a_joint_behind_a_joint_has_a_gap_of_its_own() -> None:
    nodes = [Node(0), Node(0), Node(0, joint=True), Node(0, joint=True)]
    found = arrange(nodes, [(0, 2), (2, 3), (3, 1)])
    assert found.columns == (0, 2, 1, 2)


def _place(found: Layout, card: int) -> tuple[int, int]:
    return found.columns[card], found.heights[card]
