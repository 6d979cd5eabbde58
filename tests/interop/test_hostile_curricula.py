"""Curricula made to hurt their reader: refused with a reason or read and checked, always soon."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lms.engine.check import check_curriculum
from lms.interop.curriculum_file import parse_curriculum
from lms.interop.sheets.sheet import read_sheet
from lms.interop.sheets.sheet_write import to_xlsx
from tests.interop.documents import a_document, refusals
from tests.interop.sheet_files import SHEET, refusal, repacked

HERE = "here"
PARTS = [
    SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels",
]  # fmt: skip
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "a file as parameter": '<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]><x/>',
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><x>&l9;</x>',
    "laughs in an attribute": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><x a="&l9;"/>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY e "{"x" * 100_000}">]><x>{"&e;" * 10_000}</x>',
    "an outside definition": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "a public one": '<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0//EN" "https://x.example/x.dtd"><x/>',
    "none but the word": "<!DOCTYPE x><x/>",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    assert time.perf_counter() - begin < seconds


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_42_a_workbook_with_a_document_type_is_refused_in_every_part(part: str, encoding: str) -> None:
    book = to_xlsx("Courses", ["id"], [["x"]])
    for document_type in DOCTYPES.values():
        with within(1):
            assert "document type" in refusal(repacked(book, {part: document_type.encode(encoding)}))


def test_42_an_entity_that_nobody_declared_and_an_inclusion_are_left_alone() -> None:
    book = to_xlsx("Courses", ["id"], [["x"]])
    assert "not well-formed" in refusal(repacked(book, {SHEET: b"<x>&passwd;</x>"}))
    include = (
        b'<worksheet xmlns:xi="http://www.w3.org/2001/XInclude"><sheetData><row><c t="str"><v>id</v></c></row><row>'
        b'<c t="inlineStr"><is><t>x<xi:include href="file:///etc/passwd" parse="text"/></t></is></c></row></sheetData></worksheet>'
    )
    assert read_sheet(repacked(book, {SHEET: include}), "x").rows[0].values == ("x",)


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"courses":[', '{"requires":{"any":['])
def test_49_json_a_hundred_thousand_deep_is_refused(opening: str) -> None:
    with within(2):
        assert refusals(opening * 100_000, "a.json") == ["is nested more than 200 levels deep"]


def test_49_a_requirement_of_any_depth_gets_an_answer() -> None:
    for depth, read in ((50, True), (51, False), (99, False), (100, False), (10_000, False)):
        needs: Any = '{"any": [' * depth + '{"course": "basics"}' + "]}" * depth
        text = json.dumps(a_document(lambda d: d["courses"][0].update(requires=HERE))).replace(f'"{HERE}"', needs)
        assert (refusals(text) == []) is read


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e999999999", str(2**63), "9" * 400]


@pytest.mark.parametrize(
    "path",
    [("hours",), ("cost",), ("renewal_hours",), ("grants", 0, "level"), ("grants", 0, "valid_months"), ("sessions", 0, "seats")],
)  # fmt: skip
def test_49_numbers_that_are_none_or_too_large_are_refused(path: tuple[Any, ...]) -> None:
    document = a_document()
    inside = document["courses"][0]
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = HERE
    for number in NUMBERS:
        (said,) = refusals(json.dumps(document).replace(f'"{HERE}"', number))
        assert f"'{path[-1]}' must be a " in said


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_49_what_is_no_number_is_none_for_a_weight_and_a_large_one_is_kept_exactly(number: str) -> None:
    text = json.dumps(a_document(lambda d: d["objectives"][0].update(weight=HERE)))
    (said,) = refusals(text.replace(f'"{HERE}"', number))
    assert "'weight' must be a number" in said
    assert parse_curriculum(text.replace(f'"{HERE}"', str(2**63 + 1)), "a.json").objectives[0].weight == 2**63 + 1


def test_49_keys_that_stand_twice_are_refused_at_every_depth() -> None:
    text = json.dumps(a_document(), indent=1)
    for key in ('"title": "Acme"', '"hours": 3', '"level": 3', '"seats": 12', '"kind": "skill"'):
        (said,) = refusals(text.replace(key, f"{key}, {key}", 1))
        assert "twice; it stands first on line" in said


def a_curriculum_of(courses: list[dict[str, Any]], last: str) -> str:
    roles = [{"id": "r", "title": "R", "requires": {"course": last}}]
    return json.dumps(a_document() | {"courses": courses, "roles": roles, "equivalences": [], "tests": []})


def a_course(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "title": "Course", "hours": 1, **more}


def test_50_a_chain_of_twenty_thousand_courses_is_read_and_checked_soon() -> None:
    many = 20_000
    chain = [a_course(0), *(a_course(n, requires={"course": f"c{n - 1}"}) for n in range(1, many))]
    with within(4):
        made = parse_curriculum(a_curriculum_of(chain, f"c{many - 1}"), "a.json")
        assert len(made.courses) == many
        findings = check_curriculum(made)
    assert not [finding for finding in findings if finding.severity == "error"]


def test_50_alternatives_that_multiply_without_end_are_read_and_checked_soon() -> None:
    layers = [
        a_course(10 * layer + n, **({"requires": [{"any": [{"course": f"c{10 * (layer - 1) + k}"} for k in range(j, 10, 2)]} for j in (0, 1)]} if layer else {}))
        for layer in range(100) for n in range(10)
    ]  # fmt: skip
    with within(4):
        made = parse_curriculum(a_curriculum_of(layers, "c999"), "a.json")
        assert not [finding for finding in check_curriculum(made) if finding.severity == "error"]


def test_50_a_requirement_that_aliases_multiply_is_refused_before_it_is_built() -> None:
    bomb = "a0: &a0 {course: basics}\n" + "".join(
        f"a{n}: &a{n} {{any: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 12)
    )
    with within(2):
        assert refusals(bomb, "a.yaml") == ["has aliases that expand past 10 MB"]


@pytest.mark.parametrize("length", [1, 2, 20_000])
def test_50_thousands_of_courses_in_rings_of_any_length_are_told_soon(length: int) -> None:
    many = max(length, 4_000)
    rings = [a_course(n, requires={"course": f"c{n - n % length + (n + 1) % length}"}) for n in range(many)]
    with within(8):
        made = parse_curriculum(a_curriculum_of(rings, "c0"), "a.json")
        findings = check_curriculum(made)
    assert sum(finding.code in {"ring", "mutual-prerequisites"} for finding in findings) == many / length


def test_50_a_graph_in_which_everything_needs_everything_before_it_is_told_soon() -> None:
    many = 300
    dense = [a_course(n, **({"requires": [{"course": f"c{k}"} for k in range(n)]} if n else {})) for n in range(many)]
    with within(4):
        findings = check_curriculum(parse_curriculum(a_curriculum_of(dense, f"c{many - 1}"), "a.json"))
    pairs = many * (many - 1) // 2
    assert sum(finding.code == "prerequisite-redundant" for finding in findings) == pairs - (many - 1)
