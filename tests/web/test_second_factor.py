"""The second factor: set up, asked for, taken once, and never gone round."""

from __future__ import annotations

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.entry import accounts, sessions
from lms.services.entry.second_factor import digest_of
from lms.storage.accounts import Account, RecoveryCode, SignIn
from lms.storage.audit import Audit
from lms.storage.people import Contact, Person
from tests.entry import PASSWORD, SECRET, code_of, sign_in, with_password
from tests.organisation import Browser

CODE = re.compile(r"<code>([a-z2-9-]{19})</code>")


@pytest.fixture
def guarded(session: Session) -> Person:
    """Somebody whose second factor is in force."""
    return with_password(session, factor=True)


def mail_of(session: Session, person: Person) -> str:
    return session.get_one(Contact, person.id).mail


def secret_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found.group(1).replace(" ", "")


def half_in(session: Session, app: Flask, person: Person) -> Browser:
    browser = Browser(app)
    mail = mail_of(session, person)
    session.commit()
    assert sign_in(browser, mail).location == "/sign-in/second-step"
    return browser


def test_a_right_password_alone_opens_nothing(session: Session, app: Flask, guarded: Person) -> None:
    browser = half_in(session, app, guarded)
    assert "/sign-in" in browser.get("/account").location
    assert browser.post("/sign-in/second-step", {"code": code_of()}).status_code == 303
    assert browser.get("/account").status_code == 200
    session.commit()
    assert session.scalars(select(SignIn.second_factor)).all() == [True]


def test_the_second_step_leads_to_the_page_that_was_asked_for_first(
    session: Session, browser: Browser, guarded: Person
) -> None:
    mail = mail_of(session, guarded)
    session.commit()
    first = browser.post("/sign-in?next=/account", {"mail": mail, "password": PASSWORD})
    assert browser.post(first.location, {"code": code_of()}).location == "/account"


def test_a_code_passes_once(session: Session, app: Flask, guarded: Person) -> None:
    code = code_of()
    first, second = half_in(session, app, guarded), half_in(session, app, guarded)
    assert first.post("/sign-in/second-step", {"code": code}).status_code == 303
    assert second.post("/sign-in/second-step", {"code": code}).status_code == 422
    assert second.post("/sign-in/second-step", {"code": code_of(steps=1)}).status_code == 303


@pytest.mark.parametrize("kind", ["of the app", "of recovery"])
def test_a_code_passes_once_for_five_at_the_same_moment(
    session: Session, app: Flask, guarded: Person, kind: str
) -> None:
    session.add(RecoveryCode(person_id=guarded.id, digest=digest_of(guarded.id, "abcd-efgh-jkmn-pqrs")))
    session.commit()
    browsers = [half_in(session, app, guarded) for _ in range(5)]
    code = code_of() if kind == "of the app" else "abcd-efgh-jkmn-pqrs"
    with ThreadPoolExecutor(5) as pool:
        tried = pool.map(lambda b: b.post("/sign-in/second-step", {"code": code}).status_code, browsers)
        statuses = sorted(tried)
    assert statuses == [303, 422, 422, 422, 422]
    session.commit()
    assert len(session.scalars(select(SignIn)).all()) == 1


