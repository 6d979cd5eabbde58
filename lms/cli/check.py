"""`lms curriculum check`: every finding at once, and what the curriculum's author asserts, as text or JSON."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from lms.cli.arguments import today
from lms.cli.load import curriculum_at
from lms.cli.show import console
from lms.engine.assertions import Outcome, run_tests
from lms.engine.check import check_curriculum
from lms.engine.curriculum import Curriculum
from lms.engine.mending.findings import Finding, Severity

NOT_CLEAN = 1


def run(call: Namespace) -> int:
    """Check; 0 when clean or warnings only, 1 with a finding of severity error or a failed test."""
    curriculum = curriculum_at(call.curriculum)
    findings = check_curriculum(curriculum)
    outcomes = run_tests(curriculum, today())
    if call.format == "json":
        sys.stdout.write(json.dumps(_document(curriculum, findings, outcomes), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(console(), curriculum, findings, outcomes)
    failed = any(finding.severity is Severity.ERROR for finding in findings) or not all(o.passed for o in outcomes)
    return NOT_CLEAN if failed else 0


def _document(curriculum: Curriculum, findings: Sequence[Finding], outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "format": "lms-check/1",
        "curriculum": curriculum.id,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "place": finding.place,
                "kind": finding.kind.value,
                "id": finding.id,
                "message": finding.message,
                "mend": finding.mend,
            }
            for finding in findings
        ],
        "tests": [{"title": o.title, "passed": o.passed, "message": o.message} for o in outcomes],
    }


def _show(out: Console, curriculum: Curriculum, findings: Sequence[Finding], outcomes: Sequence[Outcome]) -> None:
    for finding in findings:
        severity = (finding.severity.value, "bold red" if finding.severity is Severity.ERROR else "bold yellow")
        code = (f" {finding.code}", "dim")
        out.print(Text.assemble(severity, code, f" {finding.place}: {finding.message}"))
        out.print(f"    {finding.mend}", style="dim")
    for outcome in outcomes:
        verdict = ("passed", "green") if outcome.passed else ("failed", "bold red")
        out.print(Text.assemble(verdict, f" {outcome.title}", f": {outcome.message}" if outcome.message else ""))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counts = (
        f"{len(curriculum.competencies)} competencies, {len(curriculum.courses)} courses, {len(curriculum.roles)} roles: "
        f"{errors} errors, {len(findings) - errors} warnings, "
        f"{sum(o.passed for o in outcomes)} of {len(outcomes)} tests passed"
    )
    out.print(counts, style="bold")
