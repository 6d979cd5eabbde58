"""A kind of job for tests: its effect is an audit row, so that doing it twice shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.jobs import lease
from lms.jobs.doing import Terms, do
from lms.jobs.work import Effect, Handler, Work
from lms.services import ledger
from lms.services.access import SITE
from lms.services.running import jobs
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.session import db, transaction

LEASE = timedelta(seconds=60)


def now() -> datetime:
    """The present moment; leases on PostgreSQL go by the database's clock, so tests do not invent one."""
    return datetime.now(UTC)


def count(_session: Session, work: Work, at: datetime) -> Effect:
    """Does something that is seen to be done once or more often."""
    return lambda unit: ledger.note(unit, SITE, "test.done", now=at, subject=("job", work.id))


def after(step: Callable[[Work], object]) -> Handler:
    """The same, with something that happens while it is prepared."""

    def handler(session: Session, work: Work, at: datetime) -> Effect:
        step(work)
        return count(session, work, at)

    return handler


def ask(session: Session, number: int = 1, **more: object) -> list[int]:
    """This many jobs of kind `test`, committed."""
    at = now() - timedelta(seconds=1)
    asked = [jobs.enqueue(session, "test", {"n": n}, now=at, **more) for n in range(number)]  # type: ignore[arg-type]
    session.commit()
    return [job for job in asked if job is not None]


def claim(app: Flask, term: timedelta = LEASE) -> Work | None:
    """Claim the next job, as a worker does."""
    with app.app_context(), transaction(db.session) as unit:
        return lease.claim(unit, now=now(), lease=term)


def work_on(app: Flask, work: Work, terms: Terms) -> None:
    """Do a claimed job, as a worker does."""
    with app.app_context():
        do(work, terms)


def job(session: Session, number: int) -> Job:
    """The row of a job as it stands now."""
    session.rollback()
    return session.get_one(Job, number, populate_existing=True)


def effects(session: Session) -> int:
    """How many effects there were."""
    session.rollback()
    return session.scalars(select(func.count()).where(Audit.action == "test.done")).one()


def run_out(session: Session, number: int) -> None:
    """Let the lease of a job have run out."""
    session.rollback()
    row = session.get_one(Job, number, populate_existing=True)
    row.lease_until = now() - timedelta(seconds=1)
    session.commit()


def hurry(session: Session) -> None:
    """Let every delay be over."""
    session.rollback()
    for row in session.scalars(select(Job).where(Job.state == "waiting")):
        row.run_after = now() - timedelta(seconds=1)
    session.commit()
