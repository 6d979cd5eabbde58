"""A person document against a curriculum: read as it is meant, or refused in plain sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lms.engine.days import Period
from lms.engine.person import Attestation, Completion, Evidence, Exemption, Outcome, Person, Stint
from lms.interop.curriculum_file import load_curriculum
from lms.interop.person_file import known_to, parse_person, person_to_document, read_person
from tests.build import a_course, a_curriculum, a_role, fact
from tests.interop.contract_examples import CURRICULUM, MISSING, PERSON
from tests.interop.documents import Values, a_folder, a_person_document, person_refusals, problems_of, the_curriculum
from tests.interop.test_curriculum import MISSING as OUT
from tests.interop.test_curriculum import put

SMALLEST = {"format": "lms-person/1", "id": "x"}


def a_read_person(document: Values) -> Person:
    return parse_person(json.dumps(document), the_curriculum())


def test_every_key_reaches_its_place() -> None:
    assert a_read_person(a_person_document()) == Person(
        id="dana",
        role="sdr",
        since=date(2026, 2, 1),
        stints=(Stint(role="ae", first=date(2025, 6, 1), last=date(2026, 1, 31)),),
        targets=("ae",),
        aim=date(2027, 3, 31),
        weekly_hours=Fraction(5, 2),
        evidence=(
            Evidence(competency="negotiating", level=2, on=date(2026, 3, 1), until=date(2028, 3, 1), source="manager"),
        ),
        completed=(
            Completion(course="basics", on=date(2026, 2, 20)),
            Completion(course="old-pricing", on=date(2026, 2, 21)),
        ),
        exempt=(
            Exemption(fact=fact("basics"), on=date(2026, 2, 1), until=date(2028, 2, 1), reason="ten years", by="priya"),
            Exemption(fact=fact("discovery:2")),
        ),
        outcomes=(Outcome(metric="quota", month=date(2026, 10, 1), value=Decimal("1.04")),),
        attestations=(Attestation(title="Led a negotiation", by="manager", on=date(2026, 9, 12)),),
        away=(Period(date(2026, 12, 21), date(2027, 1, 3)),),
    )


def test_what_is_left_out_has_the_formats_defaults() -> None:
    assert a_read_person(SMALLEST) == Person(id="x")


def test_a_target_is_a_role_or_a_list_without_repeats() -> None:
    assert a_read_person({**SMALLEST, "target": "ae"}).targets == ("ae",)
    assert a_read_person({**SMALLEST, "target": ["sdr", "ae", "sdr"]}).targets == ("sdr", "ae")
    assert a_read_person({**SMALLEST, "target": []}).targets == ()


@pytest.mark.parametrize("hours", [0.01, 168, 168.0, 0.1, 1e-20, 2.333])
def test_weekly_hours_are_exact(hours: float) -> None:
    assert a_read_person({**SMALLEST, "weekly_hours": hours}).weekly_hours == Fraction(repr(hours))


def test_the_contracts_example_is_read(tmp_path: Path) -> None:
    curriculum = load_curriculum(a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING)).curriculum
    path = tmp_path / "dana.yaml"
    path.write_text(PERSON, encoding="utf-8")
    person = read_person(path, curriculum)
    assert person.exempt[1].fact == fact("forecasting:2")
    assert parse_person(json.dumps(person_to_document(person)), curriculum) == person


def test_a_document_comes_back_as_it_was_written() -> None:
    assert person_to_document(a_read_person(a_person_document())) == a_person_document()
    assert person_to_document(Person(id="x")) == SMALLEST


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("format", OUT), "person 'dana' has no 'format', which is required"),
        (put("format", "lms-person/2"), "'format' must be lms-person/1, not 'lms-person/2'"),
        (put("id", OUT), "the person has no 'id', which is required"),
        (put("id", 7), "'id' must be text, not the number 7: put it in quotes"),
        (put("rol", "sdr"), "person 'dana' has an unknown key 'rol' (did you mean 'role'?)"),
        (put("role", "sd"), "person 'dana' is in unknown role 'sd' (did you mean 'sdr'?)"),
        (put("roles", 0, "role", "x"), "person 'dana' was in unknown role 'x'"),
        (put("roles", 0, "until", "2025-05-31"), "time in role of 'ae': 'until' must not be before 'from', which is 2025-06-01"),
        (put("target", "x"), "person 'dana' wants to reach unknown role 'x'"),
        (put("target", ["ae", "x"]), "person 'dana' wants to reach unknown role 'x'"),
        (put("target", 3), "'target' must be text, not the number 3: put it in quotes"),
        (put("target", None), "'target' must be text, not null: leave the key out where there is nothing to say"),
        (put("since", "2026-02-29"), "'since' must be a day that exists, written YYYY-MM-DD, not '2026-02-29'"),
        (put("aim", "soon"), "'aim' must be a day written YYYY-MM-DD, not 'soon'"),
        (put("weekly_hours", 0), "'weekly_hours' must be a number of hours above 0 and at most 168, not 0"),
        (put("weekly_hours", 168.001), "'weekly_hours' must be a number of hours above 0 and at most 168, not 168.001"),
        (put("weekly_hours", float("nan")), "'weekly_hours' must be a number of hours above 0 and at most 168, not NaN"),
        (put("weekly_hours", True), "'weekly_hours' must be a number of hours above 0 and at most 168, not true"),
        (put("evidence", 0, "competency", "negotating"), "person 'dana' has evidence of unknown competency 'negotating' (did you mean 'negotiating'?)"),
        (put("evidence", 0, "level", 5), "evidence of 'negotiating': 'level' must be a whole number from 0 to 4, not 5"),
        (put("evidence", 0, "level", -1), "evidence of 'negotiating': 'level' must be a whole number from 0 to 4, not -1"),
        (put("evidence", 0, "on", OUT), "evidence of 'negotiating' has no 'on', which is required"),
        (put("evidence", 0, "until", "2026-02-28"), "evidence of 'negotiating': 'until' must not be before 'on', which is 2026-03-01"),
        (put("completed", 0, "course", "basic"), "person 'dana' completed unknown course 'basic' (did you mean 'basics'?)"),
        (put("completed", 0, "course", OUT), "completion number 1 has no 'course', which is required"),
        (put("completed", 0, "on", "2026-13-01"), "completion of 'basics': 'on' must be a day that exists"),
        (put("exempt", 0, "course", "old-pricing"), "person 'dana' is exempt from unknown course 'old-pricing'"),
        (put("exempt", 0, "level", 2), "person 'dana' has an exemption with both a 'course' and a competency; make it two"),
        (put("exempt", 0, "course", OUT), "person 'dana' has an exemption without 'course', or 'competency' and 'level'"),
        (put("exempt", 1, "level", OUT), "exemption number 2 has no 'level', which is required"),
        (put("exempt", 1, "level", 0), "'level' must be a whole number from 1 to 4 (the scale's levels), not 0"),
        (put("exempt", 0, "until", "2026-01-31"), "exemption of 'basics': 'until' must not be before 'on', which is 2026-02-01"),
        (put("outcomes", 0, "month", "2026-13"), "outcome of 'quota': 'month' must be a month written YYYY-MM, not '2026-13'"),
        (put("outcomes", 0, "month", "2026-1"), "outcome of 'quota': 'month' must be a month written YYYY-MM, not '2026-1'"),
        (put("outcomes", 0, "value", "1"), "outcome of 'quota': 'value' must be a number, not '1'"),
        (put("outcomes", 0, "value", float("inf")), "outcome of 'quota': 'value' must be a number, not infinity"),
        (put("attestations", 0, "by", OUT), "attestation of 'Led a negotiation' has no 'by', which is required"),
        (put("away", 0, "to", "2026-12-20"), "time away number 1: 'to' must not be before 'from', which is 2026-12-21"),
        (put("away", 0, "title", "Leave"), "time away number 1 has an unknown key 'title'"),
    ],
)  # fmt: skip
def test_one_wrong_thing_is_told_in_one_sentence(change: Callable[[Values], None], sentence: str) -> None:
    said = person_refusals(a_person_document(change))
    assert len(said) == 1, said
    assert sentence in said[0]


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    text = "format: lms-person/1\nid: dana\nrole: x\nevidence:\n- competency: y\n  level: 9\nunknown: 1\n"
    assert problems_of(lambda: parse_person(text, the_curriculum(), name="dana.yaml")) == [
        "dana.yaml:3: person 'dana' is in unknown role 'x'",
        "dana.yaml:5: person 'dana' has evidence of unknown competency 'y'",
        "dana.yaml:5: evidence of 'y' has no 'on', which is required",
        "dana.yaml:6: evidence of 'y': 'level' must be a whole number from 0 to 4, not 9",
        "dana.yaml:7: person 'dana' has an unknown key 'unknown'",
    ]


def test_ids_that_any_of_several_curricula_knows_are_accepted() -> None:
    old = a_curriculum(a_course("gone", grants=["old:1"]), a_role("left", "old:1"), levels=2)
    new = a_curriculum(a_course("come", grants=["new:1"]), a_role("arrived", "new:4"), levels=4)
    document: dict[str, Any] = {
        **SMALLEST,
        "target": ["left", "arrived"],
        "completed": [{"course": name, "on": "2026-01-01"} for name in ("gone", "come")],
        "evidence": [{"competency": "old", "level": 4, "on": "2026-01-01"}],
    }
    text = json.dumps(document)
    assert len(parse_person(text, known_to(old, new)).completed) == 2
    assert len(problems_of(lambda: parse_person(text, known_to(new)))) == 3
    assert (
        "unknown course 'neither'"
        in problems_of(lambda: parse_person(text.replace('"gone"', '"neither"'), known_to(old, new)))[0]
    )


def test_a_line_of_bytes_is_as_good_as_text() -> None:
    text = json.dumps(a_person_document())
    assert parse_person(text.encode(), the_curriculum()) == parse_person(text, the_curriculum())


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "null", "3", '{"format": "lms-person/1"}', "\ud800", "{" * 100_000, b"\xff", b"\0"]
)
def test_a_bad_line_is_refused_and_nothing_else(line: str | bytes) -> None:
    assert problems_of(lambda: parse_person(line, the_curriculum(), name="line.json"))
