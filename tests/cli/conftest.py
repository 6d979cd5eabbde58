"""A small curriculum and people on disk, and the command run as a person would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lms.cli import main

CURRICULUM: dict[str, Any] = {
    "format": "lms-curriculum/1",
    "id": "acme",
    "title": "Acme academy",
    "scale": [{"level": 1, "title": "Knows"}, {"level": 2, "title": "Works alone"}],
    "competencies": [
        {"id": "k", "title": "Negotiating", "kind": "skill"},
        {"id": "m", "title": "Discovery", "kind": "knowledge"},
    ],
    "courses": [
        {"id": "basics", "title": "Basics", "hours": 2, "grants": [{"competency": "k", "level": 1}]},
        {
            "id": "deep",
            "title": "Deep dive",
            "hours": 3.5,
            "cost": 120,
            "requires": {"competency": "k", "level": 1},
            "grants": [{"competency": "k", "level": 2}],
        },
        {"id": "talk", "title": "Talk", "hours": 1, "grants": [{"competency": "m", "level": 1}]},
    ],
    "roles": [
        {"id": "ae", "title": "Account executive", "requires": [{"competency": "k", "level": 2}]},
        {"id": "se", "title": "Engineer", "requires": [{"competency": "m", "level": 1}]},
        {"id": "vp", "title": "Vice president", "requires": [{"competency": "m", "level": 2}]},
    ],
    "tests": [{"title": "Anybody becomes an AE within 10 hours", "role": "ae", "at_most": {"hours": 10}}],
}


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `lms` with these words in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> Ran:
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The curriculum's file."""
    return write(tmp_path / "acme.json", CURRICULUM)


def a_person(**keys: object) -> dict[str, object]:
    """A person document heading for the role `ae`."""
    return {"format": "lms-person/1", "id": "dana", "target": "ae", **keys}


def write(path: Path, document: object) -> Path:
    """Write a document as JSON and return its path."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_lines(path: Path, *lines: object) -> Path:
    """Write documents (or raw text) a line each."""
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path
