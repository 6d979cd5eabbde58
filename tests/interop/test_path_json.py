"""A path document is read as plain values; keys that it does not know are handed on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lms.engine.path import Planner
from lms.interop.curriculum_file import digest
from lms.interop.path_document import path_text
from lms.interop.path_json import parse_path, read_path
from lms.interop.person_file import parse_person
from lms.interop.schemas import schemas
from tests.build import TODAY
from tests.interop.contract_examples import PATH
from tests.interop.documents import Values, a_person_document, problems_of, the_curriculum
from tests.interop.test_curriculum import MISSING, put

SCHEMA = Draft202012Validator(schemas()["lms-path-1.json"])


def a_path(change: Callable[[Values], object] | None = None) -> Values:
    document: Values = json.loads(PATH)
    if change is not None:
        change(document)
    return document


def test_the_contracts_example_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "path.json"
    file.write_text(PATH, encoding="utf-8")
    assert read_path(file) == json.loads(PATH)


@pytest.mark.parametrize("roles", [("ae",), ("sdr",), ("ae", "sdr")])
def test_what_the_planner_writes_is_read_and_passes_the_schema(roles: tuple[str, ...]) -> None:
    curriculum = the_curriculum()
    person = parse_person(json.dumps(a_person_document()), curriculum)
    text = path_text(Planner(curriculum).plan(person, TODAY, roles=roles), digest(curriculum))
    assert parse_path(text) == json.loads(text)
    SCHEMA.validate(json.loads(text))


@pytest.mark.parametrize(
    "change",
    [
        put("note", {"x": [None, 1e400]}),
        put("steps", 0, "room", "B2"),
        put("lapses", [{"competency": "negotiating", "level": 3, "on": "2027-01-01"}]),
        put("lapses", [{"course": "welcome-week", "on": "2027-01-01"}]),
        put("objective", None),
        put("ready_on", None),
        put("steps", 0, "starts", None),
        put("steps", 0, "because", [{"course": "a", "for": {"course": "b"}}]),
        put("gaps", [{"requirement": {"any": [{"course": "a"}]}}]),
        put("gates", 0, "for", {"role": "account-executive"}),
        put(
            "gates", [{"kind": "outcome", "metric": "m", "months": 6, "at_least": 0.9, "met": True, "on": "2026-11-23"}]
        ),
        put("gates", [{"kind": "attestation", "by": "manager", "title": "T", "met": False, "on": None}]),
    ],
)
def test_what_writers_may_say_is_read(change: Callable[[Values], None]) -> None:
    text = json.dumps(a_path(change))
    assert parse_path(text) == json.loads(text)
    SCHEMA.validate(json.loads(text))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("format", "lms-path/2"), "'format' must be lms-path/1, not 'lms-path/2'"),
        (put("steps", MISSING), "the path has no 'steps', which is required"),
        (put("status", "done"), "'status' must be one of ready, optimal, feasible, blocked, not 'done'"),
        (put("minimise", "effort"), "'minimise' must be one of hours, cost, courses, date, not 'effort'"),
        (put("on", "2026-02-30"), "'on' must be a day that exists, written YYYY-MM-DD, not '2026-02-30'"),
        (put("hours", -1), "'hours' must be a number from 0"),
        (put("steps", 0, "renews", 0), "step of 'holding-price': 'renews' must be true or false, not 0"),
        (put("steps", 0, "session", MISSING), "step of 'holding-price' has no 'session', which is required"),
        (put("steps", 0, "because", [{}]), "step of 'holding-price': item 1 of 'because' must have one of the keys grants, course"),
        (put("gaps", 0, "held", "2"), "'gaps.held' must be a whole number from 0 to 9, not '2'"),
        (put("gates", 0, "kind", "x"), "gate number 1: 'kind' must be one of months-in-role, outcome, attestation, not 'x'"),
        (put("requirements", "met", 1.5), "'requirements.met' must be a whole number from 0 to 1,000,000,000, not 1.5"),
        (put("unmet", 0, "requirement", {"course": 3}), "the path has a requirement whose 'course' must be text"),
    ],
)  # fmt: skip
def test_one_wrong_thing_is_told_in_one_sentence(change: Callable[[Values], None], sentence: str) -> None:
    text = json.dumps(a_path(change))
    (told,) = problems_of(lambda: parse_path(text))
    assert told.startswith("path.json:1: ")
    assert sentence in told


def test_deep_values_under_unknown_keys_do_no_harm() -> None:
    def text(depth: int) -> str:
        return json.dumps(a_path())[:-1] + ', "more": ' + "[" * depth + "]" * depth + "}"

    assert "more" in parse_path(text(150))
    assert problems_of(lambda: parse_path(text(100_000))) == ["path.json:1: is nested more than 200 levels deep"]
