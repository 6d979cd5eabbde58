"""Whether the site can do its work: database, migrations, queue. Says what is wrong in a word, never with whom or where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms.storage import migrate
from lms.storage.jobs import Heartbeat, Job

OK = "ok"
UNKNOWN = "unknown"
OVERDUE = timedelta(minutes=5)
"""A job that has waited this long after its time is overdue; a worker silent for as long counts as gone."""
WORKERS = "worker%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`ok` or a word for what is wrong with each part; `unknown` where another part keeps it from being looked at."""

    database: str
    migrations: str
    queue: str

    @property
    def ready(self) -> bool:
        """Is every part well?"""
        return all(word == OK for word in self.parts.values())

    @property
    def parts(self) -> dict[str, str]:
        """Each part with its word."""
        return asdict(self)


def look(session: Session, *, now: datetime) -> Health:
    """How the site stands now. A database that does not answer is a finding here, not an exception."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    try:
        if not migrate.at_head(engine):
            return Health(database=OK, migrations="missing", queue=UNKNOWN)
        return Health(database=OK, migrations=OK, queue="stalled" if _stalled(session, now) else OK)
    except SQLAlchemyError:
        return Health(database="unreachable", migrations=UNKNOWN, queue=UNKNOWN)


def _stalled(session: Session, now: datetime) -> bool:
    """Does work wait past its time while no worker shows that it lives? A long queue with a live worker is none."""
    overdue = exists().where(Job.state == "waiting", Job.run_after < now - OVERDUE)
    alive = exists().where(Heartbeat.name.like(WORKERS), Heartbeat.seen_at >= now - OVERDUE)
    return bool(session.scalar(select(overdue & ~alive)))
