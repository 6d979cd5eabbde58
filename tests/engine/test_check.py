"""Findings: each on the smallest curriculum that has it and on one that nearly does, then on random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

from lms.engine.check import Place, Severity, check_curriculum
from lms.engine.competency import Competency
from lms.engine.curriculum import Curriculum, Objective, Role, Session
from lms.engine.requirement import AtLeast, all_of, any_of
from lms.engine.search.net import NetBuilder
from tests.build import a_course, a_role, fact, needs
from tests.engine.finding_helpers import codes, found
from tests.random_curricula import random_curriculum


def a_session(session_id: str, seats: int) -> Session:
    begin = datetime(2027, 1, 14, 9, tzinfo=UTC)
    return Session(id=session_id, starts=begin, ends=begin.replace(hour=12), seats=seats)


# --- Roles and courses out of reach ----------------------------------------------------------------------------------


def test_a_sound_curriculum_has_no_findings() -> None:
    assert not found(
        a_course("intro", grants=["k:1"]),
        a_course("deep", needs=needs("k:1"), grants=["k:3"]),
        a_course("tools"),
        a_role("rep", "k:2", "tools"),
        a_role("chief", "k:3"),
    )


def test_a_role_that_asks_for_what_nobody_grants_is_an_error_that_names_the_level() -> None:
    role, level = found(a_course("intro", grants=["k:2"]), a_role("rep", "k:4"), a_role("junior", "k:1"))
    assert (role.code, role.severity, role.kind, role.id) == ("role-unreachable", Severity.ERROR, Place.ROLE, "rep")
    assert role.place == "role 'rep'"
    assert role.message == "nobody who starts from nothing can reach role 'rep': no course grants 'k' above level 2"
    assert (level.code, level.severity, level.place) == ("level-ungranted", Severity.WARNING, "competency 'k'")
    assert level.message == (
        "role 'rep' asks for 'k' at level 4, and no course grants it above level 2; it can only come by evidence"
    )
    assert level.mend == "let a course grant it at level 4, or ask for level 2"


def test_a_role_names_the_root_cause_of_everything_it_misses() -> None:
    role = found(
        a_course("a", needs=needs("x:1")),
        a_course("b", needs=needs("a")),
        a_role("rep", "b", "y:2"),
        code="role-unreachable",
    )[0]
    assert "no course grants 'x'; no course grants 'y'" in role.message


def test_more_than_three_causes_are_counted() -> None:
    role = found(a_role("rep", "v:1", "w:1", "x:1", "y:1", "z:1"), code="role-unreachable")[0]
    assert role.message.endswith("'v'; no course grants 'w'; no course grants 'x'; and 2 more")


def test_a_course_out_of_reach_names_the_root_cause_and_not_what_it_waits_for() -> None:
    parts = (a_course("a", needs=needs("x:1")), a_course("b", needs=needs("a")), a_course("c", needs=needs("b")))
    messages = {finding.id: finding.message for finding in found(*parts, code="course-unreachable")}
    assert list(messages) == ["a", "b", "c"]
    assert all(message.endswith(": no course grants 'x'") for message in messages.values())


def test_an_alternative_in_reach_is_enough() -> None:
    parts = (a_course("open"), a_course("shut", needs=needs("x:1")))
    assert codes(*parts, a_role("rep", any_of([fact("open"), fact("shut")]))) == [
        ("course-unreachable", "course 'shut'"),
        ("level-ungranted", "competency 'x'"),
    ]


def test_a_level_that_several_ask_for_is_one_finding() -> None:
    (level,) = found(
        a_course("a", needs=needs("x:1")), a_role("r1", "x:1"), a_role("r2", "x:1", "a"), code="level-ungranted"
    )
    assert level.message.startswith(
        "role 'r1', role 'r2' and course 'a' ask for 'x' at level 1, and no course grants it;"
    )
    assert level.mend == "let a course grant it at level 1"


# --- Warnings --------------------------------------------------------------------------------------------------------


def test_a_course_that_no_role_needs_is_unused() -> None:
    parts = (a_course("needed"), a_course("spare"), a_course("other-way"))
    rep = a_role("rep", any_of([fact("needed"), fact("other-way")]))
    assert codes(*parts, rep) == [("course-unused", "course 'spare'")]


def test_without_roles_no_course_is_unused() -> None:
    assert not found(a_course("a"), a_course("b"))


def test_an_item_that_another_one_implies_is_redundant() -> None:
    parts = (
        a_course("a"),
        a_course("b", needs=needs("a")),
        a_course("c", needs=needs("b")),
        a_course("d", needs=needs("a", "c")),
    )
    (item,) = found(*parts)
    assert (item.code, item.severity, item.place) == ("prerequisite-redundant", Severity.WARNING, "course 'd'")
    assert item.message == "course 'd' asks for 'a' beside 'c', which nobody reaches without it"
    assert item.mend == "drop 'a' there"


def test_an_item_that_another_one_can_do_without_is_not_redundant() -> None:
    parts = (
        a_course("a"),
        a_course("x"),
        a_course("b", needs=any_of([fact("a"), fact("x")])),
        a_course("d", needs=needs("a", "b")),
    )
    assert not found(*parts)


def test_an_item_that_all_alternatives_need_is_redundant() -> None:
    parts = (
        a_course("a"),
        a_course("left", needs=needs("a"), grants=["k:2"]),
        a_course("right", needs=needs("a"), grants=["k:2"]),
        a_course("d", needs=needs("k:2", "a")),
    )
    assert [f.message for f in found(*parts)] == [
        "course 'd' asks for 'a' beside 'k' at level 2, which nobody reaches without it"
    ]


def test_a_group_that_another_item_fulfils_is_redundant() -> None:
    parts = (
        a_course("a"),
        a_course("x"),
        a_course("b", needs=needs("a")),
        a_course("d", needs=needs("b", any_of([fact("a"), fact("x")]))),
        a_course("e", needs=needs("b", AtLeast(2, (fact("a"), fact("x"), fact("d"))))),
    )
    assert [f.message for f in found(*parts)] == [
        "course 'd' asks for (one of 'a' or 'x') beside 'b', which nobody reaches without it"
    ]
    assert found(*parts)[0].mend == "drop that group there"


def test_redundant_items_are_found_within_groups() -> None:
    parts = (
        a_course("a"),
        a_course("x"),
        a_course("b", needs=needs("a")),
        a_course("d", needs=any_of([needs("a", "b"), fact("x")])),
    )
    assert codes(*parts) == [("prerequisite-redundant", "course 'd'")]


def test_a_course_that_asks_for_one_competency_twice_is_told_to_ask_once() -> None:
    parts = (
        a_course("a", grants=["k:3"]),
        a_course("b", needs=needs("k:1", "k:3")),
        a_course("c", needs=needs("a", "a")),
    )
    assert [(f.code, f.message) for f in found(*parts)] == [
        ("prerequisite-redundant", "course 'b' asks for 'k' at level 1 and for 'k' at level 3, which includes it"),
        ("prerequisite-redundant", "course 'c' asks for 'a' twice"),
    ]


def test_a_role_that_asks_for_one_competency_at_two_levels_asks_twice() -> None:
    (twice,) = found(a_course("a", grants=["k:3"]), a_role("rep", "k:1", "k:3"))
    assert (twice.code, twice.place) == ("role-asks-twice", "role 'rep'")
    assert twice.message == "role 'rep' asks for 'k' at level 1 and for 'k' at level 3, which includes it"


def test_two_levels_of_one_competency_as_alternatives_are_not_asked_twice() -> None:
    assert not found(a_course("a", grants=["k:3"]), a_role("rep", any_of([fact("k:1"), fact("k:3")])))


def test_asking_twice_is_found_even_where_nobody_gets() -> None:
    assert ("role-asks-twice", "role 'rep'") in codes(a_role("rep", "k:1", "k:3"))


def test_an_unavoidable_course_with_one_session_left_is_a_bottleneck() -> None:
    sessions = (a_session("full", 0), a_session("last", 8))
    (narrow,) = found(a_course("a", sessions=sessions, grants=["k:1"]), a_role("r1", "k:1"), a_role("r2", "a"))
    assert (narrow.code, narrow.place, narrow.involves) == ("single-session", "course 'a'", ("r1", "r2"))
    assert (
        narrow.message == "role 'r1' and role 'r2' cannot do without 'a', and session 'last' is the only one with seats"
    )


def test_an_unavoidable_course_without_seats_is_told() -> None:
    (none,) = found(a_course("a", sessions=(a_session("full", 0),)), a_role("rep", "a"))
    assert (none.code, none.message) == (
        "no-seats",
        "role 'rep' cannot do without 'a', and none of its sessions has seats",
    )


def test_two_sessions_with_seats_an_alternative_or_no_sessions_at_all_are_no_bottleneck() -> None:
    one, two = (a_session("s1", 8),), (a_session("s1", 8), a_session("s2", 8))
    assert not found(a_course("a", sessions=two), a_role("rep", "a"))
    assert not found(a_course("a"), a_role("rep", "a"))
    assert not found(a_course("a", sessions=one), a_course("b"), a_role("rep", any_of([fact("a"), fact("b")])))


def test_an_objective_whose_competency_no_role_asks_for_is_uncovered() -> None:
    objective = Objective(id="grow", title="Grow", competencies=("k", "x"))
    names = tuple(Competency(id=name, title=name) for name in ("k", "x"))
    (bare,) = found(
        a_course("a", grants=["k:1", "x:1"]), a_role("rep", "k:1"), objectives=(objective,), competencies=names
    )
    assert (bare.code, bare.place, bare.involves) == ("objective-uncovered", "objective 'grow'", ("x",))
    assert bare.message == "objective 'grow' rests on 'x', which no role asks for"


def test_competencies_that_lie_under_themselves_are_told_once() -> None:
    parents = {"e": "c", "a": None, "c": "d", "d": "b", "b": "c", "self": "self"}
    names = tuple(Competency(id=name, title=name, parent=parent) for name, parent in parents.items())
    ring, alone = found(competencies=names)
    assert (ring.code, ring.place, ring.involves) == ("parent-ring", "competency 'c'", ("d", "b"))
    assert ring.message == "'c' lies under 'd', which lies under 'b', which lies under 'c'"
    assert alone.message == "'self' lies under 'self'"


# --- All together ----------------------------------------------------------------------------------------------------


def test_errors_come_first_and_then_the_documents_order() -> None:
    objective = Objective(id="grow", title="Grow", competencies=("k",))
    parts = (
        a_course("spare"),
        a_course("lab", needs=needs("lecture")),
        a_course("lecture", needs=needs("lab")),
        a_role("chief", "x:2"),
        a_role("rep", "lab"),
    )
    assert codes(*parts, objectives=(objective,)) == [
        ("mutual-prerequisites", "course 'lab'"),
        ("role-unreachable", "role 'chief'"),
        ("role-unreachable", "role 'rep'"),
        ("objective-uncovered", "objective 'grow'"),
        ("level-ungranted", "competency 'x'"),
        ("course-unused", "course 'spare'"),
    ]


def random_curricula(seeds: range) -> list[Curriculum]:
    return [random_curriculum(random.Random(seed), courses=4 + seed % 12, roles=2) for seed in seeds]


def test_an_error_says_that_a_course_or_role_is_out_of_reach_exactly_where_one_is() -> None:
    for curriculum in random_curricula(range(300)):
        net = NetBuilder(curriculum).net([role.requires for role in curriculum.roles], whole=True)
        reach = net.reach([])
        told = check_curriculum(curriculum)
        errors = [finding for finding in told if finding.severity is Severity.ERROR]
        shut = {course.id for number, course in enumerate(net.courses) if number not in reach.taken}
        named = {finding.id for finding in errors if finding.kind is Place.COURSE}
        named.update(name for finding in errors for name in finding.involves)
        assert named == shut
        roles = {role.id for role, node in zip(curriculum.roles, net.wanted, strict=True) if not reach.held[node]}
        assert {finding.id for finding in errors if finding.kind is Place.ROLE} == roles
        assert told == check_curriculum(curriculum)


def test_an_item_called_redundant_can_be_dropped_without_any_course_coming_sooner() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng, courses=10)
        last = all_of([fact(f"c{rng.randrange(10)}") for _ in range(4)])
        curriculum = replace(curriculum, roles=(Role(id="last", title="Last", requires=last),))
        dropped = [
            f for f in check_curriculum(curriculum) if f.kind is Place.ROLE and f.code == "prerequisite-redundant"
        ]
        for finding in dropped:
            item = fact(finding.mend.split("'")[1])
            fewer = [other for other in last.items if other != item]
            net = NetBuilder(curriculum).net([all_of(fewer), item])
            for _ in range(20):
                reach = net.reach([], [rng.random() < 0.7 for _ in net.courses])
                assert reach.held[net.wanted[1]] or not reach.held[net.wanted[0]]
