"""Teams and the line: made, renamed, moved, given a manager, removed when nobody works in them.

Whoever manages a team sees the whole line below it from the next request on, and no longer when it moves away: what an
actor sees is read anew with each request. Changes of the tree lock all of it, so that two moves at once cannot make a
ring; there are few teams and few such changes.
*Instead of:* a closure table kept beside the tree, which can come to say something else than the tree.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, Problem, said
from lms.interop.reading.text_rules import clean_name
from lms.services import ledger
from lms.services.access import Actor, Permission, require
from lms.services.entry.sessions import teams_below
from lms.services.evidence import routing
from lms.services.learning import passing
from lms.services.organisation import lookup
from lms.services.rules import asking
from lms.storage.people import Contact, Person, Team

NAME_LENGTH = 100
DEEPEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A team at its place in the tree: how deep, who manages it, how many active people work in it."""

    id: int
    name: str
    depth: int
    parent_id: int | None
    manager_id: int | None
    manager: str | None
    people: int
    below: int
    """How many people work in the teams below it."""
    leaf: bool


def tree(session: Session) -> tuple[Placed, ...]:
    """Every team, those below a team after it, by name."""
    count = (
        select(func.count())
        .where(Person.team_id == Team.id, Person.state == "active")
        .correlate(Team)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Team.id, Team.name, Team.parent_id, Team.manager_id, Contact.name.label("manager"), count.label("people")
        )
        .outerjoin(Contact, Contact.person_id == Team.manager_id)
        .order_by(func.lower(Team.name), Team.id)
    ).all()
    children: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    return tuple(_placed(children, None, 0))


def paths(session: Session) -> dict[int, str]:
    """What each team is called in full, the widest first, as files write it: North / Berlin."""
    found: dict[int, str] = {}
    for team in tree(session):
        above = f"{found[team.parent_id]} / " if team.parent_id else ""
        found[team.id] = above + team.name
    return found


def _placed(children: dict[int | None, list[Any]], parent: int | None, depth: int) -> Iterator[Placed]:
    for row in children[parent]:
        lower = list(_placed(children, row.id, depth + 1))
        yield Placed(**row._mapping, depth=depth, below=sum(one.people for one in lower), leaf=not lower)  # noqa: SLF001
        yield from lower


def create(
    session: Session,
    actor: Actor,
    name: str,
    parent_id: int | None = None,
    manager_id: int | None = None,
    *,
    now: datetime,
) -> Team:
    """A new team below another, or at the top. Raises Invalid."""
    require(actor, Permission.TEAMS_EDIT)
    lock_tree(session)
    team = Team(name=_fit(session, name, parent_id), parent_id=_parent(session, parent_id), manager_id=None)
    team.manager_id = _manager(session, manager_id)
    _write(session, team)
    ledger.note(
        session, actor, "team.created", now=now, subject=("team", team.id), parent=parent_id, manager=manager_id
    )
    return team


def change(session: Session, actor: Actor, team_id: int, name: str, manager_id: int | None, *, now: datetime) -> Team:
    """Give a team another name or manager; writes nothing when they are as they were. Raises Invalid, NotFound."""
    lock_tree(session)
    team = lookup.team(session, actor, Permission.TEAMS_EDIT, team_id, lock=True)
    named = _fit(session, name, team.parent_id, team_id)
    data: dict[str, Any] = {"renamed": named != team.name}
    if manager_id != team.manager_id:
        data |= {"manager_before": team.manager_id, "manager": _manager(session, manager_id)}
    if data == {"renamed": False}:
        return team
    team.name, team.manager_id = named, manager_id
    _write(session, team)
    ledger.note(session, actor, "team.changed", now=now, subject=("team", team_id), **data)
    routing.settle(session, now=now)
    passing.settle(session, now=now)
    return team


