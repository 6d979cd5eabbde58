"""One's own account: what may be changed, by whom, and how recently they have shown who they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.services.entry import accounts
from lms.storage.accounts import Account, OneTimeLink, RecoveryCode, SignIn
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person
from tests.entry import CHEAP, PASSWORD, hash_checks, with_password
from tests.organisation import Browser

NEW = "under the old lighthouse"
GUARDED = ("/account/password", "/account/mail", "/account/second-factor")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def dana(session: Session) -> Person:
    """Somebody with a password."""
    return with_password(session, mail="dana@cairn.test")


@pytest.fixture
def at_home(browser: Browser, dana: Person) -> Browser:
    """Their browser, signed in a moment ago."""
    return browser.sign_in(dana, second_factor=False)


def some_time_ago(session: Session) -> None:
    for live in session.scalars(select(SignIn)):
        live.confirmed_at -= timedelta(minutes=11)
    session.commit()


@pytest.mark.parametrize("page", GUARDED)
def test_what_guards_the_account_asks_for_the_password_again_after_ten_minutes(
    session: Session, at_home: Browser, page: str
) -> None:
    assert at_home.get(page).status_code == 200
    some_time_ago(session)
    asked = at_home.get(page).location
    assert asked == f"/account/confirm?next={page}"
    assert (
        at_home.post(page, {"password": NEW, "mail": "new@cairn.test", "code": "1"}, page="/account").location == asked
    )
    assert at_home.post(asked, {"password": "wrong"}).status_code == 422
    assert at_home.get(page).status_code == 303
    assert at_home.post(asked, {"password": PASSWORD}).location == page
    assert at_home.get(page).status_code == 200
    assert session.scalars(select(OneTimeLink)).all() == []


def test_tries_to_confirm_are_limited(session: Session, at_home: Browser) -> None:
    some_time_ago(session)
    with hash_checks() as count:
        statuses = [at_home.post("/account/confirm", {"password": "wrong"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert count.checks == 10


def test_22_changing_the_password_ends_the_other_sessions_and_sends_word(
    session: Session, app: Flask, at_home: Browser, dana: Person
) -> None:
    other = Browser(app).sign_in(dana)
    assert at_home.post("/account/password", {"password": NEW}).status_code == 303
    assert at_home.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    session.expire_all()
    assert CHEAP.matches(session.get_one(Account, dana.id).password_hash, NEW)
    assert [job.args["template"] for job in session.scalars(select(Job))] == ["password-changed"]


@pytest.mark.parametrize("password", ["short", "password1", "dana moss walks", ""])
def test_23_a_bad_new_password_changes_nothing(session: Session, at_home: Browser, dana: Person, password: str) -> None:
    before = session.get_one(Account, dana.id).password_hash
    session.commit()
    answer = at_home.post("/account/password", {"password": password})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    session.expire_all()
    assert session.get_one(Account, dana.id).password_hash == before


def test_the_profile_is_kept(session: Session, at_home: Browser, dana: Person) -> None:
    form = {"name": "  Dana   Núñez ", "language": "de", "time_zone": "Europe/Berlin"}
    assert at_home.post("/account", form).status_code == 303
    session.expire_all()
    contact = session.get_one(Contact, dana.id)
    assert (contact.name, contact.language, contact.time_zone, contact.shortcuts) == (
        "Dana Núñez",
        "de",
        "Europe/Berlin",
        False,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\0b"},
        {"name": "a\u202eb"},
        {"name": "x" * 201},
        {"time_zone": "Mars/Base"},
        {"language": "xx"},
    ],
)
def test_54_what_cannot_be_kept_is_refused_in_words(
    session: Session, at_home: Browser, dana: Person, wrong: dict[str, str]
) -> None:
    answer = at_home.post("/account", {"name": "Dana", "language": "de", "time_zone": ""} | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    session.expire_all()
    assert session.get_one(Contact, dana.id).name == "Dana Moss"


def test_8_a_profile_takes_nothing_but_what_is_on_the_form(session: Session, at_home: Browser, dana: Person) -> None:
    form = {
        "name": "Dana",
        "language": "",
        "time_zone": "",
        "mail": "x@y.example",
        "state": "erased",
        "rights": "administrator",
    }
    assert at_home.post("/account", form).status_code == 303
    session.expire_all()
    assert session.get_one(Contact, dana.id).mail == "dana@cairn.test"
    assert session.get_one(Person, dana.id).state == "active"


def test_a_new_address_is_asked_for_and_nothing_changes_before_it_is_confirmed(
    session: Session, at_home: Browser, dana: Person
) -> None:
    assert at_home.post("/account/mail", {"mail": "no address"}).status_code == 422
    assert at_home.post("/account/mail", {"mail": "DANA@cairn.test"}).status_code == 422
    assert at_home.post("/account/mail", {"mail": "new@cairn.test"}).status_code == 303
    session.expire_all()
    assert session.get_one(Contact, dana.id).mail == "dana@cairn.test"
    link = session.scalars(select(OneTimeLink)).one()
    assert (link.kind, link.payload) == ("mail", "new@cairn.test")


def test_people_see_and_end_their_own_sessions(session: Session, app: Flask, dana: Person) -> None:
    here, there, third = (Browser(app) for _ in range(3))
    for browser in (here, there, third):
        browser.post("/sign-in", {"mail": "dana@cairn.test", "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    page = here.get("/account/sessions").text
    assert page.count("Firefox, Linux") >= 3
    assert page.count("This one") == 1
    numbers = list(session.scalars(select(SignIn.id).order_by(SignIn.id)))
    session.commit()
    assert here.post(f"/account/sessions/{numbers[1]}/end", page="/account/sessions").status_code == 303
    assert there.get("/account").status_code == 303
    assert here.post("/account/sessions/end-others", page="/account/sessions").status_code == 303
    assert third.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_1_somebody_else_s_session_cannot_be_ended(session: Session, app: Flask, at_home: Browser) -> None:
    other = Browser(app).sign_in(with_password(session, "Remy Stone"))
    number = session.scalars(select(func.max(SignIn.id))).one()
    session.commit()
    assert at_home.post(f"/account/sessions/{number}/end", page="/account/sessions").status_code == 404
    assert other.get("/account").status_code == 200


@pytest.mark.parametrize(("theme", "kept"), [("dark", "dark"), ("light", "light"), ("system", None), ("pink", "light")])
def test_looks_are_kept_with_the_person_and_in_the_browser(
    session: Session, at_home: Browser, dana: Person, theme: str, kept: str | None
) -> None:
    session.get_one(Contact, dana.id).theme = "light"
    session.commit()
    answer = at_home.post("/preferences", {"theme": theme, "next": "/account"}, page="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    session.expire_all()
    assert session.get_one(Contact, dana.id).theme == kept


def test_a_visitor_s_looks_and_language_are_kept_in_the_browser(browser: Browser) -> None:
    answer = browser.post("/preferences", {"theme": "dark", "next": "//evil.example"}, page="/sign-in")
    assert answer.location == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie
    assert 'data-theme="dark"' in browser.get("/sign-in").text
    browser.post("/preferences", {"language": "de"}, page="/sign-in")
    assert 'lang="de"' in browser.get("/sign-in").text


def test_each_change_writes_one_audit_row_without_anything_personal(session: Session, at_home: Browser) -> None:
    at_home.post("/account", {"name": "Dana Other", "language": "", "time_zone": ""})
    at_home.post("/account/mail", {"mail": "new@cairn.test"})
    at_home.post("/account/password", {"password": NEW})
    session.commit()
    rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [row.action for row in rows] == ["account.changed", "account.mail_asked", "account.password_changed"]
    assert not any("Dana" in str(row.data) or "@" in str(row.data) for row in rows)


def test_nothing_of_an_account_is_left_when_its_person_is_erased(
    session: Session, at_home: Browser, dana: Person
) -> None:
    session.add_all([
        RecoveryCode(person_id=dana.id, digest="sha256:x"),
        OneTimeLink(
            kind="mail", person_id=dana.id, nonce="n", payload="a@b.example", created_at=dana.created_at, expires_at=dana.created_at
        ),
    ])  # fmt: skip
    session.flush()
    accounts.forget(session, dana.id)
    session.commit()
    for table in (Account, SignIn, RecoveryCode, OneTimeLink):
        assert session.scalars(select(table)).all() == []
    assert at_home.get("/account").status_code == 303
