"""What a worker does between jobs: show that it lives, look at the clock, seal the audit."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from lms.errors import Busy
from lms.jobs import clock as due
from lms.jobs.doing import Clock
from lms.jobs.lease import moment
from lms.services.running import chain
from lms.storage.bulk import insert_into
from lms.storage.jobs import Heartbeat
from lms.storage.session import db, transaction

ALIVE_EVERY = 5.0
CLOCK_EVERY = 15.0
SEAL_EVERY = 3.0


class Housekeeping:
    """The chores of one worker, each after its own time, each in a transaction of its own."""

    def __init__(self, app: Flask, name: str, clock: Clock) -> None:
        self.app, self.name, self.clock = app, f"worker {name}"[:100], clock
        self._next = {self._alive: 0.0, self._clock: 0.0, self._seal: 0.0}
        self._every = {self._alive: ALIVE_EVERY, self._clock: CLOCK_EVERY, self._seal: SEAL_EVERY}

    def turn(self, *, at_once: bool = False) -> None:
        """Do the chores whose time has come (`at_once`: all of them)."""
        for chore, after in self._next.items():
            if at_once or time.monotonic() >= after:
                self._next[chore] = time.monotonic() + self._every[chore]
                with self.app.app_context():
                    chore()

    def leave(self) -> None:
        """Take the name off the list of those who live; where the database is gone, it goes stale by itself."""
        with self.app.app_context(), contextlib.suppress(SQLAlchemyError, Busy), transaction(db.session) as session:
            session.execute(delete(Heartbeat).where(Heartbeat.name == self.name))

    def _alive(self) -> None:
        with transaction(db.session) as session:
            show_life(session, self.name, self.clock())

    def _clock(self) -> None:
        now = moment(db.session, self.clock())
        if due.is_due(db.session, now=now):
            with transaction(db.session) as session:
                due.tick(session, now=now)

    def _seal(self) -> None:
        with contextlib.suppress(IntegrityError):  # another worker sealed at the same moment
            while True:
                with transaction(db.session) as session:
                    if chain.seal(session, now=moment(session, self.clock())) is None:
                        return


def show_life(session: Session, name: str, now: datetime) -> None:
    """Note that this one lives, by the time of the database."""
    at = moment(session, now)
    insert = insert_into(session, Heartbeat)
    session.execute(
        insert.values(name=name, seen_at=at).on_conflict_do_update(index_elements=["name"], set_={"seen_at": at})
    )
