"""The pages of the site's settings: saved by one, seen by the other, and no secret shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import settings
from lms.services.entry.sessions import actor_of
from lms.storage.jobs import Job
from lms.storage.people import Person
from lms.storage.site import Holiday, Site
from tests.organisation import NOW, Browser, somebody
from tests.services.test_settings import MAIL

GENERAL = {
    "name": "North sales",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "currency": "CHF",
    "working_days": ["1", "2", "3", "4"],
    "invitation_days": "5",
    "warn_days": "20",
}
SERVER = {
    "mail_host": "smtp.example.com",
    "mail_port": "465",
    "mail_security": "tls",
    "mail_user": "cairn",
    "mail_password": "the-mail-password",
    "mail_from": "cairn@example.com",
}


@pytest.fixture
def admin(session: Session) -> Person:
    person = somebody(session, "Ana Lima", rights=["administrator"])
    session.commit()
    return person


def version(text: str) -> str:
    return text.split('name="version"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def stored(session: Session) -> Site:
    session.rollback()
    return session.scalars(select(Site).execution_options(populate_existing=True)).one()


def save(browser: Browser, address: str, form: dict[str, Any]) -> Any:
    """Save the form as it stands on the page."""
    return browser.post(address, {**form, "version": version(browser.get(address).text)})


def test_what_is_saved_is_shown_and_kept(session: Session, browser: Browser, admin: Person) -> None:
    browser.sign_in(admin)
    assert save(browser, "/admin/settings", GENERAL).status_code == 303
    site = stored(session)
    assert (site.name, site.currency, site.working_days, site.warn_days) == ("North sales", "CHF", "1,2,3,4", 20)
    text = browser.get("/admin/settings").text
    assert "The settings were saved." in text
    assert 'value="North sales"' in text
    assert '<option selected value="Europe/Berlin">' in text


def test_the_second_saver_sees_what_the_first_one_saved_and_keeps_what_they_typed(
    app: Flask, session: Session, browser: Browser, admin: Person
) -> None:
    browser.sign_in(admin)
    other = Browser(app).sign_in(admin)
    seen = version(browser.get("/admin/settings").text)
    assert save(other, "/admin/settings", {**GENERAL, "name": "Theirs"}).status_code == 303
    answer = browser.post("/admin/settings", {**GENERAL, "name": "Mine", "version": seen})
    assert answer.status_code == 409
    assert "Somebody else saved these settings" in answer.text
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert stored(session).name == "Theirs"
    again = browser.post("/admin/settings", {**GENERAL, "name": "Mine", "version": version(answer.text)})
    assert again.status_code == 303
    assert stored(session).name == "Mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("currency", "XXX"),
        ("time_zone", "Europe/Atlantis"),
        ("language", "xx"),
        ("working_days", ["9"]),
        ("working_days", []),
        ("warn_days", "1e3"),
        ("warn_days", "٣"),
        ("warn_days", "9" * 30),
        ("warn_days", "400"),
        ("invitation_days", "-1"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_saved(
    session: Session, browser: Browser, admin: Person, field: str, value: Any
) -> None:
    browser.sign_in(admin)
    answer = save(browser, "/admin/settings", {**GENERAL, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert stored(session).currency == "EUR"


def test_the_mail_password_goes_in_and_never_out(session: Session, browser: Browser, admin: Person) -> None:
    browser.sign_in(admin)
    assert save(browser, "/admin/settings/mail", SERVER).status_code == 303
    assert stored(session).mail_password == SERVER["mail_password"]
    assert SERVER["mail_password"] not in browser.get("/admin/settings/mail").text
    assert save(browser, "/admin/settings/mail", {**SERVER, "mail_password": "", "mail_from": "b@example.com"})
    assert (stored(session).mail_password, stored(session).mail_from) == (SERVER["mail_password"], "b@example.com")
    refused = save(browser, "/admin/settings/mail", {**SERVER, "mail_password": "", "mail_host": "evil.example"})
    assert refused.status_code == 422
    wrong = save(browser, "/admin/settings/mail", {**SERVER, "mail_port": "0"})
    assert SERVER["mail_password"] not in wrong.text
    assert SERVER["mail_password"] not in browser.get("/admin/audit").text


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({}, "waits for its turn"),
        ({"attempts": 2, "last_error": "mail-unreachable"}, "is tried again"),
        ({"state": "done", "finished_at": NOW}, "was sent to you"),
        ({"state": "dead", "finished_at": NOW, "last_error": "mail-refused: 550"}, "could not be sent"),
    ],
)
def test_a_test_mail_says_what_became_of_it_and_asks_on_until_then(
    session: Session, browser: Browser, admin: Person, job: dict[str, Any], said: str
) -> None:
    browser.sign_in(admin)
    assert "waits for its turn" not in browser.get("/admin/settings/mail").text
    assert browser.post("/admin/settings/mail/test", page="/admin/settings/mail").status_code == 303
    row = session.scalars(select(Job).where(Job.kind == "mail.send")).one()
    for name, value in job.items():
        setattr(row, name, value)
    session.commit()
    for address in ("/admin/settings/mail", "/admin/settings/mail/test"):
        text = browser.get(address).text
        assert said in text
        assert ("every 1s" in text) == (row.state == "waiting")


def test_holidays_come_in_by_the_line_and_go_one_by_one(session: Session, browser: Browser, admin: Person) -> None:
    browser.sign_in(admin)
    address = "/admin/settings/holidays"
    assert "No holidays yet" in browser.get(address).text
    answer = browser.post(address, {"lines": "2026-12-25 Christmas Day\n2027-01-01 New Year"})
    assert answer.status_code == 303
    text = browser.get(address).text
    assert "2 days were added" in text
    assert "Christmas Day" in text
    assert browser.post(f"{address}/remove", {"day": "2026-12-25"}, page=address).status_code == 303
    assert browser.post(f"{address}/remove", {"day": "2026-12-25"}, page=address).status_code == 404
    session.rollback()
    assert [one.title for one in session.scalars(select(Holiday))] == ["New Year"]


def test_a_wrong_line_is_named_and_none_is_added(session: Session, browser: Browser, admin: Person) -> None:
    browser.sign_in(admin)
    answer = browser.post("/admin/settings/holidays", {"lines": "2026-12-25 Christmas\nsome day\n"})
    assert answer.status_code == 422
    assert "Line 2" in answer.text
    assert "some day" in answer.text
    session.rollback()
    assert session.scalars(select(Holiday)).all() == []


def test_an_auditor_reads_settings_and_finds_nothing_to_save(session: Session, browser: Browser) -> None:
    auditor = somebody(session, rights=["auditor"])
    admin = actor_of(session, somebody(session, rights=["administrator"]).id)
    settings.change(session, admin, MAIL, version=stored_version(session), now=NOW)
    session.commit()
    browser.sign_in(auditor)
    for address in ("/admin/settings", "/admin/settings/mail", "/admin/settings/holidays"):
        text = browser.get(address).text
        assert f'action="{address}"' not in text
        assert str(MAIL.mail_password) not in text
        assert browser.post(address, {**GENERAL, "version": "1"}, page="/").status_code == 404


def stored_version(session: Session) -> int:
    return session.scalars(select(Site)).one().version
