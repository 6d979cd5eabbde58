"""Nobody gets where they don't belong, and the site says so in one voice."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.organisation import Browser, somebody


def test_a_visitor_is_sent_to_sign_in_and_comes_back(browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.status_code == 303
    assert "sign-in" in answer.location


def test_who_is_signed_in_sees_home(session: Session, browser: Browser) -> None:
    person = somebody(session, "Dana")
    session.commit()
    assert "Dana" in browser.sign_in(person).get("/").text
