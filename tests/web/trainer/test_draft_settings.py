"""What a draft says as a whole, and its own tests: saved by themselves, refused in plain words, never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.engine.assertions import run_tests
from lms.interop.curriculum_file import curriculum_to_document
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.storage.people import Person
from tests.organisation import Browser, somebody
from tests.web.trainer.small import SMALL, Filled, a_small_curriculum

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PARTS = ("title", "scale", "policy", "sources", "calendar", "equivalences")


@pytest.fixture
def trainer(session: Session) -> Person:
    return somebody(session, "Priya", rights=["trainer"])


@pytest.fixture
def number(session: Session, trainer: Person) -> int:
    return a_small_curriculum(session, trainer)


@pytest.fixture
def desk(browser: Browser, trainer: Person, number: int) -> Browser:
    return browser.sign_in(trainer)


@pytest.fixture
def document(session: Session, number: int) -> Callable[[], dict[str, Any]]:
    """What the draft says now."""

    def look() -> dict[str, Any]:
        session.rollback()
        return curriculum_to_document(drafts.open_draft(session, SITE, number).value)

    return look


def section(browser: Browser, number: int, part: str) -> Filled:
    return Filled(browser.get(f"/curricula/{number}/draft/settings").text, f"form-{part}")


def test_a_section_that_is_saved_as_it_came_changes_nothing(
    desk: Browser, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    before = document()
    for part in PARTS:
        form = section(desk, number, part)
        answer = desk.post(form.action, form.sent(), page=f"/curricula/{number}/draft/settings")
        assert (answer.status_code, answer.location) == (303, f"/curricula/{number}/draft/settings#{part}")
    assert document() == before
    assert "Undo" not in desk.get(f"/curricula/{number}/draft/settings").text


def test_every_section_keeps_what_is_typed(desk: Browser, number: int, document: Callable[[], dict[str, Any]]) -> None:
    page = f"/curricula/{number}/draft/settings"

    def save(part: str, **typed: Any) -> None:
        form = section(desk, number, part)
        sent = form.sent(**{name.replace("_of_", "-"): value for name, value in typed.items()})
        assert desk.post(form.action, sent, page=page).status_code == 303, part

    save("title", title_of_title="Big academy")
    save("policy", policy_of_evidence="by-source")
    save("sources", sources_of_sources="assessor\nself\n")
    save("calendar", **{"calendar-blackouts-0-title": "Fair", "calendar-blackouts-0-first": "2026-12-20"})
    save("equivalences", **{"equivalences-pairs-0-until": ""})
    save("scale", **{"scale-levels-3-title": "Leads", "scale-levels-3-indicator": "Others follow"})
    said = document()
    assert (said["title"], said["policy"], said["sources"]) == (
        "Big academy",
        {"evidence": "by-source"},
        ["assessor", "self"],
    )
    assert said["calendar"]["blackouts"] == [{"from": "2026-12-20", "to": "2027-01-03", "title": "Fair"}]
    assert said["equivalences"] == [{"course": "old-price", "counts_as": "price"}]
    assert said["scale"][3] == {"level": 4, "title": "Leads", "indicator": "Others follow"}
    assert "The scale was saved." in desk.get(page).text


def test_a_level_that_is_used_is_not_dropped_and_it_says_where(
    desk: Browser, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    page, before = f"/curricula/{number}/draft/settings", document()
    form = section(desk, number, "scale")
    gone = {"scale-levels-1-title": "", "scale-levels-2-title": ""}
    refused = desk.post(form.action, form.sent(**gone), page=page)
    assert refused.status_code == 422
    said = "Level 2 is used by “Negotiating”, “Discovery basics”, “Holding price” and 1 more. Take it out there first."
    assert said in refused.text
    assert document() == before
    assert desk.post(form.action, form.sent(**{"scale-levels-2-title": ""}), page=page).status_code == 303
    assert len(document()["scale"]) == 2


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("title", {"title-title": ""}),
        ("policy", {"policy-evidence": "loudest"}),
        ("sources", {"sources-sources": "self\nself"}),
        ("calendar", {"calendar-blackouts-0-last": "2026-01-01"}),
        ("calendar", {"calendar-blackouts-0-last": ""}),
        ("equivalences", {"equivalences-pairs-0-counts_as": "nothing known"}),
        ("scale", {f"scale-levels-{n}-title": f"L{n}" for n in range(10)}),
    ],
)
def test_what_cannot_be_is_refused(
    desk: Browser, number: int, document: Callable[[], dict[str, Any]], part: str, typed: dict[str, str]
) -> None:
    before, form = document(), section(desk, number, part)
    answer = desk.post(form.action, form.sent(**typed), page=f"/curricula/{number}/draft/settings")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert document() == before


@pytest.mark.parametrize("part", ["calendar", "scale", "policy"])
def test_the_second_to_save_a_section_sees_both_and_can_keep_theirs_or_mine(
    app: Flask, session: Session, desk: Browser, number: int, document: Callable[[], dict[str, Any]], part: str
) -> None:
    sam = somebody(session, "Sam", rights=["administrator"])
    session.commit()
    other, page = Browser(app).sign_in(sam), f"/curricula/{number}/draft/settings"
    theirs, mine = {
        "calendar": ({"calendar-blackouts-0-title": "Theirs"}, {"calendar-blackouts-0-title": "Mine"}),
        "scale": ({"scale-levels-0-title": "Theirs"}, {"scale-levels-0-title": "Mine"}),
        "policy": ({"policy-evidence": "by-source"}, {"policy-evidence": "latest"}),
    }[part]
    form, first = section(desk, number, part), section(other, number, part)
    assert other.post(first.action, first.sent(**theirs), page=page).status_code == 303
    kept = document()
    clash = desk.post(form.action, form.sent(**mine), page=page)
    assert (clash.status_code, "Sam changed this" in clash.text) == (409, True)
    assert document() == kept
    start = clash.text.index('<form class="row first mt"')
    again = Filled(clash.text[:start] + clash.text[start:].replace("<form", '<form id="editor"', 1))
    assert desk.post(again.action, again.sent(), page=page).status_code == 303
    assert document()[part] != kept[part]


# --- Curriculum tests ------------------------------------------------------------------------------------------------


def test_the_tests_are_listed_with_how_each_ends_now(desk: Browser, number: int) -> None:
    page = " ".join(desk.get(f"/curricula/{number}/draft/tests").text.split())
    assert "From SDR to Account executive: everything that is missing can be learnt, at most 60 hours." in page
    assert page.count("Passes") == 2
    form = Filled(desk.get(f"/curricula/{number}/draft/tests/one?at=0").text)
    assert desk.post(form.action, form.sent(hours="1"), page=form.action).status_code == 303
    page = desk.get(f"/curricula/{number}/draft/tests").text
    assert "it takes 5.5 hours, not at most 1" in page or "hours, not at most 1" in page
    assert "Fails" in page


def test_a_test_that_is_saved_as_it_came_changes_nothing(
    desk: Browser, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    before = document()
    for place in range(2):
        form = Filled(desk.get(f"/curricula/{number}/draft/tests/one?at={place}").text)
        assert desk.post(form.action, form.sent(), page=form.action).status_code == 303
    assert document() == before


def test_a_test_is_added_changed_and_removed(
    desk: Browser, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    page = f"/curricula/{number}/draft/tests/one"
    form = Filled(desk.get(page).text)
    form = Filled(desk.post(page, form.sent(title="Half way", do="add:evidence"), page=page).text)
    typed = {"targets-0-role": "account executive", "evidence-0-competency": "Discovery", "evidence-0-level": "2"}
    more = {"role": "SDR", "on": "2026-11-02", "courses": "3", "weekly_hours": "2,5", "since": "2026-01-05"}
    assert desk.post(form.action, form.sent(**typed, **more), page=page).status_code == 303
    assert document()["tests"][2] == {
        "title": "Half way",
        "person": {
            "role": "sdr",
            "since": "2026-01-05",
            "weekly_hours": 2.5,
            "evidence": [{"competency": "disc", "level": 2, "on": "2026-11-02"}],
        },
        "role": "ae",
        "at_most": {"courses": 3},
        "on": "2026-11-02",
    }
    refused = desk.post(f"{page}?at=2", Filled(desk.get(f"{page}?at=2").text).sent(targets__0__role=""))
    assert (refused.status_code, "Choose the role to reach." in refused.text) == (422, True)
    was = Filled(desk.get(page).text).values["was"][0]
    assert desk.post(f"{page}/remove?at=0", {"was": was}, page=page).status_code == 303
    assert [one["title"] for one in document()["tests"]] == ["Nobody needs more than a quarter", "Half way"]
    assert desk.post(f"{page}/remove?at=0", {"was": was}, page=page).status_code == 409
    assert desk.get(f"{page}?at=2").status_code == desk.get(f"{page}?at=x").status_code == 404


def test_nobody_needs_a_session_in_december_is_asserted_by_days_away_and_a_limit_of_days(
    session: Session, desk: Browser, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    page = f"/curricula/{number}/draft/tests/one"
    form = Filled(desk.get(page).text)
    form = Filled(desk.post(page, form.sent(title="No session in December", do="add:away"), page=page).text)
    december = {"away-0-first": "2026-12-01", "away-0-last": "2026-12-31", "on": "2026-11-02", "days": "365"}
    assert desk.post(form.action, form.sent(**december, targets__0__role="ae"), page=page).status_code == 303
    session.rollback()
    value = drafts.open_draft(session, SITE, number).value
    assert run_tests(value, date(2026, 11, 2))[2].passed, "the session in January serves"
    course = next(one for one in SMALL["courses"] if one["id"] == "price")
    assert course["sessions"][0]["starts"].startswith("2027-01")
    editing = f"/curricula/{number}/draft/course?id=price"
    form = Filled(desk.get(editing).text)
    moved = {"sessions-0-starts": "2026-12-14T09:00", "sessions-0-ends": "2026-12-14T12:00"}
    assert desk.post(editing, form.sent(**moved)).status_code == 303
    session.rollback()
    ended = run_tests(drafts.open_draft(session, SITE, number).value, date(2026, 11, 2))[2]
    assert (ended.passed, "no known number of days" in ended.message) == (False, True)
