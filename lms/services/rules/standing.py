"""Who set somebody's target: a rule, as long as the target stays what the rule made it.

Kept with the rule's reach and not with the plan: a target that somebody changed and changed back is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.services.access import Actor
from lms.services.organisation.people_shown import Named, named
from lms.storage.people import Contact, StudyPlan
from lms.storage.rules import AssignmentRule, RuleReach

STANDS = (RuleReach.outcome == "set") & RuleReach.ended_at.is_(None)
"""The reaches that hold a target; one a person at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBy:
    """A target that a rule set: whose rule, which role, by when (None: its date was over when it came)."""

    by: Named
    target: str
    aim: date | None


def set_by(session: Session, person_id: int) -> SetBy | None:
    """The rule that set somebody's present target; None when they, or somebody for them, chose it."""
    found = session.execute(
        select(AssignmentRule, RuleReach, StudyPlan, Contact.name)
        .join(RuleReach, RuleReach.rule_id == AssignmentRule.id)
        .join(StudyPlan, StudyPlan.person_id == RuleReach.person_id)
        .outerjoin(Contact, Contact.person_id == AssignmentRule.made_by)
        .where(RuleReach.person_id == person_id, STANDS)
    ).one_or_none()
    return of(found.AssignmentRule, found.RuleReach, found.name, found.StudyPlan) if found else None


def of(rule: AssignmentRule | None, reach: RuleReach | None, maker: str | None, plan: StudyPlan | None) -> SetBy | None:
    """The same, for whoever read these rows with others; `maker` is the name of who made the rule, while they have one."""
    if rule is None or reach is None or plan is None or plan.targets != [rule.target]:
        return None
    late = reach.reached_on > rule.aim
    return SetBy(by=named(rule.made_by, maker), target=rule.target, aim=None if late else rule.aim)


def end(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Somebody's target changes: no rule holds it any more."""
    held = update(RuleReach).where(RuleReach.person_id == person_id, STANDS)
    ended = held.values(ended_at=now, ended_by=actor.person_id)
    session.execute(ended.execution_options(synchronize_session="fetch"))
