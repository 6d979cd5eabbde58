"""What falls due: each period is begun once, on the site's own days, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.jobs import clock
from lms.jobs.handlers import HANDLERS
from lms.jobs.work import Work
from lms.services import calendar, replanning
from lms.services.running import jobs
from lms.storage.accounts import OneTimeLink, SignIn
from lms.storage.jobs import Heartbeat, Job
from lms.storage.paths import Planning
from lms.storage.session import db, transaction
from lms.storage.site import Holiday, Site
from tests.organisation import somebody

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def tick(session: Session, now: datetime) -> int:
    begun = clock.tick(session, now=now)
    session.commit()
    return begun


def do(session: Session, kind: str, now: datetime) -> None:
    """One job of the clock, as the worker does it."""
    work = Work(id=0, kind=kind, args={}, token=1, attempts=1, max_attempts=8, parts=1, created_at=now)
    HANDLERS[kind](session, work, now)(session)
    session.commit()


def asked(session: Session, kind: str) -> list[dict[str, object]]:
    session.rollback()
    return list(session.scalars(select(Job.args).where(Job.kind == kind).order_by(Job.id)))


def the_site(session: Session, **more: object) -> Site:
    site = session.get(Site, 1) or Site(name="Cairn")
    for name, value in more.items():
        setattr(site, name, value)
    session.add(site)
    session.commit()
    return site


def finish_all(session: Session) -> None:
    session.execute(update(Job).values(state="done", finished_at=NOW))
    session.commit()


def test_each_period_is_begun_once_and_again_in_the_next(session: Session) -> None:
    assert tick(session, NOW) == 3
    assert tick(session, NOW) == 0
    finish_all(session)
    assert tick(session, NOW + timedelta(minutes=59)) == 0
    assert tick(session, NOW + timedelta(minutes=60)) == 1
    assert tick(session, NOW + timedelta(days=1)) == 3
    assert len(asked(session, "clock.look-again")) == 2


def test_after_a_standstill_of_weeks_a_period_is_begun_once(session: Session) -> None:
    tick(session, NOW)
    finish_all(session)
    assert tick(session, NOW + timedelta(days=40)) == 3
    assert len(asked(session, "clock.remind")) == 2


def test_eight_workers_at_one_moment_begin_a_period_once(app: Flask, session: Session) -> None:
    ready, begun = Barrier(8), []

    def worker() -> None:
        ready.wait()
        with app.app_context(), transaction(db.session) as unit:
            begun.append(clock.tick(unit, now=NOW))

    threads = [Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(begun) == 3
    assert len(asked(session, "clock.sweep")) == 1


def test_a_clock_that_is_a_minute_ahead_begins_the_day_early_and_nobody_begins_it_again(session: Session) -> None:
    before_midnight = datetime(2026, 11, 23, 23, 59, 30, tzinfo=UTC)
    tick(session, before_midnight)
    finish_all(session)
    assert tick(session, before_midnight + timedelta(seconds=60)) == 2
    finish_all(session)
    assert tick(session, before_midnight + timedelta(seconds=45)) == 0


def hours(zone: str, first: date, days: int) -> Iterator[datetime]:
    moment = datetime.combine(first, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for _ in range(days * 48):
        yield moment
        moment += timedelta(minutes=30)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", date(2026, 3, 27)),  # 23 hours
        ("Europe/Berlin", date(2026, 10, 23)),  # 25 hours
        ("America/Santiago", date(2026, 9, 4)),  # the day begins at one o'clock: there is no midnight
        ("America/Havana", date(2026, 10, 30)),  # midnight comes twice
        ("Asia/Kathmandu", date(2028, 2, 27)),  # 29 February, a quarter of an hour off
        ("Pacific/Kiritimati", date(2026, 12, 30)),
    ],
)
def test_each_day_of_the_site_is_begun_once_over_changes_of_time_and_leap_days(zone: str, first: date) -> None:
    there = ZoneInfo(zone)
    for period in (clock.day, clock.morning):
        seen: list[datetime] = []
        for moment in hours(zone, first, 6):
            start = period(moment, there)
            assert start <= moment
            if not seen or start > seen[-1]:
                seen.append(start)
            assert start == seen[-1]
        days = [start.astimezone(there).date() for start in seen]
        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        assert len(days) >= 6


def test_today_is_that_of_the_site(session: Session) -> None:
    assert calendar.today(session, now=NOW) == date(2026, 11, 23)
    the_site(session, time_zone="Pacific/Auckland")
    assert calendar.today(session, now=NOW.replace(hour=12)) == date(2026, 11, 24)


def test_a_site_works_on_its_days_and_not_on_its_holidays(session: Session) -> None:
    site = the_site(session, working_days="1,2,3,4,7")
    session.add(Holiday(day=date(2026, 12, 24), title=""))
    session.flush()
    worked = [day for day in range(21, 28) if calendar.works_on(session, date(2026, 12, day))]
    assert worked == [21, 22, 23, 27]
    site.working_days = ""
    session.flush()
    assert not calendar.works_on(session, date(2026, 12, 21))


def test_whose_path_time_alone_changes_is_planned_again(session: Session) -> None:
    due, later, left = (somebody(session).id for _ in range(3))
    for person, day in ((due, 23), (later, 24), (left, 23)):
        session.add(Planning(person_id=person, wanted=1, planned=1, look_again_on=date(2026, 11, day)))
    session.flush()
    gone = somebody(session)
    gone.state = "deactivated"
    session.add(Planning(person_id=gone.id, wanted=1, planned=1, look_again_on=date(2026, 11, 1)))
    session.commit()
    do(session, "clock.look-again", NOW)
    assert asked(session, "paths.replan") == [{"people": [due]}, {"people": [left]}]


def test_a_path_left_behind_without_a_job_gets_one_and_one_with_a_dead_job_does_not(session: Session) -> None:
    lost, waits, dead = (somebody(session).id for _ in range(3))
    replanning.input_changed(session, [lost, waits, dead], now=NOW)
    states = {f"replan:{lost}": "done", f"replan:{dead}": "dead"}
    for key, state in states.items():
        session.execute(update(Job).where(Job.dedupe_key == key).values(state=state))
    session.commit()
    do(session, "clock.catch-up", NOW)
    assert [args["people"] for args in asked(session, "paths.replan")] == [[lost], [waits], [dead], [lost]]


def test_what_has_expired_is_swept_and_what_has_not_stays(session: Session) -> None:
    person = somebody(session).id
    for name, seen, expires in (("live", NOW, 1), ("idle", NOW - timedelta(hours=9), 1), ("over", NOW, -1)):
        session.add(
            SignIn(
                digest=name,
                person_id=person,
                created_at=NOW,
                seen_at=seen,
                expires_at=NOW + timedelta(days=expires),
                confirmed_at=NOW,
            )
        )
    for name, days in (("fresh", 1), ("lately", -29), ("old", -31)):
        session.add(
            OneTimeLink(
                kind="reset", person_id=person, nonce=name, created_at=NOW, expires_at=NOW + timedelta(days=days)
            )
        )
    for key, state, days in (("done", "done", 31), ("recent", "done", 29), ("dead", "dead", 90)):
        at = NOW - timedelta(days=days)
        number = jobs.enqueue(session, key, {}, now=at)
        session.execute(update(Job).where(Job.id == number).values(state=state, finished_at=at))
    for name, hours_ago in (("worker old", 30), ("worker live", 0), ("clock: day", 30)):
        session.add(Heartbeat(name=name, seen_at=NOW - timedelta(hours=hours_ago)))
    session.commit()
    do(session, "clock.sweep", NOW)
    assert session.scalars(select(SignIn.digest)).all() == ["live"]
    assert session.scalars(select(OneTimeLink.nonce).order_by(OneTimeLink.id)).all() == ["fresh", "lately"]
    assert session.scalars(select(Job.kind).order_by(Job.id)).all() == ["recent", "dead"]
    assert session.scalars(select(Heartbeat.name).order_by(Heartbeat.name)).all() == ["clock: day", "worker live"]


def test_a_parent_goes_after_its_chunks(session: Session) -> None:
    long_ago = NOW - timedelta(days=31)
    parent = jobs.enqueue(session, "parent", {}, now=long_ago)
    jobs.enqueue(session, "chunk", {}, now=long_ago, parent_id=parent)
    session.execute(update(Job).values(state="done", finished_at=long_ago))
    session.commit()
    do(session, "clock.sweep", NOW)
    assert session.scalars(select(Job.kind)).all() == ["parent"]
    do(session, "clock.sweep", NOW)
    assert session.scalars(select(Job.kind)).all() == []
