"""What of promotions waits for somebody: cases and appeals to decide, marks to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer

from lms.services import calendar
from lms.services.access import SITE, Actor, Permission, can
from lms.services.organisation.people_shown import Named, names
from lms.services.promotions import deciders, telling
from lms.storage.people import Person
from lms.storage.promotions import Promotion, PromotionAppeal, PromotionMark

AGAIN_AFTER = timedelta(days=7)
MONDAY = 1
WITHOUT_CASE = defer(Promotion.frozen, raiseload=True)
"""Lists read no frozen case, which is the largest part of the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCase:
    """A case that waits for an actor. `what`: review, decision, appeal or mark; `due`: the day by which."""

    case: Promotion
    who: Named
    what: str
    since: datetime
    due: date | None


def waiting_of(session: Session, actor: Actor) -> tuple[WaitingCase, ...]:
    """What waits for this actor, the oldest first. Nothing for who decides about nobody."""
    if actor.person_id is None or not can(actor, Permission.PROMOTION_DECIDE):
        return ()
    appeals = {row.promotion_id: row for row in session.scalars(select(PromotionAppeal).filter_by(state="open"))}
    undecided = Promotion.state.in_(("submitted", "in-review"))
    query = select(Promotion).join(Person, Person.id == Promotion.person_id).where(Person.state == "active")
    query = query.where(or_(undecided, Promotion.id.in_(appeals)), Promotion.person_id != actor.person_id)
    rows = session.scalars(query.order_by(Promotion.id).options(WITHOUT_CASE)).all()
    turns = deciders.turns(session, rows)
    mine = [case for case in rows if actor.person_id in turns[case.id]]
    marks = _marks(session, actor)
    known = names(session, {case.person_id for case in (*mine, *(case for case, _ in marks))})
    found = [_case(case, known[case.person_id], appeals.get(case.id)) for case in mine]
    found += [
        WaitingCase(case=case, who=known[case.person_id], what="mark", since=mark.marked_at, due=mark.answer_by)
        for case, mark in marks
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.case.id)))


def nudge(session: Session, *, now: datetime) -> int:
    """Remind whoever decides of each case that is over its day, once a week, and on Mondays whoever owes an answer to a
    mark; says of how many.
    """
    today = calendar.today(session, now=now)
    late = select(Promotion).outerjoin(PromotionAppeal, PromotionAppeal.promotion_id == Promotion.id)
    over = and_(Promotion.state.in_(("submitted", "in-review")), Promotion.decide_by < today)
    over_again = and_(PromotionAppeal.state == "open", PromotionAppeal.decide_by < today)
    told = or_(Promotion.nudged_on.is_(None), Promotion.nudged_on <= today - AGAIN_AFTER)
    rows = session.scalars(
        late.where(or_(over, over_again), told).order_by(Promotion.id).with_for_update(of=Promotion)
    ).all()
    for case in rows:
        case.nudged_on = today
        telling.waits(session, case, "nudge", now=now, actor=SITE)
    return len(rows) + (_nudge_marks(session, today, now=now) if today.isoweekday() == MONDAY else 0)


def _nudge_marks(session: Session, today: date, *, now: datetime) -> int:
    """Remind whoever should have answered a mark by now."""
    late = select(Promotion, PromotionMark).join(PromotionMark, PromotionMark.promotion_id == Promotion.id)
    late = late.join(Person, Person.id == Promotion.person_id).where(Person.state == "active")
    rows = session.execute(late.where(PromotionMark.answered_at.is_(None), PromotionMark.answer_by < today)).all()
    for case, mark in rows:
        telling.marked(session, case, mark, now=now, actor=SITE)
    return len(rows)


def _case(case: Promotion, who: Named, appeal: PromotionAppeal | None) -> WaitingCase:
    if case.state == "declined" and appeal is not None:
        return WaitingCase(case=case, who=who, what="appeal", since=appeal.appealed_at, due=appeal.decide_by)
    what = "review" if case.state == "submitted" else "decision"
    return WaitingCase(case=case, who=who, what=what, since=case.submitted_at or case.opened_at, due=case.decide_by)


def _marks(session: Session, actor: Actor) -> list[tuple[Promotion, PromotionMark]]:
    """The marks that this actor answers: of those whose nearest manager they are, or who have nobody above."""
    query = select(Promotion, PromotionMark, Person.team_id).join(
        PromotionMark, PromotionMark.promotion_id == Promotion.id
    )
    query = query.join(Person, Person.id == Promotion.person_id).where(
        PromotionMark.answered_at.is_(None), Person.state == "active", Person.id != actor.person_id
    )
    rows = session.execute(query.order_by(PromotionMark.id)).all()
    standing = deciders.line(session) if rows else None
    found = []
    for case, mark, team in rows:
        assert standing is not None
        if actor.person_id in (standing.above(case.person_id, team)[:1] or standing.administrators):
            found.append((case, mark))
    return found
