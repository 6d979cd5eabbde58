"""Curricula in and out of files, through the pages: who may, what is refused, and that nothing is half done."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.interop.curriculum_file import curriculum_to_yaml, digest, parse_curriculum
from lms.interop.sheets.sheet import read_sheet
from lms.services import curricula
from lms.services.access import SITE, Permission
from lms.services.authoring import drafts
from lms.services.entry.sessions import actor_of
from lms.services.exchange import outgoing
from lms.services.exchange.outgoing import Format
from lms.services.imports import uploads
from lms.services.imports.uploads import Waiting
from lms.storage.curricula import Curriculum, CurriculumDraft, CurriculumOwner
from lms.storage.people import Person
from lms.storage.uploads import Upload
from tests.organisation import NOW, TOKEN, Browser, somebody
from tests.services.import_files import ACME, a_csv, acme

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SEEN = 'name="seen" value="'
ANYBODY = Waiting(frozenset(), Permission.HOME)


def a_school(session: Session, browser: Browser, **changed: object) -> tuple[int, Person]:
    """The number of the small curriculum, published, and its trainer, signed in."""
    number = acme(session, **changed)
    trainer = somebody(session, "Tess", rights=("trainer",))
    session.add(CurriculumOwner(curriculum_id=number, person_id=trainer.id))
    session.commit()
    browser.sign_in(trainer)
    return number, trainer


@ONE
def test_45_48_every_format_is_an_attachment_in_which_names_run_nothing(session: Session, browser: Browser) -> None:
    evil = ["=HYPERLINK(1)", "+1", "-1", "@x", "＝1", '"><svg onload=alert(1)>{{7*7}}']
    courses = [{"id": f"c{n}", "title": title, "hours": 1} for n, title in enumerate(evil)]
    number, _ = a_school(session, browser, courses=[*ACME["courses"], *courses])
    page = browser.get(f"/curricula/{number}/export").text
    assert "Gates are left out, of: ae." in page
    assert "courses: basics, talk, c0, c1, c2 … (8)" in page
    for form in Format:
        answer = browser.get(f"/curricula/{number}/export/{form}")
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="acme')
        assert f"/export/{form}?of=1" in page
    sheet = browser.get(f"/curricula/{number}/export/courses?of=1").data
    guarded = sheet.decode("utf-8-sig").splitlines()[3:8]
    assert [line.split(",")[1][0] for line in guarded] == ["'"] * 5
    titles = [row.cells["title"] for row in read_sheet(sheet, "x.csv").rows]
    assert titles[2:] == evil
    book = zipfile.ZipFile(io.BytesIO(browser.get(f"/curricula/{number}/export/xlsx").data))
    assert not any(b"<f>" in book.read(name) for name in book.namelist())


@ONE
def test_06_the_draft_goes_out_to_its_trainers_alone(session: Session, browser: Browser) -> None:
    number, _ = a_school(session, browser)
    rep = somebody(session)
    session.commit()
    published = session.get_one(Curriculum, number).published_id
    assert published is not None
    same = parse_curriculum(browser.get(f"/curricula/{number}/export/yaml?of=draft").data, "x.yaml")
    assert digest(same) == curricula.version(session, published).digest
    browser.sign_in(rep)
    assert "of=draft" not in browser.get(f"/curricula/{number}/export").text
    assert json.loads(browser.get(f"/curricula/{number}/export/json").data)["id"] == "acme"
    for address in ("export/yaml?of=draft", "export?of=draft", "export/yaml?of=9", "export/exe"):
        assert browser.get(f"/curricula/{number}/{address}").status_code == 404


def send(
    browser: Browser, number: int, brings: str, data: bytes, name: str, cut: int | None = None, **changed: Any
) -> TestResponse:
    """Choose a file and send it, the bytes as they go over the wire."""
    address = f"/curricula/{number}/draft/import"
    token = TOKEN.search(browser.get(address).text)
    assert token
    fields = {"csrf_token": token.group(1), "brings": brings}
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join([*parts, head]).encode() + data + b"\r\n--cut--\r\n"
    more: Any = {
        "content_type": "multipart/form-data; boundary=cut",
        "headers": {"Referer": browser.base_url},
        **changed,
    }
    return browser.client.post(address, data=body[:cut], base_url=browser.base_url, **more)


def agree(browser: Browser, address: str) -> TestResponse:
    """Press the button of the dry run."""
    seen = browser.get(address).text.partition(SEEN)[2].partition('"')[0]
    return browser.post(address, {"seen": seen})


def titles(session: Session, number: int) -> list[str]:
    """The titles of the draft's competencies."""
    session.rollback()
    return [one.title for one in drafts.open_draft(session, SITE, number).value.competencies]


