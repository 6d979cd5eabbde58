"""Asking for work in the transaction of its cause. Doing it is the worker's business (`lms.jobs`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, said
from lms.services import ledger
from lms.services.access import SITE, Actor, Permission, require
from lms.storage.bulk import insert_into
from lms.storage.jobs import OPEN, Job

MAX_ATTEMPTS = 8
ASKED = "lms.jobs.asked"
"""Where a session notes that it asked for a job, for the carrier to ring once it is committed."""

STOPPED = "worker-stopped"
"""What a job died of when its workers ended in the middle of it, each time."""
MERGED = "merged"
"""Why a job is done that did nothing: another one that waits does the same."""
POINTLESS = "mail-pointless"
"""Why a mail that is done was never sent: its person has left, or its link works no more."""
DISCARDED = "discarded"
"""Why a dead job is done: an administrator decided that nobody needs it any more."""


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
    wanted = (
        insert_into(session, Job)
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
    session.info[ASKED] = True
    waiting = which.values(state="waiting", lease_until=None, finished_at=None, run_after=run_after, **values)
    merged = which.values(state="done", lease_until=None, finished_at=now, last_error=MERGED)
    try:
        with session.begin_nested():
            return session.connection().execute(waiting).rowcount
    except IntegrityError:  # one job waits for each thing to do
        return session.connection().execute(merged).rowcount


def requeue(session: Session, actor: Actor, job_id: int, *, now: datetime) -> None:
    """Let a dead job be tried again, from its first attempt. Raises Denied, NotFound, Conflict when it is not dead."""
    _dead(session, actor, job_id)
    _again(session, job_id, now)
    ledger.note(session, actor, "job.requeued", now=now, subject=("job", job_id))


def requeue_all(session: Session, actor: Actor, *, now: datetime) -> int:
    """Let every dead job be tried again, and say how many there were. Raises Denied."""
    require(actor, Permission.JOBS_EDIT)
    dead = session.scalars(select(Job.id).where(Job.state == "dead").order_by(Job.id).with_for_update()).all()
    for number in dead:
        _again(session, number, now)
    if dead:
        ledger.note(session, actor, "jobs.requeued", now=now, count=len(dead))
    return len(dead)


def discard(session: Session, actor: Actor, job_id: int, *, now: datetime) -> None:
    """Take a dead job off the list: it will not be tried again. Raises Denied, NotFound, Conflict when it is not dead."""
    job = _dead(session, actor, job_id)
    job.state, job.last_error, job.finished_at = "done", DISCARDED, now
    ledger.note(session, actor, "job.discarded", now=now, subject=("job", job_id))


def _dead(session: Session, actor: Actor, job_id: int) -> Job:
    require(actor, Permission.JOBS_EDIT)
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None:
        raise NotFound(said("There is no such job."))
    if job.state != "dead":
        raise Conflict(said("This job is not among those that failed any more: somebody was quicker."))
    return job


def _again(session: Session, job_id: int, now: datetime) -> None:
    dead = update(Job).where(Job.id == job_id, Job.state == "dead")
    wait_again(session, dead, run_after=now, now=now, attempts=0, progress=0)
