"""How far a cycle is: the list of those one may see, and of one the answers by team, and who has not answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import Actor, Permission, can, require
from lms.services.cycles import finding
from lms.services.organisation.people_shown import Named, names
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person, Team

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A cycle in a list: for whom, how many answers are wanted, how many there are."""

    row: Cycle
    team: str | None
    person: Named | None
    wanted: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The answers about those who work in a team now; `team` None for those in none."""

    team: str | None
    wanted: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Somebody who has not answered yet: about how many people, and when they were last reminded."""

    who: Named
    sheets: int
    reminded_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A cycle and how far it is; what whoever looks may do."""

    listed: Listed
    bars: tuple[Bar, ...]
    missing: tuple[Missing, ...]
    dropped: Mapping[str, int]
    """How many asks were dropped, by reason."""
    people: int
    over: bool
    """Is the day gone by?"""
    may_remind: bool
    """And nobody did today."""
    may_close: bool
    own: bool


def every(session: Session, actor: Actor) -> tuple[Listed, ...]:
    """The cycles that this actor may see, drafts and open ones before closed ones, the latest first. Raises Denied."""
    require(actor, Permission.CYCLE_READ)
    at = case((Cycle.state == "closed", 1), else_=0)
    rows = session.scalars(select(Cycle).order_by(at, Cycle.id.desc()).limit(MOST)).all()
    people = [row.person_id for row in rows if row.person_id]
    known = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(people)))}
    assert len(known) <= len(rows), "the people are in the session now, so that asking costs no query"
    return tuple(
        _listed(session, [row for row in rows if can(actor, Permission.CYCLE_READ, finding.about(session, row))])
    )


def show(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> Progress:
    """How far a cycle is, in a fixed number of queries. Raises NotFound, Denied."""
    row = finding.readable(session, actor, cycle_id)
    asked = select(Sheet, Team.name).join(Person, Person.id == Sheet.person_id)
    sheets = session.execute(
        asked.outerjoin(Team, Team.id == Person.team_id).where(Sheet.cycle_id == row.id).order_by(Sheet.id)
    ).all()
    waiting = [sheet for sheet, _ in sheets if sheet.state == "waiting"]
    known = names(session, {sheet.rater_id for sheet in waiting})
    on = calendar.today(session, now=now)
    about = finding.about(session, row)
    (listed,) = _listed(session, [row])
    open_ = row.state == "open"
    return Progress(
        listed=listed,
        bars=_bars((sheet, team) for sheet, team in sheets if sheet.state != "dropped"),
        missing=_missing(waiting, known),
        dropped=Counter(sheet.why_dropped for sheet, _ in sheets if sheet.why_dropped),
        people=len({sheet.person_id for sheet, _ in sheets}),
        over=row.due < on,
        may_remind=open_ and bool(waiting) and row.nudged_on != on and can(actor, Permission.CYCLE_REMIND, about),
        may_close=open_ and not finding.is_own(actor, row) and can(actor, Permission.CYCLE_CLOSE, about),
        own=finding.is_own(actor, row),
    )


def _listed(session: Session, rows: list[Cycle]) -> Iterable[Listed]:
    numbers = [row.id for row in rows]
    answered = func.sum(case((Sheet.state == "submitted", 1), else_=0))
    counted = select(Sheet.cycle_id, func.count(), answered).where(
        Sheet.cycle_id.in_(numbers), Sheet.state != "dropped"
    )
    counts = {number: (wanted, done) for number, wanted, done in session.execute(counted.group_by(Sheet.cycle_id))}
    teams = dict(
        session.execute(
            select(Team.id, Team.name).where(Team.id.in_({row.team_id for row in rows if row.team_id}))
        ).all()
    )
    known = names(session, {row.person_id for row in rows if row.person_id})
    for row in rows:
        wanted, done = counts.get(row.id, (0, 0))
        yield Listed(
            row=row,
            team=teams.get(row.team_id or 0),
            person=known.get(row.person_id or 0),
            wanted=wanted,
            answered=int(done or 0),
        )


def _bars(sheets: Iterable[tuple[Sheet, str | None]]) -> tuple[Bar, ...]:
    teams: dict[str | None, list[Sheet]] = defaultdict(list)
    for sheet, team in sheets:
        teams[team].append(sheet)
    ordered = sorted(teams, key=lambda name: (name is None, (name or "").casefold(), name or ""))
    return tuple(
        Bar(team=name, wanted=len(teams[name]), answered=sum(one.state == "submitted" for one in teams[name]))
        for name in ordered
    )


def _missing(waiting: Iterable[Sheet], known: Mapping[int, Named]) -> tuple[Missing, ...]:
    theirs: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in waiting:
        theirs[sheet.rater_id].append(sheet)
    found = [
        Missing(
            who=known[rater],
            sheets=len(some),
            reminded_on=max((one.reminded_on for one in some if one.reminded_on), default=None),
        )
        for rater, some in theirs.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.sheets, str(one.who.name).casefold(), one.who.id)))
