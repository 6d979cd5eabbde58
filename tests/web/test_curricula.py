"""Published curricula are for everybody, drafts for their owners, and publishing goes through a check."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.interop.curriculum_file import curriculum_to_json, read_curriculum
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.curricula import Curriculum, CurriculumOwner
from tests.organisation import NOW, SHIPPED, Browser, a_published_curriculum, somebody


def a_document(**changes: object) -> dict[str, object]:
    return {**json.loads(curriculum_to_json(read_curriculum(SHIPPED))), **changes}


def upload(browser: Browser, document: Mapping[str, object]) -> int:
    file = (io.BytesIO(json.dumps(document).encode()), "mine.json")
    return browser.post("/curricula/add", {"file": file}, content_type="multipart/form-data").status_code


def test_everybody_reads_what_a_published_curriculum_asks_for(session: Session, browser: Browser) -> None:
    number = a_published_curriculum(session)
    person = somebody(session)
    session.commit()
    page = browser.sign_in(person).get(f"/curricula/{number}").text
    assert "Account executive" in page
    assert "at level" in page


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_6_a_draft_or_archived_curriculum_does_not_exist_for_a_rep(
    session: Session, browser: Browser, state: str
) -> None:
    number = drafts.save_draft(session, SITE, read_curriculum(SHIPPED), now=NOW)
    if state == "archived":
        publishing.publish(session, SITE, number, now=NOW)
        session.get_one(Curriculum, number).archived = True
    person = somebody(session)
    session.commit()
    browser.sign_in(person)
    assert browser.get(f"/curricula/{number}").status_code == 404
    assert "World" not in browser.get("/curricula").text


def test_6_a_draft_that_waits_beside_a_published_version_is_not_shown_to_a_rep(
    session: Session, browser: Browser
) -> None:
    number = a_published_curriculum(session)
    person = somebody(session)
    session.commit()
    trainer = somebody(session, rights=["administrator"])
    session.commit()
    assert upload(Browser(browser.app).sign_in(trainer), a_document(title="Not yet for you")) == 303
    assert "Not yet for you" not in browser.sign_in(person).get(f"/curricula/{number}").text


def test_a_trainer_brings_a_curriculum_owns_it_and_publishes_it(session: Session, browser: Browser) -> None:
    trainer = somebody(session, rights=["trainer"])
    session.commit()
    browser.sign_in(trainer)
    assert upload(browser, a_document()) == 303
    number = session.scalars(select(CurriculumOwner.curriculum_id).where(CurriculumOwner.person_id == trainer.id)).one()
    answer = browser.post(f"/curricula/{number}/publish", {"note": "first"}, page=f"/curricula/{number}/draft/changes")
    assert answer.status_code == 303
    assert "Version 1 is in use" in browser.get(f"/curricula/{number}").text


def test_another_trainer_s_curriculum_is_neither_replaced_nor_published(session: Session, browser: Browser) -> None:
    number = a_published_curriculum(session)
    trainer = somebody(session, rights=["trainer"])
    session.commit()
    browser.sign_in(trainer)
    assert upload(browser, a_document(title="Mine now")) == 404
    assert browser.post(f"/curricula/{number}/publish", page="/curricula/add").status_code == 404


def test_a_document_with_errors_is_refused_with_each_of_them_and_nothing_is_kept(
    session: Session, browser: Browser
) -> None:
    admin = somebody(session, rights=["administrator"])
    session.commit()
    broken = a_document(
        roles=[{"id": "x", "title": "X", "requires": [{"competency": "nowhere", "level": 1}]}], tests=[]
    )
    browser.sign_in(admin)
    file = (io.BytesIO(json.dumps(broken).encode()), "mine.json")
    answer = browser.post("/curricula/add", {"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "nowhere" in answer.text
    assert session.scalars(select(Curriculum)).all() == []


def test_a_draft_with_an_error_cannot_be_published(session: Session, browser: Browser) -> None:
    admin = somebody(session, rights=["administrator"])
    session.commit()
    browser.sign_in(admin)
    unreachable = {
        "format": "lms-curriculum/1",
        "id": "bad",
        "title": "Bad",
        "scale": [{"level": 1, "title": "One"}],
        "competencies": [{"id": "k", "title": "K", "kind": "skill"}],
        "courses": [],
        "roles": [{"id": "r", "title": "R", "requires": [{"competency": "k", "level": 1}]}],
    }
    assert upload(browser, unreachable) == 303
    number = session.scalars(select(Curriculum.id)).one()
    page = browser.get(f"/curricula/{number}/draft/changes")
    assert "stands in the way" in page.text
    answer = browser.post(f"/curricula/{number}/publish", {"note": ""}, page="/curricula/add")
    assert answer.status_code == 422
    assert session.get_one(Curriculum, number, populate_existing=True).published_id is None
