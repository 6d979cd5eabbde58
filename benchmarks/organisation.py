"""An organisation of 1,000 people who are signed in, each with a stored path of about 20, 100 or 300 steps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from benchmarks.catalogues import TODAY
from benchmarks.generate import strands_of
from benchmarks.storing import HOURS, NOW, seed
from lms.engine.curriculum import AttestationGate, Curriculum, MonthsInRole
from lms.engine.curriculum import Session as Meeting
from lms.engine.person import Completion
from lms.engine.person import Person as PersonValue
from lms.services import ledger, paths
from lms.services.access import SITE
from lms.services.entry import sessions
from lms.storage.accounts import Account
from lms.storage.paths import Path
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team, found_by
from lms.storage.record import Enrolment
from lms.storage.session import transaction
from lms.storage.site import Site

SIZES = {20: 12, 100: 20, 300: 30}
"""How many requirements the role has, by the steps of a path to it. What we ship asks 12 to 14 for 12 to 34 steps."""
TEAM = 8
SPREAD = 0.1
"""How far the steps of a path are from the size it stands for, at most."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody with a live session."""

    person_id: int
    token: str
    steps: int


def organisation(engine: Engine, count: int) -> dict[int, list[Visitor]]:
    """Seed so many people, plan and sign in each; who has a path of about 20, 100 and 300 steps."""
    rng = random.Random("organisation")
    found = {}
    with Session(engine, expire_on_commit=False) as session:
        with transaction(session):
            session.add(Site(name="Acme", set_up_at=NOW))
        for place, size in enumerate(SIZES):
            people = count // len(SIZES) + (place < count % len(SIZES))
            found[size] = _of_size(session, rng, size, people)
    return found


def _of_size(session: Session, rng: random.Random, size: int, count: int) -> list[Visitor]:
    curriculum = _curriculum(size)
    people = [_person(rng, curriculum, size, f"p{number}") for number in range(count)]
    numbers = seed(session, curriculum, people)
    with transaction(session):
        _named(session, numbers, size)
    for at in range(0, len(numbers), 50):
        some = numbers[at : at + 50]
        planned = paths.prepare_replan(session, some, now=NOW)
        with transaction(session):
            paths.store(session, planned, now=NOW)
    with transaction(session):
        rows = session.execute(select(Path.person_id, Path.steps).where(Path.person_id.in_(numbers)))
        steps = {row.person_id: row.steps for row in rows}
        _begun(session, numbers)
        now = datetime.now(UTC)
        return [
            Visitor(person_id=number, token=sessions.begin(session, number, now=now), steps=steps[number])
            for number in numbers
        ]


def _curriculum(size: int) -> Curriculum:
    """A role with gates whose only path is so many courses and a tenth more, two of them in sessions."""
    made = strands_of(round(size * (1 + SPREAD)), SIZES[size])
    taught = {len(made.courses) - 3, len(made.courses) - 12}
    courses = (
        replace(course, sessions=_sessions(place)) if place in taught else course
        for place, course in enumerate(made.courses)
    )
    gates = (MonthsInRole(role="everything", at_least=2), AttestationGate(by="manager", title="Ready for more"))
    return replace(made, courses=tuple(courses), roles=tuple(replace(role, gates=gates) for role in made.roles))


def _sessions(place: int) -> tuple[Meeting, ...]:
    """One a quarter, for as long as anybody may need it."""
    starts = (NOW + timedelta(days=91 * number + place % 7) for number in range(1, 60))
    return tuple(
        Meeting(id=f"s{place}.{number}", starts=at, ends=at + timedelta(hours=4), seats=12)
        for number, at in enumerate(starts)
    )


def _person(rng: random.Random, curriculum: Curriculum, size: int, name: str) -> PersonValue:
    """Somebody who has completed the first of the courses, which need nothing that comes later, one every some weeks."""
    done = curriculum.courses[: rng.randint(0, round(2 * SPREAD * size))]
    days = sorted(TODAY - timedelta(days=rng.randint(1, 7 * 3 * len(done))) for _ in done)
    return PersonValue(
        id=name,
        targets=("everything",),
        completed=tuple(Completion(course=course.id, on=day) for course, day in zip(done, days, strict=True)),
        weekly_hours=Fraction(rng.choice(HOURS)),
    )


def _named(session: Session, numbers: Sequence[int], size: int) -> None:
    """Names, accounts, rights and an aim; teams of eight, each managed by its first."""
    contacts = []
    for number in numbers:
        name, mail = f"Person Number {number}", f"person{number}@acme.example"
        contacts.append(
            {
                "person_id": number,
                "name": name,
                "mail": mail,
                "mail_key": mail,
                "found_by": found_by(name, mail, None),
            }
        )
    session.execute(insert(Contact), contacts)
    session.execute(insert(Account), [{"person_id": number} for number in numbers])
    session.execute(insert(RightHeld), [{"person_id": number, "held": "rep"} for number in numbers])
    session.execute(
        update(StudyPlan).where(StudyPlan.person_id.in_(numbers)).values(aim=TODAY + timedelta(days=10 * size))
    )
    for at in range(0, len(numbers), TEAM):
        team = Team(name=f"Team {size}.{at // TEAM}", manager_id=numbers[at])
        session.add(team)
        session.flush()  # its people need its number
        session.execute(update(Person).where(Person.id.in_(numbers[at : at + TEAM])).values(team_id=team.id))


def _begun(session: Session, numbers: Sequence[int]) -> None:
    """Everybody has started the first step of their path."""
    following = session.execute(select(Path.person_id, Path.next_course).where(Path.person_id.in_(numbers)))
    rows = [Enrolment(person_id=number, course=course, state="started", since=TODAY) for number, course in following]
    ledger.note(session, SITE, "bench.begun", now=NOW, rows=rows)
