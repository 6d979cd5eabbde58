"""Competencies, roles, the calendar and one's own plan as pages: what they say, to whom, and what they refuse."""

from __future__ import annotations

import logging
import re
from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.people import Away, Contact, Person, StudyPlan, Team
from lms.web.logs import OneLine
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NAMES = ("Zebulon", "Quagmire", "Mona", "person")


@pytest.fixture
def rep(session: Session) -> Person:
    person = somebody(
        session, "Zebulon Quagmire", team=a_team(session, "North", manager=somebody(session, "Mona", rights=[]))
    )
    number = a_published_curriculum(session)
    who_holds(session, person, "sdr", number, since=date(2026, 1, 5), targets=["account-executive"])
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    return person


@ONE
def test_1_3_competencies_are_read_by_oneself_and_the_line_above_and_by_nobody_else(
    app: Flask, session: Session, rep: Person, browser: Browser
) -> None:
    others = [somebody(session), somebody(session, rights=["trainer", "administrator", "auditor"])]
    session.commit()
    mine = browser.sign_in(rep).get("/competencies").text
    assert "Against Account executive" in mine
    assert "does not ask for" in mine
    detail = "competencies/one?competency=negotiating-positions"
    assert detail in mine
    assert "The highest rating that is valid today counts" in browser.get(f"/{detail}").text
    assert "Against Sales manager" in browser.get("/competencies?role=sales-manager").text
    team = session.get_one(Team, rep.team_id)
    boss = Browser(app).sign_in(team.manager_id or 0)
    for address in (f"/people/{rep.id}/competencies", f"/people/{rep.id}/{detail}"):
        page = boss.get(address)
        assert page.status_code == 200
        assert "Zebulon Quagmire" in page.text
        for other in others:
            assert Browser(app).sign_in(other).get(address).status_code == 404
    assert boss.get("/competencies").status_code == 404


@ONE
def test_52_54_queries_that_mean_nothing_are_refused_in_plain_words(rep: Person, browser: Browser) -> None:
    browser.sign_in(rep)
    for address in ("/competencies?role=", "/competencies?page=-1", "/roles?page=-1&x=1", "/roles/map?curriculum="):
        assert browser.get(address).status_code == 200, address
    nonsense = (
        "nonsense",
        "%22%3E%3Cscript%3E",
        "../../x",
        "a%2Fb",
        "'; DROP TABLE role; --",
        "9" * 400,
        "%F0%9F%8F%94",
    )
    for value in nonsense:
        for address in (
            f"/competencies?role={value}",
            f"/competencies/one?competency={value}",
            f"/roles/one?role={value}",
            f"/roles/one?role=sdr&curriculum={value}",
            f"/roles/map?curriculum={value}",
        ):
            assert browser.get(address).status_code == 404, address
    for address in ("/competencies?role=%00", "/competencies/one?competency=%00", "/roles/one?role=%00"):
        assert browser.get(address).status_code == 400, address


@ONE
def test_roles_are_public_and_say_how_far_they_are_to_those_with_a_path(
    app: Flask, session: Session, rep: Person, browser: Browser
) -> None:
    browser.sign_in(rep)
    for address in ("/roles", "/roles/map"):
        page = browser.get(address).text
        assert "Your target" in page
        assert re.search(r"about \d+ months", page)
    far = browser.get("/roles/one?role=sales-manager").text
    assert "Aim for this role" in far
    assert "2 different people approve" in far
    assert "version 1" in browser.get("/roles/map").text
    assert "fewer than 5 people have gone on" in far
    assert "Aim for this role" not in browser.get("/roles/one?role=account-executive").text
    trainer = somebody(session, rights=["trainer"])
    session.commit()
    theirs = Browser(app).sign_in(trainer).get("/roles/one?role=sales-manager").text
    assert "Gates: what no course can give" in theirs
    for personal in ("Aim for this role", "Study left", "Compare my competencies", "to do"):
        assert personal not in theirs


