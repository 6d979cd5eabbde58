"""What a what-if asks: what is to be different, whether it can be, and the person as they would be then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.days import Period
from lms.engine.person import Completion, Evidence
from lms.engine.price import Minimise
from lms.errors import Invalid, Problem, said
from lms.services import curricula
from lms.services.learning.two_plans import Side
from lms.services.organisation import assignments, lookup
from lms.storage.snapshot import Snapshot

MOST_FACTS = 20


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


def hundredths_of(snapshot: Snapshot) -> int:
    """The hours of study a week, in hundredths."""
    return int(snapshot.person.weekly_hours * 100)


def changes_of(snapshot: Snapshot, asked: Asked) -> frozenset[str]:
    """What really differs from the person's present input, by the names of the form."""
    person = snapshot.person
    found = {
        "hours": asked.weekly_hundredths not in {None, hundredths_of(snapshot)},
        "roles": bool(asked.roles) and set(asked.roles) != set(person.targets),
        "minimise": asked.minimise not in {None, snapshot.minimise},
        "aim": asked.aim not in {None, person.aim},
        "missed": asked.missed is not None,
        "evidence": bool(asked.evidence),
        "known": bool(asked.known),
        "away": asked.away is not None,
    }
    return frozenset(name for name, differs in found.items() if differs)


def check(
    session: Session, snapshot: Snapshot, present: Side | None, curriculum: Curriculum | None, asked: Asked
) -> None:
    """Refuse what is asked, if it cannot be, with every problem of it."""
    hours = hundredths_of(snapshot) if asked.weekly_hundredths is None else asked.weekly_hundredths
    offered = curricula.of_person(session, snapshot.pins, curricula.published(session))
    problems = assignments.plan_problems(offered, snapshot.curriculum_id, asked.roles, asked.aim, hours)
    if asked.minimise is not None and asked.minimise not in set(Minimise):
        problems.append(Problem(said("Choose from the list."), field="minimise"))
    if asked.missed is not None and (present is None or present.session_of(asked.missed) is None):
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


def changed(snapshot: Snapshot, asked: Asked, on: date) -> Snapshot:
    """The person with what is asked; evidence is an assessor's, of today."""
    person = snapshot.person
    hours = asked.weekly_hundredths
    ratings = tuple(Evidence(competency=name, level=level, on=on, source="assessor") for name, level in asked.evidence)
    other = replace(
        person,
        weekly_hours=person.weekly_hours if hours is None else Fraction(hours, 100),
        targets=asked.roles or person.targets,
        aim=asked.aim or person.aim,
        evidence=(*person.evidence, *ratings),
        completed=(*person.completed, *(Completion(course=course, on=on) for course in asked.known)),
        away=(*person.away, asked.away) if asked.away else person.away,
    )
    return replace(snapshot, person=other, minimise=asked.minimise or snapshot.minimise)
