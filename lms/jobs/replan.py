"""`paths.replan`: plan people again whose input changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.errors import Busy
from lms.jobs.work import Effect, Fenced, Stopped, Work
from lms.services import paths
from lms.services.running.jobs import enqueue

SLICE = 10
"""People planned between two beats: even if the search for each ran into its time limit, the lease would hold."""


def prepare(session: Session, work: Work, now: datetime) -> Effect:
    """Plan the people of `args["people"]`. When one of many cannot be planned, each gets a job of their own, so that
    nobody else goes without a path because of them.
    """
    people: Sequence[int] = work.args["people"]

    def beat(done: int) -> None:
        if done and done % SLICE == 0:
            work.beat(done)

    try:
        planned = paths.prepare_replan(session, people, now=now, planned=beat)
        work.beat(len(people))
    except (Fenced, Stopped, DBAPIError, Busy):
        raise
    except Exception:
        if len(people) == 1:
            raise
        return lambda unit: _apart(unit, people, now)
    return lambda unit: paths.store(unit, planned, now=now)


def _apart(session: Session, people: Sequence[int], now: datetime) -> None:
    for person in people:
        enqueue(session, "paths.replan", {"people": [person]}, now=now, dedupe_key=f"replan:{person}")
