"""The pages that bring history: file, difference, import, and what comes after."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.services.imports import uploads
from lms.storage.accounts import OneTimeLink
from lms.storage.people import Contact, Person
from lms.storage.record import ImportBatch
from lms.storage.uploads import Upload
from tests.organisation import Browser, somebody
from tests.services.import_files import a_csv, acme

PEOPLE = a_csv("name,mail,role,role_since", "Dana Rivera,dana@acme.example,sdr,2026-02-01", "Kim,kim@acme.example,,")
SEEN = 'name="seen" value="'


def an_office(session: Session, browser: Browser) -> Person:
    """An administrator signed in, and a published curriculum."""
    boss = somebody(session, "Boss", rights=("administrator",))
    acme(session)
    session.commit()
    browser.sign_in(boss)
    return boss


def send(browser: Browser, data: bytes, *, kind: str = "people", name: str = "people.csv") -> TestResponse:
    """Choose a file and send it."""
    address = f"/admin/import/{kind}"
    return browser.post(address, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def agree(browser: Browser, address: str) -> TestResponse:
    """Press the button of the preview."""
    page = browser.get(address).text
    seen = page.partition(SEEN)[2].partition('"')[0]
    return browser.post(address, {"seen": seen})


def people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_file_is_sent_looked_at_imported_and_its_people_invited(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    answer = send(browser, PEOPLE)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Dana Rivera" in page
    assert "Import 2 rows" in page
    assert people(session) == 1, "looking writes nothing"
    done = agree(browser, answer.location)
    assert done.status_code == 303
    session.rollback()
    assert people(session) == 3
    assert session.scalars(select(Upload.id)).all() == [], "the file is gone"
    page = browser.get(done.location).text
    assert "2 people wait for an invitation" in page
    assert browser.post(done.location).status_code == 303
    session.rollback()
    assert session.scalars(select(OneTimeLink.kind)).all() == ["invitation", "invitation"]
    assert "wait for an invitation" not in browser.get(done.location).text
    assert "Dana" not in browser.get("/admin/import").text


def test_47_a_bad_row_is_named_mended_and_imported(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    bad = send(browser, PEOPLE.replace(b",sdr,", b",sdrr,"))
    page = browser.get(bad.location).text
    assert "did you mean &#39;sdr&#39;" in page
    assert SEEN not in page, "there is no button to press"
    assert browser.post(bad.location, {"seen": "x"}).status_code == 422
    listed = browser.get(f"{bad.location}/problems.csv")
    assert listed.data.decode("utf-8-sig").splitlines()[1].startswith('2,"') is False
    assert "sdrr" in listed.text
    session.rollback()
    assert people(session) == 1
    mended = send(browser, PEOPLE)
    session.rollback()
    assert len(session.scalars(select(Upload.id)).all()) == 1, "the mended file takes the place of the other"
    assert agree(browser, mended.location).status_code == 303
    session.rollback()
    assert people(session) == 3


def test_47_cells_are_shown_escaped(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    evil = '<img src=x onerror="alert(1)">'
    data = f'name,mail,{evil.replace(",", "")}\n"{evil.replace(chr(34), chr(34) * 2)}",dana@acme.example,x\n'.encode()
    for address in (send(browser, data, name=f"{evil}.csv").location,):
        shown = browser.get(address)
        assert shown.status_code == 200
        assert "<img" not in shown.text
    clean = data.replace(b',<img src=x onerror="alert(1)">', b"", 1).replace(b",x\n", b"\n")
    page = browser.get(send(browser, clean).location).text
    assert "<img" not in page
    assert "&lt;img" in page


def test_unknown_columns_are_mapped_by_hand(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    sent = send(browser, a_csv("Nom,Courriel,Solde", "Dana,dana@acme.example,12"))
    page = browser.get(sent.location).text
    assert "unknown column" in page
    assert "Leave this column out" in page
    chosen = {"column0": "name", "column1": "mail", "column2": ""}
    assert browser.post(f"{sent.location}/columns", chosen, page=sent.location).status_code == 303
    assert agree(browser, sent.location).status_code == 303
    session.rollback()
    assert session.scalar(select(Contact.name).where(Contact.mail == "dana@acme.example")) == "Dana"
    sent = send(browser, a_csv("Nom", "Dana"))
    assert browser.post(f"{sent.location}/columns", {"column0": "salary"}, page=sent.location).status_code == 422


def test_when_the_difference_has_changed_it_is_shown_again(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    sent = send(browser, PEOPLE)
    seen = browser.get(sent.location).text.partition(SEEN)[2].partition('"')[0]
    session.rollback()
    somebody(session, "Dana Rivera", mail="dana@acme.example")
    session.commit()
    answer = browser.post(sent.location, {"seen": seen})
    assert answer.status_code == 409
    assert "no longer what you saw" in answer.text
    session.rollback()
    assert people(session) == 2
    assert agree(browser, sent.location).status_code == 303


def test_a_second_click_finds_the_file_used_and_imports_nothing_again(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    sent = send(browser, PEOPLE)
    token = browser.get(sent.location).text
    assert agree(browser, sent.location).status_code == 303
    again = browser.post(sent.location, {"seen": "x"}, page="/admin/import/people")
    assert again.status_code == 404
    assert "Import" in token
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1


def test_12_nobody_but_an_administrator_gets_near_and_a_file_is_its_sender_s_alone(
    session: Session, browser: Browser
) -> None:
    an_office(session, browser)
    address = send(browser, PEOPLE).location
    session.rollback()
    trainer = somebody(session, rights=("trainer", "rep"))
    other = somebody(session, rights=("administrator",))
    session.commit()
    for person, expected in ((trainer, 404), (other, 200)):
        browser.sign_in(person)
        assert browser.get("/admin/import/people").status_code == expected
        for one in (address, f"{address}/problems.csv"):
            assert browser.get(one).status_code == 404
        for one in (address, f"{address}/columns"):
            assert browser.post(one, {"seen": ""}, page="/").status_code == 404


def test_a_file_is_forgotten_after_an_hour(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    address = send(browser, PEOPLE).location
    session.rollback()
    upload = session.scalars(select(Upload)).one()
    now = upload.created_at + uploads.KEPT
    assert uploads.forget_old_uploads(session, upload.created_at) == 0
    upload.created_at -= uploads.KEPT
    session.commit()
    assert browser.get(address).status_code == 404
    session.rollback()
    assert uploads.forget_old_uploads(session, now) == 1


@pytest.mark.parametrize("sent", [{}, {"file": (io.BytesIO(b""), "people.csv")}])
def test_no_file_or_an_empty_one_is_said_beside_the_field(
    session: Session, browser: Browser, sent: dict[str, Any]
) -> None:
    an_office(session, browser)
    if sent:
        sent = {"file": (io.BytesIO(b""), "people.csv")}
    answer = browser.post("/admin/import/people", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("kind", ["people", "completions", "evidence", "outcomes"])
def test_the_templates_are_offered_and_their_example_is_read(session: Session, browser: Browser, kind: str) -> None:
    an_office(session, browser)
    for form in ("csv", "xlsx"):
        template = browser.get(f"/admin/import/{kind}/template.{form}")
        assert template.headers["Content-Disposition"] == f'attachment; filename="{kind}.{form}"'
        page = browser.get(send(browser, template.data, kind=kind, name=f"{kind}.{form}").location)
        assert page.status_code == 200
        assert "unknown column" not in page.text


def test_48_the_list_of_people_comes_back_unchanged(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    rows = [
        "name,mail,number,team,role,role_since,target,aim,weekly_hours,language",
        "=cmd|' /C calc'!A0,eve@acme.example,-1,North / Berlin,sdr,2026-02-01,ae,2027-03-31,3.5,de",
        "@Home Smith,at@acme.example,+49,North,ae,2026-03-01,,,4,",
        "'=Quoted,q@acme.example,'+1,,,,,,,",
    ]
    assert agree(browser, send(browser, a_csv(*rows)).location).status_code == 303
    for form in ("csv", "xlsx"):
        exported = browser.get(f"/admin/people/export.{form}").data
        page = browser.get(send(browser, exported, name=f"people.{form}").location).text
        assert "All of it is here already" in page, page
        if form == "csv":
            assert b"\r\n=" not in exported


def test_a_hostile_file_is_told_off_and_never_fails(session: Session, browser: Browser) -> None:
    an_office(session, browser)
    for data in (b"\x00\x01\x02", b"PK\x03\x04" + b"\x00" * 50, b'"', b"a,a\n1,2", b"\xff\xfe\x00\xd8", b"," * 5000):
        page = browser.get(send(browser, data).location)
        assert page.status_code == 200
        assert "so nothing can be imported yet" in page.text
