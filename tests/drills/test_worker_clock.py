"""Drill 10: the clock of one worker is a minute ahead. It steals leases where clocks time them; effects happen once."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.services.running import jobs
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.session import db
from tests.databases import KINDS, Databases
from tests.drills.site_process import free_port, settings_for
from tests.drills.worker_process import LIBRARIES, WorkerProcess

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not LIBRARIES, reason="no libfaketime here: apt-get install faketime"),
]
JOBS, LEASE, PATIENCE = 60, 10.0, 120.0


@pytest.mark.parametrize("kind", KINDS)
def test_drill_10_with_one_worker_a_minute_ahead_each_effect_happens_once(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh(kind)
    app = create_app(settings_for(url, tmp_path, free_port()))
    with app.app_context(), Session(db.engine) as session:
        for number in range(JOBS):
            jobs.enqueue(session, "drill.count", {"n": number}, now=datetime.now(UTC))
        session.commit()
    right, ahead = (WorkerProcess(url, tmp_path, lease=LEASE, ahead=seconds) for seconds in (0, 60))
    try:
        right.start()
        ahead.start()
        until = time.monotonic() + PATIENCE
        with app.app_context(), Session(db.engine) as session:
            counting = select(Job).where(Job.kind == "drill.count")
            while time.monotonic() < until:
                session.rollback()
                rows = session.scalars(counting, execution_options={"populate_existing": True}).all()
                if all(row.state == "done" for row in rows):
                    break
                time.sleep(0.1)
            claims = sum(row.token for row in rows)
            effects = session.scalars(select(func.count()).where(Audit.action == "drill.counted")).one()
            print(f"  {kind}: {JOBS} jobs, {claims} claims, {claims - JOBS} of them stolen, {effects} effects")
            assert {row.state for row in rows} == {"done"}
            assert effects == JOBS
            if kind == "sqlite":
                assert claims > JOBS, "nothing was stolen: the clock was not ahead, and the drill showed nothing"
            else:
                assert claims == JOBS, "leases go by the clock of the database"
        assert right.stop() == 0
        assert ahead.stop() == 0
    finally:
        right.kill()
        ahead.kill()
        with app.app_context():
            db.engine.dispose()
