"""A development plan: assess, summarise, plan, and a contract that both sign, with days on which they look at it again.

Both sign the same words: the contract's digest is over the summary, the actions and the review dates, and whoever signs
sends back the digest that they read. Changing anything means opening it again, which takes both signatures away. The
manager's side is whoever leads the person on the day: when the line changes, the next one takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services.access import Actor, Permission
from lms.services.organisation import lookup
from lms.services.records import texts
from lms.services.records.plan_rows import Item, ahead, count, digest_of, drawn, item_of, move, note
from lms.services.running import outbox
from lms.storage.people import Person, Team
from lms.storage.person_records import DevelopmentAction, DevelopmentPlan, DevelopmentReview

MOST = 20
"""Actions and reviews that one plan takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """Something to be done until a day, by the `person` or the `manager`; for a competency at a level, or for none."""

    text: str
    by_whom: str
    due: date | None
    competency: str | None = None
    level: int | None = None


def begin(session: Session, actor: Actor, person_id: int, *, now: datetime) -> DevelopmentPlan:
    """Begin a plan; either side may. Raises Denied; Conflict when one is under way."""
    lookup.active(session, actor, Permission.DEVELOPMENT_PLAN, person_id)
    if live(session, person_id) is not None:
        raise Conflict(said("There is a development plan already. End it before another begins."))
    assert actor.person_id is not None, "a plan is begun by somebody"
    plan = DevelopmentPlan(person_id=person_id, opened_by=actor.person_id, opened_at=now, state_since=now)
    session.add(plan)
    session.flush()  # the audit names its number
    note(session, actor, "development.opened", plan, now=now)
    return plan


def live(session: Session, person_id: int) -> DevelopmentPlan | None:
    """The plan that is under way; None when there is none."""
    query = select(DevelopmentPlan).where(DevelopmentPlan.person_id == person_id, DevelopmentPlan.state != "ended")
    return session.scalar(query)


def person_of(session: Session, actor: Actor, plan_id: int) -> int:
    """Whose plan it is. Raises NotFound, Denied."""
    plan = session.get(DevelopmentPlan, plan_id)
    lookup.person(session, actor, Permission.DEVELOPMENT_PLAN, plan.person_id if plan else 0)
    assert plan is not None, "there is nobody with the number 0"
    return plan.person_id


def say(session: Session, actor: Actor, plan_id: int, text: str, *, now: datetime) -> DevelopmentPlan:
    """How one sees it, while it is assessed: the person's view or the manager's, by who speaks. Raises Invalid, Conflict."""
    plan = drawn(session, actor, plan_id, "assess")
    plain = texts.typed(text, "text", said("Say how you see it: what goes well, and what does not yet."))
    kind = texts.OWN_VIEW if plan.person_id == actor.person_id else texts.MANAGER_VIEW
    texts.keep(session, kind, plan.id, plan.person_id, plain)
    note(session, actor, "development.changed", plan, now=now, part=kind)
    return plan


def go_on(session: Session, actor: Actor, plan_id: int, *, now: datetime) -> DevelopmentPlan:
    """From assessing to the summary, once somebody has said how they see it. Raises Conflict."""
    plan = drawn(session, actor, plan_id, "assess")
    views = [texts.of(session, kind, [plan.id]) for kind in (texts.OWN_VIEW, texts.MANAGER_VIEW)]
    if not any(views):
        raise Conflict(said("Nobody has said yet how they see it. Nothing was changed."))
    move(plan, "summarise", now)
    note(session, actor, "development.changed", plan, now=now, part="summarise")
    return plan


def summarise(session: Session, actor: Actor, plan_id: int, text: str, *, now: datetime) -> DevelopmentPlan:
    """Put both views in a few words; the plan goes on to its actions. May be put anew until it is a contract.

    Raises Invalid, Conflict.
    """
    plan = drawn(session, actor, plan_id, "summarise", "plan")
    plain = texts.typed(text, "text", said("Sum up what both of you see."))
    texts.keep(session, texts.SUMMARY, plan.id, plan.person_id, plain)
    if plan.state != "plan":
        move(plan, "plan", now)
    note(session, actor, "development.changed", plan, now=now, part=texts.SUMMARY)
    return plan


