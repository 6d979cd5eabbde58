"""Work that follows from a change: rows written in the same transaction as their cause. The row is the truth.

A worker claims a row under a lease and gets a token; what the job does and the mark that it is done are one commit
that only the holder of the latest token can make. A worker whose lease ran out finds itself fenced, and its effect is
rolled back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

STATES = ("waiting", "running", "done", "dead")
OPEN = "state = 'waiting'"


class Job(Base):
    """One piece of work.

    States: `waiting` until `run_after`; `running` while a lease holds; `done`; `dead` after its last attempt failed,
    until an administrator requeues it.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", STATES, "a_job_is_waiting_running_done_or_dead"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="a_running_job_has_a_lease"),
        CheckConstraint("attempts >= 0 AND max_attempts > 0", name="attempts_are_counted_from_none"),
        Index(
            "one_waiting_job_for_each_thing_to_do",
            "dedupe_key",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    """Which handler does it, such as `paths.replan`."""
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids and codes; never names, addresses or secrets."""
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    """While a job with this key waits, asking again adds none; null: every request is a job of its own."""
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=8)
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(BigInteger, default=0)
    """Raised with each claim; only the latest may mark the job done."""
    last_error: Mapped[str | None] = mapped_column(Text)
    """What the last attempt died of, without anything personal."""
    progress: Mapped[int] = mapped_column(default=0)
    """Parts done of `parts`."""
    parts: Mapped[int] = mapped_column(default=1)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    """The job that this one is a chunk of; null for a job of its own."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When a worker last showed that it lives (`worker …`), and when each period of the clock was begun (`clock: …`).

    `/readyz` and the jobs page read the first, every worker the second.
    """

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    seen_at: Mapped[datetime]


class Reminder(Base):
    """Somebody has been told that this lapses on this day; nobody is told twice."""

    __tablename__ = "reminder"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(200), primary_key=True)
    last: Mapped[date] = mapped_column(primary_key=True)
    """The last day on which the level counts."""
    level: Mapped[int]
    told_at: Mapped[datetime]
