"""How promotions were decided, behind a right of its own; that somebody opened the figures is an entry of the audit.

They are there for half an hour after that. Nothing about sex, origin, health, age or religion is stored, and so nothing
of it is shown; whether somebody works full or part time is what their details say now. Counts that an organisation brings
from elsewhere are looked at once (`engine.judging.adverse_impact`) and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.days import full_months
from lms.engine.judging import fairness
from lms.engine.judging.fairness import Decided, Row
from lms.errors import Said, said
from lms.services import calendar, curricula, ledger
from lms.services.access import Actor, Permission, require
from lms.services.organisation.people_shown import names
from lms.storage.audit import Audit
from lms.storage.people import Person, Team
from lms.storage.promotions import Promotion, PromotionDecision, PromotionOverride
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force

OPENED = "fairness.opened"
FOR = timedelta(minutes=30)
DIMENSIONS = ("manager", "team", "role", "site", "tenure", "working_time")
WITHIN = {"team": "site"}
NONE = "-"
"""The group of those who are in none, such as in no team."""
BANDS: Mapping[str, tuple[int, Said]] = {
    "under-1": (12, said("under one year")),
    "1-to-3": (36, said("one to three years")),
    "over-3": (10**6, said("three years and more")),
}
"""Months since the first role, up to which each band reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The tables by dimension, how many people they are about, and the words of each group by dimension."""

    tables: Mapping[str, Sequence[Row]]
    people: int
    words: Mapping[str, Mapping[str, str | Said]]


def open_figures(session: Session, actor: Actor, *, now: datetime) -> None:
    """Open the figures for half an hour: an entry of the audit. Raises Denied."""
    require(actor, Permission.FAIRNESS_READ)
    ledger.note(session, actor, OPENED, now=now)


def figures(session: Session, actor: Actor, *, now: datetime) -> Figures | None:
    """The figures; None while this actor has not opened them. Raises Denied.

    Of somebody with several cases the latest counts, so that a figure says of how many people it is.
    """
    require(actor, Permission.FAIRNESS_READ)
    opened = select(Audit.id).where(Audit.actor_id == actor.person_id, Audit.action == OPENED, Audit.at > now - FOR)
    if session.scalar(opened.limit(1)) is None:
        return None
    rows = _rows(session)
    teams = {row.id: row for row in session.execute(select(Team.id, Team.name, Team.parent_id))}
    since = _since(session, [row.person_id for row in rows])
    decided = [_decided(row, teams, since.get(row.person_id)) for row in rows]
    return Figures(
        tables=fairness.tables(decided, DIMENSIONS, WITHIN),
        people=len(decided),
        words=_words(session, rows, teams, now=now),
    )


def _rows(session: Session) -> Sequence[Any]:
    """The latest case of each person that was decided in the first instance, with how many requirements were let pass."""
    passed = (
        select(func.count())
        .where(PromotionOverride.promotion_id == Promotion.id)
        .correlate(Promotion)
        .scalar_subquery()
        .label("passed")
    )
    columns = (
        Promotion.id,
        Promotion.person_id,
        Promotion.curriculum_id,
        Promotion.role,
        Promotion.state,
        Promotion.submitted_at,
        PromotionDecision.decided_by,
        PromotionDecision.decided_at,
        Person.team_id,
        Person.working_time,
        passed,
    )
    query = select(*columns).join(PromotionDecision, PromotionDecision.promotion_id == Promotion.id)
    query = query.join(Person, Person.id == Promotion.person_id).where(PromotionDecision.instance == "first")
    latest = {row.person_id: row for row in session.execute(query.order_by(Promotion.id))}
    return list(latest.values())


def _since(session: Session, people: Sequence[int]) -> dict[int, date]:
    """The first day of anybody's first role."""
    first = in_force(RoleAssignment).with_only_columns(RoleAssignment.person_id, func.min(RoleAssignment.starts))
    rows = session.execute(first.where(RoleAssignment.person_id.in_(people)).group_by(RoleAssignment.person_id))
    return {row[0]: row[1] for row in rows}


def _decided(row: Any, teams: Mapping[int, Any], since: date | None) -> Decided:
    return Decided(
        rater=row.decided_by,
        days=(row.decided_at - row.submitted_at).days,
        approved=row.state == "approved",
        overridden=row.passed > 0,
        groups={
            "manager": str(row.decided_by),
            "team": str(row.team_id or NONE),
            "role": f"{row.curriculum_id}:{row.role}",
            "site": str(_top(teams, row.team_id) or NONE),
            "tenure": _band(since, row.submitted_at.date()),
            "working_time": row.working_time or NONE,
        },
    )


def _top(teams: Mapping[int, Any], team: int | None) -> int | None:
    """The team at the top of the tree above a team: its site."""
    for _ in teams:
        if team is None or team not in teams or teams[team].parent_id is None:
            break
        team = teams[team].parent_id
    return team


def _band(since: date | None, on: date) -> str:
    if since is None:
        return NONE
    months = full_months(since, on)
    return next(name for name, (most, _) in BANDS.items() if months < most)


def _words(
    session: Session, rows: Sequence[Any], teams: Mapping[int, Any], *, now: datetime
) -> dict[str, dict[str, str | Said]]:
    known = names(session, {row.decided_by for row in rows})
    in_use = curricula.in_use(session, calendar.today(session, now=now))
    named: dict[str, str | Said] = {str(number): row.name for number, row in teams.items()}
    no_team: dict[str, str | Said] = {NONE: said("no team")}
    bands: dict[str, str | Said] = {name: words for name, (_, words) in BANDS.items()}
    return {
        "manager": {str(number): one.name for number, one in known.items()},
        "team": named | no_team,
        "site": named | no_team,
        "role": {f"{one.curriculum_id}:{role.id}": role.title for one in in_use for role in one.curriculum.roles},
        "working_time": {"full-time": said("full time"), "part-time": said("part time"), NONE: said("not stated")},
        "tenure": {**bands, NONE: said("no role recorded")},
    }
