"""Drill 9: version 2 is published while 1,000 paths over version 1 are being computed. No path mixes the two."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path as File
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.interop.curriculum_file import read_curriculum
from lms.jobs.doing import Terms, do_next
from lms.jobs.handlers import HANDLERS
from lms.services import curricula, kept, ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.learning.plan_one import Planned, plan_one
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.record import Completion
from lms.storage.session import db, transaction
from lms.storage.snapshot import load_people
from tests.databases import KINDS, Databases
from tests.drills.site_process import free_port, settings_for
from tests.organisation import SHIPPED, a_published_curriculum, somebody, who_holds

pytestmark = pytest.mark.drill
PEOPLE, AMID, PATIENCE = 1_000, 430, 120.0


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, databases: Databases, tmp_path: File) -> Iterator[Flask]:
    made = create_app(settings_for(databases.fresh(request.param), tmp_path, free_port()))
    yield made
    with made.app_context():
        db.engine.dispose()


def now() -> datetime:
    return datetime.now(UTC)


def seed(session: Session) -> list[int]:
    """1,000 people with different histories, all of whom have to be planned."""
    draw, curriculum, people = Random(9), a_published_curriculum(session), []
    courses = [course.id for course in read_curriculum(SHIPPED).courses]
    for _ in range(PEOPLE):
        person = somebody(session)
        who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 5), targets=["account-executive"])
        done = [
            Completion(person_id=person.id, course=course, completed_on=date(2026, 2, 1))
            for course in draw.sample(courses, draw.randint(0, 3))
        ]
        if done:
            ledger.note(session, SITE, "step.done", now=now(), rows=done)
        people.append(person.id)
    replanning.input_changed(session, people, now=now())
    return people


def publish(session: Session) -> int:
    """Version 2, in which every course takes an hour more; gives the number of the curriculum."""
    before = curricula.published(session)[0]
    longer = tuple(
        replace(one, hours=one.hours + 100, renewal_hours=one.renewal_hours + 100) for one in before.curriculum.courses
    )
    with transaction(session):
        drafts.save_draft(session, SITE, replace(before.curriculum, courses=longer, tests=()), now=now())
    with transaction(session):
        publishing.publish(session, SITE, before.curriculum_id, note="An hour more each", now=now())
    return before.curriculum_id


def work(app: Flask, stop: threading.Event, jobs: int | None = None) -> int:
    """Do jobs until none is left, or so many are done; says how many."""
    terms = Terms(lease=timedelta(minutes=5), clock=now, handlers=HANDLERS, stop=stop)
    done = 0
    while (jobs is None or done < jobs) and do_next(app, terms):
        done += 1
    return done


def versions(session: Session) -> Counter[int]:
    """How many stored paths there are of each version; each is the very plan over the version that it names."""
    session.rollback()
    found: Counter[int] = Counter()
    rows = session.scalars(select(Path).execution_options(populate_existing=True)).all()
    people = load_people(session, [row.person_id for row in rows], rows[0].planned_on)
    for row in rows:
        version, document = curricula.version(session, row.version_id), json.loads(row.document)
        assert document["digest"] == version.digest == json.loads(row.asked)["version"]
        with kept.planner(version.digest, version.curriculum) as planner:
            again = planner.plan(people[row.person_id].person, row.planned_on)
        assert [step["course"] for step in document["steps"]] == [step.course.id for step in again.steps]
        assert (row.hours_left, row.ready_on, row.met) == (again.hours, again.ready_on, again.met)
        found[version.number] += 1
    return found


def test_drill_9_publishing_while_1000_paths_are_computed_leaves_each_of_one_version(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        people = seed(session)
        session.commit()
    inside, published = threading.Barrier(2), threading.Event()
    computed = iter(range(10 * PEOPLE))

    def amid(*given: Any, **named: Any) -> Planned:
        if next(computed) == AMID:
            inside.wait(PATIENCE)  # the publish begins here, in the middle of a computation …
            assert published.wait(PATIENCE)  # … and is committed before that goes on
        return plan_one(*given, **named)

    monkeypatch.setattr(paths, "plan_one", amid)
    stop, first = threading.Event(), PEOPLE // replanning.CHUNK
    worker = threading.Thread(target=work, args=(app, stop, first))
    begun = time.monotonic()
    worker.start()
    inside.wait(PATIENCE)
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        publish(session)
        published.set()
        worker.join(PATIENCE)
        assert not worker.is_alive()
        middle = versions(session)
        behind = session.scalars(select(Planning.person_id).where(Planning.planned < Planning.wanted)).all()
        waiting = select(Job.args).where(Job.kind == "paths.replan", Job.state == "waiting")
        asked = {person for args in session.scalars(waiting) for person in args["people"]}
        print(
            f"  in the middle: {middle[1]} paths of version 1, {middle[2]} of version 2, {len(behind)} asked for again"
        )
        assert middle[1] + middle[2] == PEOPLE
        assert middle[1] >= AMID
        assert set(behind) <= asked
        assert work(app, stop)
        assert versions(session) == {2: PEOPLE}
        assert {row.wanted - row.planned for row in session.scalars(select(Planning))} == {0}
        assert sorted(session.scalars(select(Path.person_id))) == people
    print(f"  {PEOPLE:,} paths of version 2 after {time.monotonic() - begun:.1f} s")
