"""Landmarks against their definition: take one thing away, chain forward, and see whether the goal is still reached."""

from __future__ import annotations

import random

import pytest

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course
from lms.engine.profile import profile_on
from lms.engine.requirement import AtLeast, CourseDone, any_of
from lms.engine.search.bitsets import UNREACHABLE, at_least, positions, shared, tally
from lms.engine.search.landmarks import Landmarks, Link, landmarks
from lms.engine.search.net import Net, NetBuilder
from tests.build import TODAY, a_course, a_curriculum, fact, needs
from tests.random_curricula import random_curriculum, random_person


def net_of(*parts: Course, wanted: str | AtLeast) -> Net:
    return NetBuilder(a_curriculum(*parts)).net([wanted if isinstance(wanted, AtLeast) else fact(wanted)])


def mandatory(found: Landmarks) -> list[str]:
    return [found.net.courses[course].id for course in found.of_goal()]


def told(chain: tuple[Link, ...]) -> list[str]:
    """`what` of each link, with its alternatives behind a slash."""
    return [
        " / ".join([_told(link.what), *(["|".join(map(_told, link.either))] if link.either else [])]) for link in chain
    ]


def _told(what: Attainment | Course | None) -> str:
    if what is None:
        return "goal"
    return what.id if isinstance(what, Course) else f"{what.competency}:{what.level}"


# --- Against the definition ------------------------------------------------------------------------------------------


def random_nets(seeds: range) -> list[tuple[Net, list[int]]]:
    """Whole nets and role slices, from nothing and from what a random person holds."""
    made = []
    for seed in seeds:
        rng = random.Random(seed)
        curriculum = random_curriculum(rng, courses=rng.randint(2, 14), competencies=rng.randint(0, 5))
        net = NetBuilder(curriculum).net([curriculum.roles[0].requires], whole=seed % 2 == 0)
        profile = profile_on(curriculum, random_person(rng, curriculum, TODAY), TODAY)
        made.append((net, net.owned(profile) if seed % 3 else []))
    return made


@pytest.mark.parametrize("seeds", [range(start, start + 100) for start in (0, 100, 200)])
def test_a_course_is_a_landmark_of_exactly_what_cannot_be_reached_without_it(seeds: range) -> None:
    for net, owned in random_nets(seeds):
        found = landmarks(net, owned)
        assert [bits != UNREACHABLE for bits in found.of_node] == net.reach(owned).held
        for course in range(len(net.courses)):
            without = net.reach(owned, [other != course for other in range(len(net.courses))])
            for node, held in enumerate(net.reach(owned).held):
                if held:
                    assert bool(found.of_node[node] & found.course_bit[course]) != without.held[node]


@pytest.mark.parametrize("seeds", [range(start, start + 100) for start in (300, 400)])
def test_a_fact_is_a_landmark_of_exactly_what_cannot_be_reached_while_it_never_holds(seeds: range) -> None:
    for net, owned in random_nets(seeds):
        found = landmarks(net, owned)
        held = net.reach(owned).held
        for node in range(len(net.facts)):
            without = held_without(net, owned, node)
            for other in range(len(held)):
                if held[other]:
                    assert bool(found.of_node[other] & found.node_bit[node]) != without[other]


def held_without(net: Net, owned: list[int], forbidden: int) -> list[bool]:
    """What can be reached while a fact never holds: a course that would bring it about is not taken."""
    banned = net.facts[forbidden]
    if forbidden in owned:
        return net.reach(owned).held
    if isinstance(banned, CourseDone):
        return net.reach(owned, [course.id != banned.course for course in net.courses]).held
    # Whoever takes a course that gives the level holds it from then on; only its lower levels would do no harm.
    above = {node for level, node in net.levels[banned.competency] if level >= banned.level}
    gives = tuple(tuple(node for node in given if node not in above) for given in net.gives)
    cut = Net(net.facts, net.groups, net.courses, net.needs, gives, net.wanted, net.fact_index, net.course_index)
    return cut.reach(owned).held


