"""What the tests of findings share: the findings of a curriculum made of a few parts."""

from __future__ import annotations

from typing import Any

from lms.engine.check import Finding, check_curriculum
from lms.engine.curriculum import Course, Role
from tests.build import a_curriculum


def found(*parts: Course | Role, code: str = "", **more: Any) -> list[Finding]:
    """The findings of a curriculum of these parts, or those of one code."""
    return [f for f in check_curriculum(a_curriculum(*parts, **more)) if code in {"", f.code}]


def codes(*parts: Course | Role, **more: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in found(*parts, **more)]