def add_action(session: Session, actor: Actor, plan_id: int, new: NewAction, *, now: datetime) -> DevelopmentAction:
    """Add something to be done. Raises Invalid, Conflict."""
    plan = drawn(session, actor, plan_id, "plan")
    plain = texts.typed(new.text, "text", said("Say what is to be done."))
    due = ahead(session, new.due, "due", now)
    if new.by_whom not in {"person", "manager"}:
        raise lookup.wrong("by_whom", said("Say who does it."))
    if count(session, DevelopmentAction, plan) >= MOST:
        raise lookup.wrong("text", said("A plan takes at most %(most)s actions.", most=MOST))
    level = new.level if new.competency else None
    action = DevelopmentAction(
        plan_id=plan.id,
        person_id=plan.person_id,
        by_whom=new.by_whom,
        competency=new.competency if level else None,
        level=level,
        due=due,
    )
    session.add(action)
    session.flush()  # its text names its number
    texts.keep(session, texts.ACTION, action.id, plan.person_id, plain)
    note(session, actor, "development.changed", plan, now=now, part="action", action_id=action.id)
    return action


def add_review(session: Session, actor: Actor, plan_id: int, due: date | None, *, now: datetime) -> DevelopmentReview:
    """Add a day on which both look at the plan. Raises Invalid, Conflict."""
    plan = drawn(session, actor, plan_id, "plan")
    day = ahead(session, due, "review", now)
    same = select(DevelopmentReview.id).where(DevelopmentReview.plan_id == plan.id, DevelopmentReview.due == day)
    if session.scalar(same):
        raise lookup.wrong("review", said("There is a review on that day already."))
    if count(session, DevelopmentReview, plan) >= MOST:
        raise lookup.wrong("review", said("A plan takes at most %(most)s reviews.", most=MOST))
    review = DevelopmentReview(plan_id=plan.id, person_id=plan.person_id, due=day)
    session.add(review)
    note(session, actor, "development.changed", plan, now=now, part="review")
    return review


def take_out(session: Session, actor: Actor, plan_id: int, what: str, row_id: int, *, now: datetime) -> None:
    """Take an `action` or a `review` out again. Raises NotFound, Conflict."""
    plan = drawn(session, actor, plan_id, "plan")
    table: type[Item] = DevelopmentAction if what == "action" else DevelopmentReview
    row = item_of(session, table, plan, row_id)
    if what == "action":
        texts.drop(session, texts.ACTION, row.id)
    session.delete(row)
    note(session, actor, "development.changed", plan, now=now, part=f"{what} taken out")


def offer(session: Session, actor: Actor, plan_id: int, *, now: datetime) -> DevelopmentPlan:
    """Make it a contract that waits for both signatures. Raises Conflict without an action and a review."""
    plan = drawn(session, actor, plan_id, "plan")
    if not (count(session, DevelopmentAction, plan) and count(session, DevelopmentReview, plan)):
        raise Conflict(said("A contract needs at least one action and one review date."))
    plan.contract_digest = digest_of(session, plan)
    move(plan, "contract", now)
    note(session, actor, "development.offered", plan, now=now, contract=plan.contract_digest)
    if (other := _other_side(session, actor, plan)) is not None:
        outbox.send(session, "plan-to-sign", other, now=now, actor=actor, plan=plan.id)
    return plan


def _other_side(session: Session, actor: Actor, plan: DevelopmentPlan) -> int | None:
    """Who is told that it waits for them: the person, or whoever manages their team; None where that is nobody."""
    if plan.person_id != actor.person_id:
        return plan.person_id
    manages = select(Team.manager_id).join(Person, Person.team_id == Team.id).where(Person.id == plan.person_id)
    manager = session.scalar(manages)
    return manager if manager != plan.person_id else None
