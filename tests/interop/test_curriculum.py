"""A good curriculum document is read as it is meant; every other is refused with sentences that name the mend."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lms.engine.competency import Competency, EvidencePolicy, Holders, Kind, Origin
from lms.engine.curriculum import (
    AttestationGate,
    CompletedBy,
    Course,
    Delivery,
    Equivalence,
    Grant,
    Limits,
    MonthsInRole,
    Objective,
    OutcomeGate,
    Session,
)
from lms.engine.days import Period
from lms.engine.person import Completion, Person
from lms.engine.requirement import NOTHING
from lms.interop.curriculum_file import parse_curriculum
from tests.build import fact
from tests.interop.contract_examples import CURRICULUM
from tests.interop.documents import Values, a_document, problems_of, refusals, the_curriculum

MINIMAL: Values = {
    "format": "lms-curriculum/1",
    "id": "a",
    "title": "",
    "scale": [{"level": 1, "title": ""}],
    "competencies": [],
    "courses": [],
    "roles": [],
}


def test_every_key_reaches_its_place() -> None:
    curriculum = the_curriculum()
    assert (curriculum.id, curriculum.title, len(curriculum.scale)) == ("acme", "Acme", 4)
    assert (curriculum.policy, curriculum.sources) == (EvidencePolicy.LATEST, ("manager", "self"))
    assert curriculum.blackouts == (Period(date(2026, 12, 21), date(2027, 1, 3), "Quarter end"),)
    assert curriculum.objectives == (
        Objective(id="grow", title="Grow", weight=Decimal(3), competencies=("negotiating",)),
    )
    assert curriculum.competencies[0] == Competency(
        id="negotiating",
        title="Negotiating",
        kind=Kind.SKILL,
        cluster="Partnering",
        description="Text",
        levels={3: "Holds price"},
        policy=EvidencePolicy.HIGHEST,
        raters=("manager",),
        holders=Holders(level=3, people=2),
        parent="discovery",
        related=("discovery",),
        source=Origin(system="case", id="8f2", uri="https://example.org"),
    )
    noon = datetime(2027, 1, 14, 11, tzinfo=UTC)
    assert curriculum.courses[0] == Course(
        id="holding-price",
        title="Holding price",
        hours=300,
        renewal_hours=125,
        cost=12000,
        delivery=Delivery.VIRTUAL,
        completion=CompletedBy.TRAINER,
        summary="Text",
        link="https://example.org",
        provider="Acme",
        requires=fact("negotiating:2"),
        grants=(Grant(competency="negotiating", level=3, valid_months=24),),
        sessions=(Session(id="s1", starts=datetime(2027, 1, 14, 9, tzinfo=UTC), ends=noon, seats=12),),
        source=Origin(system="scorm", id="x"),
    )
    assert curriculum.equivalences == (
        Equivalence(course="old-pricing", counts_as="holding-price", until=date(2026, 6, 30)),
    )


def test_a_role_and_a_test_reach_their_places() -> None:
    role, test = the_curriculum().roles[0], the_curriculum().tests[0]
    assert (role.family, role.description, role.approvers, role.next) == ("sales", "Text", 2, ("sdr",))
    assert role.gates == (
        MonthsInRole(role="sdr", at_least=9),
        OutcomeGate(metric="quota", months=6, at_least=Decimal("0.9")),
        AttestationGate(by="manager", title="Led a negotiation"),
    )
    assert (test.title, test.roles, test.status, test.on) == (
        "An SDR becomes AE",
        ("ae",),
        "optimal",
        date(2026, 11, 23),
    )
    assert test.at_most == Limits(hours=6000, cost=100000, courses=3, days=90)
    assert test.person == Person(id="test", role="sdr", completed=(Completion(course="basics", on=date(2026, 1, 1)),))


def test_what_is_left_out_has_the_formats_defaults() -> None:
    document = {
        **MINIMAL,
        "competencies": [{"id": "k", "title": "K", "kind": "skill"}],
        "courses": [{"id": "c", "title": "C", "hours": 2.5}],
        "roles": [{"id": "r", "title": "R", "requires": []}],
        "objectives": [{"id": "o", "title": "O"}],
        "tests": [{"title": "T", "role": ["r"]}],
    }
    curriculum = parse_curriculum(json.dumps(document), "a.json")
    course = curriculum.courses[0]
    assert (course.hours, course.renewal_hours, course.cost, course.requires) == (250, 250, 0, NOTHING)
    assert (course.delivery, course.completion) == (Delivery.SELF_PACED, CompletedBy.SELF)
    assert curriculum.policy is EvidencePolicy.HIGHEST
    assert curriculum.competencies[0].raters == ("manager", "trainer", "assessor")
    assert curriculum.roles[0].approvers == 1
    assert curriculum.objectives[0].weight == 1
    assert curriculum.tests[0].person == Person(id="test")
    assert (curriculum.blackouts, curriculum.sources, curriculum.equivalences) == ((), (), ())


def test_the_smallest_document_is_enough() -> None:
    assert refusals(MINIMAL) == []


def test_empty_wrappers_say_nothing() -> None:
    assert refusals({**MINIMAL, "policy": {}, "calendar": {}, "sources": [], "tests": []}) == []


def test_the_contracts_example_is_refused_only_for_what_it_does_not_define() -> None:
    assert problems_of(lambda: parse_curriculum(CURRICULUM, "acme.yaml")) == [
        "acme.yaml:13: objective 'grow-midmarket' rests on unknown competency 'discovery'",
        "acme.yaml:24: competency 'negotiating' lies under unknown competency 'partnering-group'",
        "acme.yaml:25: competency 'negotiating' is related to unknown competency 'setting-expectations'",
        "acme.yaml:53: role 'account-executive' requires unknown course 'forecast-clinic'",
        "acme.yaml:53: role 'account-executive' requires unknown competency 'forecasting'",
        "acme.yaml:55: role 'account-executive', gate number 1 asks for months in unknown role 'sdr'",
        "acme.yaml:58: role 'account-executive' leads to unknown role 'senior-account-executive' (did you mean 'account-executive'?)",
        "acme.yaml:60: test 'A new SDR becomes AE within 60 hours', its person is in unknown role 'sdr'",
        "acme.yaml:61: test 'Everybody can become a manager' leads to unknown role 'sales-manager'",
    ]


def test_the_contracts_own_sentence() -> None:
    text = CURRICULUM.replace("requires: {competency: negotiating", "requires: {competency: negotating")
    said = problems_of(lambda: parse_curriculum(text, "courses.yaml"))
    assert (
        "courses.yaml:38: course 'holding-price' requires unknown competency 'negotating' (did you mean 'negotiating'?)"
        in said
    )


def put(*path: Any) -> Callable[[Values], None]:
    """A change that sets the value at the path's end, or takes the key out where the value is MISSING."""
    *way, last, value = path

    def change(document: Any) -> None:
        for key in way:
            document = document[key]
        if value is MISSING:
            del document[last]
        elif isinstance(document, list) and last == len(document):
            document.append(value)
        else:
            document[last] = value

    return change


