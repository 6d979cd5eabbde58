"""JSON text to plain values, and what JSON could do to a reader that trusts it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from lms.interop.reading.json_tree import json_tokens, read_json
from lms.interop.reading.locate import locate
from lms.interop.reading.scalars import HUGE, TINY
from lms.interop.reading.tokens import BrokenTextError


def flaws(text: str) -> list[tuple[str, int]]:
    assert read_json(text)[1], "the quick reading saw no flaw"
    return [(flaw.message, flaw.line) for flaw in locate(json_tokens(text), ()).flaws]


def refusal(text: str) -> tuple[str, int | None]:
    with pytest.raises(BrokenTextError) as refused:
        read_json(text)
    return refused.value.message, refused.value.line


def test_values_are_plain_and_numbers_exact() -> None:
    text = '{"a": [1, 2.50, 1e2, -0.1, true, false, null, "x\\n\\u00e9"], "b": {}}'
    tree, flawed = read_json(text)
    assert tree == {"a": [1, Decimal("2.5"), Decimal(100), Decimal("-0.1"), True, False, None, "x\né"], "b": {}}
    assert not any(isinstance(item, float) for item in tree["a"])
    assert not flawed


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("9" * 5000, HUGE),
        ("-" + "9" * 5000, -HUGE),
        ("0." + "9" * 5000, HUGE),
        ("1e400", Decimal("1e400")),
        ("1e999999999", Decimal("1e999999999")),
        ("1e99999999999999999999", HUGE),
        ("1e-99999999999999999999", TINY),
        ("Infinity", Decimal("Infinity")),
        ("-Infinity", Decimal("-Infinity")),
    ],
)
def test_numbers_beyond_reason_cost_nothing(digits: str, read: Decimal) -> None:
    assert read_json(f"[{digits}]") == ([read], False)


def test_not_a_number_is_read_as_such() -> None:
    assert read_json("[NaN]")[0][0].is_nan()


def test_duplicate_keys_are_flaws_and_the_first_is_kept() -> None:
    text = '{"a": 1,\n "b": [{"c": 1, "c": 2}],\n "\\u0061": 3}'
    assert flaws(text) == [
        ("has the key 'c' twice; it stands first on line 2", 2),
        ("has the key 'a' twice; it stands first on line 1", 3),
    ]
    assert read_json(text)[0] == {"a": 1, "b": [{"c": 1}]}


@pytest.mark.parametrize("escaped", ["\\u0000", "a\\u0000b", "\\\\\\u0000"])
def test_an_escaped_nul_is_a_flaw(escaped: str) -> None:
    assert flaws(f'["x",\n"{escaped}"]') == [("holds a NUL character", 2)]
    assert flaws(f'{{"x":\n{{"{escaped}": 1}}}}') == [("holds a NUL character", 2)]


@pytest.mark.parametrize(
    "escaped",
    [
        "\\ud800",
        "\\uDFFF",
        "\\udc00\\ud800",
        "\\ud83d\\ud83d\\ude00",
        "\\ud83d\\ude00\\ude00",
        "\\ud83d x",
        "\\\\ud83d\\ude00",
    ],
)
def test_half_a_character_is_a_flaw(escaped: str) -> None:
    assert flaws(f'["{escaped}"]') == [("holds half a character (a lone surrogate)", 1)]


@pytest.mark.parametrize("escaped", ["\\ud83d\\ude00", "\\uD83D\\uDE00\\ud83d\\ude00", "\\\\ud800", "\\\\u0000"])
def test_whole_characters_and_escaped_backslashes_are_none(escaped: str) -> None:
    (text,), _ = read_json(f'["{escaped}"]')
    assert text == json.loads(f'"{escaped}"')
    assert locate(json_tokens(f'["{escaped}"]'), ()).flaws == []


@pytest.mark.parametrize("depth", [10_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":[', '\n[{"a":'])
def test_deep_nesting_is_refused(opening: str, depth: int) -> None:
    assert refusal(opening * depth)[0] == "is nested more than 200 levels deep"


def test_deep_nesting_is_refused_on_the_line_where_it_gets_deep() -> None:
    assert refusal("\n[" * 10_000 + "]" * 10_000) == ("is nested more than 200 levels deep", 202)


@pytest.mark.parametrize(
    ("text", "line"),
    [("{", 1), ('{"a": 1,}', 1), ('{"a": 1}\n{"b": 2}', 2), ("[1\n2]", 2), ('{"a": "\n"}', 1), ("{a: 1}", 1), ("[01]", 1), ('["\\x41"]', 1), ("[.5]", 1), ("[+1]", 1)],
)  # fmt: skip
def test_text_that_is_no_json_is_refused_with_its_line(text: str, line: int) -> None:
    message, found = refusal(text)
    assert message.startswith("is not valid JSON: ")
    assert found == line


def test_lines_are_found_by_path() -> None:
    text = '{\n"a": [\n 1,\n {"b": "x,]}:",\n  "c": [[], {}]\n }\n],\n"d": "\\"\\\\", "e": null\n}'
    wanted: dict[tuple[Any, ...], int] = {
        (): 1, ("a",): 2, ("a", 0): 3, ("a", 1): 4, ("a", 1, "b"): 4, ("a", 1, "c"): 5, ("a", 1, "c", 1): 5, ("d",): 8, ("e",): 8,
        ("a", 1, "missing"): 4, ("f",): 1, ("a", 7): 2, ("e", "x", 3): 8,
    }  # fmt: skip
    assert locate(json_tokens(text), wanted).lines == wanted
