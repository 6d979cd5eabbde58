"""Rings that nobody can enter, told from those that have a way in and from what merely waits for something else."""

from __future__ import annotations

import random
from dataclasses import replace

import networkx as nx

from lms.engine.check import Severity, check_curriculum
from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Grant
from lms.engine.graph import prerequisite_graph
from lms.engine.mending.rings import Ring, blockage, whole
from lms.engine.requirement import NOTHING, any_of, leaves
from lms.engine.search.net import NetBuilder
from tests.build import a_course, a_curriculum, a_role, fact, needs
from tests.engine.finding_helpers import codes, found
from tests.random_curricula import random_curriculum


def test_two_courses_that_need_each_other_are_to_be_bundled() -> None:
    (both,) = found(a_course("lab", needs=needs("lecture")), a_course("lecture", needs=needs("lab")))
    assert (both.code, both.severity, both.place) == ("mutual-prerequisites", Severity.ERROR, "course 'lab'")
    assert both.message == "'lab' needs 'lecture' which needs 'lab': neither can come first"
    assert "bundle" in both.mend
    assert both.involves == ("lecture",)


def test_two_courses_need_each_other_through_levels_that_only_they_grant() -> None:
    (both,) = found(
        a_course("a", needs=needs("y:1"), grants=["x:1"]), a_course("b", needs=needs("x:1"), grants=["y:2"])
    )
    assert both.code == "mutual-prerequisites"
    assert both.message.startswith("'a' needs 'y' at level 1 from 'b' which needs 'x' at level 1 from 'a':")


def test_two_courses_of_which_one_has_an_alternative_are_a_ring_and_no_pair() -> None:
    (ring, other) = found(
        a_course("a", needs=any_of([fact("b"), fact("c")])),
        a_course("b", needs=needs("a")),
        a_course("c", needs=needs("b")),
    )
    assert (ring.code, ring.message) == ("ring", "'a' needs 'b' which needs 'a': nobody can begin")
    assert (other.code, other.place) == ("course-unreachable", "course 'c'")


def test_the_shortest_ring_is_named() -> None:
    rings = found(
        a_course("a", needs=needs("b")),
        a_course("b", needs=needs("c")),
        a_course("c", needs=any_of([fact("a"), fact("d")])),
        a_course("d", needs=needs("e")),
        a_course("e", needs=needs("f")),
        a_course("f", needs=needs("c")),
        code="ring",
    )
    assert [ring.message for ring in rings] == ["'a' needs 'b' which needs 'c' which needs 'a': nobody can begin"]


def test_a_course_that_needs_itself_is_a_ring() -> None:
    (by_name,) = found(a_course("a", needs=needs("a")))
    assert (by_name.code, by_name.message) == ("ring", "'a' needs itself: nobody can begin")
    (by_level,) = found(a_course("a", needs=needs("k:1"), grants=["k:2"]))
    assert by_level.message == "'a' needs 'k' at level 1 from itself: nobody can begin"


def test_a_ring_that_can_be_entered_through_an_alternative_is_no_finding() -> None:
    # Each could come from the other; the base opens both.
    parts = (
        a_course("base"),
        a_course("a", needs=any_of([fact("base"), fact("k:2")]), grants=["k:1"]),
        a_course("b", needs=needs("k:1"), grants=["k:2"]),
        a_role("rep", "k:2"),
    )
    assert not nx.is_directed_acyclic_graph(prerequisite_graph(a_curriculum(*parts)))
    assert not found(*parts)


def test_levels_that_climb_over_each_other_are_no_ring() -> None:
    parts = (
        a_course("start", grants=["k:1"]),
        a_course("up", needs=needs("k:1"), grants=["k:2"]),
        a_course("refresh", needs=needs("k:2"), grants=["k:1"]),
    )
    assert not found(*parts, a_role("rep", "k:2"))


def test_a_ring_that_only_waits_for_a_leaf_is_no_ring() -> None:
    # Once somebody grants x, b opens everything.
    parts = (
        a_course("a", needs=needs("k:2"), grants=["k:1"]),
        a_course("b", needs=needs("x:1"), grants=["k:1"]),
        a_course("c", needs=needs("k:1"), grants=["k:2"]),
    )
    assert not found(*parts, code="ring")
    assert all("no course grants 'x'" in finding.message for finding in found(*parts, code="course-unreachable"))


def test_a_ring_that_only_waits_for_another_ring_is_no_ring() -> None:
    parts = (
        a_course("a", needs=needs("k:2"), grants=["k:1"]),
        a_course("b", needs=needs("me"), grants=["k:1"]),
        a_course("c", needs=needs("k:1"), grants=["k:2"]),
        a_course("me", needs=needs("you")),
        a_course("you", needs=needs("me")),
    )
    assert [f.id for f in found(*parts, code="ring")] == []
    assert [f.id for f in found(*parts, code="mutual-prerequisites")] == ["me"]
    assert [f.id for f in found(*parts, code="course-unreachable")] == ["a", "b", "c"]


