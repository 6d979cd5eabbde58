"""Invitations, resets and confirmations: once, in time, for one person, and built from the configured address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict
from lms.services.access import SITE, Actor, Right
from lms.services.entry import invitations, links, own_account
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person
from tests.entry import PASSWORD, code_of, hash_checks, sign_in, with_password
from tests.organisation import Browser, somebody

NEW = "under the old lighthouse"
KEY = "tests only: 0123456789abcdefghijklmnopq"


def now() -> datetime:
    return datetime.now(UTC)


def invited(session: Session, name: str = "Ines Vale") -> tuple[Person, OneTimeLink, str]:
    person = somebody(session, name)
    link = invitations.invite(session, SITE, person.id, now=now())
    session.commit()
    return person, link, links.address(link, base_url="", key=KEY)


def reset_of(session: Session, person: Person) -> tuple[OneTimeLink, str]:
    mail = session.get_one(Contact, person.id).mail
    invitations.start_reset(session, mail, "203.0.113.9", key=KEY, now=now())
    session.commit()
    link = session.scalars(select(OneTimeLink).where(OneTimeLink.kind == "reset")).one()
    session.commit()
    return link, links.address(link, base_url="", key=KEY)


def test_who_is_invited_chooses_a_password_and_is_in(session: Session, browser: Browser) -> None:
    person, _, address = invited(session)
    assert "Welcome, Ines Vale" in browser.get(address).text
    assert browser.post(address, {"password": NEW}).location == "/"
    assert "Ines Vale" in browser.get("/account").text
    mail = session.get_one(Contact, person.id).mail
    session.commit()
    assert sign_in(Browser(browser.app), mail, NEW).status_code == 303


def test_24_looking_at_a_link_uses_nothing_up(session: Session, browser: Browser) -> None:
    _, link, address = invited(session)
    for _ in range(3):
        assert browser.get(address).status_code == 200
        assert browser.client.head(address, base_url=browser.base_url).status_code == 200
    session.refresh(link)
    assert link.used_at is None


def test_24_a_link_works_once_even_for_two_at_the_same_moment(session: Session, app: Flask) -> None:
    _, _, address = invited(session)
    browsers = [Browser(app) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda b: b.post(address, {"password": NEW}).status_code, browsers))
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 400, 410}
    assert Browser(app).get(address).status_code == 410


@pytest.mark.parametrize("harm", ["expired", "tampered", "other id", "other kind", "no number", "huge", "deactivated"])
def test_24_a_link_that_is_not_right_is_refused_in_one_voice(session: Session, app: Flask, harm: str) -> None:
    person, link, address = invited(session)
    _, other, _ = invited(session, "Somebody Else")
    token = address.rsplit("/", 1)[1]
    if harm == "expired":
        link.expires_at = now() - timedelta(seconds=1)
    if harm == "deactivated":
        person.state = "deactivated"
    session.commit()
    address = {
        "tampered": address[:-1] + ("0" if address[-1] != "0" else "1"),
        "other id": f"/invitation/{other.id}.{token.partition('.')[2]}",
        "other kind": f"/reset/{token}",
        "no number": "/invitation/x.y",
        "huge": f"/invitation/{9 * 10**30}.{'a' * 5000}",
    }.get(harm, address)
    browser = Browser(app)
    page = browser.get(address)
    assert page.status_code == 410
    assert "This link does not work any more" in page.text
    with hash_checks() as count:
        assert browser.post(address, {"password": NEW}).status_code == 410
    assert count.checks == 0
    session.expire_all()
    assert session.get_one(Account, person.id).password_hash is None


def test_24_a_newer_invitation_replaces_the_older(session: Session, browser: Browser) -> None:
    person, _, first = invited(session)
    invitations.invite(session, SITE, person.id, now=now())
    session.commit()
    assert browser.get(first).status_code == 410


def test_24_links_begin_with_the_configured_address_whatever_host_is_named(session: Session, app: Flask) -> None:
    _, link, _ = invited(session)
    assert links.address(link, base_url=app.config["LMS_BASE_URL"], key=KEY).startswith(
        "https://cairn.test/invitation/"
    )
    answer = Browser(app).client.post("/reset", data={"mail": "x@y.example"}, base_url="https://evil.example")
    assert answer.status_code == 400


def test_24_no_table_holds_a_token_or_an_address_in_a_job(session: Session) -> None:
    person, link, address = invited(session)
    token = address.rsplit("/", 1)[1]
    jobs = session.scalars(select(Job).where(Job.kind == "mail.send")).all()
    assert [job.args for job in jobs] == [{"template": "invitation", "person": person.id, "link": link.id}]
    assert token.partition(".")[2] not in (link.nonce, link.payload)


def test_a_reset_is_answered_alike_for_an_address_that_nobody_has(session: Session, browser: Browser) -> None:
    mail = session.get_one(Contact, with_password(session).id).mail
    session.commit()
    answers = [browser.post("/reset", {"mail": address}) for address in (mail, "nobody@cairn.test")]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/reset/sent")}
    session.commit()
    assert len(session.scalars(select(Job).where(Job.kind == "mail.send")).all()) == 1


def test_resets_are_few_for_an_address(session: Session, app: Flask) -> None:
    mail = session.get_one(Contact, with_password(session).id).mail
    session.commit()
    statuses = [Browser(app).post("/reset", {"mail": mail}).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_22_a_reset_ends_every_session_and_does_not_skip_the_second_factor(session: Session, app: Flask) -> None:
    person = with_password(session, factor=True)
    thief = Browser(app).sign_in(person)
    _, address = reset_of(session, person)
    browser = Browser(app)
    assert browser.post(address, {"password": NEW}).location == "/sign-in/second-step"
    assert thief.get("/account").status_code == 303
    assert browser.get("/account").status_code == 303
    assert browser.post("/sign-in/second-step", {"code": code_of()}).status_code == 303
    assert browser.get("/account").status_code == 200
    session.commit()
    assert "account.password_reset" in session.scalars(select(Audit.action)).all()


@pytest.mark.parametrize("password", ["short", "password123", "ines vale 2026", "a" * 1025])
def test_23_a_bad_password_is_refused_and_the_link_still_works(
    session: Session, browser: Browser, password: str
) -> None:
    _, _, address = invited(session)
    answer = browser.post(address, {"password": password})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert browser.post(address, {"password": NEW}).status_code == 303


def test_who_has_a_password_is_sent_a_reset_and_no_invitation(session: Session) -> None:
    person = with_password(session)
    with pytest.raises(Conflict):
        invitations.invite(session, SITE, person.id, now=now())
    invitations.send_reset(session, SITE, person.id, now=now())
    person.state = "deactivated"
    session.flush()
    with pytest.raises(Conflict):
        invitations.send_reset(session, SITE, person.id, now=now())


def asked(session: Session, person: Person, mail: str) -> tuple[OneTimeLink, str]:
    actor = Actor(person_id=person.id, rights=frozenset({Right.EVERYBODY}), confirmed_at=now())
    link = own_account.ask_for_mail(session, actor, mail, key=KEY, now=now())
    session.commit()
    return link, links.address(link, base_url="", key=KEY)


def test_an_address_changes_when_the_link_sent_there_is_confirmed(session: Session, browser: Browser) -> None:
    person = with_password(session, mail="old@cairn.test")
    link, address = asked(session, person, "new@cairn.test")
    assert "new@cairn.test" in browser.get(address).text
    assert sign_in(Browser(browser.app), "old@cairn.test").status_code == 303
    assert browser.post(address).status_code == 303
    assert sign_in(Browser(browser.app), "old@cairn.test").status_code == 422
    assert sign_in(Browser(browser.app), "new@cairn.test").status_code == 303
    session.expire_all()
    templates = [job.args["template"] for job in session.scalars(select(Job).order_by(Job.id))]
    assert templates == ["mail-confirm", "mail-changed"]
    assert session.get_one(OneTimeLink, link.id).payload == "old@cairn.test"
    assert "@" not in str([job.args for job in session.scalars(select(Job))])


def test_an_address_of_another_account_is_not_taken_over(session: Session, browser: Browser) -> None:
    person, other = with_password(session, mail="old@cairn.test"), with_password(session, mail="other@cairn.test")
    _, address = asked(session, person, "Other@cairn.test")
    assert browser.post(address).status_code == 410
    session.expire_all()
    assert session.get_one(Contact, person.id).mail == "old@cairn.test"
    assert session.get_one(Contact, other.id).mail == "other@cairn.test"


def test_old_links_are_forgotten_a_month_after_they_were_over(session: Session) -> None:
    _, link, _ = invited(session)
    assert links.forget_old(session, link.expires_at + timedelta(days=29)) == 0
    assert links.forget_old(session, link.expires_at + timedelta(days=31)) == 1


def test_a_link_is_not_signed_by_another_key(session: Session, browser: Browser) -> None:
    _, link, _ = invited(session)
    assert browser.get(links.address(link, base_url="", key="another key")).status_code == 410
    assert PASSWORD not in links.token(link, KEY)


def test_24_a_reset_that_is_under_way_dies_when_the_password_is_changed(session: Session, app: Flask) -> None:
    person = with_password(session)
    _, address = reset_of(session, person)
    owner = Browser(app).sign_in(person)
    assert owner.post("/account/password", {"password": NEW}).status_code == 303
    assert Browser(app).get(address).status_code == 410
