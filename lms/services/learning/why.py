"""Why a step stands on a person's path, and why another course does not: the stored path's question asked once more.

Each answer is a few searches with one thing changed, on the day and over the version of the stored path, so that it
speaks of the path that is shown. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Course, Curriculum
from lms.engine.explain import Explainer, Saving, Verdict, WhyNot
from lms.engine.path import Planner
from lms.engine.price import Minimise
from lms.engine.search.unavoidable import Link
from lms.errors import NotFound, said
from lms.services import curricula, kept, paths
from lms.services.access import Actor
from lms.services.learning.plan_one import PATIENCE
from lms.services.paths import Shown
from lms.storage.snapshot import Snapshot, load_people

MANY_FACTS = 100
"""Beyond so many attainments on the way, only evidence of what the course itself gives is asked about."""
SAVINGS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One link of the way from a role down to a step: what is asked for (as the path's document writes it, without
    `for`), by the role or course `needed_by`, and the course of the path that gives it.
    """

    asked: Mapping[str, Any]
    kind: str
    needed_by: str
    given_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """The best path without a step. `regret` is what it would cost more, in the unit of what is minimised, with the
    courses `instead` and without those `dropped`; None when nobody with this profile can do without the step, and then
    `chain` leads down to it through what cannot be avoided. `savings`: what accepted evidence would spare.
    """

    regret: int | None
    instead: tuple[str, ...]
    dropped: tuple[str, ...]
    chain: tuple[Link, ...]
    savings: tuple[Saving, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyStep:
    """Why a course is a step of a person's path.

    `because` as in the path's document; `way` from a role down to the step. `otherwise` is None for a renewal, where the
    path was chosen by its date and others were not compared, and where the input has changed since.
    """

    course: str
    curriculum: Curriculum
    minimise: Minimise
    roles: tuple[str, ...]
    renews: bool
    session: str | None
    because: Sequence[Mapping[str, Any]]
    way: tuple[Hop, ...]
    otherwise: Otherwise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNotCourse:
    """Why a course is no step of a person's path; `days` is how much later the path with it would end where the path
    was chosen by its date (None: not known), and then `answer.excess` is in hours.
    """

    course: str
    curriculum: Curriculum
    minimise: Minimise
    roles: tuple[str, ...]
    answer: WhyNot
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The courses of a curriculum that are not on a person's path, by title, and whether some were left off."""

    curriculum: Curriculum
    roles: tuple[str, ...]
    courses: tuple[Course, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A stored path and what it was planned with."""

    document: Mapping[str, Any]
    curriculum: Curriculum
    digest: str
    snapshot: Snapshot | None

    @property
    def minimise(self) -> Minimise:
        return Minimise(self.document["minimise"])


def why(session: Session, actor: Actor, person_id: int, course: str) -> WhyStep:
    """Why this course is on the person's path. Raises Denied, NotFound when it is no step or there is no path."""
    asked = _asked(session, paths.show(session, actor, person_id))
    found = [step for step in asked.document["steps"] if step["course"] == course]
    if not found:
        raise NotFound(said("There is no such step on this path."))
    step = min(found, key=lambda each: each["renews"])
    return WhyStep(
        course=course,
        curriculum=asked.curriculum,
        minimise=asked.minimise,
        roles=tuple(asked.document["roles"]),
        renews=step["renews"],
        session=step["session"],
        because=step["because"],
        way=_way(asked.document["steps"], course),
        otherwise=None if step["renews"] else _otherwise(asked, course),
    )


def why_not(session: Session, actor: Actor, person_id: int, course: str) -> WhyNotCourse:
    """Why this course is not on the person's path. Raises Denied, NotFound when there is no such course or no path."""
    asked = _asked(session, paths.show(session, actor, person_id))
    if course not in asked.curriculum.course_by_id:
        raise NotFound(said("There is no such course in this curriculum."))
    on_it = course in {step["course"] for step in asked.document["steps"]}
    answer, days = WhyNot(course=course, verdict=Verdict.ON_THE_PATH), None
    if not on_it:
        with _explainer(asked) as explainer:
            answer = explainer.why_not(course)
            if asked.minimise is Minimise.DATE and answer.verdict in {Verdict.DEARER, Verdict.ON_THE_PATH}:
                days = _days_later(asked, explainer, course)
    return WhyNotCourse(
        course=course,
        curriculum=asked.curriculum,
        minimise=asked.minimise,
        roles=tuple(asked.document["roles"]),
        answer=answer,
        days=days,
    )


def beside(session: Session, actor: Actor, person_id: int, text: str = "", *, most: int = 300) -> Beside | None:
    """The courses to ask about: those not on the person's path whose title holds the text; None without a path.

    Raises Denied.
    """
    shown = paths.show(session, actor, person_id)
    if shown.path is None:
        return None
    asked = _asked(session, shown, with_snapshot=False)
    on_it = {step["course"] for step in asked.document["steps"]}
    wanted = " ".join(text.split()).casefold()
    found = [one for one in asked.curriculum.courses if one.id not in on_it and wanted in one.title.casefold()]
    found.sort(key=lambda one: (one.title.casefold(), one.id))
    return Beside(
        curriculum=asked.curriculum,
        roles=tuple(asked.document["roles"]),
        courses=tuple(found[:most]),
        more=len(found) > most,
    )


def _asked(session: Session, shown: Shown, *, with_snapshot: bool = True) -> _Asked:
    if shown.path is None or shown.document is None:
        raise NotFound(said("There is no path to explain yet."))
    version = curricula.version(session, shown.path.version_id)
    people = load_people(session, [shown.person_id], shown.path.planned_on) if with_snapshot else {}
    return _Asked(
        document=shown.document,
        curriculum=version.curriculum,
        digest=version.digest,
        snapshot=people.get(shown.person_id),
    )


@contextmanager
def _explainer(asked: _Asked) -> Iterator[Explainer]:
    """The explainer of the stored path's question, with the planner for this caller alone until the block ends."""
    if asked.snapshot is None:
        raise NotFound(said("There is no path to explain yet."))
    with kept.planner(asked.digest, asked.curriculum) as planner:
        yield _explained(planner, asked, asked.snapshot)


def _explained(planner: Planner, asked: _Asked, snapshot: Snapshot) -> Explainer:
    query = planner.query(
        snapshot.person,
        date.fromisoformat(asked.document["on"]),
        roles=asked.document["roles"],
        minimise=asked.minimise,
    )
    return Explainer(query, snapshot.own_order, time_limit=PATIENCE)


def _otherwise(asked: _Asked, course: str) -> Otherwise | None:
    with _explainer(asked) as explainer:
        number, by_date = explainer.query.net.course_index.get(course, -1), asked.minimise is Minimise.DATE
        if number not in explainer.choice.courses or (by_date and course not in explainer.mandatory()):
            return None
        found = explainer.why(course)
        given = {grant.competency for grant in asked.curriculum.course_by_id[course].grants}
        among = given if len(explainer.query.net.facts) > MANY_FACTS else None
        savings = () if by_date else explainer.savings(of=course, among=among)
    return Otherwise(
        regret=found.regret,
        instead=found.instead,
        dropped=found.dropped,
        chain=found.chain,
        savings=savings[:SAVINGS_SHOWN],
    )


def _days_later(asked: _Asked, explainer: Explainer, course: str) -> int | None:
    """How many days later than the path the best set with this course ends; None where one of the two has no date."""
    query, until = explainer.query, asked.document["ready_on"]
    forced = query.choose(explainer.kept, force=[query.net.course_index[course]], time_limit=PATIENCE)
    if forced is None or until is None:
        return None
    ends = query.arrange(forced.courses, explainer.kept).ready_on
    return None if ends is None else (ends - date.fromisoformat(until)).days


def _way(steps: Sequence[Mapping[str, Any]], course: str) -> tuple[Hop, ...]:
    """From a role down to this step, by the fewest steps between, as the reasons of the path's own steps say."""
    because: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        because.setdefault(step["course"], []).extend(step["because"])
    ways: list[tuple[Hop, ...]] = [()]
    seen = {course}
    for way in ways:
        given_by = way[0].needed_by if way else course
        hops = [_hop(reason, given_by) for reason in because.get(given_by, ())]
        for hop in hops:
            if hop.kind == "role":
                return (hop, *way)
        for hop in hops:
            if hop.needed_by not in seen:
                seen.add(hop.needed_by)
                ways.append((hop, *way))
    return ()


def _hop(reason: Mapping[str, Any], given_by: str) -> Hop:
    ((kind, needed_by),) = reason["for"].items()
    asked = reason["grants"] if "grants" in reason else {"course": reason["course"]}
    return Hop(asked=asked, kind=kind, needed_by=needed_by, given_by=given_by)
