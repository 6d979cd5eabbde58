"""What somebody found who tried to break in: what goes on after a password changed, two clicks at once, files, mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.interop.reading.text_rules import MAIL_LENGTH, check_mail
from lms.services import imports
from lms.services.access import SITE, Actor
from lms.services.entry import accounts, invitations, links, own_account, rights, second_factor
from lms.services.entry.sessions import actor_of
from lms.services.imports import History, uploads
from lms.services.imports.drafting import draft_of
from lms.services.imports.people_plan import PeopleComparison
from lms.services.imports.people_write import write_people
from lms.services.organisation import erasing, leaving
from lms.services.organisation.leaving import Handover
from lms.storage.accounts import Account, OneTimeLink, RecoveryCode
from lms.storage.curricula import Curriculum
from lms.storage.people import Contact, Person, RightHeld
from lms.storage.session import db, transaction
from lms.storage.site import Holiday
from lms.storage.uploads import Upload
from tests.entry import CHEAP, with_password
from tests.organisation import NOW, TOKEN, Browser, somebody
from tests.services.import_files import acme

NEW = "under the old lighthouse"
KEY = "tests only: 0123456789abcdefghijklmnopq"
LONG = "ß" * 30 + "@" + "ü." * 40 + "de"
"""Within 254 bytes as typed, and far longer as it travels."""


def now() -> datetime:
    return datetime.now(UTC)


def at_once(browser: Browser, address: str, form: Mapping[str, Any], *, page: str = "", times: int = 4) -> list[int]:
    """Press the button of a page that is open so many times at the same moment; the status of each answer."""
    token = TOKEN.search(browser.get(page or address).text)
    assert token is not None, "a page without a form"
    cookie = browser.client.get_cookie("__Host-cairn", domain="cairn.test")
    assert cookie is not None
    headers = {"Referer": f"{browser.base_url}/", "Cookie": f"{cookie.key}={cookie.value}"}
    gate, found = threading.Barrier(times), []

    def press() -> None:
        client = browser.app.test_client(use_cookies=False)
        fields = {**form, "csrf_token": token.group(1)}
        gate.wait()
        found.append(client.post(address, data=fields, base_url=browser.base_url, headers=headers).status_code)

    threads = [threading.Thread(target=press) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def confirmed(session: Session, person: Person) -> Actor:
    """Somebody at their open screen, who gave the password a moment ago."""
    return replace(actor_of(session, person.id), confirmed_at=now())


@pytest.fixture
def ada(session: Session) -> Person:
    """An administrator."""
    person = somebody(session, "Ada Holt", rights=["administrator"], mail="ada@cairn.test")
    session.commit()
    return person


def test_22_a_changed_password_ends_the_change_of_address_that_an_intruder_asked_for(session: Session) -> None:
    dana = with_password(session)
    link = own_account.ask_for_mail(session, confirmed(session, dana), "intruder@evil.example", key=KEY, now=now())
    accounts.store_password(session, dana.id, CHEAP.hash(NEW), now=now())
    session.commit()
    with pytest.raises(links.LinkOver):
        own_account.confirm_mail(session, links.token(link, KEY), key=KEY, now=now())
    assert session.get_one(Contact, dana.id).mail != "intruder@evil.example"


def test_an_administrator_changes_their_own_address_in_their_account_alone(
    session: Session, app: Flask, ada: Person
) -> None:
    browser, page = Browser(app).sign_in(ada), f"/admin/people/{ada.id}/edit"
    answer = browser.post(page, {"name": "Ada Holt", "mail": "other@cairn.test", "version": "1"})
    assert answer.status_code == 422
    assert "Your own address is changed in your account." in answer.text
    assert browser.post(page, {"name": "Ada Ray", "mail": "ADA@cairn.test", "version": "1"}).status_code == 303
    session.expire_all()
    assert session.get_one(Contact, ada.id).name == "Ada Ray"


@pytest.mark.parametrize("page", ["/account/password", "/admin/settings/holidays", "/curricula/starter"])
def test_two_clicks_at_once_do_it_once_and_nobody_is_told_of_a_failure(
    session: Session, app: Flask, ada: Person, page: str
) -> None:
    forms = {"/account/password": {"password": NEW}, "/admin/settings/holidays": {"lines": "2026-12-25 Rest"}}
    form_at = {"/curricula/starter": "/curricula/add"}
    found = at_once(Browser(app).sign_in(ada), page, forms.get(page, {}), page=form_at.get(page, page))
    assert set(found) <= {303, 409}
    assert 303 in found
    session.commit()
    if page == "/admin/settings/holidays":
        assert session.scalar(select(func.count()).select_from(Holiday)) == 1
    if page == "/curricula/starter":
        assert session.scalar(select(func.count()).select_from(Curriculum)) == 1


def test_the_second_factor_turned_off_with_two_clicks_at_once_is_off(session: Session, app: Flask) -> None:
    dana = with_password(session, factor=True)
    found = at_once(Browser(app).sign_in(dana), "/account/second-factor/off", {}, page="/account/second-factor")
    assert set(found) <= {303, 409}
    session.commit()
    assert session.get_one(Account, dana.id, populate_existing=True).totp_since is None


def in_turn(app: Flask, change: Callable[[Session], object]) -> None:
    """Make a change twice, the second one begun while the first is not committed."""
    with app.app_context():
        engine = db.engine

    def again() -> None:
        with Session(engine) as second, transaction(second):
            change(second)

    other = threading.Thread(target=again)
    with Session(engine) as first, transaction(first):
        change(first)
        first.flush()
        other.start()
        other.join(0.5)
    other.join()


def test_recovery_codes_asked_for_twice_at_the_same_moment_are_ten(session: Session, app: Flask) -> None:
    dana = with_password(session, factor=True)
    asker = confirmed(session, dana)
    session.commit()
    in_turn(app, lambda unit: second_factor.new_codes(unit, asker, now=now()))
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_24_of_two_invitations_sent_at_the_same_moment_one_works(session: Session, app: Flask) -> None:
    ines = somebody(session, "Ines Vale")
    session.commit()
    in_turn(app, lambda unit: invitations.invite(unit, SITE, ines.id, now=now()))
    assert session.scalar(select(func.count()).select_from(OneTimeLink).where(OneTimeLink.used_at.is_(None))) == 1


def test_55_an_address_whose_punycode_is_too_long_is_refused_on_both_databases(
    session: Session, app: Flask, ada: Person
) -> None:
    browser = Browser(app).sign_in(ada)
    form = {"name": "Zoe", "mail": LONG, "weekly_hours": "4"}
    assert len(LONG.encode()) <= MAIL_LENGTH
    assert browser.post("/admin/people/new", form).status_code == 422
    assert browser.post("/account/mail", {"mail": LONG}).status_code == 422
    with pytest.raises(Invalid, match="at most 254"):
        check_mail(LONG)


def test_a_file_that_nobody_decided_about_goes_when_its_sender_is_erased(session: Session, ada: Person) -> None:
    uploads.keep(session, actor_of(session, ada.id), History.PEOPLE, "people of ada.csv", b"name\nDana", now=now())
    somebody(session, rights=["administrator"])
    leaving.leave(session, SITE, ada.id, Handover(last_day=NOW.date()), now=now())
    erasing.erase(session, SITE, ada.id, str(ada.id), now=now())
    assert session.scalars(select(Upload.name)).all() == []


def test_12_a_roster_compared_before_somebody_was_demoted_gives_them_nothing_back(
    session: Session, ada: Person
) -> None:
    bo = somebody(session, "Bo Lind", rights=["administrator"], mail="bo@cairn.test")
    session.flush()
    data = b"name,mail,rights\nBo Lind,bo@cairn.test,trainer\n"
    draft = draft_of(session, actor_of(session, ada.id), History.PEOPLE, data, "people.csv", now(), None, None)
    assert isinstance(draft.compared, PeopleComparison)
    rights.set_rights(session, SITE, bo.id, ["rep"], now=now())
    write_people(session, draft.compared, now=now())
    held = session.scalars(select(RightHeld.held).where(RightHeld.person_id == bo.id)).all()
    assert held == ["trainer"]


def test_53_a_version_that_is_no_number_of_a_version_is_that_of_nobody(
    session: Session, app: Flask, ada: Person
) -> None:
    bo = somebody(session, mail="bo@cairn.test")
    session.commit()
    form = {"name": "Bo", "mail": "bo@cairn.test", "version": "9" * 5000}
    assert Browser(app).sign_in(ada).post(f"/admin/people/{bo.id}/edit", form).status_code == 409


def test_47_a_source_as_long_as_a_file_may_name_is_kept_by_both_databases(session: Session, ada: Person) -> None:
    somebody(session, mail="bo@cairn.test")
    acme(session, sources=["s" * 200])
    actor = actor_of(session, ada.id)
    for history, line in (
        (History.OUTCOMES, "person,metric,month,value,source\nbo@cairn.test,quota,2026-01,1," + "s" * 200),
        (History.EVIDENCE, "person,competency,level,on,source\nbo@cairn.test,negotiating,1,2026-01-02," + "s" * 200),
    ):
        assert imports.apply(session, actor, history, line.encode(), "facts.csv", now=NOW).added == 1


def test_a_curriculum_may_have_a_title_of_any_length_on_both_databases(session: Session) -> None:
    number = acme(session, title="A long title " * 50)
    session.commit()
    assert session.get_one(Curriculum, number).title == "A long title " * 50
