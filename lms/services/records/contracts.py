"""A development plan as a contract: signed by both sides, acted on, reviewed, and ended with how it went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.errors import Conflict, NotPermitted, said
from lms.services import calendar
from lms.services.access import Actor
from lms.services.organisation import lookup
from lms.services.records import texts
from lms.services.records.plan_rows import agreed, digest_of, found, item_of, move, note
from lms.storage.person_records import OUTCOMES, DevelopmentAction, DevelopmentPlan, DevelopmentReview


def sign(session: Session, actor: Actor, plan_id: int, read: str, *, now: datetime) -> DevelopmentPlan:
    """Sign what one read, by its digest `read`. With the second signature it is agreed.

    Raises Conflict when it is not to be signed, was signed by this side, or reads otherwise by now.
    """
    plan = found(session, actor, plan_id)
    if plan.state != "contract":
        raise Conflict(said("This plan does not wait for a signature. Nothing was changed."))
    if read != plan.contract_digest or plan.contract_digest != digest_of(session, plan):
        raise Conflict(said("The plan has changed since you read it. Read it again, then sign."))
    own = plan.person_id == actor.person_id
    if (plan.person_signed_at if own else plan.manager_signed_at) is not None:
        raise Conflict(said("This side has signed already."))
    if own:
        plan.person_signed_at = now
    else:
        plan.manager_signed_at, plan.manager_signed_by = now, actor.person_id
    if plan.person_signed_at and plan.manager_signed_at:
        move(plan, "agreed", now)
    note(session, actor, "development.signed", plan, now=now, contract=plan.contract_digest, own=own)
    return plan


def reopen(session: Session, actor: Actor, plan_id: int, *, now: datetime) -> DevelopmentPlan:
    """Back to planning; both signatures are gone. Raises Conflict when there is no contract."""
    plan = found(session, actor, plan_id)
    if plan.state not in {"contract", "agreed"}:
        raise Conflict(said("There is no contract to open again. Nothing was changed."))
    plan.contract_digest = plan.person_signed_at = plan.manager_signed_at = plan.manager_signed_by = None
    move(plan, "plan", now)
    note(session, actor, "development.reopened", plan, now=now)
    return plan


def done(session: Session, actor: Actor, plan_id: int, action_id: int, *, now: datetime) -> DevelopmentAction:
    """Note an action of an agreed plan as done today. Raises NotFound, Conflict."""
    plan = agreed(session, actor, plan_id)
    action = item_of(session, DevelopmentAction, plan, action_id)
    if action.done_on is not None:
        raise Conflict(said("This was noted as done already."))
    action.done_on = calendar.today(session, now=now)
    note(session, actor, "development.action_done", plan, now=now, action_id=action.id)
    return action


def review(
    session: Session, actor: Actor, plan_id: int, review_id: int, text: str, *, now: datetime
) -> DevelopmentReview:
    """Say what came of a review of an agreed plan. Raises Invalid, NotFound; Conflict when it was held."""
    plan = agreed(session, actor, plan_id)
    row = item_of(session, DevelopmentReview, plan, review_id)
    if row.held_on is not None:
        raise Conflict(said("This review was held already."))
    plain = texts.typed(text, "text", said("Say what came of it."))
    row.held_on, row.held_by = calendar.today(session, now=now), actor.person_id
    texts.keep(session, texts.REVIEW, row.id, plan.person_id, plain)
    note(session, actor, "development.reviewed", plan, now=now, review_id=row.id)
    return row


def end(session: Session, actor: Actor, plan_id: int, outcome: str, *, now: datetime) -> DevelopmentPlan:
    """End an agreed plan with how it went; the manager's side says so. Raises Invalid, NotPermitted, Conflict."""
    plan = agreed(session, actor, plan_id)
    if plan.person_id == actor.person_id:
        raise NotPermitted(said("Whoever leads you ends the plan, with how it went."))
    if outcome not in OUTCOMES:
        raise lookup.wrong("outcome", said("Say how it went."))
    plan.outcome, plan.ended_at = outcome, now
    move(plan, "ended", now)
    note(session, actor, "development.ended", plan, now=now, outcome=outcome)
    return plan
