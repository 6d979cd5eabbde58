"""Asking for work in the transaction of its cause. Doing it is the worker's business (`lms.jobs`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A job that is asked for together with others: at once, in one part."""

    kind: str
    args: dict[str, Any]
    dedupe_key: str | None = None
    max_attempts: int = MAX_ATTEMPTS


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
    row = _row(Wanted(kind=kind, args=args, dedupe_key=dedupe_key, max_attempts=max_attempts), now=now, actor=actor)
    wanted = insert_into(session, Job).values({**row, "run_after": now + after, "parts": parts, "parent_id": parent_id})
    session.info[ASKED] = True
    return session.scalar(_unless_it_waits(wanted).returning(Job.id))


def enqueue_all(session: Session, wanted: Sequence[Wanted], *, now: datetime, actor: Actor = SITE) -> None:
    """Ask for several jobs in one statement, but for those whose dedupe key waits already."""
    asked = insert_into(session, Job).values([_row(one, now=now, actor=actor) for one in wanted])
    session.info[ASKED] = True
    session.execute(_unless_it_waits(asked))


def _row(one: Wanted, *, now: datetime, actor: Actor) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "args": one.args,
        "dedupe_key": one.dedupe_key,
        "state": "waiting",
        "run_after": now,
        "attempts": 0,
        "max_attempts": one.max_attempts,
        "token": 0,
        "progress": 0,
        "parts": 1,
        "created_by": actor.person_id,
        "created_at": now,
    }


def _unless_it_waits(asked: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    return asked.on_conflict_do_nothing(index_elements=["dedupe_key"], index_where=text(OPEN))


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
