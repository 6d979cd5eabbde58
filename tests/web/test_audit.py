"""The audit page: every entry in words, found again by person, action, subject and day, and taken out as a file."""

from __future__ import annotations

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from lms.interop.sheets.sheet import read_sheet
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.running import chain
from lms.services.running.audit_words import ACTIONS
from lms.storage.audit import Audit
from lms.storage.people import Contact, Person
from lms.storage.session import db
from tests.organisation import NOW, Browser, a_team, somebody

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "lms").rglob("*.py"))


def actions_written() -> set[str]:
    """Every action that the code hands to `ledger.note`; one made of parts as far as it is known: `factor.`"""
    calls = [
        node
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"ledger.note", "note", "_note"}
    ]
    texts = [
        text.value
        for call in calls
        for given in call.args
        for text in ast.walk(given)
        if isinstance(text, ast.Constant)
    ]
    return {text for text in texts if isinstance(text, str) and "." in text}


@pytest.fixture
def admin(session: Session) -> Person:
    return somebody(session, "Ana Lima", rights=["administrator"])


def seed(session: Session, admin: Person) -> Person:
    """Ana invites Dana, gives her rights and a team; the site refuses Dana something."""
    dana = somebody(session, "Dana Osei", mail="dana@cairn.test")
    ana = Actor(person_id=admin.id)
    team = a_team(session, "North")
    ledger.note(session, ana, "person.invited", now=NOW, subject=("person", dana.id))
    ledger.note(
        session, ana, "rights.changed", now=NOW + timedelta(hours=1), subject=("person", dana.id), given=["rep"]
    )
    ledger.note(session, ana, "team.created", now=NOW + timedelta(days=1), subject=("team", team.id))
    ledger.note(session, Actor(person_id=dana.id), "authz.denied", now=NOW + timedelta(days=2), permission="audit.read")
    session.commit()
    return dana


def test_every_action_that_the_code_writes_has_words() -> None:
    written = actions_written()
    assert {"authz.denied", "settings.changed"} <= written
    silent = {action for action in written if not any(known.startswith(action) for known in ACTIONS)}
    assert silent == set()


def test_entries_are_told_in_words_newest_first(session: Session, browser: Browser, admin: Person) -> None:
    seed(session, admin)
    text = browser.sign_in(admin).get("/admin/audit").text
    told = [
        "<bdi>Dana Osei</bdi> asked for something they may not see",
        "<bdi>Ana Lima</bdi> added <bdi>North</bdi>",
        "<bdi>Ana Lima</bdi> changed the rights of <bdi>Dana Osei</bdi>",
        "<bdi>Ana Lima</bdi> invited <bdi>Dana Osei</bdi>",
    ]
    places = [text.index(sentence) for sentence in told]
    assert places == sorted(places)


def test_an_erased_person_is_a_former_colleague(session: Session, browser: Browser, admin: Person) -> None:
    dana = seed(session, admin)
    session.execute(delete(Contact).where(Contact.person_id == dana.id))
    session.execute(update(Person).where(Person.id == dana.id).values(state="erased"))
    session.commit()
    text = browser.sign_in(admin).get(f"/admin/audit?person={dana.id}").text
    assert f"invited <bdi>Former colleague {dana.id}</bdi>" in text
    assert "Dana" not in text


@pytest.mark.parametrize(
    ("query", "told", "not_told"),
    [
        ("person=dana", ["invited", "asked for"], ["added"]),
        ("person=DANA@cairn.test", ["invited", "asked for"], ["added"]),
        ("person=nobody", [], ["invited", "asked for", "added"]),
        ("action=team.created", ["added"], ["invited"]),
        ("since=2026-11-24", ["added", "asked for"], ["invited"]),
        ("until=2026-11-23", ["invited"], ["added", "asked for"]),
        ("since=2026-11-24&until=2026-11-24", ["added"], ["invited", "asked for"]),
    ],
)
def test_entries_are_found_by_person_action_and_day(
    session: Session, browser: Browser, admin: Person, query: str, told: list[str], not_told: list[str]
) -> None:
    seed(session, admin)
    text = browser.sign_in(admin).get(f"/admin/audit?{query}").text
    sentences = [line for line in text.splitlines() if "<bdi>" in line and "<p>" in line]
    assert all(any(word in line for line in sentences) for word in told)
    assert not any(word in line for line in sentences for word in not_told)


def test_everything_about_one_subject_is_one_click_away(session: Session, browser: Browser, admin: Person) -> None:
    dana = seed(session, admin)
    browser.sign_in(admin)
    address = f"/admin/audit?subject=person:{dana.id}"
    assert f'href="/admin/audit?subject=person:{dana.id}"' in browser.get("/admin/audit").text
    text = browser.get(address).text
    assert "invited" in text
    assert "added <bdi>North</bdi>" not in text


