"""Elevation plots the number of readiness, day by day; forks are courses with which the path still works."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path

import pytest

from lms.engine.dating.elevation import BEHIND, elevation
from lms.engine.forks import forks
from lms.engine.path import LearningPath, Planner
from lms.engine.person import Person
from lms.engine.profile import profile_on
from lms.engine.query import Query
from lms.engine.readiness import readiness
from lms.engine.replay import replay
from lms.interop.curriculum_file import read_curriculum
from lms.interop.person_file import read_person

ROOT = Path(__file__).parents[2] / "curricula"
CURRICULUM = read_curriculum(ROOT / "world-class-selling")
PEOPLE = {file.stem: read_person(file, CURRICULUM) for file in (ROOT / "world-class-selling-people").glob("*.yaml")}
PLANNER = Planner(CURRICULUM)
ON = date(2026, 11, 23)


def planned(person: Person) -> tuple[LearningPath, Query]:
    return PLANNER.plan(person, ON), PLANNER.query(person, ON)


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_behind_is_the_readiness_of_each_day_shown(name: str) -> None:
    person = PEOPLE[name]
    path, query = planned(person)
    found = elevation(query.record, person, query.items, path.gates, path.steps)
    assert found.behind[0][0] == ON - BEHIND
    assert found.behind[-1] == (ON, path.met)
    days = [day for day, _ in found.behind]
    for back in range(0, BEHIND.days, 7):
        day = ON - timedelta(days=back)
        shown = found.behind[bisect_right(days, day) - 1][1]
        assert shown == readiness(query.target, person, profile_on(CURRICULUM, person, day), day).met, day


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_ahead_ends_with_everything_that_has_a_day(name: str) -> None:
    path, query = planned(PEOPLE[name])
    found = elevation(query.record, PEOPLE[name], query.items, path.gates, path.steps)
    days, numbers = [day for day, _ in found.ahead], [met for _, met in found.ahead]
    assert days == sorted(set(days))
    assert numbers == sorted(numbers)
    without_a_day = sum(not gate.met and gate.on is None for gate in path.gates) + len(path.unmet)
    assert (numbers[-1] if numbers else path.met) == path.required - without_a_day


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_the_path_works_with_each_way_of_a_fork(name: str) -> None:
    path, query = planned(PEOPLE[name])
    steps = [(step.course, step.renews, step.because) for step in path.steps]
    found = forks(query.choosers.builder, query.profile, query.wanted, steps, ON)
    for course, ways in found.items():
        assert course not in ways
        for way in ways:
            assert way not in path.chosen
            courses = [CURRICULUM.course_by_id[way] if one.id == course else one for one, _, _ in steps]
            replay(query.profile, courses, query.wanted)


def test_somebody_new_may_choose_how_to_learn_to_hold_the_price() -> None:
    path, query = planned(PEOPLE["chioma"])
    steps = [(step.course, step.renews, step.because) for step in path.steps]
    assert forks(query.choosers.builder, query.profile, query.wanted, steps, ON)["holding-price"] == (
        "concession-casebook",
    )
