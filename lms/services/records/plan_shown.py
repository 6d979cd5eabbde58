"""Development plans as they are read: the live one whole, and those that ended; and which wait for a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import Actor
from lms.services.organisation.people_shown import Named, names
from lms.services.records import texts
from lms.storage.people import Person
from lms.storage.person_records import DevelopmentAction, DevelopmentPlan, DevelopmentReview


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    """A plan with what it says. `own_view` and `manager_view` are how each side sees it."""

    row: DevelopmentPlan
    own_view: str | None
    manager_view: str | None
    summary: str | None
    actions: tuple[tuple[DevelopmentAction, str], ...]
    reviews: tuple[tuple[DevelopmentReview, str | None, Named | None], ...]
    signed_by: Named | None
    """Who signed as manager."""


def plans_of(session: Session, person_id: int) -> tuple[ShownPlan, ...]:
    """Every plan of a person, the live one first, then the latest. Asks nobody's permission."""
    query = select(DevelopmentPlan).where(DevelopmentPlan.person_id == person_id)
    rows = session.scalars(query.order_by(DevelopmentPlan.id.desc())).all()
    if not rows:
        return ()
    numbers = [row.id for row in rows]
    views = [texts.of(session, kind, numbers) for kind in (texts.OWN_VIEW, texts.MANAGER_VIEW, texts.SUMMARY)]
    actions = session.scalars(
        select(DevelopmentAction).where(DevelopmentAction.plan_id.in_(numbers)).order_by(DevelopmentAction.due)
    ).all()
    reviews = session.scalars(
        select(DevelopmentReview).where(DevelopmentReview.plan_id.in_(numbers)).order_by(DevelopmentReview.due)
    ).all()
    done = texts.of(session, texts.ACTION, [one.id for one in actions])
    held = texts.of(session, texts.REVIEW, [one.id for one in reviews])
    people = {one.held_by for one in reviews} | {row.manager_signed_by for row in rows}
    known = names(session, {one for one in people if one})
    return tuple(
        ShownPlan(
            row=row,
            own_view=views[0].get(row.id),
            manager_view=views[1].get(row.id),
            summary=views[2].get(row.id),
            actions=tuple((one, done.get(one.id, "")) for one in actions if one.plan_id == row.id),
            reviews=tuple(
                (one, held.get(one.id), known.get(one.held_by or 0)) for one in reviews if one.plan_id == row.id
            ),
            signed_by=known.get(row.manager_signed_by or 0),
        )
        for row in sorted(rows, key=lambda row: row.state == "ended")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """A plan that waits for an actor: to be signed, or to be reviewed by a day."""

    plan: DevelopmentPlan
    who: Named
    what: str
    since: datetime
    due: date | None


def waiting_of(session: Session, actor: Actor, *, now: datetime) -> tuple[WaitingPlan, ...]:
    """The contracts that this actor has not signed for their side, and the reviews of their line that are due."""
    if actor.person_id is None:
        return ()
    mine = DevelopmentPlan.person_id == actor.person_id
    below = and_(Person.team_id.in_(actor.line), ~mine)
    unsigned = or_(
        and_(mine, DevelopmentPlan.person_signed_at.is_(None)), and_(below, DevelopmentPlan.manager_signed_at.is_(None))
    )
    of_active = select(DevelopmentPlan).join(Person, Person.id == DevelopmentPlan.person_id)
    of_active = of_active.where(Person.state == "active")
    to_sign = session.scalars(of_active.where(DevelopmentPlan.state == "contract", unsigned)).all()
    today = calendar.today(session, now=now)
    late = of_active.join(DevelopmentReview, DevelopmentReview.plan_id == DevelopmentPlan.id).where(
        DevelopmentPlan.state == "agreed", below, DevelopmentReview.held_on.is_(None), DevelopmentReview.due <= today
    )
    to_review = session.execute(late.add_columns(DevelopmentReview.due)).all()
    known = names(session, {plan.person_id for plan in (*to_sign, *(plan for plan, _ in to_review))})
    found = [
        WaitingPlan(plan=plan, who=known[plan.person_id], what="sign", since=plan.state_since, due=None)
        for plan in to_sign
    ]
    found += [
        WaitingPlan(plan=plan, who=known[plan.person_id], what="review", since=plan.state_since, due=due)
        for plan, due in to_review
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.plan.id)))
