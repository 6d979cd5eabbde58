"""Drill 2: the worker is killed in the middle of planning 200 people, three times. Each is planned exactly once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path as File
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.services import ledger, replanning
from lms.services.access import SITE
from lms.storage.curricula import Curriculum
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.record import Evidence
from lms.storage.session import db
from tests.databases import KINDS, Databases
from tests.drills.site_process import free_port, settings_for
from tests.drills.worker_process import WorkerProcess
from tests.organisation import a_published_curriculum, somebody, who_holds

pytestmark = pytest.mark.drill
PEOPLE, KILLS, LEASE, PATIENCE = 200, 3, 3.0, 120.0
COMPETENCIES = ("negotiating-positions", "setting-expectations", "building-relationships", "spanning-boundaries")


@pytest.fixture(params=KINDS)
def worker(request: pytest.FixtureRequest, databases: Databases, tmp_path: File) -> Iterator[WorkerProcess]:
    process = WorkerProcess(databases.fresh(request.param), tmp_path, lease=LEASE)
    yield process
    process.kill()


def seed(session: Session) -> list[int]:
    """200 people who hold different things, all of whom have to be planned."""
    draw, curriculum, people = Random(2), a_published_curriculum(session), []
    for _ in range(PEOPLE):
        person = somebody(session)
        who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 5), targets=["account-executive"])
        shown = [
            Evidence(
                person_id=person.id,
                competency=competency,
                level=draw.randint(1, 3),
                shown_on=date(2026, 1, draw.randint(1, 28)),
                source="manager",
            )
            for competency in draw.sample(COMPETENCIES, draw.randint(1, 4))
        ]
        ledger.note(session, SITE, "evidence.recorded", now=datetime.now(UTC), rows=shown)
        people.append(person.id)
    return people


def jobs(app: Flask) -> dict[int, tuple[str, int]]:
    """State and token of each planning job."""
    with app.app_context(), Session(db.engine) as session:
        rows = session.execute(select(Job.id, Job.state, Job.token).where(Job.kind == "paths.replan"))
        return {row[0]: (row[1], row[2]) for row in rows}


def in_the_middle(app: Flask, before: dict[int, tuple[str, int]]) -> None:
    """Wait until a worker has claimed a planning job that it did not have before."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if any(state == "running" and token > before[number][1] for number, (state, token) in jobs(app).items()):
            return
        time.sleep(0.005)
    raise AssertionError("no worker claimed a job")


def test_drill_2_a_worker_killed_three_times_amid_200_people_plans_each_exactly_once(
    worker: WorkerProcess, tmp_path: File
) -> None:
    app = create_app(settings_for(worker.environment["LMS_DATABASE_URL"], tmp_path, free_port()))
    with app.app_context(), Session(db.engine) as session:
        people = seed(session)
        replanning.input_changed(session, people, now=datetime.now(UTC))
        session.commit()
    killed: dict[int, tuple[float, int]] = {}
    recovered: list[float] = []

    def look() -> dict[int, tuple[str, int]]:
        now = jobs(app)
        for number, (at, token) in list(killed.items()):
            if now[number][1] > token:
                recovered.append(time.monotonic() - at)
                del killed[number]
        return now

    for turn in range(KILLS):
        before = look()
        worker.start()
        in_the_middle(app, before)
        time.sleep(0.02 * turn)
        worker.kill()
        left = {number: token for number, (state, token) in look().items() if state == "running"}
        killed |= {number: (time.monotonic(), token) for number, token in left.items() if number not in killed}
        done = sum(state == "done" for state, _ in jobs(app).values())
        print(f"  kill {turn + 1}: {len(left)} jobs left behind, {done} of {len(before)} done")
    begun = time.monotonic()
    worker.start()
    while any(state != "done" for state, _ in look().values()) and time.monotonic() - begun < PATIENCE:
        time.sleep(0.02)
    print(f"  begun again after {', '.join(f'{seconds:.1f} s' for seconds in recovered)}; lease {LEASE:.0f} s")
    assert worker.stop() == 0
    assert recovered, "no kill hit a running job: the drill showed nothing"
    assert killed == {}
    assert max(recovered) < LEASE + 5
    with app.app_context(), Session(db.engine) as session:
        paths = session.scalars(select(Path)).all()
        assert sorted(path.person_id for path in paths) == people
        assert {path.revision for path in paths} == {1}
        assert {path.version_id for path in paths} == set(session.scalars(select(Curriculum.published_id)))
        assert {(row.wanted, row.planned) for row in session.scalars(select(Planning))} == {(1, 1)}
        assert {job.state for job in session.scalars(select(Job).where(Job.kind == "paths.replan"))} == {"done"}
    with app.app_context():
        db.engine.dispose()
