"""What the person can do about a case: appeal once against a decision, and mark an entry of it as wrong at any time.

An appeal goes to the next level, which decides by the same rules. A mark is answered within days by the line above or an
administrator; both texts stay. Whoever agrees that an entry is wrong takes it back in the ledger with the answer, where it is theirs to take back, and the path
is planned again; the frozen case says what it said.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, NotPermitted, said
from lms.services import calendar, ledger
from lms.services.access import Actor, Permission, can
from lms.services.organisation import lookup
from lms.services.promotions import cases, cited, deciders, freezing, telling, texts
from lms.services.replanning import input_changed
from lms.storage.promotions import Promotion, PromotionAppeal, PromotionDecision, PromotionMark


def appeal(session: Session, actor: Actor, number: int, text: str, *, now: datetime) -> PromotionAppeal:
    """Ask the next level to decide again: once, and within 30 days.

    Raises Invalid without a reason, NotFound, NotPermitted for anybody but the person, Conflict.
    """
    case = _own(session, actor, number)
    cases.require_state(case, "declined")
    if cases.appeal_of(session, case) is not None:
        raise Conflict(said("There was an appeal already. It is decided once."))
    decision = session.scalar(select(PromotionDecision).where(PromotionDecision.promotion_id == case.id))
    assert decision is not None, "what is declined was decided"
    if now - decision.decided_at > cases.APPEAL_WITHIN:
        raise Conflict(said("An appeal has to come within %(days)s days.", days=cases.APPEAL_WITHIN.days))
    words = texts.asked(text, "text", said("Say what should be looked at again."))
    row = PromotionAppeal(
        promotion_id=case.id,
        person_id=case.person_id,
        decider_id=deciders.next_level(session, case, decision.decided_by),
        appealed_at=now,
        decide_by=calendar.today(session, now=now) + cases.DECIDE_WITHIN,
    )
    session.add(row)
    session.flush()  # the words need its number
    digest = texts.keep(session, texts.APPEAL, row.id, case.person_id, words)
    case.nudged_on = None
    cases.note(session, actor, "promotion.appealed", case, now=now, decider=row.decider_id, text=digest)
    telling.waits(session, case, "appeal", now=now, actor=actor)
    return row


def mark_wrong(session: Session, actor: Actor, number: int, entry: str, text: str, *, now: datetime) -> PromotionMark:
    """Say that an entry of the frozen case is wrong. Raises Invalid, NotFound, NotPermitted, Conflict when it was said."""
    case = _own(session, actor, number)
    frozen = freezing.frozen(case)
    if frozen is None:
        raise Conflict(cases.WRONG_STATE["draft"])
    words = texts.asked(text, "text", said("Say what is wrong with it."))
    if entry not in {one["key"] for one in frozen["entries"]}:
        raise lookup.wrong("entry", said("Choose an entry of the case."))
    same = select(PromotionMark.id).where(PromotionMark.promotion_id == case.id, PromotionMark.entry == entry)
    if session.scalar(same) is not None:
        raise Conflict(said("You have marked this entry already."))
    row = PromotionMark(
        promotion_id=case.id,
        person_id=case.person_id,
        entry=entry,
        marked_at=now,
        answer_by=calendar.today(session, now=now) + cases.ANSWER_WITHIN,
    )
    session.add(row)
    session.flush()  # the words need its number
    digest = texts.keep(session, texts.MARK, row.id, case.person_id, words)
    cases.note(session, actor, "promotion.entry_marked", case, now=now, entry=entry, text=digest)
    telling.marked(session, case, row, now=now, actor=actor)
    return row


def answer_mark(
    session: Session, actor: Actor, number: int, mark_id: int, text: str, *, agreed: bool, now: datetime
) -> PromotionMark:
    """Answer a mark; `agreed`: the entry is wrong, and is taken back in the ledger.

    Raises Invalid without words, NotFound, NotPermitted for one's own, Conflict when it was answered.
    """
    case, _ = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    row = session.scalar(select(PromotionMark).filter_by(id=mark_id, promotion_id=case.id).with_for_update())
    if row is None:
        raise NotFound(said("There is no such mark."))
    if row.answered_at is not None:
        raise Conflict(said("This was answered already. Nothing was changed."))
    words = texts.asked(text, "text", said("Say what you found."))
    row.answered_at, row.answered_by, row.agreed = now, actor.person_id, agreed
    digest = texts.keep(session, texts.ANSWER, row.id, case.person_id, words)
    entry = cited.entry_of(session, row.entry, case.person_id) if agreed and _may_take_back(actor, row.entry) else None
    taken_back = (ledger.withdrawal(entry),) if entry is not None else ()
    cases.note(
        session,
        actor,
        "promotion.mark_answered",
        case,
        now=now,
        rows=taken_back,
        entry=row.entry,
        agreed=agreed,
        text=digest,
    )
    if taken_back:
        input_changed(session, [case.person_id], now=now, actor=actor)
    telling.news(session, case, "answered", now=now, actor=actor)
    return row


def _may_take_back(actor: Actor, entry: str) -> bool:
    """Ratings, words and exemptions are the line's to take back; what came in by files is the administrators'."""
    kind = entry.partition(":")[0]
    return kind in {"evidence", "attestation", "exemption"} or (
        kind in {"completion", "outcome"} and can(actor, Permission.HISTORY_IMPORT)
    )


def _own(session: Session, actor: Actor, number: int) -> Promotion:
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_OPEN)
    if actor.person_id != case.person_id:
        raise NotPermitted(said("Only the person whom the promotion is about does this."))
    cases.require_active(person)
    return case
