"""Curricula as files: loaded, checked, compiled, and a catalogue of 63,000 courses asked one question."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.apart import repeated
from benchmarks.catalogues import TODAY, somebody
from benchmarks.generate import product_lines
from benchmarks.setting import Setting
from benchmarks.table import Row, amount, verdict
from lms.engine.check import check_curriculum
from lms.engine.path import Planner, Status
from lms.interop.curriculum_file import curriculum_to_json, curriculum_to_yaml, read_curriculum


def load(setting: Setting) -> None:
    """A generated curriculum of 5,000 courses: read and checked, as JSON and as YAML."""
    made = product_lines(5_000)
    for kind, write, floor, aim in (("JSON", curriculum_to_json, 3.0, 1.0), ("YAML", curriculum_to_yaml, 6.0, 3.0)):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, f"curriculum.{kind.lower()}")
            file.write_text(write(made), encoding="utf-8")
            size = file.stat().st_size
            answer = repeated(lambda: len(check_curriculum(read_curriculum(file))), setting.runs)  # noqa: B023
        setting.report.add(
            Row(
                group="targets",
                what=f"5,000 courses, {kind}: load and check",
                value=amount(answer.seconds),
                floor=amount(floor),
                aim=amount(aim),
                verdict=verdict(answer.seconds, floor, aim),
                note=f"{size / 1e6:.1f} MB, {answer.value:,} findings.",
            )
        )


def large(setting: Setting) -> None:
    """A generated catalogue of 63,000 courses: loaded, compiled, and one path planned."""
    courses = 10_000 if setting.quick else 63_000
    made = product_lines(courses)
    role = made.roles[len(made.roles) // 2].id
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "catalogue.json")
        file.write_text(curriculum_to_json(made), encoding="utf-8")
        size = file.stat().st_size
        answer = repeated(lambda: _one_path(file, role, setting.limit), min(setting.runs, 3))
    setting.report.add(
        Row(
            group="targets",
            what=f"{courses:,} courses: load, compile, one query",
            value=amount(answer.seconds),
            floor="10 s",
            aim="3 s",
            verdict=setting.verdict(answer.seconds, 10, 3) if answer.value is Status.OPTIMAL else "MISS",
            note=f"{size / 1e6:.0f} MB of JSON; the path is {answer.value}.",
        )
    )


def _one_path(file: Path, role: str, time_limit: float) -> Status:
    return Planner(read_curriculum(file)).plan(somebody("new", role), TODAY, time_limit=time_limit).status
