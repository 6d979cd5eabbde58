"""What if: a person's path beside the one that other hours, roles, evidence or a missed session would give.

The same call as planning, with one input changed; nothing is stored. The present side is the stored path as it stands,
planned anew in memory only where it is behind its input or of another day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.dating.habits import Habits
from lms.engine.path import Planner
from lms.engine.price import Minimise
from lms.interop.path_document import path_to_document
from lms.services import calendar, curricula, kept, paths
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.learning import outlook
from lms.services.learning.asked import Asked, changed, changes_of, check, hundredths_of
from lms.services.learning.plan_one import PREVIEW
from lms.services.learning.study_plan import SAME, PlanChange
from lms.services.learning.two_plans import Difference, Side, difference
from lms.services.organisation import assignments
from lms.services.paths import Shown
from lms.storage.snapshot import Snapshot, load_people

CHOICES = frozenset({"hours", "roles", "minimise", "aim"})
"""What a person can really choose; the rest has to come true first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two plans side by side; `present` is None without a target, `other` while nothing is asked. `changes` names what
    differs in the input, `use` is how to plan so from now on: None where something has to come true first, or nothing
    differs.
    """

    curriculum: Curriculum | None
    """That of the plans; None where there is neither."""
    present: Side | None
    other: Side | None
    difference: Difference | None
    changes: frozenset[str]
    use: PlanChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A ready-made what-if: more hours a week, the next session missed (`course`, `day`), or a role further on."""

    kind: str
    hundredths: int = 0
    course: str = ""
    day: date | None = None
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """Who asks, on which day, what their likely days rest on, and the plan they have."""

    number: int
    on: date
    habits: Habits
    present: Side | None = None


def what_if(session: Session, actor: Actor, asked: Asked, *, now: datetime) -> Compared:
    """The person's own path beside the one with this changed.

    Raises Denied, and Invalid with every problem of what is asked.
    """
    require(actor, Permission.PLAN_OWN, About(person_id=actor.person_id))
    number, on = actor.person_id or 0, calendar.today(session, now=now)
    snapshot = load_people(session, [number], on).get(number)
    if snapshot is None:
        return Compared(curriculum=None, present=None, other=None, difference=None, changes=frozenset(), use=None)
    offered = curricula.published(session)
    shown = paths.show(session, actor, number)
    ask = _Ask(
        number=number,
        on=on,
        habits=outlook.habits_of(session, [number], on, offered)[number],
    )
    version = _version(session, snapshot, offered)
    present = _present(ask, shown, snapshot, version) if version else None
    changes = changes_of(snapshot, asked)
    other_input = changed(snapshot, asked, on)
    other_version = _version(session, other_input, offered)
    found = other_version or version
    other = None
    if changes:
        check(session, snapshot, present, found.curriculum if found else None, asked)
    if changes and other_version is not None:
        other = _side(replace(ask, present=present), other_input, other_version, asked.missed)
    return Compared(
        curriculum=found.curriculum if found else None,
        present=present,
        other=other,
        difference=difference(present, other) if present and other else None,
        changes=changes,
        use=_use(asked, changes) if other and changes <= CHOICES else None,
    )


def suggestions(document: Mapping[str, Any], curriculum: Curriculum, weekly_hundredths: int) -> tuple[Suggestion, ...]:
    """Up to three what-ifs for the side of a path; they only name what could be asked, so they cost nothing."""
    found = []
    more = (weekly_hundredths // 100 + 1) * 100
    if any(step["session"] is None for step in document["steps"]) and more <= assignments.WEEK:
        found.append(Suggestion(kind="hours", hundredths=more))
    sitting = next((step for step in document["steps"] if step["session"] is not None), None)
    if sitting is not None:
        day = date.fromisoformat(sitting["starts"])
        found.append(Suggestion(kind="missed", course=sitting["course"], day=day))
    targets = document["roles"]
    known = [curriculum.role_by_id[role] for role in targets if role in curriculum.role_by_id]
    further = (role for one in known for role in one.next if role not in targets and role in curriculum.role_by_id)
    role = next(further, None)
    if role is not None:
        found.append(Suggestion(kind="role", role=role))
    return tuple(found)


def _version(session: Session, snapshot: Snapshot, offered: Sequence[Published]) -> Published | None:
    """The version that counts, where it has all that the person aims for."""
    version, _ = paths.version_for(session, snapshot, offered)
    known = version is not None and version.curriculum.role_by_id.keys() >= set(snapshot.person.targets)
    return version if known else None


def _present(ask: _Ask, shown: Shown, snapshot: Snapshot, version: Published) -> Side:
    """The stored path as it stands, or planned anew where it is behind its input or of another day."""
    if shown.path is None or shown.document is None or shown.behind or shown.path.planned_on != ask.on:
        return _side(ask, snapshot, version)
    return Side(
        document=shown.document,
        likely=shown.path.likely,
        curriculum=version.curriculum,
        weekly_hundredths=hundredths_of(snapshot),
        aim=snapshot.person.aim,
    )


def _side(ask: _Ask, snapshot: Snapshot, version: Published, missed: str | None = None) -> Side:
    """A plan made in memory.

    What is asked about a missed session has a planner of its own: those that are kept belong to curricula as they were
    published.
    """
    if missed is None:
        with kept.planner(version.digest, version.curriculum) as planner:
            return _planned(ask, planner, snapshot, version)
    return _planned(ask, Planner(_without_seat(ask, version.curriculum, missed)), snapshot, version)


def _planned(ask: _Ask, planner: Planner, snapshot: Snapshot, version: Published) -> Side:
    minimise = Minimise(snapshot.minimise)
    path = planner.plan(snapshot.person, ask.on, minimise=minimise, own_order=snapshot.own_order, time_limit=PREVIEW)
    query = planner.query(snapshot.person, ask.on, minimise=minimise)
    return Side(
        document=path_to_document(path, version.digest),
        likely=outlook.likely(query, path, ask.habits),
        curriculum=version.curriculum,
        weekly_hundredths=hundredths_of(snapshot),
        aim=snapshot.person.aim,
    )


def _without_seat(ask: _Ask, curriculum: Curriculum, missed: str) -> Curriculum:
    """The curriculum where the session that the present path takes of this course has no seat left."""
    sitting = ask.present.session_of(missed) if ask.present else None
    course = curriculum.course_by_id[missed]
    sessions = tuple(replace(one, seats=0) if one.id == sitting else one for one in course.sessions)
    courses = tuple(replace(one, sessions=sessions) if one is course else one for one in curriculum.courses)
    return replace(curriculum, courses=courses)


def _use(asked: Asked, changes: frozenset[str]) -> PlanChange:
    return PlanChange(
        targets=asked.roles if "roles" in changes else None,
        aim=asked.aim if "aim" in changes else SAME,
        weekly_hundredths=asked.weekly_hundredths if "hours" in changes else None,
        minimise=asked.minimise if "minimise" in changes else None,
    )
