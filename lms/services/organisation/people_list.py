"""The list of people: searched, filtered, sorted and cut into pages, in the same few queries however many there are.

What comes from an address is made to fit instead of refused: an unknown order is that by name, a page beyond the last is
the last. Words searched for are taken literally, whatever signs they hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.errors import NotFound, said
from lms.services.access import About, Actor, Permission, Right, require
from lms.services.entry.sessions import teams_below
from lms.services.learning.likely_day import DATED, likely_days
from lms.services.organisation.lookup import literal
from lms.storage.accounts import Account
from lms.storage.paths import Path, Planning
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team, folded
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force

PER_PAGE = 50
WORDS = 6
LONGEST = 100
NO_TEAM = 0
"""The team number that stands for people without a team."""
OFFERED = 500


class Only(StrEnum):
    """What somebody still has to be given, or to do."""

    NO_ROLE = "no-role"
    NOT_SIGNED_IN = "not-signed-in"
    NO_PATH = "no-path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people, in which order. `sort` is one of `SORTS`, with a hyphen before it for the other way round."""

    search: str = ""
    team_id: int | None = None
    right: str = ""
    state: str = "active"
    only: str = ""
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role held since a day."""

    id: str
    curriculum_id: int
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as a row of the list; `met`, `required` and `likely` are those of the path, None without one."""

    id: int
    name: str | None
    mail: str | None
    number: str | None
    language: str | None
    working_time: str | None
    state: str
    team_id: int | None
    team: str | None
    rights: tuple[str, ...]
    role: Role | None
    targets: tuple[str, ...]
    aim: date | None
    weekly_hundredths: int | None
    last_seen_at: datetime | None
    met: int | None
    required: int | None
    likely: date | None
    behind: bool
    why_none: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list, and how many pages and people there are in all."""

    people: tuple[Listed, ...]
    page: int
    pages: int
    total: int


SORTS: Mapping[str, tuple[Any, ...]] = {
    "name": (Contact.found_by,),
    "team": (func.lower(Team.name), Contact.found_by),
    "seen": (Account.last_seen_at, Contact.found_by),
    "ready": (func.coalesce(Path.likely_on, Path.ready_on), Contact.found_by),
}
"""What the list can be sorted by: its columns, the first of which can go the other way round."""


def listing(session: Session, actor: Actor, wanted: Wanted, *, on: date) -> Listing:
    """A page of the people wanted, with their roles as on a day. Raises Denied."""
    require(actor, Permission.PEOPLE_READ)
    chosen = _chosen(session, wanted, on)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, wanted.page), pages)
    rows = _rows(session, chosen, wanted.sort, on, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return Listing(people=rows, page=page, pages=pages, total=total)


def everybody(session: Session, actor: Actor, wanted: Wanted, *, on: date) -> tuple[Listed, ...]:
    """All the people wanted, for a file. Raises Denied."""
    require(actor, Permission.PEOPLE_READ)
    return _rows(session, _chosen(session, wanted, on), wanted.sort, on)


def one(session: Session, actor: Actor, person_id: int, *, on: date) -> Listed:
    """One person as the list has them. Raises Denied, NotFound."""
    require(actor, Permission.PEOPLE_READ, About(person_id=person_id))
    found = _rows(session, _chosen(session, Wanted(state="all"), on).where(Person.id == person_id), "name", on)
    if not found:
        raise NotFound(said("There is nobody with the number %(number)s.", number=person_id))
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody to choose, by mail address."""

    id: int
    name: str
    mail: str


def candidates(session: Session, actor: Actor) -> tuple[Candidate, ...]:
    """Active people to choose from as somebody types, at most 500; others are named by their address. Raises Denied."""
    require(actor, Permission.PEOPLE_READ)
    found = (
        select(Person.id, Contact.name, Contact.mail)
        .join(Contact)
        .where(Person.state == "active")
        .order_by(Contact.found_by)
        .limit(OFFERED)
    )
    return tuple(Candidate(**row._mapping) for row in session.execute(found))  # noqa: SLF001 - a row's public name


def _chosen(session: Session, wanted: Wanted, on: date) -> Select[Any]:
    chosen = select(Person.id).outerjoin(Contact).outerjoin(Account)
    words = "".join(sign if sign.isprintable() else " " for sign in wanted.search[:LONGEST]).split()
    for word in words[:WORDS]:
        chosen = chosen.where(Contact.found_by.like(f"%{literal(folded(word))}%", escape="\\"))
    for condition in (
        _state(wanted.state),
        _team(session, wanted.team_id),
        _right(wanted.right),
        _only(wanted.only, on),
    ):
        if condition is not None:
            chosen = chosen.where(condition)
    return chosen


def _state(state: str) -> ColumnElement[bool] | None:
    if state == "all":
        return None
    return Person.state == (state if state in {"deactivated", "erased"} else "active")


def _team(session: Session, team_id: int | None) -> ColumnElement[bool] | None:
    if team_id is None:
        return None
    if team_id == NO_TEAM:
        return Person.team_id.is_(None)
    return Person.team_id.in_(teams_below(session, frozenset({team_id})))


