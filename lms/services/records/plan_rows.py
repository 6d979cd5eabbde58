"""The rows of development plans: found for a verb, moved, counted, and the digest of what a contract says."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, said
from lms.services import calendar, ledger
from lms.services.access import Actor, Permission
from lms.services.organisation import lookup
from lms.services.records import texts
from lms.storage.person_records import DevelopmentAction, DevelopmentPlan, DevelopmentReview

Item = DevelopmentAction | DevelopmentReview
Row = TypeVar("Row", bound=Item)


def digest_of(session: Session, plan: DevelopmentPlan) -> str:
    """`sha256:…` over what a contract says: its summary, actions and review dates."""
    session.flush()  # what was just added is part of it
    actions = session.scalars(select(DevelopmentAction).filter_by(plan_id=plan.id).order_by(DevelopmentAction.id)).all()
    reviews = session.scalars(select(DevelopmentReview).filter_by(plan_id=plan.id).order_by(DevelopmentReview.due))
    words = texts.of(session, texts.ACTION, [one.id for one in actions])
    told = {
        "plan": plan.id,
        "summary": texts.of(session, texts.SUMMARY, [plan.id]).get(plan.id),
        "actions": [
            [words.get(one.id), one.by_whom, one.competency, one.level, one.due.isoformat()] for one in actions
        ],
        "reviews": [one.due.isoformat() for one in reviews],
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def found(session: Session, actor: Actor, plan_id: int) -> DevelopmentPlan:
    """The plan, locked, if this actor may. Raises NotFound, Denied; Conflict for who is not active."""
    plan = session.scalar(select(DevelopmentPlan).where(DevelopmentPlan.id == plan_id).with_for_update())
    if plan is None:
        raise NotFound(said("There is no such development plan."))
    lookup.active(session, actor, Permission.DEVELOPMENT_PLAN, plan.person_id)
    return plan


def drawn(session: Session, actor: Actor, plan_id: int, *states: str) -> DevelopmentPlan:
    """The same while it is at one of these steps. Raises Conflict too."""
    plan = found(session, actor, plan_id)
    if plan.state not in states:
        raise Conflict(said("The plan is at another step by now. Open the page again."))
    return plan


def agreed(session: Session, actor: Actor, plan_id: int) -> DevelopmentPlan:
    """The same once both have signed. Raises Conflict too."""
    plan = found(session, actor, plan_id)
    if plan.state != "agreed":
        raise Conflict(said("Both have to sign the plan first."))
    return plan


def move(plan: DevelopmentPlan, state: str, now: datetime) -> None:
    """To another state."""
    plan.state, plan.state_since = state, now


def ahead(session: Session, day: date | None, field: str, now: datetime) -> date:
    """A day from today on. Raises Invalid for the field."""
    if day is None:
        raise lookup.wrong(field, said("Give a day."))
    if wrong := lookup.on_the_calendar(day, field):
        raise Invalid(*wrong)
    if day < calendar.today(session, now=now):
        raise lookup.wrong(field, said("The day must be today or later."))
    return day


def item_of(session: Session, table: type[Row], plan: DevelopmentPlan, row_id: int) -> Row:
    """An action or a review of this plan. Raises NotFound for one of another."""
    row = session.get(table, row_id)
    if row is None or row.plan_id != plan.id:
        raise NotFound(said("The plan holds no such thing."))
    return row


def count(session: Session, table: type[Item], plan: DevelopmentPlan) -> int:
    """How many actions or reviews it has."""
    session.flush()  # what was just added counts too
    return len(session.scalars(select(table.id).where(table.plan_id == plan.id)).all())


def note(session: Session, actor: Actor, action: str, plan: DevelopmentPlan, *, now: datetime, **data: Any) -> None:
    """An audit row about the person, which names the plan."""
    ledger.note(session, actor, action, now=now, subject=("person", plan.person_id), plan=plan.id, **data)
