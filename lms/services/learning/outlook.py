"""Likely dates of one path: what its draws rest on, read for many people at once, and the twenty days with their median.

`habits_of` reads; `likely` computes and reads nothing. A path keeps what `likely` gives under `path.likely`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.engine.dating.forecast import DRAWS, likely_dates
from lms.engine.dating.habits import CONFIRMED_BY, Habits, Levels, by_hours
from lms.engine.days import Period
from lms.engine.path import LearningPath, Status
from lms.engine.query import Query
from lms.services.curricula import Published
from lms.services.learning.histories import Reader, Story
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment
from lms.storage.site import Holiday
from lms.storage.steps import Confirmation

MEDIAN, FOUR_IN_FIVE, NINE_IN_TEN = 10, 16, 18
"""Which of twenty sorted days is called 50 %, 80 % and 90 %: by then so many of the draws were done."""

KEPT = "outlook"
"""Under this name a session keeps what was read of the site."""


@dataclass(frozen=True, slots=True)
class _Wider:
    """What is kept of the site, and as of when: the day, the curricula, and how far the tables had grown."""

    read: tuple[Any, ...]
    closed: Sequence[Period]
    site: Story


def habits_of(
    session: Session, people: Collection[int], on: date, offered: Sequence[Published]
) -> Mapping[int, Habits]:
    """What the likely dates of these people rest on, by person, from histories up to the day `on`.

    `offered` are the published curricula, which know what a course took and when its sessions were. Six queries whatever
    the number of people, and as many again for the site, which is kept with the session until a table has grown: a job
    plans many people in a row.
    """
    rows = session.execute(_members(), {"people": list(people)}).all()
    team_of = {row.id: row.team_id for row in rows}
    wider = _wider(session, on, offered, tuple(rows[0][2:]) if rows else ())
    reader = Reader(session=session, on=on, offered=offered, closed=wider.closed)
    stories = reader.near(people, {team for team in team_of.values() if team is not None})
    teams: dict[int | None, Story] = defaultdict(Story)
    for number, story in stories.items():
        if team_of[number] is not None:
            teams[team_of[number]].take(story)
    nothing = Story()
    return {
        number: _habits(stories.get(number, nothing), teams[team_of[number]], wider.site)
        for number in people
        if number in team_of
    }


@cache  # building a statement costs as much as running it
def _members() -> Any:
    """These people and whoever works in their teams, with the team; beside each row how far the tables have grown."""
    grown = (select(func.max(table.id)).scalar_subquery() for table in (Completion, Confirmation, Enrolment))
    these = Person.id.in_(bindparam("people", expanding=True))
    return select(Person.id, Person.team_id, *grown).where(
        these | Person.team_id.in_(select(Person.team_id).where(these))
    )


def _wider(session: Session, on: date, offered: Sequence[Published], grown: tuple[Any, ...]) -> _Wider:
    read = (on, tuple(version.digest for version in offered), grown)
    kept: _Wider | None = session.info.get(KEPT)
    if kept is None or kept.read != read:
        closed = [Period(day, day) for day in session.scalars(select(Holiday.day))]
        closed += [period for version in offered for period in version.curriculum.blackouts]
        site = Reader(session=session, on=on, offered=offered, closed=closed).site()
        kept = session.info[KEPT] = _Wider(read, closed, site)
    return kept


def _habits(own: Story, team: Story, site: Story) -> Habits:
    return Habits(
        ratios=Levels(
            own=by_hours(own.hours, own.steps),
            team=by_hours(team.hours, team.steps),
            site=by_hours(site.hours, site.steps),
        ),
        waits={by: Levels(own=own.waits[by], team=team.waits[by], site=site.waits[by]) for by in CONFIRMED_BY},
        misses=Levels(own=own.misses, team=team.misses, site=site.misses),
    )


def likely(query: Query, path: LearningPath, habits: Habits) -> dict[str, Any]:
    """The twenty likely days of a path, as they are stored beside it, and what they rest on.

    `state` is `drawn`; or `ready` when no step is left and `blocked` when no date can be told, both without days.
    `days` are sorted ISO days; `never` counts the draws in which a step finds no session any more, which stand behind
    all days. The person is the seed, so the same input gives the same days, and two plans of one person share their luck.
    """
    if path.status is Status.BLOCKED or not path.steps:
        state = "blocked" if path.status is Status.BLOCKED else "ready"
        return {"state": state, "days": [], "draws": 0, "never": 0, "basis": basis(habits)}
    found = likely_dates(
        query.profile,
        path.steps,
        path.on,
        weekly_hours=query.person.weekly_hours,
        closed=query.closed,
        habits=habits,
        seed=int.from_bytes(hashlib.sha256(query.person.id.encode()).digest()[:8]),
    )
    days = [day.isoformat() for day in found if day is not None]
    return {"state": "drawn", "days": days, "draws": DRAWS, "never": DRAWS - len(days), "basis": basis(habits)}


def likely_on(likely: Mapping[str, Any]) -> date | None:
    """The median of the likely days: the tenth of twenty, by which half of the draws are done. None when there is none,
    or when in more than half of the draws the day never comes.
    """
    return by_then(likely, MEDIAN)


def by_then(likely: Mapping[str, Any], place: int) -> date | None:
    """The day by which so many of the twenty draws are done; None when fewer ever are."""
    days = likely.get("days", ())
    return date.fromisoformat(days[place - 1]) if len(days) >= place else None


def basis(habits: Habits) -> dict[str, Any]:
    """What the spread rests on: of each habit the number of samples at each level, and what share of the draws it has."""
    return {
        "ratios": _counted(habits.ratios),
        "waits": {by.value: _counted(habits.wait_for(by)) for by in CONFIRMED_BY},
        "misses": _counted(habits.misses),
    }


def _counted(levels: Levels) -> dict[str, Any]:
    own, team, site = levels.counts()
    weights = {level: round(share, 3) for level, share in levels.weights()._asdict().items()}
    return {"own": own, "team": team, "site": site, "weights": weights}
