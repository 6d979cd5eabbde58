"""The pages of a step and of what waits: start to done, asked to confirmed, list and file; the path moves on each time."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.learning import doing
from lms.storage.people import Contact, RightHeld
from lms.storage.record import Completion
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation
from tests.build import a_curriculum, a_role
from tests.organisation import Browser
from tests.services.learning.academy import Academy, an_academy

NOW = datetime.now(UTC)


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


def completed(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = session.scalars(in_force(Completion).order_by(Completion.id))
    return [(row.person_id, row.course) for row in rows]


def test_from_start_to_done_the_path_has_moved_on(session: Session, browser: Browser, academy: Academy) -> None:
    me = browser.sign_in(academy.rep)
    page = me.get("/path/step?course=basics").text
    assert "Ready to start" in page
    assert "Two &lt;b&gt;." in page
    step, today = "/path/step?course=basics", NOW.date().isoformat()
    assert me.post("/path/step/start", {"course": "basics"}, page=step).location == step
    page = me.get(step).text
    assert 'href="https://learn.example/basics" rel="noopener"' in page
    refused = me.post("/path/step/done", {"course": "basics", "done_on": "2099-01-01"}, page=step)
    assert (refused.status_code, "lies ahead" in refused.text) == (422, True)
    assert me.post("/path/step/done", {"course": "basics", "done_on": ""}, page=step).status_code == 422
    assert me.post("/path/step/done", {"course": "basics", "done_on": today}, page=step).location == "/path"
    path = me.get("/path").text
    assert "Your path has moved on" in path
    page = me.get(step).text
    assert "Done on" in page
    assert "Next: " in page
    assert me.post("/path/step/take-back", {"course": "basics"}, page=step).status_code == 303
    assert completed(session) == []
    gone = me.post("/path/step/done", {"course": "next", "done_on": today}, page=step)
    assert (gone.status_code, "This opens after: Basics" in gone.text) == (409, True)
    assert me.get("/path/step?course=nonsense").status_code == 404
    assert me.get("/path/step").status_code == 404


def test_what_waits_is_confirmed_within_the_visit_and_the_path_has_moved_on(
    session: Session, app: Flask, academy: Academy
) -> None:
    rep, boss = Browser(app).sign_in(academy.rep), Browser(app).sign_in(academy.manager)
    step, today = "/path/step?course=talk", NOW.date().isoformat()
    asked = rep.post("/path/step/done", {"course": "talk", "done_on": today}, page=step)
    assert asked.location == step
    page = rep.get(step).text
    assert "Mona Manager was asked to confirm it." in page
    assert "Waits for Mona Manager since today" in page
    again = rep.post("/path/step/nudge", {"course": "talk"}, page=step)
    assert (again.status_code, "again tomorrow" in again.text) == (409, True)
    inbox = boss.get("/waiting").text
    assert "Rita Rep" in inbox
    number = session.scalars(select(Confirmation.id)).one()
    empty = boss.post(f"/waiting/{number}/ask", {"what": " "}, page="/waiting")
    assert (empty.status_code, "Say what is missing" in empty.text) == (422, True)
    assert boss.post(f"/waiting/{number}/ask", {"what": "The <i>tape</i>"}, page="/waiting").location == "/waiting"
    assert "The &lt;i&gt;tape&lt;/i&gt;" in rep.get(step).text
    rep.post("/path/step/done", {"course": "talk", "done_on": today}, page=step)
    number += 1
    assert boss.post(f"/waiting/{number}/confirm", page="/waiting").location == "/waiting"
    page = boss.get("/waiting").text
    assert "Nothing waits for you" in page
    assert "The path of Rita Rep has moved on." in page
    late = boss.post(f"/waiting/{number}/confirm", page="/waiting")
    assert (late.status_code, "confirmed already" in late.text) == (409, True)
    assert completed(session) == [(academy.rep.id, "talk")]
    page = rep.get(step).text
    assert "confirmed by Mona Manager" in page
    assert "Not on the path" in page
    assert boss.post(f"/waiting/{number}/take-back", page="/waiting").location == "/waiting"
    assert completed(session) == []


def test_what_waits_of_a_course_that_has_gone_has_a_page_on_which_it_is_withdrawn(
    session: Session, browser: Browser, academy: Academy
) -> None:
    doing.mark_done(session, academy.actor(session, academy.rep), "talk", NOW.date(), now=NOW)
    drafts.save_draft(session, SITE, a_curriculum(a_role("starter"), a_role("closer")), now=NOW)
    publishing.publish(session, SITE, academy.curriculum, now=NOW)
    session.commit()
    me, step = browser.sign_in(academy.rep), "/path/step?course=talk"
    page = me.get(step).text
    assert "Waits for Mona Manager since today" in page
    assert "not in the curriculum any more" in page
    again = me.post("/path/step/nudge", {"course": "talk"}, page=step)
    assert (again.status_code, "again tomorrow" in again.text) == (409, True)
    assert me.post("/path/step/withdraw", {"course": "talk"}, page=step).location == "/path"
    assert me.get(step).status_code == 404


def test_9_one_s_own_step_is_403_and_somebody_else_s_404(session: Session, app: Flask, academy: Academy) -> None:
    session.add(RightHeld(person_id=academy.trainer.id, held="rep"))
    session.add(
        Confirmation(
            person_id=academy.trainer.id, course="pitch", curriculum_id=academy.curriculum, by="trainer",
            done_on=NOW.date(), asked_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    number = session.scalars(select(Confirmation.id)).one()
    for person, status in ((academy.trainer, 403), (academy.manager, 404), (academy.rep, 404)):
        browser = Browser(app).sign_in(person)
        assert browser.post(f"/waiting/{number}/confirm", page="/account").status_code == status
    assert completed(session) == []


def test_the_line_above_reads_a_step_and_can_do_nothing_in_it(browser: Browser, academy: Academy) -> None:
    address = f"/people/{academy.rep.id}/path/step?course=basics"
    page = browser.sign_in(academy.head).get(address).text
    assert "A step of Rita Rep" in page
    assert "/path/step/start" not in page
    assert browser.sign_in(academy.other).get(address).status_code == 404


def test_a_seat_is_kept_and_given_back_on_the_page(browser: Browser, academy: Academy) -> None:
    step = "/path/step?course=seats"
    me = browser.sign_in(academy.rep)
    assert "5 seats left" in me.get(step).text
    assert me.post("/path/step/start", {"course": "seats", "session": "seats-1"}, page=step).location == step
    page = me.get(step).text
    assert "Seat kept for" in page
    assert "4 seats left" not in page, "one's own seat is told as kept"
    assert me.post("/path/step/give-back", {"course": "seats"}, page=step).location == step
    assert "Seat kept for" not in me.get(step).text


def test_attendance_is_recorded_once_by_list_or_file(session: Session, browser: Browser, academy: Academy) -> None:
    trainer = browser.sign_in(academy.trainer)
    index = trainer.get("/attendance").text
    here = {"course": "workshop", "session": "workshop-past"}
    address = "/attendance?course=workshop&session=workshop-past"
    assert address.replace("&", "&amp;") in index
    page = trainer.get(address).text
    assert "Rita Rep" in page
    form = {**here, "present": [str(academy.rep.id)], "add": "Olaf Other"}
    for _ in range(2):
        assert trainer.post("/attendance", form, page=address).location == address
    assert completed(session) == [(academy.rep.id, "workshop"), (academy.other.id, "workshop")]
    assert "2 people are recorded" in trainer.get(address).text
    back = {**here, "person": str(academy.other.id)}
    assert trainer.post("/attendance/take-back", back, page=address).status_code == 303
    assert completed(session) == [(academy.rep.id, "workshop")]
    bad = b"mail;role\nnobody@cairn.test;x\n"
    good = f"Name,E-Mail\nOlaf,{_mail(session, academy.other.id)}\n".encode()
    refused = trainer.post("/attendance/file", {**here, "file": (io.BytesIO(bad), "there.csv")}, page=address)
    assert (refused.status_code, "Row 2: nobody active" in refused.text) == (422, True)
    sent = trainer.post("/attendance/file", {**here, "file": (io.BytesIO(good), "there.csv")}, page=address)
    assert sent.location == address
    assert completed(session) == [(academy.rep.id, "workshop"), (academy.other.id, "workshop")]
    early = trainer.post("/attendance", {"course": "workshop", "session": "workshop-1"}, page=address)
    assert (early.status_code, "has not begun" in early.text) == (409, True)
    unknown = trainer.post("/attendance", {**here, "add": "Nobody At All"}, page=address)
    assert unknown.status_code == 422
    for wrong in ("course=talk&session=x", "course=workshop&session=x", "course=nonsense"):
        assert trainer.get(f"/attendance?{wrong}").status_code == 404


def _mail(session: Session, number: int) -> str:
    return session.get_one(Contact, number).mail


def test_what_has_waited_for_days_can_be_reminded_of(session: Session, browser: Browser, academy: Academy) -> None:
    doing.mark_done(session, academy.actor(session, academy.rep), "talk", NOW.date(), now=NOW)
    asked = session.scalars(select(Confirmation)).one()
    asked.asked_at = NOW - timedelta(days=3)
    session.commit()
    me = browser.sign_in(academy.rep)
    assert "Waits for Mona Manager, 3 days" in me.get("/path/step?course=talk").text
    assert me.post("/path/step/nudge", {"course": "talk"}, page="/path/step?course=talk").status_code == 303
    assert "A mail went out today" in me.get("/path/step?course=talk").text
    assert me.post("/path/step/withdraw", {"course": "talk"}, page="/path/step?course=talk").status_code == 303
    assert "Ready to start" in me.get("/path/step?course=talk").text