def test_a_sheet_is_sent_its_columns_mapped_its_difference_seen_brought_and_undone(
    session: Session, browser: Browser
) -> None:
    number, _ = a_school(session, browser)
    rows = a_csv("id,Benennung,Kosten", "negotiating,Holding a position,3", "new,<img src=x onerror=a>,4")
    sent = send(browser, number, "competencies", rows, "x.csv")
    page = browser.get(sent.location).text
    assert "unknown column &#39;Benennung&#39;" in page
    assert SEEN not in page
    assert "Benennung" in browser.get(f"{sent.location}/problems.csv").text
    chosen = {"column0": "id", "column1": "title", "column2": ""}
    assert browser.post(f"{sent.location}/columns", chosen, page=sent.location).status_code == 303
    assert "needs" in browser.get(sent.location).text
    rows = a_csv("id,title,kind", "negotiating,Holding a position,skill", "new,<img src=x onerror=a>,skill")
    sent = send(browser, number, "competencies", rows, "x.csv")
    page = browser.get(sent.location).text
    assert "Put 2 changes into the draft" in page
    assert "<del>Negotiating</del> → <ins>Holding a position</ins>" in page
    assert "<img src=x" not in page
    assert titles(session, number) == ["Negotiating", "Discovery"], "looking writes nothing"
    done = agree(browser, sent.location)
    assert (done.status_code, done.location) == (303, f"/curricula/{number}/edit")
    assert titles(session, number) == ["Holding a position", "Discovery", "<img src=x onerror=a>"]
    assert session.scalars(select(Upload.id)).all() == [], "the file is gone"
    assert agree(browser, sent.location).status_code == 404
    sent = send(browser, number, "competencies", rows, "x.csv")
    assert "All of it is here already" in browser.get(sent.location).text
    session.rollback()
    drafts.undo(session, SITE, number, now=NOW)
    session.commit()
    assert titles(session, number) == ["Negotiating", "Discovery"]


@ONE
def test_a_draft_that_changed_since_is_looked_at_again_and_nothing_is_brought(
    session: Session, browser: Browser
) -> None:
    number, _ = a_school(session, browser)
    sent = send(browser, number, "document", json.dumps({**ACME, "courses": ACME["courses"][:1]}).encode(), "a.json")
    page = browser.get(sent.location).text
    assert "Taken out" in page
    seen = page.partition(SEEN)[2].partition('"')[0]
    changed = json.dumps({**ACME, "competencies": [*ACME["competencies"], {"id": "x", "title": "X", "kind": "skill"}]})
    drafts.save_draft(session, SITE, parse_curriculum(changed, "x.json"), now=NOW)
    session.commit()
    answer = browser.post(sent.location, {"seen": seen})
    assert answer.status_code == 409
    assert "The draft has changed since you looked" in answer.text
    assert titles(session, number) == ["Negotiating", "Discovery", "X"]
    assert agree(browser, sent.location).status_code == 303
    assert titles(session, number) == ["Negotiating", "Discovery"]