MISSING = object()
COMPETENCY, COURSE, ROLE, TEST = ("competencies", 0), ("courses", 0), ("roles", 0), ("tests", 0)
SESSION, GRANT = (*COURSE, "sessions", 0), (*COURSE, "grants", 0)
HOURS = "must be a number above 0 and at most 10,000,000"
COST = "must be a number from 0 to 1,000,000,000"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        # keys
        (put("tittle", "x"), "curriculum 'acme' has an unknown key 'tittle' (did you mean 'title'?)"),
        (put("title", MISSING), "curriculum 'acme' has no 'title', which is required"),
        (put("id", MISSING), "the curriculum has no 'id', which is required"),
        (put("format", "lms-curriculum/2"), "'format' must be lms-curriculum/1, not 'lms-curriculum/2'"),
        (put(*COURSE, "hour", 3), "course 'holding-price' has an unknown key 'hour' (did you mean 'hours'?)"),
        (put(*COURSE, "id", MISSING), "course number 1 has no 'id', which is required"),
        (put(*COURSE, "source", "url", "x"), "course 'holding-price' has an unknown key 'source.url' (did you mean 'uri'?)"),
        (put(*COMPETENCY, "holders", {"level": 2}), "competency 'negotiating' has no 'holders.people', which is required"),
        (put(*GRANT, "months", 3), "course 'holding-price', grant of 'negotiating' has an unknown key 'months'"),
        (put("policy", "evidnce", "latest"), "curriculum 'acme' has an unknown key 'policy.evidnce' (did you mean 'evidence'?)"),
        # types
        (put("courses", {}), "'courses' must be a list, not a mapping"),
        (put("courses", 0, "basics"), "item 1 of 'courses' must be a mapping of keys to values, not 'basics'"),
        (put("policy", []), "'policy' must be a mapping of keys to values, not a list"),
        (put(*COURSE, "title", 7), "course 'holding-price': 'title' must be text, not the number 7: put it in quotes"),
        (put(*COURSE, "title", True), "course 'holding-price': 'title' must be text, not true: put it in quotes"),
        (put(*COURSE, "id", 7), "course number 1: 'id' must be text, not the number 7: put it in quotes"),
        (put(*COURSE, "summary", None), "course 'holding-price': 'summary' must be text, not null: leave the key out where there is nothing to say"),
        (put(*COMPETENCY, "raters", 1, 3), "competency 'negotiating': item 2 of 'raters' must be text, not the number 3: put it in quotes"),
        # identifiers
        (put(*COURSE, "id", ""), "course '': 'id' must not be empty"),
        (put(*COURSE, "id", " a"), "course ' a': 'id' must not begin or end with a space: ' a'"),
        (put(*COURSE, "id", "x" * 201), "must have at most 200 characters, not 201"),
        (put(*COURSE, "id", "a\tb"), "course 'a\\tb': 'id' must have printable characters only, without '\\t': 'a\\tb'"),
        (put(*COURSE, "id", "a\u00a0b"), "must have printable characters only, without '\\xa0'"),
        (put("courses", 1, "id", "holding-price"), "course 'holding-price' stands twice; it stands first on line 1"),
        (put("roles", 1, "id", "ae"), "role 'ae' stands twice; it stands first on line 1"),
        (put("competencies", 1, "id", "negotiating"), "competency 'negotiating' stands twice; it stands first on line 1"),
        (put("objectives", 1, {"id": "grow", "title": ""}), "objective 'grow' stands twice; it stands first on line 1"),
        (put(*COURSE, "sessions", 1, {"id": "s1", "starts": "2027-01-14T09:00:00Z", "ends": "2027-01-14T09:00:00Z", "seats": 0}),
         "course 'holding-price', session 's1' stands twice; it stands first on line 1"),
        # references
        (put(*GRANT, "competency", "negotating"), "course 'holding-price' grants unknown competency 'negotating' (did you mean 'negotiating'?)"),
        (put(*GRANT, "competency", 3), "course 'holding-price': 'grants.competency' must be text, not the number 3: put it in quotes"),
        (put("objectives", 0, "competencies", 0, "x"), "objective 'grow' rests on unknown competency 'x'"),
        (put(*COMPETENCY, "parent", "Discovery"), "competency 'negotiating' lies under unknown competency 'Discovery' (did you mean 'discovery'?)"),
        (put(*COMPETENCY, "related", 0, "x"), "competency 'negotiating' is related to unknown competency 'x'"),
        (put("equivalences", 0, "counts_as", "old-pricing"), "equivalence of 'old-pricing' counts as unknown course 'old-pricing'"),
        (put(*ROLE, "next", 0, "sd"), "role 'ae' leads to unknown role 'sd' (did you mean 'sdr'?)"),
        (put(*ROLE, "gates", 0, "role", "x"), "role 'ae', gate number 1 asks for months in unknown role 'x'"),
        (put(*TEST, "role", "x"), "test 'An SDR becomes AE' leads to unknown role 'x'"),
        (put(*TEST, "person", "completed", 0, "course", "x"), "test 'An SDR becomes AE', its person completed unknown course 'x'"),
        # choices
        (put(*COURSE, "delivery", "self-payed"), "course 'holding-price': 'delivery' must be one of self-paced, instructor-led, virtual, coaching, on-the-job, not 'self-payed' (did you mean 'self-paced'?)"),
        (put(*COMPETENCY, "kind", 3), "competency 'negotiating': 'kind' must be one of knowledge, skill, ability, not 3"),
        (put("policy", "evidence", "best"), "'policy.evidence' must be one of highest, latest, by-source, not 'best'"),
        (put(*TEST, "status", "done"), "test 'An SDR becomes AE': 'status' must be one of ready, optimal, feasible, blocked, not 'done'"),
        (put(*ROLE, "gates", 0, "kind", "month-in-role"), "role 'ae', gate number 1: 'kind' must be one of months-in-role, outcome, attestation, not 'month-in-role' (did you mean 'months-in-role'?)"),
        (put(*ROLE, "gates", 0, "kind", MISSING), "role 'ae', gate number 1 has no 'kind', which is required: months-in-role, outcome, attestation"),
        (put(*ROLE, "gates", 1, "metric", MISSING), "role 'ae', gate number 2 has no 'metric', which is required"),
        (put(*ROLE, "gates", 2, "role", "ae"), "role 'ae', gate number 3 has an unknown key 'role'"),
        # numbers
        (put(*COURSE, "hours", 0), f"course 'holding-price': 'hours' {HOURS}, not 0"),
        (put(*COURSE, "hours", -1), f"course 'holding-price': 'hours' {HOURS}, not -1"),
        (put(*COURSE, "hours", 10_000_001), f"course 'holding-price': 'hours' {HOURS}, not 10000001"),
        (put(*COURSE, "hours", "3"), f"course 'holding-price': 'hours' {HOURS}, not '3'"),
        (put(*COURSE, "hours", True), f"course 'holding-price': 'hours' {HOURS}, not true"),
        (put(*COURSE, "hours", float("nan")), f"course 'holding-price': 'hours' {HOURS}, not NaN"),
        (put(*COURSE, "hours", float("inf")), f"course 'holding-price': 'hours' {HOURS}, not infinity"),
        (put(*COURSE, "hours", 3.001), "course 'holding-price': 'hours' must have at most two decimals, not 3.001"),
        (put(*COURSE, "hours", 10**400), f"course 'holding-price': 'hours' {HOURS}, not a number of that many digits"),
        (put(*COURSE, "renewal_hours", 3.01), "course 'holding-price': 'renewal_hours' must not be above 'hours'; leave it out where both are the same"),
        (put(*COURSE, "renewal_hours", 0), f"course 'holding-price': 'renewal_hours' {HOURS}, not 0"),
        (put(*COURSE, "cost", -0.01), f"course 'holding-price': 'cost' {COST}, not -0.01"),
        (put(*COURSE, "cost", 1e9 + 0.01), f"course 'holding-price': 'cost' {COST}, not 1000000000.01"),
        (put(*COURSE, "cost", 0.001), "course 'holding-price': 'cost' must have at most two decimals, not 0.001"),
        (put(*GRANT, "level", 5), "course 'holding-price', grant of 'negotiating': 'level' must be a whole number from 1 to 4 (the scale's levels), not 5"),
        (put(*GRANT, "level", 0), "must be a whole number from 1 to 4 (the scale's levels), not 0"),
        (put(*GRANT, "level", 2.5), "must be a whole number from 1 to 4 (the scale's levels), not 2.5"),
        (put(*GRANT, "valid_months", 0), "'valid_months' must be a whole number from 1 to 1,200, not 0"),
        (put(*GRANT, "valid_months", 1201), "'valid_months' must be a whole number from 1 to 1,200, not 1201"),
        (put(*SESSION, "seats", -1), "course 'holding-price', session 's1': 'seats' must be a whole number from 0 to 1,000,000,000, not -1"),
        (put("objectives", 0, "weight", 0), "objective 'grow': 'weight' must be a number above 0, not 0"),
        (put("objectives", 0, "weight", float("-inf")), "objective 'grow': 'weight' must be a number above 0, not infinity"),
        (put("objectives", 0, "weight", 1e200), "objective 'grow': 'weight' must be a number of at most a hundred digits"),
        (put(*ROLE, "approvers", 3), "role 'ae': 'approvers' must be a whole number from 1 to 2, not 3"),
        (put(*ROLE, "gates", 0, "at_least", -1), "role 'ae', gate number 1: 'at_least' must be a whole number from 0 to 1,200, not -1"),
        (put(*ROLE, "gates", 1, "months", 0), "role 'ae', gate number 2: 'months' must be a whole number from 1 to 1,200, not 0"),
        (put(*ROLE, "gates", 1, "at_least", "0.9"), "role 'ae', gate number 2: 'at_least' must be a number, not '0.9'"),
        (put(*COMPETENCY, "holders", "people", 0), "competency 'negotiating': 'holders.people' must be a whole number from 1 to 1,000,000,000, not 0"),
        (put(*TEST, "at_most", "hours", -1), "test 'An SDR becomes AE': 'at_most.hours' must be a number from 0"),
        # time
        (put("calendar", "blackouts", 0, "to", "2026-12-20"), "blackout 'Quarter end': 'to' must not be before 'from', which is 2026-12-21"),
        (put("equivalences", 0, "until", "2026-02-30"), "equivalence of 'old-pricing': 'until' must be a day that exists, written YYYY-MM-DD, not '2026-02-30'"),
        (put("equivalences", 0, "until", "20260228"), "equivalence of 'old-pricing': 'until' must be a day written YYYY-MM-DD, not '20260228'"),
        (put("equivalences", 0, "until", "2026-W09-1"), "must be a day written YYYY-MM-DD, not '2026-W09-1'"),
        (put("equivalences", 0, "until", 20260228), "must be a day written YYYY-MM-DD, not 20260228"),
        (put("equivalences", 0, "until", "0000-01-01"), "must be a day that exists"),
        (put(*SESSION, "starts", "2027-01-14T09:00:00"), "course 'holding-price', session 's1': 'starts' must say its offset from UTC: put Z (for UTC) or +01:00 behind '2027-01-14T09:00:00'"),
        (put(*SESSION, "starts", "2027-01-14 09:00:00Z"), "must be a point in time such as 2027-01-14T09:00:00Z, not '2027-01-14 09:00:00Z'"),
        (put(*SESSION, "starts", "2027-01-14"), "must be a point in time such as 2027-01-14T09:00:00Z, not '2027-01-14'"),
        (put(*SESSION, "starts", "2027-02-29T09:00:00Z"), "must be a point in time that exists, not '2027-02-29T09:00:00Z'"),
        (put(*SESSION, "starts", "2027-01-14T24:00:00Z"), "must be a point in time that exists"),
        (put(*SESSION, "starts", "2027-01-14T09:00:00+25:00"), "must be a point in time that exists"),
        (put(*SESSION, "starts", "0001-01-01T00:00:00+01:00"), "must be a point in time that exists"),
        (put(*SESSION, "ends", "2027-01-14T10:59:59+02:00"), "course 'holding-price', session 's1': 'ends' must not be before 'starts', which is 2027-01-14T09:00:00Z"),
        # lists and levels
        (put("scale", []), "'scale' must not be empty"),
        (put("scale", 1, "level", 1), "curriculum 'acme' has level 1 of its scale twice; it stands first on line 1"),
        (put("scale", 3, "level", 9), "curriculum 'acme' has no level 4, 5, 6, 7, 8 in its scale; levels are numbered 1, 2, 3 … without a gap"),
        (put("scale", 3, "level", 10), "'scale.level' must be a whole number from 1 to 9, not 10"),
        (put("scale", 3, "title", MISSING), "level of 4 has no 'title', which is required"),
        (put("sources", ["a", "b", "a"]), "curriculum 'acme' ranks source 'a' twice; it stands first on line 1"),
        (put(*COURSE, "grants", 1, {"competency": "negotiating", "level": 1}), "course 'holding-price' grants competency 'negotiating' twice; it stands first on line 1"),
        (put(*COMPETENCY, "levels", "5", "x"), "competency 'negotiating': 'levels.5' must be a level from 1 to 4"),
        (put(*COMPETENCY, "levels", "03", "x"), "competency 'negotiating': 'levels.03' must be a level from 1 to 4"),
        (put(*COMPETENCY, "levels", "3", 3), "competency 'negotiating': 'levels.3' must be text, not the number 3: put it in quotes"),
        (put(*COMPETENCY, "levels", ["x"]), "competency 'negotiating': 'levels' must be a mapping of levels to texts, not a list"),
        (put(*TEST, "role", []), "test 'An SDR becomes AE': 'role' must not be empty"),
    ],
)  # fmt: skip
def test_one_wrong_thing_is_told_in_one_sentence(change: Callable[[Values], None], sentence: str) -> None:
    said = refusals(a_document(change))
    assert any(sentence in told for told in said), said
    assert sum("must" in told or "has" in told for told in said) <= 2, said


