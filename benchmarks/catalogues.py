"""The real catalogues and their cases: what each person completed, and the least hours that two solvers agreed on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lms.engine.curriculum import Curriculum
from lms.engine.person import Completion, Person
from lms.interop.curriculum_file import read_curriculum

TODAY = date(2026, 11, 23)
BEFORE = date(2026, 10, 1)
"""When people here completed what they completed; the catalogues' grants never lapse."""


@dataclass(frozen=True)
class Case:
    """Somebody's way to a role; `hours` are the proven least, in hundredths, None where part of it is unreachable."""

    person: Person
    role: str
    hours: int | None


@dataclass(frozen=True)
class Catalogue:
    """A real catalogue with its file and its cases."""

    name: str
    file: Path
    curriculum: Curriculum
    cases: tuple[Case, ...]


def catalogues(folder: Path) -> list[Catalogue]:
    """Every `NAME.json` in the folder, with the cases of `NAME.cases.jsonl` where that exists; by name."""
    return [_catalogue(file) for file in sorted(folder.glob("*.json"))]


def _catalogue(file: Path) -> Catalogue:
    cases = file.with_suffix(".cases.jsonl")
    lines = cases.read_text(encoding="utf-8").splitlines() if cases.exists() else []
    return Catalogue(file.stem, file, read_curriculum(file), tuple(_case(line) for line in lines))


def _case(line: str) -> Case:
    told = json.loads(line)
    person = somebody(told["person"], told["role"], told["completed"])
    hours = told.get("hours")
    return Case(person, told["role"], None if hours is None else round(hours * 100))


def somebody(person_id: str, role: str, completed: list[str] | tuple[str, ...] = ()) -> Person:
    """A person on the way to a role who completed these courses a while ago."""
    done = tuple(Completion(course=course, on=BEFORE) for course in completed)
    return Person(id=person_id, targets=(role,), completed=done)
