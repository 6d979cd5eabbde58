"""The fairness page: behind a right of its own, opened on record, and nothing of a file with counts is kept."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.services.promotions import deciding, fairness, opening
from lms.storage.audit import Audit
from tests.organisation import NOW, TOKEN, Browser, a_team, somebody, who_holds
from tests.services.promotions.stage import a_stage
from tests.web.everything import digests

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def a_looker(app: Flask, session: Session) -> Browser:
    who = somebody(session, "Fay", rights=["fairness"])
    session.commit()
    return Browser(app).sign_in(who)


def test_the_figures_are_closed_until_they_are_opened_on_record(app: Flask, session: Session) -> None:
    ann = somebody(session, "Ann", rights=["administrator"])
    fay = a_looker(app, session)
    admin = Browser(app).sign_in(ann)
    assert admin.get("/fairness").status_code == 404
    assert "The figures are closed" in fay.get("/fairness").text
    assert fay.post("/fairness/open", page="/fairness").status_code == 303
    assert "Too few decisions to show" in fay.get("/fairness").text
    assert session.scalar(select(func.count()).where(Audit.action == "fairness.opened")) == 1


def test_figures_of_decided_cases_are_told_by_group_for_half_an_hour(app: Flask, session: Session) -> None:
    stage = a_stage(session)
    managers = [somebody(session, f"M {n}", rights=[]) for n in range(3)]
    for n in range(15):
        team = a_team(session, f"T {n}", manager=managers[n % 3])
        rep = somebody(session, f"Rep {n}", team=team)
        who_holds(session, rep, "seller", stage.curriculum, since=NOW.date(), targets=["closer"])
        own, boss = stage.actor(session, rep), stage.actor(session, managers[n % 3])
        case = opening.open_case(session, own, rep.id, "closer", now=NOW)
        opening.submit(session, own, case.id, now=NOW)
        deciding.start_review(session, boss, case.id, now=NOW)
        deciding.decline(session, boss, case.id, "no", "more", now=NOW + timedelta(days=3))
        rep.working_time = "full-time" if n < 5 else "part-time"
    fay = somebody(session, "Fay", rights=["fairness"])
    looker = stage.actor(session, fay)
    assert fairness.figures(session, looker, now=NOW) is None
    fairness.open_figures(session, looker, now=NOW)
    found = fairness.figures(session, looker, now=NOW + timedelta(minutes=29))
    assert found is not None
    assert [(row.people, row.approved, row.days) for row in found.tables["role"]] == [(15, 0, "to-7")]
    assert [(row.groups, row.people) for row in found.tables["team"]] == [((), 15)]  # every team is one person
    assert set(found.tables) == {"manager", "team", "role", "site", "tenure", "working_time"}
    assert [(row.groups, row.people) for row in found.tables["working_time"]] == [
        (("part-time",), 10),
        (("full-time",), 5),
    ]
    assert found.people == 15
    assert fairness.figures(session, looker, now=NOW + timedelta(minutes=31)) is None
    session.commit()
    browser = Browser(app).sign_in(fay)
    browser.post("/fairness/open", page="/fairness")
    page = browser.get("/fairness").text
    for shown in ("By full or part time", "part time", "all groups together", "3 to 7 days"):
        assert shown in page


def test_counts_of_an_organisation_become_ratios_and_are_kept_nowhere(app: Flask, session: Session) -> None:
    fay = a_looker(app, session)
    token = TOKEN.search(fay.get("/fairness").text)
    assert token is not None
    before = digests(session)

    def send(text: bytes) -> tuple[int, str]:
        fields = {"csrf_token": token.group(1), "file": (io.BytesIO(text), "counts.csv")}
        answer = fay.client.post(
            "/fairness/impact", data=fields, base_url=fay.base_url, headers={"Referer": "https://cairn.test/"}
        )
        return answer.status_code, answer.text

    status, page = send(b"group;applied;selected\nA;100;80\nB;100;48\nC;3;3\n")
    assert status == 200
    assert "under four fifths" in page
    assert "0.48 to 0.75" in page
    assert ">C<" not in page
    for wrong in (
        b"",
        b"group,applied\nA,1",
        b"group,applied,selected\nA,1,2",
        b"\xff\xfe",
        b"group,applied,selected\nA,1,1\nA,1,1",
    ):
        assert send(wrong)[0] == 422
    assert digests(session) == before
