"""Who decides about a promotion: the line above the person, else an administrator; never the person themselves.

Found anew each time it is asked, so that a case whose reviewer has left is with the next one up the line at once.
"""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from lms.services.access import Right
from lms.services.promotions import cases
from lms.services.teams import DEEPEST
from lms.storage.people import Person, RightHeld, Team
from lms.storage.promotions import Promotion, PromotionApproval


def line_above(session: Session, person_id: int) -> tuple[int, ...]:
    """The active managers of the person's team and of every team above it, the nearest first, without themselves."""
    own = select(Team.parent_id, Team.manager_id, literal(0).label("height")).join(Person, Person.team_id == Team.id)
    line = own.where(Person.id == person_id).cte("line", recursive=True)
    above = select(Team.parent_id, Team.manager_id, line.c.height + 1).join(line, Team.id == line.c.parent_id)
    line = line.union_all(above.where(line.c.height < DEEPEST))
    found = session.scalars(
        select(Person.id)
        .join(line, line.c.manager_id == Person.id)
        .where(Person.state == "active", Person.id != person_id)
        .order_by(line.c.height)
    )
    return tuple(dict.fromkeys(found))


def administrators(session: Session) -> tuple[int, ...]:
    """The active administrators."""
    held = select(Person.id).join(RightHeld, RightHeld.person_id == Person.id)
    admins = held.where(RightHeld.held == Right.ADMINISTRATOR.value, Person.state == "active")
    return tuple(session.scalars(admins.order_by(Person.id)))


def next_of(session: Session, case: Promotion) -> tuple[int, ...]:
    """Who decides next: whoever reviews, else the nearest of the line who has not approved, else the administrators.
    Empty when there is nothing to decide.
    """
    if case.state in {"submitted", "in-review"}:
        approved = set(session.scalars(select(PromotionApproval.approver_id).filter_by(promotion_id=case.id)))
        left = [one for one in line_above(session, case.person_id) if one not in approved]
        if case.reviewer_id in left and case.reviewer_id is not None:
            return (case.reviewer_id,)
        return tuple(left[:1]) or _others(session, case, approved)
    appeal = cases.appeal_of(session, case)
    if case.state != "declined" or appeal is None or appeal.state != "open":
        return ()
    return on_appeal(session, case)


def on_appeal(session: Session, case: Promotion) -> tuple[int, ...]:
    """Who can decide the open appeal: the manager of whoever declined, else the administrators who have not acted, else
    who is left of the line.
    """
    appeal = cases.appeal_of(session, case)
    acted = cases.acted(session, case)
    if appeal is not None and appeal.decider_id is not None and appeal.decider_id not in acted:
        active = session.scalar(select(Person.state).where(Person.id == appeal.decider_id)) == "active"
        if active and appeal.decider_id != case.person_id:
            return (appeal.decider_id,)
    return _others(session, case, acted) or tuple(
        one for one in line_above(session, case.person_id) if one not in acted
    )


def next_level(session: Session, case: Promotion, decided_by: int) -> int | None:
    """The manager of whoever declined, if that is somebody else who has not acted on the case."""
    acted = cases.acted(session, case)
    above = (one for one in line_above(session, decided_by) if one != case.person_id)
    nearest = next(above, None)
    return nearest if nearest not in acted else None


def _others(session: Session, case: Promotion, acted: set[int] | frozenset[int]) -> tuple[int, ...]:
    return tuple(one for one in administrators(session) if one not in acted and one != case.person_id)
