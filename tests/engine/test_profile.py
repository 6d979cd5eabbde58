"""From the ledger to what is held on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lms.engine.competency import Attainment, Competency, EvidencePolicy
from lms.engine.curriculum import Curriculum, Equivalence, Grant
from lms.engine.person import Evidence, Exemption, Person
from lms.engine.profile import Profile, profile_on, record_on
from lms.engine.requirement import CourseDone
from tests.build import a_course, a_curriculum, a_person

MARCH, TODAY = date(2026, 3, 1), date(2026, 11, 23)


def curriculum(**more: Any) -> Curriculum:
    granted = Grant(competency="k", level=2, valid_months=6)
    return a_curriculum(a_course("c", grants=[granted]), a_course("d", grants=["k:1", "m:3"]), **more)


def rated(level: int, on: date, source: str = "self", until: date | None = None) -> Evidence:
    return Evidence(competency="k", level=level, on=on, until=until, source=source)


def held(person: Person, day: date = TODAY, **rules: Any) -> Profile:
    return profile_on(curriculum(**rules), person, day)


def test_evidence_counts_from_its_first_day_through_its_last() -> None:
    person = a_person(evidence=(rated(3, MARCH, until=date(2026, 6, 30)),))
    days = (date(2026, 2, 28), MARCH, date(2026, 6, 30), date(2026, 7, 1))
    assert [held(person, day).levels.get("k", 0) for day in days] == [0, 3, 3, 0]


def test_a_completion_grants_from_its_day_through_the_day_before_the_same_day_months_later() -> None:
    person = a_person(completed=[("c", date(2026, 1, 15))])
    days = (date(2026, 1, 14), date(2026, 1, 15), date(2026, 7, 14), date(2026, 7, 15))
    assert [held(person, day).levels.get("k", 0) for day in days] == [0, 2, 2, 0]
    assert [CourseDone("c").course in held(person, day).done for day in days] == [False, True, True, True]


def test_a_month_that_is_too_short_grants_through_its_last_day() -> None:
    person = a_person(completed=[("c", date(2026, 8, 31))])
    assert held(person, date(2027, 2, 28)).levels == {"k": 2}
    assert held(person, date(2027, 3, 1)).levels == {}


def test_of_several_completions_each_counts() -> None:
    person = a_person(completed=[("c", date(2026, 1, 1)), ("c", date(2026, 9, 1))])
    assert held(person).levels == {"k": 2}


RATINGS = (
    rated(3, MARCH, "peer"),
    rated(1, date(2026, 9, 1), "self"),
    rated(2, date(2026, 5, 1), "manager"),
    rated(1, date(2026, 4, 1), "manager"),
)


@pytest.mark.parametrize(
    ("policy", "level"), [(EvidencePolicy.HIGHEST, 3), (EvidencePolicy.LATEST, 1), (EvidencePolicy.BY_SOURCE, 2)]
)
def test_the_policy_makes_one_level_of_several_ratings(policy: EvidencePolicy, level: int) -> None:
    found = held(a_person(evidence=RATINGS), policy=policy, sources=("manager", "peer"))
    assert found.levels == {"k": level}


def test_a_competency_s_own_policy_overrides_the_curriculum_s() -> None:
    competencies = (Competency(id="k", title="K", policy=EvidencePolicy.LATEST), Competency(id="m", title="M"))
    assert held(a_person(evidence=RATINGS), competencies=competencies).levels == {"k": 1}


def test_the_higher_of_two_ratings_of_one_day_is_the_latest() -> None:
    person = a_person(evidence=(rated(1, MARCH), rated(3, MARCH), rated(2, MARCH)))
    assert held(person, policy=EvidencePolicy.LATEST).levels == {"k": 3}


def test_a_source_that_is_not_listed_ranks_last_and_none_means_self() -> None:
    person = a_person(evidence=(rated(3, TODAY, "somebody"), rated(1, MARCH)))
    assert held(person, policy=EvidencePolicy.BY_SOURCE, sources=("self",)).levels == {"k": 1}


def test_a_rating_of_level_0_shows_absence_where_the_latest_counts() -> None:
    person = a_person(evidence=(rated(3, MARCH), rated(0, date(2026, 9, 1))))
    assert held(person, policy=EvidencePolicy.LATEST).levels == {}
    assert held(person, policy=EvidencePolicy.HIGHEST).levels == {"k": 3}


def test_completions_are_entries_of_the_source_course() -> None:
    person = a_person(evidence=(rated(4, MARCH, "peer"),), completed=[("c", TODAY)])
    assert held(person, policy=EvidencePolicy.BY_SOURCE, sources=("course", "peer")).levels == {"k": 2}


def test_an_exempted_level_holds_at_least_whatever_the_policy_says() -> None:
    spared = Exemption(fact=Attainment("k", 2), until=date(2026, 12, 31))
    person = a_person(evidence=(rated(0, TODAY),), exempt=(spared,))
    record = record_on(curriculum(policy=EvidencePolicy.LATEST), person, TODAY)
    assert record.profile().levels == {"k": 2}
    assert record.profile(date(2027, 1, 1)).levels == {}


def test_an_exempted_course_counts_as_done_while_the_exemption_is_in_force() -> None:
    spared = Exemption(fact=CourseDone("c"), on=MARCH, until=date(2028, 2, 1))
    days = (date(2026, 2, 28), MARCH, date(2028, 2, 1), date(2028, 2, 2))
    found = [held(a_person(exempt=(spared,)), day) for day in days]
    assert [("c" in profile.done, profile.levels.get("k", 0)) for profile in found] == [
        (False, 0), (True, 2), (True, 2), (False, 0),
    ]  # fmt: skip
    assert all(profile.completed == frozenset() for profile in found)


def test_an_equivalence_counts_for_completions_up_to_its_last_day_and_is_not_chained() -> None:
    rules: dict[str, Any] = {
        "equivalences": (
            Equivalence(course="old", counts_as="c", until=MARCH),
            Equivalence(course="c", counts_as="d"),
        )
    }
    person = a_person(completed=[("old", MARCH)])
    assert held(person, date(2026, 4, 1), **rules).done == {"c"}
    late = a_person(completed=[("old", date(2026, 3, 2))])
    assert held(late, **rules).done == frozenset()
    assert held(a_person(completed=["c"]), **rules).done == {"c", "d"}


def test_what_is_dated_after_the_planning_day_does_not_count_on_later_days_either() -> None:
    person = a_person(evidence=(rated(3, date(2026, 12, 1)),), completed=[("c", date(2026, 12, 1))])
    record = record_on(curriculum(), person, TODAY)
    assert record.profile(date(2027, 6, 1)) == Profile()
