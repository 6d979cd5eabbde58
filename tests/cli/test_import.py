"""`lms import`: difference, all or nothing, twice nothing, and problems by row on standard error."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lms.__main__ import main
from tests.cli.conftest import CURRICULUM, Ran, Run, write
from tests.services.import_files import a_csv

PEOPLE = a_csv(
    "name,mail,number,team,role,role_since,target", "Dana Rivera,dana@acme.example,A-1,North,se,2026-01-05,ae"
)

SOUND = {**CURRICULUM, "roles": CURRICULUM["roles"][:2]}
"""The curriculum without the role that nobody can reach."""


@pytest.fixture
def lms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str) -> Run:
    """Run `lms` in a folder of its own, on a database that is up to date."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LMS_DATABASE_URL", database)

    def command(*words: object) -> Ran:
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command


def rows(database: str, table: str) -> int:
    engine = create_engine(database)
    with engine.connect() as connection:
        count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own names
    engine.dispose()
    return count


def published(lms: Run, tmp_path: Path) -> None:
    assert lms("import", "curriculum", write(tmp_path / "acme.json", SOUND), "--publish").code == 0


def file(tmp_path: Path, data: bytes, name: str = "people.csv") -> str:
    (tmp_path / name).write_bytes(data)
    return name


def test_a_curriculum_is_checked_frozen_and_published_and_twice_changes_nothing(
    lms: Run, tmp_path: Path, database: str
) -> None:
    path = write(tmp_path / "acme.json", SOUND)
    draft = lms("import", "curriculum", path)
    assert (draft.code, "draft" in draft.out) == (0, True)
    first = lms("import", "curriculum", path, "--publish", "--note", "the first")
    assert (first.code, first.out.split(";")[0]) == (0, "Acme academy is published as version 1")
    audited = rows(database, "audit")
    again = lms("import", "curriculum", path, "--publish")
    assert (again.code, again.out) == (0, "Acme academy is published already as version 1; nothing was changed\n")
    assert (rows(database, "curriculum_version"), rows(database, "audit")) == (1, audited)


def test_a_curriculum_that_fails_its_own_tests_is_not_kept(lms: Run, tmp_path: Path, database: str) -> None:
    broken = {**SOUND, "tests": [{"title": "Too good", "role": "ae", "at_most": {"hours": 1}}]}
    ran = lms("import", "curriculum", write(tmp_path / "acme.json", broken), "--publish")
    assert (ran.code, ran.out) == (2, "")
    assert "Too good" in ran.err
    assert rows(database, "curriculum") == 0
    ran = lms("import", "curriculum", write(tmp_path / "acme.json", CURRICULUM), "--publish")
    assert (ran.code, "can reach role 'vp'" in ran.err, rows(database, "curriculum")) == (2, True, 0)


def test_people_come_in_once(lms: Run, tmp_path: Path, database: str) -> None:
    published(lms, tmp_path)
    name = file(tmp_path, PEOPLE)
    dry = lms("import", "people", name, "--dry-run")
    assert (dry.code, rows(database, "person")) == (0, 0)
    assert "Dana Rivera" in dry.out
    assert "Nothing was written: this was a dry run: 1 new, 0 changed, 0 unchanged, 1 new team" in dry.out
    assert "Imported: 1 new" in lms("import", "people", name).out
    audited = rows(database, "audit")
    assert "Nothing to do: 0 new, 0 changed, 1 unchanged" in lms("import", "people", name).out
    assert (rows(database, "person"), rows(database, "audit")) == (1, audited)


def test_47_problems_are_told_by_file_and_row_on_standard_error_and_nothing_is_written(
    lms: Run, tmp_path: Path, database: str
) -> None:
    published(lms, tmp_path)
    ran = lms("import", "people", file(tmp_path, PEOPLE + b"Kim,kim,,,,,\nEve,eve@acme.example,,,sf,2026-01-01,\n"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "people.csv:3: 'mail' must be a mail address such as dana@acme.example, not 'kim'",
        "people.csv:4: no published curriculum has the role 'sf'",
    ]
    assert rows(database, "person") == 0


def test_who_is_new_is_invited_when_asked(lms: Run, tmp_path: Path, database: str) -> None:
    published(lms, tmp_path)
    assert "1 invited" in lms("import", "people", file(tmp_path, PEOPLE), "--invite").out
    assert rows(database, "one_time_link") == 1


def test_json_has_every_difference(lms: Run, tmp_path: Path) -> None:
    published(lms, tmp_path)
    lms("import", "people", file(tmp_path, PEOPLE))
    ran = lms("import", "people", file(tmp_path, PEOPLE.replace(b"Dana Rivera", b"Dana Lopez")), "--format", "json")
    document = json.loads(ran.out)
    assert document["written"] is True
    assert document["changed"] == [
        {
            "row": 2,
            "who": "Dana Lopez",
            "what": "",
            "changes": [{"field": "name", "old": "Dana Rivera", "new": "Dana Lopez"}],
        }
    ]


def test_the_record_comes_in_too(lms: Run, tmp_path: Path, database: str) -> None:
    published(lms, tmp_path)
    lms("import", "people", file(tmp_path, PEOPLE))
    for kind, data, table in (
        ("completions", a_csv("person,course,on", "A-1,basics,2026-02-01"), "completion"),
        ("evidence", a_csv("person,competency,level,on", "A-1,k,2,2026-02-01"), "evidence"),
        ("outcomes", a_csv("person,metric,month,value", "A-1,quota,2026-02,0.9"), "outcome"),
    ):
        assert lms("import", kind, file(tmp_path, data)).code == 0
        assert rows(database, table) == 1


def test_a_column_with_another_name_can_be_said(lms: Run, tmp_path: Path, database: str) -> None:
    name = file(tmp_path, a_csv("Nom,Courriel,Solde", "Dana,dana@acme.example,12"))
    said = ("--column", "Nom=name", "--column", "Courriel=mail", "--column", "Solde=")
    assert lms("import", "people", name, *said).code == 0
    assert rows(database, "person") == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_is_written_once_and_can_be_read(lms: Run, tmp_path: Path, form: str) -> None:
    assert lms("import", "outcomes", "--template", f"out.{form}").code == 0
    assert (tmp_path / f"out.{form}").stat().st_size > 0
    assert lms("import", "outcomes", "--template", f"out.{form}").code == 2
    assert "unknown column" not in lms("import", "outcomes", f"out.{form}").err


@pytest.mark.parametrize(
    "words",
    [
        ("import",),
        ("import", "people"),
        ("import", "people", "nowhere.csv"),
        ("import", "people", "a.csv", "--template", "b.csv"),
        ("import", "people", "a.csv", "--column", "x"),
        ("import", "people", "--template", "b.pdf"),
        ("import", "completions", "a.csv", "--invite"),
        ("import", "curriculum", "nowhere"),
    ],
)
def test_a_bad_call_is_told_on_standard_error(lms: Run, words: tuple[str, ...]) -> None:
    ran = lms(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err