def test_a_ring_that_stays_shut_when_the_other_ring_is_opened_is_one_more_ring() -> None:
    parts = (
        a_course("me", needs=needs("you")),
        a_course("you", needs=needs("me")),
        a_course("he", needs=needs("she", "me")),
        a_course("she", needs=needs("he")),
    )
    assert codes(*parts) == [
        ("mutual-prerequisites", "course 'me'"),
        ("course-unreachable", "course 'he'"),
        ("mutual-prerequisites", "course 'he'"),
    ]


def test_two_pairs_knotted_together_are_both_named() -> None:
    parts = (
        a_course("me", needs=needs("you", "he")),
        a_course("you", needs=needs("me")),
        a_course("he", needs=needs("she", "me")),
        a_course("she", needs=needs("he")),
    )
    assert len(found(*parts, code="mutual-prerequisites")) == 2


def test_courses_of_a_ring_are_not_told_twice() -> None:
    parts = (a_course("a", needs=needs("b")), a_course("b", needs=needs("a")), a_course("c", needs=needs("b")))
    assert codes(*parts) == [("mutual-prerequisites", "course 'a'"), ("course-unreachable", "course 'c'")]


def test_a_course_of_a_ring_that_also_waits_for_a_leaf_says_so() -> None:
    (shut,) = found(a_course("a", needs=needs("b", "x:1")), a_course("b", needs=needs("a")), code="course-unreachable")
    assert shut.place == "course 'a'"
    assert shut.message.endswith(": no course grants 'x'")


def test_a_long_ring_is_told_by_its_beginning() -> None:
    (ring,) = found(*(a_course(f"c{n}", needs=needs(f"c{(n + 1) % 5000}")) for n in range(5000)))
    assert ring.message == (
        "'c0' needs 'c1' which needs 'c2' which needs 'c3' which leads through 4,996 more courses back to 'c0': "
        "nobody can begin"
    )


def test_rings_stand_shortest_first() -> None:
    parts = (
        a_course("a", needs=needs("b")),
        a_course("b", needs=needs("c")),
        a_course("c", needs=needs("a")),
        a_course("d", needs=needs("e")),
        a_course("e", needs=needs("d")),
        a_course("f", needs=needs("f")),
    )
    net = NetBuilder(a_curriculum(*parts)).net([], whole=True)
    assert [ring.courses for ring in blockage(net).rings] == [(5,), (3, 4), (0, 1, 2)]


# --- Random curricula ------------------------------------------------------------------------------------------------


def random_curricula(seeds: range) -> list[Curriculum]:
    return [random_curriculum(random.Random(seed), courses=4 + seed % 12, roles=2) for seed in seeds]


def test_a_test_for_cycles_would_refuse_many_curricula_in_which_everything_can_be_reached() -> None:
    refused = 0
    for curriculum in random_curricula(range(1000, 1400)):
        errors = [finding for finding in check_curriculum(curriculum) if finding.severity is Severity.ERROR]
        if not errors and not nx.is_directed_acyclic_graph(prerequisite_graph(curriculum)):
            refused += 1
    assert refused > 20


def test_mending_the_root_causes_opens_everything() -> None:
    for curriculum in random_curricula(range(300)):
        compiled = whole(curriculum)
        causes = compiled.blockage
        freed = {number for ring in causes.rings for number in ring.courses}
        missing = [compiled.net.facts[node] for node in causes.leaves]
        courses = [replace(c, requires=NOTHING) if n in freed else c for n, c in enumerate(curriculum.courses)]
        grants = tuple(Grant(competency=m.competency, level=m.level) for m in missing if isinstance(m, Attainment))
        courses.append(Course(id="new", title="New", hours=100, renewal_hours=100, grants=grants))
        mended = check_curriculum(replace(curriculum, courses=tuple(courses)))
        assert not [finding for finding in mended if finding.severity is Severity.ERROR]


def test_every_ring_goes_round_and_every_cause_is_one() -> None:
    for curriculum in random_curricula(range(400)):
        compiled = whole(curriculum)
        net, causes = compiled.net, compiled.blockage
        for ring in causes.rings:
            for place, (course, asked) in enumerate(zip(ring.courses, ring.facts, strict=True)):
                assert not causes.taken[course]
                assert asked in net.gives[ring.courses[(place + 1) % len(ring.courses)]]
                assert net.facts[asked] in leaves(net.courses[course].requires)
        for held, cause in zip(causes.held, causes.cause_of_node, strict=True):
            assert held == (cause is None)
            assert cause is None or (cause in causes.rings if isinstance(cause, Ring) else cause in causes.leaves)


def test_where_everything_is_needed_the_first_ring_is_as_short_as_any() -> None:
    for seed in range(150):
        rng = random.Random(seed)
        wants = [rng.sample(range(12), rng.randint(1, 2)) for _ in range(12)]
        curriculum = a_curriculum(
            *(a_course(f"c{n}", needs=needs(*(f"c{m}" for m in asked))) for n, asked in enumerate(wants))
        )
        rings = whole(curriculum).blockage.rings
        assert len(rings[0].courses) == min(map(len, nx.simple_cycles(prerequisite_graph(curriculum))))
