"""Asking for work in the transaction of its cause. Doing it is the worker's business (`lms.jobs`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.storage.jobs import OPEN, Job

MAX_ATTEMPTS = 8
ASKED = "lms.jobs.asked"
"""Where a session notes that it asked for a job, for the carrier to ring once it is committed."""

STOPPED = "worker-stopped"
"""What a job died of when its workers ended in the middle of it, each time."""
MERGED = "merged"
"""Why a job is done that did nothing: another one that waits does the same."""


def enqueue(
    session: Session,
    kind: str,
    args: dict[str, Any],
    *,
    now: datetime,
    actor: Actor = SITE,
    dedupe_key: str | None = None,
    after: timedelta = timedelta(0),
    parts: int = 1,
    parent_id: int | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> int | None:
    """Ask for a job; None when one with this dedupe key waits already.

    `args` are ids and codes. `after` delays it. A job that is running does not count as waiting: what changed since it
    began has to be seen by another one.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    wanted = (
        insert(Job)
        .values(
            kind=kind,
            args=args,
            dedupe_key=dedupe_key,
            state="waiting",
            run_after=now + after,
            attempts=0,
            max_attempts=max_attempts,
            token=0,
            progress=0,
            parts=parts,
            parent_id=parent_id,
            created_by=actor.person_id,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"], index_where=text(OPEN))
        .returning(Job.id)
    )
    session.info[ASKED] = True
    return session.scalar(wanted)


def wait_again(session: Session, which: Update, *, run_after: datetime, now: datetime, **values: Any) -> int:
    """Let the job that `which` finds wait again; says how many it found.

    While another job with its dedupe key waits, that one does the work of both, and this one is done.
    """
    waiting = which.values(state="waiting", lease_until=None, finished_at=None, run_after=run_after, **values)
    merged = which.values(state="done", lease_until=None, finished_at=now, last_error=MERGED)
    try:
        with session.begin_nested():
            return session.connection().execute(waiting).rowcount
    except IntegrityError:  # one job waits for each thing to do
        return session.connection().execute(merged).rowcount
