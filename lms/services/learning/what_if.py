"""What if: a person's path beside the one that other hours, roles, evidence or a missed session would give.

The same call as planning, with one input changed; nothing is stored. The present side is the stored path as it stands,
planned anew in memory only where it is behind its input or of another day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.days import Period
from lms.engine.path import LearningPath, Planner
from lms.engine.person import Completion, Evidence
from lms.engine.price import Minimise
from lms.errors import Invalid, Problem, said
from lms.interop.path_document import path_to_document
from lms.services import assignments, calendar, curricula, kept, lookup, paths
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.learning.plan_one import PATIENCE
from lms.services.learning.study_plan import SAME, PlanChange
from lms.storage.snapshot import Snapshot, load_people

MOST_FACTS = 20
CHOICES = frozenset({"hours", "roles", "minimise", "aim"})
"""What a person can really choose; the rest has to come true first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be different; None or empty leaves it as it is.

    `missed` is the course of a step whose session is missed; `evidence` are competencies with the level that somebody
    accepts today; `known` are courses known already, as if completed today.
    """

    weekly_hundredths: int | None = None
    roles: tuple[str, ...] = ()
    minimise: str | None = None
    aim: date | None = None
    missed: str | None = None
    evidence: tuple[tuple[str, int], ...] = ()
    known: tuple[str, ...] = ()
    away: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two plans: its document (`lms-path/1`), its curriculum, and the hours and aim behind it."""

    document: Mapping[str, Any]
    curriculum: Curriculum
    weekly_hundredths: int
    aim: date | None

    @property
    def open(self) -> int:
        """Requirements not met yet."""
        asked = self.document["requirements"]
        return int(asked["required"] - asked["met"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The other plan against the present one: `days` later (None: one has no date), hours, cost and open requirements
    more; steps added and gone, and those of both that stand in another order.
    """

    days: int | None
    hours: float
    cost: float
    open: int
    added: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[str, ...]


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


def what_if(session: Session, actor: Actor, asked: Asked, *, now: datetime) -> Compared:
    """The person's own path beside the one with this changed.

    Raises Denied, and Invalid with every problem of what is asked.
    """
    require(actor, Permission.PLAN_OWN, About(person_id=actor.person_id))
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [actor.person_id or 0], on).get(actor.person_id or 0)
    if snapshot is None:
        return Compared(curriculum=None, present=None, other=None, difference=None, changes=frozenset(), use=None)
    offered = curricula.published(session)
    version = _version(snapshot, offered)
    present = _present(session, actor, snapshot, version, on) if version else None
    changes = _changes(snapshot, asked)
    changed = _changed(snapshot, asked, on)
    other_version = _version(changed, offered)
    found = other_version or version
    if changes:
        _check(session, snapshot, present, found.curriculum if found else None, asked)
    other = None
    if changes and other_version is not None:
        curriculum = _without_seat(other_version.curriculum, present, asked.missed)
        other = _side(changed, other_version, curriculum, on)
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


def difference(present: Side, other: Side) -> Difference:
    """How the other plan differs from the present one."""
    one, two = present.document, other.document
    old, new = _courses(one), _courses(two)
    stay, came = [course for course in old if course in new], [course for course in new if course in old]
    ends, other_ends = one["ready_on"], two["ready_on"]
    days = (date.fromisoformat(other_ends) - date.fromisoformat(ends)).days if ends and other_ends else None
    return Difference(
        days=days,
        hours=round(two["hours"] - one["hours"], 2),
        cost=round(two["cost"] - one["cost"], 2),
        open=other.open - present.open,
        added=tuple(course for course in new if course not in old),
        gone=tuple(course for course in old if course not in new),
        moved=tuple(here for there, here in zip(stay, came, strict=True) if there != here),
    )


def _courses(document: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(step["course"] for step in document["steps"]))


def _version(snapshot: Snapshot, offered: Sequence[Published]) -> Published | None:
    """The version that counts, where it has all that the person aims for."""
    version, _ = paths.version_for(snapshot, offered)
    known = version is not None and version.curriculum.role_by_id.keys() >= set(snapshot.person.targets)
    return version if known else None


def _present(session: Session, actor: Actor, snapshot: Snapshot, version: Published, on: date) -> Side:
    """The stored path as it stands, or planned anew where it is behind its input or of another day."""
    shown = paths.show(session, actor, actor.person_id or 0)
    fresh = shown.path is not None and not shown.behind and shown.path.planned_on == on
    if not fresh or shown.document is None:
        return _side(snapshot, version, version.curriculum, on)
    return Side(
        document=shown.document,
        curriculum=version.curriculum,
        weekly_hundredths=_hundredths(snapshot),
        aim=snapshot.person.aim,
    )


def _side(snapshot: Snapshot, version: Published, curriculum: Curriculum, on: date) -> Side:
    """A plan made in memory; a curriculum other than the version's own has no planner that is kept."""
    if curriculum is version.curriculum:
        with kept.planner(version.digest, curriculum) as planner:
            path = _plan(planner, snapshot, on)
    else:
        path = _plan(Planner(curriculum), snapshot, on)
    return Side(
        document=path_to_document(path, version.digest),
        curriculum=version.curriculum,
        weekly_hundredths=_hundredths(snapshot),
        aim=snapshot.person.aim,
    )


def _plan(planner: Planner, snapshot: Snapshot, on: date) -> LearningPath:
    return planner.plan(
        snapshot.person,
        on,
        minimise=Minimise(snapshot.minimise),
        own_order=snapshot.own_order,
        time_limit=PATIENCE,
    )


def _hundredths(snapshot: Snapshot) -> int:
    return int(snapshot.person.weekly_hours * 100)


def _changes(snapshot: Snapshot, asked: Asked) -> frozenset[str]:
    person = snapshot.person
    found = {
        "hours": asked.weekly_hundredths not in {None, _hundredths(snapshot)},
        "roles": bool(asked.roles) and set(asked.roles) != set(person.targets),
        "minimise": asked.minimise not in {None, snapshot.minimise},
        "aim": asked.aim not in {None, person.aim},
        "missed": asked.missed is not None,
        "evidence": bool(asked.evidence),
        "known": bool(asked.known),
        "away": asked.away is not None,
    }
    return frozenset(name for name, differs in found.items() if differs)


def _check(
    session: Session, snapshot: Snapshot, present: Side | None, curriculum: Curriculum | None, asked: Asked
) -> None:
    """Refuse what is asked, if it cannot be, with every problem of it."""
    hours = _hundredths(snapshot) if asked.weekly_hundredths is None else asked.weekly_hundredths
    problems = assignments.plan_problems(session, snapshot.curriculum_id, asked.roles, asked.aim, hours)
    if asked.minimise is not None and asked.minimise not in set(Minimise):
        problems.append(Problem(said("Choose from the list."), field="minimise"))
    if asked.missed is not None and _session_of(present, asked.missed) is None:
        problems.append(Problem(said("No step of the path has such a session to miss."), field="missed"))
    names = curriculum.competency_by_id if curriculum else {}
    levels = {one.level for one in curriculum.scale} if curriculum else set()
    if any(name not in names or level not in levels for name, level in asked.evidence):
        problems.append(Problem(said("There is no such competency and level in the curriculum."), field="evidence"))
    if any(course not in (curriculum.course_by_id if curriculum else {}) for course in asked.known):
        problems.append(Problem(said("There is no such course in the curriculum."), field="known"))
    if max(len(asked.evidence), len(asked.known)) > MOST_FACTS:
        problems.append(Problem(said("Ask about at most %(most)s at once.", most=MOST_FACTS), field="known"))
    problems += _away_problems(asked.away)
    if problems:
        raise Invalid(*problems)


def _away_problems(away: Period | None) -> Sequence[Problem]:
    if away is None:
        return ()
    if away.first > away.last:
        return (Problem(said("The last day cannot be before the first."), field="away_until"),)
    return (*lookup.on_the_calendar(away.first, "away_from"), *lookup.on_the_calendar(away.last, "away_until"))


def _changed(snapshot: Snapshot, asked: Asked, on: date) -> Snapshot:
    """The person with what is asked; evidence is an assessor's, of today."""
    person = snapshot.person
    hours = asked.weekly_hundredths
    ratings = tuple(Evidence(competency=name, level=level, on=on, source="assessor") for name, level in asked.evidence)
    changed = replace(
        person,
        weekly_hours=person.weekly_hours if hours is None else Fraction(hours, 100),
        targets=asked.roles or person.targets,
        aim=asked.aim or person.aim,
        evidence=(*person.evidence, *ratings),
        completed=(*person.completed, *(Completion(course=course, on=on) for course in asked.known)),
        away=(*person.away, asked.away) if asked.away else person.away,
    )
    return replace(snapshot, person=changed, minimise=asked.minimise or snapshot.minimise)


def _session_of(present: Side | None, course: str) -> str | None:
    steps = present.document["steps"] if present else ()
    step = next((step for step in steps if step["course"] == course and step["session"] is not None), None)
    return None if step is None else str(step["session"])


def _without_seat(curriculum: Curriculum, present: Side | None, missed: str | None) -> Curriculum:
    """The curriculum without a seat in the session that is missed; the same value when none is."""
    if missed is None or missed not in curriculum.course_by_id:
        return curriculum
    sitting = _session_of(present, missed)
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
