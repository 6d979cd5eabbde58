"""What an approval does, in the transaction of its decision: the role from a day, the target reached, everybody told."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import Actor
from lms.services.organisation.role_history import placed
from lms.services.promotions import cases, telling
from lms.services.replanning import input_changed
from lms.services.rules import asking
from lms.storage.people import StudyPlan
from lms.storage.promotions import Promotion, PromotionDecision
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force


def approve(
    session: Session,
    actor: Actor,
    case: Promotion,
    instance: str,
    starts: date,
    standing: dict[str, Any],
    *,
    now: datetime,
    **data: Any,
) -> PromotionDecision:
    """The decision to approve and everything that follows. Whoever calls has locked the case and asked every question."""
    assert actor.person_id is not None, "a person approves"
    held = in_force(RoleAssignment).where(RoleAssignment.person_id == case.person_id)
    rows = session.scalars(held.order_by(RoleAssignment.starts, RoleAssignment.id)).all()
    needed = placed(rows, case.role, case.curriculum_id, starts)
    assigned = needed and RoleAssignment(
        person_id=case.person_id,
        role=case.role,
        curriculum_id=case.curriculum_id,
        starts=starts,
        corrects_id=needed.corrects_id,
    )
    decision = PromotionDecision(
        promotion_id=case.id,
        person_id=case.person_id,
        instance=instance,
        outcome="approved",
        decided_by=actor.person_id,
        decided_at=now,
        starts=starts,
        standing=json.dumps(standing, sort_keys=True),
    )
    session.add(decision)
    session.flush()  # a second decision is found out here, before anything else is written
    told = {"starts": starts.isoformat(), "instance": instance, "targets": _moved_on(session, case), **standing, **data}
    entries = (assigned,) if assigned else ()
    cases.note(session, actor, "promotion.approved", case, now=now, rows=entries, **told)
    if assigned:
        session.flush()  # the decision names the entry
        decision.role_assignment_id = assigned.id
    cases.move(case, "approved", now=now)
    telling.decided(session, case, "approved", now=now, actor=actor)
    input_changed(session, [case.person_id], now=now, actor=actor)
    asking.people_changed(session, [case.person_id], now=now, actor=actor)
    return decision


def _moved_on(session: Session, case: Promotion) -> list[str]:
    """The target that was reached leaves the plan; gives those that are left."""
    plan = session.scalar(select(StudyPlan).where(StudyPlan.person_id == case.person_id).with_for_update())
    if plan is None:
        return []
    if case.role in plan.targets:
        plan.targets = [one for one in plan.targets if one != case.role]
        plan.own_order = []
    return list(plan.targets)
