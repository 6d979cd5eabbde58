"""A person's own order: kept wherever prerequisites allow, across every replan, and nothing at all while it is empty."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from lms.engine.curriculum import Session
from lms.engine.explain import Explainer
from lms.engine.path import LearningPath, Planner, plan_path
from lms.engine.person import Completion
from lms.interop.path_document import path_text
from tests.build import a_course, a_curriculum, a_person, a_role, needs
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)
LIVE = Session(
    id="s",
    starts=datetime(2026, 12, 14, 9, tzinfo=UTC),
    ends=datetime(2026, 12, 14, 12, tzinfo=UTC),
    seats=3,
)
FOUR = a_curriculum(
    a_course("a", 2, grants=["w:1"]),
    a_course("b", 3, grants=["x:1"]),
    a_course("c", 4, needs=needs("w:1"), grants=["y:1"]),
    a_course("d", 5, grants=["z:1"]),
    a_course("live", 3, grants=["v:1"], sessions=(LIVE,)),
    a_course("twin", 3, grants=["x:1"]),
    a_role("r", "w:1", "x:1", "y:1", "z:1", "v:1"),
)
DANA = a_person(targets=("r",))


def studied(path: LearningPath) -> list[str]:
    return [step.course.id for step in path.steps if step.session is None]


def test_an_own_order_is_kept_and_gives_way_only_to_a_prerequisite() -> None:
    assert studied(plan_path(FOUR, DANA, TODAY)) == ["a", "b", "c", "d"]
    assert studied(plan_path(FOUR, DANA, TODAY, own_order=["d", "b", "a", "c"])) == ["d", "b", "a", "c"]
    assert studied(plan_path(FOUR, DANA, TODAY, own_order=["d", "c", "b", "a"])) == ["d", "b", "a", "c"]
    done = replace(DANA, completed=(Completion(course="a", on=TODAY),))
    assert studied(plan_path(FOUR, done, TODAY, own_order=["d", "c", "b", "a"])) == ["d", "c", "b"]


def test_of_equals_the_course_of_the_own_order_is_chosen_and_explained() -> None:
    path = plan_path(FOUR, DANA, TODAY, own_order=["twin"])
    assert {"twin"} == {"b", "twin"} & set(path.chosen)
    query = Planner(FOUR).query(DANA, TODAY)
    why = Explainer(query, ["twin"]).why("twin")
    assert (why.regret, why.instead) == (0, ("b",))


def test_without_an_own_order_or_with_unknown_courses_only_the_path_is_the_same_to_the_byte() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng)
        person = random_person(rng, curriculum, TODAY)
        planner = Planner(curriculum)
        plain = planner.plan(person, TODAY)
        for order in ((), ("of another curriculum",)):
            assert path_text(planner.plan(person, TODAY, own_order=order), "") == path_text(plain, ""), seed


def test_an_own_order_says_what_the_previous_path_in_that_order_said() -> None:
    compared = 0
    for seed in range(60):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng)
        person = random_person(rng, curriculum, TODAY)
        planner = Planner(curriculum)
        before = planner.plan(person, TODAY)
        again = planner.plan(person, TODAY + timedelta(days=1), previous=before)
        kept = planner.plan(person, TODAY + timedelta(days=1), own_order=before.chosen)
        if before.chosen:
            assert path_text(kept, "") == path_text(again, ""), seed
            compared += 1
    assert compared > 20
