"""The pages of evidence and its files: from a phone to the ledger, and what nobody else gets to see."""

from __future__ import annotations

import io
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.jobs import clock
from lms.jobs.work import Work
from lms.storage.evidence_pieces import Piece, StoredFile
from lms.storage.files import Files
from lms.storage.people import RightHeld
from lms.storage.record import Evidence
from lms.storage.session import db, transaction
from tests.organisation import TOKEN, Browser
from tests.services.evidence.pieces import PDF
from tests.services.learning.academy import Academy, an_academy

NOW = datetime.now(UTC)
TODAY = NOW.date().isoformat()
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
DOCX = b"PK\x03\x04" + b"\x00" * 40 + b"[Content_Types].xml" + b"word/document.xml" + b"PK\x05\x06" + b"\x00" * 18
ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What does not depend on the database is tried on one."""


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


@pytest.fixture
def store(app: Flask, tmp_path: Path) -> Files:
    """A folder of its own, and uploads of 40 kB at most."""
    app.config["LMS_FILES"] = Files(tmp_path / "evidence", 30_000)
    app.config["MAX_CONTENT_LENGTH"] = 40_000
    found: Files = app.config["LMS_FILES"]
    return found


def lying(store: Files) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def send(browser: Browser, *files: tuple[str, bytes], **more: Any) -> TestResponse:
    form = {"kind": "file", "competency": "talking", "level": "2", "shown_on": TODAY, "text": "", **more}
    form["files"] = [(io.BytesIO(data), name) for name, data in files]
    return browser.post("/evidence/new", form, content_type="multipart/form-data")


def test_a_piece_goes_from_the_rep_to_the_manager_and_back_and_its_file_is_only_ever_saved(
    session: Session, app: Flask, academy: Academy, store: Files
) -> None:
    rep, boss = Browser(app).sign_in(academy.rep), Browser(app).sign_in(academy.manager)
    assert "No evidence yet" in rep.get("/evidence").text
    page = rep.get("/evidence/new?kind=call-recording&competency=talking&level=2").text
    assert "Does everybody on the recording know" in page
    assert '<option selected value="talking"' in page
    refused = send(rep, ("call.mp3", b"ID3" + b"\x00" * 99), kind="call-recording")
    assert (refused.status_code, "everybody on it knows" in refused.text) == (422, True)
    assert lying(store) == []
    sent = send(rep, ("Größe <b>.pdf", PDF), ("shot.png", PNG), text="The <i>deck</i>\nand a shot.")
    address = sent.location
    assert re.fullmatch(r"/evidence/\d+", address or "")
    assert "Waits for Mona Manager since" in rep.get("/evidence").text
    assert {path.stat().st_mode & 0o777 for path in lying(store)} == {0o600}
    assert "1 thing waits for your word" in boss.get("/").text
    waiting = boss.get("/waiting").text
    assert f'href="{address}"' in waiting
    assert "shows it at level 2" in waiting
    page = boss.get(address).text
    assert "The &lt;i&gt;deck&lt;/i&gt;" in page
    assert "The highest rating that is valid today counts." in page
    files = re.findall(r'<img class="shown" src="([^"]+)"', page)
    assert len(files) == 1, "a picture is shown, a PDF is not"
    for number in session.scalars(select(StoredFile.id)):
        answer = boss.get(f"/evidence/file/{number}")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype in {"application/pdf", "image/png"}
        answer.close()
    assert boss.post(f"{address}/ask", {"what": " "}, page=address).status_code == 422
    assert boss.post(f"{address}/ask", {"what": "The price slide"}, page=address).location == "/waiting"
    late = boss.post(f"{address}/sign-off", {"level": "2"}, page="/account")
    assert (late.status_code, "More was asked for already" in late.text) == (409, True)
    assert "The price slide" in rep.get(address).text
    assert rep.post(f"{address}/add", {"text": ""}, page=address).status_code == 422
    assert rep.post(f"{address}/add", {"text": "Slide 7."}, page=address).location == address
    for form in ({}, {"level": "9"}, {"level": "x"}, {"level": "1"}):
        assert boss.post(f"{address}/sign-off", form, page=address).status_code == 422
    assert boss.post(f"{address}/sign-off", {"level": "2", "text": "Good."}, page=address).location == "/waiting"
    assert "Nothing waits for you" in boss.get("/waiting").text
    page = rep.get(address).text
    assert "Mona Manager rated it" in page
    assert "Good." in page
    session.rollback()
    assert [(row.level, row.source) for row in session.scalars(select(Evidence))] == [(2, "manager")]
    assert address in boss.get(f"/people/{academy.rep.id}/evidence").text


def test_2_nobody_else_opens_a_file_or_a_piece_by_its_address_nor_by_its_name_in_the_folder(
    session: Session, app: Flask, academy: Academy, store: Files
) -> None:
    rep = Browser(app).sign_in(academy.rep)
    address = send(rep, ("deck.pdf", PDF)).location
    row = session.scalars(select(StoredFile)).one()
    file = f"/evidence/file/{row.id}"
    for person in (academy.other, academy.trainer):
        browser = Browser(app).sign_in(person)
        for where in (file, address, f"/evidence/file/{row.stored}", f"/static/{row.stored}", f"/files/{row.stored}"):
            assert browser.get(where).status_code == 404, where
        for verb in ("add", "withdraw", "sign-off", "ask", "hand-on"):
            assert browser.post(f"{address}/{verb}", {"level": "2", "what": "x"}, page="/account").status_code in {
                404,
                422,
            }
    assert (
        Browser(app).get(file).location == f"/sign-in?next={file.replace('/', '%2F')}"
        or Browser(app).get(file).status_code == 303
    )
    for person in (academy.rep, academy.manager, academy.head):
        answer = Browser(app).sign_in(person).get(file)
        assert (answer.status_code, answer.data) == (200, PDF)
        answer.close()
    session.rollback()
    assert session.scalars(select(Piece.state)).all() == ["waiting"]


@ONE
def test_9_one_s_own_evidence_is_403(session: Session, app: Flask, academy: Academy, store: Files) -> None:
    session.add(RightHeld(person_id=academy.rep.id, held="assessor"))
    session.commit()
    rep = Browser(app).sign_in(academy.rep)
    address = send(rep, ("deck.pdf", PDF)).location
    for verb, form in (
        ("sign-off", {"level": "4"}),
        ("ask", {"what": "x"}),
        ("hand-on", {"to": str(academy.rep.id)}),
        ("take-back", {}),
    ):
        assert rep.post(f"{address}/{verb}", form, page=address).status_code == 403
    assert rep.get(f"/people/{academy.rep.id}/observe").status_code == 403
    seen = {"competency": "talking", "level": "4", "shown_on": TODAY}
    assert rep.post(f"/people/{academy.rep.id}/observe", seen, page=address).status_code == 403
    session.rollback()
    assert session.scalars(select(Evidence)).all() == []


@ONE
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("shell.php", b"<?php system($_GET[0]);"),
        ("shell.php", PDF),
        ("page.png", b"<html><script>alert(1)</script>"),
        ("page.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>"),
        ("both.js", b"GIF89a/*" + b"\x00" * 30 + b"*/=1;alert(1)"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("macros.docx", DOCX + b"vbaProject.bin"),
        ("archive.zip", b"PK\x03\x04" + b"\x00" * 60),
        ("archive.docx", b"PK\x03\x04" + b"\x00" * 60),
        ("nothing.pdf", b""),
        ("large.pdf", PDF + b"x" * 30_000),
        ("noend", PDF),
        ("binary.txt", b"a\x00b"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_45_what_is_not_taken_is_refused_and_nothing_of_it_stays(
    session: Session, app: Flask, academy: Academy, store: Files, name: str, data: bytes
) -> None:
    answer = send(Browser(app).sign_in(academy.rep), ("deck.pdf", PDF), (name, data))
    assert answer.status_code == 422
    assert lying(store) == []
    session.rollback()
    assert session.scalars(select(Piece)).all() == []


@ONE
def test_45_a_hostile_name_becomes_a_name_and_a_picture_that_is_a_script_too_is_only_a_picture(
    session: Session, app: Flask, academy: Academy, store: Files
) -> None:
    rep = Browser(app).sign_in(academy.rep)
    names = ["x" * 10_000 + ".pdf", "..%2f..%2fetc%2fpasswd.pdf", "a\r\nSet-Cookie: b=c.pdf", "C:\\x\\..\\deck.pdf"]
    for number, name in enumerate(names):
        assert send(rep, (name, PDF + bytes([number + 65]))).status_code == (422 if "\r" in name else 303), name[:40]
    assert send(rep, ("both.gif", b"GIF89a/*" + b"\x00" * 30 + b"*/=1;alert(1)")).status_code == 303
    assert send(rep, ("word.docx", DOCX), ("call.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ")).status_code == 303
    session.rollback()
    for row in session.scalars(select(StoredFile)):
        assert row.name
        assert len(row.name) <= 100
        assert not set(row.name) & set("\r\n/\\")
        answer = rep.get(f"/evidence/file/{row.id}")
        assert "Set-Cookie" not in str(answer.headers)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert (answer.mimetype == "image/gif") == row.name.endswith(".gif")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        answer.close()
    assert all(re.fullmatch("[0-9a-f]{32}", path.name) for path in lying(store))


@ONE
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function SpooledTemporaryFile"
)  # Werkzeug leaves closing to Python
def test_46_an_upload_that_is_cut_too_large_or_without_a_length_leaves_nothing(
    session: Session, app: Flask, academy: Academy, store: Files, tmp_path: Path
) -> None:
    rep = Browser(app).sign_in(academy.rep)
    token = TOKEN.search(rep.get("/evidence/new").text)
    assert token
    fields = {"kind": "file", "competency": "talking", "level": "2", "shown_on": TODAY, "csrf_token": token.group(1)}
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    start = (
        "".join(lines).encode() + b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + PDF
    )
    cases: list[tuple[bytes, dict[str, Any], set[int]]] = [
        (start, {"CONTENT_LENGTH": str(len(start) + 5_000)}, {400}),
        (start + b"x" * 60_000 + b"\r\n--b--\r\n", {}, {413}),
        (start + b"x" * 60_000, {"CONTENT_LENGTH": str(3 * 1024**3)}, {413}),
        (start + b"x" * 60_000, {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}, {400, 413}),
        (start + b"\r\n--b--\r\n", {"CONTENT_LENGTH": None}, {400}),
    ]
    halves = Path(tempfile.gettempdir())
    before = set(halves.iterdir())
    for body, environment, expected in cases:
        answer = rep.client.post(
            "/evidence/new",
            base_url=rep.base_url,
            headers={"Referer": f"{rep.base_url}/"},
            content_type="multipart/form-data; boundary=b",
            input_stream=io.BytesIO(body),
            environ_overrides={"CONTENT_LENGTH": str(len(body)), **environment},
        )
        assert answer.status_code in expected, (environment, answer.status)
        assert lying(store) == []
    assert not [
        one for one in set(halves.iterdir()) - before if one.is_file() and one.name.startswith(("werkzeug", "tmp"))
    ]
    session.rollback()
    assert session.scalars(select(Piece)).all() == []


@ONE
def test_a_stream_that_breaks_leaves_no_half_and_the_clock_takes_what_no_row_names(
    session: Session, app: Flask, academy: Academy, store: Files
) -> None:
    class Cut(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            if self.tell():
                raise OSError("cut")
            return super().read(10)

    with pytest.raises(OSError, match="cut"):
        store.take(Cut(PDF), head=10, tail=10)
    assert lying(store) == []
    rep, boss = Browser(app).sign_in(academy.rep), Browser(app).sign_in(academy.manager)
    address = send(rep, ("deck.pdf", PDF)).location or ""
    boss.post(f"{address}/sign-off", {"level": "2"}, page=address)
    stray = store.take(io.BytesIO(PDF), head=10, tail=10)
    half = store.root / stray.stored[:2] / "half.part"
    half.write_bytes(b"x")
    kept = session.scalars(select(StoredFile.stored)).one()
    day_after = NOW + timedelta(days=367)

    def tick(moment: datetime) -> None:
        with app.app_context():
            work = Work(id=1, kind="clock.files", args={}, token=1, attempts=1, max_attempts=1, parts=1, created_at=NOW)
            effect = clock.files(db.session, work, moment)
            with transaction(db.session) as unit:
                effect(unit)

    tick(NOW)
    assert len(lying(store)) == 3, "what came in within the hour may be named in a moment"
    tick(NOW + timedelta(hours=2))
    assert [path.name for path in lying(store)] == [kept]
    assert "kept until" in rep.get(address).text
    tick(day_after)
    tick(day_after + timedelta(hours=2))
    assert lying(store) == []
    session.rollback()
    row = session.scalars(select(StoredFile)).one()
    assert (row.name, row.stored, row.digest[:7]) == (None, None, "sha256:")
    assert rep.get(f"/evidence/file/{row.id}").status_code == 404
    page = rep.get(address).text
    assert "kept no more" in page
    assert "Mona Manager rated it" in page


def test_what_was_seen_is_recorded_from_the_page_of_a_person_or_by_their_name(
    session: Session, app: Flask, academy: Academy
) -> None:
    boss, trainer = Browser(app).sign_in(academy.manager), Browser(app).sign_in(academy.trainer)
    where = f"/people/{academy.rep.id}/observe"
    assert trainer.post("/observe", {"who": "Rita Rep"}).location == where
    assert trainer.post("/observe", {"who": "Nobody At All"}).status_code == 422
    assert where in boss.get(f"/people/{academy.rep.id}/competencies").text
    assert "competency=talking" in boss.get(where).text
    page = boss.get(f"{where}?competency=talking").text
    assert "It counts as a rating by a manager." in page
    form = {"competency": "talking", "level": "0", "shown_on": TODAY, "text": "Not one question."}
    for wrong in ({"level": ""}, {"competency": "nonsense"}, {"shown_on": "2099-01-01"}):
        assert boss.post(where, {**form, **wrong}, page=f"{where}?competency=talking").status_code == 422
    done = boss.post(where, form, page=f"{where}?competency=talking")
    assert done.status_code == 303
    assert "Not one question." in boss.get(done.location or "").text
    assert boss.post(where, form, page=f"{where}?competency=talking").status_code == 409
    assert Browser(app).sign_in(academy.other).get(where).status_code == 404
    session.rollback()
    assert [(row.level, row.source) for row in session.scalars(select(Evidence))] == [(0, "manager")]


@ONE
def test_who_stands_in_is_named_and_ended_on_a_page(app: Flask, academy: Academy, store: Files) -> None:
    boss, other = Browser(app).sign_in(academy.manager), Browser(app).sign_in(academy.other)
    address = send(Browser(app).sign_in(academy.rep), ("deck.pdf", PDF)).location or ""
    form = {"who": "Olaf Other", "first": TODAY, "last": TODAY}
    assert boss.post("/waiting/deputy", {**form, "who": "Mona Manager"}).status_code == 422
    assert other.get(address).status_code == 404
    assert boss.post("/waiting/deputy", form).location == "/waiting/deputy"
    page = boss.get("/waiting/deputy").text
    assert address in other.get("/waiting").text
    assert "You stand in for whoever reviews this" in other.get(address).text
    end = re.search(r'action="(/waiting/deputy/\d+/end)"', page)
    assert end
    assert other.post(end.group(1), page="/waiting/deputy").status_code == 404
    assert boss.post(end.group(1), page="/waiting/deputy").status_code == 303
    assert other.get(address).status_code == 404
