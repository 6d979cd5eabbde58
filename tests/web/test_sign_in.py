"""Who gets in, who does not, and what a session is worth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.entry.passwords import Hasher
from lms.storage.accounts import Account, SignIn, Tries
from lms.storage.audit import Audit
from lms.storage.people import Contact
from tests.entry import PASSWORD, hash_checks, sign_in, with_password
from tests.organisation import TOKEN, Browser


def mail_of(session: Session, person_id: int) -> str:
    mail = session.get_one(Contact, person_id).mail
    session.commit()  # so that what is read later is what the site wrote
    return mail


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Audit.action).order_by(Audit.id)))


def test_the_right_password_opens_the_page_that_was_asked_for(session: Session, browser: Browser) -> None:
    person = with_password(session)
    answer = browser.post("/sign-in?next=/account", {"mail": mail_of(session, person.id), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Dana Moss" in browser.get("/account").text
    assert "auth.signed_in" in actions(session)


def test_20_an_unknown_address_and_a_wrong_password_look_alike_and_cost_one_hash_check(
    session: Session, browser: Browser
) -> None:
    mail = mail_of(session, with_password(session).id)
    answers = []
    for given in (mail, "zzz" + mail[3:]):
        with hash_checks() as count:
            answer = sign_in(browser, given, "wrong password")
        assert count.checks == 1
        answers.append((answer.status_code, answer.text.replace(given, "X")))
    alike = [(status, TOKEN.sub("", text.split("<main")[1])) for status, text in answers]  # a token carries the second
    assert alike[0] == alike[1]
    assert answers[0][0] == 422
    failed = session.scalars(select(Audit).where(Audit.action == "auth.failed")).all()
    assert len(failed) == 2
    assert all(mail not in str(row.data) for row in failed)


def test_19_fifty_parallel_wrong_tries_cost_ten_hash_checks_and_lock_nobody_out(app: Flask, session: Session) -> None:
    mail = mail_of(session, with_password(session).id)
    browsers = [Browser(app) for _ in range(50)]
    for browser in browsers:
        browser.get("/sign-in")
    with hash_checks() as count, ThreadPoolExecutor(50) as pool:
        tried = pool.map(lambda b: sign_in(b, mail, "wrong password", come_from="203.0.113.9").status_code, browsers)
        statuses = sorted(tried)
    assert statuses == [422] * 10 + [429] * 40
    assert count.checks == 10
    assert sign_in(Browser(app), mail, come_from="203.0.113.9").status_code == 429
    assert sign_in(Browser(app), mail, come_from="198.51.100.7").status_code == 303
    assert actions(session).count("auth.locked_out") == 1


def test_19_a_browser_that_was_here_before_gets_in_while_a_thousand_addresses_guess(
    app: Flask, session: Session
) -> None:
    mail = mail_of(session, with_password(session).id)
    known = Browser(app)
    assert sign_in(known, mail).status_code == 303
    known.post("/sign-out", page="/account")
    for number in range(100):
        sign_in(Browser(app), mail, "wrong password", come_from=f"203.0.113.{number}")
    assert sign_in(Browser(app), mail, come_from="198.51.100.7").status_code == 429
    assert sign_in(known, mail, come_from="203.0.113.1").status_code == 303


def test_19_tries_on_many_accounts_count_for_their_address_and_a_success_does_not(app: Flask, session: Session) -> None:
    mail = mail_of(session, with_password(session).id)
    for number in range(49):
        assert sign_in(Browser(app), f"nobody{number}@cairn.test", "x", come_from="2001:db8:1:2::1").status_code == 422
    for _ in range(12):
        assert sign_in(Browser(app), mail, come_from="2001:db8:1:2::ff").status_code == 303
    assert sign_in(Browser(app), "nobody@cairn.test", "x", come_from="2001:db8:1:2::2").status_code == 422
    assert sign_in(Browser(app), mail, come_from="2001:db8:1:2::3").status_code == 429
    assert sign_in(Browser(app), mail, come_from="2001:db8:1:3::3").status_code == 303


def test_64_a_forwarded_address_of_the_visitor_s_own_making_changes_nothing(app: Flask, session: Session) -> None:
    mail = mail_of(session, with_password(session).id)
    statuses = [
        sign_in(Browser(app), mail, "wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_tries_are_counted_without_addresses(session: Session, browser: Browser) -> None:
    mail = mail_of(session, with_password(session).id)
    sign_in(browser, mail, "wrong password", come_from="203.0.113.9")
    session.rollback()
    keys = list(session.scalars(select(Tries.key)))
    assert len(keys) == 3
    assert not any("203" in key.split(":")[0] or mail in key or "203.0.113.9" in key for key in keys)


def test_a_429_says_when_to_come_back(app: Flask, session: Session) -> None:
    mail = mail_of(session, with_password(session).id)
    for _ in range(10):
        sign_in(Browser(app), mail, "wrong")
    answer = sign_in(Browser(app), mail, "wrong")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600


def test_21_the_cookie_of_before_is_worth_nothing_after_signing_in(session: Session, browser: Browser) -> None:
    mail = mail_of(session, with_password(session).id)
    browser.get("/sign-in")
    before = browser.client.get_cookie("__Host-cairn", "cairn.test")
    assert before is not None
    with browser.client.session_transaction(base_url=browser.base_url) as planted:
        planted["planted"] = "by somebody else"
    sign_in(browser, mail)
    after = browser.client.get_cookie("__Host-cairn", "cairn.test")
    assert after is not None
    assert after.value != before.value
    with browser.client.session_transaction(base_url=browser.base_url) as held:
        assert "planted" not in held
    thief = Browser(browser.app)
    thief.client.set_cookie("__Host-cairn", before.value, domain="cairn.test", secure=True)
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize("end", ["sign-out", "password"])
def test_22_a_copied_cookie_is_dead_after_sign_out_and_password_change(session: Session, app: Flask, end: str) -> None:
    mail = mail_of(session, with_password(session).id)
    owner, thief, elsewhere = Browser(app), Browser(app), Browser(app)
    sign_in(owner, mail)
    sign_in(elsewhere, mail)
    cookie = (owner if end == "sign-out" else elsewhere).client.get_cookie("__Host-cairn", "cairn.test")
    assert cookie is not None
    thief.client.set_cookie("__Host-cairn", cookie.value, domain="cairn.test", secure=True)
    assert thief.get("/account").status_code == 200
    if end == "sign-out":
        assert owner.post("/sign-out", page="/account").status_code == 303
    else:
        assert owner.post("/account/password", {"password": "another walk, much longer"}).status_code == 303
        assert owner.get("/account").status_code == 200
    assert "sign-in" in thief.get("/account").location
    assert thief.client.post("/account", base_url=owner.base_url).status_code in {400, 401}


def test_14_who_is_deactivated_is_out_at_the_next_request_and_cannot_come_back(
    session: Session, browser: Browser
) -> None:
    person = with_password(session)
    mail = mail_of(session, person.id)
    sign_in(browser, mail)
    person.state = "deactivated"
    session.commit()
    assert "sign-in" in browser.get("/account").location
    assert browser.get("/account", headers={"HX-Request": "true"}).status_code == 401
    with hash_checks() as count:
        assert sign_in(browser, mail).status_code == 422
    assert count.checks == 1


@pytest.mark.parametrize("moved", ["idle", "absolute"])
def test_a_session_ends_after_eight_idle_hours_and_after_thirty_days(
    session: Session, browser: Browser, moved: str
) -> None:
    mail = mail_of(session, with_password(session).id)
    sign_in(browser, mail)
    live = session.scalars(select(SignIn)).one()
    session.commit()
    assert live.expires_at - live.created_at == timedelta(days=30)
    if moved == "idle":
        live.seen_at -= timedelta(hours=7, minutes=59)
        session.commit()
        assert browser.get("/account").status_code == 200
        session.refresh(live)
        live.seen_at -= timedelta(hours=8, minutes=1)
    else:
        live.expires_at -= timedelta(days=30, minutes=1)
    session.commit()
    assert "sign-in" in browser.get("/account").location


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/%0d%0aX: y\r\n",
        "javascript:alert(1)",
    ],
)
def test_25_whoever_wants_to_be_led_elsewhere_gets_home(session: Session, browser: Browser, wanted: str) -> None:
    mail = mail_of(session, with_password(session).id)
    page = browser.client.get("/sign-in", query_string={"next": wanted}, base_url=browser.base_url)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"mail": mail, "password": PASSWORD, "csrf_token": token},
        base_url=browser.base_url,
        headers={"Referer": browser.base_url},
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_26_cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(session: Session, browser: Browser) -> None:
    answer = sign_in(browser, mail_of(session, with_password(session).id))
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-cairn", "__Host-cairn_known"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "no-store" in browser.get("/account").headers["Cache-Control"]


def test_29_a_sign_in_without_the_page_s_token_is_refused_before_it_is_counted(
    session: Session, browser: Browser
) -> None:
    mail = mail_of(session, with_password(session).id)
    answer = browser.client.post("/sign-in", data={"mail": mail, "password": PASSWORD}, base_url=browser.base_url)
    assert answer.status_code == 400
    assert session.scalars(select(Tries)).all() == []


def test_23_a_password_of_a_megabyte_is_refused_before_anything_is_hashed(session: Session, browser: Browser) -> None:
    mail = mail_of(session, with_password(session).id)
    with hash_checks() as count:
        assert sign_in(browser, mail, "x" * 2**20).status_code == 413
        assert sign_in(browser, mail, "x" * 1025).status_code == 422
    assert count.checks == 0


def test_54_a_nul_in_the_address_is_refused_on_both_databases(browser: Browser) -> None:
    assert sign_in(browser, "dana\0@cairn.test").status_code == 422


def test_55_an_address_in_other_case_is_the_same_account(session: Session, browser: Browser) -> None:
    with_password(session, mail="Dana@Cairn.test")
    assert sign_in(browser, " dANA@cairn.TEST ").status_code == 303


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(session: Session, browser: Browser) -> None:
    person = with_password(session)
    account = session.get_one(Account, person.id)
    account.password_hash = Hasher(16, 2).hash(PASSWORD)
    session.commit()
    assert sign_in(browser, mail_of(session, person.id)).status_code == 303
    session.commit()
    session.refresh(account)
    assert "m=8,t=1,p=1" in str(account.password_hash)
    assert sign_in(Browser(browser.app), mail_of(session, person.id)).status_code == 303


def test_who_was_invited_and_has_no_password_does_not_come_in_with_any(session: Session, browser: Browser) -> None:
    person = with_password(session)
    session.get_one(Account, person.id).password_hash = None
    session.commit()
    for password in ("nobody's", "", PASSWORD):
        assert sign_in(browser, mail_of(session, person.id), password).status_code == 422


def test_the_audit_holds_no_address_and_no_name(session: Session, browser: Browser) -> None:
    mail = mail_of(session, with_password(session).id)
    sign_in(browser, mail, "wrong")
    sign_in(browser, "stranger@cairn.test", "wrong")
    sign_in(browser, mail)
    browser.post("/sign-out", page="/account")
    session.rollback()
    rows = session.scalars(select(Audit)).all()
    assert [row.action for row in rows] == ["auth.failed", "auth.failed", "auth.signed_in", "auth.signed_out"]
    assert not any("@" in str(row.data) or "Dana" in str(row.data) for row in rows)