def move(session: Session, actor: Actor, team_id: int, parent_id: int | None, *, now: datetime) -> Team:
    """Put a team with everything below it under another, or at the top (None). Raises Invalid, NotFound."""
    lock_tree(session)
    team = lookup.team(session, actor, Permission.TEAMS_EDIT, team_id, lock=True)
    if parent_id == team.parent_id:
        return team
    below = teams_below(session, frozenset({team_id}))
    if parent_id in below:
        raise lookup.wrong("parent", said("A team cannot stand below itself or below a team of its own line."))
    _parent(session, parent_id, carries=_height(session, team_id))
    _fit(session, team.name, parent_id, team_id)
    before, team.parent_id = team.parent_id, parent_id
    _write(session, team)
    ledger.note(
        session, actor, "team.moved", now=now, subject=("team", team_id), parent_before=before, parent=parent_id
    )
    routing.settle(session, now=now)
    passing.settle(session, now=now)
    asking.everybody_changed(session, now=now, actor=actor)
    return team


def remove(session: Session, actor: Actor, team_id: int, *, now: datetime) -> None:
    """Remove a team in which nobody works and below which none stands. Raises Conflict, NotFound."""
    lock_tree(session)
    team = lookup.team(session, actor, Permission.TEAMS_EDIT, team_id, lock=True)
    people = session.scalar(
        select(func.count()).select_from(Person).where(Person.team_id == team_id, Person.state == "active")
    )
    if people:
        raise Conflict(said("People work in this team. Put them into another team first."))
    if session.scalar(select(func.count()).select_from(Team).where(Team.parent_id == team_id)):
        raise Conflict(said("Teams stand below this one. Move or remove them first."))
    session.execute(update(Person).where(Person.team_id == team_id).values(team_id=None))  # those who have left
    session.delete(team)
    session.flush()  # before the audit row, so that a refusal by the database comes from here
    ledger.note(session, actor, "team.removed", now=now, subject=("team", team_id))


def lock_tree(session: Session) -> None:
    """Let nobody else change the tree before this transaction ends. Taken before the lock of any person."""
    session.scalars(select(Team.id).order_by(Team.id).with_for_update()).all()


def _fit(session: Session, name: str, parent_id: int | None, team_id: int = 0) -> str:
    """The name by the rules. A slash is none of it: files write North / Berlin for Berlin below North."""
    try:
        cleaned = clean_name(name, what=said("The name"), longest=NAME_LENGTH)
    except Invalid as wrong:
        raise Invalid(*(Problem(problem.message, field="name") for problem in wrong.problems)) from wrong
    if "/" in cleaned:
        raise lookup.wrong(
            "name", said("A team's name has no slash; files write North / Berlin for a team below another.")
        )
    beside = session.scalars(
        select(Team.name).where(
            Team.parent_id.is_(None) if parent_id is None else Team.parent_id == parent_id, Team.id != team_id
        )
    )
    if unicodedata.normalize("NFC", cleaned.casefold()) in {
        unicodedata.normalize("NFC", other.casefold()) for other in beside
    }:
        raise lookup.wrong("name", said("There is a team of this name at this place already."))
    return cleaned


def _parent(session: Session, parent_id: int | None, *, carries: int = 1) -> int | None:
    """The place below which a team, with `carries` levels of its own, can stand. Raises Invalid."""
    if parent_id is None:
        return None
    above = set()
    place: int | None = parent_id
    while place is not None and place not in above:
        team = session.get(Team, place, populate_existing=True)
        if team is None:
            raise lookup.wrong("parent", said("There is no such team any more. Choose another."))
        above.add(place)
        place = team.parent_id
    if len(above) + carries > DEEPEST:
        raise lookup.wrong("parent", said("Teams can stand at most %(most)s deep.", most=DEEPEST))
    return parent_id


def _height(session: Session, team_id: int) -> int:
    """How many levels a team and those below it have."""
    level, height = frozenset({team_id}), 0
    while level and height <= DEEPEST:
        height += 1
        level = frozenset(session.scalars(select(Team.id).where(Team.parent_id.in_(level))))
    return height


def _manager(session: Session, manager_id: int | None) -> int | None:
    if manager_id is None:
        return None
    state = session.scalar(select(Person.state).where(Person.id == manager_id).with_for_update())
    if state != "active":
        raise lookup.wrong("manager", said("Only somebody active can manage a team. Choose somebody from the list."))
    return manager_id


def _write(session: Session, team: Team) -> None:
    try:
        with session.begin_nested():
            session.add(team)
    except IntegrityError as clash:
        raise lookup.wrong("name", said("There is a team of this name at this place already.")) from clash
