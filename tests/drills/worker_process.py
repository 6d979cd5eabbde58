"""A worker in a process group of its own, over a given database: killed without warning, or with a clock that is wrong.

Run as a module it is the worker: `python -m tests.drills.worker_process SECONDS_OF_LEASE`. Beside the product's own jobs
it knows `drill.count`, which takes a moment and leaves one audit row.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from select import select
from threading import Event

from sqlalchemy.orm import Session

from lms.app import create_app
from lms.jobs import worker
from lms.jobs.handlers import HANDLERS
from lms.jobs.work import Effect, Work
from lms.services import ledger
from lms.services.access import SITE
from tests.drills.site_process import SECRET

ROOT = Path(__file__).parents[2]
MOMENT = 0.15
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
"""What lies to a process about the time: the Debian package faketime."""


class WorkerProcess:
    """The worker as its own process group; `kill` is kill -9 of all of it. `ahead` moves its clock by seconds."""

    def __init__(self, url: str, folder: Path, *, lease: float, ahead: int = 0) -> None:
        self.lease = lease
        self.environment = {
            **os.environ,
            "LMS_DATABASE_URL": url,
            "LMS_DATA_DIR": str(folder),
            "LMS_SECRET_KEY": SECRET,
            "LMS_BASE_URL": "http://127.0.0.1:5000",
            "LMS_LOG_LEVEL": "ERROR",
        }
        if ahead:
            self.environment |= {
                "LD_PRELOAD": str(LIBRARIES[0]),
                "FAKETIME": f"+{ahead}s",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it needs a second or two until it claims its first job."""
        command = [sys.executable, "-m", "tests.drills.worker_process", str(self.lease)]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, start_new_session=True)

    def kill(self) -> None:
        """End the process group without warning."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """Ask it to end, and wait; its exit code."""
        assert self.process is not None, "a worker that was started"
        self.process.terminate()
        code = self.process.wait(30)
        self.process = None
        return code


def count(_session: Session, work: Work, now: datetime) -> Effect:
    """`drill.count`: its effect is one audit row, so that doing it twice shows."""
    select([], [], [], MOMENT)  # libfaketime breaks time.sleep, which names the end by an absolute time
    return lambda unit: ledger.note(unit, SITE, "drill.counted", now=now, subject=("job", work.id))


def main(lease: float) -> None:
    """Work until SIGTERM."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run(
        create_app(), stop=stop, lease=timedelta(seconds=lease), poll=0.1, handlers={**HANDLERS, "drill.count": count}
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