@pytest.mark.parametrize(
    "query", ["action=no.such", "since=yesterday", "subject=person", "subject=person:0", "person=" + "x" * 300]
)
def test_a_search_that_cannot_be_is_said_so(browser: Browser, session: Session, admin: Person, query: str) -> None:
    session.commit()
    answer = browser.sign_in(admin).get(f"/admin/audit?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "1e12", "999999999", "9" * 5000, "٣", "", "x", "2"])
def test_52_a_page_that_does_not_exist_is_the_nearest_one(
    session: Session, browser: Browser, admin: Person, page: str
) -> None:
    for number in range(60):
        ledger.note(session, SITE, "settings.changed", now=NOW + timedelta(seconds=number))
    session.commit()
    answer = browser.sign_in(admin).get("/admin/audit", query_string={"page": page})
    assert answer.status_code == 200
    shown = "2" if page in {"999999999", "2"} else "1"
    assert f"Page {shown} of 2, 60 in all" in answer.text


def test_the_head_of_the_chain_is_shown_to_be_kept(session: Session, browser: Browser, admin: Person) -> None:
    seed(session, admin)
    browser.sign_in(admin)
    assert "Nothing has been sealed yet" in browser.get("/admin/audit").text
    chain.seal(session, now=NOW)
    ledger.note(session, SITE, "settings.changed", now=NOW)
    session.commit()
    head = chain.head(session)
    text = browser.get("/admin/audit").text
    assert head is not None
    assert f'value="{head.digest}"' in text
    assert "1 more waits for its seal" in text


def test_the_number_of_queries_does_not_grow_with_the_entries(
    app: Flask, session: Session, browser: Browser, admin: Person
) -> None:
    seed(session, admin)
    browser.sign_in(admin)

    def queries() -> int:
        count = []
        with app.app_context():
            engine = db.engine
        listener = lambda *_: count.append(1)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        assert browser.get("/admin/audit").status_code == 200
        event.remove(engine, "before_cursor_execute", listener)
        return len(count)

    few = queries()
    for _ in range(3):
        seed_more(session, admin)
    assert queries() == few
    assert few <= 14


def seed_more(session: Session, admin: Person) -> None:
    """Ten more people and teams, and what was done to them."""
    for _ in range(10):
        person, team = somebody(session), a_team(session)
        ledger.note(session, Actor(person_id=person.id), "team.created", now=NOW, subject=("team", team.id))
        ledger.note(session, Actor(person_id=admin.id), "person.created", now=NOW, subject=("person", person.id))
    session.commit()


def test_what_was_found_is_exported_and_the_audit_says_so(session: Session, browser: Browser, admin: Person) -> None:
    dana = seed(session, admin)
    browser.sign_in(admin)
    form = {"person": "dana", "form": "csv"}
    answer = browser.post("/admin/audit/export", form, page="/admin/audit?person=dana")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["action"] for row in rows] == ["authz.denied", "rights.changed", "person.invited"]
    assert rows[2]["sentence"] == "Ana Lima invited Dana Osei"
    assert rows[2]["subject_id"] == str(dana.id)
    last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert last is not None
    assert (last.action, last.data) == ("audit.exported", {"form": "csv", "entries": 3})


def test_an_export_goes_on_after_the_first_thousand_entries(session: Session, browser: Browser, admin: Person) -> None:
    session.add_all(Audit(at=NOW, action="settings.changed", data={}) for _ in range(1_205))
    session.commit()
    answer = browser.sign_in(admin).post("/admin/audit/export", {"form": "csv"}, page="/admin/audit")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    numbers = [int(row["entry"]) for row in rows]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 1_205


def test_48_names_that_begin_like_formulas_are_text_in_both_files(
    session: Session, browser: Browser, admin: Person
) -> None:
    evil = somebody(session, "=HYPERLINK(1)")
    ledger.note(session, Actor(person_id=evil.id), "authz.denied", now=NOW)
    session.commit()
    browser.sign_in(admin)
    text = browser.post("/admin/audit/export", {"form": "csv"}, page="/admin/audit").data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    book = browser.post("/admin/audit/export", {"form": "xlsx", "action": "authz.denied"}, page="/admin/audit").data
    assert b"<f>" not in book
    assert "=HYPERLINK(1)" in str(list(read_sheet(book, "audit.xlsx").rows))


def test_an_export_of_another_kind_is_refused_and_nothing_is_noted(
    session: Session, browser: Browser, admin: Person
) -> None:
    session.commit()
    answer = browser.sign_in(admin).post("/admin/audit/export", {"form": "exe"}, page="/admin/audit")
    assert answer.status_code == 400
    assert session.scalar(select(func.count()).select_from(Audit)) == 0


@pytest.mark.parametrize("rights", [["rep"], ["trainer"]])
def test_who_may_not_read_the_audit_finds_no_such_page(session: Session, browser: Browser, rights: list[str]) -> None:
    person = somebody(session, rights=rights)
    session.commit()
    assert browser.sign_in(person).get("/admin/audit").status_code == 404
    assert "/admin/audit" not in browser.get("/").text


def test_an_auditor_reads_and_exports_it(session: Session, browser: Browser) -> None:
    person = somebody(session, rights=["auditor"])
    session.commit()
    browser.sign_in(person)
    assert browser.get("/admin/audit").status_code == 200
    ledger.note(session, SITE, "settings.changed", now=NOW)
    session.commit()
    assert browser.post("/admin/audit/export", {"form": "xlsx"}, page="/admin/audit").status_code == 200
