"""PDFs of the team, of a case and of a path: for those who may see the page, hostile names as text, reaching nothing."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.people import StudyPlan
from lms.web import pdf
from tests.organisation import Browser
from tests.web.everything import Organisation, organise

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HOSTILE = '"><svg onload=alert(1)> {{7777*7777}} <img src="https://evil.example/x"> {kind}'


@pytest.fixture
def organisation(session: Session) -> Organisation:
    made = organise(session, HOSTILE)
    rep = made.people["rep"]
    session.get_one(StudyPlan, rep).targets = ["account-executive"]
    replanning.input_changed(session, [rep], now=datetime.now(UTC))
    paths.replan_now(session, [rep], now=datetime.now(UTC))
    session.commit()
    return made


@pytest.fixture
def drawing() -> None:
    pdf.available.cache_clear()
    if not pdf.available():
        pytest.skip("the extra 'pdf' (WeasyPrint, and Pango of the system) is not installed here")


def addresses(organisation: Organisation) -> dict[str, str]:
    """The PDFs, each with the page that it stands for."""
    team, case = organisation.numbers["team_id"], organisation.numbers["promotion_id"]
    person = organisation.people["rep"]
    return {
        f"/team/{team}/export.pdf": f"/team/{team}?below=",
        f"/promotions/{case}/case.pdf": f"/promotions/{case}",
        f"/people/{person}/path.pdf": f"/people/{person}/path",
    }


def test_without_the_extra_no_page_offers_a_pdf_and_its_address_leads_to_the_page(
    app: Flask, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    manager = organisation.visitor(app, "manager")
    for address, page in addresses(organisation).items():
        answer = manager.get(address)
        assert (answer.status_code, str(answer.location).startswith(page)) == (302, True)
        assert ".pdf" not in manager.get(page).text
    assert "Print or save as PDF" in manager.get(f"/team/{organisation.numbers['team_id']}").text


@pytest.mark.usefixtures("app")
def test_a_package_whose_library_of_the_system_is_missing_counts_as_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise OSError(f"cannot load library for {name}")

    pdf.available.cache_clear()
    monkeypatch.setattr(importlib, "import_module", missing)
    assert not pdf.available()
    monkeypatch.undo()
    pdf.available.cache_clear()


@pytest.mark.usefixtures("drawing")
def test_a_pdf_is_an_attachment_for_those_who_may_see_the_page_and_for_nobody_else(
    app: Flask, organisation: Organisation
) -> None:
    manager, stranger = organisation.visitor(app, "manager"), organisation.visitor(app, "trainer")
    for address in addresses(organisation):
        answer = manager.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), address
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert stranger.get(address).status_code == Browser(app).get("/nowhere").status_code == 404


@pytest.mark.usefixtures("drawing")
def test_33_in_a_pdf_a_hostile_name_is_text_and_nothing_it_names_is_fetched(
    app: Flask, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def keep(page: str) -> bytes:
        drawn.append(page)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "drawn", keep)
    for address in addresses(organisation):
        assert organisation.visitor(app, "manager").get(address).status_code == 200
    assert len(drawn) == len(addresses(organisation))
    for page in drawn:
        assert "&lt;svg onload" in page
        for markup in ("<svg", "<img", "<script", "<a ", "60481729"):
            assert markup not in page, markup


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/x",
        "file:///etc/passwd",
        "data:image/png;base64,AA",
        "built:../../config.py",
        "built:style.css",
    ],
)
def test_the_drawing_reaches_nothing_but_the_built_fonts(app: Flask, asked: str) -> None:
    with app.app_context():
        fetcher: Any = pdf._only_fonts(Path(app.static_folder or ""))
        with pytest.raises(ValueError, match="nothing is fetched"):
            fetcher.fetch(asked)
        assert fetcher.fetch(f"built:{pdf.FONTS[0]}").read()[:4] == b"wOF2"
        assert pdf.drawn(f'<!doctype html><p>x<img src="{asked}">').startswith(b"%PDF-")
