"""What is going on in the background, for those who look after it: work by state, what failed, whether anybody works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.services.access import Actor, Permission, require
from lms.storage.jobs import Heartbeat, Job
from lms.storage.people import Contact

PER_PAGE = 50
RECENT = timedelta(days=1)
ALIVE = timedelta(seconds=90)
"""A worker that has shown nothing for so long is taken for gone; in a long job it shows itself at least each minute."""
SHOWN = ("dead", "running", "waiting", "done")
"""The states in the order in which they matter to whoever looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A job of the list, with the name of the one person it is about (None: of several, of none, or erased)."""

    job: Job
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker that showed itself lately."""

    name: str
    seen_at: datetime
    alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How the work stands: how many jobs in each state, how much of the large ones, and who works.

    `done` counts those of the last day. `parts_done` of `parts` is how far the open work is, in people to plan or the
    like.
    """

    counts: Mapping[str, int]
    parts: int
    parts_done: int
    workers: Sequence[Worker]

    @property
    def busy(self) -> bool:
        """Is there anything that a worker will do by itself before long?"""
        return bool(self.counts["running"] or self.counts["waiting"])

    @property
    def alive(self) -> bool:
        """Does a worker live?"""
        return any(worker.alive for worker in self.workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the jobs in a state; `kinds` are those there are in it, with their number."""

    jobs: Sequence[Listed]
    kinds: Mapping[str, int]
    page: int
    pages: int
    total: int


def board(session: Session, actor: Actor, *, now: datetime) -> Board:
    """The numbers of the page. Raises Denied."""
    require(actor, Permission.JOBS_READ)
    counted = session.execute(
        select(Job.state, func.count(), func.sum(Job.parts), func.sum(Job.progress))
        .where((Job.state != "done") | (Job.finished_at >= now - RECENT))
        .group_by(Job.state)
    ).all()
    large = [row for row in counted if row[0] in {"running", "waiting"}]
    since = now - RECENT
    shown = select(Heartbeat).where(Heartbeat.name.startswith("worker "), Heartbeat.seen_at >= since)
    return Board(
        counts=dict.fromkeys(SHOWN, 0) | {row[0]: row[1] for row in counted},
        parts=sum(int(row[2]) for row in large),
        parts_done=sum(int(row[3]) for row in large),
        workers=[
            Worker(name=row.name.removeprefix("worker "), seen_at=row.seen_at, alive=row.seen_at >= now - ALIVE)
            for row in session.scalars(shown.order_by(Heartbeat.seen_at.desc()))
        ],
    )


def page_of(session: Session, actor: Actor, state: str, *, kind: str | None, number: int, now: datetime) -> Page:
    """A page of the jobs in a state, the most telling first; done ones of the last day. Raises Denied."""
    require(actor, Permission.JOBS_READ)
    inside: ColumnElement[bool] = Job.state == state
    if state == "done":
        inside &= Job.finished_at >= now - RECENT
    kinds: dict[str, int] = {
        row[0]: row[1]
        for row in session.execute(select(Job.kind, func.count()).where(inside).group_by(Job.kind).order_by(Job.kind))
    }
    total = sum(kinds.values()) if kind is None else kinds.get(kind, 0)
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    wanted = _ordered(select(Job).where(inside), state)
    if kind is not None:
        wanted = wanted.where(Job.kind == kind)
    rows = session.scalars(wanted.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all() if total else ()
    return Page(jobs=_named(session, rows), kinds=kinds, page=number, pages=pages, total=total)


def one(session: Session, actor: Actor, job_id: int) -> Listed:
    """A job. Raises Denied, NotFound."""
    require(actor, Permission.JOBS_READ)
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(said("There is no such job."))
    return _named(session, [job])[0]


def _ordered(jobs: Select[Job], state: str) -> Select[Job]:
    if state == "waiting":
        return jobs.order_by(Job.run_after, Job.id)
    if state == "running":
        return jobs.order_by(Job.id)
    return jobs.order_by(Job.finished_at.desc(), Job.id.desc())


def _named(session: Session, jobs: Sequence[Job]) -> list[Listed]:
    about = {job.id: _person(job) for job in jobs}
    people = {number for number in about.values() if number is not None}
    rows = (
        session.execute(select(Contact.person_id, Contact.name).where(Contact.person_id.in_(people))) if people else ()
    )
    names = {row[0]: row[1] for row in rows}
    return [Listed(job=job, person=names.get(about[job.id] or 0)) for job in jobs]


def _person(job: Job) -> int | None:
    """The one person a job is about."""
    people = job.args.get("people") or [job.args.get("person")]
    return people[0] if len(people) == 1 else None