def test_asking_for_less_gives_the_same_answers_about_what_was_asked() -> None:
    for net, owned in random_nets(range(500, 560)):
        everything = landmarks(net, owned)
        some = landmarks(net, owned, nodes=range(0, len(net.facts), 2), courses=range(0, len(net.courses), 3))
        for course in range(len(net.courses)):
            assert (some.of_course[course] == UNREACHABLE) == (everything.of_course[course] == UNREACHABLE)
            asked = [other for other in everything.courses(everything.of_course[course]) if other % 3 == 0]
            assert some.courses(some.of_course[course]) == asked
        for node in range(1, len(net.facts), 2):
            assert not some.node_bit[node]


def test_the_bit_of_a_landmark_is_lower_than_the_bit_of_what_needs_it() -> None:
    for net, owned in random_nets(range(600, 660)):
        found = landmarks(net, owned)
        for course, bits in enumerate(found.of_course):
            if bits != UNREACHABLE:
                assert 1 << (bits & found.all_courses).bit_length() - 1 == found.course_bit[course]


def test_the_mandatory_courses_lie_in_every_way_to_the_goal_and_their_cost_is_a_bound() -> None:
    for net, owned in random_nets(range(700, 760)):
        reach = net.reach(owned)
        if all(reach.held[node] for node in net.wanted):
            found = landmarks(net, owned)
            assert set(found.of_goal()) <= set(reach.taken)
            assert found.cost_bound() <= sum(net.courses[course].hours for course in reach.taken)


# --- Cases worth a name ----------------------------------------------------------------------------------------------


def test_the_only_giver_of_a_level_is_mandatory_and_so_is_what_it_needs() -> None:
    found = landmarks(
        net_of(a_course("intro", grants=["k:1"]), a_course("deep", needs=needs("k:1"), grants=["k:2"]), wanted="k:2")
    )
    assert mandatory(found) == ["intro", "deep"]


def test_what_all_alternatives_need_is_mandatory_though_none_of_them_is() -> None:
    parts = (a_course("base"), a_course("left", needs=needs("base")), a_course("right", needs=needs("base")))
    assert mandatory(landmarks(net_of(*parts, wanted=any_of([fact("left"), fact("right")])))) == ["base"]


def test_of_two_out_of_three_a_landmark_is_one_that_two_of_them_need() -> None:
    parts = (
        a_course("base"),
        a_course("one", needs=needs("base")),
        a_course("two", needs=needs("base")),
        a_course("free"),
    )
    of = (fact("one"), fact("two"), fact("free"))
    assert mandatory(landmarks(net_of(*parts, wanted=AtLeast(2, of)))) == ["base"]
    assert mandatory(landmarks(net_of(*parts, wanted=AtLeast(1, of)))) == []


def test_an_item_written_twice_counts_twice() -> None:
    parts = (a_course("one"), a_course("two"))
    twice = AtLeast(2, (fact("one"), fact("one"), fact("two")))
    assert mandatory(landmarks(net_of(*parts, wanted=twice))) == ["one"]


def test_an_alternative_out_of_reach_is_no_alternative() -> None:
    parts = (a_course("open"), a_course("shut", needs=needs("nobody:4")))
    assert mandatory(landmarks(net_of(*parts, wanted=any_of([fact("open"), fact("shut")])))) == ["open"]


def test_a_ring_that_alternatives_open_hides_no_landmark() -> None:
    # Each of the two could come from the other; to begin with, one needs the base.
    parts = (
        a_course("base"),
        a_course("a", needs=any_of([fact("base"), fact("k:2")]), grants=["k:1"]),
        a_course("b", needs=needs("k:1"), grants=["k:2"]),
    )
    assert mandatory(landmarks(net_of(*parts, wanted="k:2"))) == ["base", "a", "b"]


def test_what_is_owned_has_no_landmarks() -> None:
    net = net_of(a_course("intro", grants=["k:1"]), a_course("deep", needs=needs("k:1"), grants=["k:2"]), wanted="k:2")
    assert mandatory(landmarks(net, [net.fact_index[Attainment("k", 1)]])) == ["deep"]


def test_what_cannot_be_reached_is_passed_over_in_a_goal() -> None:
    net = NetBuilder(a_curriculum(a_course("open"))).net([fact("open"), fact("nobody:4")])
    found = landmarks(net)
    assert mandatory(found) == ["open"]
    assert found.of_node[net.wanted[1]] == UNREACHABLE
    assert found.courses(UNREACHABLE) == []


