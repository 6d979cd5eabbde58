"""Who is told of a case by mail. The letter itself is made when it is sent (`jobs.promotion_letters`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import Actor
from lms.services.promotions import deciders
from lms.services.running import outbox
from lms.storage.people import Person
from lms.storage.promotions import Promotion, PromotionApproval, PromotionMark

WAITS = "promotion-waits"
"""To whoever decides next. `what`: decision, second, appeal or nudge."""
DECIDED = "promotion-decided"
"""To everybody concerned. `what`: approved or declined."""
NEWS = "promotion-news"
"""To the person. `what`: opened, submitted, review, reopened, withdrawn, answered; to who answers: marked."""


def waits(session: Session, case: Promotion, what: str, *, now: datetime, actor: Actor) -> None:
    """Tell whoever decides next that it is with them."""
    for number in deciders.next_of(session, case):
        if number != actor.person_id:
            outbox.send(session, WAITS, number, now=now, actor=actor, promotion=case.id, what=what)


def decided(session: Session, case: Promotion, outcome: str, *, now: datetime, actor: Actor) -> None:
    """Tell the person, their manager, and whoever opened, reviewed or approved it, but not whoever has just decided."""
    approved = session.scalars(select(PromotionApproval.approver_id).where(PromotionApproval.promotion_id == case.id))
    manager = deciders.line_above(session, case.person_id)[:1]
    concerned = dict.fromkeys([case.person_id, *manager, case.opened_by, case.reviewer_id, *approved])
    _send(session, DECIDED, (one for one in concerned if one != actor.person_id), case, outcome, now=now, actor=actor)


def news(session: Session, case: Promotion, what: str, *, now: datetime, actor: Actor) -> None:
    """Tell the person, unless they did it themselves."""
    if actor.person_id != case.person_id:
        _send(session, NEWS, [case.person_id], case, what, now=now, actor=actor)


def withdrawn(session: Session, case: Promotion, *, now: datetime, actor: Actor) -> None:
    """Tell whoever was reviewing that there is nothing left to decide."""
    _send(session, NEWS, [case.reviewer_id], case, "withdrawn", now=now, actor=actor)


def marked(session: Session, case: Promotion, mark: PromotionMark, *, now: datetime, actor: Actor) -> None:
    """Tell whoever answers a mark: the manager of the person, else the administrators."""
    answer = deciders.line_above(session, case.person_id)[:1] or deciders.line(session).administrators
    for number in answer:
        outbox.send(session, NEWS, number, now=now, actor=actor, promotion=case.id, what="marked", mark=mark.id)


def _send(
    session: Session,
    template: str,
    people: Iterable[int | None],
    case: Promotion,
    what: str,
    *,
    now: datetime,
    actor: Actor,
) -> None:
    wanted = [one for one in people if one is not None]
    active = set(session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.state == "active")))
    for number in wanted:
        if number in active:
            outbox.send(session, template, number, now=now, actor=actor, promotion=case.id, what=what)
