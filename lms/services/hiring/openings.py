"""Openings: opened for a role in a team, listed with where they stand, closed once everybody has an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotPermitted, Problem, said
from lms.services import curricula, ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.hiring import finding
from lms.services.organisation.people_shown import Named, names
from lms.storage.hiring import Candidate, Opening
from lms.storage.people import Person, Team

KEPT_DAYS = 180
"""How long candidates are kept after their answer, where nobody says otherwise."""
MOST_KEPT = 730
MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOpening:
    """What is opened: `role` of the curriculum in its published version, so many places, for whom."""

    role: str
    curriculum_id: int | None
    team_id: int | None = None
    places: int = 1
    manager_id: int | None = None
    kept_days: int = KEPT_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An opening as lists show it. `counts` says how many candidates are in each state."""

    row: Opening
    title: str
    team: str | None
    manager: Named | None
    counts: Mapping[str, int]


def open_position(session: Session, actor: Actor, new: NewOpening, *, now: datetime) -> Opening:
    """Open a position; the published version of the curriculum is its measure from then on. Raises Denied, Invalid."""
    require(actor, Permission.HIRING_OPEN, About(team_id=new.team_id))
    if actor.person_id is None:
        raise NotPermitted(said("Only a person opens a position."))
    version = next((one for one in curricula.published(session) if one.curriculum_id == new.curriculum_id), None)
    problems = _problems(session, new)
    if version is None or new.role not in version.curriculum.role_by_id:
        problems.append(Problem(said("Choose the role from the list."), field="role"))
    if problems or version is None:
        raise Invalid(*problems)
    row = Opening(
        curriculum_id=version.curriculum_id,
        version_id=version.version_id,
        role=new.role,
        team_id=new.team_id,
        places=new.places,
        manager_id=new.manager_id,
        opened_by=actor.person_id,
        opened_at=now,
        kept_days=new.kept_days,
    )
    session.add(row)
    session.flush()  # the audit needs its number
    ledger.note(
        session,
        actor,
        "opening.opened",
        now=now,
        subject=("opening", row.id),
        role=new.role,
        team=new.team_id,
        version=version.version_id,
        kept_days=new.kept_days,
    )
    return row


def close(session: Session, actor: Actor, opening_id: int, *, now: datetime) -> None:
    """Close an opening whose candidates all have an answer. Raises Denied, NotFound, Conflict."""
    row = finding.opening(session, actor, opening_id, lock=True)
    if row.state != "open":
        raise Conflict(said("This opening is closed already."))
    waiting = select(func.count()).where(Candidate.opening_id == row.id, Candidate.state.in_(finding.UNDECIDED))
    if session.scalar(waiting):
        raise Conflict(said("Somebody still waits for an answer. Decide about each candidate first."))
    row.state, row.closed_at, row.closed_by = "closed", now, actor.person_id
    ledger.note(session, actor, "opening.closed", now=now, subject=("opening", row.id))


def hand_over(session: Session, person_id: int) -> None:
    """The openings of a hiring manager who leaves are with the line of their team and the recruiters."""
    for row in session.scalars(select(Opening).where(Opening.manager_id == person_id, Opening.state == "open")):
        row.manager_id = None


def listed(session: Session, actor: Actor) -> tuple[Listed, ...]:
    """The openings that this actor works on, the open ones first, the latest first."""
    rows = session.scalars(select(Opening).order_by(Opening.state.desc(), Opening.opened_at.desc(), Opening.id.desc()))
    return describe(session, [row for row in rows if finding.may_run(actor, row)])


def describe(session: Session, rows: list[Opening]) -> tuple[Listed, ...]:
    """These openings with their titles and counts; whoever calls has asked for permission."""
    counts: dict[int, Counter[str]] = {row.id: Counter() for row in rows}
    states = select(Candidate.opening_id, Candidate.state, func.count()).where(Candidate.opening_id.in_(counts))
    for number, state, many in session.execute(states.group_by(Candidate.opening_id, Candidate.state)):
        counts[number][state] = many
    teams = dict(session.execute(select(Team.id, Team.name).where(Team.id.in_({row.team_id for row in rows}))).all())
    managers = names(session, {row.manager_id for row in rows if row.manager_id})
    return tuple(
        Listed(
            row=row,
            title=finding.version_of(session, row).curriculum.role_by_id[row.role].title,
            team=teams.get(row.team_id or 0),
            manager=managers.get(row.manager_id or 0),
            counts=counts[row.id],
        )
        for row in rows
    )


def _problems(session: Session, new: NewOpening) -> list[Problem]:
    problems = []
    if not 1 <= new.places <= MOST_PLACES:
        problems.append(
            Problem(
                said("Give a number of people from %(least)s to %(most)s.", least=1, most=MOST_PLACES), field="places"
            )
        )
    if not 1 <= new.kept_days <= MOST_KEPT:
        sentence = said("Give a number of days from %(least)s to %(most)s.", least=1, most=MOST_KEPT)
        problems.append(Problem(sentence, field="kept_days"))
    if new.team_id is not None and session.get(Team, new.team_id) is None:
        problems.append(Problem(said("There is no such team any more. Choose another."), field="team"))
    if new.manager_id is not None:
        state = session.scalar(select(Person.state).where(Person.id == new.manager_id))
        if state != "active":
            problems.append(Problem(said("Choose somebody who is active."), field="manager"))
    return problems
