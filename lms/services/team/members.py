"""The people of some teams with where their stored paths stand, in one question; and the likely day, as their own page says it.

Nothing is planned: who is being recalculated says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import MonthsInRole, Role
from lms.engine.gates import gate_state
from lms.engine.person import Person as PersonValue
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path, Planning
from lms.storage.people import Contact, Person, StudyPlan

MOST = 200
"""How many people one table shows."""
_MEMBERS = (
    select(
        Person.id,
        Person.team_id,
        Contact.name,
        StudyPlan.targets,
        Planning.why_none,
        Planning.planned,
        Planning.wanted,
        Path.version_id,
        Path.planned_on,
        Path.status,
        Path.met,
        Path.required,
        Path.steps,
        Path.ready_on,
        Path.eligible_on,
        Path.likely_on,
        CurriculumVersion.curriculum_id,
        CurriculumVersion.number,
        CurriculumVersion.digest,
    )
    .join(Contact, Contact.person_id == Person.id)
    .join(StudyPlan, StudyPlan.person_id == Person.id)
    .outerjoin(Planning, Planning.person_id == Person.id)
    .outerjoin(Path, Path.person_id == Person.id)
    .outerjoin(CurriculumVersion, CurriculumVersion.id == Path.version_id)
    .where(Person.state == "active")
    .order_by(Contact.name, Person.id)
)


class State(StrEnum):
    """Where somebody stands towards their next role."""

    READY = "ready"
    """Every requirement and every gate is met."""
    NEAR = "near"
    LATER = "later"
    WAITS = "waits"
    """Nothing is left to learn; a gate waits for somebody, and nobody knows the day."""
    BLOCKED = "blocked"
    """No path leads there, or no date can be told."""
    BEHIND = "behind"
    """Being recalculated, without a path yet."""
    NONE = "none"
    """No target, or no path for another reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a team. `met` of `required` and `likely` are those of the stored path; None without one."""

    id: int
    team_id: int
    name: str
    role: str | None
    targets: tuple[str, ...]
    state: State
    met: int | None
    required: int | None
    likely: date | None
    behind: bool
    why_none: str | None

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word of the name."""
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def members_of(session: Session, teams: Collection[int], *, but: int | None) -> Sequence[Any]:
    """The active people of these teams by name, `MOST` and one at most, each a row of columns; not the person `but`."""
    return session.execute(_MEMBERS.where(Person.team_id.in_(teams), Person.id != (but or 0)).limit(MOST + 1)).all()


def member_of(row: Any, person: PersonValue, roles: Sequence[Role], *, near_until: date) -> Member:
    """The person behind a row; `person` by their ledger, `roles` those that the path leads to."""
    likely = likely_day(row, person, roles) if row.status else None
    return Member(
        id=row.id,
        team_id=row.team_id,
        name=row.name,
        role=person.role,
        targets=tuple(row.targets),
        state=_state(row, likely, near_until),
        met=row.met,
        required=row.required,
        likely=likely,
        behind=row.wanted is not None and row.planned < row.wanted,
        why_none=row.why_none if row.wanted is not None else "no-target",
    )


class StoredDates(Protocol):
    """The columns of a stored path from which its likely day is told."""

    status: Any
    steps: Any
    ready_on: Any
    eligible_on: Any
    likely_on: Any
    planned_on: Any


def likely_day(path: StoredDates, person: PersonValue, roles: Sequence[Role]) -> date | None:
    """The likely day of a stored path, as `web.learner.mine.path_dates` tells it from the whole document.

    A path has an `eligible_on` only where each of its gates has a day, and of the unmet ones only months in a role have.
    """
    likely: date | None = path.likely_on
    if path.status == "blocked" or not path.steps:
        return path.eligible_on or path.ready_on  # type: ignore[no-any-return]
    if likely is None or path.eligible_on is None:
        return likely
    gates = ((gate, role.id) for role in roles for gate in role.gates if isinstance(gate, MonthsInRole))
    states = (gate_state(gate, role, person, path.planned_on) for gate, role in gates)
    return max([likely, *(state.on for state in states if not state.met and state.on)])


def _state(row: Any, likely: date | None, near_until: date) -> State:
    if row.status is None:
        return State.BEHIND if row.wanted is not None and row.planned < row.wanted else State.NONE
    if row.met == row.required:
        return State.READY
    if row.status != "blocked" and not row.steps and row.eligible_on is None:
        return State.WAITS
    if likely is None:
        return State.BLOCKED
    return State.NEAR if likely <= near_until else State.LATER
