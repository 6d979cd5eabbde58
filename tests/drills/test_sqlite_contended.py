"""Drill 5: eight writer processes, a long reader and a stuck writer on one SQLite file. No lost update, no 500."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.config import Settings
from lms.storage.people import Team
from lms.storage.session import db, prepare
from lms.storage.site import Site
from tests.databases import Databases
from tests.drills.site_process import free_port, settings_for
from tests.organisation import NOW, Browser, a_team, somebody

pytestmark = pytest.mark.drill
PROCESSES, EACH = 8, 25
STUCK_FOR, TOO_LONG = 3.0, 7.0
DONE, BUSY = 303, 503


def test_drill_5_eight_writers_lose_no_update_and_answer_no_500(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("sqlite")
    settings = settings_for(url, tmp_path, free_port())
    admin, team = _an_organisation(url)
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[int] = spawn.Queue()
    writers = [spawn.Process(target=_write, args=(settings, admin, team, turn, answers)) for turn in range(PROCESSES)]
    holding = spawn.Event()
    stuck = spawn.Process(target=_hold, args=(url, STUCK_FOR, holding))
    begun = time.monotonic()
    for process in (*writers, stuck):
        process.start()
    with _a_reader(url):
        got = [answers.get(timeout=120) for _ in range(PROCESSES * EACH)]
        for process in (*writers, stuck):
            process.join()
    assert holding.is_set()
    assert [process.exitcode for process in (*writers, stuck)] == [0] * (PROCESSES + 1)
    print(f"  {got.count(DONE)} saved, {got.count(BUSY)} told to come back, in {time.monotonic() - begun:.1f} s")
    assert set(got) <= {DONE, BUSY}
    assert got.count(DONE) > PROCESSES
    engine = create_engine(url)
    with Session(engine) as session:
        assert session.scalars(select(Team.version).where(Team.id == team)).one() == 1 + got.count(DONE)
    engine.dispose()


def test_drill_5_a_writer_that_waits_too_long_is_told_to_come_back(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("sqlite")
    app = create_app(settings_for(url, tmp_path, free_port()))
    admin, team = _an_organisation(url)
    browser = Browser(app, app.config["LMS_BASE_URL"]).sign_in(admin)
    spawn = multiprocessing.get_context("spawn")
    holding = spawn.Event()
    stuck = spawn.Process(target=_hold, args=(url, TOO_LONG, holding))
    stuck.start()
    holding.wait(30)
    answer = browser.post(f"/admin/teams/{team}", {"name": "Late", "parent": "", "manager": ""})
    assert answer.status_code == BUSY
    assert answer.headers["Retry-After"]
    assert browser.get("/admin/teams").status_code == 200
    stuck.join()
    with app.app_context():
        db.engine.dispose()


def _an_organisation(url: str) -> tuple[int, int]:
    engine = create_engine(url)
    prepare(engine)
    with Session(engine) as session:
        session.add(Site(set_up_at=NOW))
        admin, team = somebody(session, rights=["administrator"]).id, a_team(session, "Start").id
        session.commit()
    engine.dispose()
    return admin, team


@contextmanager
def _a_reader(url: str) -> Iterator[None]:
    """A reader whose transaction stays open until the block ends."""
    engine = create_engine(url)
    prepare(engine)
    with Session(engine) as session:
        session.scalars(select(Team.name)).all()
        yield
    engine.dispose()


def _write(settings: Settings, admin: int, team: int, writer: int, answers: multiprocessing.Queue[int]) -> None:
    app = create_app(settings)
    browser = Browser(app, app.config["LMS_BASE_URL"]).sign_in(admin)
    for turn in range(EACH):
        form = {"name": f"Team {writer}.{turn}", "parent": "", "manager": ""}
        answers.put(browser.post(f"/admin/teams/{team}", form).status_code)


def _hold(url: str, seconds: float, holding: Event) -> None:
    engine = create_engine(url)
    prepare(engine)
    with engine.connect().execution_options(lms_writes=True) as connection:
        connection.execute(text("SELECT 1"))
        holding.set()
        time.sleep(seconds)
        connection.rollback()