@pytest.mark.parametrize(
    "change",
    [
        put(*COURSE, "hours", 3.0),
        put(*COURSE, "hours", 10_000_000),
        put(*COURSE, "hours", 1e7),
        put(*COURSE, "cost", 1e9),
        put(*COURSE, "cost", -0.0),
        put(*COURSE, "cost", 0.29),
        put(*COURSE, "id", "x" * 200),
        put(*COURSE, "title", ""),
        put(*COURSE, "title", "two\nlines \u202e and 😀"),
        put(*COURSE, "renewal_hours", 3),
        put(*GRANT, "level", 4.0),
        put(*GRANT, "valid_months", 1200),
        put(*SESSION, "ends", "2027-01-14T09:00:00.000Z"),
        put(*SESSION, "starts", "2027-01-14t09:00:00.5-00:00"),
        put(*SESSION, "seats", 0),
        put("calendar", "blackouts", 0, "to", "2026-12-21"),
        put("objectives", 0, "weight", 1e-20),
        put(*ROLE, "next", ["sdr", "sdr", "ae"]),
        put(*COMPETENCY, "raters", []),
        put(*COMPETENCY, "related", ["discovery", "discovery"]),
        put("equivalences", 1, {"course": "old-pricing", "counts_as": "basics"}),
        put(*ROLE, "gates", 1, "at_least", -3.5),
        put(*TEST, "role", ["ae", "sdr"]),
        put(*TEST, "person", {"id": "x", "format": "lms-person/1", "completed": [{"course": "old-pricing", "on": "2026-01-01"}]}),
        put("scale", [{"level": n, "title": ""} for n in (4, 2, 1, 3)]),
    ],
)  # fmt: skip
def test_what_lies_at_the_edge_is_still_good(change: Callable[[Values], None]) -> None:
    said = refusals(a_document(change))
    said = [told for told in said if "holding-price" not in told or "unknown course" not in told]
    assert [told for told in said if "counts as" not in told] == []


