"""Who decides about promotions: the line above the person, else an administrator; never the person themselves.

Found anew each time it is asked, so that a case whose reviewer has left is with the next one up the line at once. Asked
of many cases it takes as many queries as of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import Right
from lms.services.organisation.teams import DEEPEST
from lms.services.promotions import cases
from lms.storage.people import Person, RightHeld, Team
from lms.storage.promotions import Promotion, PromotionAppeal, PromotionApproval


@dataclass(frozen=True, slots=True)
class Line:
    """The tree of teams with those who manage and administer, as far as they are active."""

    parents: Mapping[int, int | None]
    managers: Mapping[int, int]
    administrators: tuple[int, ...]

    def above(self, person_id: int, team_id: int | None) -> tuple[int, ...]:
        """The managers of a team and of every team above it, the nearest first, without the person."""
        found: dict[int, None] = {}
        for _ in range(DEEPEST + 1):
            if team_id is None:
                break
            if (manager := self.managers.get(team_id)) is not None and manager != person_id:
                found[manager] = None
            team_id = self.parents.get(team_id)
        return tuple(found)


def line(session: Session) -> Line:
    """The line as it stands, in two queries."""
    teams = session.execute(
        select(Team.id, Team.parent_id, Person.id.label("manager")).outerjoin(
            Person, (Person.id == Team.manager_id) & (Person.state == "active")
        )
    ).all()
    held = select(Person.id).join(RightHeld, RightHeld.person_id == Person.id)
    admins = held.where(RightHeld.held == Right.ADMINISTRATOR.value, Person.state == "active")
    return Line(
        {row.id: row.parent_id for row in teams},
        {row.id: row.manager for row in teams if row.manager is not None},
        tuple(session.scalars(admins.order_by(Person.id))),
    )


def line_above(session: Session, person_id: int) -> tuple[int, ...]:
    """The active managers above a person, the nearest first."""
    team = session.scalar(select(Person.team_id).where(Person.id == person_id))
    return line(session).above(person_id, team)


def next_of(session: Session, case: Promotion) -> tuple[int, ...]:
    """Who decides this case next; empty when there is nothing to decide."""
    return turns(session, [case])[case.id]


def turns(session: Session, of: Sequence[Promotion]) -> dict[int, tuple[int, ...]]:
    """Who decides each case next: whoever reviews it, else the nearest of the line who has not approved, else the
    administrators; on appeal whoever `on_appeal` names.
    """
    numbers = [case.id for case in of]
    teams = _teams(session, of)
    standing = line(session)
    approved = defaultdict(set)
    rows = select(PromotionApproval.promotion_id, PromotionApproval.approver_id)
    for number, approver in session.execute(rows.where(PromotionApproval.promotion_id.in_(numbers))):
        approved[number].add(approver)
    found = {}
    for case in of:
        above = standing.above(case.person_id, teams.get(case.person_id))
        if case.state in {"submitted", "in-review"}:
            left = [one for one in above if one not in approved[case.id]]
            if case.reviewer_id is not None and case.reviewer_id in left:
                left = [case.reviewer_id]
            found[case.id] = tuple(left[:1]) or _others(standing, case, approved[case.id])
        elif case.state == "declined":
            found[case.id] = _on_appeal(session, case, standing, above)
        else:
            found[case.id] = ()
    return found


def on_appeal(session: Session, case: Promotion) -> tuple[int, ...]:
    """Who can decide the open appeal: the manager of whoever declined, else the administrators who have not acted, else
    who is left of the line.
    """
    standing = line(session)
    above = standing.above(case.person_id, _teams(session, [case]).get(case.person_id))
    return _on_appeal(session, case, standing, above)


def next_level(session: Session, case: Promotion, decided_by: int) -> int | None:
    """The manager of whoever declined, if that is somebody else who has not acted on the case."""
    above = (one for one in line_above(session, decided_by) if one != case.person_id)
    nearest = next(above, None)
    return nearest if nearest not in cases.acted(session, case) else None


def _on_appeal(session: Session, case: Promotion, standing: Line, above: Iterable[int]) -> tuple[int, ...]:
    appeal = cases.appeal_of(session, case)
    if appeal is None or appeal.state != "open":
        return ()
    acted = cases.acted(session, case)
    if appeal.decider_id is not None and appeal.decider_id not in acted and _is_active(session, appeal):
        return (appeal.decider_id,)
    return _others(standing, case, acted) or tuple(one for one in above if one not in acted)


def _is_active(session: Session, appeal: PromotionAppeal) -> bool:
    return session.scalar(select(Person.state).where(Person.id == appeal.decider_id)) == "active"


def _others(standing: Line, case: Promotion, acted: set[int] | frozenset[int]) -> tuple[int, ...]:
    return tuple(one for one in standing.administrators if one not in acted and one != case.person_id)


def _teams(session: Session, of: Sequence[Promotion]) -> dict[int, int | None]:
    rows = select(Person.id, Person.team_id).where(Person.id.in_({case.person_id for case in of}))
    return {row.id: row.team_id for row in session.execute(rows)}
