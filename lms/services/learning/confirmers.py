"""Who gives the word that a step needs, level by level: the managers of the line, the nearest first, or the owners of the
curriculum; the administrators are always the last level, so that no step waits for nobody.

Found anew each time it is asked, so a step whose manager has left is with the next one up. Nobody confirms their own
step, and who cannot sign in is passed over. Who is away has whoever stands in for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.services.access import Right
from lms.services.evidence import routing
from lms.services.evidence.desk import Chair, Desk, Subject
from lms.storage.people import Person
from lms.storage.steps import Confirmation

BY_SOMEBODY = frozenset({CompletedBy.MANAGER, CompletedBy.TRAINER})


Levels = tuple[tuple[Chair, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose turn it is: numbers of people, deputies in place of those who are away; nobody where nobody can confirm.

    `administrators`: is it with them, since nobody else is left?
    """

    people: tuple[int, ...]
    administrators: bool


def of(session: Session, by: str, person_id: int, curriculum_id: int, on: date, *, passed_up: int = 0) -> Turn:
    """Who is asked for their word about a step of this person on this day."""
    here = routing.desk(session, on)
    team = session.scalar(select(Person.team_id).where(Person.id == person_id))
    return turn(here, levels(here, by, person_id, team, curriculum_id), passed_up, person_id)


def of_one(session: Session, waiting: Confirmation, on: date) -> Turn:
    """For whom a confirmation waits on this day."""
    up = waiting.passed_up
    return of(session, waiting.by, waiting.person_id, waiting.curriculum_id, on, passed_up=up)


def levels(here: Desk, by: str, person_id: int, team_id: int | None, curriculum_id: int) -> Levels:
    """Who can confirm, level by level."""
    about = Subject(person_id=person_id, team_id=team_id, curriculum_id=curriculum_id, raters=(by,))
    return here.levels(about)


def turn(here: Desk, found: Levels, passed_up: int, person_id: int) -> Turn:
    """Whose turn it is after a step went up so many levels."""
    chairs = found[min(passed_up, len(found) - 1)] if found else ()
    people = dict.fromkeys(here.acting(chair.person_id, person_id) for chair in sorted(chairs))
    last = bool(chairs) and all(chair.capacity == Right.ADMINISTRATOR for chair in chairs)
    return Turn(people=tuple(people), administrators=last)
