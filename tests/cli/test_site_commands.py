"""The commands of the site: what they do, what they refuse, and the exit code and stream of each answer."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lms.__main__ import main
from lms.cli import site_arguments
from lms.services.demo import organisation
from lms.storage.people import RIGHTS
from tests.cli.conftest import Ran, Run
from tests.databases import KINDS, Databases

SECRET = "tests only: 0123456789abcdefghijklmnopq"  # noqa: S105
CHEAP = {"LMS_PASSWORD_MEMORY_KIB": "8", "LMS_PASSWORD_PASSES": "1"}
PASSWORD = "a quiet river at dawn"  # noqa: S105


@pytest.fixture
def lms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `lms` in a folder of its own, with no settings but the cost of hashes."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        monkeypatch.delenv(name)
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)

    def command(*words: object, typed: str = "") -> Ran:
        with (tmp_path / "typed").open("w+") as file:
            file.write(typed)
            file.seek(0)
            monkeypatch.setattr(sys, "stdin", file)
            try:
                code = main([str(word) for word in words])
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command


@pytest.fixture
def ready(lms: Run, database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with a database that is up to date."""
    monkeypatch.setenv("LMS_DATABASE_URL", database)
    return lms


def refused(ran: Ran, *words: str) -> None:
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


# --- db ---


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_database_is_brought_up_to_date_once(
    lms: Run, databases: Databases, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", databases.empty(kind))
    before = lms("db", "check", "--format", "json")
    assert (before.code, json.loads(before.out)["up_to_date"]) == (1, False)
    assert "from nothing to" in lms("db", "upgrade").out
    assert "up to date" in lms("db", "upgrade").out
    after = lms("db", "check")
    assert after.code == 0


def test_a_database_of_a_newer_version_is_left_alone(ready: Run, database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'fffffffffff1'"))
    engine.dispose()
    refused(ready("db", "upgrade"), "fffffffffff1", "newer")
    assert ready("db", "check").code == 1


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("nonsense", "LMS_DATABASE_URL"),
        ("postgresql://ana:hunter2@127.0.0.1:1/x", "Cannot use the database"),
        ("sqlite:////no/such/folder/x.db", "Cannot use the database"),
    ],
)
def test_a_database_that_cannot_be_had_is_said_in_a_sentence(
    lms: Run, monkeypatch: pytest.MonkeyPatch, url: str, word: str
) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", url)
    ran = lms("db", "check")
    refused(ran, word)
    assert "hunter2" not in ran.err


@pytest.mark.parametrize("words", [("db", "upgrade"), ("user", "list")])
def test_a_file_that_is_no_database_is_said_in_a_sentence(
    lms: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, str]
) -> None:
    (tmp_path / "cairn.db").write_text("name,mail\nDana,dana@acme.test\n" * 10)
    monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path / 'cairn.db'}")
    refused(lms(*words), "Cannot use the database: file is not a database")


@pytest.mark.parametrize("words", [("serve",), ("worker", "--once"), ("user", "list")])
def test_what_needs_tables_names_the_command_that_makes_them(lms: Run, words: tuple[str, ...]) -> None:
    refused(lms(*words), "lms db upgrade")


# --- config ---


