"""Who gives the word that a step needs: the nearest manager above a person, or the owners of the curriculum.

Nobody confirms their own step, and who cannot sign in is passed over.
"""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.services.access import Right
from lms.services.organisation.teams import DEEPEST
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Person, RightHeld, Team
from lms.storage.steps import Confirmation

BY_SOMEBODY = frozenset({CompletedBy.MANAGER, CompletedBy.TRAINER})


def of(session: Session, by: str, person_id: int, curriculum_id: int) -> tuple[int, ...]:
    """The numbers of those who can confirm a step of this person now; empty when nobody can."""
    if by == CompletedBy.TRAINER:
        return _owners(session, curriculum_id, person_id)
    manager = _nearest_manager(session, person_id)
    return () if manager is None else (manager,)


def of_one(session: Session, waiting: Confirmation) -> tuple[int, ...]:
    """The numbers of those for whom a confirmation waits now."""
    return of(session, waiting.by, waiting.person_id, waiting.curriculum_id)


def _owners(session: Session, curriculum_id: int, person_id: int) -> tuple[int, ...]:
    owners = (
        select(CurriculumOwner.person_id)
        .join(Person, Person.id == CurriculumOwner.person_id)
        .join(RightHeld, (RightHeld.person_id == Person.id) & (RightHeld.held == Right.TRAINER.value))
        .where(CurriculumOwner.curriculum_id == curriculum_id, Person.state == "active", Person.id != person_id)
    )
    return tuple(session.scalars(owners.order_by(CurriculumOwner.person_id)))


def _nearest_manager(session: Session, person_id: int) -> int | None:
    """The manager of the person's team, or the next one up the line who is active and somebody else."""
    own = select(Team.parent_id, Team.manager_id, literal(0).label("height")).join(Person, Person.team_id == Team.id)
    line = own.where(Person.id == person_id).cte("line", recursive=True)
    above = select(Team.parent_id, Team.manager_id, line.c.height + 1).join(line, Team.id == line.c.parent_id)
    line = line.union_all(above.where(line.c.height < DEEPEST))
    return session.scalar(
        select(Person.id)
        .join(line, line.c.manager_id == Person.id)
        .where(Person.state == "active", Person.id != person_id)
        .order_by(line.c.height)
        .limit(1)
    )