@ONE
def test_12_a_file_is_its_sender_s_and_a_draft_its_trainers(session: Session, browser: Browser) -> None:
    number, trainer = a_school(session, browser)
    sent = send(browser, number, "roles", a_csv("id,title,right", "x,X,administrator"), "x.csv")
    page = browser.get(sent.location)
    assert "unknown column &#39;right&#39;" in page.text
    others = [somebody(session, rights=(right,)) for right in ("trainer", "rep", "auditor")]
    other_place = uploads.keep(
        session, actor_of(session, trainer.id), "people", "x.csv", b"name", now=NOW, waiting=ANYBODY
    )
    session.commit()
    place = f"/curricula/{number}/draft/import"
    assert browser.get(f"{place}/{other_place.id}").status_code == 404, "a file that waits for something else"
    for person in others:
        browser.sign_in(person)
        for address in (place, sent.location, f"{place}/template/roles.csv"):
            assert browser.get(address).status_code == 404


@ONE
@pytest.mark.parametrize(
    ("brings", "name", "data", "status"),
    [
        ("document", "x.php", b"<?php", 422),
        ("document", "page.html", b"<html>", 422),
        ("courses", "x.png", b"<html>", 422),
        ("case", "x.csv", b"id", 422),
        ("courses", "x.csv", b"", 422),
        ("roles", "x", b"id", 422),
        ("anything", "x.csv", b"id", 422),
        ("courses", "x" * 10_000 + ".csv", b"id,title\n", 303),
        ("courses", "..%2f..%2fetc/passwd.csv", b"id,title\n", 303),
        ("courses", "a\r\nSet-Cookie: x=1\r\n.csv", b"id,title\n", 422),
        ("courses", "a%0d%0aSet-Cookie: x=1\x01\u202e.csv", b"id,title\n", 303),
    ],
)
def test_45_files_are_refused_or_renamed(
    session: Session, browser: Browser, brings: str, name: str, data: bytes, status: int
) -> None:
    number, _ = a_school(session, browser)
    sent = send(browser, number, brings, data, name)
    assert sent.status_code == status
    kept = session.scalars(select(Upload.name)).all()
    assert len(kept) == (status == 303)
    assert all(len(one) <= 100 and one.isprintable() and "/" not in one for one in kept)
    if status == 303:
        assert browser.get(sent.location).status_code == 200
    else:
        assert "There is a problem" in sent.text


@ONE
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # werkzeug drops its nameless file unclosed
def test_45_46_too_large_cut_off_or_without_length_is_refused(session: Session, browser: Browser) -> None:
    number, _ = a_school(session, browser)
    browser.app.config["MAX_CONTENT_LENGTH"] = 5_000
    assert send(browser, number, "courses", b"x" * 5_001, "x.csv").status_code == 413
    browser.app.config["MAX_CONTENT_LENGTH"] = 50_000
    for more in ({}, {"environ_overrides": {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}}):
        sent = send(browser, number, "courses", b"id,title\n" * 500, "x.csv", 2_000, **more)
        assert sent.status_code in {400, 413, 422}
    assert session.scalars(select(Upload.id)).all() == []


@ONE
@pytest.mark.parametrize(
    "entries",
    [
        [("../../x.yaml", b"id: a")],
        [("/x.yaml", b"id: a")],
        [("a.yaml", b"#" * 3_000_000)],
        [("a.yaml", b"id: a"), ("A.yaml", b"id: a")],
        [(f"{n}.yaml", b"") for n in range(2_001)],
        [("nothing.txt", b"")],
    ],
)
def test_39_40_41_archives_that_mean_harm_are_refused_whole(
    session: Session, browser: Browser, entries: list[tuple[str, bytes]]
) -> None:
    number, _ = a_school(session, browser)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    sent = send(browser, number, "document", data.getvalue(), "x.zip")
    page = browser.get(sent.location).text
    assert "so nothing can be imported yet" in page
    assert browser.post(sent.location, {"seen": ""}).status_code == 422


