"""`lms export curriculum`, and the files it writes brought back by `lms import`: equal, or the difference said first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, write
from tests.cli.test_import import SOUND, lms, rows
from tests.services.import_files import a_csv

__all__ = ["lms"]

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


BAD = [
    ("export curriculum acne", "did you mean 'acme'?"),
    ("export curriculum acme --version 7", "no such version"),
    ("export curriculum acme --version 0", "no number of a version"),
    ("export curriculum acme --version 1 --draft", "not allowed with"),
    ("export curriculum acme --format doc", "invalid choice"),
    ("export curriculum acme -o nowhere/x.yaml", "nowhere/x.yaml: cannot be written"),
    ("import courses bad.csv", "--into is missing"),
    ("import courses bad.csv --into acne", "did you mean 'acme'?"),
    ("import courses bad.csv --into acme", "bad.csv:1: unknown column 'role'"),
    ("import courses bad.csv --into acme --dry-run", "bad.csv:1: unknown column 'role'"),
    ("import courses . --into acme", "is a folder"),
    ("import curriculum bad.csv", "no column 'title'"),
    ("import curriculum moodle.csv", "Import this file into its draft"),
    ("import curriculum moodle.csv --into acme --publish", "--publish goes without --into"),
    ("import curriculum nothing.zip", "cannot be read"),
]


@pytest.fixture
def acme(lms: Run, tmp_path: Path) -> Path:
    """The curriculum's file, published."""
    path = write(tmp_path / "acme.json", SOUND)
    assert lms("import", "curriculum", path, "--publish").code == 0
    return path


@ONE
def test_every_format_is_written_and_those_that_hold_all_of_it_come_back_equal(
    lms: Run, acme: Path, tmp_path: Path, database: str
) -> None:
    audited = rows(database, "audit")
    for form in ("yaml", "json", "zip", "case"):
        name = f"out.{'json' if form == 'case' else form}"
        ran = lms("export", "curriculum", "acme", "--format", form, "-o", name)
        assert (ran.code, ran.out, bool(ran.err)) == (0, "", form == "case")
        words = ["--into", "acme"] if form == "case" else []
        again = lms("import", "curriculum", name, *words, "--dry-run")
        assert (again.code, again.out.split(":")[0], "7 unchanged" in again.out) == (
            0,
            "Nothing was written",
            True,
        ), again
    for form in ("xlsx", "moodle", "csv"):
        ran = lms("export", "curriculum", "acme", "--format", form, "--sheet", "competencies", "-o", f"x.{form}")
        assert ran.code == 0
        assert (tmp_path / f"x.{form}").stat().st_size > 50
    assert "has no courses: basics, deep, talk" in lms("export", "curriculum", "acme", "--format", "moodle").err
    told = json.loads(lms("export", "curriculum", "acme", "--format", "json", "--version", "1").out)
    assert told["courses"] == SOUND["courses"]
    assert rows(database, "audit") == audited


@ONE
def test_a_sheet_goes_into_a_draft_after_its_difference_was_said(
    lms: Run, acme: Path, tmp_path: Path, database: str
) -> None:
    (tmp_path / "c.csv").write_bytes(a_csv("id,name,Dauer", "talk,Long talk,2", "new,New,1"))
    sheet: list[Any] = ["import", "courses", "c.csv", "--into", "acme", "--column", "Dauer=hours"]
    dry = lms(*sheet, "--dry-run")
    assert dry.code == 0
    assert "~ course talk Long talk: title: Talk → Long talk; hours: 1 → 2" in dry.out
    assert "+ course new New" in dry.out
    assert "this was a dry run: 1 new, 1 changed, 0 unchanged" in dry.out
    assert "course-unused" in dry.err or "no role" in dry.err
    assert rows(database, "draft_edit") == 0
    assert lms(*sheet).out.splitlines()[-1] == "Put into the draft: 1 new, 1 changed, 0 unchanged"
    assert lms(*sheet).out == "Nothing to do: 2 unchanged\n"
    assert rows(database, "draft_edit") == 1
    assert '"Long talk"' in lms("export", "curriculum", "acme", "--format", "json", "--draft").out
    assert '"Long talk"' not in lms("export", "curriculum", "acme", "--format", "json").out
    assert lms("import", "roles", "--template", "roles.csv").code == 0


@ONE
def test_a_bad_call_or_file_ends_with_2_a_sentence_and_nothing_written(
    lms: Run, acme: Path, tmp_path: Path, database: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(a_csv("id,role", "x,administrator"))
    assert lms("export", "curriculum", "acme", "--format", "moodle", "-o", "moodle.csv").code == 0
    for words, told in BAD:
        ran = lms(*words.split())
        assert (ran.code, ran.out) == (2, ""), words
        assert told in ran.err, words
        assert "Traceback" not in ran.err, words
    assert rows(database, "draft_edit") == 0
