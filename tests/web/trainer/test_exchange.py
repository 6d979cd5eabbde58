"""Curricula in and out of files, through the pages: who may, what is refused, and that nothing is half done."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy.orm import Session

from lms.interop.curriculum_file import digest, parse_curriculum
from lms.interop.sheet import read_sheet
from lms.services import curricula
from lms.services.exchange.outgoing import Format
from lms.storage.curricula import Curriculum, CurriculumOwner
from lms.storage.people import Person
from tests.organisation import Browser, somebody
from tests.services.import_files import ACME, acme

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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
