"""What holds of the code itself: docstrings, lock files, the shipped curriculum and its people."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from lms.engine.assertions import run_tests
from lms.engine.check import check_curriculum
from lms.engine.path import Planner
from lms.interop.curriculum_file import load_curriculum
from lms.interop.person_file import read_person

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "lms").rglob("*.py"))
SHIPPED = ROOT / "curricula/world-class-selling"
PEOPLE = sorted((ROOT / "curricula/world-class-selling-people").glob("*.yaml"))
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_every_public_name_says_what_it_is(source: Path) -> None:
    module = ast.parse(source.read_text(encoding="utf-8"))
    named = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for owner in [node for node in named if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]:
        named += [node for node in owner.body if isinstance(node, ast.FunctionDef)]
    silent = [f"{n.name}, line {n.lineno}" for n in named if not n.name.startswith("_") and not ast.get_docstring(n)]
    assert ast.get_docstring(module)
    assert silent == []


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda path: path.name)
def test_a_lock_file_pins_every_package_with_hashes_and_names_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") > len(pinned)
    assert "://" not in text
    assert "index-url" not in text


def test_the_shipped_curriculum_has_the_model_s_names_and_no_finding() -> None:
    loaded = load_curriculum(SHIPPED)
    clusters = [competency.cluster for competency in loaded.curriculum.competencies]
    assert {name: clusters.count(name) for name in ("Partnering", "Insight", "Solution", "Effectiveness")} == {
        "Partnering": 6, "Insight": 7, "Solution": 6, "Effectiveness": 10,
    }  # fmt: skip
    assert len(clusters) == 29 + 13
    assert len(loaded.curriculum.objectives) == 3
    assert loaded.warnings == ()
    assert check_curriculum(loaded.curriculum) == ()


def test_the_shipped_curriculum_passes_its_own_tests() -> None:
    outcomes = run_tests(load_curriculum(SHIPPED).curriculum, TODAY)
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.passed] == []


def test_the_demo_people_stand_at_different_places_on_the_way() -> None:
    curriculum = load_curriculum(SHIPPED).curriculum
    planner = Planner(curriculum)
    paths = [planner.plan(read_person(person, curriculum), TODAY) for person in PEOPLE]
    assert len(paths) == 12
    assert {path.status for path in paths} >= {"ready", "optimal"}
    assert any(len(path.roles) > 1 for path in paths)
    assert any(step.renews for path in paths for step in path.steps)
    assert any(step.session for path in paths for step in path.steps)
    assert all(path.order_is_exact for path in paths if not any(step.session for step in path.steps))
