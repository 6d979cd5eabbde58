"""The page of background work: what failed and why, in plain words, and who may do something about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.services.running import jobs, outbox
from lms.storage.audit import Audit
from lms.storage.jobs import Heartbeat, Job
from lms.storage.people import Person
from tests.organisation import Browser, somebody


def a_dead_mail(session: Session, person: Person, error: str = "mail-recipient: 550") -> int:
    number = outbox.send(session, "invitation", person.id, now=datetime.now(UTC), link=1)
    dead = update(Job).where(Job.id == number)
    session.execute(dead.values(state="dead", attempts=3, last_error=error, finished_at=datetime.now(UTC)))
    session.commit()
    return number


@pytest.fixture
def admin(session: Session, browser: Browser) -> Browser:
    person = somebody(session, "Alex", rights=("administrator",))
    session.commit()
    return browser.sign_in(person)


def state(session: Session, number: int) -> str:
    session.rollback()
    return session.scalars(select(Job.state).where(Job.id == number)).one()


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Audit.action).where(Audit.action.startswith("job"))))


def test_what_failed_stands_first_in_plain_words_with_its_mend(session: Session, admin: Browser) -> None:
    number = a_dead_mail(session, somebody(session, "Dana"))
    page = admin.get("/admin/jobs").text
    assert "Invitation to Dana" in page
    assert "The mail server refused the recipient. Correct the person&#39;s mail address, then requeue it." in page
    shown = admin.get(f"/admin/jobs/{number}").text
    assert "Open the person" in shown
    assert "550" in shown


def test_every_reason_has_words_and_an_unknown_one_too(app: Flask, session: Session, admin: Browser) -> None:
    for error in ("worker-stopped", "mail-slow", "TypeError at lms/x.py:1", "<script>alert(1)</script>"):
        number = a_dead_mail(session, somebody(session), error)
        page = admin.get(f"/admin/jobs/{number}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    assert "Something in Cairn failed." in page.text


def test_a_requeued_job_waits_from_its_first_attempt_again(session: Session, admin: Browser) -> None:
    number = a_dead_mail(session, somebody(session))
    assert admin.post(f"/admin/jobs/{number}/requeue", page="/admin/jobs").status_code == 303
    assert state(session, number) == "waiting"
    assert session.get_one(Job, number).attempts == 0
    assert actions(session) == ["job.requeued"]
    assert admin.post(f"/admin/jobs/{number}/requeue", page="/admin/jobs").status_code == 409


def test_a_discarded_job_is_off_the_list_and_never_done(session: Session, admin: Browser) -> None:
    number = a_dead_mail(session, somebody(session))
    assert admin.post(f"/admin/jobs/{number}/discard", page="/admin/jobs").status_code == 303
    assert state(session, number) == "done"
    assert actions(session) == ["job.discarded"]


def test_all_that_failed_is_requeued_in_one_go_and_noted_once(session: Session, admin: Browser) -> None:
    numbers = [a_dead_mail(session, somebody(session)) for _ in range(3)]
    assert admin.post("/admin/jobs/requeue", page="/admin/jobs").status_code == 303
    assert {state(session, number) for number in numbers} == {"waiting"}
    assert actions(session) == ["jobs.requeued"]


def test_a_requeued_job_beside_a_waiting_one_of_the_same_thing_merges_into_it(session: Session, admin: Browser) -> None:
    now = datetime.now(UTC)
    first = jobs.enqueue(session, "test", {}, now=now, dedupe_key="x")
    assert first is not None
    session.execute(update(Job).where(Job.id == first).values(state="dead", finished_at=now))
    jobs.enqueue(session, "test", {}, now=now, dedupe_key="x")
    session.commit()
    assert admin.post(f"/admin/jobs/{first}/requeue", page="/admin/jobs").status_code == 303
    assert state(session, first) == "done"


def test_1_an_auditor_reads_and_can_do_nothing_and_a_rep_sees_no_such_page(
    session: Session, browser: Browser, app: Flask
) -> None:
    number = a_dead_mail(session, somebody(session, "Dana"))
    auditor, rep = somebody(session, rights=("auditor",)), somebody(session)
    session.commit()
    browser.sign_in(auditor)
    page = browser.get("/admin/jobs")
    assert "Invitation to Dana" in page.text
    assert "Requeue" not in page.text
    for address in (f"/admin/jobs/{number}/requeue", f"/admin/jobs/{number}/discard", "/admin/jobs/requeue"):
        assert browser.post(address, page="/admin/jobs").status_code == 404
    assert state(session, number) == "dead"
    browser.sign_in(rep)
    for address in ("/admin/jobs", "/admin/jobs/now", f"/admin/jobs/{number}"):
        assert browser.get(address).status_code == 404


def test_no_worker_is_a_warning_that_says_how_to_start_one(session: Session, admin: Browser) -> None:
    session.add(Heartbeat(name="worker old", seen_at=datetime.now(UTC) - timedelta(minutes=5)))
    session.commit()
    page = admin.get("/admin/jobs").text
    assert "No worker is running" in page
    assert "lms worker" in page
    session.add(Heartbeat(name="worker new", seen_at=datetime.now(UTC)))
    session.commit()
    assert "No worker is running" not in admin.get("/admin/jobs").text


def test_the_page_asks_for_itself_while_there_is_work_and_stops_by_itself(session: Session, admin: Browser) -> None:
    assert "hx-trigger" not in admin.get("/admin/jobs").text
    number = jobs.enqueue(session, "paths.replan", {"people": list(range(50))}, now=datetime.now(UTC), parts=50)
    lease = datetime.now(UTC) + timedelta(minutes=1)
    session.execute(update(Job).values(state="running", lease_until=lease, progress=20))
    session.commit()
    page = admin.get("/admin/jobs").text
    assert 'hx-trigger="every 1s"' in page
    assert "Plan the paths of 50 people" in page
    assert "20 of 50" in admin.get("/admin/jobs/now?state=running").text
    session.execute(update(Job).where(Job.id == number).values(state="done", lease_until=None, finished_at=lease))
    session.commit()
    assert "hx-trigger" not in admin.get("/admin/jobs/now?state=running").text


@pytest.mark.parametrize("show", ["dead", "running", "waiting", "done"])
def test_a_page_with_nothing_on_it_says_so(admin: Browser, show: str) -> None:
    assert 'class="empty"' in admin.get(f"/admin/jobs?state={show}").text


@pytest.mark.parametrize(
    "query", ["state=x", "page=-1", "page=1e12", "page=99999999999999999999", "kind=%27;--", "kind=x"]
)
def test_52_odd_values_in_the_address_are_clamped(session: Session, admin: Browser, query: str) -> None:
    a_dead_mail(session, somebody(session))
    assert admin.get(f"/admin/jobs?{query}").status_code == 200


def test_the_list_is_cut_into_pages_and_narrowed_by_kind(session: Session, admin: Browser) -> None:
    for _ in range(60):
        jobs.enqueue(session, "paths.replan", {"people": [1]}, now=datetime.now(UTC))
    jobs.enqueue(session, "clock.sweep", {}, now=datetime.now(UTC))
    session.commit()
    assert "Page 2 of 2" in admin.get("/admin/jobs?state=waiting&page=2").text
    page = admin.get("/admin/jobs?state=waiting&kind=clock.sweep").text
    assert "Clear away" in page
    assert "Plan the path" not in page
