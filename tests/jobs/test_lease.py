"""Leases, tokens, retries and the dead: what a row goes through, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.jobs import lease
from lms.jobs.doing import Terms
from lms.jobs.work import Failed, Fenced, Handler, Stopped, Work
from lms.services.running import jobs
from lms.services.running.jobs import MERGED, STOPPED
from lms.storage.jobs import Job
from lms.storage.session import db, transaction
from tests.jobs.doing import LEASE, after, ask, claim, count, effects, hurry, job, now, run_out, work_on


def terms(handler: Handler = count) -> Terms:
    return Terms(lease=LEASE, clock=now, handlers={"test": handler}, stop=Event())


def failing(error: Exception) -> Handler:
    def fail(_work: Work) -> None:
        raise error

    return after(fail)


def taken(app: Flask) -> Work:
    work = claim(app)
    assert work is not None
    return work


def test_while_one_waits_asking_again_adds_none_but_while_it_runs_it_adds_one(app: Flask, session: Session) -> None:
    assert len(ask(session, dedupe_key="x")) == 1
    assert ask(session, dedupe_key="x") == []
    taken(app)
    assert len(ask(session, dedupe_key="x")) == 1


def test_a_job_whose_cause_was_rolled_back_does_not_exist(app: Flask, session: Session) -> None:
    jobs.enqueue(session, "test", {}, now=now())
    session.rollback()
    assert claim(app) is None


def test_a_job_is_not_claimed_before_its_time(app: Flask, session: Session) -> None:
    ask(session, after=timedelta(minutes=1))
    assert claim(app) is None


def test_a_job_under_a_lease_is_nobody_else_s_until_the_lease_runs_out(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    first = taken(app)
    assert claim(app) is None
    run_out(session, number)
    second = taken(app)
    assert (first.token, second.token) == (1, 2)
    assert (first.attempts, second.attempts) == (1, 2)


def test_what_somebody_may_wait_for_goes_before_the_chunks_of_large_work(app: Flask, session: Session) -> None:
    chunk, mail = ask(session, parts=50), ask(session)
    assert [taken(app).id, taken(app).id] == [*mail, *chunk]


def test_a_worker_that_stalls_past_its_lease_is_fenced_and_the_effect_happens_once(
    app: Flask, session: Session
) -> None:
    (number,) = ask(session)

    def stall(_work: Work) -> None:
        run_out(session, number)
        work_on(app, taken(app), terms())
        assert effects(session) == 1

    work_on(app, taken(app), terms(after(stall)))
    assert effects(session) == 1
    assert job(session, number).state == "done"


def test_a_fenced_worker_can_neither_prolong_nor_fail_nor_give_back(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    stale = taken(app)
    run_out(session, number)
    taken(app)
    late: tuple[Callable[[Session], None], ...] = (
        lambda unit: lease.prolong(unit, stale, now=now(), lease=LEASE, progress=1),
        lambda unit: lease.fail(unit, stale, "late", now=now()),
        lambda unit: lease.release(unit, stale, now=now()),
        lambda unit: lease.finish(unit, stale, now=now()),
    )
    for write in late:
        with pytest.raises(Fenced), app.app_context(), transaction(db.session) as unit:
            write(unit)
    row = job(session, number)
    assert (row.state, row.token, row.last_error) == ("running", 2, None)


def test_an_effect_that_fails_half_way_leaves_nothing_and_is_tried_again(app: Flask, session: Session) -> None:
    (number,) = ask(session)

    def half(at: Session, work: Work, moment: object) -> Callable[[Session], None]:
        effect = count(at, work, now())

        def write(unit: Session) -> None:
            effect(unit)
            raise RuntimeError("Dana <dana@cairn.test>")

        return write

    work_on(app, taken(app), terms(half))
    assert effects(session) == 0
    row = job(session, number)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.last_error is not None
    assert row.last_error.startswith("RuntimeError")
    assert "dana" not in row.last_error.lower()
    hurry(session)
    work_on(app, taken(app), terms())
    assert effects(session) == 1


def test_each_delay_is_twice_the_last_and_spread_by_the_number_of_the_job(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    delays = []
    for _ in range(4):
        work = taken(app)
        before = now()
        work_on(app, work, terms(failing(RuntimeError())))
        delays.append((job(session, number).run_after - before).total_seconds())
        hurry(session)
    for place, delay in enumerate(delays):
        assert 10 * 2**place <= delay + 1
        assert delay <= 12.5 * 2**place + 5
    spread = {lease.delay(Work(id=n, kind="", args={}, token=1, attempts=1, max_attempts=8, parts=1, created_at=now())) for n in range(9)}  # fmt: skip
    assert len(spread) == 9


def test_after_its_last_attempt_a_job_is_dead_and_says_why(app: Flask, session: Session) -> None:
    (number,) = ask(session, max_attempts=2)
    for _ in range(2):
        work_on(app, taken(app), terms(failing(Failed("mail-slow"))))
        hurry(session)
    row = job(session, number)
    assert (row.state, row.attempts, row.last_error) == ("dead", 2, "mail-slow")
    assert claim(app) is None


def test_a_final_refusal_is_not_tried_again(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    work_on(app, taken(app), terms(failing(Failed("mail-recipient", "550", final=True))))
    assert (job(session, number).state, job(session, number).last_error) == ("dead", "mail-recipient: 550")


def test_a_job_that_ends_its_worker_each_time_is_dead_after_its_last_attempt(app: Flask, session: Session) -> None:
    (number,) = ask(session, max_attempts=2)
    for _ in range(2):
        taken(app)
        run_out(session, number)
    assert claim(app) is None
    assert (job(session, number).state, job(session, number).last_error) == ("dead", STOPPED)


def test_a_retry_beside_a_waiting_one_of_the_same_thing_merges_into_it(app: Flask, session: Session) -> None:
    (first,) = ask(session, dedupe_key="x")
    work = taken(app)
    (second,) = ask(session, dedupe_key="x")
    work_on(app, work, terms(failing(RuntimeError())))
    assert (job(session, first).state, job(session, first).last_error) == ("done", MERGED)
    assert job(session, second).state == "waiting"


def test_a_long_job_is_given_back_untouched_when_its_worker_stops(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    work_on(app, taken(app), terms(failing(Stopped())))
    row = job(session, number)
    assert (row.state, row.attempts, row.lease_until, row.last_error) == ("waiting", 0, None, None)


def test_a_job_of_an_unknown_kind_is_dead_at_once(app: Flask, session: Session) -> None:
    (number,) = ask(session)
    work_on(app, taken(app), Terms(lease=LEASE, clock=now, handlers={}, stop=Event()))
    assert (job(session, number).state, job(session, number).last_error) == ("dead", "unknown-kind: test")


def test_a_beat_prolongs_the_lease_and_shows_how_far_the_job_is(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.jobs.doing.BEAT_AFTER", 0.0)
    (number,) = ask(session, parts=50)

    def far(work: Work) -> None:
        run_out(session, number)
        work.beat(20)
        row = job(session, number)
        assert row.progress == 20
        assert row.lease_until is not None
        assert row.lease_until > now() + LEASE - timedelta(seconds=10)

    work_on(app, taken(app), terms(after(far)))
    assert (job(session, number).state, job(session, number).progress) == ("done", 50)


def test_eight_workers_do_two_hundred_jobs_once_each(app: Flask, session: Session) -> None:
    ask(session, 200)
    ready = Barrier(8)

    def worker() -> None:
        ready.wait()
        while (work := claim(app)) is not None:
            work_on(app, work, terms())

    threads = [Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert effects(session) == 200
    assert session.scalar(select(func.count()).where(Job.state == "done", Job.attempts == 1)) == 200
