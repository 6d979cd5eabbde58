"""What the team page costs with 13 and 42 columns: 50 people, change in 90 days included, the whole page, nothing kept.

Its yardstick is the bare page of `pages`: three queries and 50 rows, on the same database and in the same run, by turns.
Everybody has a role, a next role, a stored path, and two years of ledger: some 30 ratings and completions.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session
from werkzeug.test import run_wsgi_app

from benchmarks.catalogues import TODAY
from benchmarks.organisation import Visitor
from benchmarks.pages import ROUNDS, _ask, _bytes, _environ, _turn
from benchmarks.serving import Ask, ours, yardstick
from benchmarks.setting import Setting
from benchmarks.storing import NOW
from benchmarks.table import Row, amount, verdict
from lms.cli.serve import settled
from lms.engine.competency import Attainment, Competency, ScaleLevel
from lms.engine.curriculum import Course, Curriculum, Grant, MonthsInRole, Role
from lms.engine.requirement import CourseDone, all_of
from lms.services import ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.storage import migrate
from lms.storage.accounts import Account
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team, found_by
from lms.storage.record import Completion, Entry, Evidence, RoleAssignment
from lms.storage.session import db, prepare, transaction
from lms.storage.site import Site
from tests.databases import KINDS, Databases

PEOPLE = 50
COLUMNS = {13: (6.0, 4.0), 42: (14.0, 9.0)}
"""By columns: how many times the processor time of the bare page is the floor, and the aim."""
QUERIES = (10, 8)
ENTRIES = 30
ROLES = 4
VIEWS = ("", "?view=gap", "?view=change")


def teams(setting: Setting) -> None:
    """Measure each number of columns on each database."""
    for kind in KINDS:
        for columns in COLUMNS:
            with tempfile.TemporaryDirectory() as folder:
                database = Databases(Path(folder), Path(folder)).empty(kind)
                manager, people = _seeded(database, columns)
                _measured(setting, kind, columns, database, Path(folder), manager, people)


def _measured(
    setting: Setting, kind: str, columns: int, database: str, folder: Path, manager: Visitor, people: Sequence[int]
) -> None:
    site, page = ours(database, folder), yardstick(database)
    cookie = _ask(site, manager).cookie
    asks = [Ask(address=f"/team{view}", cookie=cookie) for view in VIEWS]
    turns = {"ours": _turn(site, asks), "bare": _turn(page, [Ask(address=f"/?person={one}") for one in people])}
    for turn in turns.values():
        turn()
    settled()
    rounds = [{name: turn() for name, turn in turns.items()} for _ in range(3 if setting.quick else ROUNDS)]
    times = median(one["ours"] / one["bare"] for one in rounds)
    floor, aim = COLUMNS[columns]
    with site.app_context():
        sent: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
        run_wsgi_app(site, _environ(asks[-1]), buffered=True)
        count = sum(not one.startswith("BEGIN") for one in sent)
        db.engine.dispose()
    ms = (median(one[name] for one in rounds) for name in ("ours", "bare"))
    note = f"{' to '.join(map(amount, ms))}; {_bytes(site, asks[0]) / 1000:.0f} kB."
    setting.report.add(
        Row(
            group="pages",
            what=f"the team page, {PEOPLE} people, {columns} columns, {kind}: CPU over the bare page",
            value=f"{times:.2g}x",
            floor=f"{floor:g}x",
            aim=f"{aim:g}x",
            verdict=setting.verdict(times, floor, aim),
            note=note,
        )
    )
    setting.report.add(
        Row(
            group="pages",
            what=f"the team page, {columns} columns, queries, {kind}",
            value=str(count),
            floor=str(QUERIES[0]),
            aim=str(QUERIES[1]),
            verdict=verdict(count, *QUERIES),
            note="who asks and the settings of the site included.",
        )
    )


def _curriculum(columns: int) -> Curriculum:
    """So many competencies, a course for each of their levels, and a ladder of four roles that share them out."""
    names = [f"competency-{number}" for number in range(columns)]
    courses = [
        Course(
            id=f"{name}-{level}",
            title=f"Course {name} {level}",
            hours=300,
            renewal_hours=300,
            requires=all_of([CourseDone(f"{name}-{level - 1}")] if level > 1 else []),
            grants=(Grant(competency=name, level=level, valid_months=36),),
        )
        for name in names
        for level in (1, 2, 3)
    ]
    share = columns // ROLES
    roles = [
        Role(
            id=f"role-{place}",
            title=f"Role {place}",
            requires=all_of(
                Attainment(name, 1 + (place + number) % 3)
                for number, name in enumerate(names[place * share : (place + 1) * share + (columns % ROLES)])
            ),
            gates=(MonthsInRole(role=f"role-{place - 1}", at_least=24),) if place else (),
            next=(f"role-{place + 1}",) if place < ROLES - 1 else (),
        )
        for place in range(ROLES)
    ]
    return Curriculum(
        id=f"team-{columns}",
        title="Team",
        scale=tuple(ScaleLevel(level=n, title=f"Level {n}") for n in range(1, 5)),
        competencies=tuple(
            Competency(id=name, title=f"Competency {number}", cluster=f"Cluster {number * 5 // columns}")
            for number, name in enumerate(names)
        ),
        courses=tuple(courses),
        roles=tuple(roles),
    )


def _seeded(database: str, columns: int) -> tuple[Visitor, list[int]]:
    """The manager with a live session, and their fifty people."""
    engine = create_engine(database)
    prepare(engine)
    migrate.upgrade(engine)
    rng = random.Random(f"team of {columns}")
    curriculum = _curriculum(columns)
    with Session(engine, expire_on_commit=False) as session:
        with transaction(session):
            session.add(Site(name="Acme", set_up_at=NOW))
            number = drafts.save_draft(session, SITE, curriculum, now=NOW)
            publishing.publish(session, SITE, number, override="made for the bench", now=NOW)
            manager, *people = _people(session, PEOPLE + 1)
            team = Team(name="North", manager_id=manager)
            session.add(team)
            session.flush()  # its people need its number
            for place, one in enumerate(people):
                session.get_one(Person, one).team_id = team.id
                session.get_one(StudyPlan, one).targets = [f"role-{1 + place % (ROLES - 1)}"]
            rows = [row for place, one in enumerate(people) for row in _entries(rng, curriculum, number, place, one)]
            ledger.note(session, SITE, "bench.seeded", now=NOW, rows=rows)
            session.flush()
            replanning.input_changed(session, people, now=NOW)
            paths.replan_now(session, people, now=NOW)
        with transaction(session):
            token = sessions.begin(session, manager, now=datetime.now(UTC))
    engine.dispose()
    return Visitor(person_id=manager, token=token, steps=0), people


def _people(session: Session, count: int) -> list[int]:
    """So many people with names and accounts; who manages the others is the first."""
    session.add_all(Person(id=number, state="active", created_at=NOW) for number in range(1, count + 1))
    session.flush()
    numbers = list(range(1, count + 1))
    mails = [f"person{number}@acme.example" for number in numbers]
    session.execute(
        insert(Contact),
        [
            {
                "person_id": number,
                "name": f"Person Number {number}",
                "mail": mail,
                "mail_key": mail,
                "found_by": found_by(f"Person Number {number}", mail, None),
            }
            for number, mail in zip(numbers, mails, strict=True)
        ],
    )
    session.execute(insert(Account), [{"person_id": number} for number in numbers])
    session.execute(insert(RightHeld), [{"person_id": number, "held": "rep"} for number in numbers])
    session.add_all(StudyPlan(person_id=number, targets=[]) for number in numbers)
    return numbers


def _entries(rng: random.Random, curriculum: Curriculum, number: int, place: int, person: int) -> Iterator[Entry]:
    yield RoleAssignment(
        person_id=person,
        role=f"role-{place % (ROLES - 1)}",
        curriculum_id=number,
        starts=TODAY - timedelta(days=rng.randint(100, 700)),
    )
    for _ in range(ENTRIES // 2):
        one = rng.choice(curriculum.competencies)
        day = TODAY - timedelta(days=rng.randint(1, 700))
        until = day + timedelta(days=730) if rng.random() < 0.3 else None
        yield Evidence(
            person_id=person, competency=one.id, level=rng.randint(1, 4), shown_on=day, until=until, source="manager"
        )
    for course in rng.sample(curriculum.courses, ENTRIES // 2):
        day = TODAY - timedelta(days=rng.randint(1, 700))
        yield Completion(person_id=person, course=course.id, completed_on=day)
