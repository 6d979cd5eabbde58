"""YAML text to plain values: the 1.2 core schema, and what YAML could do to a reader that trusts it."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
import yaml

from lms.interop.reading.locate import locate
from lms.interop.reading.tokens import BrokenTextError
from lms.interop.reading.yaml_tree import read_yaml, yaml_tokens

LOADERS = [yaml.Loader, *([yaml.CLoader] if yaml.__with_libyaml__ else [])]
both_parsers = pytest.mark.parametrize("loader", LOADERS)


def value(text: str) -> Any:
    return read_yaml(text)[0]


def refusal(text: str, loader: Any = LOADERS[-1]) -> tuple[str, int | None]:
    with pytest.raises(BrokenTextError) as refused:
        read_yaml(text, loader)
    return refused.value.message, refused.value.line


def flaws(text: str, loader: Any = LOADERS[-1]) -> list[tuple[str, int]]:
    assert read_yaml(text, loader)[1], "the quick reading saw no flaw"
    return [(flaw.message, flaw.line) for flaw in locate(yaml_tokens(text, loader), ()).flaws]


@pytest.mark.parametrize(
    ("plain", "meaning"),
    [
        ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("nUll", "nUll"),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("tRue", "tRue"),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("N", "N"),
        ("0", 0), ("0123", 123), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"), ("1_000", "1_000"),
        ("0o8", "0o8"), ("-0x1F", "-0x1F"), ("1:30", "1:30"), ("190:20:30", "190:20:30"),
        ("1.5", Decimal("1.5")), (".5", Decimal("0.5")), ("5.", Decimal(5)), ("1e3", Decimal(1000)), ("1E-2", Decimal("0.01")),
        ("-.5", Decimal("-0.5")), (".", "."), ("e3", "e3"), ("1e", "1e"), ("+", "+"), ("1.2.3", "1.2.3"),
        (".inf", Decimal("Infinity")), ("-.INF", Decimal("-Infinity")), (".iNF", ".iNF"), ("inf", "inf"), ("nan", "nan"),
        ("2026-01-01", "2026-01-01"), ("2027-01-14T09:00:00Z", "2027-01-14T09:00:00Z"), ("=", "="), ("<<", "<<"),
        ("'7'", "7"), ('"true"', "true"), ('"\\x41"', "A"), ("٣", "٣"), ("１", "１"),
    ],
)  # fmt: skip
def test_plain_scalars_mean_what_the_core_schema_says(plain: str, meaning: Any) -> None:
    got = value(f"a: {plain}")
    assert got["a"] == meaning
    assert type(got["a"]) is type(meaning)


def test_not_a_number_is_read_as_such() -> None:
    assert value("a: .nan")["a"].is_nan()


def test_keys_are_text_whatever_yaml_1_1_made_of_them() -> None:
    assert value("on: 1\nyes: 2\n2026-01-01: 3\n<<: {x: 4}") == {"on": 1, "yes": 2, "2026-01-01": 3, "<<": {"x": 4}}


def test_whole_numbers_may_be_keys() -> None:
    assert value("levels: {3: a, 0x4: b}") == {"levels": {3: "a", 4: "b"}}


@both_parsers
@pytest.mark.parametrize("key", ["true", "~", "1.5", ".nan", "[a]", "{a: b}", "? [a, [b]]\n"])
def test_any_other_key_is_a_flaw_and_its_entry_is_passed_over(key: str, loader: Any) -> None:
    text = f"a: 1\n{key}: 2\nb: 3"
    assert flaws(text, loader) == [("has a key that is not text; put it in quotes", 2)]
    assert read_yaml(text, loader)[0] == {"a": 1, "b": 3}


@both_parsers
@pytest.mark.parametrize(
    "tagged", ["!!str 1", "!!int 1", "!!python/object:os.system x", "! x", "!!binary aa", "!!set {}", "!x []"]
)
def test_tags_are_flaws(tagged: str, loader: Any) -> None:
    ((message, line),) = flaws(f"a: 1\nb: {tagged}", loader)
    assert message.startswith("uses the YAML tag '!")
    assert line == 2


@both_parsers
def test_duplicate_keys_are_flaws_and_the_first_is_kept(loader: Any) -> None:
    text = "a: 1\nb:\n  - {c: 1, c: 2}\na: 3\n"
    assert flaws(text, loader) == [
        ("has the key 'c' twice; it stands first on line 3", 3),
        ("has the key 'a' twice; it stands first on line 1", 4),
    ]
    assert read_yaml(text, loader)[0] == {"a": 1, "b": [{"c": 1}]}


def test_a_key_written_in_two_ways_is_one_key() -> None:
    assert [line for _, line in flaws("a: 1\n'a': 2\n\"\\x61\": 3")] == [2, 3]


@both_parsers
def test_a_second_document_is_a_flaw(loader: Any) -> None:
    assert flaws("a: 1\n---\nb: 2\n", loader) == [
        ("holds more than one document; keep one, without a line '---' between", 2)
    ]


@both_parsers
def test_markers_around_the_one_document_are_none(loader: Any) -> None:
    assert read_yaml("%YAML 1.2\n---\na: 1\n...\n", loader) == ({"a": 1}, False)


@both_parsers
def test_escapes_that_no_document_may_hold_are_flaws(loader: Any) -> None:
    assert flaws('a: "x\\0y"', loader) == [("holds a NUL character", 1)]


def test_an_escaped_surrogate_is_refused_by_either_parser() -> None:
    assert flaws('a: "\\ud800"', yaml.Loader) == [("holds half a character (a lone surrogate)", 1)]
    if yaml.__with_libyaml__:
        assert "is not valid YAML" in refusal('a: "\\ud800"', yaml.CLoader)[0]


@both_parsers
def test_control_characters_are_refused_with_their_line(loader: Any) -> None:
    assert refusal("é: 1\nb: \x07", loader) == ("holds a control character, which YAML does not allow", 2)


@both_parsers
def test_text_that_is_no_yaml_is_refused_with_its_line(loader: Any) -> None:
    message, line = refusal("a: 1\nb: c: d\n", loader)
    assert message.startswith("is not valid YAML: mapping values are not allowed")
    assert line == 2


@both_parsers
def test_what_is_missing_at_the_end_is_missing_on_the_last_line(loader: Any) -> None:
    assert refusal("a: 1\nb: [1,\n", loader)[1] == 2
    assert refusal("a: 1\nb: [1,", loader)[1] == 2


@both_parsers
@pytest.mark.parametrize("text", ["[", "{a: ", "- ", "? ", "x: {[", "{? ["])
def test_ten_thousand_levels_of_nesting_are_refused(text: str, loader: Any) -> None:
    assert refusal(text * 10_000, loader) == ("is nested more than 200 levels deep", 1)


@both_parsers
def test_two_hundred_levels_are_read(loader: Any) -> None:
    assert read_yaml("[" * 200 + "]" * 200, loader)[1] is False
    assert refusal("[" * 201 + "]" * 201, loader)[0] == "is nested more than 200 levels deep"


def test_aliases_stand_for_what_was_anchored() -> None:
    text = "a: &x {k: [1, &y two]}\nb: *x\nc: [*y, *x]\n*y : d\n"
    assert value(text) == {"a": {"k": [1, "two"]}, "b": {"k": [1, "two"]}, "c": ["two", {"k": [1, "two"]}], "two": "d"}


def test_an_anchor_may_be_set_again() -> None:
    assert value("a: &x 1\nb: *x\nc: &x [&x 2, *x]\nd: *x") == {"a": 1, "b": 1, "c": [2, 2], "d": [2, 2]}


@both_parsers
@pytest.mark.parametrize("leaf", ["[]", "{}", "x", "~", '"' + "x" * 100 + '"'])
def test_an_alias_bomb_is_refused_before_it_goes_off(leaf: str, loader: Any) -> None:
    text = f"a0: &a0 {leaf}\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    started = time.perf_counter()
    assert refusal(text, loader)[0] == "has aliases that expand past 10 MB"
    assert time.perf_counter() - started < 2


def test_a_large_text_without_aliases_is_no_bomb() -> None:
    text = "a: &x y\nb: '" + "x" * 11_000_000 + "'\nc: *x"
    assert len(value(text)["b"]) == 11_000_000


def test_aliases_count_each_time_they_are_used() -> None:
    text = "a: &x '" + "x" * 1_000_000 + "'\nb: ["
    assert len(value(text + "*x, " * 10 + "]")["b"]) == 10
    assert refusal(text + "*x, " * 11 + "]") == ("has aliases that expand past 10 MB", 2)


@both_parsers
@pytest.mark.parametrize("text", ["a: &a [*a]", "&a {b: [*a]}", "a: &a {b: &b [*a]}"])
def test_an_alias_inside_of_what_it_stands_for_is_refused(text: str, loader: Any) -> None:
    assert refusal(text, loader) == ("uses the alias *a inside of what it stands for", 1)


@both_parsers
def test_an_alias_without_an_anchor_is_refused(loader: Any) -> None:
    assert refusal("a: 1\nb: *c", loader) == ("uses the alias *c, but no anchor &c stands before it", 2)
