"""What is coming for a person, by day: sessions, steps, gates, what lapses, the aim and the likely day; and free days.

Read from the stored path and the calendar it was planned on; nothing is planned here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import leaves
from lms.services import curricula
from lms.services.learning.levels import Whose, as_they_are, lapsing
from lms.storage.paths import Path
from lms.storage.people import Away
from lms.storage.site import Holiday

FREE = frozenset({"away", "holiday", "blackout"})
"""Kinds of days on which a person does not study."""
LEAST = timedelta(days=92)
"""How far ahead free days are told, where the path does not reach so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that is coming, from `first` through `last`; of a session these are its times.

    `kind`: session, step, renewal, gate, lapse, aim, likely, ready, away, holiday, blackout. `about` is a course, a gate
    or requirement as the path writes it, a title, or None.
    """

    kind: str
    first: date
    last: date
    about: Any = None
    level: int = 0

    @property
    def day(self) -> date:
        """The first day."""
        return self.first.date() if isinstance(self.first, datetime) else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is coming in order of days, the path it comes from and the curriculum of both; None without a path."""

    coming: tuple[Coming, ...]
    path: Path | None
    curriculum: Curriculum | None


def agenda(session: Session, person_id: int, *, now: datetime) -> Agenda | None:
    """What is coming for somebody; None when they are not active. Asks nobody's permission."""
    who = as_they_are(session, person_id, now=now)
    if who is None:
        return None
    path = session.get(Path, person_id)
    version = curricula.version(session, path.version_id) if path else None
    found = list(_free(session, who))
    if path is not None and version is not None:
        found += _from_path(json.loads(path.document), version.curriculum)
        if path.likely_on:
            found.append(Coming(kind="likely", first=path.likely_on, last=path.likely_on))
    curriculum = version.curriculum if version else who.version.curriculum if who.version else None
    if curriculum is not None:
        found += _lapses(who, curriculum)
        found += (
            Coming(kind="blackout", first=one.first, last=one.last, about=one.title) for one in curriculum.blackouts
        )
    if aim := who.snapshot.person.aim:
        found.append(Coming(kind="aim", first=aim, last=aim))
    reach = max((one.day for one in found if one.kind not in {*FREE, "lapse"}), default=who.on)
    until = max(reach, who.on + LEAST)
    ahead = [one for one in found if _last_day(one) >= who.on and (one.kind not in FREE or one.day <= until)]
    return Agenda(
        coming=tuple(sorted(ahead, key=lambda one: (one.day, str(one.first), one.kind, str(one.about)))),
        path=path,
        curriculum=curriculum,
    )


def _last_day(one: Coming) -> date:
    return one.last.date() if isinstance(one.last, datetime) else one.last


def _from_path(document: Mapping[str, Any], curriculum: Curriculum) -> Iterator[Coming]:
    for step in document["steps"]:
        course, starts, ends = step["course"], step["starts"], step["ends"]
        known = curriculum.course_by_id.get(course)
        held = next((one for one in known.sessions if one.id == step["session"]), None) if known else None
        if held is not None:
            yield Coming(kind="session", first=held.starts, last=held.ends, about=course)
        elif starts and ends:
            kind = "renewal" if step["renews"] else "step"
            yield Coming(kind=kind, first=date.fromisoformat(starts), last=date.fromisoformat(ends), about=course)
    for gate in document["gates"]:
        if not gate["met"] and gate["on"]:
            day = date.fromisoformat(gate["on"])
            yield Coming(kind="gate", first=day, last=day, about=gate)
    if document["ready_on"] and document["steps"]:
        day = date.fromisoformat(document["ready_on"])
        yield Coming(kind="ready", first=day, last=day, about=document["roles"])


def _lapses(who: Whose, curriculum: Curriculum) -> Iterator[Coming]:
    """The last days of the levels that the targets or the present role ask for."""
    person = who.snapshot.person
    roles = [curriculum.role_by_id.get(role) for role in (*person.targets, person.role or "")]
    facts = {leaf for role in roles if role for leaf in leaves(role.requires)}
    asked = sorted({fact.competency for fact in facts if isinstance(fact, Attainment)})
    for competency, level, last in lapsing(who, curriculum, asked):
        yield Coming(kind="lapse", first=last, last=last, about=competency, level=level)


def _free(session: Session, who: Whose) -> Iterator[Coming]:
    for row in session.scalars(select(Away).where(Away.person_id == who.person_id, Away.last >= who.on)):
        yield Coming(kind="away", first=row.first, last=row.last)
    for holiday in session.scalars(select(Holiday).where(Holiday.day >= who.on)):
        yield Coming(kind="holiday", first=holiday.day, last=holiday.day, about=holiday.title)