def test_every_setting_is_told_with_where_it_came_from_and_secrets_are_not(
    lms: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(SECRET)
    (tmp_path / ".env").write_text("LMS_LOG_LEVEL=ERROR\n")
    monkeypatch.setenv("LMS_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("LMS_DATABASE_URL", "postgresql://ana:hunter2@db.example:5433/cairn?password=hunter2")
    ran = lms("config", "--format", "json")
    told = {setting["name"]: setting for setting in json.loads(ran.out)}
    assert told["LMS_SECRET_KEY"]["value"] == "***"
    assert told["LMS_DATABASE_URL"]["value"] == "postgresql://ana:***@db.example:5433/cairn"
    assert {name: told[name]["source"] for name in ("LMS_DATABASE_URL", "LMS_SECRET_KEY", "LMS_LOG_LEVEL")} == {
        "LMS_DATABASE_URL": "environment", "LMS_SECRET_KEY": "file", "LMS_LOG_LEVEL": ".env",
    }  # fmt: skip
    assert told["LMS_BASE_URL"]["source"] == "default"
    assert all(setting["description"] for setting in told.values())
    table = lms("config")
    assert table.code == 0
    assert "hunter2" not in table.out
    assert SECRET not in ran.out + table.out
    assert set(re.findall(r"LMS_\w+", table.out)) >= set(told)


def test_wrong_settings_are_all_said_at_once(lms: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_ENVIRONMENT", "staging")
    monkeypatch.setenv("LMS_MAX_UPLOAD_MB", "many")
    for words in (("config",), ("db", "upgrade"), ("serve",)):
        refused(lms(*words), "LMS_ENVIRONMENT", "LMS_MAX_UPLOAD_MB")


@pytest.mark.parametrize("words", [("config",), ("db", "check"), ("serve",), ("demo", "--seed-only")])
def test_a_file_or_folder_that_cannot_be_used_is_named(
    lms: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    refused(lms(*words), "LMS_SECRET_KEY_FILE", "nowhere")
    monkeypatch.delenv("LMS_SECRET_KEY_FILE")
    (tmp_path / "file").touch()
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path / "file" / "data"))
    if words != ("config",):
        refused(lms(*words), "LMS_DATA_DIR", "file")


# --- user ---


def test_an_administrator_is_made_and_the_first_run_is_over(ready: Run) -> None:
    made = ready("user", "create", "--name", "Ana Lima", "--mail", "ana@cairn.test", "--right", "administrator",
                 "--password-stdin", typed=f"{PASSWORD}\n")  # fmt: skip
    assert (made.code, made.err) == (0, "")
    listed = json.loads(ready("user", "list", "--format", "json").out)
    assert [(one["name"], one["mail"], one["state"], one["rights"]) for one in listed] == [
        ("Ana Lima", "ana@cairn.test", "active", ["administrator"])
    ]
    with serving(ready_port()) as (_, said):
        assert "Cairn is at" in said
        assert "/setup/" not in said


def test_an_invitation_gives_the_address_that_the_mail_gives(ready: Run) -> None:
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test")
    assert "/invitation/" in ready("user", "invite", "BO@cairn.test").out
    refused(ready("user", "invite", "nobody@cairn.test"), "nobody@cairn.test")


def test_a_password_is_set_by_the_rules_of_the_pages(ready: Run) -> None:
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test")
    refused(ready("user", "password", "bo@cairn.test", "--password-stdin", typed="short\n"), "8 characters")
    refused(ready("user", "password", "bo@cairn.test", typed=f"{PASSWORD}\n"), "--password-stdin")
    assert ready("user", "password", "bo@cairn.test", "--password-stdin", typed=f"{PASSWORD}\n").code == 0


def test_rights_are_set_and_the_last_administrator_stays(ready: Run) -> None:
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test", "--right", "administrator", "--right", "rep")
    assert ready("user", "rights", "bo@cairn.test", "--right", "administrator").out == "Rights: administrator\n"
    refused(ready("user", "rights", "bo@cairn.test"), "last administrator")
    refused(ready("user", "deactivate", "bo@cairn.test"), "last administrator")
    ready("user", "create", "--name", "Cy", "--mail", "cy@cairn.test", "--right", "rep")
    assert ready("user", "deactivate", "cy@cairn.test").code == 0
    assert ready("user", "reset-factor", "bo@cairn.test").code == 0


def test_a_person_that_cannot_be_is_refused_with_every_reason(ready: Run) -> None:
    refused(ready("user", "create", "--name", "\u200b", "--mail", "no address"), "name", "mail address")
    refused(ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test", "--right", "king"), "king")
    refused(ready("user", "create", "--name", "Bo"), "--mail")


# --- worker and serve ---


def test_the_worker_does_what_is_due_and_ends(ready: Run) -> None:
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test")
    ran = ready("worker", "--once")
    assert ran.code == 0
    assert re.search(r"\d+ jobs? begun", ran.out)


@pytest.mark.parametrize(
    "words", [("--port", "0"), ("--port", "70000"), ("--threads", "0"), ("--host", "no such host")]
)
def test_a_place_that_cannot_be_served_is_refused(ready: Run, words: tuple[str, str]) -> None:
    refused(ready("serve", *words))


def test_a_port_that_is_taken_is_said(ready: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(ready("serve", "--port", taken.getsockname()[1]), "is taken", "--port")


def test_the_site_is_served_tells_its_first_address_and_ends_cleanly(ready: Run) -> None:
    port = ready_port()
    with serving(port) as (process, said):
        assert f"Cairn is at http://127.0.0.1:{port}" in said
        address = next(line.strip() for line in said.splitlines() if "/setup/" in line)
        with urllib.request.urlopen(address) as page:  # noqa: S310 - our own address
            assert page.status == 200
            assert "Server" not in page.headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.usefixtures("ready")
def test_another_port_than_the_one_mails_lead_to_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ready_port()
    assert f"LMS_BASE_URL=http://127.0.0.1:{port}\n" in complaint(port)
    monkeypatch.setenv("LMS_BASE_URL", f"http://127.0.0.1:{port}")
    assert complaint(port) == ""


def complaint(port: int) -> str:
    """What `lms serve` wrote to standard error, from its start to its end."""
    process = started("serve", "--port", str(port), stderr=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    _a_line_soon(process, port)
    process.terminate()
    return process.communicate(timeout=20)[1]


def ready_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


AT_A_TERMINAL = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " from lms.__main__ import main; sys.exit(main(sys.argv[1:]))"
)
"""`lms` that hears Ctrl-C, which a process ignores whose grandparents a shell put into the background."""


def started(*words: str, stderr: int | None = None) -> subprocess.Popen[str]:
    """`lms` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, *words],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


@contextmanager
def serving(port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`lms serve`, and what it said at the start."""
    process = started("serve", "--port", str(port))
    try:
        assert process.stdout
        said = process.stdout.readline()
        if "Nobody can sign in yet" in (more := _a_line_soon(process, port)):
            said += more + process.stdout.readline()
        yield process, said
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def _a_line_soon(process: subprocess.Popen[str], port: int) -> str:
    """The next line where there is one: it is written before the first request is answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"):
        pass
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), False)
    line = process.stdout.readline()
    os.set_blocking(process.stdout.fileno(), True)
    return line


# --- demo ---


def test_a_demo_is_seeded_once(ready: Run) -> None:
    first, second = (ready("demo", "--seed-only", "--people", 24) for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert "Seeded 24 people" in first.out
    assert "Nothing was seeded, the database holds 24 people" in second.out
    for kind in ("administrator", "trainer", "auditor", "head of sales", "manager of a team", "rep, ready"):
        assert kind in second.out
    told = re.search(r"code now: (\d{6})", second.out)
    assert told
    assert re.fullmatch(r"\d{6}\n", ready("demo", "--code").out)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_makes_its_tables_serves_works_and_ends_cleanly(lms: Run, ending: signal.Signals) -> None:
    port = ready_port()
    process = started("demo", "--people", "24", "--port", str(port))
    assert process.stdout
    with process.stdout as out:
        said = "".join(iter(lambda: "" if (line := out.readline()).startswith("Cairn is at") else line, ""))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert set(json.load(answer).values()) == {"ok"}
        assert "follow the cairns" in said
        process.send_signal(ending)
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert lms("db", "check").code == 0, "it made its own tables"


def test_an_organisation_that_is_there_is_no_demo(ready: Run) -> None:
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test")
    ran = ready("demo", "--seed-only")
    assert ran.code == 0
    assert "holds 1 person in 0 teams" in ran.out
    assert "Password" not in ran.out
    refused(ready("demo", "--code"), "no administrator of a demo")


def test_production_has_no_demo(ready: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_ENVIRONMENT", "production")
    monkeypatch.setenv("LMS_BASE_URL", "https://cairn.example")
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    refused(ready("demo", "--seed-only"), "not for production")
    assert json.loads(ready("user", "list", "--format", "json").out) == []


@pytest.mark.parametrize("people", ["0", "23", "5001", "-3", "many", "6٠"])
def test_a_demo_of_too_few_or_too_many_is_a_bad_call(lms: Run, people: str) -> None:
    refused(lms("demo", "--seed-only", f"--people={people}"), "--people")


# --- chain ---


def test_the_chain_is_verified_up_to_a_head_that_was_kept(ready: Run, database: str) -> None:
    refused(ready("chain", "head"), "Nothing has been sealed")
    ready("user", "create", "--name", "Bo", "--mail", "bo@cairn.test")
    ready("worker", "--once")
    head = ready("chain", "head").out.strip()
    assert head.startswith("sha256:")
    verified = ready("chain", "verify", "--head", head, "--format", "json")
    assert (verified.code, json.loads(verified.out)["verified"]) == (0, True)
    missing = ready("chain", "verify", "--head", "sha256:" + "0" * 64)
    assert (missing.code, "head" in missing.out) == (1, True)
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET action = 'person.praised' WHERE action = 'person.created'"))
    engine.dispose()
    changed = ready("chain", "verify", "--format", "json")
    assert (changed.code, json.loads(changed.out)["kind"]) == (1, "changed")


# --- all of them ---


def test_what_the_parser_says_by_heart_is_what_the_services_say() -> None:
    assert (site_arguments.FEWEST, site_arguments.USUAL, site_arguments.MOST) == (
        organisation.FEWEST,
        organisation.USUAL,
        organisation.MOST,
    )
    assert set(site_arguments.RIGHTS) == set(RIGHTS)


@pytest.mark.parametrize("words", [("db",), ("user",), ("user", "fire"), ("db", "sideways"), ("demo", "--now"), ()])
def test_a_bad_call_is_refused(lms: Run, words: tuple[str, ...]) -> None:
    refused(lms(*words), "usage: lms")


def test_planning_a_path_does_not_wait_for_the_site() -> None:
    program = "import sys, lms.__main__ as m, lms.cli.plan; print(sorted({n.split('.')[0] for n in sys.modules}))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"'(\w+)'", ran.stdout))
    assert "lms" in loaded
    assert not loaded & {"flask", "sqlalchemy", "alembic", "pydantic", "waitress", "argon2"}
