"""Drill 1: the site is killed under six writers. What it acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.storage.audit import Audit
from lms.storage.people import Team
from lms.storage.session import db
from lms.storage.site import Site
from tests.databases import KINDS, Databases
from tests.drills.site_process import SiteProcess, free_port, settings_for
from tests.drills.visitor import Answer, Visitor
from tests.organisation import NOW, somebody

pytestmark = pytest.mark.drill
WRITERS, ROUNDS, SECONDS = 6, 3, 2.0
SAVED, BUSY = Answer(303, "/admin/teams"), 503


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[SiteProcess]:
    process = SiteProcess(databases.fresh(request.param), tmp_path, free_port())
    yield process
    process.kill()


def test_drill_1_killed_three_times_under_six_writers_the_site_loses_nothing_it_acknowledged(
    site: SiteProcess, tmp_path: Path
) -> None:
    app = create_app(settings_for(site.environment["LMS_DATABASE_URL"], tmp_path, site.port))
    with app.app_context(), Session(db.engine) as session:
        session.add(Site(set_up_at=NOW))
        number = somebody(session, rights=["administrator"]).id
        session.commit()
    visitors = [Visitor(app, number, site.port) for _ in range(WRITERS)]
    acknowledged: list[str] = []
    others: list[Answer] = []
    names = (f"Team {turn}" for turn in itertools.count())
    lock = threading.Lock()

    def write(visitor: Visitor, stop: threading.Event) -> None:
        while not stop.is_set():
            with lock:
                name = next(names)
            answer = visitor.post("/admin/teams/new", {"name": name, "parent": "", "manager": ""})
            if answer == SAVED:
                acknowledged.append(name)
            elif answer is not None and answer.status != BUSY:
                others.append(answer)

    for turn in range(ROUNDS):
        up = site.start()
        stop = threading.Event()
        threads = [threading.Thread(target=write, args=(visitor, stop)) for visitor in visitors]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS)
        site.kill()
        stop.set()
        for thread in threads:
            thread.join()
        print(f"  round {turn + 1}: up after {up:.1f} s, {len(acknowledged)} acknowledged so far")
        with app.app_context(), Session(db.engine) as session:
            kept = set(session.scalars(select(Team.name)))
            assert set(acknowledged) <= kept
            told = session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "team.created"))
            assert told == len(kept)
            if db.engine.dialect.name == "sqlite":
                assert session.scalar(text("PRAGMA integrity_check")) == "ok"
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    with app.app_context():
        db.engine.dispose()
    assert others == []
    assert len(acknowledged) > ROUNDS
