"""Real catalogues with proven optima, where they lie beside the project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lms.engine.path import Planner, Status
from lms.interop.curriculum_file import read_curriculum
from tests.build import a_person

CURRICULA = Path(__file__).parents[3] / "shared/curricula"
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("name", ["uw", "metacademy"])
def test_every_case_of_a_real_catalogue_gives_its_proven_hours(name: str) -> None:
    if not (CURRICULA / f"{name}.json").exists():
        pytest.skip(f"the catalogue {name}.json is not beside the project")
    planner = Planner(read_curriculum(CURRICULA / f"{name}.json"))
    lines = (CURRICULA / f"{name}.cases.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        person = a_person(id=case["person"], targets=(case["role"],), completed=case["completed"])
        path = planner.plan(person, TODAY)
        if case["status"] == "blocked":
            assert path.status is Status.BLOCKED, case["person"]
        else:
            assert path.status in (Status.OPTIMAL, Status.READY)
            assert (path.objective, path.bound) == (round(case["hours"] * 100),) * 2, case["person"]
