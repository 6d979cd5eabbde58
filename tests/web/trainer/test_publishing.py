"""The trainer sees what a draft changes and for whom, publishes it or is refused, and goes back; reps see what came of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Course, Role
from lms.jobs.handlers import HANDLERS
from lms.jobs.work import Work
from lms.services import paths
from lms.services.access import SITE
from lms.services.authoring import drafts, impact, publishing
from lms.storage.audit import Audit
from lms.storage.curricula import Curriculum, CurriculumOwner, CurriculumVersion
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Person, RightHeld
from lms.storage.record import VersionPin
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import Browser, somebody, who_holds
from tests.services.learning.academy import plan
from tests.web.learner.test_path_queries import MOST, asked

NOW = datetime.now(UTC)
OLD = (a_course("talk", 6, grants=["k:2"]), a_role("starter"), a_role("closer", "k:2"))
NEW = (a_course("short", 2, grants=["k:2"]), a_course("talk", 6, grants=["k:2"]), *OLD[1:])


@pytest.fixture
def curriculum(session: Session) -> int:
    number = draft(session, *OLD)
    publishing.publish(session, SITE, number, note="The first one.", now=NOW)
    return number


@pytest.fixture
def trainer(session: Session, curriculum: int, browser: Browser) -> Person:
    person = somebody(session, "Tara Trainer", rights=["trainer"])
    session.add(CurriculumOwner(curriculum_id=curriculum, person_id=person.id))
    session.commit()
    browser.sign_in(person)
    return person


def draft(session: Session, *parts: Course | Role, **more: Any) -> int:
    number = drafts.save_draft(session, SITE, a_curriculum(*parts, **more), now=NOW)
    session.commit()
    return number


def reps(session: Session, curriculum: int, count: int) -> list[Person]:
    people = [somebody(session, f"Rita Rep {number}") for number in range(count)]
    for person in people:
        who_holds(session, person, "starter", curriculum, since=NOW.date(), targets=["closer"])
    plan(session, *people, now=NOW)
    session.commit()
    return people


def form(page: str) -> dict[str, str]:
    """The publish form as it stands on a page, with what the impact put into it."""
    found: dict[str, str] = {}
    for name in ("draft", "seen"):
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', tag.group(0)) if tag else None
        found |= {name: value.group(1)} if value else {}
    return found


def send(browser: Browser, curriculum: int, page: str, **fields: str) -> Any:
    base = f"/curricula/{curriculum}"
    return browser.post(f"{base}/publish", {**form(page), **fields}, page=f"{base}/draft/changes")


def changes(browser: Browser, curriculum: int) -> str:
    return browser.get(f"/curricula/{curriculum}/draft/changes?impact=now").text


@pytest.mark.usefixtures("trainer")
def test_the_difference_and_the_impact_are_told_and_the_version_counts_when_it_is_published(
    session: Session, browser: Browser, curriculum: int
) -> None:
    rep = reps(session, curriculum, 6)[0]
    draft(session, *NEW)
    page = changes(browser, curriculum)
    for told in ("Course Short", "6 of 6 paths change.", "fewer hours", "half of them by 4 h or more", "Nobody loses"):
        assert told in page, told
    assert "Rita Rep" not in page
    assert browser.get(f"/curricula/{curriculum}/draft/changes").text.count("<progress") == 1
    answer = send(browser, curriculum, page, note="Shorter\r\nnow.")
    assert (answer.status_code, answer.location) == (303, f"/curricula/{curriculum}")
    told = browser.get(f"/curricula/{curriculum}").text
    assert "Version 2 counts now" in told
    assert "Since you looked" not in told
    paths.replan_now(session, [rep.id], now=NOW)
    session.commit()
    mine = browser.sign_in(rep).get("/path").text
    assert "version 2 of the curriculum changed it (“Shorter now”): " in mine
    assert "4 h less" in mine


@pytest.mark.usefixtures("trainer")
def test_numbers_that_would_tell_of_single_people_are_not_told(
    session: Session, browser: Browser, curriculum: int
) -> None:
    people = reps(session, curriculum, 3)
    draft(session, *NEW)
    page = changes(browser, curriculum)
    assert "Fewer than 5 people are on it" in page
    assert "fewer hours" not in page
    assert form(page)["seen"].startswith("few:0:")
    assert people


@pytest.mark.usefixtures("trainer")
def test_what_came_out_otherwise_since_somebody_looked_is_said(
    session: Session, browser: Browser, curriculum: int
) -> None:
    reps(session, curriculum, 6)
    draft(session, *NEW)
    page = changes(browser, curriculum)
    reps(session, curriculum, 1)
    assert send(browser, curriculum, page).status_code == 303
    assert "Since you looked: 7 paths change, not 6." in browser.get(f"/curricula/{curriculum}").text


@pytest.mark.usefixtures("trainer")
def test_47_a_draft_that_changed_meanwhile_is_shown_as_it_is_now_and_not_published(
    session: Session, browser: Browser, curriculum: int
) -> None:
    draft(session, *NEW)
    page = changes(browser, curriculum)
    draft(session, *NEW, a_role("further"))
    answer = send(browser, curriculum, page, note="kept")
    assert answer.status_code == 409
    assert "changed since you looked" in answer.text
    assert "Role Further" in answer.text
    assert "kept</textarea>" in answer.text
    assert session.get_one(Curriculum, curriculum, populate_existing=True).version == 2
    assert send(browser, curriculum, answer.text).status_code == 303


@pytest.mark.usefixtures("trainer")
def test_50_errors_stand_in_the_way_until_somebody_says_why_not(
    session: Session, browser: Browser, curriculum: int
) -> None:
    draft(session, *OLD[:2], a_role("closer", "k:3"))
    page = changes(browser, curriculum)
    assert "stands in the way" in page
    assert send(browser, curriculum, page).status_code == 422
    assert send(browser, curriculum, page, override="no").status_code == 422
    assert send(browser, curriculum, page, override="The course comes next week.").status_code == 303
    assert "The course comes next week." in browser.get(f"/curricula/{curriculum}/versions").text


def test_new_people_only_and_who_stays_sees_it_and_can_move_on(
    session: Session, browser: Browser, curriculum: int, trainer: Person
) -> None:
    rep = reps(session, curriculum, 5)[0]
    draft(session, *NEW)
    page = changes(browser, curriculum)
    for wrong in ({"until": ""}, {"until": "1999-01-01"}, {"until": "soon"}):
        assert send(browser, curriculum, page, audience="newcomers", **wrong).status_code == 422
    until = NOW.date() + timedelta(days=100)
    assert send(browser, curriculum, page, audience="newcomers", until=until.isoformat()).status_code == 303
    assert len(session.scalars(select(VersionPin)).all()) == 5
    paths.replan_now(session, [rep.id], now=NOW)
    session.commit()
    mine = browser.sign_in(rep).get("/path").text
    assert "You stay on version 1 of Test until" in mine
    assert asked(session, browser, "/path") <= MOST
    assert "Version 1, published" in browser.get("/roles").text
    left = browser.post(f"/path/version/{curriculum}/leave", page="/path")
    assert left.status_code == 303
    after = browser.get("/path").text
    assert "You stay on" not in after
    assert "Short" in after
    assert browser.post(f"/path/version/{curriculum}/leave", page="/path").status_code == 409
    assert trainer.id


@pytest.mark.usefixtures("trainer")
def test_an_old_version_is_brought_back_as_a_draft_and_published_as_new(
    session: Session, browser: Browser, curriculum: int
) -> None:
    draft(session, *NEW)
    publishing.publish(session, SITE, curriculum, note="Shorter", now=NOW)
    session.commit()
    base = f"/curricula/{curriculum}"
    history = browser.get(f"{base}/versions").text
    assert "The first one." in history
    assert "Course Short" in browser.get(f"{base}/versions/2").text
    assert browser.get(f"{base}/versions/3").status_code == 404
    answer = browser.post(f"{base}/versions/1/bring-back", page=f"{base}/versions")
    assert (answer.status_code, answer.location) == (303, f"{base}/draft/changes")
    assert send(browser, curriculum, changes(browser, curriculum)).status_code == 303
    newest = session.scalars(select(CurriculumVersion).order_by(CurriculumVersion.number)).all()[-1]
    assert (newest.number, newest.restores) == (3, 1)


def test_names_are_shown_to_who_has_the_right_and_each_look_stands_in_the_audit(
    session: Session, browser: Browser, curriculum: int, trainer: Person
) -> None:
    reps(session, curriculum, 2)
    draft(session, *NEW)
    address = f"/curricula/{curriculum}/draft/names"
    assert browser.get(address).status_code == 404
    assert "Show names" not in changes(browser, curriculum)
    session.add(RightHeld(person_id=trainer.id, held="names"))
    session.commit()
    assert "Rita Rep" not in browser.get(address).text
    assert browser.post(address, page=address).status_code == 303
    page = browser.get(address).text
    assert "Rita Rep 0" in page
    assert "6 h → 2 h" in page
    looks = select(Audit).where(Audit.action == "impact.names_seen", Audit.actor_id == trainer.id)
    assert len(session.scalars(looks).all()) == 1
    draft(session, *NEW, a_role("further"))
    assert "Rita Rep" not in browser.get(address).text


@pytest.mark.usefixtures("trainer")
def test_more_people_than_a_page_waits_for_are_left_to_a_job(
    session: Session, browser: Browser, curriculum: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact, "AT_ONCE", 1)
    reps(session, curriculum, 2)
    draft(session, *NEW)
    base = f"/curricula/{curriculum}/draft"
    assert "worked out in the background" in browser.get(f"{base}/changes").text
    assert browser.post(f"{base}/impact", page=f"{base}/changes").status_code == 303
    assert session.scalars(select(Job).where(Job.kind == "impact.compute")).one().parts == 2
    assert "waits for its turn" in browser.get(f"{base}/impact").text
    job = session.scalars(select(Job)).all()[-1]
    work = Work(id=job.id, kind=job.kind, args=job.args, token=1, attempts=1, max_attempts=8, parts=2, created_at=NOW)
    HANDLERS[work.kind](session, work, datetime.now(UTC))(session)
    session.commit()
    page = changes(browser, curriculum)
    assert "Fewer than 5 people are on it" in page
    for path in session.scalars(select(Path)):
        path.stored_at = datetime.now(UTC) + timedelta(minutes=1)
    session.commit()
    assert send(browser, curriculum, page).status_code == 303
    assert "planned anew meanwhile: fewer than 5" in browser.get(f"/curricula/{curriculum}").text


@pytest.mark.usefixtures("trainer")
def test_a_draft_is_seen_as_made_up_people_would(session: Session, browser: Browser, curriculum: int) -> None:
    roles = (a_role("starter", next=("closer",)), OLD[2])
    draft(session, *NEW[:2], *roles)
    page = browser.get(f"/curricula/{curriculum}/draft/preview").text
    for told in ("New: Starter", "Half way: Starter", "New: Closer", "path to Closer", "Short", "Against version 1"):
        assert told in page, told
    half = browser.get(f"/curricula/{curriculum}/draft/preview?persona=half:starter").text
    assert "Every requirement is met" in half
    assert browser.get(f"/curricula/{curriculum}/draft/preview?persona=half:nobody").status_code == 404


def test_6_nobody_else_sees_drafts_impact_or_history(session: Session, browser: Browser, curriculum: int) -> None:
    draft(session, *NEW)
    for rights in (["trainer"], ["rep"]):
        person = somebody(session, rights=rights)
        session.commit()
        browser.sign_in(person)
        for page in ("draft/changes", "draft/impact", "draft/preview", "versions", "versions/1"):
            assert browser.get(f"/curricula/{curriculum}/{page}").status_code == 404, page
