"""Why, why not, and what a piece of evidence would save: each answer is a solve with one thing changed."""

from __future__ import annotations

import random
from datetime import date

import pytest

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.explain import Explainer, Saving, Verdict
from lms.engine.path import Planner
from lms.engine.person import Evidence
from lms.engine.profile import profile_on
from lms.engine.reasons import Reason
from lms.engine.requirement import any_of
from lms.errors import NotFound
from tests.build import a_course, a_curriculum, a_person, a_role, fact, needs
from tests.engine import oracle
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)


def explainer(curriculum: Curriculum, **person: object) -> Explainer:
    return Explainer(Planner(curriculum).query(a_person(targets=("r",), **person), TODAY))  # type: ignore[arg-type]


LADDER = a_curriculum(
    a_course("basics", 2, grants=["k:1"]),
    a_course("cheap", 3, needs=needs("k:1"), grants=["k:2"]),
    a_course("dear", 5, needs=needs("k:1"), grants=["k:2"]),
    a_course("aside", 1, grants=["z:1"]),
    a_course("stuck", 1, needs=needs("y:4"), grants=["k:2"]),
    a_role("r", "k:2"),
)


def test_a_step_that_can_be_replaced_says_by_what_and_at_what_regret() -> None:
    why = explainer(LADDER).why("cheap")
    assert (why.regret, why.instead, why.chain) == (200, ("dear",), ())
    assert why.because == (Reason(Attainment("k", 2), "role", "r"),)


def test_a_step_that_nobody_can_avoid_says_through_what_chain() -> None:
    why = explainer(LADDER).why("basics")
    assert why.regret is None
    assert why.chain[-1].what == LADDER.course_by_id["basics"]
    assert explainer(LADDER).mandatory() == ("basics",)


@pytest.mark.parametrize(
    ("course", "verdict"),
    [
        ("cheap", Verdict.ON_THE_PATH),
        ("dear", Verdict.DEARER),
        ("aside", Verdict.OUTSIDE),
        ("stuck", Verdict.UNREACHABLE),
    ],
)
def test_a_course_is_off_the_path_for_a_reason(course: str, verdict: Verdict) -> None:
    assert explainer(LADDER).why_not(course).verdict is verdict


def test_a_course_that_lost_says_by_how_much() -> None:
    answer = explainer(LADDER).why_not("dear")
    assert (answer.excess, answer.dropped, answer.extra) == (200, ("cheap",), ())


def test_a_course_whose_grants_are_held_gives_nothing_new() -> None:
    assert explainer(LADDER, completed=["basics"]).why_not("basics").verdict is Verdict.NOTHING_NEW


def test_a_course_asked_for_by_name_gives_something_new_even_if_its_levels_are_held() -> None:
    curriculum = a_curriculum(
        a_course("named", 4, grants=["k:1"]), a_course("other", 1), a_role("r", any_of([fact("named"), fact("other")]))
    )
    rated = Evidence(competency="k", level=1, on=TODAY)
    assert explainer(curriculum, evidence=(rated,)).why_not("named").verdict is Verdict.DEARER


def test_an_unknown_course_is_not_found_and_one_off_the_path_has_no_why() -> None:
    with pytest.raises(NotFound, match="no course 'nothing'"):
        explainer(LADDER).why("nothing")
    with pytest.raises(NotFound, match="why-not"):
        explainer(LADDER).why("dear")


def test_evidence_saves_what_the_best_path_with_it_is_shorter_by() -> None:
    assert explainer(LADDER).savings() == (
        Saving(Attainment("k", 2), 500, ("basics", "cheap")),
        Saving(Attainment("k", 1), 200, ("basics",)),
    )


def test_regret_and_excess_agree_with_trying_every_set() -> None:
    for seed in range(60):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng, courses=7)
        person = random_person(rng, curriculum, TODAY)
        profile = profile_on(curriculum, person, TODAY)
        why = Explainer(Planner(curriculum).query(person, TODAY))
        for number in why.choice.courses:
            course = why.query.net.courses[number]
            left = [c for c in curriculum.courses if c is not course]
            smaller = oracle.without(curriculum, course)
            closable = all(oracle.reachable(smaller, profile, item) for item in why.query.wanted)
            regret = why.why(course.id).regret
            assert (regret is not None) == closable, seed
            if regret is not None:
                best = oracle.best_set(smaller, profile, why.query.wanted, why.query.minimise)
                assert best is not None
                least = sum(oracle.price_of(left[other], profile).hours for other in best)
                assert regret == least - why.choice.objective, seed
