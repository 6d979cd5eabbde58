"""The pages of hiring: a position is opened, a candidate interviewed by two, compared with a rep, hired, and has a path."""

from __future__ import annotations

import io
import re
from collections import OrderedDict
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import OutcomeGate
from lms.services.hiring import comparing, own_page
from lms.storage.hiring import Candidate, CandidateFile, CandidateOutcome, HiringDecision, Interview, Opening
from lms.storage.paths import Path
from lms.web.manager.hire import hiring
from tests.organisation import Browser
from tests.services.hiring.stage import Stage, a_stage, apply, ask, interviewed

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HOSTILE = '"><svg onload=alert(1)> {{7777*7777}}'


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session, places=2)


@pytest.fixture
def browsers(app: Flask, stage: Stage) -> dict[str, Browser]:
    return {name: Browser(app).sign_in(getattr(stage, name)) for name in ("manager", "recruiter", "bo", "cy", "rep")}


def test_a_candidate_is_interviewed_by_two_compared_with_a_rep_hired_and_has_a_path(
    app: Flask, session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    recruiter, manager = browsers["recruiter"], browsers["manager"]
    role = f"{stage.opening.curriculum_id}:closer"
    form = {"role": role, "team": str(stage.opening.team_id), "places": "1", "kept_days": "30", "manager": "Priya"}
    opened = recruiter.post("/candidates/new", form)
    assert opened.status_code == 303
    opening = str(opened.location)
    assert "Dana" in recruiter.get(opening).text  # colleagues stand there before anybody applies
    added = recruiter.post(f"{opening}/add", {"name": "Zoë Quill", "mail": "zoe@quill.example"}, page=opening)
    candidate = str(added.location)
    for who in ("Bo", "Cy"):
        asked = {"interview-interviewer": who, "interview-competencies": ["negotiating", "talking"]}
        assert recruiter.post(f"{candidate}/interviews", asked, page=candidate).status_code == 303
    session.commit()
    numbers = session.scalars(select(Interview.id).order_by(Interview.id)).all()
    for name, number, talking in (("bo", numbers[0], "1"), ("cy", numbers[1], "2")):
        assert "Zoë Quill" in browsers[name].get("/waiting").text
        address = f"/interviews/{number}"
        page = browsers[name].get(address).text
        assert "Tell me about a time" in page
        assert "Handed in" not in page
        found = {"level-0": "2", "level-1": talking, "level-1-note": f"{name} heard it", "note": "Go"}
        assert "heard it" not in recruiter.get(candidate).text
        assert browsers[name].post(address, found).status_code == 303
    assert "cy heard it" in browsers["bo"].get(f"/interviews/{numbers[0]}").text
    page = manager.get(candidate).text
    assert "bo heard it" in page
    assert "2 of 2" in page
    table = manager.get(opening).text
    assert table.index("Zoë Quill") < table.index("Dana")
    assert "Own hours, absence, length of service" in table
    assert manager.post(f"{candidate}/hire", {"hire-starts": "2026-12-01"}, page=candidate).status_code == 422
    hired = manager.post(
        f"{candidate}/hire", {"hire-starts": "2026-12-01", "hire-reason": "Nearest of all"}, page=candidate
    )
    assert hired.status_code == 303
    session.commit()
    whom = session.scalars(select(Candidate)).one()
    assert whom.person_id is not None
    assert session.get_one(Path, whom.person_id).status == "ready"
    assert "Nearest of all" in recruiter.get(candidate).text
    assert manager.post(f"{opening}/close", page=opening).status_code == 303
    token = own_page.token(whom, app.config["SECRET_KEY"])
    answer = Browser(app).get(f"/candidate/{token}").text
    for told in ("Nearest of all", "Priya", "bo heard it", "Go", "ramp-and-requirements/1"):
        assert told in answer, told


def test_whoever_has_nothing_to_do_with_an_opening_finds_nothing(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    whom = interviewed(session, stage)
    session.commit()
    number = session.scalars(select(Interview.id)).first()
    for address in (f"/candidates/openings/{stage.opening.id}", f"/candidates/{whom.id}"):
        assert browsers["bo"].get(address).status_code == 404
        assert browsers["rep"].get(address).status_code == 404
    assert browsers["cy"].get(f"/interviews/{number}").status_code == 404
    assert browsers["recruiter"].get(f"/interviews/{number}").status_code == 404
    assert "Zoë" not in browsers["rep"].get("/candidates").text
    assert browsers["rep"].get("/candidates/new").status_code == 404
    assert 'href="/candidates"' in browsers["manager"].get("/candidates").text
    assert 'href="/candidates"' not in browsers["rep"].get("/waiting").text


def test_behind_the_link_and_without_it_nothing(app: Flask, session: Session, stage: Stage) -> None:
    whom = apply(session, stage, HOSTILE, "zoe@quill.example")
    ask(session, stage, whom, "bo")
    session.commit()
    token = own_page.token(whom, app.config["SECRET_KEY"])
    page, browser = f"/candidate/{token}", Browser(app)
    text = browser.get(page).text
    assert "<svg onload" not in text
    assert "60481729" not in re.sub(r'value="[^"]*"|/candidate/[^"]*', "", text)
    assert "Bo" in text
    asked = {"ask-kind": "accommodation", "ask-text": "More time"}
    assert browser.post(f"{page}/ask", asked, page=page).status_code == 303
    assert browser.post(f"{page}/ask", {"ask-kind": "gift", "ask-text": "x"}, page=page).status_code == 422
    assert browser.post(f"{page}/correct", {"own-name": "Zoe", "own-mail": "nowhere"}, page=page).status_code == 422
    assert browser.post(f"{page}/correct", {"own-name": "Zoe", "own-mail": "z@q.example"}, page=page).status_code == 303
    assert browser.post(f"{page}/withdraw", page=page).status_code == 303
    assert "deleted after" in browser.get(page).text
    assert browser.post(f"{page}/withdraw", page=page).status_code == 409
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "1.1", "x"):
        answer = browser.get(f"/candidate/{wrong}")
        assert (answer.status_code, "Zoe" in answer.text) == (410, False)
        assert browser.get(f"/candidate/{wrong}/files/1").status_code == 404


def test_45_a_file_is_taken_by_its_content_and_sent_as_an_attachment(
    app: Flask, session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    whom = apply(session, stage)
    session.commit()
    recruiter, page = browsers["recruiter"], f"/candidates/{whom.id}"
    wrong = {"files-files": (io.BytesIO(b"<html><script>alert(1)</script>"), "cv.pdf")}
    assert recruiter.post(f"{page}/files", wrong, page=page).status_code == 422
    good = {"files-files": (io.BytesIO(b"%PDF-1.7\nhello\n%%EOF"), "../../cv of Zo\u00eb.pdf")}
    assert recruiter.post(f"{page}/files", good, page=page).status_code == 303
    session.commit()
    row = session.scalars(select(CandidateFile)).one()
    token = own_page.token(whom, app.config["SECRET_KEY"])
    for browser, address in (
        (recruiter, f"{page}/files/{row.id}"),
        (Browser(app), f"/candidate/{token}/files/{row.id}"),
    ):
        with browser.get(address) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = apply(session, stage, "Al", "al@x.example")
    session.commit()
    assert recruiter.get(f"/candidates/{other.id}/files/{row.id}").status_code == 404
    assert browsers["bo"].get(f"{page}/files/{row.id}").status_code == 404
    assert recruiter.post(f"{page}/files/{row.id}/remove", page=page).status_code == 303
    assert recruiter.get(f"{page}/files/{row.id}").status_code == 404


def test_each_step_on_the_page_of_a_candidate_says_what_is_wrong_with_it(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    whom = apply(session, stage)
    session.commit()
    manager, page = browsers["manager"], f"/candidates/{whom.id}"
    level = {"evidence-competency": "talking", "evidence-level": "1", "evidence-source": "self"}
    assert manager.post(f"{page}/evidence", level, page=page).status_code == 422
    assert manager.post(f"{page}/evidence", {**level, "evidence-shown_on": "2026-11-01"}, page=page).status_code == 303
    assert "What they say of themselves" in manager.get(page).text
    refused = manager.post(f"{page}/interviews", {"interview-interviewer": "Nobody Here"}, page=page)
    assert refused.status_code == 422
    assert "Nobody Here" in refused.text
    asked = {"interview-interviewer": "Bo", "interview-competencies": ["talking"]}
    assert manager.post(f"{page}/interviews", asked, page=page).status_code == 303
    early = manager.post(f"{page}/offer", {"offer-reason": "Good"}, page=page)
    assert early.status_code == 409
    assert "has not handed in" in early.text
    session.commit()
    number = session.scalars(select(Interview.id)).one()
    assert manager.post(f"{page}/interviews/{number}/call-off", page=page).status_code == 303
    assert manager.post(f"{page}/notes", {"note-text": "Called"}, page=page).status_code == 303
    assert manager.post(f"{page}/offer", {"offer-reason": "Good"}, page=page).status_code == 303
    assert manager.post(f"{page}/decline", {"decline-reason": "Went elsewhere"}, page=page).status_code == 303
    assert manager.post(f"{page}/notes", {"note-text": "Late"}, page=page).status_code == 409
    text = manager.get(page).text
    assert "Went elsewhere" in text
    assert "What the ranking knew" in text
    assert re.search(r"\b\d+\.0\b", text) is None, "hours are written as the language writes them"
    session.commit()
    assert [one.outcome for one in session.scalars(select(HiringDecision).order_by(HiringDecision.id))] == [
        "offered",
        "declined",
    ]
    assert manager.post(f"{page}/link/end", page=page).status_code == 303
    session.commit()
    assert session.scalars(select(Candidate.nonce)).all() == [None]
    assert manager.post(f"{page}/link", page=page).status_code == 303
    closed = manager.post(f"/candidates/openings/{stage.opening.id}/close", page=page)
    assert closed.status_code == 303
    session.rollback()
    session.expire_all()
    assert session.get_one(Opening, stage.opening.id).state == "closed"


def test_an_outcome_is_recorded_by_its_form_and_stands_on_the_candidate_s_own_page(
    app: Flask, session: Session
) -> None:
    stage = a_stage(session, gates=(OutcomeGate(metric="quota", months=1, at_least=Decimal("0.9")),))
    whom = apply(session, stage)
    session.commit()
    recruiter, page = Browser(app).sign_in(stage.recruiter), f"/candidates/{whom.id}"
    form = {"outcome-metric": "quota", "outcome-first": "2026-10", "outcome-value": "0,95", "outcome-source": HOSTILE}
    for wrong in ({"outcome-first": "October"}, {"outcome-value": "a lot"}, {"outcome-metric": "calls"}):
        assert recruiter.post(f"{page}/outcomes", form | wrong, page=page).status_code == 422
    assert recruiter.post(f"{page}/outcomes", form, page=page).status_code == 303
    assert "1 of 3" in recruiter.get(page).text
    own = Browser(app).get(f"/candidate/{own_page.token(whom, app.config['SECRET_KEY'])}").text
    for text in (own, recruiter.get(page).text):
        assert "quota 0.95, October 2026" in text
        assert "&lt;svg onload" in text
        assert "<svg onload" not in text
    session.commit()
    (number,) = session.scalars(select(CandidateOutcome.id)).all()
    assert recruiter.post(f"{page}/outcomes/{number}/remove", page=page).status_code == 303
    assert "quota 0.95" not in recruiter.get(page).text


def test_while_many_standings_are_worked_out_the_page_says_how_far_it_is_and_then_shows_fifty_at_a_time(
    session: Session, stage: Stage, browsers: dict[str, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 0)
    monkeypatch.setattr("lms.services.hiring.remembered._KEPT", OrderedDict())
    whom, address = apply(session, stage), f"/candidates/openings/{stage.opening.id}"
    apply(session, stage, "Al", "al@x.example")
    session.commit()
    for page in (address, f"/candidates/{whom.id}"):
        text = browsers["recruiter"].get(page).text
        assert "0 of 2" in text
        assert f'hx-get="{page}"' in text
        assert "rank 1" not in text
    assert "Dana" not in browsers["recruiter"].get(address).text
    monkeypatch.setattr(comparing, "AT_ONCE", 9)
    monkeypatch.setattr(hiring, "ON_A_PAGE", 2)
    first, second = (browsers["recruiter"].get(f"{address}?page={page}").text for page in ("1", "99"))
    assert "Page 1 of 2, 3 in all" in first
    assert ["Dana" in first, "Zoë Quill" in first, "Al</" in first] == [True, True, False]
    assert "Page 2 of 2" in second
