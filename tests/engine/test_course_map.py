"""The map of a curriculum: its cards, lanes and arrows, what is said of each, its rings, and parts of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from lms.engine.check import check_curriculum
from lms.engine.competency import Attainment, Competency
from lms.engine.curriculum import Course, MonthsInRole, Role
from lms.engine.drawing.course_graph import Key
from lms.engine.drawing.course_map import ROLES, CourseMap, course_map
from lms.engine.drawing.course_rings import RINGS
from lms.engine.drawing.lanes import arrange
from lms.engine.drawing.neighbourhood import around, part_of
from lms.engine.mending.findings import Place
from lms.engine.mending.mends import Mend, mend_of
from lms.engine.requirement import NOTHING, AtLeast, CourseDone, all_of, any_of
from tests.build import a_course, a_curriculum, a_role, fact, needs
from tests.random_curricula import random_curriculum


def arrows(found: CourseMap) -> set[tuple[str, str]]:
    """The edges, cards by id and joints as `n of: what` they lead to."""

    def name(node: int) -> str:
        if node < len(found.cards):
            return found.cards[node].key[1]
        joint = found.joints[node - len(found.cards)]
        about = f" {joint.attainment.competency}:{joint.attainment.level}" if joint.attainment else ""
        return f"{joint.n} of {joint.of}{about}"

    return {(name(source), name(target)) for source, target in found.edges}


def drawn(*parts: Course | Role) -> CourseMap:
    return course_map(a_curriculum(*parts))


def test_a_level_leads_from_its_one_course_straight_and_from_several_through_a_joint_that_all_share() -> None:
    found = drawn(
        a_course("a", grants=["k:1", "m:1"]),
        a_course("b", grants=["k:2"]),
        a_course("c", needs=needs("k:1", "m:1")),
        a_role("r", "k:1"),
    )
    assert arrows(found) == {
        ("a", "1 of 2 k:1"),
        ("b", "1 of 2 k:1"),
        ("1 of 2 k:1", "c"),
        ("1 of 2 k:1", "r"),
        ("a", "c"),
    }


def test_a_course_that_only_holders_of_a_level_can_take_is_no_way_to_it() -> None:
    steps = a_course("a", grants=["k:1"]), a_course("b", needs=needs("k:1"), grants=["k:2"])
    assert arrows(drawn(*steps, a_course("c", needs=needs("k:1")))) == {("a", "b"), ("a", "c")}


def test_groups_are_joints_and_a_level_within_an_any_of_needs_no_joint_of_its_own() -> None:
    found = drawn(
        a_course("a", grants=["k:1"]),
        a_course("b", grants=["k:1"]),
        a_course("c", needs=any_of([fact("k:1"), all_of([fact("d"), fact("a")])])),
        a_course("d", needs=AtLeast(2, (fact("k:1"), fact("a"), fact("b")))),
    )
    either = {("a", "1 of 2"), ("b", "1 of 2"), ("d", "2 of 2"), ("a", "2 of 2"), ("2 of 2", "1 of 2"), ("1 of 2", "c")}
    few = {
        ("a", "1 of 2 k:1"),
        ("b", "1 of 2 k:1"),
        ("1 of 2 k:1", "2 of 3"),
        ("a", "2 of 3"),
        ("b", "2 of 3"),
        ("2 of 3", "d"),
    }
    assert arrows(found) == either | few


def test_a_level_that_nobody_grants_is_told_of_who_asks_for_it() -> None:
    found = drawn(a_course("a", grants=["k:1"]), a_course("b", needs=needs("k:3")), a_role("r", "k:3", "a"))
    assert {card.key[1]: card.ungranted for card in found.cards} == {
        "a": (),
        "b": (Attainment("k", 3),),
        "r": (Attainment("k", 3),),
    }


def test_lanes_are_the_clusters_in_their_order_with_the_roles_below() -> None:
    found = course_map(
        a_curriculum(
            a_course("a", grants=["late:1", "early:1", "early:2"]),
            a_course("b", grants=["late:1"]),
            a_course("c"),
            a_role("r", "a"),
            competencies=(
                Competency(id="early", title="Early", cluster="First"),
                Competency(id="unused", title="Unused", cluster="Empty"),
                Competency(id="late", title="Late", cluster="Second"),
            ),
        )
    )
    assert found.lanes == ("First", "Second", "", ROLES)
    assert [node.lane for node in found.nodes] == [0, 1, 2, 3]


def test_a_role_leads_to_the_roles_that_ask_for_months_in_it() -> None:
    lead = replace(a_role("lead"), gates=(MonthsInRole(role="rep", at_least=6),))
    assert arrows(drawn(a_role("rep"), lead)) == {("rep", "lead")}


def test_a_draft_is_marked_against_the_version_that_counts() -> None:
    before = a_curriculum(a_course("a"), a_course("b"), a_course("gone"), a_role("r", "a"))
    after = a_curriculum(a_course("a"), a_course("b", 2), a_course("fresh"), a_role("r", "a"))
    states = {card.key[1]: card.state for card in course_map(after, before).cards}
    assert states == {"a": None, "b": "changed", "fresh": "new", "r": None, "gone": "withdrawn"}
    assert {card.state for card in course_map(after).cards} == {None}


def test_an_edit_moves_cards_of_the_lane_it_edits_alone() -> None:
    before = a_curriculum(
        a_course("a", grants=["k:1"]),
        a_course("b", needs=needs("a"), grants=["m:1"]),
        a_course("c", needs=needs("b"), grants=["k:2"]),
        a_course("d", grants=["m:1"]),
        competencies=(Competency(id="k", title="K", cluster="K"), Competency(id="m", title="M", cluster="M")),
    )
    draft = replace(before, courses=(replace(before.courses[0], requires=needs("d")), *before.courses[1:]))
    assert _columns(course_map(before, before)) == {"a": 0, "b": 1, "c": 2, "d": 0}
    assert _columns(course_map(draft, before)) == {"a": 1, "b": 1, "c": 2, "d": 0}


def test_one_more_prerequisite_of_a_course_moves_no_card_of_another_lane_whatever_it_grants_and_whoever_needs_it() -> (
    None
):
    for seed in range(200, 300):
        rng = random.Random(seed)
        made = random_curriculum(rng, courses=10, competencies=6, roles=3)
        before = replace(made, competencies=tuple(replace(one, cluster=rng.choice("xyz")) for one in made.competencies))
        edited = rng.randrange(10)
        more = rng.choice((CourseDone(f"c{rng.randrange(10)}"), Attainment(f"k{rng.randrange(6)}", rng.randint(1, 3))))
        course = before.courses[edited]
        courses = list(before.courses)
        courses[edited] = replace(course, requires=all_of((course.requires, more)))
        draft = replace(before, courses=tuple(courses))
        published = rng.choice((None, before, random_curriculum(rng, courses=8, competencies=6)))
        (was, places), (now, moved) = (_places(course_map(one, published)) for one in (before, draft))
        lane = was.nodes[edited].lane
        assert now.lanes == was.lanes
        assert {key: place for key, place in moved.items() if place[0] != lane} == {
            key: place for key, place in places.items() if place[0] != lane
        }, seed


def test_the_arrow_to_cut_is_the_prerequisite_that_the_mend_drops() -> None:
    ring = [a_course("a", needs=needs("c")), a_course("b", needs=needs("a")), a_course("c", needs=needs("b"))]
    before, draft = a_curriculum(replace(ring[0], requires=NOTHING), *ring[1:]), a_curriculum(*ring)
    (finding,) = check_curriculum(draft)
    found = course_map(draft, before, [finding], [mend_of(draft, finding, before)])
    assert _named(found, found.cut) == {("c", "a")}
    assert _named(found, found.ring) == {("c", "a"), ("a", "b"), ("b", "c")}
    assert all(card.ring for card in found.cards)


def test_of_a_ring_through_a_joint_the_arrow_into_the_card_is_cut() -> None:
    draft = a_curriculum(
        a_course("a", needs=needs("k:1"), grants=["m:1"]),
        a_course("b", needs=needs("m:1"), grants=["k:1"]),
        a_course("c", needs=needs("m:1"), grants=["k:1"]),
    )
    (finding,) = (one for one in check_curriculum(draft) if one.code == "ring")
    found = course_map(draft, None, [finding], [Mend(kind=Place.COURSE, id="a", ask=fact("k:1"))])
    ((source, target),) = found.cut
    assert source >= len(found.cards)
    assert found.cards[target].key == ("course", "a")


def test_every_ring_that_is_found_is_drawn_and_its_mend_cuts_one_of_its_arrows() -> None:
    for seed in range(120):
        curriculum = random_curriculum(random.Random(seed), courses=7, roles=2)
        findings = [one for one in check_curriculum(curriculum) if one.code in RINGS]
        mends = [mend_of(curriculum, one) for one in findings]
        found = course_map(curriculum, None, findings, mends)
        arrange(found.nodes, found.edges, found.leans)
        assert found.cut <= found.ring <= set(found.edges)
        assert bool(found.cut) == any(mends)
        named = {name for one in findings for name in (one.id, *one.involves)}
        assert named == {card.key[1] for card in found.cards if card.ring}


def test_around_a_card_are_those_it_needs_and_opens_but_not_what_else_those_open() -> None:
    found = drawn(
        a_course("a"), a_course("b", needs=needs("a")), a_course("c", needs=needs("b")), a_course("d", needs=needs("a"))
    )
    assert {found.cards[card].key[1] for card in around(found, [found.number["course", "c"]], 2)} == {"a", "b", "c"}
    assert {found.cards[card].key[1] for card in around(found, [found.number["course", "a"]], 1)} == {"a", "b", "d"}


def test_a_part_keeps_the_arrows_joints_and_rings_among_its_cards() -> None:
    curriculum = a_curriculum(
        a_course("a", needs=needs("c"), grants=["k:1"]),
        a_course("b", grants=["k:1"]),
        a_course("c", needs=needs("a")),
        a_course("d", needs=needs("k:1")),
        a_course("e", needs=any_of([CourseDone("b"), CourseDone("d")])),
    )
    whole = course_map(curriculum, None, check_curriculum(curriculum))
    part = part_of(whole, [whole.number["course", name] for name in "acd"])
    assert arrows(part) == {("a", "c"), ("c", "a"), ("a", "1 of 2 k:1"), ("1 of 2 k:1", "d")}
    assert _named(part, part.ring) == {("a", "c"), ("c", "a")}
    assert part.number == {("course", "a"): 0, ("course", "c"): 1, ("course", "d"): 2}


def _places(found: CourseMap) -> tuple[CourseMap, dict[Key, tuple[int, int, int]]]:
    placed = arrange(found.nodes, found.edges, found.leans)
    places = zip(found.cards, found.nodes, placed.columns, placed.heights, strict=False)
    return found, {card.key: (node.lane, column, height) for card, node, column, height in places}


def _columns(found: CourseMap) -> dict[str, int]:
    placed = arrange(found.nodes, found.edges, found.leans)
    return {card.key[1]: placed.columns[number] for number, card in enumerate(found.cards)}


def _named(found: CourseMap, edges: Sequence[tuple[int, int]] | frozenset[tuple[int, int]]) -> set[tuple[str, str]]:
    return {(found.cards[source].key[1], found.cards[target].key[1]) for source, target in edges}
