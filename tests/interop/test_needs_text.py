"""What a trainer types into a cell of needs, grants or next roles, and that what is written reads back."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.curriculum import Grant
from lms.engine.requirement import NOTHING, Requirement
from lms.errors import Invalid
from lms.interop.needs_text import grants_text, ids_text, needs_text, parse_grants, parse_ids, parse_needs
from lms.interop.shapes.requirements import RequirementShape
from lms.interop.shapes.shape import Reading
from lms.interop.sheets.columns import Cell
from tests.interop.values import IDS, requirements

HARD = st.sampled_from(
    ["any of", "any of a", "2 OF", "at least 3 of", "a:1", "a;b", "(", ")", '"', '""', "a, b", ":", "'=x", "=x"]
)
NAMES = st.lists(IDS | HARD, min_size=1, max_size=4, unique=True)


def refused(text: str, parse: Any = parse_needs) -> str:
    with pytest.raises(Invalid) as caught:
        parse(Cell(text, "needs"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("holding-price", {"course": "holding-price"}),
        ("negotiating:2", {"competency": "negotiating", "level": 2}),
        ("negotiating : 2", {"competency": "negotiating", "level": 2}),
        ("a; b:1", [{"course": "a"}, {"competency": "b", "level": 1}]),
        ("a, b\nc;\r\n;d;", [{"course": name} for name in "abcd"]),
        ("Any Of(a, b:3)", {"any": [{"course": "a"}, {"competency": "b", "level": 3}]}),
        ("all of (a)", {"all": [{"course": "a"}]}),
        ("2 of (a; b; all of (c, d))", {"at_least": 2, "of": [{"course": "a"}, {"course": "b"}, {"all": [{"course": "c"}, {"course": "d"}]}]}),
        ("at least 1 of (a)", {"at_least": 1, "of": [{"course": "a"}]}),
        ('"any of"; "say ""hi"": now":2', [{"course": "any of"}, {"competency": 'say "hi": now', "level": 2}]),
        ("holding price", {"course": "holding price"}),
        (";;", []),
    ],
)  # fmt: skip
def test_needs_are_read_as_they_are_typed(text: str, plain: object) -> None:
    assert parse_needs(Cell(text, "needs")) == plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a (b)", "needs a semicolon between 'a' and '('"),
        ("any of a, b", "needs must go on with a bracket after 'any of', such as any of (a, b)"),
        ("at  least 2  of a", "such as at  least 2 of (a, b)"),
        ("any of", "needs must go on with a bracket after 'any of', such as any of (a, b)"),
        ("any of a (b)", "needs must go on with a bracket after 'any of', such as any of (a, b)"),
        ("any of ()", "needs must say something in the brackets after 'any of'"),
        ("any of (a", "needs opens a bracket and does not close it"),
        ("a)", "needs closes a bracket that was not opened"),
        ("(a)", "needs must have a course, or a competency with its level, such as negotiating:2, where it has '('"),
        (":2", "where it has ':'"),
        ("a:", "needs must say of 'a' a level after the colon, not ''; an id with a colon in it stands in quotes"),
        ("a:two", "not 'two'"),
        ("a:-1", "not '-1'"),
        ("a:٣", "not '٣'"),
        ('"a', "needs opens a quote and does not close it"),
        ('a "b"', "needs a semicolon between 'a' and 'b'"),
        ("a:2 b", "not '2 b'"),
        ("any of (" * 51 + "a" + ")" * 51, "needs has more than 50 groups inside each other"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_the_mend(text: str, said: str) -> None:
    assert said in refused(text)


def test_47_brackets_beyond_reason_are_refused_and_no_recursion_ends_it() -> None:
    assert "50 groups" in refused("any of (" * 4_000)
    assert refused("(" * 30_000)
    assert refused('"' * 29_999)


def test_grants_say_a_level_and_maybe_for_how_long() -> None:
    assert parse_grants(Cell("negotiating:3 for 24 months; discovery: 2, x:1 For 1 Month", "grants")) == [
        {"competency": "negotiating", "level": 3, "valid_months": 24},
        {"competency": "discovery", "level": 2},
        {"competency": "x", "level": 1, "valid_months": 1},
    ]
    for text, said in [
        ("negotiating", "at which level 'negotiating' is granted, such as negotiating:3"),
        ("negotiating:3 for good", "3 for 24 months"),
        ("negotiating:3 for 2 years", "3 for 24 months"),
        (":3", "must have a competency with its level"),
        ("a:1 b:2", "3 for 24 months"),
    ]:
        assert said in refused(text, parse_grants)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_48_any_requirement_reads_back(data: st.DataObject) -> None:
    names = data.draw(NAMES)
    needs: Requirement = data.draw(requirements(names, names, 9))
    text = needs_text(needs)
    assert (text == "") == (needs == NOTHING)
    reading = Reading()
    assert RequirementShape().read(parse_needs(Cell(text.strip(), "needs")), reading, None) == needs
    assert not reading.faults


@settings(max_examples=60, deadline=None)
@given(NAMES, st.integers(1, 9), st.none() | st.integers(1, 1200))
def test_48_any_grants_and_ids_read_back(names: list[str], level: int, months: int | None) -> None:
    grants = tuple(Grant(competency=name, level=level, valid_months=months) for name in names)
    plain = [{"competency": name, "level": level} | ({"valid_months": months} if months else {}) for name in names]
    assert parse_grants(Cell(grants_text(grants), "grants")) == plain
    assert parse_ids(Cell(ids_text((*names, *names)), "next")) == names * 2


PIECES = ["a", "b1", " ", "(", ")", ";", ",", ":", '"', "\n", "any of (", "2 of", ":3", " for 2 months"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_needs, parse_grants, parse_ids):
        with contextlib.suppress(Invalid):
            parse(Cell(text, "needs"))
