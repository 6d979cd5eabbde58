"""Claiming jobs under a lease, prolonging it, and giving them back: done, to be tried again, or dead.

Each claim raises the job's token. Whatever a worker does later names the token it got, so a worker that stalled past
its lease changes nothing any more: it is fenced. Leases are timed by the database on PostgreSQL, where several machines
work, and by the host on SQLite, where there is one; a host whose clock is wrong claims too early, and the token keeps
even that harmless. Every function here runs in a write transaction of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session

from lms.jobs.work import Fenced, Work
from lms.services.running.jobs import STOPPED, wait_again
from lms.storage.jobs import Job

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)


def moment(session: Session, now: datetime) -> datetime:
    """The time that leases go by: the database's on PostgreSQL, the host's (`now`) on SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return now
    told: datetime = session.scalars(select(func.now())).one()
    return told


def is_due(session: Session, *, now: datetime) -> bool:
    """Is there anything to claim? A plain read, so that an idle worker never takes the write lock."""
    now = moment(session, now)
    waiting = select(Job.id).where(Job.state == "waiting", Job.run_after <= now).exists()
    expired = select(Job.id).where(Job.state == "running", Job.lease_until < now).exists()
    return bool(session.scalar(select(waiting | expired)))


def claim(session: Session, *, now: datetime, lease: timedelta) -> Work | None:
    """The next job, now under a lease of this worker; None when none is due that nobody else holds.

    What a worker left behind comes first, then what somebody may be waiting for, then the chunks of large work.
    """
    now = moment(session, now)
    while (job := _expired(session, now) or _waiting(session, now)) is not None:
        if job.attempts < job.max_attempts:
            job.state, job.lease_until = "running", now + lease
            job.token += 1
            job.attempts += 1
            job.progress = 0
            session.flush()  # what follows is read from the row as it will be committed
            return _work(job)
        job.state, job.lease_until, job.finished_at, job.last_error = "dead", None, now, STOPPED
        session.flush()  # the next look must not find it again
    return None


def prolong(session: Session, work: Work, *, now: datetime, lease: timedelta, progress: int) -> None:
    """Move the end of the lease on. Raises Fenced when the job is somebody else's by now."""
    until = moment(session, now) + lease
    _only_ours(session, work, lease_until=until, progress=min(progress, work.parts))


def finish(session: Session, work: Work, *, now: datetime) -> None:
    """Mark the job done, in the transaction of its effect. Raises Fenced, and then nothing of the effect is kept."""
    _only_ours(
        session,
        work,
        state="done",
        lease_until=None,
        finished_at=moment(session, now),
        progress=work.parts,
        last_error=None,
    )


def fail(session: Session, work: Work, reason: str, *, now: datetime, final: bool = False) -> None:
    """Try the job again later, or bury it after its last attempt. Raises Fenced."""
    at = moment(session, now)
    if final or work.attempts >= work.max_attempts:
        _only_ours(session, work, state="dead", lease_until=None, finished_at=at, last_error=reason)
        return
    again = wait_again(session, _ours(work), run_after=at + delay(work), now=at, last_error=reason)
    _one(work, again)


def release(session: Session, work: Work, *, now: datetime) -> None:
    """Give the job back untouched, as if it had not been claimed. Raises Fenced."""
    at = moment(session, now)
    _one(work, wait_again(session, _ours(work), run_after=at, now=at, attempts=work.attempts - 1))


def delay(work: Work) -> timedelta:
    """How long after this attempt the next one may begin: 10 s, 20 s, 40 s … up to an hour, and up to a quarter more.

    The quarter is spread by the job's number, so that jobs that failed together do not come back together.
    """
    spread = 1 + (work.id * 2_654_435_761 + work.attempts * 40_503) % 1_000 / 4_000
    return min(FIRST_DELAY * (1 << min(work.attempts, 20)), LONGEST_DELAY) * spread


def _expired(session: Session, now: datetime) -> Job | None:
    due = select(Job).where(Job.state == "running", Job.lease_until < now).order_by(Job.lease_until, Job.id)
    return session.scalar(due.limit(1).with_for_update(skip_locked=True))


def _waiting(session: Session, now: datetime) -> Job | None:
    due = select(Job).where(Job.state == "waiting", Job.run_after <= now)
    due = due.order_by(Job.parts > 1, Job.run_after, Job.id)
    return session.scalar(due.limit(1).with_for_update(skip_locked=True))


def _work(job: Job) -> Work:
    return Work(
        id=job.id,
        kind=job.kind,
        args=job.args,
        token=job.token,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        parts=job.parts,
        created_at=job.created_at,
    )


def _ours(work: Work) -> Update:
    return update(Job).where(Job.id == work.id, Job.token == work.token, Job.state == "running")


def _only_ours(session: Session, work: Work, **values: Any) -> None:
    changed = session.connection().execute(_ours(work).values(**values))
    _one(work, changed.rowcount)


def _one(work: Work, rows: int) -> None:
    if rows != 1:
        raise Fenced(f"job {work.id}, token {work.token}")
