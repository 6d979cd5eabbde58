"""Rankings: by requirements met and by the ramp, from what was shown and achieved, and from nothing else of a person."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.curriculum import AttestationGate, MonthsInRole, OutcomeGate
from lms.engine.days import Period
from lms.engine.judging.bearing import bearing
from lms.engine.judging.ranking import RULE, Contender, Ranking, rank
from lms.engine.path import Planner
from lms.engine.person import Attestation, Completion, Evidence, Exemption, Outcome, Person, Stint
from lms.engine.profile import profile_on
from lms.engine.readiness import Readiness, readiness
from lms.engine.requirement import CourseDone
from lms.interop.ranking_json import ranking_to_document
from tests.build import TODAY, a_course, a_curriculum, a_person, a_role
from tests.random_curricula import random_curriculum, random_person

GATES = (
    OutcomeGate(metric="quota", months=1, at_least=Decimal("0.9")),
    MonthsInRole(role="closer", at_least=9),
    AttestationGate(by="manager", title="Led a negotiation"),
)
SALES = a_curriculum(
    a_course("price", 8, grants=["price:2"], cost=12_000),
    a_course("talk", 4, grants=["talk:2"], cost=50_000),
    a_role("closer", "price:2", "talk:2", gates=GATES),
    a_role("legend", "price:2", "talk:4"),
)
ENTERS = {"evidence", "completed", "exempt", "outcomes"}
"""What the profile is made of, and outcomes; every other field of a person must not matter."""


def bytes_of(ranking: Ranking, digest: str) -> str:
    return json.dumps(ranking_to_document(ranking, digest), ensure_ascii=False, sort_keys=True)


def shows(*entries: tuple[str, int]) -> Person:
    return a_person(evidence=tuple(Evidence(competency=name, level=level, on=TODAY) for name, level in entries))


def ranked(role: str = "closer", **people: Person) -> Ranking:
    return rank(Planner(SALES), role, [Contender(key=key, person=one) for key, one in people.items()], TODAY)


def test_the_two_orders_stand_side_by_side_and_equals_share_a_place() -> None:
    ranking = ranked(price=shows(("price", 2)), talk=shows(("talk", 2)), none=shows(), again=shows(("price", 2)))
    found = {one.key: one for one in ranking.standings}
    assert {key: (one.met, one.hours, one.cost) for key, one in found.items()} == {
        "price": (1, 400, 50_000),
        "again": (1, 400, 50_000),
        "talk": (1, 800, 12_000),
        "none": (0, 1_200, 62_000),
    }
    assert [(one.key, one.by_ramp) for one in ranking.standings] == [
        ("again", 1),
        ("price", 1),
        ("talk", 3),
        ("none", 4),
    ]
    assert {key: one.by_requirements for key, one in found.items()} == {"price": 1, "again": 1, "talk": 1, "none": 4}
    assert found["none"].ready_on == TODAY + timedelta(days=20)  # 12 hours at 4 a week, for everybody
    assert ranking.rule == RULE


def test_what_cannot_be_learned_here_comes_after_every_ramp_and_is_named() -> None:
    ranking = ranked("legend", able=shows(("talk", 4)), unable=shows(("price", 2)))
    able, unable = ranking.standings
    assert (able.key, able.hours, able.ready_on is not None) == ("able", 800, True)
    assert (unable.hours, unable.ready_on, len(unable.unreachable)) == (0, None, 1)


def test_an_outcome_counts_while_months_in_a_role_and_a_manager_s_word_do_not() -> None:
    sold = replace(shows(), outcomes=(Outcome(metric="quota", month=date(2026, 10, 1), value=Decimal(1)),))
    served = a_person(role="closer", since=date(2020, 1, 1))
    words = a_person(attestations=(Attestation(title="Led a negotiation", by="manager", on=TODAY),))
    found = {one.key: one for one in ranked(sold=sold, served=served, words=words).standings}
    assert {key: (one.met, one.required) for key, one in found.items()} == {
        "sold": (1, 3),
        "served": (0, 3),
        "words": (0, 3),
    }


@pytest.mark.parametrize("enters", sorted(ENTERS))
def test_each_of_what_enters_can_change_the_bytes_of_a_ranking(enters: str) -> None:
    given: dict[str, Any] = {
        "evidence": (Evidence(competency="price", level=2, on=TODAY),),
        "completed": (Completion(course="price", on=TODAY),),
        "exempt": (Exemption(fact=CourseDone("price")),),
        "outcomes": (Outcome(metric="quota", month=date(2026, 10, 1), value=Decimal("0.9")),),
    }
    changed = replace(shows(), **{enters: given[enters]})
    assert bytes_of(ranked(one=changed), "x") != bytes_of(ranked(one=shows()), "x")
    without = replace(changed, outcomes=(Outcome(metric="calls", month=date(2026, 10, 1), value=Decimal(99)),))
    assert (bytes_of(ranked(one=without), "x") == bytes_of(ranked(one=shows()), "x")) == (enters == "outcomes")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_entries_that_do_not_bear_on_a_role_change_nothing_of_how_it_is_met(seed: int) -> None:
    rng = random.Random(seed)
    curriculum = random_curriculum(rng)
    role = replace(curriculum.roles[0], gates=GATES)
    person = random_person(rng, curriculum, TODAY)
    quota = [Outcome(metric=rng.choice(("quota", "calls")), month=date(2026, n, 1), value=Decimal(1)) for n in (9, 10)]
    person = replace(person, outcomes=tuple(quota))
    what = bearing(curriculum, role)
    less = replace(
        person,
        evidence=tuple(one for one in person.evidence if one.competency in what.competencies),
        completed=tuple(one for one in person.completed if one.course in what.courses),
        exempt=tuple(
            one
            for one in person.exempt
            if (
                one.fact.course in what.courses
                if isinstance(one.fact, CourseDone)
                else one.fact.competency in what.competencies
            )
        ),
        outcomes=tuple(
            one for one in quota if one.metric in what.metrics and one.month >= date(2026, 11 - what.months, 1)
        ),
    )

    def how(who: Person) -> Readiness:
        return readiness((role,), who, profile_on(curriculum, who, TODAY), TODAY)

    assert how(less) == how(person)


days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
spans = st.builds(lambda first, length: Period(first, first + timedelta(days=length)), days, st.integers(0, 400))
OTHERS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.text(max_size=8),
    "role": st.none() | st.sampled_from(["closer", "legend", "gone"]),
    "since": st.none() | days,
    "stints": st.lists(st.builds(Stint, role=st.just("closer"), first=days), max_size=3).map(tuple),
    "targets": st.lists(st.sampled_from(["closer", "legend"]), max_size=2, unique=True).map(tuple),
    "aim": st.none() | days,
    "weekly_hours": st.fractions(Fraction(1, 100), Fraction(168)),
    "attestations": st.lists(
        st.builds(Attestation, title=st.just("Led a negotiation"), by=st.just("manager"), on=days), max_size=2
    ).map(tuple),
    "away": st.lists(spans, max_size=4).map(tuple),
}


def test_every_field_of_a_person_is_either_among_what_enters_or_among_what_does_not() -> None:
    assert {one.name for one in fields(Person)} == ENTERS | set(OTHERS)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), others=st.fixed_dictionaries({}, optional=OTHERS), data=st.data())
def test_changing_any_field_but_evidence_and_outcomes_leaves_the_bytes_of_a_ranking_equal(
    seed: int, others: dict[str, Any], data: st.DataObject
) -> None:
    rng = random.Random(seed)
    curriculum = random_curriculum(rng)
    roles = [replace(one, gates=GATES) for one in curriculum.roles]
    curriculum = replace(curriculum, roles=tuple(roles))
    people = {f"k{number}": random_person(rng, curriculum, TODAY) for number in range(3)}
    planner, role = Planner(curriculum), roles[0].id

    def told(who: dict[str, Person], order: list[str]) -> str:
        return bytes_of(rank(planner, role, [Contender(key=key, person=who[key]) for key in order], TODAY), "sha256:x")

    changed = data.draw(st.sampled_from(sorted(people)))
    order = data.draw(st.permutations(sorted(people)))
    assert told({**people, changed: replace(people[changed], **others)}, order) == told(people, sorted(people))
