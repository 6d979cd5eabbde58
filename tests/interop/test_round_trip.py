"""What is written reads back as the same value with the same digest, whatever stands in it."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from lms.engine.curriculum import Curriculum
from lms.engine.person import Person
from lms.errors import Invalid
from lms.interop.curriculum_file import (
    curriculum_to_document,
    curriculum_to_json,
    curriculum_to_yaml,
    digest,
    parse_curriculum,
    read_curriculum,
)
from lms.interop.person_file import parse_person, person_to_document
from lms.interop.reading.scalars import resolve
from lms.interop.reading.write import as_json, as_yaml
from lms.interop.reading.yaml_tree import read_yaml
from tests.build import a_curriculum
from tests.interop.contract_examples import CURRICULUM, MISSING
from tests.interop.documents import Values, a_document, a_folder, the_curriculum
from tests.interop.values import TEXTS, curricula, people

LESS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@LESS
@given(curricula())
def test_a_curriculum_reads_back_from_json_and_yaml(curriculum: Curriculum) -> None:
    for text, name in ((curriculum_to_json(curriculum), "a.json"), (curriculum_to_yaml(curriculum), "a.yaml")):
        again = parse_curriculum(text.encode("utf-8"), name)
        assert again == curriculum
        assert digest(again) == digest(curriculum)


@LESS
@given(people("dana", ["negotiating"], ["basics"], ["ae", "sdr"], 4))
def test_a_person_reads_back(person: Person) -> None:
    document = person_to_document(person)
    assert parse_person(as_json(document, indent=None), the_curriculum(), name="a.json") == person
    assert parse_person(as_yaml(document), the_curriculum(), name="a.yaml") == person


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
@pytest.mark.parametrize("loader", [yaml.Loader, *([yaml.CLoader] if yaml.__with_libyaml__ else [])])
def test_any_text_is_the_same_text_after_yaml(loader: Any, text: str) -> None:
    document = {"a": text, "b": [text, {"c": text}], "long": [text] * 40}
    assert read_yaml(as_yaml(document), loader) == (document, False)


def test_the_contracts_example_comes_back_with_an_equal_digest(tmp_path: Path) -> None:
    curriculum = read_curriculum(a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING))
    for text, name in ((curriculum_to_yaml(curriculum), "a.yaml"), (curriculum_to_json(curriculum), "a.json")):
        assert digest(parse_curriculum(text, name)) == digest(curriculum)


def test_a_document_comes_back_as_it_was_written() -> None:
    written = a_document()
    written["courses"][0]["sessions"][0]["ends"] = "2027-01-14T11:00:00Z"
    assert curriculum_to_document(the_curriculum()) == written


def test_what_is_at_its_default_is_left_out() -> None:
    document = curriculum_to_document(a_curriculum())
    assert document.keys() == {"format", "id", "title", "scale", "competencies", "courses", "roles"}


def shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict):
        keys = dice.sample(list(value), len(value))
        return {key: shuffled(value[key], dice) for key in keys}
    return [shuffled(item, dice) for item in value] if isinstance(value, list) else value


def digest_of(document: Values | str, name: str = "a.json") -> str:
    return digest(parse_curriculum(document if isinstance(document, str) else json.dumps(document), name))


def test_the_digest_does_not_see_how_a_document_was_written() -> None:
    plain = digest_of(a_document())
    assert plain.startswith("sha256:")
    assert len(plain) == 71
    assert digest_of(shuffled(a_document(), random.Random(1))) == plain
    assert digest_of(as_yaml(shuffled(a_document(), random.Random(2))), "a.yaml") == plain
    same: list[tuple[str, str]] = [
        ('"hours": 3,', '"hours": 3.0,'),
        ('"hours": 3,', '"hours": 3.00,'),
        ('"hours": 3,', '"hours": 0.3e1,'),
        ('"weight": 3', '"weight": 3.000'),
        ('"level": 3', '"level": 3.0'),
        ("2027-01-14T13:00:00+02:00", "2027-01-14T11:00:00Z"),
        ("2027-01-14T13:00:00+02:00", "2027-01-14T05:30:00.000-05:30"),
        ('"id": "basics",', '"id": "basics", "cost": 0, "delivery": "self-paced", "sessions": [], "renewal_hours": 1,'),
        ('"requires": []', '"gates": [], "requires": [], "approvers": 1, "next": []'),
    ]
    for old, new in same:
        text = json.dumps(a_document())
        assert old in text
        assert digest_of(text.replace(old, new)) == plain, new


def test_the_digest_of_a_folder_is_that_of_the_one_file(tmp_path: Path) -> None:
    document = a_document()
    courses = {"courses": document.pop("courses")}
    a_folder(tmp_path, a_yaml=as_yaml(document), b_yaml=as_yaml(courses))
    assert digest(read_curriculum(tmp_path)) == digest_of(a_document())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"hours": 3,', '"hours": 3.01,'),
        ('"title": "Basics"', '"title": "basics"'),
        ('"valid_months": 24', '"valid_months": 25'),
        ('"raters": ["manager"]', '"raters": []'),
        ('["manager", "self"]', '["self", "manager"]'),
        ('"at_least": 0.9', '"at_least": 0.90000000000000000001'),
        ("T13:00:00+02:00", "T13:00:00+01:00"),
    ],
)
def test_the_digest_sees_every_change(old: str, new: str) -> None:
    text = json.dumps(a_document())
    assert old in text
    assert digest_of(text.replace(old, new)) != digest_of(text)


def test_numbers_of_many_digits_are_written_digit_by_digit() -> None:
    many = Decimal("0.1234567890123456789012345")
    assert json.loads(as_json({"a": many}), parse_float=Decimal) == {"a": many}
    assert read_yaml(as_yaml({"a": many})) == ({"a": many}, False)
    person = Person(id="x", weekly_hours=Fraction(many))
    assert parse_person(as_json(person_to_document(person)), the_curriculum()) == person


@pytest.mark.parametrize("text", ["\0", "\0x", "\0[1]", "\0null", "\0x, id: y"])
def test_54_a_text_that_begins_with_a_nul_never_becomes_a_number_or_more(text: str) -> None:
    for document in ({"title": text}, {text: 1}, {"weight": Decimal("0.5"), "title": text}):
        with pytest.raises(Invalid, match="NUL"):
            as_json(document)
    assert json.loads(as_json({"title": "x" + text})) == {"title": "x" + text}


def test_yaml_keeps_words_that_other_readers_take_for_something_else_in_quotes() -> None:
    for word in ("on", "No", "y", "012", "1:30", "1_000", "~", "true", "0o7", "1e3", "<<", "=", ""):
        assert as_yaml([word]) == f'["{word}"]\n'
    for word in ("ones", "2026-01-01", "a-b", "x1", "don't", "50 %"):
        assert as_yaml([word]) == f"[{word}]\n"
        assert resolve(word) == word


def test_text_of_several_lines_is_written_as_such() -> None:
    assert as_yaml({"summary": "One\n\n- two\n  three"}) == "summary: |-\n  One\n\n  - two\n    three\n"
