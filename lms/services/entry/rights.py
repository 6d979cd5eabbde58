"""Giving and taking rights. Nobody changes their own, and one administrator always stays.

Whoever may end an administrator's rights first locks the rows of all administrators, in one order, so that two who
demote each other at once take turns, and the second finds that only one is left.
*Instead of:* counting without a lock, after which both leave and nobody can come back in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotPermitted, Problem, said
from lms.services import ledger
from lms.services.access import Actor, Permission, Right
from lms.services.evidence import routing
from lms.services.learning import passing
from lms.services.organisation import lookup
from lms.storage.people import RIGHTS, Person, RightHeld


def set_rights(
    session: Session, actor: Actor, person_id: int, rights: Collection[str], *, now: datetime
) -> frozenset[str]:
    """These are the person's rights from now on; gives them. Writes nothing when they hold exactly these.

    Raises Invalid for an unknown right, Conflict when no administrator would be left, NotPermitted for one's own.
    """
    wanted = frozenset(rights)
    problems = rights_problems(wanted)
    if problems:
        raise Invalid(*problems)
    administrators = lock_administrators(session)
    lookup.active(session, actor, Permission.RIGHTS_EDIT, person_id)
    held = frozenset(session.scalars(select(RightHeld.held).where(RightHeld.person_id == person_id)))
    if wanted == held:
        return held
    if Right.ADMINISTRATOR in held - wanted:
        require_another(administrators, person_id)
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody changes their own rights. Ask another administrator."))
    taken, given = sorted(held - wanted), sorted(wanted - held)
    session.execute(delete(RightHeld).where(RightHeld.person_id == person_id, RightHeld.held.in_(taken)))
    session.add_all(RightHeld(person_id=person_id, held=right) for right in given)
    ledger.note(session, actor, "rights.changed", now=now, subject=("person", person_id), given=given, taken=taken)
    routing.settle(session, now=now)
    passing.settle(session, now=now)
    return wanted


def rights_problems(rights: Collection[str]) -> list[Problem]:
    """What is wrong with holding these rights: only those of the list can be given."""
    if set(rights) <= set(RIGHTS):
        return []
    return [Problem(said("There is no such right. Choose from the list."), field="rights")]


def lock_administrators(session: Session) -> frozenset[int]:
    """The numbers of the active administrators, none of whom can stop being one before this transaction ends."""
    return frozenset(
        session.scalars(
            select(Person.id)
            .join(RightHeld, RightHeld.person_id == Person.id)
            .where(RightHeld.held == Right.ADMINISTRATOR.value, Person.state == "active")
            .order_by(Person.id)
            .with_for_update()
        )
    )


def require_another(administrators: Collection[int], person_id: int) -> None:
    """Go on only if an active administrator besides this person is left. Raises Conflict."""
    if person_id in administrators and len(administrators) == 1:
        raise Conflict(
            said("This is the last administrator. Make somebody else an administrator first, then try again.")
        )
