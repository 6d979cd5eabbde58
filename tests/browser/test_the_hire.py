"""A candidate: interviewed by two people who see nothing of each other, compared with a colleague, hired, with a path at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms.storage.people import Contact
from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.test_the_promotion import a_line
from tests.browser.visitor import Visitor
from tests.organisation import somebody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
CLEO, MAIL = "Cleo Candidate", "cleo@applicants.example"


@pytest.mark.parametrize("way", WAYS)
def test_a_candidate_is_interviewed_twice_compared_hired_and_has_a_path(
    new_site: LiveSite, window: Callable[..., Visitor], way: str
) -> None:
    new_site.set_up()
    with new_site.writing() as session:
        rita, _, greta = a_line(session, way)
        interviewers = [somebody(session, f"{name} {way}") for name in ("Ina", "Ivo")]
    head = window(new_site, **WAYS[way])
    head.sign_in(new_site.cookie_of(greta))
    _opens_a_position(head, way)
    opening = head.page.url
    _adds(head)
    candidate = head.page.url
    for one in ("Ina", "Ivo"):
        _asks(head, f"{one} {way}")
    for person, level in zip(interviewers, ("1, Level 1", "0, not there"), strict=True):
        asked = window(new_site, **WAYS[way])
        asked.sign_in(new_site.cookie_of(person))
        _interviews(asked, level)
        expect(asked.page.locator("main")).not_to_contain_text("0, not there" if level[0] == "1" else "1, Level 1")
    head.open(opening)
    head.reads("Build or hire")
    expect(head.page.locator("main table")).to_contain_text(CLEO)
    expect(head.page.locator("main table")).to_contain_text(f"Rita {way}")
    _hires(head, candidate)
    with new_site.writing() as session:
        hired = session.scalars(select(Contact.person_id).where(Contact.mail == MAIL)).one()
    cleo = window(new_site, **WAYS[way])
    cleo.sign_in(new_site.cookie_of(hired))
    cleo.open("/path")
    cleo.reads("Your path to Closer")
    expect(cleo.page.locator(".trail .step").first).to_be_visible()  # what their interviews left open, the same day
    cleo.open("/competencies")
    cleo.reads("Talking")
    cleo.open("/competencies/one?competency=talking")
    expect(cleo.page.locator("main")).to_contain_text(f"Ina {way}")
    assert rita.id != hired


def _opens_a_position(head: Visitor, way: str) -> None:
    head.open("/candidates/new")
    head.choose("Role", "Closer")
    head.choose("Team", f"North {way}")
    head.press("button", "Open the position")
    head.at("Closer")


def _adds(head: Visitor) -> None:
    head.fill("Name", CLEO)
    head.fill("Mail address", MAIL)
    head.press("button", "Add the candidate")
    head.at(CLEO)


def _asks(head: Visitor, interviewer: str) -> None:
    head.unfold("Ask somebody to interview")
    head.fill("Who interviews", interviewer)
    head.tick("Talking")
    head.press("button", "Ask them")
    head.reads(interviewer)


def _interviews(asked: Visitor, level: str) -> None:
    asked.open("/waiting")
    asked.page.get_by_role("link", name=CLEO).first.press("Enter")
    asked.at(f"Interview with {CLEO}")
    asked.page.get_by_role("radio", name=level).press("Space")
    asked.press("button", "Hand it in")
    asked.reads("Handed in")


def _hires(head: Visitor, candidate: str) -> None:
    head.open(candidate)
    head.reads("What each found")
    head.unfold("Hire")
    hire = head.page.locator("details[open]")
    expect(hire).to_be_visible()
    day = head.field("First day in the role")
    day.fill(datetime.now(UTC).date().isoformat())  # how a day is typed is the browser's own business
    hire.get_by_label("Why").press_sequentially("Two interviews, both clear.")
    head.press("button", f"Hire {CLEO}")
    head.reads("Hired")
