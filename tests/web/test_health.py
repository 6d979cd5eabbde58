"""The process lives; the site is ready when database, migrations and queue are. Monitors learn a word each."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.config import Settings
from lms.services.running import jobs
from lms.storage import migrate
from lms.storage.jobs import Heartbeat
from lms.storage.session import db
from tests.databases import KINDS, Databases
from tests.organisation import Browser, somebody

WELL = {"database": "ok", "migrations": "ok", "queue": "ok"}


def waiting(session: Session, *, minutes: int) -> None:
    jobs.enqueue(session, "paths.replan", {"people": []}, now=datetime.now(UTC) - timedelta(minutes=minutes))
    session.commit()


def test_the_process_lives_whatever_the_database_does(settings: Settings, tmp_path: Path) -> None:
    gone = settings.model_copy(update={"database_url": None, "data_dir": tmp_path / "data"})
    app = create_app(gone)
    shutil.rmtree(tmp_path / "data")
    answer = Browser(app).get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert Browser(app).get("/readyz").json == {
        "database": "unreachable",
        "migrations": "unknown",
        "queue": "unknown",
    }


def test_a_new_site_is_ready(browser: Browser) -> None:
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, WELL)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_monitors_get_no_cookie_and_nothing_is_kept(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_without_its_tables_is_not_ready(settings: Settings, databases: Databases, kind: str) -> None:
    app = create_app(settings.model_copy(update={"database_url": SecretStr(databases.empty(kind))}))
    answer = Browser(app).get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "migrations": "missing", "queue": "unknown"})
    with app.app_context():
        migrate.upgrade(db.engine)
    assert Browser(app).get("/readyz").json == WELL
    with app.app_context():
        db.engine.dispose()


def test_work_that_waits_without_a_worker_makes_the_site_not_ready(session: Session, browser: Browser) -> None:
    waiting(session, minutes=6)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {**WELL, "queue": "stalled"})


def test_work_that_has_just_been_asked_for_may_wait(session: Session, browser: Browser) -> None:
    waiting(session, minutes=4)
    assert browser.get("/readyz").json == WELL


def test_a_long_queue_with_a_worker_that_lives_is_well(session: Session, browser: Browser) -> None:
    session.add(Heartbeat(name="worker host:1", seen_at=datetime.now(UTC)))
    waiting(session, minutes=60)
    assert browser.get("/readyz").json == WELL


def test_a_worker_that_was_last_seen_long_ago_is_no_worker(session: Session, browser: Browser) -> None:
    session.add(Heartbeat(name="worker host:1", seen_at=datetime.now(UTC) - timedelta(minutes=6)))
    session.add(Heartbeat(name="sealer", seen_at=datetime.now(UTC)))
    waiting(session, minutes=60)
    assert browser.get("/readyz").status_code == 503


def test_health_is_told_whatever_host_the_probe_names(browser: Browser) -> None:
    assert browser.client.get("/healthz", base_url="https://10.1.2.3").status_code == 200
    assert browser.client.get("/sign-in", base_url="https://10.1.2.3").status_code == 400


@pytest.mark.parametrize("url", [None, "postgresql+psycopg://nobody@127.0.0.1:1/cairn"])
def test_a_database_that_is_away_is_a_503_on_every_page(settings: Settings, tmp_path: Path, url: str | None) -> None:
    kept = url and SecretStr(url)
    app = create_app(settings.model_copy(update={"database_url": kept, "data_dir": tmp_path / "data"}))
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    for address in ("/", "/sign-in", "/admin/people"):
        answer = Browser(app).get(address)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2")
        assert "Back in a moment" in answer.text


@pytest.mark.parametrize(
    "disaster",
    [
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)",
        "SET LOCAL idle_in_transaction_session_timeout = 50; SELECT 1",
    ],
)
def test_a_database_that_fails_amid_a_request_is_a_503_and_the_next_request_goes_well(
    app: Flask, session: Session, disaster: str
) -> None:
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("no server that could end a connection")
    person = somebody(session, rights=["auditor"])
    session.commit()
    browser = Browser(app).sign_in(person)
    view = app.view_functions["people.index"]

    def fails() -> str:
        for statement in disaster.split(";"):
            db.session.execute(text(statement))
        time.sleep(0.2)
        return str(view())

    app.view_functions["people.index"] = fails
    answer = browser.get("/admin/people")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2")
    app.view_functions["people.index"] = view
    assert browser.get("/admin/people").status_code == 200
