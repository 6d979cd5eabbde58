"""The insight page: an answer for each question, tables as files, numbers and never a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.services import ledger
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.storage.record import Enrolment
from lms.web.trainer.insight_export import TABLES
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import Browser, somebody, who_holds
from tests.services.learning.academy import Academy, an_academy, plan


@pytest.fixture
def academy(session: Session) -> Academy:
    """The academy with seven people on the way, who began the basics long ago."""
    now = datetime.now(UTC)
    academy = an_academy(session, now=now)
    more = [somebody(session, f"Zora Zelenka {n}") for n in range(5)]
    for person in more:
        who_holds(session, person, "starter", academy.curriculum, since=date(2026, 1, 1), targets=["closer"])
    plan(session, *more, now=now)
    people = [academy.rep, academy.other, *more]
    begun = [Enrolment(person_id=one.id, course="basics", state="started", since=date(2026, 6, 1)) for one in people]
    ledger.note(session, SITE, "import.applied", now=now, rows=begun)
    session.commit()
    return academy


def test_the_page_answers_each_question_in_a_sentence_and_names_nobody(app: Flask, academy: Academy) -> None:
    page = Browser(app).sign_in(academy.trainer).get(f"/curricula/{academy.curriculum}/insight")
    assert page.status_code == 200
    for said in (
        "Most people stall on Basics: 7 of 7.",
        "3 courses of 8 are on nobody&#39;s path.",
        "No role needs it, not even as one of several ways.",
        "7 people&#39;s paths take Workshop in",
        "Basics holds up the most",
    ):
        assert said in page.text
    for name in ("Zora", "Zelenka", "Rita Rep", "Olaf Other"):
        assert name not in page.text


def test_courses_lead_to_their_editor_for_who_may_edit_them(app: Flask, session: Session, academy: Academy) -> None:
    auditor = somebody(session, rights=["auditor"])
    session.commit()
    address = f"/curricula/{academy.curriculum}/insight"
    edit = f'href="/curricula/{academy.curriculum}/draft/course?id=basics&amp;back='
    assert edit in Browser(app).sign_in(academy.trainer).get(address).text
    assert edit not in Browser(app).sign_in(auditor).get(address).text
    assert f'href="{address}"' in Browser(app).sign_in(academy.trainer).get(f"/curricula/{academy.curriculum}").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_table_is_a_file_of_the_same_numbers(app: Flask, academy: Academy, form: str) -> None:
    browser = Browser(app).sign_in(academy.trainer)
    for name in TABLES:
        answer = browser.get(f"/curricula/{academy.curriculum}/insight/table.{form}?table={name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="insight-{name}.{form}"'
        assert answer.data
    assert browser.get(f"/curricula/{academy.curriculum}/insight/table.{form}?table=people").status_code == 404


def test_a_curriculum_without_people_or_without_a_version_says_so_in_plain_words(
    app: Flask, session: Session, academy: Academy
) -> None:
    admin = somebody(session, rights=["administrator"])
    made = replace(a_curriculum(a_course("one"), a_role("rep", "one")), id="new")
    draft = drafts.save_draft(session, SITE, made, now=datetime.now(UTC))
    session.commit()
    browser = Browser(app).sign_in(admin)
    assert "Nothing is published yet" in browser.get(f"/curricula/{draft}/insight").text
    assert browser.get(f"/curricula/{draft}/insight/table.csv?table=seats").status_code == 404
    assert Browser(app).sign_in(academy.rep).get(f"/curricula/{academy.curriculum}/insight").status_code == 404
