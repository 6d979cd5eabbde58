"""The real catalogues that lie beside the repository are read whole, and come back as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lms.interop.curriculum_file import (
    curriculum_to_document,
    curriculum_to_yaml,
    digest,
    parse_curriculum,
    read_curriculum,
)
from lms.interop.person_file import known_to, parse_person

SHARED = Path(__file__).parents[3] / "shared" / "curricula"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared catalogues do not lie beside the repository")


@pytest.mark.parametrize(("name", "courses"), [("uw", 1763), ("metacademy", 774)])
def test_a_real_catalogue_is_read_and_comes_back(name: str, courses: int) -> None:
    curriculum = read_curriculum(SHARED / f"{name}.json")
    assert len(curriculum.courses) == courses
    as_yaml = parse_curriculum(curriculum_to_yaml(curriculum), "a.yaml")
    assert as_yaml == curriculum
    assert digest(as_yaml) == digest(curriculum)
    again = parse_curriculum(json.dumps(curriculum_to_document(curriculum)), "a.json")
    assert again == curriculum


@pytest.mark.parametrize("name", ["uw", "metacademy"])
def test_the_people_of_a_real_catalogue_are_read(name: str) -> None:
    known = known_to(read_curriculum(SHARED / f"{name}.json"))
    for line in (SHARED / f"{name}.cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        completed = [{"course": course, "on": "2026-01-01"} for course in case["completed"]]
        document = {"format": "lms-person/1", "id": case["person"], "target": case["role"], "completed": completed}
        assert len(parse_person(json.dumps(document), known).completed) == len(case["completed"])
