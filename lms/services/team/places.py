"""The teams of a line as one who manages it finds their way in it: a tree, the team chosen, and what stands below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.services.access import About, Actor, Permission, require
from lms.storage.people import Contact, Person, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A team: how deep it stands below those that the actor manages, who manages it, how many others work in it."""

    id: int
    name: str
    depth: int
    manager: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Every team of the line, those below a team after it; the chosen one, and the numbers of it and all below it."""

    every: tuple[Place, ...]
    chosen: Place
    below: frozenset[int]


def places(session: Session, actor: Actor, team_id: int | None) -> Places | None:
    """The line of an actor around a team (None: the first that they manage). None when nothing is managed.

    Raises Denied for a team outside the line.
    """
    require(actor, Permission.TEAM_READ, About(team_id=team_id) if team_id is not None else None)
    others = (Person.team_id == Team.id) & (Person.state == "active") & (Person.id != (actor.person_id or 0))
    count = select(func.count()).where(others).correlate(Team).scalar_subquery()
    rows = session.execute(
        select(Team.id, Team.name, Team.parent_id, Contact.name.label("manager"), count.label("people"))
        .outerjoin(Contact, Contact.person_id == Team.manager_id)
        .where(Team.id.in_(actor.line))
        .order_by(func.lower(Team.name), Team.id)
    ).all()
    known = {row.id for row in rows}
    children: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        children[row.parent_id if row.parent_id in known else None].append(row)
    every = tuple(_tree(children, None, 0))
    chosen = next((one for one in every if team_id in {None, one.id}), None)
    if chosen is None:
        return None
    return Places(every=every, chosen=chosen, below=frozenset(_below(children, chosen.id)))


def _tree(children: Mapping[int | None, Sequence[Any]], parent: int | None, depth: int) -> Iterator[Place]:
    for row in children.get(parent, ()):
        yield Place(id=row.id, name=row.name, depth=depth, manager=row.manager, people=row.people)
        yield from _tree(children, row.id, depth + 1)


def _below(children: Mapping[int | None, Sequence[Any]], team: int) -> Iterator[int]:
    yield team
    for row in children.get(team, ()):
        yield from _below(children, row.id)
