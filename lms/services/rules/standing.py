"""Who set somebody's target: a rule, as long as the target stays what the rule made it.

Kept with the rule's reach and not with the plan: a target that somebody changed and changed back is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from lms.services.access import Actor
from lms.services.organisation.people_shown import Named, named
from lms.storage.people import Contact, StudyPlan
from lms.storage.rules import AssignmentRule, RuleReach

STANDS = (RuleReach.outcome == "set") & RuleReach.ended_at.is_(None)
"""The reaches that hold a target; one a person at most."""
_MAKER = aliased(Contact)
Read = TypeVarTuple("Read")
COLUMNS = (
    AssignmentRule.target.label("rule_target"),
    AssignmentRule.aim.label("rule_aim"),
    AssignmentRule.made_by.label("rule_by"),
    RuleReach.reached_on.label("rule_reached_on"),
    _MAKER.name.label("rule_maker"),
)
"""What `of` takes, for whoever reads it with more about a person: a select over study plans, joined by `beside`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBy:
    """A target that a rule set: whose rule, which role, by when (None: its date was over when it came)."""

    by: Named
    target: str
    aim: date | None


def set_by(session: Session, person_id: int) -> SetBy | None:
    """The rule that set somebody's present target; None when they, or somebody for them, chose it."""
    found = session.execute(
        beside(select(StudyPlan.targets, *COLUMNS)).where(StudyPlan.person_id == person_id)
    ).one_or_none()
    return of(found, found.targets) if found else None


def beside(people: Select[*Read]) -> Select[*Read]:
    """The same select over study plans, with the rule that holds the target of each, if any."""
    return (
        people.outerjoin(RuleReach, (RuleReach.person_id == StudyPlan.person_id) & STANDS)
        .outerjoin(AssignmentRule, AssignmentRule.id == RuleReach.rule_id)
        .outerjoin(_MAKER, _MAKER.person_id == AssignmentRule.made_by)
    )


def of(row: Any, targets: Sequence[str]) -> SetBy | None:
    """The same from a row with COLUMNS and the targets of the person."""
    if row.rule_target is None or targets != [row.rule_target]:
        return None
    late = row.rule_reached_on > row.rule_aim
    return SetBy(by=named(row.rule_by, row.rule_maker), target=row.rule_target, aim=None if late else row.rule_aim)


def end(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Somebody's target changes: no rule holds it any more."""
    held = update(RuleReach).where(RuleReach.person_id == person_id, STANDS)
    ended = held.values(ended_at=now, ended_by=actor.person_id)
    session.execute(ended.execution_options(synchronize_session="fetch"))
