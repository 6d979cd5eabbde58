"""Deleting what has expired: sessions, links, counters, files nobody decided about, work that was done long ago, workers that are no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, aliased

from lms.services.authoring import impact_job
from lms.services.entry import links
from lms.services.entry.rate_limits import forget_old_tries
from lms.services.entry.sessions import IDLE
from lms.services.imports.uploads import forget_old_uploads
from lms.storage.accounts import SignIn
from lms.storage.jobs import Heartbeat, Job

JOBS_KEPT = timedelta(days=30)
WORKERS_KEPT = timedelta(days=1)


def sweep(session: Session, *, now: datetime) -> None:
    """Delete it all. Dead jobs stay: they wait for somebody to look at them."""
    chunk = aliased(Job)
    old = Job.finished_at < now - JOBS_KEPT
    for statement in (
        delete(SignIn).where(or_(SignIn.expires_at <= now, SignIn.seen_at <= now - IDLE)),
        delete(Job).where(Job.state == "done", old, ~select(chunk.id).where(chunk.parent_id == Job.id).exists()),
        delete(Heartbeat).where(Heartbeat.name.startswith("worker"), Heartbeat.seen_at < now - WORKERS_KEPT),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    links.forget_old(session, now)
    forget_old_tries(session, now)
    forget_old_uploads(session, now)
    impact_job.forget_old(session, now)
