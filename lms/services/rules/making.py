"""Making a rule, seeing beforehand whom it would reach, and switching it off.

A rule belongs to the line and not to whoever made it: whoever may make such a rule for all of its teams may switch it
off, so that it goes on when its maker leaves and never has nobody who could end it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted, Problem, said
from lms.services import calendar, curricula, ledger
from lms.services.access import About, Actor, Denied, Permission, can, require
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.services.rules import asking, fitting
from lms.storage.people import Team
from lms.storage.rules import AssignmentRule, RuleTeam

MOST_TEAMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For whom (teams with those below, and the role they hold), which target, and by when."""

    team_ids: frozenset[int]
    curriculum_id: int | None
    role: str | None
    target: str | None
    aim: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Whom a rule would reach today, by what it would do."""

    set: tuple[Named, ...]
    kept: tuple[Named, ...]
    already: tuple[Named, ...]
    not_yet: tuple[Named, ...]

    @property
    def everybody(self) -> int:
        """How many people the rule is for."""
        return len(self.set) + len(self.kept) + len(self.already) + len(self.not_yet)


def foresee(session: Session, actor: Actor, terms: Terms, *, now: datetime) -> Foreseen:
    """Whom the rule would reach today; nothing is written. Raises Invalid; Denied for a team out of reach."""
    rule = _ruled(session, actor, terms, now=now)
    found = fitting.fits(session, calendar.today(session, now=now), trial=rule)
    known = names(session, [one.person_id for one in found])

    def whose(outcome: str) -> tuple[Named, ...]:
        people = (known[one.person_id] for one in found if one.outcome == outcome)
        return tuple(sorted(people, key=lambda one: (str(one.name).casefold(), one.id)))

    return Foreseen(
        set=whose(fitting.SET),
        kept=whose(fitting.KEPT),
        already=whose(fitting.ALREADY),
        not_yet=whose(fitting.NOT_YET),
    )


def make(session: Session, actor: Actor, terms: Terms, *, now: datetime) -> AssignmentRule:
    """From now on the rule comes to whom it is for, those of today first. Raises Invalid; Denied for a team out of reach."""
    ruled = _ruled(session, actor, terms, now=now)
    assert actor.person_id is not None, "a person makes rules"
    rule = AssignmentRule(
        curriculum_id=ruled.curriculum_id,
        role=ruled.role,
        target=ruled.target,
        aim=ruled.aim,
        made_by=actor.person_id,
        made_at=now,
    )
    session.add(rule)
    session.flush()  # its teams need its number
    session.add_all(RuleTeam(rule_id=rule.id, team_id=team) for team in sorted(terms.team_ids))
    ledger.note(
        session,
        actor,
        "rule.made",
        now=now,
        subject=("assignment_rule", rule.id),
        teams=sorted(terms.team_ids),
        curriculum=rule.curriculum_id,
        role=rule.role,
        target=rule.target,
        aim=rule.aim.isoformat(),
    )
    asking.everybody_changed(session, now=now, actor=actor)
    return rule


def switch_off(session: Session, actor: Actor, rule_id: int, *, now: datetime) -> AssignmentRule:
    """The rule comes to nobody any more; what it set stays. Raises Denied, NotPermitted where it is for teams beyond
    one's own, Conflict when it is off.
    """
    rule = session.scalar(select(AssignmentRule).where(AssignmentRule.id == rule_id).with_for_update())
    if rule is None:
        require(actor, Permission.RULES_EDIT)
        raise NotFound(said("There is no such rule."))
    teams = session.scalars(select(RuleTeam.team_id).where(RuleTeam.rule_id == rule_id)).all()
    if not may_see(session, actor, teams):
        raise Denied(Permission.RULES_READ, None)
    if not may_edit(actor, teams):
        raise NotPermitted(said("This rule is for teams beyond your own. Ask whoever leads all of them."))
    if rule.off_at is not None:
        raise Conflict(said("This rule was switched off already. Nothing was changed."))
    rule.off_at, rule.off_by = now, actor.person_id
    ledger.note(session, actor, "rule.switched_off", now=now, subject=("assignment_rule", rule.id))
    asking.everybody_changed(session, now=now, actor=actor)  # an older rule may count now
    return rule


def may_see(session: Session, actor: Actor, teams: Sequence[int]) -> bool:
    """May the actor read a rule for these teams: does it cover a team within their reach?"""
    if can(actor, Permission.RULES_READ, About()):
        return True
    parents = dict(session.execute(select(Team.id, Team.parent_id)).all())
    covered = fitting.with_below(parents, teams)
    return any(can(actor, Permission.RULES_READ, About(team_id=team)) for team in covered)


def may_edit(actor: Actor, teams: Sequence[int]) -> bool:
    """May the actor make and end a rule for these teams: is every one of them within their reach?"""
    if not teams:
        return can(actor, Permission.RULES_EDIT, About())
    return all(can(actor, Permission.RULES_EDIT, About(team_id=team)) for team in teams)


def _ruled(session: Session, actor: Actor, terms: Terms, *, now: datetime) -> fitting.Rule:
    """The terms as a rule. Raises Invalid, Denied."""
    require(actor, Permission.RULES_EDIT)
    for team in terms.team_ids:
        require(actor, Permission.RULES_EDIT, About(team_id=team))
    problems = _problems(session, terms, calendar.today(session, now=now))
    if problems or terms.curriculum_id is None or not terms.role or not terms.target or terms.aim is None:
        raise Invalid(*problems)
    parents = dict(session.execute(select(Team.id, Team.parent_id)).all())
    return fitting.Rule(
        id=fitting.TRIAL,
        teams=fitting.with_below(parents, terms.team_ids),
        curriculum_id=terms.curriculum_id,
        role=terms.role,
        target=terms.target,
        aim=terms.aim,
        made_by=actor.person_id,
    )


def _problems(session: Session, terms: Terms, today: date) -> list[Problem]:
    problems = []
    there = session.scalars(select(Team.id).where(Team.id.in_(terms.team_ids))).all()
    if not terms.team_ids or len(there) < len(terms.team_ids):
        problems.append(Problem(said("Choose at least one team that is still there."), field="teams"))
    elif len(terms.team_ids) > MOST_TEAMS:
        problems.append(Problem(said("Choose at most %(most)s teams, or the team above them.", most=MOST_TEAMS)))
    offered = curricula.published(session)
    known = next((one.curriculum.role_by_id for one in offered if one.curriculum_id == terms.curriculum_id), {})
    if terms.role not in known:
        problems.append(Problem(said("Choose the role that they hold."), field="role"))
    if terms.target not in known:
        problems.append(Problem(said("Choose a target of the same curriculum as the role."), field="target"))
    elif terms.target == terms.role:
        problems.append(Problem(said("Nobody aims at the role they hold. Choose another target."), field="target"))
    if terms.aim is None:
        problems.append(Problem(said("Choose the day by which they aim at it."), field="aim"))
    elif terms.aim <= today:
        problems.append(Problem(said("The day must be after today."), field="aim"))
    return [*problems, *lookup.on_the_calendar(terms.aim, "aim")]
