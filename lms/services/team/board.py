"""The board of a team: levels of its people against their present and next roles, and what follows from them.

Levels are those of the engine on the day, requirements met those of the stored paths, so a number here is the number
everywhere else. Five questions whatever the size. Whoever looks is not on their own board.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.days import DAY
from lms.engine.judging.team_levels import levels_on
from lms.engine.person import Person as PersonValue
from lms.services import curricula
from lms.services.access import Actor
from lms.services.curricula import Published
from lms.services.team.columns import Column, columns_of, needs_of, roles_of
from lms.services.team.members import MOST, Member, State, member_of, members_of
from lms.services.team.places import Place, Places, places
from lms.storage.standings import Standing, load_standings

LOOKED_BACK = timedelta(days=90)
NEAR_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of the team: by column the level today, that of 90 days ago, and what the next role asks without an
    alternative (0: nothing). Levels are None in the columns of a curriculum that is not theirs.
    """

    member: Member
    levels: tuple[int | None, ...]
    before: tuple[int | None, ...]
    needs: tuple[int, ...]

    @property
    def below(self) -> int:
        """In how many competencies they are below the next role."""
        return sum(level is not None and level < need for level, need in zip(self.levels, self.needs, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What a manager sees of a team, on a day."""

    on: date
    place: Place
    places: tuple[Place, ...]
    below: bool
    """Are those of the teams below it on it too?"""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: bool
    """Are there more people than one table shows?"""
    titles: Mapping[str, str]
    """What the roles are called."""
    near_until: date
    lapse_until: date
    """The first day after the time in which what lapses is counted."""
    shown: int
    """How often a competency of somebody was ever shown, `valid` of those are valid today, `lapsing` fall soon."""
    valid: int
    lapsing: int

    def count(self, *states: State) -> int:
        """How many people are in one of these states."""
        return sum(row.member.state in states for row in self.rows)

    @property
    def lapses(self) -> date:
        """The last day of that time."""
        return self.lapse_until - DAY

    @property
    def thin(self) -> int:
        """How many competencies too few people hold."""
        return sum(column.thin for column in self.columns)


def board(session: Session, actor: Actor, team_id: int | None, *, below: bool | None = None, on: date) -> Board | None:
    """The board of a team of the line; without a number that of the first one that the actor manages.

    `below`: with everybody of the teams below; None leaves it to whether anybody works in the team itself. None when no
    team is managed. Raises Denied for a team outside the line.
    """
    around = places(session, actor, team_id)
    if around is None:
        return None
    with_below = around.chosen.people == 0 if below is None else below
    rows = members_of(session, around.below if with_below else [around.chosen.id], but=actor.person_id)
    return _board(session, around, rows, with_below, on)


@dataclass(frozen=True, slots=True)
class _One:
    """Somebody, the version that counts for them, and their roles, the next ones before the present one."""

    member: Member
    person: PersonValue
    version: Published | None
    roles: tuple[str, ...]


def _board(session: Session, around: Places, rows: Sequence[Any], with_below: bool, on: date) -> Board:
    near_until, lapse_until = _month(on, NEAR_MONTHS + 1) - DAY, _month(on, 2)
    people = list(_people(session, rows[:MOST], on, near_until))
    follows = {(one.version.version_id, one.roles): one.version for one in people if one.version}
    columns = columns_of((version, roles) for (_, roles), version in follows.items())
    laid = _Laid(columns, on, lapse_until)
    made = tuple(laid.row(one) for one in people)
    return Board(
        on=on,
        place=around.chosen,
        places=around.every,
        below=with_below,
        columns=_covered(columns, made),
        rows=made,
        more=len(rows) > MOST,
        titles=_titles(follows),
        near_until=near_until,
        lapse_until=lapse_until,
        shown=laid.shown,
        valid=laid.valid,
        lapsing=laid.lapsing,
    )


def _titles(follows: Mapping[tuple[int, tuple[str, ...]], Published]) -> dict[str, str]:
    found = (role for (_, roles), version in follows.items() for role in roles_of(version.curriculum, roles))
    return {role.id: role.title for role in found}


def _people(session: Session, rows: Sequence[Any], on: date, near_until: date) -> Iterator[_One]:
    standings = load_standings(session, on, [row.id for row in rows])
    offered = curricula.published(session)
    planned: dict[int, Published] = {}
    for row in rows:
        standing = standings.get(row.id) or Standing(person=PersonValue(id=str(row.id)), curriculum_id=None, pins=())
        person, targets = standing.person, tuple(row.targets)
        if row.version_id is None:
            wanting = replace(standing, person=replace(person, targets=targets))
            version = curricula.counting(session, wanting, offered)
        elif (version := planned.get(row.version_id)) is None:
            version = curricula.of_row(session, row.version_id, row.curriculum_id, row.number, row.digest)
            planned[row.version_id] = version
        roles = roles_of(version.curriculum, targets) if version else []
        member = member_of(row, person, roles, near_until=near_until)
        yield _One(member, person, version, (*targets, person.role) if person.role else targets)


class _Laid:
    """Lays levels into the columns, and sums up how well what was shown still holds."""

    def __init__(self, columns: Sequence[Column], on: date, lapse_until: date) -> None:
        self.on, self.lapse_until, self.columns = on, lapse_until, columns
        self.shown = self.valid = self.lapsing = 0
        self._names: dict[int, list[str]] = defaultdict(list)
        for column in columns:
            self._names[column.curriculum_id].append(column.competency.id)
        self._needs: dict[tuple[int, tuple[str, ...]], tuple[int, ...]] = {}

    def row(self, one: _One) -> Row:
        """The row of a person."""
        nothing = (None,) * len(self.columns)
        if one.version is None:
            return Row(member=one.member, levels=nothing, before=nothing, needs=(0,) * len(self.columns))
        names = self._names[one.version.curriculum_id]
        found = levels_on(
            one.version.curriculum, one.person, names, on=self.on, then=self.on - LOOKED_BACK, until=self.lapse_until
        )
        self.shown, self.valid, self.lapsing = (
            self.shown + found.shown,
            self.valid + found.valid,
            self.lapsing + found.lapsing,
        )
        return Row(
            member=one.member,
            levels=self._placed(one.version, found.now),
            before=self._placed(one.version, found.then),
            needs=self._asked(one.version, one.member.targets),
        )

    def _placed(self, version: Published, levels: tuple[int, ...]) -> tuple[int | None, ...]:
        """The levels of one curriculum among the columns of all."""
        if len(levels) == len(self.columns):
            return levels
        given = iter(levels)
        return tuple(next(given) if one.curriculum_id == version.curriculum_id else None for one in self.columns)

    def _asked(self, version: Published, targets: tuple[str, ...]) -> tuple[int, ...]:
        key = (version.version_id, targets)
        if key not in self._needs:
            self._needs[key] = needs_of(version, targets, self.columns)
        return self._needs[key]


def _month(on: date, later: int) -> date:
    """The first day of the month so many months later."""
    years, month = divmod(on.month - 1 + later, 12)
    return date(on.year + years, month + 1, 1)


def _covered(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns with how many people hold what they count, and whether that is too few in some team."""
    teams: dict[int, list[tuple[int | None, ...]]] = defaultdict(list)
    for row in rows:
        teams[row.member.team_id].append(row.levels)
    covered = []
    for place, column in enumerate(columns):
        held = [[level for one in team if (level := one[place]) is not None] for team in teams.values()]
        counts = [sum(level >= column.counted for level in levels) for levels in held if levels]
        thin = column.least is not None and any(count < column.least for count in counts)
        covered.append(replace(column, holders=sum(counts), thin=thin))
    return tuple(covered)
