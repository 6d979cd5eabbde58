"""Promotions of the organisation that the browser tests look at: one in review, one declined and appealed, one approved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import Actor
from lms.services.entry import sessions
from lms.services.promotions import deciding, fairness, freezing, objecting, opening
from lms.services.promotions.deciding import Terms
from lms.storage.people import Person, RightHeld, StudyPlan
from lms.storage.promotions import Promotion


def cases(session: Session, who: dict[str, int], now: datetime) -> dict[str, str]:
    """The cases by what they are; the first is the rep's."""
    manager, admin, another = (
        sessions.actor_of(session, who[one]) for one in ("manager", "administrator", "everything")
    )
    others = (
        select(Person.id).join(RightHeld).where(Person.state == "active", Person.id.not_in(select(Promotion.person_id)))
    )
    reps = session.scalars(others.where(RightHeld.held == "rep").order_by(Person.id))
    numbers = [one for one in reps if one not in who.values() and opening.choices(session, one, now.date())]
    first = _in_review(session, who["rep"], manager, now)
    frozen = freezing.frozen(first)
    assert frozen is not None
    rep = sessions.actor_of(session, who["rep"])
    mark = objecting.mark_wrong(session, rep, first.id, frozen["entries"][0]["key"], "That was another call.", now=now)
    missing = freezing.missing(freezing.present(session, first, now=now))
    deciding.override(session, manager, first.id, missing[0], "I saw it with the last client.", now=now)
    declined = _in_review(session, numbers[0], admin, now)
    deciding.decline(session, admin, declined.id, "One large deal so far.", "Three of them by March.", now=now)
    objecting.appeal(
        session, sessions.actor_of(session, numbers[0]), declined.id, "Two were signed since.", now=now + timedelta(1)
    )
    approved = _in_review(session, numbers[1], admin, now)
    for item in freezing.missing(freezing.present(session, approved, now=now)):
        deciding.override(session, admin, approved.id, item, "Shown on the job.", now=now)
    terms = Terms(condition="Coach one colleague.", due=now.date() + timedelta(days=60))
    deciding.approve(session, admin, approved.id, terms, now=now)
    deciding.approve(session, another, approved.id, now=now)
    fairness.open_figures(session, sessions.actor_of(session, who["fairness"]), now=now)
    return {
        "promotion_id": str(first.id),
        "mark_id": str(mark.id),
        "condition_id": "1",
        "declined": str(declined.id),
        "declined_person": str(numbers[0]),
        "approved": str(approved.id),
    }


def _in_review(session: Session, person: int, reviewer: Actor, now: datetime) -> Promotion:
    own = sessions.actor_of(session, person)
    plan = session.get_one(StudyPlan, person)
    offered = opening.choices(session, person, now.date())
    role = plan.targets[0] if plan.targets else offered[0][0]
    case = opening.open_case(session, own, person, role, now=now)
    opening.submit(session, own, case.id, now=now)
    return deciding.start_review(session, reviewer, case.id, now=now)
