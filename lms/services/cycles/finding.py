"""A cycle or a sheet found for a verb, locked where it will be changed, and the permission asked.

Locks come in one order: people, then cycles, then sheets; closing locks everybody who takes part before the cycle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, NotPermitted, Said, said
from lms.services import ledger
from lms.services.access import About, Actor, Permission, require
from lms.storage.audit import Audit
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person

SUBJECT = Cycle.__tablename__
WRONG_STATE: dict[str, Said] = {
    "draft": said("This cycle is still a draft and asks nobody. Nothing was changed."),
    "open": said("This cycle is open already. Nothing was changed."),
    "closed": said("This cycle is closed. Nothing was changed."),
}


def readable(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """A cycle that this actor may see. Raises NotFound, Denied."""
    return _allowed(session, actor, session.get(Cycle, cycle_id, populate_existing=True), Permission.CYCLE_READ)


def locked(session: Session, actor: Actor, cycle_id: int, permission: Permission, *states: str) -> Cycle:
    """A cycle, locked, if this actor may do this and it is in one of these states. Raises NotFound, Denied, Conflict;
    NotPermitted for closing one's own round.
    """
    same = select(Cycle).where(Cycle.id == cycle_id).execution_options(populate_existing=True)
    cycle = session.scalar(same.with_for_update())
    if permission is Permission.CYCLE_CLOSE and cycle is not None and is_own(actor, cycle):
        raise NotPermitted(said("Nobody closes a round about themselves. Whoever manages the team does."))
    cycle = _allowed(session, actor, cycle, permission)
    require_state(cycle, *states)
    return cycle


def require_state(cycle: Cycle, *states: str) -> None:
    """Go on only if the cycle is in one of these states. Raises Conflict."""
    if cycle.state not in states:
        raise Conflict(WRONG_STATE[cycle.state])


def is_own(actor: Actor, cycle: Cycle) -> bool:
    """Is it a round about whoever acts?"""
    return cycle.person_id is not None and cycle.person_id == actor.person_id


def about(session: Session, cycle: Cycle | None) -> About:
    """What a permission is asked about: the person of a round, the team, or for the organisation what only ALL reaches."""
    if cycle is None or cycle.scope == "organisation":
        return About()
    if cycle.scope == "team":
        return About(team_id=cycle.team_id)
    person = session.get(Person, cycle.person_id)
    return About(person_id=cycle.person_id, team_id=person.team_id if person else None)


def sheet(session: Session, actor: Actor, sheet_id: int) -> Sheet:
    """A sheet that this actor is asked to fill. Raises NotFound, Denied."""
    found = session.get(Sheet, sheet_id, populate_existing=True)
    require(actor, Permission.RATE, About(person_id=found.rater_id if found else None))
    if found is None:
        raise NotFound(said("Nobody asks for such ratings."))
    return found


def sheet_to_fill(session: Session, actor: Actor, sheet_id: int) -> Sheet:
    """The same, locked after its cycle, while that is open. Raises NotFound, Denied, Conflict."""
    found = sheet(session, actor, sheet_id)
    session.execute(select(Person.id).where(Person.id == found.person_id).with_for_update(read=True, key_share=True))
    state = session.scalar(select(Cycle.state).where(Cycle.id == found.cycle_id).with_for_update(read=True))
    if state != "open":
        raise Conflict(said("The cycle is closed, so nothing can be said any more. Nothing was changed."))
    same = select(Sheet).where(Sheet.id == sheet_id).execution_options(populate_existing=True)
    return session.scalars(same.with_for_update()).one()


def note(session: Session, actor: Actor, action: str, cycle: Cycle, *, now: datetime, **data: Any) -> Audit:
    """One audit row about the cycle."""
    return ledger.note(session, actor, action, now=now, subject=(SUBJECT, cycle.id), **data)


def _allowed(session: Session, actor: Actor, cycle: Cycle | None, permission: Permission) -> Cycle:
    require(actor, permission, about(session, cycle))
    if cycle is None:
        raise NotFound(said("There is no such cycle."))
    return cycle
