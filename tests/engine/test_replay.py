"""The independent checker: it lets a sound path pass and stops every other."""

from __future__ import annotations

import random
from datetime import date

import pytest

from lms.engine.path import Planner
from lms.engine.profile import Profile, profile_on
from lms.engine.replay import UnsoundPathError, replay
from tests.build import a_course, fact, needs
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)
FIRST = a_course("first", grants=["k:1"])
SECOND = a_course("second", needs=needs("k:1"), grants=["k:2"])


def test_a_path_in_order_passes() -> None:
    replay(Profile(), [FIRST, SECOND], [fact("k:2"), fact("second")])


def test_a_step_whose_turn_comes_too_early_is_named() -> None:
    with pytest.raises(UnsoundPathError, match="step 1, 'second'"):
        replay(Profile(), [SECOND, FIRST], [fact("k:2")])


def test_a_goal_that_stays_open_is_named() -> None:
    with pytest.raises(UnsoundPathError, match="level=2"):
        replay(Profile(), [FIRST], [fact("k:2")])


def test_what_is_held_at_the_start_counts() -> None:
    replay(Profile(levels={"k": 1}), [SECOND], [fact("k:2")])


def test_leaving_a_step_out_of_any_planned_path_is_noticed() -> None:
    noticed = 0
    for seed in range(200):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng)
        person = random_person(rng, curriculum, TODAY)
        planner = Planner(curriculum)
        path, query = planner.plan(person, TODAY), planner.query(person, TODAY)
        steps = [step.course for step in path.steps if not step.renews]
        profile = profile_on(curriculum, person, TODAY)
        for left_out in steps:
            with pytest.raises(UnsoundPathError):
                replay(profile, [course for course in steps if course is not left_out], query.wanted)
            noticed += 1
    assert noticed > 100
