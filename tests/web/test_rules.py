"""Pages of rules: seen ahead, made, switched off; and what whom a rule reached sees of it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.storage.rules import AssignmentRule, RuleReach
from lms.storage.session import transaction
from tests.organisation import NOW, Browser
from tests.services.learning.academy import plan
from tests.services.rules.company import Company, a_company, apply_all, choose

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def company(session: Session) -> Company:
    return a_company(session)


def test_a_manager_looks_ahead_makes_a_rule_and_switches_it_off(
    session: Session, company: Company, browser: Browser
) -> None:
    choose(session, company.bo, "lead")
    session.commit()
    browser.sign_in(company.manager)
    asked = {"role": f"{company.curriculum}:rep", "target": f"{company.curriculum}:senior", "aim": "2099-06-01"}
    ahead = browser.get(f"/rules/new?teams={company.north.id}&" + "&".join(f"{k}={v}" for k, v in asked.items()))
    assert "1 person gets the target today" in ahead.text
    assert "1 keeps a choice of their own" in ahead.text
    assert session.scalar(select(func.count()).select_from(AssignmentRule)) == 0
    session.rollback()  # reading anew
    made = browser.post("/rules/new", {**asked, "teams": str(company.north.id)})
    assert (made.status_code, made.location) == (303, "/rules")
    with transaction(session):
        assert apply_all(session) == 2
        plan(session, company.dana, now=NOW)
    page = browser.get("/rules").text
    assert "Rep aims at Senior by" in page
    assert "1 person got the target · 1 keeps a choice of their own" in page
    rule = session.scalars(select(AssignmentRule.id)).one()
    session.rollback()
    assert browser.post(f"/rules/{rule}/off", page="/rules").status_code == 303
    assert "Switched off" in browser.get("/rules").text
    told = "Target set by a rule of Ann, until"
    assert told in browser.get(f"/people/{company.dana.id}/path").text
    browser.sign_in(company.dana)
    assert told in browser.get("/path").text
    assert told in browser.get("/plan").text
    browser.sign_in(company.bo)
    assert told not in browser.get("/plan").text


def test_a_manager_neither_rules_nor_sees_rules_beyond_their_line(
    session: Session, company: Company, browser: Browser
) -> None:
    rule = company.rule(session, company.manager, company.north)
    session.commit()
    browser.sign_in(company.other_manager)
    assert "Rep aims at Senior" not in browser.get("/rules").text
    assert f'value="{company.north.id}"' not in browser.get("/rules/new").text
    values = {"role": f"{company.curriculum}:rep", "target": f"{company.curriculum}:senior", "aim": "2099-06-01"}
    assert browser.post("/rules/new", {**values, "teams": str(company.north.id)}).status_code == 404
    assert browser.post(f"/rules/{rule}/off", page="/rules").status_code == 404
    assert session.scalar(select(func.count()).select_from(AssignmentRule)) == 1
    assert session.scalar(select(RuleReach.rule_id)) is None


def test_what_is_wrong_stands_beside_its_field(company: Company, browser: Browser) -> None:
    browser.sign_in(company.manager)
    same = {"role": f"{company.curriculum}:rep", "target": f"{company.curriculum}:rep", "aim": "2020-06-01"}
    answer = browser.post("/rules/new", {**same, "teams": str(company.north.id)})
    assert answer.status_code == 422
    assert "Nobody aims at the role they hold" in answer.text
    assert "The day must be after today" in answer.text
    assert "Choose at least one team" in browser.post("/rules/new", same).text
