"""Requirements are read in every form, and a wrong one is told once, where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lms.engine.requirement import NOTHING, AtLeast, Requirement, any_of
from lms.interop.curriculum_file import parse_curriculum
from tests.build import fact, needs
from tests.interop.documents import a_document, refusals

K, C = {"competency": "negotiating", "level": 2}, {"course": "basics"}


def read(requires: Any) -> Requirement:
    document = a_document(lambda d: d["roles"][0].update(requires=requires))
    return parse_curriculum(json.dumps(document), "a.json").roles[0].requires


def told(requires: Any) -> list[str]:
    return [
        line.removeprefix("role 'ae' ")
        for line in refusals(a_document(lambda d: d["roles"][0].update(requires=requires)))
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (K, fact("negotiating:2")),
        (C, fact("basics")),
        ([K, C], needs("negotiating:2", "basics")),
        ({"all": [K, C]}, needs("negotiating:2", "basics")),
        ({"any": [K, C]}, any_of([fact("negotiating:2"), fact("basics")])),
        ({"at_least": 2, "of": [K, C, C]}, AtLeast(2, (fact("negotiating:2"), fact("basics"), fact("basics")))),
        ({"at_least": 1.0, "of": [K]}, AtLeast(1, (fact("negotiating:2"),))),
        ([[K], {"any": [[C]]}], needs(needs("negotiating:2"), any_of([needs("basics")]))),
        ([], NOTHING),
        ({"competency": "negotiating", "level": 2.0}, fact("negotiating:2")),
    ],
)
def test_every_form_is_read_as_it_is_meant(written: Any, meant: Requirement) -> None:
    assert read(written) == meant


def test_how_the_author_said_it_is_kept() -> None:
    assert [read(written).word for written in ([K], {"any": [K]}, {"at_least": 1, "of": [K]})] == [  # type: ignore[union-attr]
        "all",
        "any",
        "at_least",
    ]


FORMS = "it must be {competency, level}, {course}, {all}, {any}, {at_least, of} or a list"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"competency": "negotating", "level": 2}, "requires unknown competency 'negotating' (did you mean 'negotiating'?)"),
        ({"course": "basic"}, "requires unknown course 'basic' (did you mean 'basics'?)"),
        ({"course": "old-pricing"}, "requires unknown course 'old-pricing'"),
        ({"course": 7}, "has a requirement whose 'course' must be text, not the number 7: put it in quotes"),
        ({"competency": "negotiating", "level": 5}, "requires competency 'negotiating' at a level that must be a whole number from 1 to 4 (the scale's levels), not 5"),
        ({"competency": "negotiating", "level": 0}, "requires competency 'negotiating' at a level that must be a whole number from 1 to 4 (the scale's levels), not 0"),
        ({"competency": "negotiating", "level": True}, "requires competency 'negotiating' at a level that must be a whole number from 1 to 4 (the scale's levels), not true"),
        ({"competency": "negotiating"}, "has a requirement with 'competency' 'negotiating' but without 'level'"),
        ({"level": 2}, "has a requirement with 'level' but without 'competency'"),
        ({"at_least": 2}, "has a requirement with 'at_least' but without 'of'"),
        ({"of": [K]}, "has a requirement with 'of' but without 'at_least'"),
        ({"cours": "basics"}, "has an unknown key 'cours' in its requirement (did you mean 'course'?)"),
        ({**K, "course": "basics"}, f"has a requirement with the keys competency, level, course together; {FORMS}"),
        ({"all": [K], "any": [C]}, f"has a requirement with the keys all, any together; {FORMS}"),
        ({**C, "level": 2}, f"has a requirement with the keys course, level together; {FORMS}"),
        ({}, f"has an empty requirement; {FORMS}"),
        ("basics", f"has a requirement that is 'basics'; {FORMS}"),
        (7, f"has a requirement that is the number 7; {FORMS}"),
        ([None], f"has a requirement that is null; {FORMS}"),
        ({"all": []}, "has an empty group in its requirement; put something in it or leave it out"),
        ({"any": []}, "has an empty group in its requirement; put something in it or leave it out"),
        ([[]], "has an empty group in its requirement; put something in it or leave it out"),
        ({"at_least": 1, "of": []}, "has an empty group in its requirement; put something in it or leave it out"),
        ({"any": K}, "has a requirement that groups a mapping; a group must be a list"),
        ({"at_least": 0, "of": [K]}, "has a requirement whose 'at_least' must be a whole number from 1 to 1, not 0 ('of' has 1)"),
        ({"at_least": 3, "of": [K, C]}, "has a requirement whose 'at_least' must be a whole number from 1 to 2, not 3 ('of' has 2)"),
        ({"at_least": "all", "of": [K, C]}, "has a requirement whose 'at_least' must be a whole number from 1 to 2, not 'all' ('of' has 2)"),
    ],
)  # fmt: skip
def test_a_wrong_requirement_is_told_once(written: Any, sentence: str) -> None:
    assert told(written) == [sentence]
    assert told([K, {"any": [C, written]}]) == [sentence]


def test_several_wrong_items_are_all_told() -> None:
    assert (
        len(told([{"course": "x"}, {"any": [{"course": "y"}, {"at_least": 9, "of": [{"course": "z"}, {"corse": 1}]}]}]))
        == 5
    )


def nested(depth: int, group: str) -> Any:
    written: Any = K
    for _ in range(depth):
        written = (
            [written] if group == "list" else {"at_least": 1, "of": [written]} if group == "of" else {group: [written]}
        )
    return written


@pytest.mark.parametrize("group", ["list", "all", "any", "of"])
def test_fifty_groups_deep_pass_and_fifty_one_fail(group: str) -> None:
    assert told(nested(50, group)) == []
    assert told(nested(51, group)) == ["has a requirement of more than 50 groups inside each other"]
    assert told(nested(300 if group == "list" else 150, group)) == [
        "has a requirement of more than 50 groups inside each other"
    ]


@pytest.mark.parametrize("group", ["list", "any"])
def test_fifty_groups_pass_in_yaml_too(group: str) -> None:
    document = json.dumps(a_document(lambda d: d["roles"][0].update(requires=nested(50, group))))
    assert refusals(document.replace('"format"', "format"), "a.yaml") == []


def test_ten_thousand_groups_are_refused_and_not_walked() -> None:
    text = json.dumps(a_document()).replace('"requires": []', '"requires": ' + '{"any": [' * 10_000 + "]}" * 10_000)
    assert refusals(text) == ["is nested more than 200 levels deep"]


def test_a_course_that_says_nothing_requires_nothing() -> None:
    document = a_document(lambda d: d["courses"][1].pop("requires", None))
    assert parse_curriculum(json.dumps(document), "a.json").courses[1].requires is not None
    assert refusals(a_document(lambda d: d["roles"][1].pop("requires"))) == [
        "role 'sdr' has no 'requires', which is required"
    ]