def test_the_cost_bound_is_in_whatever_unit_is_asked_for() -> None:
    net = net_of(
        a_course("intro", 2, grants=["k:1"]), a_course("deep", 3, needs=needs("k:1"), grants=["k:2"]), wanted="k:2"
    )
    found = landmarks(net)
    assert found.cost_bound() == 500
    assert found.cost_bound(costs=[1, 1]) == 2


# --- Chains ----------------------------------------------------------------------------------------------------------


def test_a_chain_leads_from_the_goal_to_the_course_through_what_cannot_be_avoided() -> None:
    net = net_of(a_course("intro", grants=["k:1"]), a_course("deep", needs=needs("k:1"), grants=["k:2"]), wanted="k:2")
    assert told(landmarks(net).chain(0)) == ["goal", "k:2", "deep", "k:1", "intro"]


def test_a_course_and_that_it_is_done_are_one_link() -> None:
    net = net_of(a_course("a"), a_course("b", needs=needs("a")), wanted="b")
    assert told(landmarks(net).chain(0)) == ["goal", "b", "a"]


def test_a_chain_names_the_alternatives_that_all_lead_on() -> None:
    parts = (
        a_course("base"),
        a_course("left", needs=needs("base"), grants=["k:2"]),
        a_course("right", needs=needs("base"), grants=["k:3"]),
        a_course("last", needs=needs("k:2")),
    )
    assert told(landmarks(net_of(*parts, wanted="last")).chain(0)) == ["goal", "last", "k:2 / left|right", "base"]


def test_a_chain_names_the_items_of_a_group_that_all_lead_on() -> None:
    parts = (a_course("base"), a_course("left", needs=needs("base")), a_course("right", needs=needs("base")))
    nested = any_of([needs("left", "right"), any_of([fact("right")])])
    assert told(landmarks(net_of(*parts, wanted=nested)).chain(0)) == ["goal", "right", "base"]
    either = any_of([fact("left"), any_of([fact("right"), fact("left")])])
    assert told(landmarks(net_of(*parts, wanted=either)).chain(0)) == ["goal / left|right", "base"]


def test_there_is_no_chain_to_what_can_be_avoided() -> None:
    net = net_of(a_course("a"), a_course("b"), wanted=any_of([fact("a"), fact("b")]))
    assert landmarks(net).chain(0) == ()


def test_there_is_a_chain_to_every_mandatory_course_and_each_link_is_unavoidable() -> None:
    for net, owned in random_nets(range(800, 900)):
        found = landmarks(net, owned)
        for course in found.of_goal():
            chain = found.chain(course)
            assert chain[0].what is None
            assert chain[-1] == Link(net.courses[course])
            for link in chain[1:]:
                assert bit_of(found, link.what) & found.goal()
            for link in chain:
                assert all(bit_of(found, value) for value in link.either)


def bit_of(found: Landmarks, what: Attainment | Course | None) -> int:
    if isinstance(what, Course):
        return found.course_bit[found.net.course_index[what.id]]
    assert what is not None
    return found.node_bit[found.net.fact_index[what]]


# --- Bitsets ---------------------------------------------------------------------------------------------------------


def test_the_tally_counts_every_bit() -> None:
    rng = random.Random(5)
    for _ in range(100):
        sets = [rng.getrandbits(40) for _ in range(rng.randint(0, 20))]
        digits = tally(sets)
        for n in range(1, 22):
            counted = [p for p in range(40) if sum(s >> p & 1 for s in sets) >= n]
            assert list(positions(at_least(n, digits))) == counted


def test_what_is_shared_is_what_fewer_than_n_lack() -> None:
    rng = random.Random(6)
    for _ in range(200):
        sets = [rng.choice((UNREACHABLE, rng.getrandbits(12))) for _ in range(rng.randint(1, 6))]
        n = rng.randint(1, len(sets))
        reachable = [bits for bits in sets if bits != UNREACHABLE]
        answer = shared(sets, n)
        if len(reachable) < n:
            assert answer == UNREACHABLE
        else:
            assert list(positions(answer)) == [p for p in range(12) if sum(not s >> p & 1 for s in reachable) < n]