def test_the_scale_is_kept_by_number() -> None:
    shuffled = a_document(put("scale", [{"level": n, "title": f"Level {n}"} for n in (4, 2, 1, 3)]))
    assert parse_curriculum(json.dumps(shuffled), "a.json") == the_curriculum()


def test_a_level_may_be_keyed_by_number_or_by_its_digit_but_not_by_both() -> None:
    text = "competencies:\n- {id: k, title: K, levels: {3: a, '2': b}}\n- {id: l, title: L, levels: {3: a, '3': b}}\n"
    head = json.dumps(a_document(lambda d: (d.pop("competencies"), d.pop("objectives"), d.pop("tests"))))[1:-1]
    said = refusals("{" + head + ", " + json.dumps({"x": 1})[1:-1] + "}")
    assert "curriculum 'acme' has an unknown key 'x'" in said
    levels = [told for told in refusals(text, "a.yaml") if "level" in told]
    assert levels == ["competency 'l' has a text for level 3 twice; it stands first on line 3"]


def test_sections_that_are_missing_are_not_told_again_by_every_reference() -> None:
    said = refusals(a_document(put("competencies", MISSING)))
    assert said == ["curriculum 'acme' has no 'competencies', which is required"]


def test_an_object_that_is_wrong_itself_can_still_be_referred_to() -> None:
    said = refusals(a_document(put("courses", 1, "hours", "one")))
    assert said == [f"course 'basics': 'hours' {HOURS}, not 'one'"]


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = json.dumps(
        a_document(
            lambda d: (
                put(*COURSE, "hours", 0)(d),
                put("roles", 1, "title", MISSING)(d),
                put("oops", 1)(d),
                put("scale", 0, "title", 3)(d),
            )
        ),
        indent=1,
    )
    said = problems_of(lambda: parse_curriculum(text, "a.json"))
    assert len(said) == 4
    lines = [int(told.split(":")[1]) for told in said]
    assert lines == sorted(lines)
    assert len(set(lines)) == 4


@pytest.mark.parametrize("root", ["[]", "3", '"text"', "null", "true", "[{}]", "1e5"])
def test_a_document_is_a_mapping(root: str) -> None:
    for name in ("a.json", "a.yaml"):
        (told,) = problems_of(lambda name=name: parse_curriculum("\n" + root, name))  # type: ignore[misc]
        assert told.startswith(f"{name}:2: the document must be a mapping of keys to values, not ")


def test_twenty_thousand_problems_are_all_told() -> None:
    courses = [{"id": f"c{n}", "title": "", "hours": 1, "requires": {"course": f"d{n}"}} for n in range(20_000)]
    said = refusals({**MINIMAL, "courses": courses})
    assert len(said) == 20_000


def test_beyond_a_hundred_thousand_problems_the_rest_is_only_mentioned() -> None:
    said = refusals({**MINIMAL, "courses": [0] * 100_001})
    assert len(said) == 100_001
    assert said[-1] == "and more: only the first 100,000 problems are listed"


def test_a_competency_says_whether_it_is_knowledge_a_skill_or_an_ability() -> None:
    said = refusals(a_document(lambda document: document["competencies"][1].pop("kind")))
    assert said == ["competency 'discovery' has no 'kind', which is required"]
