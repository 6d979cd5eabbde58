"""Which rule is for whom, and what it would do to their target. Reads in a fixed number of questions; writes nothing.

Of several rules that fit somebody the newest counts. A rule fills in where there is no target, and follows on a rule
before it. A target of any other origin stays: chosen by the person, or entered for this one person, it is more
particular than a rule for many. So does the choice to have none, once somebody undid what a rule had set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.services import curricula
from lms.services.curricula import Published
from lms.storage.people import Person, StudyPlan, Team
from lms.storage.record import RoleAssignment
from lms.storage.rules import AssignmentRule, RuleReach, RuleTeam
from lms.storage.snapshot import in_force, pins_of

SET, KEPT, ALREADY = "set", "own-choice-kept", "already"
NOT_YET = "not-yet"
"""The version that counts for the person has no such role, or they go on to another curriculum: looked at again later."""
TRIAL = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with the numbers of every team it covers, those below included."""

    id: int
    teams: frozenset[int]
    curriculum_id: int
    role: str
    target: str
    aim: date
    made_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What the rule that counts for a person does to their target; `aim` is the date they would have."""

    person_id: int
    rule: Rule
    outcome: str
    aim: date | None = None


@dataclass(frozen=True, slots=True)
class _Past:
    """A rule that came to the person before."""

    rule_id: int
    curriculum_id: int
    role: str
    target: str
    aim: date
    is_set: bool
    ended: bool
    undone: bool


def fits(
    session: Session, on: date, people: Collection[int] | None = None, trial: Rule | None = None
) -> tuple[Fit, ...]:
    """Whom the rules in force come to on this day, of these people (None: of all), in the order of their numbers.

    Whom the rule that counts for them has reached is left out. `trial` is a rule that is not there yet: alone what it
    would do is told.
    """
    rules = [trial] if trial else covering(session)
    if not rules:
        return ()
    active = select(Person.id).where(
        Person.state == "active", Person.team_id.in_(frozenset().union(*(rule.teams for rule in rules)))
    )
    if people is not None:
        active = active.where(Person.id.in_(people))
    return tuple(_fits(session, on, rules, active))


def covering(session: Session) -> list[Rule]:
    """The rules in force, the newest first."""
    rows = session.scalars(
        select(AssignmentRule).where(AssignmentRule.off_at.is_(None)).order_by(AssignmentRule.id.desc())
    ).all()
    if not rows:
        return []
    named: dict[int, set[int]] = defaultdict(set)
    for rule, team in session.execute(select(RuleTeam.rule_id, RuleTeam.team_id)):
        named[rule].add(team)
    parents = dict(session.execute(select(Team.id, Team.parent_id)).all())
    return [
        Rule(
            id=row.id,
            teams=with_below(parents, named[row.id]),
            curriculum_id=row.curriculum_id,
            role=row.role,
            target=row.target,
            aim=row.aim,
            made_by=row.made_by,
        )
        for row in rows
    ]


def with_below(parents: Mapping[int, int | None], teams: Collection[int]) -> frozenset[int]:
    """These teams and every team below them, in a tree given as each team's parent."""
    covered = set(teams) & parents.keys()
    while more := {team for team, parent in parents.items() if parent in covered} - covered:
        covered |= more
    return frozenset(covered)


def _fits(session: Session, on: date, rules: Sequence[Rule], active: Select[int]) -> Iterator[Fit]:
    roles, past = _roles(session, active), _past(session, active)
    plans = {row.person_id: row for row in session.execute(_of(active, StudyPlan, StudyPlan.targets, StudyPlan.aim))}
    members = session.execute(select(Person.id, Person.team_id).where(Person.id.in_(active)).order_by(Person.id)).all()
    meant = {}
    for person, team in members:
        present = next((row for row in reversed(roles[person]) if row.starts <= on), None)
        rule = next((one for one in rules if present and _is_for(one, person, team, present)), None)
        if rule is not None and all(one.rule_id != rule.id for one in past[person]):
            meant[person] = rule
    offered = curricula.published(session)
    pins = pins_of(session, meant.keys(), on) if meant else {}
    for person, rule in meant.items():
        plan = plans.get(person)
        outcome, aim = _outcome(rule, plan, past[person], on)
        own = curricula.of_person(session, pins.get(person, ()), offered)
        if outcome == SET and not _can(rule, own, roles[person][-1]):
            outcome = NOT_YET
        yield Fit(person_id=person, rule=rule, outcome=outcome, aim=aim)


def _is_for(rule: Rule, person: int, team: int | None, role: Any) -> bool:
    """Nobody is reached by their own rule: what they aim at themselves they choose on their own plan."""
    held = (role.curriculum_id, role.role) == (rule.curriculum_id, rule.role)
    return held and team in rule.teams and person != rule.made_by


def _outcome(rule: Rule, plan: Any, past: Sequence[_Past], on: date) -> tuple[str, date | None]:
    targets, aim = (plan.targets, plan.aim) if plan else ([], None)
    wanted = rule.aim if rule.aim >= on else None
    before = next((one for one in past if one.is_set and not one.ended and targets == [one.target]), None)
    if before is not None:
        return SET, wanted if aim in {before.aim, None} else aim
    if targets:
        return (ALREADY if rule.target in targets else KEPT), aim
    undone = any(one.undone for one in past if (one.curriculum_id, one.role) == (rule.curriculum_id, rule.role))
    return (KEPT, aim) if undone else (SET, wanted)


def _can(rule: Rule, own: Sequence[Published], last: Any) -> bool:
    version = next((one.curriculum for one in own if one.curriculum_id == rule.curriculum_id), None)
    return last.curriculum_id == rule.curriculum_id and version is not None and rule.target in version.role_by_id


def _roles(session: Session, active: Select[int]) -> dict[int, list[Any]]:
    """Every role that these people hold, held or will hold, the earliest first."""
    columns = (RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.curriculum_id, RoleAssignment.starts)
    asked = in_force(RoleAssignment).with_only_columns(*columns).where(RoleAssignment.person_id.in_(active))
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(asked.order_by(RoleAssignment.starts, RoleAssignment.id)):
        found[row.person_id].append(row)
    return found


def _past(session: Session, active: Select[int]) -> dict[int, list[_Past]]:
    asked = select(RuleReach, AssignmentRule).join(AssignmentRule, AssignmentRule.id == RuleReach.rule_id)
    found: dict[int, list[_Past]] = defaultdict(list)
    for reach, rule in session.execute(asked.where(RuleReach.person_id.in_(active))):
        ended = reach.ended_at is not None
        found[reach.person_id].append(
            _Past(
                rule_id=rule.id,
                curriculum_id=rule.curriculum_id,
                role=rule.role,
                target=rule.target,
                aim=rule.aim,
                is_set=reach.outcome == SET,
                ended=ended,
                undone=ended and reach.ended_by == reach.person_id,
            )
        )
    return found


def _of(active: Select[int], table: Any, *columns: Any) -> Select[Any]:
    return select(table.person_id, *columns).where(table.person_id.in_(active))
