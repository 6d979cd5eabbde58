"""The published schemas are the ones the code makes, accept what the readers accept, and refuse what is plainly wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_file import curriculum_to_document, curriculum_to_json, read_curriculum
from lms.interop.schemas import main, schema_text, schemas
from tests.interop.contract_examples import CURRICULUM, MISSING, PATH
from tests.interop.documents import Values, a_document, a_folder, a_person_document, person_refusals, refusals
from tests.interop.test_curriculum import COMPETENCY, COURSE, GRANT, MINIMAL, ROLE, SESSION, TEST, put
from tests.interop.test_curriculum import MISSING as OUT
from tests.interop.values import curricula

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"
CURRICULUM_SCHEMA, PATH_SCHEMA, PERSON_SCHEMA = (
    Draft202012Validator(schemas()[f"lms-{name}-1.json"]) for name in ("curriculum", "path", "person")
)


def accepts(validator: Draft202012Validator, document: Any) -> bool:
    return bool(validator.is_valid(document))


@pytest.mark.parametrize("name", schemas())
def test_the_published_schema_is_the_one_the_code_makes(name: str) -> None:
    made = schema_text(schemas()[name])
    assert (PUBLISHED / name).read_text(encoding="utf-8") == made, "run: python -m lms.interop.schemas docs/schemas"
    Draft202012Validator.check_schema(json.loads(made))


def test_nothing_else_is_published() -> None:
    assert {path.name for path in PUBLISHED.iterdir()} == schemas().keys()


def test_the_schemas_can_be_written_anywhere(tmp_path: Path) -> None:
    main(str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == schemas().keys()


def test_good_documents_are_accepted(tmp_path: Path) -> None:
    whole = read_curriculum(a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING))
    for document in (MINIMAL, a_document(), curriculum_to_document(whole)):
        CURRICULUM_SCHEMA.validate(document)
    PERSON_SCHEMA.validate(a_person_document())
    PERSON_SCHEMA.validate({"format": "lms-person/1", "id": "x", "target": ["ae", "sdr"]})
    PATH_SCHEMA.validate(json.loads(PATH))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(curricula())
def test_whatever_is_exported_is_accepted(curriculum: Curriculum) -> None:
    CURRICULUM_SCHEMA.validate(json.loads(curriculum_to_json(curriculum)))


BAD_REQUIREMENTS: list[Any] = [
    "x", None, {}, {"all": []}, {"any": {}}, {"at_least": 0, "of": [{"course": "basics"}]}, {"at_least": 1}, {"course": ""},
    {"competency": "negotiating"}, {"competency": "negotiating", "level": 0}, {"course": "basics", "level": 1},
    [{"all": [3]}], {"courses": "basics"},
]  # fmt: skip
BAD_CURRICULA: list[Callable[[Values], None]] = [
    put("format", "lms-curriculum/2"),
    put("format", OUT),
    put("title", OUT),
    put("title", 3),
    put("title", None),
    put("oops", 1),
    put("scale", []),
    put("scale", 0, "level", 10),
    put("courses", {}),
    put("courses", 0, "x"),
    put("policy", "evidence", "best"),
    put("policy", "x", 1),
    put("calendar", "blackouts", 0, "to", OUT),
    put("objectives", 0, "weight", 0),
    put(*COMPETENCY, "id", ""),
    put(*COMPETENCY, "id", " x"),
    put(*COMPETENCY, "id", "x" * 201),
    put(*COMPETENCY, "id", "a\tb"),
    put(*COMPETENCY, "id", 7),
    put(*COMPETENCY, "kind", "talent"),
    put(*COMPETENCY, "levels", {"0": "x"}),
    put(*COMPETENCY, "levels", {"3": 3}),
    put(*COMPETENCY, "holders", "people", 0),
    put(*COMPETENCY, "raters", "manager"),
    put(*COURSE, "hours", 0),
    put(*COURSE, "hours", "3"),
    put(*COURSE, "hours", True),
    put(*COURSE, "hours", 10_000_001),
    put(*COURSE, "cost", -1),
    put(*COURSE, "hour", 3),
    put(*COURSE, "delivery", "post"),
    put(*COURSE, "source", "x", 1),
    put(*GRANT, "level", 0),
    put(*GRANT, "level", 2.5),
    put(*GRANT, "valid_months", 1201),
    put(*SESSION, "seats", -1),
    put(*SESSION, "starts", "2027-01-14T09:00:00"),
    put("equivalences", 0, "until", "20260630"),
    put("equivalences", 0, "counts_as", OUT),
    put(*ROLE, "approvers", 3),
    put(*ROLE, "gates", 0, "kind", "x"),
    put(*ROLE, "gates", 0, "metric", "x"),
    put(*ROLE, "gates", 1, "months", 0),
    put(*ROLE, "gates", 2, "by", OUT),
    *[put(*ROLE, "requires", wrong) for wrong in BAD_REQUIREMENTS],
    put(*TEST, "role", []),
    put(*TEST, "at_most", "hours", -1),
    put(*TEST, "status", "x"),
    put(*TEST, "person", "rol", "sdr"),
]  # fmt: skip


@pytest.mark.parametrize("change", BAD_CURRICULA)
def test_what_is_plainly_wrong_in_a_curriculum_is_refused_by_schema_and_reader(
    change: Callable[[Values], None],
) -> None:
    document = a_document(change)
    assert not accepts(CURRICULUM_SCHEMA, document)
    assert refusals(document)


BAD_PEOPLE: list[Callable[[Values], None]] = [
    put("format", OUT),
    put("id", OUT),
    put("weekly_hours", 0),
    put("weekly_hours", 169),
    put("target", 3),
    put("since", "yesterday"),
    put("evidence", 0, "level", -1),
    put("evidence", 0, "on", OUT),
    put("completed", 0, "on", "2026"),
    put("exempt", 0, "level", 2),
    put("exempt", 0, "course", OUT),
    put("exempt", 1, "level", OUT),
    put("outcomes", 0, "month", "2026-13"),
    put("outcomes", 0, "value", "1"),
    put("attestations", 0, "by", OUT),
    put("away", 0, "title", "x"),
    put("x", 1),
]


@pytest.mark.parametrize("change", BAD_PEOPLE)
def test_what_is_plainly_wrong_in_a_person_is_refused_by_schema_and_reader(change: Callable[[Values], None]) -> None:
    document = a_person_document(change)
    assert not accepts(PERSON_SCHEMA, document)
    assert person_refusals(document)


def test_a_requirement_within_a_requirement_is_checked_too() -> None:
    deep: Any = {"any": [{"course": 3}]}
    for _ in range(10):
        deep = [deep]
    assert not accepts(CURRICULUM_SCHEMA, a_document(put(*ROLE, "requires", deep)))
