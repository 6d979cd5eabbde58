"""A person's record in a browser: who opens it, that looking is noted and told, and a plan from both sides."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.audit import Audit
from lms.storage.people import Person
from lms.storage.person_records import DevelopmentPlan
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def line(session: Session) -> dict[str, Person]:
    number = a_published_curriculum(session)
    manager, other = somebody(session, "Mona Manager", rights=[]), somebody(session, "Otto Other", rights=[])
    team = a_team(session, manager=manager)
    a_team(session, manager=other)
    rep = somebody(session, "Rita Rep", team=team)
    who_holds(session, rep, "sdr", number, since=date(2026, 1, 1), targets=["account-executive"])
    replanning.input_changed(session, [rep.id], now=NOW)
    paths.replan_now(session, [rep.id], now=NOW)
    session.commit()
    return {"manager": manager, "other": other, "rep": rep}


def test_03_a_record_is_opened_by_the_line_and_the_person_sees_by_whom(
    session: Session, browser: Browser, line: dict[str, Person]
) -> None:
    address = f"/people/{line['rep'].id}"
    page = browser.sign_in(line["manager"]).get(address)
    assert page.status_code == 200
    assert "Rita Rep" in page.text
    assert "Notes of one-to-ones" in page.text
    browser.get(address)
    assert browser.sign_in(line["other"]).get(address).status_code == 404
    seen = session.scalars(select(Audit).where(Audit.action == "record.opened")).all()
    assert [(one.actor_id, one.subject_id) for one in seen] == [(line["manager"].id, line["rep"].id)]
    session.rollback()
    mine = browser.sign_in(line["rep"]).get("/record").text
    assert "Mona Manager" in mine
    assert "What to talk about" not in mine


def test_a_note_that_is_private_is_not_on_the_person_s_page_but_in_their_file(
    browser: Browser, line: dict[str, Person]
) -> None:
    address = f"/people/{line['rep'].id}"
    browser.sign_in(line["manager"])
    assert browser.post(f"{address}/notes", {"text": "Ask <b>twice</b>"}, page=address).status_code == 303
    assert browser.post(f"{address}/notes", {"text": "Looks tired", "private": "1"}, page=address).status_code == 303
    assert browser.post(f"{address}/notes", {"text": " "}, page=address).status_code == 422
    page = browser.get(address).text
    assert "Ask &lt;b&gt;twice&lt;/b&gt;" in page
    assert "Looks tired" in page
    browser.sign_in(line["rep"])
    assert "Looks tired" not in browser.get("/record").text
    data: Any = browser.post("/record/data", page="/record").json
    assert [one["text"] for one in data["notes"]] == ["Ask <b>twice</b>", "Looks tired"]
    assert data["person"]["format"] == "lms-person/1"


def test_a_plan_is_drawn_up_and_signed_from_both_sides(
    session: Session, browser: Browser, line: dict[str, Person]
) -> None:
    address = f"/people/{line['rep'].id}"
    browser.sign_in(line["manager"]).post(f"{address}/development", page=address)
    plan = session.scalars(select(DevelopmentPlan.id)).one()
    session.rollback()
    at = f"/development/{plan}"
    for step, form in (
        ("say", {"text": "Opens well"}),
        ("go-on", {}),
        ("summarise", {"text": "Good"}),
        ("actions", {"text": "Close", "by_whom": "person", "due": "2099-01-31", "competency": "articulating-value",
                     "level": "3"}),
        ("reviews", {"review": "2099-01-30"}),
        ("offer", {}),
    ):  # fmt: skip
        assert browser.post(f"{at}/{step}", form, page=address).status_code == 303, step
    assert browser.post(f"{at}/sign", {"read": "sha256:other"}, page=address).status_code == 409
    assert "Sign the plan" in browser.get(address).text
    for who, page in (("manager", address), ("rep", "/record")):
        read = re.search(r'name="read" value="([^"]+)"', browser.sign_in(line[who]).get(page).text)
        assert read is not None
        assert browser.post(f"{at}/sign", {"read": read.group(1)}, page=page).status_code == 303
    assert "Agreed" in browser.get("/record").text
    assert browser.sign_in(line["other"]).post(f"{at}/reopen", page="/account").status_code == 404
