"""`lms plan … --format jsonl`: in order, the same bytes for any number of processes, and a bad line harms no other."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run, a_person, write, write_lines

ON = ("--on", "2026-11-23", "--format", "jsonl")


def test_each_line_gets_its_own_line_in_the_same_order(run: Run, acme: Path) -> None:
    people = write_lines(acme.parent / "p.jsonl", *(a_person(id=f"p{n}") for n in range(100)))
    ran = run("plan", acme, people, *ON)
    assert ran.code == 0
    assert [json.loads(line)["person"] for line in ran.out.splitlines()] == [f"p{n}" for n in range(100)]


def test_a_bad_line_gets_an_error_line_with_its_number_and_the_rest_goes_on(run: Run, acme: Path) -> None:
    targetless = a_person(id="lost")
    del targetless["target"]
    people = write_lines(
        acme.parent / "p.jsonl", a_person(), "", "{not json", "   ", a_person(completed=[{"course": "x"}]), targetless,
        a_person(id="last"),
    )  # fmt: skip
    ran = run("plan", acme, people, *ON)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 2
    assert [line.get("line") for line in lines] == [None, 3, 5, 6, None]
    assert all(isinstance(line["error"], str) and line["error"] for line in lines if "line" in line)
    assert lines[-1]["person"] == "last"


def test_a_blocked_path_exits_with_3_and_a_bad_line_wins_over_it(run: Run, acme: Path) -> None:
    people = write_lines(acme.parent / "p.jsonl", a_person(), a_person(target="vp"))
    assert run("plan", acme, people, *ON).code == 3
    people = write_lines(acme.parent / "p.jsonl", a_person(target="vp"), "nonsense")
    assert run("plan", acme, people, *ON).code == 2


def test_neither_processes_nor_other_lines_change_a_byte(run: Run, acme: Path) -> None:
    done = [{"course": "basics", "on": "2026-01-01"}]
    people = [a_person(id=f"p{n}", target=("ae", "se", "vp")[n % 3], completed=done * (n % 2)) for n in range(150)]
    path = write_lines(acme.parent / "p.jsonl", *people, "bad")
    one, three = run("plan", acme, path, *ON), run("plan", acme, path, *ON, "--jobs", 3)
    assert (one.code, one.out) == (three.code, three.out)
    alone = run("plan", acme, write(acme.parent / "one.json", people[7]), *ON[:2], "--format", "json")
    assert alone.out == one.out.splitlines(keepends=True)[7]


def test_a_role_on_the_call_overrides_every_line_s_target(run: Run, acme: Path) -> None:
    people = write_lines(acme.parent / "p.jsonl", a_person(target="vp"))
    ran = run("plan", acme, people, "--role", "se", *ON)
    assert (ran.code, json.loads(ran.out)["roles"]) == (0, ["se"])


def test_an_empty_file_of_people_gives_nothing(run: Run, acme: Path) -> None:
    people = acme.parent / "p.jsonl"
    people.write_bytes(b"\n\n")
    assert run("plan", acme, people, *ON) == (0, "", "")