@ONE
def test_49_50_what_is_deep_or_too_much_is_answered_at_once(session: Session, browser: Browser) -> None:
    number, _ = a_school(session, browser)
    deep = b'{"format": ' + b"[" * 100_000
    chain = [{"id": f"c{n}", "title": "C", "hours": 1, "requires": {"course": f"c{n + 1}"}} for n in range(19_999)]
    long = {**ACME, "courses": [*ACME["courses"], *chain, {"id": "c19999", "title": "C", "hours": 1}]}
    for data, told in ((deep, "problem"), (json.dumps(long).encode(), "lms import curriculum")):
        sent = send(browser, number, "document", data, "x.json")
        assert told in browser.get(sent.location).text
        assert browser.post(sent.location, {"seen": ""}).status_code == 422
    yaml = curriculum_to_yaml(parse_curriculum(json.dumps(long), "x.json")).encode()
    sent = send(browser, number, "document", yaml, "x.yaml")
    assert "lms import curriculum" in browser.get(sent.location).text
    assert session.scalar(select(CurriculumDraft.changed_at)) == NOW


@ONE
def test_48_templates_read_as_they_are_but_for_what_the_example_names(session: Session, browser: Browser) -> None:
    number, _ = a_school(session, browser)
    for kind in ("competencies", "courses", "roles"):
        for form in ("csv", "xlsx"):
            data = browser.get(f"/curricula/{number}/draft/import/template/{kind}.{form}").data
            page = browser.get(send(browser, number, kind, data, f"x.{form}").location).text
            assert "unknown column" not in page
    assert "level_3" in browser.get(f"/curricula/{number}/draft/import/template/competencies.csv").text
    assert "level_4" not in browser.get(f"/curricula/{number}/draft/import/template/competencies.csv").text


@ONE
def test_an_empty_curriculum_is_begun_in_the_site_s_language_and_opens_in_the_studio(
    session: Session, browser: Browser
) -> None:
    number, trainer = a_school(session, browser)
    for title, key in (("Acme", "acme-2"), ("=Größe <b>", "grosse-b")):
        begun = browser.post("/curricula/new", {"title": title}, page="/curricula/add")
        made = session.scalars(select(Curriculum).where(Curriculum.key == key)).one()
        assert (begun.status_code, begun.location) == (303, f"/curricula/{made.id}/edit")
        draft = drafts.open_draft(session, actor_of(session, trainer.id), made.id)
        assert [level.title for level in draft.value.scale] == [
            "Knows",
            "Works with help",
            "Works alone",
            "Teaches others",
        ]
        session.rollback()
    assert number != made.id
    for title in ("", "  ", "x" * 201, "a\x00b"):
        answer = browser.post("/curricula/new", {"title": title}, page="/curricula/add")
        assert answer.status_code == 422
        assert "There is a problem" in answer.text


@ONE
def test_a_framework_becomes_a_curriculum_of_its_own_and_never_takes_the_place_of_one(
    session: Session, browser: Browser
) -> None:
    number, _ = a_school(session, browser)
    value = curricula.published(session)[0].curriculum
    session.rollback()
    others = parse_curriculum(json.dumps({**ACME, "id": "framework"}), "x.json")
    for form, status in ((Format.MOODLE, 303), (Format.CASE, 422), (Format.ZIP, 303)):
        for one, wanted in ((value, 422 if form is not Format.ZIP else 303), (others, status)):
            written = outgoing.written(one, form, now=NOW)
            file = {"file": (io.BytesIO(written.data), written.name)}
            sent = browser.post("/curricula/add", file, content_type="multipart/form-data")
            assert sent.status_code == wanted, (form, one.id)
            assert wanted == 303 or "Import this file into its draft" in sent.text
    assert digest(drafts.open_draft(session, SITE, number).value) == digest(value)
    framework = session.scalars(select(Curriculum.id).where(Curriculum.key == "framework")).one()
    assert drafts.open_draft(session, SITE, framework).value == others
    session.rollback()
    for name, data in (("x.php", b"x"), ("x.yaml", b""), ("x.zip", b"PK"), ("x.csv", b"a,b\n1,2\n")):
        file = {"file": (io.BytesIO(data), name)}
        assert browser.post("/curricula/add", file, content_type="multipart/form-data").status_code == 422
