"""The log: a line for each request, nothing in it that a person could forge or that says who somebody is."""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.web import logs
from lms.web.logs import OneLine
from tests.organisation import Browser, somebody
from tests.web.everything import token_of

LINE = re.compile(r"method=(GET|HEAD|POST|other) page=[a-z_.-]+ status=[0-9]{3} ms=[0-9]+ person=([0-9]+|-)")


def record(message: str, *values: object, failed: BaseException | None = None) -> str:
    exc = (type(failed), failed, failed.__traceback__) if failed else None
    return OneLine().format(logging.LogRecord("lms.test", logging.INFO, "x.py", 1, message, values, exc))


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [OneLine().format(one) for one in caplog.records if one.name.startswith("lms")]


@pytest.fixture(autouse=True)
def _told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="lms")


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r", "\x0b", "\x1b[2J", "\u2028", "\u202e", "\x85", "\x00"])
def test_38_a_name_with_a_line_break_stays_on_one_escaped_line(sign: str) -> None:
    line = record("person %s signed in", f"Dana{sign}2026-11-23T09:00:00.000Z INFO lms.web admin login")
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert "\\" in line


def test_a_line_says_when_how_grave_and_where_in_utc() -> None:
    at, grave, where, what = record("all well").split(" ", 3)
    assert abs(datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds() < 60
    assert (grave, where, what) == ("INFO", "lms.test", "all well")


def test_an_exception_is_told_by_type_and_place_on_one_line_without_its_text() -> None:
    with pytest.raises(IntegrityError) as failed:
        raise IntegrityError("INSERT INTO contact", {"mail": "dana@acme.example"}, ValueError("dana@acme.example"))
    line = record("failed", failed=failed.value)
    assert "dana" not in line
    assert "sqlalchemy.exc.IntegrityError at " in line
    assert "test_logs.py" in line
    assert len(line.splitlines()) == 1


def test_each_request_is_one_line_with_route_status_and_person(
    session: Session, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    person = somebody(session, "Dana Osei", mail="dana.osei@acme.example")
    session.commit()
    browser.sign_in(person).get("/?q=secret")
    browser.get("/no/such/page\u2028admin")
    browser.client.open("/", method="BREW\u2028", base_url=browser.base_url)
    told = lines(caplog)
    assert len(told) == 3
    assert all(LINE.search(line) for line in told)
    assert "page=home.show status=200" in told[0]
    assert f"person={person.id}" in told[0]
    assert "page=- status=404" in told[1]


def test_64_nothing_personal_and_no_token_is_logged(
    app: Flask, session: Session, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    person = somebody(session, "Dana Osei", mail="dana.osei@acme.example")
    session.commit()
    for address in ("/invitation/T0PS3CRET", "/reset/T0PS3CRET", "/sign-in?next=/T0PS3CRET", "/T0PS3CRET/dana.osei"):
        browser.get(address, headers={"User-Agent": "Dana's phone", "X-Forwarded-For": "203.0.113.9"})
    form = {"mail": "dana.osei@acme.example", "password": "T0PS3CRET password", "csrf_token": token_of(browser)}
    headers = {"Referer": "https://cairn.test/"}
    browser.client.post("/sign-in", data=form, base_url=browser.base_url, headers=headers)
    browser.sign_in(person).get("/account")

    def fails() -> str:
        raise ValueError("dana.osei@acme.example")

    app.view_functions["home.show"] = fails
    assert browser.get("/").status_code == 500
    told = "\n".join(lines(caplog))
    for secret in ("T0PS3CRET", "Dana", "dana", "acme", "127.0.0.1", "203.0.113.9", "phone"):
        assert secret not in told, secret


def test_files_and_health_are_not_logged_unless_asked(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    browser.get("/healthz")
    browser.get("/static/none.css")
    assert lines(caplog) == []
    caplog.set_level(logging.DEBUG, logger="lms")
    browser.get("/healthz")
    assert len(lines(caplog)) == 1


def test_the_terminal_gets_one_handler_however_many_sites_a_process_makes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("lms")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    site = Flask("site")
    logs.install(site)
    logs.install(site)
    (handler,) = logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr
    assert isinstance(handler.formatter, OneLine)
