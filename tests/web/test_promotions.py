"""The pages of promotions: a rep submits, a manager decides, the rep reads every reason; and who may send which form."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.services import paths
from lms.services.promotions import opening
from lms.services.replanning import input_changed
from lms.storage.promotions import Promotion, PromotionApproval
from lms.storage.record import Attestation, Evidence, RoleAssignment
from tests.organisation import NOW, Browser, somebody
from tests.services.promotions.stage import Stage, a_stage

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


@pytest.fixture
def browsers(app: Flask, stage: Stage) -> dict[str, Browser]:
    names = ("rep", "manager", "head", "admin")
    return {name: Browser(app).sign_in(getattr(stage, name)) for name in names}


def submitted(browsers: dict[str, Browser], stage: Stage) -> str:
    """The address of the rep's case, submitted by its pages."""
    opened = browsers["rep"].post(f"/people/{stage.rep.id}/promotions", {"role": "closer"})
    assert opened.status_code == 303
    address = str(opened.location)
    assert browsers["rep"].post(f"{address}/submit", page=address).status_code == 303
    return address


def test_a_case_goes_from_draft_through_decline_and_appeal_to_another_role(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    rep, manager, head = browsers["rep"], browsers["manager"], browsers["head"]
    address = submitted(browsers, stage)
    page = rep.get(address).text
    assert "5 of 5 requirements met" in page
    assert "Priya decides next" in page
    assert "Negotiating at level 2" in page
    assert "Bo, assessor" in page
    assert "Waiting for you" in manager.get("/promotions").text
    assert manager.post(f"{address}/review", page=address).status_code == 303
    refused = manager.post(f"{address}/decline", {"decline-reasons": "one deal only"}, page=address)
    assert refused.status_code == 422
    assert "Say what would change the answer" in refused.text
    assert "one deal only" in refused.text
    words = {"decline-reasons": "one deal only", "decline-change": "three deals by March"}
    assert manager.post(f"{address}/decline", words, page=address).status_code == 303
    page = rep.get(address).text
    assert "one deal only" in page
    assert "three deals by March" in page
    assert rep.post(f"{address}/appeal", {"appeal-text": "look at May"}, page=address).status_code == 303
    assert manager.post(f"{address}/approve", page=address).status_code == 409
    assert "look at May" in head.get(address).text
    assert head.post(f"{address}/approve", {"approve-starts": "2027-01-01"}, page=address).status_code == 303
    assert "The role begins on 1 Jan 2027" in rep.get(address).text
    held = session.scalars(select(RoleAssignment).order_by(RoleAssignment.id.desc())).first()
    assert held is not None
    assert (held.role, held.starts) == ("closer", date(2027, 1, 1))


def test_10_11_approving_one_s_own_is_403_and_what_is_not_in_review_409_with_no_ledger_row(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    address = submitted(browsers, stage)
    head, manager = browsers["head"], browsers["manager"]
    assert head.post(f"{address}/approve", page=address).status_code == 409  # submitted, not in review
    assert browsers["rep"].post(f"{address}/approve", page=address).status_code == 404  # decides about nobody
    assert manager.post(f"{address}/review", page=address).status_code == 303
    case = session.scalars(select(Promotion)).one()
    case.person_id, case.reviewer_id, case.opened_by = stage.manager.id, None, stage.manager.id
    session.commit()
    assert manager.post(f"{address}/approve", page=address).status_code == 403
    case.person_id = case.opened_by = stage.rep.id
    session.commit()
    assert browsers["rep"].post(f"{address}/withdraw", page=address).status_code == 303
    assert head.post(f"{address}/approve", page=address).status_code == 409
    draft = opening.open_case(session, stage.actor(session, stage.rep), stage.rep.id, "lead", now=case.opened_at)
    session.commit()
    assert head.post(f"/promotions/{draft.id}/approve", page=address).status_code == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PromotionApproval)) == 0
    assert session.scalar(select(func.count()).where(RoleAssignment.role != "seller")) == 0


def test_the_person_exports_the_whole_case_and_marks_what_is_wrong_and_reads_the_answer(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    rep, manager = browsers["rep"], browsers["manager"]
    address = submitted(browsers, stage)
    file = rep.get(f"{address}/case.json")
    assert "attachment" in file.headers["Content-Disposition"]
    document = json.loads(file.text)
    assert document["frozen"]["met"] == 5
    assert document["people"][str(stage.manager.id)] == "Priya"
    entry = next(one["key"] for one in document["frozen"]["entries"] if one["kind"] == "attestation")
    words = {"mark-entry": entry, "mark-text": "that was not me"}
    assert rep.post(f"{address}/mark", words, page=address).status_code == 303
    (mark,) = json.loads(rep.get(f"{address}/case.json").text)["marks"]
    assert (mark["text"], mark["answer"]) == ("that was not me", None)
    answer = {"answer-1-agreed": "yes", "answer-1-text": "you are right"}
    assert manager.post(f"{address}/marks/1/answer", answer, page=address).status_code == 303
    page = rep.get(address).text
    assert "that was not me" in page
    assert "you are right" in page
    assert "Not met today" in page
    assert session.scalar(select(func.count()).select_from(Attestation)) == 2


def test_an_exception_has_a_reason_and_then_two_people_approve(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    manager, admin = browsers["manager"], browsers["admin"]
    rows = session.scalars(select(Evidence).where(Evidence.competency == "negotiating")).all()
    for row in rows:
        row.until = row.shown_on
    session.commit()
    address = submitted(browsers, stage)
    manager.post(f"{address}/review", page=address)
    page = manager.get(address).text
    assert "1 requirement is missing today" in page
    assert manager.post(f"{address}/approve", page=address).status_code == 409
    key = page.partition('<option value="requirement:')[2].partition('"')[0]
    words = {"override-item": f"requirement:{key}", "override-reason": "shown to me on Monday"}
    assert manager.post(f"{address}/let-pass", words, page=address).status_code == 303
    assert "shown to me on Monday" in browsers["rep"].get(address).text
    assert manager.post(f"{address}/approve", page=address).status_code == 303
    assert "0 of 2" not in admin.get(address).text
    assert admin.post(f"{address}/approve", page=address).status_code == 303
    assert "Approved" in browsers["rep"].get(address).text


def test_a_case_of_somebody_else_s_line_is_not_there(
    app: Flask, session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    address = submitted(browsers, stage)
    stranger = somebody(session, "Eve")
    session.commit()
    eve = Browser(app).sign_in(stranger)
    for page in (address, f"{address}/case.json", f"/people/{stage.rep.id}/promotions"):
        assert eve.get(page).status_code == 404
    assert "Dana" not in eve.get("/promotions").text


def test_the_path_of_whoever_has_everything_leads_to_their_promotion_and_says_who_decides(
    session: Session, stage: Stage, browsers: dict[str, Browser]
) -> None:
    input_changed(session, [stage.rep.id], now=NOW)
    paths.replan_now(session, [stage.rep.id], now=NOW)
    session.commit()
    rep = browsers["rep"]
    assert "Open my promotion to Closer" in rep.get("/path").text
    address = submitted(browsers, stage)
    page = rep.get("/path").text
    assert "Priya decides next" in page
    assert f'href="{address}"' in page
    assert f'href="/people/{stage.rep.id}/promotions"' in browsers["manager"].get(f"/people/{stage.rep.id}/path").text
