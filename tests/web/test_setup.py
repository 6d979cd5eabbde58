"""The first run: one token, one administrator, and nothing that anybody could have guessed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.config import Settings, read_settings
from lms.errors import Conflict, Invalid
from lms.services.entry import setup
from lms.storage.accounts import Account
from lms.storage.people import Person, RightHeld
from lms.storage.session import db
from lms.storage.site import Site
from tests.entry import code_of, sign_in
from tests.organisation import NOW, Browser

KEY = "tests only: 0123456789abcdefghijklmnopq"
FORM = {
    "site_name": "Acme Selling",
    "time_zone": "Europe/Berlin",
    "currency": "USD",
    "name": "Ada First",
    "mail": "ada@acme.example",
    "password": "under the old lighthouse",
}


@pytest.fixture
def fresh(session: Session) -> Session:
    """The database of a site whose first run is still to come."""
    session.execute(delete(Site))
    session.commit()
    return session


@pytest.fixture
def address(fresh: Session) -> str:
    """What the terminal shows."""
    token = setup.token(fresh, now=datetime.now(UTC), key=KEY)
    fresh.commit()
    return f"/setup/{token}"


@pytest.mark.parametrize("page", ["/", "/sign-in", "/account/password", "/reset"])
def test_28_before_the_first_run_every_page_leads_to_it(fresh: Session, browser: Browser, page: str) -> None:
    answer = browser.get(page)
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert "terminal" in browser.get("/setup").text


def test_28_there_is_no_account_to_begin_with(fresh: Session, browser: Browser) -> None:
    assert fresh.scalars(select(func.count()).select_from(Account)).one() == 0
    assert fresh.scalars(select(func.count()).select_from(Person)).one() == 0
    assert browser.post("/sign-in", {"mail": "admin", "password": "admin"}, page="/setup").location == "/setup"


def test_28_the_token_makes_one_administrator_and_works_once(fresh: Session, browser: Browser, address: str) -> None:
    assert browser.get(address).status_code == 200
    assert browser.post(address, FORM).location == "/account/second-factor"
    assert browser.get("/").location == "/account/second-factor"
    assert browser.get(address).status_code == 410
    assert browser.post(address, FORM | {"mail": "eve@acme.example"}).status_code == 410
    fresh.expire_all()
    site = fresh.scalars(select(Site)).one()
    assert (site.name, site.time_zone, site.currency) == ("Acme Selling", "Europe/Berlin", "USD")
    assert site.set_up_at is not None
    assert fresh.scalars(select(RightHeld.held)).all() == ["administrator"]
    assert sign_in(Browser(browser.app), "ada@acme.example", FORM["password"]).status_code == 303
    with pytest.raises(Conflict):
        setup.token(fresh, now=NOW, key=KEY)


def test_28_two_who_hold_the_token_make_one_administrator(fresh: Session, app: Flask, address: str) -> None:
    forms = [FORM | {"mail": f"ada{number}@acme.example"} for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda form: Browser(app).post(address, form).status_code, forms))
    assert statuses.count(303) == 1
    assert fresh.scalars(select(func.count()).select_from(Person)).one() == 1


def test_28_a_newer_token_replaces_the_older_and_a_guessed_one_opens_nothing(
    fresh: Session, browser: Browser, address: str
) -> None:
    newer = setup.token(fresh, now=datetime.now(UTC), key=KEY)
    fresh.commit()
    assert browser.get(address).status_code == 410
    assert browser.get("/setup/1.0000").status_code == 410
    assert browser.get("/setup/admin").status_code == 410
    assert browser.get(f"/setup/{newer}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "admin123"},
        {"mail": "ada"},
        {"name": ""},
        {"currency": "XXX"},
        {"time_zone": "Mars"},
        {"site_name": "\0"},
    ],
)
def test_what_is_wrong_is_said_and_the_token_still_works(
    fresh: Session, browser: Browser, address: str, wrong: dict[str, str]
) -> None:
    answer = browser.post(address, FORM | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert fresh.scalars(select(func.count()).select_from(Person)).one() == 0
    fresh.commit()
    assert browser.post(address, FORM).status_code == 303


def test_the_first_administrator_goes_from_the_token_to_the_site(
    fresh: Session, browser: Browser, address: str
) -> None:
    factor = browser.post(address, FORM).location
    page = browser.get(factor).text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    done = browser.post(factor, {"code": code_of(found.group(1).replace(" ", ""))})
    assert "Keep these codes" in done.text
    assert browser.get("/").status_code != 303
    assert browser.get("/setup").location == "/"


@pytest.mark.parametrize("key", [None, "short", "a" * 64, "changeme"])
def test_28_production_does_not_start_without_a_secret_of_its_own(key: str | None, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="LMS_SECRET_KEY"):
        read_settings(
            _env_file=None, environment="production", base_url="https://cairn.test", secret_key=key, data_dir=tmp_path
        )


def test_28_production_does_not_start_over_plain_http(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="https"):
        read_settings(
            _env_file=None, environment="production", base_url="http://cairn.test", secret_key=KEY, data_dir=tmp_path
        )


def test_26_over_plain_http_on_this_machine_cookies_lose_prefix_and_secure(
    session: Session, settings: Settings
) -> None:
    plain = settings.model_copy(update={"environment": "development", "base_url": "http://127.0.0.1:5000"})
    site = create_app(plain)
    browser = Browser(site, "http://127.0.0.1:5000")
    browser.get("/sign-in")
    cookie = (
        browser.get("/sign-in").headers.get("Set-Cookie")
        or Browser(site, browser.base_url).get("/sign-in").headers["Set-Cookie"]
    )
    assert cookie.startswith("cairn=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    with site.app_context():
        db.engine.dispose()
