"""`lms curriculum check` and `lms curriculum diff`."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import CURRICULUM, Run, a_person, write, write_lines


def altered(change: dict[str, Any] | None = None, **course: Any) -> dict[str, Any]:
    document = copy.deepcopy(CURRICULUM)
    document["courses"][1].update(course)
    return {**document, **(change or {})}


def test_warnings_alone_exit_with_0_and_are_all_listed(run: Run, tmp_path: Path) -> None:
    roles = CURRICULUM["roles"][:2]
    file = write(tmp_path / "a.json", altered({"roles": roles, "competencies": CURRICULUM["competencies"]}))
    ran = run("curriculum", "check", file)
    assert ran.code == 0
    assert "0 errors" in ran.out
    assert "1 of 1 tests passed" in ran.out


def test_a_role_that_nobody_reaches_exits_with_1_and_names_the_cause(run: Run, acme: Path) -> None:
    ran = run("curriculum", "check", acme, "--format", "json")
    told = json.loads(ran.out)
    assert ran.code == 1
    assert [(f["code"], f["severity"], f["id"]) for f in told["findings"] if f["severity"] == "error"] == [
        ("role-unreachable", "error", "vp")
    ]
    assert all(finding["mend"] for finding in told["findings"])


def test_a_failed_test_of_the_curriculum_exits_with_1_and_says_what_was_found(run: Run, tmp_path: Path) -> None:
    tests = [{"title": "Within an hour", "role": "ae", "at_most": {"hours": 1}}]
    file = write(tmp_path / "a.json", altered({"roles": CURRICULUM["roles"][:2], "tests": tests}))
    ran = run("curriculum", "check", file)
    assert ran.code == 1
    assert "failed Within an hour: it takes 5.5 hours, not at most 1" in ran.out


def test_a_document_with_errors_exits_with_2_and_prints_nothing_on_standard_output(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", altered(hours=-1, cost="much"))
    ran = run("curriculum", "check", file)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 2


def test_diff_says_what_changed_and_whose_path_by_how_much(run: Run, acme: Path) -> None:
    new = write(acme.parent / "new.json", altered(hours=5))
    people = write_lines(acme.parent / "p.jsonl", a_person(), a_person(id="eve", target="se"))
    ran = run("curriculum", "diff", acme, new, "--people", people, "--on", "2026-11-23")
    assert ran.code == 0
    assert "~ course deep" in ran.out
    assert "dana: 1.5 h more" in ran.out
    assert "1 changed, 1 unchanged" in ran.out
    assert "eve" not in ran.out


def test_diff_accepts_ids_known_to_either_curriculum(run: Run, acme: Path) -> None:
    courses = [c for c in CURRICULUM["courses"] if c["id"] != "talk"]
    new = write(acme.parent / "new.json", altered({"courses": courses}))
    done = [{"course": "talk", "on": "2026-01-01"}]
    people = write_lines(acme.parent / "p.jsonl", a_person(completed=done), a_person(id="eve", target="se"))
    assert run("curriculum", "diff", acme, new, "--people", people).code == 0
    assert run("curriculum", "diff", new, acme, "--people", people).code == 0


def test_diff_of_equal_curricula_says_so(run: Run, acme: Path) -> None:
    ran = run("curriculum", "diff", acme, acme)
    assert (ran.code, ran.out) == (0, "Nothing changed.\n")


def test_diff_with_a_bad_line_of_people_exits_with_2_and_names_the_line(run: Run, acme: Path) -> None:
    people = write_lines(acme.parent / "p.jsonl", a_person(), "nonsense")
    ran = run("curriculum", "diff", acme, acme, "--people", people)
    assert (ran.code, ran.out) == (2, "")
    assert "p.jsonl:2" in ran.err


def test_diff_shows_a_gate_that_opens_later_and_one_that_is_new(run: Run, tmp_path: Path) -> None:
    def gated(*gates: dict[str, Any]) -> dict[str, Any]:
        roles = [{**CURRICULUM["roles"][0], "gates": list(gates)}, *CURRICULUM["roles"][1:]]
        return altered({"roles": roles})

    months = {"kind": "months-in-role", "role": "se", "at_least": 9}
    old = write(tmp_path / "old.json", gated(months))
    later = write(tmp_path / "later.json", gated({**months, "at_least": 36}))
    more = write(tmp_path / "more.json", gated(months, {"kind": "attestation", "by": "manager", "title": "Led"}))
    people = write_lines(tmp_path / "p.jsonl", a_person(role="se", since="2026-06-01"))
    call = ("--people", people, "--on", "2026-11-23")
    assert "dana: eligible 1 Mar 2027 → 1 Jun 2029" in run("curriculum", "diff", old, later, *call).out
    assert "0 of 2 → 0 of 3 requirements met" in run("curriculum", "diff", old, more, *call).out