def test_the_feed_is_the_same_bytes_without_a_name_and_its_address_is_in_no_log(
    app: Flask, session: Session, rep: Person, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser.sign_in(rep)
    assert "Session: " in browser.get("/path/calendar").text
    made = browser.post("/path/calendar/feed", page="/path/calendar")
    address = re.search(r'value="https://cairn\.test(/calendar/[\w-]{43}\.ics)"', made.text)
    assert address, "the address is shown once"
    assert address.group(1) not in browser.get("/path/calendar").text
    anybody = Browser(app)
    answer = anybody.get(address.group(1), headers={"Accept-Language": "de"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert answer.data == anybody.get(address.group(1)).data
    events = Calendar.from_ical(answer.data).events
    assert any("Session: " in str(event["summary"]) for event in events)
    assert not any(name in answer.text for name in NAMES)
    token = address.group(1).removeprefix("/calendar/").removesuffix(".ics")
    refused = anybody.get(f"/calendar/{'x' * 43}.ics")
    assert refused.status_code == 404
    assert browser.post("/path/calendar/feed/revoke", page="/path/calendar").status_code == 303
    revoked = anybody.get(address.group(1))
    assert (revoked.status_code, revoked.text.replace(token, "x" * 43)) == (404, refused.text)
    lines = [OneLine().format(record) for record in caplog.records if record.name.startswith("lms")]
    assert any("page=calendar.feed status=200" in line for line in lines)
    assert not any(token in line for line in lines)


def test_one_s_own_plan_is_saved_refused_and_kept_free_of_days_away(
    session: Session, rep: Person, browser: Browser
) -> None:
    browser.sign_in(rep)
    plan = {"targets": ["sales-manager"], "aim": "2027-09-01", "weekly_hours": "2,5", "minimise": "cost"}
    assert browser.post("/plan", plan).status_code == 303
    session.rollback()
    kept = session.get_one(StudyPlan, rep.id)
    assert (kept.targets, kept.aim, kept.weekly_hundredths) == (["sales-manager"], date(2027, 9, 1), 250)
    assert kept.minimise == "cost"
    for wrong in ({"minimise": "effort"}, {"weekly_hours": "0"}, {"targets": ["emperor"]}, {"aim": "soon"}):
        answer = browser.post("/plan", {**plan, **wrong})
        assert answer.status_code == 422, wrong
        assert "There is a problem" in answer.text
    away = {"first": "2099-03-01", "last": "2099-03-09"}
    assert browser.post("/plan/away", away, page="/plan").status_code == 303
    backwards = browser.post("/plan/away", {"first": "2099-03-09", "last": "2099-03-01"}, page="/plan")
    assert backwards.status_code == 422
    assert 'value="2099-03-09"' in backwards.text
    assert browser.post("/plan/away", {"first": "x"}, page="/plan").status_code == 422
    session.rollback()
    row = session.scalars(select(Away)).one()
    assert "Remove" in browser.get("/plan").text
    for unknown in ("0", "x", str(row.id + 1), "9" * 40):
        assert browser.post("/plan/away/remove", {"away": unknown}, page="/plan").status_code == 404
    assert browser.post("/plan/away/remove", {"away": str(row.id)}, page="/plan").status_code == 303
    session.rollback()
    assert session.scalars(select(Away)).all() == []
    assert browser.post("/account/notices", {"notice": ["answers", "aims", "waiting"]}).status_code == 303
    session.rollback()
    assert session.get_one(Contact, rep.id).muted == ["lapses"]


@ONE
def test_who_has_no_path_has_no_plan_and_chooses_only_what_concerns_them(session: Session, browser: Browser) -> None:
    auditor = somebody(session, rights=["auditor"])
    session.commit()
    browser.sign_in(auditor)
    assert browser.get("/plan").status_code == 404
    assert browser.get("/path/calendar").status_code == 404
    page = browser.get("/account/notices").text
    assert "Something waits for my word" in page
    assert "Something I hold lapses soon" not in page
    assert "My plan" not in page
