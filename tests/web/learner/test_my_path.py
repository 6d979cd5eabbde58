"""My path says what blocks, when, and the one next step; every figure is the planner's, and looking stores nothing."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path as File
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.__main__ import main
from lms.services import paths, replanning
from lms.services.demo.seed import Keys, seed
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path
from lms.storage.people import Person, StudyPlan, Team
from lms.storage.record import Completion
from lms.storage.session import transaction
from lms.storage.site import Site
from lms.web.learner.mine.path_dates import dates_of
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds
from tests.web.everything import digests

INLINE = re.compile(r"</?(time|bdi)[^>]*>")
TAGS = re.compile(r"<[^>]+>|\s+")


def words(html: str) -> str:
    """What a page says, in one line."""
    main_part = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(TAGS.sub(" ", INLINE.sub("", main_part))).split())


@pytest.fixture
def team(session: Session) -> Team:
    return a_team(session, "North", manager=somebody(session, "Mona Lisle"))


@pytest.fixture
def rep(session: Session, team: Team) -> Person:
    person = somebody(session, "Dana Moss", team=team)
    curriculum = a_published_curriculum(session)
    who_holds(session, person, "sdr", curriculum, since=date(2026, 6, 1), targets=["account-executive"])
    plan = session.get_one(StudyPlan, person.id)
    plan.aim, plan.weekly_hundredths = date(2027, 6, 30), 100
    session.add(Completion(person_id=person.id, course="code-of-conduct", completed_on=date(2026, 2, 2), audit_id=1))
    planned(session, person)
    return person


def planned(session: Session, person: Person) -> dict[str, Any]:
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    document: dict[str, Any] = json.loads(session.get_one(Path, person.id, populate_existing=True).document)
    return document


def test_the_page_says_what_blocks_and_opens_the_first_of_it(session: Session, rep: Person, browser: Browser) -> None:
    document = planned(session, rep)
    page = browser.sign_in(rep).get("/path").text
    said = words(page)
    met, required = document["requirements"]["met"], document["requirements"]["required"]
    assert f"{required - met} things block your promotion {met} of {required} requirements met" in said
    assert "North · Manager: Mona Lisle" in said
    first = document["steps"][0]["course"]
    (button,) = re.findall(r'<a class="btn primary" href="([^"]+)"', page.partition("my-path")[0])
    assert unescape(button) == f"/path/step?course={first}"
    for group in ("Yours to do", "Waiting for someone", "Opens with time", "This week", "Later", "1 step done"):
        assert group in said


def test_a_rep_whose_requirements_are_all_met_is_told_so(session: Session, rep: Person, browser: Browser) -> None:
    session.get_one(StudyPlan, rep.id).targets = ["sdr"]
    known = [step["course"] for step in planned(session, rep)["steps"]]
    session.add_all(Completion(person_id=rep.id, course=one, completed_on=NOW.date(), audit_id=1) for one in known)
    document = planned(session, rep)
    assert document["status"] == "ready"
    assert "Every requirement is met" in words(browser.sign_in(rep).get("/path").text)


def test_other_hours_are_previewed_and_nothing_is_stored(session: Session, rep: Person, browser: Browser) -> None:
    browser.sign_in(rep)
    before = digests(session)
    for address in ("/path?hours=8", "/path/preview?hours=8"):
        page = browser.get(address).text
        assert "sooner than now." in page
        assert 'name="hours" value="8.0"' in page
    assert digests(session) == before
    assert "Use this plan" not in browser.get("/path?hours=1").text
    assert browser.get("/path?hours=169").status_code == 422


def test_the_line_above_reads_the_page_without_its_controls(
    session: Session, rep: Person, team: Team, browser: Browser
) -> None:
    assert team.manager_id is not None
    page = browser.sign_in(team.manager_id).get(f"/people/{rep.id}/path").text
    assert "Dana Moss: path to Account executive" in words(page)
    for control in ('name="hours"', "What if", '"/path/step?', "Use this plan"):
        assert control not in page.partition("<main")[2]
    assert f"/people/{rep.id}/path/step?course=" in page


def test_a_word_that_is_waited_for_is_no_block(session: Session, rep: Person, browser: Browser) -> None:
    said = words(browser.sign_in(rep).get("/path").text)
    assert "blocked" not in said.lower()


def test_who_has_no_target_is_asked_where_to_go(session: Session, rep: Person, browser: Browser) -> None:
    session.get_one(StudyPlan, rep.id).targets = []
    replanning.input_changed(session, [rep.id], now=NOW)
    paths.replan_now(session, [rep.id], now=NOW)
    session.commit()
    page = browser.sign_in(rep).get("/path")
    assert "Where do you want to go?" in words(page.text)
    assert browser.get("/path/steps").status_code == 200
    assert browser.get("/path/path.json").status_code == 404


@pytest.fixture
def organisation(app: Flask, session: Session) -> list[Path]:
    """The paths of a whole organisation with two years of history."""
    with transaction(session):
        session.delete(session.scalars(select(Site)).one())
        session.flush()
        seed(session, Keys(password_hash="", secret=""), people=24, now=datetime.now(UTC))
    return list(session.scalars(select(Path).order_by(Path.person_id)))


def test_every_figure_is_what_the_command_prints_for_the_exported_person_and_curriculum(
    session: Session, organisation: list[Path], app: Flask, tmp_path: File, capsys: pytest.CaptureFixture[str]
) -> None:
    version = session.scalars(select(CurriculumVersion)).one()
    (tmp_path / "curriculum.json").write_text(version.document, encoding="utf-8")
    pages = {path.person_id: Browser(app).sign_in(path.person_id) for path in organisation}
    alike: dict[str, list[Path]] = defaultdict(list)
    for path in organisation:
        alike[json.loads(path.document)["minimise"]].append(path)
    for minimise, group in alike.items():
        people = [pages[path.person_id].get("/path/person.json").json for path in group]
        (tmp_path / "people.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in people), encoding="utf-8")
        arguments = ["--minimise", minimise, "--on", group[0].planned_on.isoformat(), "--format", "jsonl"]
        main(["plan", str(tmp_path / "curriculum.json"), str(tmp_path / "people.jsonl"), *arguments])
        printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        for path, document in zip(group, printed, strict=True):
            assert document == json.loads(path.document)
            compare(words(pages[path.person_id].get("/path").text), document, version)
            assert pages[path.person_id].get("/path/path.json").json == document


def compare(said: str, document: dict[str, Any], version: CurriculumVersion) -> None:
    """What the page says are the figures of the document."""
    titles = {course["id"]: course["title"] for course in json.loads(version.document)["courses"]}
    met, required = document["requirements"]["met"], document["requirements"]["required"]
    assert f"{met} of {required} requirements met" in said
    assert (f"{document['hours']:g} h left to learn" in said) is bool(document["steps"])
    if document["steps"] and document["ready_on"]:
        assert f"Trained on {spelt(document['ready_on'])}, if all goes to plan." in said
    opens = max((gate["on"] for gate in document["gates"] if gate["on"] and not gate["met"]), default=None)
    assert opens is None or f"Time in role complete on {spelt(opens)}." in said
    for step in document["steps"][:20]:
        told = said.partition(f" {titles[step['course']]} {step['hours']:g} h ")[2]
        day = f"session on {spelt(step['starts'])}" if step["session"] else f"by {spelt(step['ends'])}"
        assert told.startswith(day), step
    for gate in document["gates"]:
        if gate["on"] and not gate["met"]:
            assert f"Opens on {spelt(gate['on'])}." in said


def spelt(day: str) -> str:
    found = date.fromisoformat(day)
    month = "Sept" if found.month == 9 else f"{found:%b}"
    return f"{found.day} {month} {found.year}"


def test_a_path_stored_before_there_was_an_export_is_planned_anew_first(
    session: Session, rep: Person, browser: Browser
) -> None:
    stored = session.get_one(Path, rep.id)
    stored.asked, stored.likely, stored.elevation, stored.forks = "", {}, {}, {}
    session.commit()
    browser.sign_in(rep)
    assert browser.get("/path").status_code == 200
    assert browser.get("/path/person.json").status_code == 404


def test_an_own_order_and_what_is_spared_stand_in_the_command(session: Session, rep: Person, browser: Browser) -> None:
    plan = session.get_one(StudyPlan, rep.id)
    plan.minimise, plan.own_order = "cost", ["negotiation-basics", "it's"]
    planned(session, rep)
    said = unescape(browser.sign_in(rep).get("/path").text)
    assert "--minimise cost --order negotiation-basics --order 'it'\"'\"'s'" in said


def test_a_gate_moves_the_day_of_a_promotion_and_never_the_day_of_the_training() -> None:
    document = {
        "on": "2026-11-23",
        "ready_on": "2027-02-12",
        "gates": [{"met": False, "on": "2027-10-01"}, {"met": False, "on": None}],
    }
    likely = {"days": ["2027-02-24"] * 20, "draws": 20}
    trained = dates_of(document, likely, None)
    assert (trained.big, trained.plan) == (date(2027, 2, 24), date(2027, 2, 12))
    promoted = dates_of({**document, "gates": document["gates"][:1]}, likely, None)
    assert (promoted.big, promoted.plan) == (date(2027, 10, 1), date(2027, 2, 12))
