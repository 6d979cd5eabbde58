"""The loop: what it begins, how it ends, and what it outlives."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.jobs import doing, worker
from lms.jobs.handlers import HANDLERS
from lms.jobs.work import Handler, Work
from lms.services import replanning
from lms.services.running import chain, jobs
from lms.storage.audit import Audit
from lms.storage.jobs import Heartbeat, Job
from lms.storage.paths import Planning
from lms.storage.people import StudyPlan
from lms.storage.session import db, transaction
from tests.jobs.doing import after, ask, count, effects, job, now
from tests.organisation import somebody


def run_once(app: Flask, handler: Handler = count) -> int:
    return worker.run(app, once=True, handlers={**HANDLERS, "test": handler})


def in_thread(app: Flask, stop: Event, **more: object) -> Thread:
    def run() -> None:
        worker.run(app, stop=stop, **more)  # type: ignore[arg-type]

    thread = Thread(target=run)
    thread.start()
    return thread


def test_once_does_everything_that_is_due_and_ends(app: Flask, session: Session) -> None:
    ask(session, 5)
    run_once(app)
    assert effects(session) == 5


def test_a_job_that_fails_does_not_end_the_worker(app: Flask, session: Session) -> None:
    first, *_ = ask(session, 3)

    def fail(work: Work) -> None:
        if work.id == first:
            raise RuntimeError

    run_once(app, after(fail))
    assert effects(session) == 2


def test_a_job_asked_for_in_this_process_is_begun_at_once_and_one_rolled_back_never(
    app: Flask, session: Session
) -> None:
    stop = Event()
    thread = in_thread(app, stop, handlers={"test": count}, poll=30.0)
    try:
        time.sleep(1.0)  # by now the worker has looked several times, and waits
        began = time.monotonic()
        with app.app_context(), transaction(db.session) as unit:
            jobs.enqueue(unit, "test", {}, now=now())
        while effects(session) < 1 and time.monotonic() - began < 10:
            time.sleep(0.02)
        assert effects(session) == 1
        assert time.monotonic() - began < 2
    finally:
        stop.set()
        thread.join(10)


def test_a_worker_that_is_stopped_ends_its_job_and_takes_its_name_off_the_list(app: Flask, session: Session) -> None:
    (number, other) = ask(session, 2)
    stop, began = Event(), Event()

    def slow(_work: Work) -> None:
        began.set()
        time.sleep(0.5)

    thread = in_thread(app, stop, handlers={"test": after(slow)}, name="mine")
    assert began.wait(10)
    assert session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == "worker mine")) is not None
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert (job(session, number).state, job(session, other).state) == ("done", "waiting")
    assert session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == "worker mine")) is None


def test_a_long_job_is_given_back_when_its_worker_is_stopped(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "GRACE", 0.2)
    (number,) = ask(session)
    stop, began = Event(), Event()

    def endless(work: Work) -> None:
        while True:
            began.set()
            time.sleep(0.05)
            work.beat(0)

    thread = in_thread(app, stop, handlers={"test": after(endless)})
    assert began.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert (job(session, number).state, job(session, number).attempts) == ("waiting", 0)


def test_the_worker_seals_what_was_written(app: Flask, session: Session) -> None:
    ask(session, 3)
    run_once(app)
    run_once(app)
    session.rollback()
    assert session.scalars(select(Audit.id)).all()
    found = chain.verify(session)
    assert isinstance(found, chain.Verified)
    assert found.head is not None
    assert found.head.seq >= 3


def test_a_person_whose_input_changed_is_planned_again(app: Flask, session: Session) -> None:
    people = [somebody(session).id for _ in range(3)]
    replanning.input_changed(session, people, now=now())
    session.commit()
    run_once(app)
    session.rollback()
    assert [row.planned for row in session.scalars(select(Planning))] == [1, 1, 1]


def test_when_one_of_many_cannot_be_planned_the_others_are(app: Flask, session: Session) -> None:
    people = [somebody(session).id for _ in range(60)]
    bad = people[7]
    session.execute(update(StudyPlan).where(StudyPlan.person_id == bad).values(targets=5))  # no list: a broken row
    replanning.input_changed(session, people, now=now())
    session.commit()
    run_once(app)
    session.rollback()
    behind = session.scalars(select(Planning.person_id).where(Planning.planned < Planning.wanted)).all()
    assert list(behind) == [bad]
    failed = session.scalars(select(Job).where(Job.last_error.is_not(None))).all()
    assert [row.args for row in failed] == [{"people": [bad]}]


def test_a_worker_waits_for_a_database_that_fails(app: Flask, session: Session) -> None:
    ask(session)
    stop = Event()
    with app.app_context():
        engine = db.engine
    broken = Event()

    def refuse(*_: object) -> None:
        if not broken.is_set():
            raise OperationalError("", {}, Exception("gone"))

    event.listen(engine, "before_cursor_execute", refuse)
    thread = in_thread(app, stop, handlers={"test": count}, lease=timedelta(seconds=5))
    time.sleep(0.5)
    assert thread.is_alive()
    broken.set()
    until = time.monotonic() + 10
    while effects(session) < 1 and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    thread.join(10)
    assert effects(session) == 1
