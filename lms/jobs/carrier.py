"""What carries the number of a job to a worker: the one module that another carrier would replace.

The row in the table is the truth; a carrier only saves waiting. This one rings a bell in the same process as soon as
the transaction with the job is committed (the site and the worker of `lms demo`), and everybody else finds the row when
they look again. *Instead of:* handing jobs over through a broker, whose messages get lost under kill -9 or come twice.
A broker may carry the number, for the worker to claim the row by it, and its losses heal as rows are looked for anyway.
"""

from __future__ import annotations

import threading
import time
from threading import Event

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from lms.services.running.jobs import ASKED
from lms.storage.session import db

SLICE = 0.2
"""Seconds after which a waiting worker looks whether it has to stop."""


class Bell:
    """Rung when there is a new job; any number of workers of this process wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = 0

    @property
    def rung(self) -> int:
        """How often it has been rung; read before looking for work, so that no ring falls between look and wait."""
        return self._rung

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._rung += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float, stop: Event) -> bool:
        """Wait until it is rung more often than `heard`, the time is over or `stop` is set. Was it rung?"""
        until = time.monotonic() + seconds
        with self._changed:
            while self._rung == heard and not stop.is_set():
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, SLICE))
        return self._rung != heard


BELL = Bell()


def install(app: Flask) -> None:
    """Ring whenever a transaction of this application has committed a job; one that was rolled back rings nothing."""
    with app.app_context():
        maker = db.sessionmaker
    event.listen(maker, "after_commit", _committed)
    event.listen(maker, "after_soft_rollback", _rolled_back)


def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(ASKED, None):
        BELL.ring()


def _rolled_back(session: Session, transaction: SessionTransaction) -> None:
    if not transaction.nested:
        session.info.pop(ASKED, None)
