"""`lms plan`: answers, explanations, exit codes, and what a bad call or bad input gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from lms.cli.arguments import one_role_each
from tests.cli.conftest import CURRICULUM, Run, a_person, write

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/lms-path-1.json").read_text(encoding="utf-8"))
ON = ("--on", "2026-11-23")


def test_a_path_as_json_is_a_valid_document_that_says_what_the_contract_says(run: Run, acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person(weekly_hours=7))
    ran = run("plan", acme, person, *ON, "--format", "json")
    path = json.loads(ran.out)
    jsonschema.validate(path, SCHEMA)
    assert ran.code == 0
    assert (path["status"], path["objective"], path["bound"], path["cost"]) == ("optimal", 5.5, 5.5, 120.0)
    assert (path["ready_on"], path["requirements"]) == ("2026-11-28", {"met": 0, "required": 1})
    assert path["gaps"] == [{"competency": "k", "required": 2, "held": 0}]
    assert path["steps"][0]["because"] == [{"grants": {"competency": "k", "level": 1}, "for": {"course": "deep"}}]
    assert path["steps"][1]["after"] == ["basics"]


def test_a_path_as_text_ends_in_the_date(run: Run, acme: Path) -> None:
    ran = run("plan", acme, write(acme.parent / "dana.json", a_person()), *ON)
    assert ran.code == 0
    assert ran.out.strip().splitlines()[-1] == "Ready on Wednesday 2 December 2026, if all goes to plan."
    assert "Deep dive" in ran.out
    assert "\x1b" not in ran.out


def test_a_blocked_path_exits_with_3_and_is_still_printed(run: Run, acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person())
    ran = run("plan", acme, person, "--role", "vp", *ON, "--format", "json")
    assert (ran.code, json.loads(ran.out)["status"], ran.err) == (3, "blocked", "")


def test_several_roles_are_planned_for_at_once(run: Run, acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person())
    ran = run("plan", acme, person, "--role", "ae", "se", *ON, "--format", "json")
    assert json.loads(ran.out)["roles"] == ["ae", "se"]
    assert run("plan", "--role", "ae", "--role", "se", acme, person, *ON, "--format", "json").out == ran.out


def test_an_own_order_is_kept_where_prerequisites_allow_and_is_one_persons(run: Run, acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person())
    call = ("plan", acme, person, *ON, "--format")
    kept = run(*call, "json", "--order", "deep", "--order", "basics", "--order", "of-another-curriculum")
    assert [step["course"] for step in json.loads(kept.out)["steps"]] == ["basics", "deep"]
    refused = run(*call, "jsonl", "--order", "deep")
    assert (refused.code, "--order" in refused.err) == (2, True)


def test_role_takes_several_words_once_the_files_are_named_and_one_before() -> None:
    assert one_role_each(["plan", "c", "--role", "a", "p"]) == ["plan", "c", "--role", "a", "p"]
    assert one_role_each(["plan", "c", "p", "--on", "d", "--role", "a", "b"])[-4:] == ["--role", "a", "--role", "b"]
    assert one_role_each(["plan", "--role=a", "c", "p"]) == ["plan", "--role=a", "c", "p"]


def test_why_and_why_not_answer_in_sentences(run: Run, acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person())
    why = run("plan", acme, person, *ON, "--why", "basics")
    assert "Nobody in this position can do without it" in why.out
    why_not = run("plan", acme, person, *ON, "--why-not", "talk")
    assert "gives nothing that Account executive asks for" in why_not.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "required"),
        (("plan", "nowhere.json", "dana.json"), "nowhere.json"),
        (("plan", "acme.json", "nobody.json"), "nobody.json"),
        (("plan", "acme.json", "dana.json", "--role", "aee"), "did you mean 'ae'"),
        (("plan", "acme.json", "dana.json", "--on", "2026-02-30"), "no date that exists"),
        (("plan", "acme.json", "dana.json", "--on", "2026-W01-1"), "no date that exists"),
        (("plan", "acme.json", "dana.json", "--time-limit", "0"), "above 0"),
        (("plan", "acme.json", "dana.json", "--time-limit", "nan"), "above 0"),
        (("plan", "acme.json", "dana.json", "--minimise", "joy"), "invalid choice"),
        (("plan", "acme.json", "dana.json", "--jobs", "2"), "--format jsonl"),
        (("plan", "acme.json", "dana.json", "--format", "jsonl", "--jobs", "0"), "processes"),
        (("plan", "acme.json", "dana.json", "--why", "nothing"), "no course 'nothing'"),
        (("plan", "acme.json", "dana.json", "--why", "talk"), "not on this path"),
        (("plan", "acme.json", "lost.json"), "no target"),
        (("plan", "bad.json", "dana.json"), "unknown competency 'kk' (did you mean 'k'?)"),
        (("plan", "acme.json", "bad-person.json"), "unknown course 'basic' (did you mean 'basics'?)"),
        (("plan", "acme.json", "gone.jsonl", "--format", "jsonl"), "gone.jsonl"),
        (("fly",), "invalid choice"),
    ],
)
def test_bad_input_and_bad_calls_exit_with_2_and_say_why_on_standard_error_only(
    run: Run, acme: Path, words: tuple[str, ...], said: str
) -> None:
    write(acme.parent / "dana.json", a_person())
    lost = a_person()
    del lost["target"]
    write(acme.parent / "lost.json", lost)
    write(acme.parent / "bad.json", {**CURRICULUM, "roles": [
        {"id": "ae", "title": "AE", "requires": [{"competency": "kk", "level": 2}]}]})  # fmt: skip
    write(acme.parent / "bad-person.json", a_person(completed=[{"course": "basic", "on": "2026-01-01"}]))
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("form", ["text", "json"])
def test_output_is_utf_8_whatever_the_environment_says(acme: Path, form: str) -> None:
    person = write(acme.parent / "dana.json", a_person(id="dána"))
    command = [sys.executable, "-m", "lms", "plan", str(acme), str(person), *ON, "--format", form]
    ran = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=True)
    assert "dána" in ran.stdout.decode("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full_is_said_in_plain_words(acme: Path) -> None:
    person = write(acme.parent / "dana.json", a_person())
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "lms", "plan", str(acme), str(person), *ON]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 2
    assert b"cannot write the answer" in ran.stderr
    assert b"Traceback" not in ran.stderr
