"""Promotions of the demo: a case for everybody who has all that their target asks, one of them submitted, one in review,
and one that was declined. Through the verbs, so that the audit says who did what.

No mail is left to be sent: the first minute of a demo would be a heap of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.services.entry import sessions
from lms.services.promotions import deciders, deciding, opening
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Person, StudyPlan
from lms.storage.promotions import Promotion

REASONS = "The numbers carry it, and the larger deals were all led by somebody else so far."
CHANGE = (
    "Two deals above 50,000 led from the first call, one of them with procurement at the table, by the end of March."
)


def write(session: Session, now: datetime) -> None:
    """The cases, once everybody's path is planned."""
    opening.open_ready(session, opening.ready_people(session), now=now)
    drafts = session.scalars(select(Promotion).where(Promotion.state == "draft").order_by(Promotion.id).limit(2)).all()
    for case in drafts:
        _submit(session, case, begun=case is not drafts[0], now=now)
    for case in _of_somebody_close(session, now):
        _submit(session, case, begun=True, now=now)
        if case.reviewer_id is not None:
            deciding.decline(session, sessions.actor_of(session, case.reviewer_id), case.id, REASONS, CHANGE, now=now)
    session.execute(delete(Job).where(Job.kind == "mail.send"))


def _of_somebody_close(session: Session, now: datetime) -> list[Promotion]:
    """The case that somebody opened too early: they lack one or two things."""
    close = select(Path.person_id, StudyPlan.targets).join(StudyPlan, StudyPlan.person_id == Path.person_id)
    close = close.join(Person, Person.id == Path.person_id).where(
        Path.required - Path.met <= 2, Path.met < Path.required, Person.state == "active", Person.team_id.is_not(None)
    )
    found = session.execute(close.order_by(Path.person_id).limit(1)).one_or_none()
    if found is None or not found.targets:
        return []
    own = sessions.actor_of(session, found.person_id)
    return [opening.open_case(session, own, found.person_id, found.targets[0], now=now)]


def _submit(session: Session, case: Promotion, *, begun: bool, now: datetime) -> None:
    opening.submit(session, sessions.actor_of(session, case.person_id), case.id, now=now)
    above = deciders.line_above(session, case.person_id)
    if begun and above:
        deciding.start_review(session, sessions.actor_of(session, above[0]), case.id, now=now)
