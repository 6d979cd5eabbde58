"""The rules that somebody may see, with what became of whom they came to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from lms.services import calendar, curricula
from lms.services.access import About, Actor, Permission, can, require
from lms.services.organisation import teams
from lms.services.organisation.people_shown import Named, names
from lms.services.rules import fitting, making
from lms.services.rules.standing import STANDS
from lms.storage.paths import Path
from lms.storage.people import Person, Team
from lms.storage.rules import AssignmentRule, RuleReach, RuleTeam


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A rule in words, and of how many people within the reader's reach it set the target, how many still have it, will
    be later than its day as planned, kept their own, or aimed there already.
    """

    rule: AssignmentRule
    by: Named
    off_by: Named | None
    teams: tuple[str, ...]
    role: str
    target: str
    set: int
    standing: int
    late: int
    kept: int
    already: int
    over: bool
    """Is its day over?"""
    may_end: bool


def all_of(session: Session, actor: Actor, *, now: datetime) -> tuple[Listed, ...]:
    """The rules that cover a team within the actor's reach: those in force first, the newest first. Raises Denied."""
    require(actor, Permission.RULES_READ)
    named: dict[int, list[int]] = defaultdict(list)
    for rule, team in session.execute(select(RuleTeam.rule_id, RuleTeam.team_id)):
        named[rule].append(team)
    rows = session.scalars(
        select(AssignmentRule).order_by(AssignmentRule.off_at.is_not(None), AssignmentRule.id.desc())
    ).all()
    rows = _seen(session, actor, rows, named)
    paths = teams.paths(session) if rows else {}
    counts = _counts(session, actor)
    known = names(session, {person for row in rows for person in (row.made_by, row.off_by) if person})
    titles = _titles(session)
    today = calendar.today(session, now=now)
    return tuple(
        Listed(
            rule=row,
            by=known[row.made_by],
            off_by=known[row.off_by] if row.off_by else None,
            teams=tuple(sorted(paths[team] for team in named[row.id])),
            role=titles.get((row.curriculum_id, row.role), row.role),
            target=titles.get((row.curriculum_id, row.target), row.target),
            set=counts[row.id][fitting.SET],
            standing=counts[row.id]["standing"],
            late=counts[row.id]["late"],
            kept=counts[row.id][fitting.KEPT],
            already=counts[row.id][fitting.ALREADY],
            over=row.aim < today,
            may_end=row.off_at is None and making.may_edit(actor, named[row.id]),
        )
        for row in rows
    )


def _seen(
    session: Session, actor: Actor, rows: Sequence[AssignmentRule], named: Mapping[int, Sequence[int]]
) -> list[AssignmentRule]:
    if can(actor, Permission.RULES_READ, About()):
        return list(rows)
    parents = dict(session.execute(select(Team.id, Team.parent_id)).all())
    return [row for row in rows if fitting.with_below(parents, named.get(row.id, ())) & actor.line]


def _counts(session: Session, actor: Actor) -> dict[int, Counter[str]]:
    """By rule how many people each outcome has, of those within reach."""
    late = and_(STANDS, Path.ready_on > AssignmentRule.aim)
    asked = (
        select(
            RuleReach.rule_id,
            RuleReach.outcome,
            func.count().label("people"),
            func.sum(case((STANDS, 1), else_=0)).label("standing"),
            func.sum(case((late, 1), else_=0)).label("late"),
        )
        .join(AssignmentRule, AssignmentRule.id == RuleReach.rule_id)
        .join(Person, Person.id == RuleReach.person_id)
        .outerjoin(Path, Path.person_id == RuleReach.person_id)
        .group_by(RuleReach.rule_id, RuleReach.outcome)
    )
    if not can(actor, Permission.RULES_READ, About()):
        asked = asked.where(Person.team_id.in_(actor.line), Person.id != actor.person_id)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in session.execute(asked):
        counts[row.rule_id] += Counter({row.outcome: row.people, "standing": row.standing, "late": row.late})
    return counts


def _titles(session: Session) -> dict[tuple[int, str], str]:
    return {
        (one.curriculum_id, role.id): role.title
        for one in curricula.published(session)
        for role in one.curriculum.roles
    }
