"""Whatever stands anywhere in a document, the answer is a value or problems with file and line: never anything else."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.interop.curriculum_file import digest, parse_curriculum
from lms.interop.path_json import parse_path
from lms.interop.person_file import parse_person
from lms.interop.reading.write import as_yaml
from tests.interop.contract_examples import CURRICULUM, PATH
from tests.interop.documents import Values, a_document, a_person_document, the_curriculum

STRANGE: list[Any] = [
    None, True, 0, -1, 2.0, 0.5, 1e300, 10**30, "", "x", "2026-02-30", "\u202e", [], [[]], [None], ["x", "x"],
    {}, {"": {}}, {"competency": "x"}, {"kind": []}, [{}], {"all": {}},
]  # fmt: skip
RAW = ["NaN", "-Infinity", "1e999999999", "-1e-999999999", "0e999999999", "9" * 5000, r'"\ud800"', r'"\u0000"']
WRONG: list[Any] = [None, True, {"x": {}}, [[]]]
HERE = "\u241f here \u241f"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def changed(document: Values, path: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at the path."""
    fresh = copy.deepcopy(document)
    if not path:
        return value
    inside: Any = fresh
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return fresh


def answers(text: str, name: str, kind: str) -> bool:
    """Was the document read? If not, is everything said in sentences with a file and a line?"""
    try:
        if kind == "curriculum":
            digest(parse_curriculum(text, name))
        elif kind == "person":
            parse_person(text, the_curriculum(), name=name)
        else:
            parse_path(text, name)
    except Invalid as invalid:
        for problem in invalid.problems:
            assert problem.file == name
            assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1
            assert problem.message
            assert "\n" not in problem.message
            assert len(problem.message) < 600
            str(problem).encode("utf-8")
        return False
    return True


DOCUMENTS = {"curriculum": a_document(), "person": a_person_document(), "path": json.loads(PATH)}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_any_strange_value_at_any_key_gets_an_answer(kind: str) -> None:
    document = DOCUMENTS[kind]
    for path in places(document):
        for value in STRANGE:
            answers(json.dumps(changed(document, path, value)), "a.json", kind)
        marked = json.dumps(changed(document, path, HERE), ensure_ascii=False)
        for raw in RAW:
            answers(marked.replace(json.dumps(HERE, ensure_ascii=False), raw), "a.json", kind)


@pytest.mark.parametrize("kind", ["curriculum", "person"])
def test_a_value_of_the_wrong_type_is_refused_at_every_key(kind: str) -> None:
    document = DOCUMENTS[kind]
    for path in places(document):
        wrong: Any = 3.25 if isinstance(path[-1] if path else "", str) else None
        for value in [wrong, *WRONG]:
            here = document
            for key in path:
                here = here[key]
            if type(here) is type(value) or path[-1:] in {("hours",), ("value",), ("at_least",)}:
                continue
            if value == 3.25 and path[-1:] in {("renewal_hours",), ("cost",), ("weight",), ("weekly_hours",)}:
                continue
            text = json.dumps(changed(document, path, value))
            assert not answers(text, "a.json", kind), (path, value)


@pytest.mark.parametrize("kind", ["curriculum", "person"])
def test_every_key_left_out_or_misspelt_gets_an_answer(kind: str) -> None:
    document = DOCUMENTS[kind]
    for path in places(document):
        if not path or isinstance(path[-1], int):
            continue
        inside: Any = copy.deepcopy(document)
        fresh = inside
        for key in path[:-1]:
            inside = inside[key]
        value: Any = inside.pop(path[-1])
        answers(json.dumps(fresh), "a.json", kind)
        if path[-1] != "3":  # levels are keys of their own
            inside[path[-1] + "s"] = value
            assert not answers(json.dumps(fresh), "a.json", kind), path


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 10**9), st.sampled_from([CURRICULUM, json.dumps(a_document()), as_yaml(a_document()), PATH]))
def test_a_mutilated_text_gets_an_answer(seed: int, text: str) -> None:
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(text)), dice.choice([0, 0, 1, 1, 5, 40])
        piece = dice.choice(
            [
                "",
                "\n",
                " ",
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                '"',
                "'",
                "- ",
                "&a ",
                "*a ",
                "!!x ",
                "#",
                "|",
                "\\",
                "~",
                "---\n",
            ]
        )
        text = text[:at] + piece + text[at + length :]
    for kind, name in (("curriculum", "a.yaml"), ("person", "a.txt"), ("path", "a.json")):
        answers(text, name, kind)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    for name in ("a.json", "a.yaml", "a"):
        with pytest.raises(Invalid):
            parse_curriculum(data, name)