@pytest.mark.parametrize(("steps", "status"), [(-1, 303), (1, 303), (-2, 422), (2, 422)])
def test_a_code_passes_one_step_early_or_late_and_no_more(
    session: Session, app: Flask, guarded: Person, steps: int, status: int
) -> None:
    left = 30 - datetime.now(UTC).timestamp() % 30
    if left < 3:  # the step must not change under way
        time.sleep(left)
    browser = half_in(session, app, guarded)
    assert browser.post("/sign-in/second-step", {"code": code_of(steps=steps)}).status_code == status


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "0" * 41, "\0"])
def test_what_is_no_code_is_refused_in_words(session: Session, app: Flask, guarded: Person, code: str) -> None:
    answer = half_in(session, app, guarded).post("/sign-in/second-step", {"code": code})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_wrong_codes_are_counted_and_lock_nobody_out_for_long(session: Session, app: Flask, guarded: Person) -> None:
    browser = half_in(session, app, guarded)
    wrong = "000000" if code_of() != "000000" else "000001"
    statuses = [browser.post("/sign-in/second-step", {"code": wrong}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert half_in(session, app, guarded).post("/sign-in/second-step", {"code": code_of()}).status_code == 429


def test_half_the_way_dies_with_the_password_and_with_time(
    session: Session, app: Flask, guarded: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, late = half_in(session, app, guarded), half_in(session, app, guarded)
    monkeypatch.setattr("lms.web.entry.auth_go_in.now", lambda: datetime.now(UTC) + timedelta(minutes=11))
    assert late.get("/sign-in/second-step").location == "/sign-in"
    monkeypatch.undo()
    assert browser.get("/sign-in/second-step").status_code == 200
    accounts.store_password(session, guarded.id, "another hash", now=datetime.now(UTC))
    session.commit()
    assert browser.get("/sign-in/second-step").location == "/sign-in"
    assert browser.client.post("/sign-in/second-step", base_url=browser.base_url).status_code in {303, 400}


def test_an_administrator_reaches_nothing_but_the_set_up_before_it_is_done(session: Session, browser: Browser) -> None:
    boss = with_password(session, rights=("administrator",))
    mail = mail_of(session, boss)
    session.commit()
    sign_in(browser, mail)
    assert browser.get("/").location == "/account/second-factor"
    page = browser.get("/account/second-factor").text
    assert "data:image/svg+xml" in page
    assert secret_on(page) == secret_on(browser.get("/account/second-factor").text)
    assert browser.post("/account/second-factor", {"code": "000000"}).status_code == 422
    shown = browser.post("/account/second-factor", {"code": code_of(secret_on(page))})
    codes = CODE.findall(shown.text)
    assert len(set(codes)) == 10
    assert browser.get("/").status_code != 303
    assert "This is one" not in browser.get("/account/second-factor").text
    assert browser.post("/account/second-factor/off", page="/account").status_code == 403
    session.commit()
    assert session.scalars(select(RecoveryCode.digest)).all() == [digest_of(boss.id, code) for code in codes]


def test_the_page_of_the_set_up_needs_no_inline_style_and_holds_the_person_s_own_address(
    session: Session, browser: Browser
) -> None:
    person = with_password(session, mail="dana+a@cairn.test")
    page = browser.sign_in(person, second_factor=False).get("/account/second-factor").text
    assert "style=" not in page
    picture = html.unescape(page.split('src="data:')[1].split('"')[0])
    assert picture.startswith("image/svg+xml")


def test_a_recovery_code_stands_in_once_in_any_spelling(session: Session, app: Flask, guarded: Person) -> None:
    code = "abcd-efgh-jkmn-pqrs"
    session.add(RecoveryCode(person_id=guarded.id, digest=digest_of(guarded.id, code)))
    session.commit()
    browser, again = half_in(session, app, guarded), half_in(session, app, guarded)
    assert browser.post("/sign-in/second-step", {"code": "ABCD EFGH jkmnpqrs"}).status_code == 303
    assert again.post("/sign-in/second-step", {"code": code}).status_code == 422


def test_new_recovery_codes_replace_the_old_ones(session: Session, browser: Browser, guarded: Person) -> None:
    session.add(RecoveryCode(person_id=guarded.id, digest=digest_of(guarded.id, "abcd-efgh-jkmn-pqrs")))
    session.commit()
    browser.sign_in(guarded)
    codes = CODE.findall(browser.post("/account/recovery-codes").text)
    session.commit()
    kept = set(session.scalars(select(RecoveryCode.digest)))
    assert kept == {digest_of(guarded.id, code) for code in codes}
    assert len(kept) == 10


def test_somebody_who_is_no_administrator_may_switch_it_off(
    session: Session, browser: Browser, guarded: Person
) -> None:
    browser.sign_in(guarded)
    elsewhere = Browser(browser.app).sign_in(guarded)
    assert browser.post("/account/second-factor/off", page="/account").status_code == 303
    session.commit()
    session.expire_all()
    assert session.get_one(Account, guarded.id).totp_since is None
    assert browser.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_session_without_the_factor_gives_it_before_it_may_touch_it(session: Session, app: Flask) -> None:
    boss = with_password(session, rights=("administrator",), factor=True)
    browser = Browser(app).sign_in(boss, second_factor=False)
    assert browser.get("/").location == "/account/second-factor"
    asked = browser.get("/account/second-factor").location
    assert asked == "/account/confirm?next=/account/second-factor"
    assert browser.post(asked, {"password": PASSWORD, "code": "000000"}).status_code == 422
    assert browser.get("/").status_code == 303
    assert browser.post(asked, {"password": PASSWORD, "code": code_of()}).location == "/account/second-factor"
    assert browser.get("/").status_code != 303


def test_an_administrator_s_reset_takes_factor_codes_and_sessions(
    session: Session, app: Flask, guarded: Person
) -> None:
    browser = Browser(app).sign_in(guarded)
    assert browser.get("/account").status_code == 200
    accounts.reset_second_factor(session, SITE, guarded.id, now=datetime.now(UTC))
    session.commit()
    assert browser.get("/account").status_code == 303
    mail = mail_of(session, guarded)
    session.commit()
    assert sign_in(Browser(app), mail).location == "/"
    assert "factor.reset" in session.scalars(select(Audit.action)).all()


def test_sessions_of_others_end_when_an_administrator_says_so(session: Session, app: Flask, guarded: Person) -> None:
    browser = Browser(app).sign_in(guarded)
    assert accounts.end_sessions(session, SITE, guarded.id, now=datetime.now(UTC)) == 1
    session.commit()
    assert browser.get("/account").status_code == 303
    assert sessions.find(session, "anything", now=datetime.now(UTC)) is None


def test_another_phone_takes_the_place_of_the_one_in_use(session: Session, browser: Browser, guarded: Person) -> None:
    browser.sign_in(guarded)
    page = browser.get("/account/second-factor/another").text
    secret = secret_on(page)
    assert secret != SECRET
    assert browser.post("/account/second-factor/another", {"code": code_of()}).status_code == 422
    assert len(CODE.findall(browser.post("/account/second-factor/another", {"code": code_of(secret)}).text)) == 10
    session.expire_all()
    assert session.get_one(Account, guarded.id).totp_secret == secret
    assert browser.get("/account").status_code == 200
    session.commit()
    other = half_in(session, browser.app, guarded)
    assert other.post("/sign-in/second-step", {"code": code_of(steps=1)}).status_code == 422
    assert other.post("/sign-in/second-step", {"code": code_of(secret, steps=1)}).status_code == 303
