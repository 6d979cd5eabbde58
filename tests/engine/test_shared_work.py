"""What people share: a planner that has planned for others answers as one that has not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from lms.engine.competency import Attainment, EvidencePolicy
from lms.engine.curriculum import Curriculum, Grant
from lms.engine.dating.elevation import elevation
from lms.engine.days import Period
from lms.engine.path import Planner
from lms.engine.person import Completion, Evidence, Exemption, Person
from lms.engine.requirement import CourseDone
from tests.build import a_course, a_curriculum, a_person, a_role
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)


def test_an_order_is_not_shared_with_who_lacks_more_levels_of_what_is_wanted() -> None:
    curriculum = a_curriculum(
        a_course("long", 2.5, grants=["k1:3"]), a_course("short", 1, grants=["k2:1"]), a_role("r", "k1:3", "k2:1")
    )
    new = a_person(targets=("r",))
    almost = replace(new, evidence=(Evidence(competency="k1", level=2, on=TODAY),))
    planner = Planner(curriculum)
    assert planner.plan(new, TODAY).chosen == ("long", "short"), "three levels in 2.5 hours before one in 1"
    assert planner.plan(almost, TODAY).chosen == ("short", "long"), "one level in 1 hour before one in 2.5"


def test_hours_are_not_shared_with_who_takes_a_course_again() -> None:
    first_aid = a_course("first-aid", 8, renewal_hours=2, grants=[Grant(competency="aid", level=1, valid_months=12)])
    curriculum = a_curriculum(first_aid, a_role("r", "aid:1"))
    new = a_person(targets=("r",))
    again = replace(new, completed=(Completion(course="first-aid", on=date(2020, 1, 1)),))
    planner = Planner(curriculum)
    assert [planner.plan(person, TODAY).hours for person in (new, again, new)] == [800, 200, 800]


def test_a_fork_is_not_shared_with_who_is_exempt_from_the_other_course() -> None:
    either = [a_course("a", 1, grants=["k:1"]), a_course("b", 2, grants=["k:1"])]
    by_source = EvidencePolicy.BY_SOURCE
    planner = Planner(a_curriculum(*either, a_role("r", "k:1"), policy=by_source, sources=("manager", "course")))
    lacking = a_person(targets=("r",), evidence=(Evidence(competency="k", level=0, on=TODAY, source="manager"),))
    exempt = replace(lacking, exempt=(Exemption(fact=CourseDone("b")),))
    assert [told(planner, person, [])[1] for person in (lacking, exempt, lacking)] == [{"a": ("b",)}, {}, {"a": ("b",)}]


def test_whoever_was_planned_before_a_path_is_the_one_that_a_new_planner_gives() -> None:
    shared = 0
    for seed in range(16):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng, courses=12, competencies=3, levels=4, roles=2)
        people = [twin for _ in range(2) for twin in twins(rng, curriculum, random_person(rng, curriculum, TODAY))]
        rng.shuffle(people)
        warm = Planner(curriculum)
        for person in people:
            own = [course.id for course in rng.sample(curriculum.courses, 12)] if rng.random() < 0.4 else []
            path, *around = told(warm, person, own)
            assert [path, *around] == told(Planner(curriculum), person, own), (seed, person)
            shared += bool(path.steps)
    assert shared > 80


def told(planner: Planner, person: Person, own: list[str]) -> list[Any]:
    """The path, and all else that is told of it."""
    query = planner.query(person, TODAY)
    path = planner.answer(query, own_order=own)
    ways = query.forks([(step.course, step.renews, step.because) for step in path.steps])
    return [path, ways, elevation(query.record, person, query.items, path.gates, path.steps, risen=query.risen)]


def twins(rng: random.Random, curriculum: Curriculum, person: Person) -> Iterator[Person]:
    """The person, and others who differ from them in one thing each."""
    yield person
    yield replace(person, id="twin", weekly_hours=Fraction(rng.randint(1, 9)))
    yield replace(person, away=(Period(TODAY, TODAY + timedelta(days=rng.randint(1, 30))),))
    for name in rng.sample(curriculum.competencies, 2):
        level, on = rng.randint(1, len(curriculum.scale)), TODAY - timedelta(days=rng.randint(0, 400))
        yield replace(person, evidence=(*person.evidence, Evidence(competency=name.id, level=level, on=on)))
        yield replace(person, exempt=(*person.exempt, Exemption(fact=Attainment(name.id, level))))
    course = rng.choice(curriculum.courses)
    yield replace(person, exempt=(*person.exempt, Exemption(fact=CourseDone(course.id))))
    done = Completion(course=rng.choice(curriculum.courses).id, on=TODAY - timedelta(days=40))
    yield replace(person, completed=(*person.completed, done))
    yield replace(person, completed=())
