"""CASE packages: the five samples read item by item, ours valid by the official schema and the same curriculum again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator, FormatChecker

from lms.engine.competency import Attainment, Competency, Kind, Origin
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import CourseDone, any_of
from lms.errors import Invalid
from lms.interop.curriculum_file import digest, read_curriculum
from lms.interop.systems.case_read import read_case
from lms.interop.systems.case_shape import EXTENSION
from lms.interop.systems.case_write import beyond_case, case_from
from lms.interop.systems.foreign import Imported
from tests.build import a_course, a_curriculum, a_role, needs
from tests.interop.documents import the_curriculum
from tests.interop.test_nothing_crashes import RAW, STRANGE, changed, places
from tests.interop.values import curricula

SHARED = Path(__file__).parents[3] / "shared"
SAMPLES = SHARED / "samples" / "case"
SHIPPED = Path(__file__).parents[2] / "curricula" / "world-class-selling"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LESS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
UUIDS = [f"c0000000-0000-4000-8000-00000000000{number}" for number in range(10)]
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples do not lie beside the repository")


def sample(name: str) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return package


def read(package: Any) -> Imported:
    return read_case(json.dumps(package), "p.json")


def told(text: str | bytes) -> list[str]:
    """What is said about a package that is refused, each with its line."""
    with pytest.raises(Invalid) as caught:
        read_case(text, "p.json")
    assert {problem.file for problem in caught.value.problems} == {"p.json"}
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def an_item(identifier: str, statement: str = "Says what it is", **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "fullStatement": statement, **more}


def tied(origin: str, kind: str, destination: str, **more: Any) -> dict[str, Any]:
    ends = {"originNodeURI": {"identifier": origin}, "destinationNodeURI": {"identifier": destination}}
    return {"associationType": kind, **ends, **more}


def a_package(items: list[dict[str, Any]], *associations: dict[str, Any], **more: Any) -> dict[str, Any]:
    framework = {"identifier": "d", "title": "D"}
    return {"CFDocument": framework, "CFItems": items, "CFAssociations": list(associations), **more}


@needs_samples
@pytest.mark.parametrize("name", ["EmptyExternal", "ItemTypeTest", "Markdown", "SequenceNumber", "SmartLevel"])
def test_a_sample_gives_exactly_its_items_with_their_parents(name: str) -> None:
    package = sample(f"{name}Framework")
    curriculum = read(package).curriculum
    assert curriculum.id == package["CFDocument"]["identifier"]
    assert curriculum.title == package["CFDocument"]["title"]
    by_identifier = {one.source.id: one for one in curriculum.competencies if one.source and one.source.id}
    assert by_identifier.keys() == {item["identifier"] for item in package["CFItems"]}
    assert len(curriculum.competencies) == len(package["CFItems"])
    for item in package["CFItems"]:
        one = by_identifier[item["identifier"]]
        assert one.id == item.get("humanCodingScheme", item["identifier"])
        assert item["fullStatement"] in {one.title, one.description}
    parents = {
        a["originNodeURI"]["identifier"]: a["destinationNodeURI"]["identifier"] for a in package["CFAssociations"]
    }
    under_items = {child: parent for child, parent in parents.items() if parent != curriculum.id}
    found = {
        number: curriculum.competency_by_id[one.parent].source for number, one in by_identifier.items() if one.parent
    }
    assert {number: source.id for number, source in found.items() if source} == under_items
    again = read_case(case_from(curriculum, now=NOW), "again.json").curriculum
    assert digest(again) == digest(curriculum)


@needs_samples
def test_sequence_numbers_order_what_lies_under_one_parent() -> None:
    titles = [one.title for one in read(sample("SequenceNumberFramework")).curriculum.competencies]
    assert titles == ["Second added item, but should be first", "First Added Item"]


def makers() -> dict[str, Callable[[], Curriculum]]:
    return {
        "shipped": lambda: read_curriculum(SHIPPED),
        "metacademy": lambda: read_curriculum(SHARED / "curricula" / "metacademy.json"),
        "contract": the_curriculum,
        "plain": lambda: a_curriculum(competencies=(Competency(id="a", title="A"),)),
    }


@needs_samples
@pytest.mark.parametrize("which", ["shipped", "metacademy", "contract", "plain"])
def test_an_export_is_valid_by_the_official_schema(which: str) -> None:
    schema = json.loads((SAMPLES / "case-v1p1-cfpackage-schema.official.json").read_text(encoding="utf-8"))
    made = makers()[which]()
    package = case_from(made, now=NOW)
    errors = Draft201909Validator(schema, format_checker=FormatChecker()).iter_errors(json.loads(package))
    assert [error.message for error in errors] == []
    assert digest(read_case(package, "p.json").curriculum) == digest(made)


@LESS
@given(curricula())
def test_any_curriculum_comes_back_whole(curriculum: Curriculum) -> None:
    package = case_from(curriculum, now=NOW)
    again = read_case(package, "p.json")
    assert again.curriculum == curriculum
    assert digest(again.curriculum) == digest(curriculum)
    assert again.left_out == ()
    assert case_from(again.curriculum, now=NOW) == package


def test_every_competency_level_and_prerequisite_is_in_cases_own_fields() -> None:
    competencies = (
        Competency(id="a", title="A", kind=Kind.KNOWLEDGE, cluster="C", description="What a is", related=("b",)),
        Competency(id="b", title="B", parent="a", levels={1: "tries", 3: "does"}),
        Competency(id="c", title="C"),
    )
    basics = a_course("basics", grants=["a:2"])
    more = a_course("more", needs=any_of([Attainment("a", 2), Attainment("c", 1)]), grants=["b:3"])
    last = a_course("last", needs=needs(CourseDone("basics"), "b:1"), grants=["b:4"])
    curriculum = a_curriculum(basics, more, last, a_role("r", "b:4"), competencies=competencies)
    package = json.loads(case_from(curriculum, now=NOW))
    code = {item["identifier"]: item["humanCodingScheme"] for item in package["CFItems"]}
    code[package["CFDocument"]["identifier"]] = "D"
    ties = [
        (
            code[tie["originNodeURI"]["identifier"]],
            tie["associationType"],
            code[tie["destinationNodeURI"]["identifier"]],
        )
        for tie in package["CFAssociations"]
    ]
    assert ties == [
        ("a", "isChildOf", "D"),
        ("b", "isChildOf", "a"),
        ("c", "isChildOf", "D"),
        ("a", "isRelatedTo", "b"),
        ("a", "precedes", "b"),
        ("c", "precedes", "b"),
    ]
    assert package["CFAssociations"][4]["notes"] == "2 → 3: More\n2 → 4: Last"
    scale, behaviour = package["CFRubrics"][0]["CFRubricCriteria"]
    assert [level["quality"] for level in scale["CFRubricCriterionLevels"]] == [f"Level {n}" for n in range(1, 5)]
    assert code[behaviour["CFItemURI"]["identifier"]] == "b"
    levels = [(level["position"], level["description"]) for level in behaviour["CFRubricCriterionLevels"]]
    assert levels == [(1, "tries"), (3, "does")]
    assert [sentence.partition(":")[0] for sentence in beyond_case(curriculum)] == [
        "CASE knows no courses; other systems will not see",
        "CASE knows no roles; other systems will not see",
        "CASE cannot say that one of several is enough; all of it comes before, for",
    ]


def test_without_the_extension_the_competencies_are_still_there() -> None:
    package = json.loads(case_from(the_curriculum(), now=NOW))
    del package["extensions"]
    for item in package["CFItems"]:
        item.pop("extensions", None)
    bare = read(package).curriculum
    for own, other in zip(the_curriculum().competencies, bare.competencies, strict=True):
        same = replace(other, policy=own.policy, raters=own.raters, holders=own.holders, source=own.source)
        assert same == own
    assert bare.scale == the_curriculum().scale
    assert bare.courses == ()


def test_what_another_system_changed_counts() -> None:
    package = json.loads(case_from(the_curriculum(), now=NOW))
    package["CFItems"][0]["abbreviatedStatement"] = "Another title"
    changed_one = read(package).curriculum.competencies[0]
    assert changed_one == replace(the_curriculum().competencies[0], title="Another title")


def test_identifiers_are_kept_and_no_two_are_alike() -> None:
    came = Origin(system="case", id=UUIDS[0], uri="https://case.example/1")
    competencies = [
        Competency(id="a", title="A", source=came),
        Competency(id="b", title="B", source=replace(came, id=UUIDS[1])),
        Competency(id="c", title="C", source=replace(came, id=UUIDS[1])),
        Competency(id="d", title="D", source=replace(came, id="no uuid")),
    ]
    whole = a_curriculum(competencies=tuple(competencies))
    first = json.loads(case_from(whole, now=NOW))["CFItems"]
    names = [item["identifier"] for item in first]
    renamed = replace(
        whole, id=UUIDS[2], competencies=(replace(competencies[3], id="e", source=replace(came, id=names[3])),)
    )
    assert names[0] == UUIDS[0]
    assert first[0]["uri"] == "https://case.example/1"
    assert len(set(names)) == 4
    assert json.loads(case_from(renamed, now=NOW))["CFItems"][0]["identifier"] == names[3]
    made = json.loads(case_from(replace(whole, id=UUIDS[2], competencies=(Competency(id="x", title="X"),)), now=NOW))
    kept = Competency(id="y", title="Y", source=Origin(system="case", id=made["CFItems"][0]["identifier"]))
    both = replace(whole, id=UUIDS[2], competencies=(Competency(id="x", title="X"), kept))
    assert read_case(case_from(both, now=NOW), "p.json").curriculum == both


def test_what_a_curriculum_cannot_hold_is_said() -> None:
    package = a_package(
        [an_item("a", CFItemType="Standard", educationLevel=["01"], subject=["X", "Y"]), an_item("b"), an_item("c")],
        tied("a", "isChildOf", "b"),
        tied("a", "isChildOf", "c"),
        tied("a", "precedes", "b"),
        tied("a", "isRelatedTo", "elsewhere"),
        CFDefinitions={"CFSubjects": [{}]},
        CFRubrics=[{"CFRubricCriteria": [{"CFRubricCriterionLevels": [{"position": 0}]}]}],
    )
    imported = read(package)
    assert imported.curriculum.competencies[0].parent == "b"
    assert imported.left_out == (
        "The framework says no levels of proficiency; one is taken for all: Achieved.",
        "What is not knowledge, skill or ability is taken for a skill: Standard.",
        "Associations that a curriculum does not know are left out: isChildOf (1), precedes (1), isRelatedTo (1).",
        "What comes before what is said by the courses here: give each what it requires and what it grants.",
        "Criteria of rubrics that do not fit one scale are left out: 1.",
        "Of the subjects of an item the first is its cluster, others are left out.",
        "Of the items these fields are left out: educationLevel.",
        "Definitions are left out: CFSubjects.",
    )


def test_a_long_statement_is_described_and_titled_by_its_first_line() -> None:
    texts = [
        an_item("a", "Head\n\n| a |", notes="Why"),
        an_item("b", "x" * 201),
        an_item("c", "Long", abbreviatedStatement="S"),
    ]
    told_of = [(one.title, one.description) for one in read(a_package(texts)).curriculum.competencies]
    assert told_of == [("Head", "Head\n\n| a |\n\nWhy"), ("x" * 199 + "…", "x" * 201), ("S", "Long")]


def test_a_code_that_two_items_have_is_no_id() -> None:
    items = [
        an_item("1", humanCodingScheme="A.1"),
        an_item("2", humanCodingScheme="A.1"),
        an_item("3", humanCodingScheme=" B "),
    ]
    assert [one.id for one in read(a_package(items)).curriculum.competencies] == ["1", "2", "B"]


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    items = [an_item("a"), an_item("b", extensions={EXTENSION: {"kind": "x", "parent": "z"}}), an_item("c")]
    text = json.dumps(a_package(items, tied("a", "isChildOf", "a"), tied("c", "isChildOf", "q")), indent=0)
    assert told(text) == [
        "7: competency 'a' lies under 'a': take one of these parents away",
        "16: competency 'b': 'kind' must be one of knowledge, skill, ability, not 'x'",
        "17: competency 'b' lies under unknown competency 'z'",
        "42: item 'c' lies under 'q', which is not in the package",
    ]
    assert told(
        '{"CFDocument": {"identifier": "d", "title": 3},\n"CFItems": [{"identifier": "a"}, {"identifier": "a"}]}'
    ) == [
        "1: framework: 'title' must be text, not the number 3: put it in quotes",
        "2: item 'a' has no 'fullStatement', which is required",
        "2: item 'a' has no 'fullStatement', which is required",
        "2: item 'a' stands twice; it stands first on line 2",
    ]


@pytest.mark.parametrize("length", [1, 2, 1000])
def test_a_ring_of_parents_is_refused_in_one_sentence(length: int) -> None:
    ties = [tied(f"c{number}", "isChildOf", f"c{(number + 1) % length}") for number in range(length)]
    (sentence,) = told(json.dumps(a_package([an_item(f"c{number}") for number in range(length)], *ties)))
    assert sentence.startswith("1: competency 'c0' lies under 'c")
    assert len(sentence) < 300


NASTY_NUMBERS = ["NaN", "-Infinity", "1e400", "9223372036854775808", "-9223372036854775809", "9" * 5000]


@pytest.mark.parametrize("digits", NASTY_NUMBERS)
def test_a_number_that_no_other_system_could_read_is_refused(digits: str) -> None:
    text = json.dumps(a_package([an_item("a", weight="HERE")])).replace('"HERE"', digits)
    (sentence,) = told(text)
    assert sentence.startswith("1: item 'a': 'weight' must be a number that other systems can read")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ('{"CFDocument": {"identifier": "d", "title": "D", "title": "E"}}', "twice"),
        ('{"CFDocument": {"identifier": "d", "title": "\\u0000"}}', "NUL"),
        (b'{"a": "\0"}', "NUL"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"\xff", "UTF-8"),
        ("", "empty"),
        ("[]", "must be a mapping"),
        ("{}", "no 'CFDocument'"),
        ("a,b\n", "not valid JSON"),
    ],
)
def test_what_is_no_package_is_refused(text: str | bytes, why: str) -> None:
    assert why in "".join(told(text))


def test_a_byte_order_mark_is_no_matter() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(a_package([an_item("a")])).encode()
    assert len(read_case(data, "p.json").curriculum.competencies) == 1


def read_or_refuse(text: str | bytes) -> Curriculum | None:
    """The curriculum, or None when it is refused with reasons; anything else that is raised fails the test."""
    try:
        return read_case(text, "p.json").curriculum
    except Invalid as invalid:
        if not all(problem.file == "p.json" and problem.message for problem in invalid.problems):
            raise AssertionError from invalid
        return None


PACKAGE = json.loads(case_from(the_curriculum(), now=NOW)) | {"CFDefinitions": {"CFSubjects": []}}
PLACES = list(places(PACKAGE))
HERE = "\u241f here \u241f"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), st.sampled_from([*STRANGE, UUIDS[0]]) | st.sampled_from(RAW).map(lambda raw: (raw,)))
def test_whatever_stands_anywhere_there_is_a_curriculum_or_problems(path: tuple[Any, ...], value: Any) -> None:
    raw = value[0] if isinstance(value, tuple) else None
    text = json.dumps(changed(PACKAGE, path, HERE if raw else value), ensure_ascii=False)
    curriculum = read_or_refuse(text.replace(json.dumps(HERE, ensure_ascii=False), raw) if raw else text)
    if curriculum is not None:
        assert read_case(case_from(curriculum, now=NOW), "p.json").curriculum == curriculum


NAMES = st.sampled_from(["a", "b", "c", "d"])
TIES = st.builds(
    tied,
    NAMES,
    st.sampled_from(["isChildOf", "isChildOf", "isRelatedTo", "precedes"]),
    NAMES,
    sequenceNumber=st.sampled_from([None, 1, 2, 3, True, "1"]),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=50) | st.lists(TIES, max_size=6))
def test_no_item_is_lost_whatever_ties_there_are(given: bytes | list[dict[str, Any]]) -> None:
    if isinstance(given, bytes):
        read_or_refuse(given)
        return
    curriculum = read_or_refuse(json.dumps(a_package([an_item(name) for name in "abc"], *given)))
    if curriculum is not None:
        assert sorted(one.id for one in curriculum.competencies) == ["a", "b", "c"]
