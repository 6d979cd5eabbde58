"""Every sentence that a reader of files says can be said in another language: no word of it is put together by hand."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask

from lms.errors import Figure, Invalid, Said, said
from lms.interop.curriculum_columns import COURSES
from lms.interop.curriculum_file import parse_curriculum
from lms.interop.curriculum_sheets import read_rows
from lms.interop.sheets.roster import read_roster
from lms.interop.systems.case_read import read_case
from lms.interop.systems.moodle_csv import read_moodle_csv
from lms.web import i18n

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    *sorted((ROOT / "lms/interop").rglob("*.py")),
    ROOT / "lms/engine/assertions.py",
    ROOT / "lms/engine/search/unmet.py",
]
SAYING = {"Problem", "Invalid", "WrongError", "BrokenTextError", "RefusedError", "MalformedError", "fault", "refuse"}
"""What takes a sentence as one of its arguments."""


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of this function, or of this method, in all readers."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name == getattr(node.func, "id", getattr(node.func, "attr", None)):
                yield path, node


def test_every_template_of_a_sentence_is_collected_for_the_catalogues() -> None:
    keywords = runpy.run_path(str(ROOT / "ui/translations.py"))["KEYWORDS"]
    collected = {found[1] for path in FILES for found in extract_from_file("python", path, keywords=keywords)}
    templates = [node.args[0] for _, node in calls("said")]
    assert len(templates) > 200
    for template in templates:
        assert isinstance(template, ast.Constant), f"line {template.lineno}: a template is written where it is said"
        assert template.value in collected or not template.value, template.value


@pytest.mark.parametrize("name", sorted(SAYING))
def test_no_reader_hands_on_a_sentence_that_is_not_said(name: str) -> None:
    for path, call in calls(name):
        loose = [one for one in call.args if isinstance(one, ast.JoinedStr | ast.Constant) and name != "fault"]
        loose += [one for one in call.args[1:2] if isinstance(one, ast.JoinedStr) and name == "fault"]
        assert not [one for one in loose if isinstance(getattr(one, "value", ""), str)], f"{path.name}:{call.lineno}"


BAD: dict[str, Callable[[], object]] = {
    "curriculum": lambda: parse_curriculum(
        """
format: lms-curriculum/1
id: x
titel: X
scale: [{level: 1, title: Knows}, {level: 3, title: Alone}]
competencies:
  - {id: a, title: 3, kind: skil, levels: {7: far}, parent: b, holders: {level: 0, people: 1.5}}
  - {id: a, title: A, kind: skill, source: {system: 1}, title: again}
courses:
  - {id: c, title: C, hours: 0.001, renewal_hours: 9000000000, grants: [{competency: a, level: 99}, {competency: a, level: 1}]}
  - {id: " d", title: D, hours: yes, requires: {any: []}, sessions: [{id: s, starts: 2026-02-30T00:00:00Z, seats: -1}]}
  - {id: e, title: E, hours: 1, requires: [{course: q}, {level: 1}, 3, {at_least: 5, of: [{course: c}]}, {all: 1}]}
roles:
  - {id: r, title: R, requires: [{competency: zz, level: 1}], gates: [{kind: outcom}, {metric: x}], next: [rr]}
calendar: {blackouts: [{from: 2026-02-02, to: 2026-01-01}]}
""",
        "courses.yaml",
    ),
    "no yaml": lambda: parse_curriculum("a: [", "x.yaml"),
    "no json": lambda: parse_curriculum("{", "x.json"),
    "not utf-8": lambda: parse_curriculum(b"a: \xff", "x.yaml"),
    "sheet": read_rows(COURSES, b"id,hours,needs\nc,x,any of (\nc,1,a:b\n", "x.csv").problems.check,
    "roster": lambda: read_roster(b"name,mail,rights,team\n,no mail,king,a/b\n", "x.csv"),
    "case": lambda: read_case(b'{"CFDocument": {"title": 3}, "CFItems": [{"identifier": "a"}]}', "x.json"),
    "moodle": lambda: read_moodle_csv(b"Parent ID number,ID number,Short name,Is framework\n,a,A,\n", "x.csv"),
}


@pytest.mark.parametrize("source", BAD)
def test_whatever_is_wrong_with_a_file_every_part_of_the_sentence_is_translated(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the language of this test every letter of a sentence is an x; what stays is names, quoted, and figures."""

    def spoken(sentence: str, /, **values: object) -> str:
        crossed = re.sub(r"%\(\w+\)s|%%|[a-zA-Z]", lambda one: one[0] if one[0][0] == "%" else "x", sentence)
        return crossed % values if values else crossed

    monkeypatch.setattr(i18n, "gettext", spoken)
    with pytest.raises(Invalid) as refused:
        BAD[source]()
    for problem in refused.value.problems:
        assert isinstance(problem.message, Said), problem.message
        told = re.sub(r"'[^']*'|(?<=xxxx: ).*", "", i18n.say(problem.message))  # behind that colon the parser speaks
        left = {word for word in re.findall("[a-zA-Z_]{4,}", told) if word.strip("x_")}
        assert left <= OF_THE_FORMAT, told


OF_THE_FORMAT = frozenset(
    ("knowledge", "skill", "ability", "competency", "course", "outcome", "attestation", "months", "role", "level"),
).union(("trainer", "auditor", "at_least"))
"""Words of the format itself."""


def test_a_count_is_written_as_the_language_does() -> None:
    app = Flask(__name__)
    i18n.install(app, language_of=lambda: "de")
    sentence = said("%(count)s problems", count=Figure(12_345))
    assert sentence == "12,345 problems"
    with app.test_request_context():
        assert i18n.say(sentence) == "12.345 problems"
