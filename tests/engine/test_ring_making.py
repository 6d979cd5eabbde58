"""What may be asked for: whatever leaves a course that somebody can begin, and nothing that shuts it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from lms.engine.check import check_curriculum
from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Grant
from lms.engine.mending.findings import Place
from lms.engine.mending.ring_making import before, facts_of
from lms.engine.mending.rings import whole
from lms.engine.requirement import CourseDone, Fact, Requirement, all_of, any_of
from lms.engine.search.net import NetBuilder
from tests.build import a_course, a_curriculum, a_role, fact, needs
from tests.random_curricula import random_curriculum


def test_a_course_cannot_ask_for_what_only_comes_after_it() -> None:
    made = a_curriculum(
        a_course("a", grants=["k:2"]), a_course("b", needs=needs("k:1")), a_course("c", needs=needs("b"))
    )
    first = before(made, "a")
    assert [name for name in ("a", "b", "c", "k:1", "k:2", "k:3") if not first.has(fact(name))] == [
        "a",
        "b",
        "c",
        "k:1",
        "k:2",
    ]
    assert all(before(made).has(fact(name)) for name in ("a", "b", "c", "k:2")), (
        "a role gives nothing, so makes no ring"
    )


def test_a_ring_with_a_way_in_through_an_alternative_is_offered() -> None:
    made = a_curriculum(
        a_course("base"),
        a_course("a", grants=["k:1"]),
        a_course("b", needs=any_of([fact("base"), fact("k:1")]), grants=["m:1"]),
    )
    assert before(made, "a").has(fact("m:1"))
    shut = replace(made, courses=(made.courses[1], replace(made.courses[2], requires=fact("k:1"))))
    assert not before(shut, "a").has(fact("m:1"))
    assert before(shut, "a").opens(any_of([fact("m:1"), fact("x:1")])), "one way in is enough"
    assert not before(shut, "a").opens(all_of([fact("m:1"), fact("x:1")]))


def test_a_level_that_no_course_grants_yet_is_no_ring() -> None:
    assert before(a_curriculum(a_course("a"), a_role("rep", "x:1")), "a").has(Attainment("x", 1))


def shut_courses(curriculum: Curriculum) -> set[str]:
    """The courses that the check says nobody can begin."""
    found = [one for one in check_curriculum(curriculum) if one.kind is Place.COURSE]
    shut = {one.id for one in found if one.code in {"course-unreachable", "ring", "mutual-prerequisites"}}
    return shut | {name for one in found if "ring" in one.code or "mutual" in one.code for name in one.involves}


def with_every_level(curriculum: Curriculum) -> Curriculum:
    """Whatever no course gives is given by one more, so that only rings are left to shut anything."""
    compiled = whole(curriculum)
    lacking = (compiled.net.facts[node] for node in compiled.blockage.leaves)
    highest: dict[str, int] = {}
    for one in lacking:
        assert isinstance(one, Attainment)
        highest[one.competency] = max(highest.get(one.competency, 0), one.level)
    grants = tuple(Grant(competency=name, level=level) for name, level in highest.items())
    giver = Course(id="giver", title="Giver", hours=100, renewal_hours=100, grants=grants)
    return replace(curriculum, courses=(*curriculum.courses, giver))


def asking(curriculum: Curriculum, course: str, fact: Fact, group: Callable[..., Requirement]) -> Curriculum:
    """The curriculum with a course that asks for all of, or any of, what it asked for and the fact."""
    courses = (
        replace(one, requires=group([one.requires, fact])) if one.id == course else one for one in curriculum.courses
    )
    return replace(curriculum, courses=tuple(courses))


def test_what_is_offered_leaves_the_course_open_and_what_is_not_shuts_it_says_the_check() -> None:
    offered = refused = 0
    for seed in range(60):
        rng = random.Random(seed)
        made = with_every_level(random_curriculum(rng, courses=rng.randint(3, 9)))
        shut = shut_courses(made)
        given = [one for one in facts_of(made) if NetBuilder(made).granting(one)]
        for course in [one.id for one in made.courses[:-1] if one.id not in shut][:2]:
            can_precede = before(made, course)
            for one in rng.sample(given, k=min(4, len(given))):
                harder = asking(made, course, one, all_of)
                assert can_precede.has(one) == (course not in shut_courses(harder)), (seed, course, one)
                easier = asking(made, course, one, any_of)
                assert course not in shut_courses(easier)
                assert can_precede.opens(all_of([made.course_by_id[course].requires, one])) == can_precede.has(one)
                offered, refused = offered + can_precede.has(one), refused + (not can_precede.has(one))
    assert min(offered, refused) > 50


@pytest.mark.parametrize("courses", [300])
def test_every_fact_of_a_large_curriculum_is_answered_while_somebody_types(courses: int) -> None:
    made = random_curriculum(random.Random(1), courses=courses, competencies=120, levels=4)
    began = time.perf_counter()
    can_precede = before(made, "c7")
    assert not can_precede.has(CourseDone("c7"))
    [can_precede.has(one) for one in facts_of(made)]
    assert time.perf_counter() - began < 0.5, "about 10 ms on a quiet machine"
