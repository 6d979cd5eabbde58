"""Saying that somebody's input changed, so that their path is planned again; the planning itself is `paths`.

Called by every verb that changes what a path depends on: a ledger entry, the role, target, aim or calendar, a publish,
the clock. It counts the change (`planning.wanted`) and asks for a job in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.services.running.jobs import Wanted, enqueue
from lms.storage.bulk import insert_into
from lms.storage.jobs import Job
from lms.storage.paths import Planning
from lms.storage.people import Person

CHUNK = 50
BATCH = 500


def input_changed(session: Session, person_ids: Collection[int], *, now: datetime, actor: Actor = SITE) -> None:
    """The input of these people's paths changed: one job for each, or chunks of 50 when they are many."""
    people = sorted(set(person_ids))
    for batch in _batches(people, BATCH):
        session.execute(_counted(session), [_first(person) for person in batch])
    ask(session, people, now=now, actor=actor)


def count_change(session: Session, person_id: int) -> int:
    """Count one change of a person's input, and say how many there have been; whoever calls asks for the job (`job`)."""
    counted: int = session.scalars(_counted(session).values(_first(person_id)).returning(Planning.wanted)).one()
    return counted


def job(person_id: int) -> Wanted:
    """The job that plans one person again."""
    return Wanted(kind="paths.replan", args={"people": [person_id]}, dedupe_key=f"replan:{person_id}")


def ask(session: Session, people: Sequence[int], *, now: datetime, actor: Actor = SITE) -> None:
    """Ask for the jobs alone: one for each, or chunks of 50 when they are many."""
    if len(people) <= CHUNK:
        for person in people:
            enqueue(session, "paths.replan", {"people": [person]}, now=now, actor=actor, dedupe_key=f"replan:{person}")
        return
    for chunk in _batches(people, CHUNK):
        enqueue(session, "paths.replan", {"people": list(chunk)}, now=now, actor=actor, parts=len(chunk))


def due_for_another_look(session: Session, day: date) -> Sequence[int]:
    """The active people whose path time alone changes by this day."""
    due = select(Planning.person_id).join(Person).where(Planning.look_again_on <= day, Person.state == "active")
    return session.scalars(due.order_by(Planning.person_id)).all()


def left_behind(session: Session) -> Sequence[int]:
    """The active people whose path is behind their input while no job will plan it again; a dead one may yet."""
    behind = select(Planning.person_id).join(Person).where(Planning.planned < Planning.wanted, Person.state == "active")
    people = session.scalars(behind.order_by(Planning.person_id)).all()
    return without_job(session, people, "waiting", "running", "dead")


def without_job(session: Session, people: Sequence[int], *states: str) -> Sequence[int]:
    """Those of these people for whom no job in one of these states is there."""
    if not people:
        return ()
    asked = session.scalars(select(Job.args).where(Job.kind == "paths.replan", Job.state.in_(states)))
    cared_for = {person for args in asked for person in args["people"]}
    return [person for person in people if person not in cared_for]


def _counted(session: Session) -> postgresql.Insert | sqlite.Insert:
    insert = insert_into(session, Planning)
    return insert.on_conflict_do_update(index_elements=["person_id"], set_={"wanted": Planning.wanted + 1})


def _first(person_id: int) -> dict[str, int]:
    return {"person_id": person_id, "wanted": 1, "planned": 0}


def _batches(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
