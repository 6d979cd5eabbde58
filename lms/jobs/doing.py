"""Doing one claimed job: prepare outside any write transaction, then the effect and the done mark in one commit.

The mark is written first, so that a worker that was fenced finds out before its effect begins; and nothing of the
effect is kept unless the mark is. *Instead of:* marking the job done after its effect was committed, which does the
effect twice when the worker dies in between.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import lms
from lms.jobs import lease
from lms.jobs.work import Effect, Failed, Fenced, Handler, Stopped, Work
from lms.storage.session import db, transaction

LOG = logging.getLogger(__name__)
Clock = Callable[[], datetime]

BEAT_AFTER = 1.0
"""Seconds between two notes of how far a job is."""
GRACE = 5.0
"""Seconds for which a job goes on after its worker was asked to stop; the short ones end by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How jobs are done here: the lease, the clock, the handlers, and what says that the worker has to stop."""

    lease: timedelta
    clock: Clock
    handlers: Mapping[str, Handler]
    stop: Event


def do_next(app: Flask, terms: Terms) -> bool:
    """Claim a job that is due and do it. Was there one? A failing job is noted; a failing database is raised."""
    with app.app_context():
        if not lease.is_due(db.session, now=terms.clock()):
            return False
        with transaction(db.session) as session:
            work = lease.claim(session, now=terms.clock(), lease=terms.lease)
    if work is None:
        return False
    with app.app_context():
        do(work, terms)
    return True


def do(work: Work, terms: Terms) -> None:
    """Do a claimed job, inside an application context of its own."""
    session = db.session
    try:
        effect = terms.handlers.get(work.kind, _unknown)(
            session, replace(work, beat=_Heart(work, terms)), terms.clock()
        )
        with transaction(session):
            lease.finish(session, work, now=terms.clock())
            effect(session)
    except Fenced:
        LOG.warning("job %s (%s): the lease ran out and another worker has it", work.id, work.kind)
    except Stopped:
        _note(session, work, lambda: lease.release(session, work, now=terms.clock()))
    except Exception as error:  # noqa: BLE001 - whatever a job dies of is noted on its row
        reason, final = reason_of(error), isinstance(error, Failed) and error.final
        LOG.warning("job %s (%s), try %s: %s", work.id, work.kind, work.attempts, reason)
        _note(session, work, lambda: lease.fail(session, work, reason, now=terms.clock(), final=final))


def _unknown(_session: Session, work: Work, _now: datetime) -> Effect:
    """A job of a newer version of Cairn, or of one long gone."""
    raise Failed("unknown-kind", work.kind, final=True)


def _note(session: Session, work: Work, write: Callable[[], None]) -> None:
    try:
        with transaction(session):
            write()
    except Fenced:
        LOG.warning("job %s (%s): another worker has it", work.id, work.kind)


class _Heart:
    """The beat of a job: prolongs its lease and notes how far it is, at most once a second."""

    def __init__(self, work: Work, terms: Terms) -> None:
        self.work, self.terms = work, terms
        self.last = time.monotonic()
        self.stopping: float | None = None

    def __call__(self, done: int) -> None:
        present = time.monotonic()
        if self.terms.stop.is_set():
            self.stopping = self.stopping or present
            if present - self.stopping > GRACE:
                raise Stopped
        if present - self.last < BEAT_AFTER:
            return
        self.last = present
        with db.sessionmaker() as apart, transaction(apart):
            lease.prolong(apart, self.work, now=self.terms.clock(), lease=self.terms.lease, progress=done)


def reason_of(error: Exception) -> str:
    """What a job died of, in a line: a reason that has a name, or the type of the error and where it arose.

    *Instead of:* the error's own words, which may quote a name or an address.
    """
    if isinstance(error, Failed):
        return str(error)
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        return f"{type(error).__name__} {state or ''}".strip() + _place(error)
    return type(error).__name__ + _place(error)


def _place(error: Exception) -> str:
    """` at lms/…py:12`: the innermost line of this package that the error passed through."""
    package = Path(lms.__file__).parent
    lines = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(package)
    ]
    return f" at lms/{Path(lines[-1].filename).relative_to(package)}:{lines[-1].lineno}" if lines else ""