def _right(right: str) -> ColumnElement[bool] | None:
    if right == Right.MANAGER:
        return Person.id.in_(select(Team.manager_id).where(Team.manager_id.is_not(None)))
    if right not in {Right.REP, Right.TRAINER, Right.ADMINISTRATOR, Right.AUDITOR}:
        return None
    return Person.id.in_(select(RightHeld.person_id).where(RightHeld.held == right))


def _only(only: str, on: date) -> ColumnElement[bool] | None:
    match only:
        case Only.NO_ROLE:
            return _role_now(on).is_(None)
        case Only.NOT_SIGNED_IN:
            return Account.last_seen_at.is_(None)
        case Only.NO_PATH:
            return ~select(Path.person_id).where(Path.person_id == Person.id).correlate(Person).exists()
    return None


def _role_now(on: date) -> ColumnElement[Any]:
    held, later = aliased(RoleAssignment), aliased(RoleAssignment)
    return (
        select(held.role)
        .where(
            held.person_id == Person.id,
            held.starts <= on,
            held.withdraws.is_(False),
            ~select(later.id).where(later.corrects_id == held.id).exists(),
        )
        .order_by(held.starts.desc(), held.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _order(sort: str) -> list[Any]:
    first, *rest = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    turned = sort.startswith("-") and sort[1:] in SORTS
    return [(first.desc() if turned else first).nulls_last(), *rest, Person.id]


def _rows(
    session: Session,
    chosen: Select[Any],
    sort: str,
    on: date,
    limit: int | None = None,
    offset: int | None = None,
) -> tuple[Listed, ...]:
    found = session.execute(
        chosen.outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Path, Path.person_id == Person.id)
        .outerjoin(Planning, Planning.person_id == Person.id)
        .outerjoin(StudyPlan, StudyPlan.person_id == Person.id)
        .with_only_columns(
            Person.id,
            Contact.name,
            Contact.mail,
            Contact.number,
            Contact.language,
            Person.working_time,
            Person.state,
            Person.team_id,
            Team.name.label("team"),
            StudyPlan.targets,
            StudyPlan.aim,
            StudyPlan.weekly_hundredths,
            Account.last_seen_at,
            Path.met,
            Path.required,
            (Planning.planned < Planning.wanted).label("behind"),
            Planning.why_none,
            *DATED,
            maintain_column_froms=True,
        )
        .order_by(*_order(sort))
        .limit(limit)
        .offset(offset)
    ).all()
    numbers = [row.id for row in found]
    rights, roles = rights_of(session, numbers), roles_of(session, numbers, on)
    likely = likely_days(session, [row for row in found if row.person_id])
    dated = {column.key for column in DATED}
    return tuple(
        Listed(
            **{key: value for key, value in row._mapping.items() if key not in dated | {"targets", "behind"}},  # noqa: SLF001 - a row's public name
            targets=tuple(row.targets or ()),
            behind=bool(row.behind),
            likely=likely.get(row.id),
            rights=rights[row.id],
            role=roles.get(row.id),
        )
        for row in found
    )


def rights_of(session: Session, people: Collection[int]) -> dict[int, tuple[str, ...]]:
    """What each person is, in the order of the list of rights; `manager` when they manage a team."""
    held: dict[int, set[str]] = defaultdict(set)
    for part in _parts(people):
        given = select(RightHeld.person_id, RightHeld.held).where(RightHeld.person_id.in_(part))
        for person, right in session.execute(given):
            held[person].add(right)
        for manager in session.scalars(select(Team.manager_id).where(Team.manager_id.in_(part))):
            held[manager or 0].add(Right.MANAGER)
    return {person: tuple(right.value for right in Right if right in held[person]) for person in people}


def roles_of(session: Session, people: Collection[int], on: date) -> dict[int, Role]:
    """The role each person holds on a day, since the first day of its run; who holds none is left out."""
    days: dict[int, dict[date, RoleAssignment]] = defaultdict(dict)
    for part in _parts(people):
        held = in_force(RoleAssignment).where(RoleAssignment.person_id.in_(part), RoleAssignment.starts <= on)
        for row in session.scalars(held.order_by(RoleAssignment.starts, RoleAssignment.id)):
            days[row.person_id][row.starts] = row  # the later entry of one day is the one that counts
    found = {}
    for person, by_day in days.items():
        present = _first_of_last_run(list(by_day.values()))
        if present.role is not None and present.curriculum_id is not None:
            found[person] = Role(id=present.role, curriculum_id=present.curriculum_id, since=present.starts)
    return found


def _first_of_last_run(held: Sequence[RoleAssignment]) -> RoleAssignment:
    first = held[-1]
    for row in reversed(held):
        if (row.role, row.curriculum_id) != (first.role, first.curriculum_id):
            break
        first = row
    return first


def _parts(people: Collection[int]) -> Sequence[list[int]]:
    """The numbers in parts that one statement takes."""
    numbers = list(people)
    return [numbers[start : start + 500] for start in range(0, len(numbers), 500)]
