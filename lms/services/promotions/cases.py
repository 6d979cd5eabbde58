"""A promotion case found for a verb: under a lock, with the permission asked, and what everybody may know of it.

The person is locked before the case, as everywhere: whatever changes what somebody has to show locks them too, so that an
approval sees it or comes first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, NotPermitted, Said, said
from lms.services import ledger
from lms.services.access import About, Actor, Permission, require
from lms.storage.audit import Audit
from lms.storage.people import Person
from lms.storage.promotions import Promotion, PromotionAppeal
from lms.storage.record import Entry

DECIDE_WITHIN = timedelta(days=14)
"""How long the person waits for a decision, or for one on appeal."""
ANSWER_WITHIN = timedelta(days=10)
"""The same for an answer to an entry that they marked as wrong."""
APPEAL_WITHIN = timedelta(days=30)
SUBJECT = Promotion.__tablename__

WRONG_STATE: dict[str, Said] = {
    "draft": said("This promotion has not been submitted yet. Nothing was changed."),
    "submitted": said("Nobody has begun to review this promotion. Nothing was changed."),
    "in-review": said("This promotion is in review. Nothing was changed."),
    "approved": said("This promotion was approved already. Nothing was changed."),
    "declined": said("This promotion was declined already. Nothing was changed."),
    "withdrawn": said("This promotion was withdrawn. Nothing was changed."),
}


def readable(session: Session, actor: Actor, number: int) -> Promotion:
    """A case, for the person, the line above, whoever decides an appeal, administrators and auditors. Raises NotFound."""
    case = session.get(Promotion, number)
    person = session.get(Person, case.person_id) if case else None
    _require(session, actor, Permission.PROMOTION_READ, case, person)
    assert case is not None
    return case


def locked(session: Session, actor: Actor, number: int, permission: Permission) -> tuple[Promotion, Person]:
    """A case and its person, both locked, if this actor may do this. Raises NotFound; NotPermitted for one's own case
    where deciding is asked.
    """
    whose = session.scalar(select(Promotion.person_id).where(Promotion.id == number))
    person = session.scalar(
        select(Person).where(Person.id == whose).with_for_update().execution_options(populate_existing=True)
    )
    same = select(Promotion).where(Promotion.id == number)
    case = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    if permission is Permission.PROMOTION_DECIDE and whose is not None and whose == actor.person_id:
        raise NotPermitted(said("Nobody decides about their own promotion."))
    _require(session, actor, permission, case, person)
    assert case is not None
    assert person is not None
    return case, person


def require_active(person: Person) -> None:
    """Go on only if the person is still there. Raises Conflict."""
    if person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))


def require_state(case: Promotion, *states: str) -> None:
    """Go on only if the case is in one of these states. Raises Conflict."""
    if case.state not in states:
        raise Conflict(WRONG_STATE[case.state])


def instance_of(session: Session, case: Promotion) -> str:
    """Which instance decides now: `first`, or `appeal`. Raises Conflict when none does."""
    if case.state == "declined" and (appeal := appeal_of(session, case)) is not None and appeal.state == "open":
        return "appeal"
    require_state(case, "in-review")
    return "first"


def appeal_of(session: Session, case: Promotion) -> PromotionAppeal | None:
    """The one appeal of a case, if there was one."""
    return session.scalar(select(PromotionAppeal).where(PromotionAppeal.promotion_id == case.id))


def acted(session: Session, case: Promotion) -> frozenset[int]:
    """Everybody who did anything to the case, by the audit."""
    rows = select(Audit.actor_id).where(Audit.subject_kind == SUBJECT, Audit.subject_id == case.id)
    return frozenset(number for number in session.scalars(rows.distinct()) if number is not None)


def move(case: Promotion, state: str, *, now: datetime) -> None:
    """The case goes on to another state."""
    case.state, case.state_since = state, now


def note(
    session: Session,
    actor: Actor,
    action: str,
    case: Promotion,
    *,
    now: datetime,
    rows: tuple[Entry, ...] = (),
    texts: dict[Any, str] | None = None,
    **data: Any,
) -> Audit:
    """One audit row about the case, and the ledger rows that come with it."""
    told = {"person": case.person_id, "role": case.role, **data}
    return ledger.note(session, actor, action, now=now, subject=(SUBJECT, case.id), rows=rows, texts=texts, **told)


def _require(
    session: Session, actor: Actor, permission: Permission, case: Promotion | None, person: Person | None
) -> None:
    if case is not None and person is not None and permission is not Permission.PROMOTION_OPEN:
        appeal = appeal_of(session, case)
        if appeal is not None and appeal.decider_id is not None and appeal.decider_id == actor.person_id:
            return
    gone = case is None or person is None or person.state == "erased"
    about = About() if gone or person is None else About(person_id=person.id, team_id=person.team_id)
    require(actor, permission, about)
    if case is None:
        raise NotFound(said("There is no such promotion."))
