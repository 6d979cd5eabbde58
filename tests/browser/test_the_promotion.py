"""From a rep's phone to the next role: evidence, more asked, signed off; submitted, declined, appealed, approved by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.people import Person
from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.visitor import Visitor
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import a_team, somebody, who_holds

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
Window = Callable[..., Visitor]


def a_line(session: Session, way: str) -> tuple[Person, Person, Person]:
    """A rep one competency short of the next role, the manager of their team, and the manager above."""
    now = datetime.now(UTC)
    value = a_curriculum(a_course("talk", 2, grants=["talking:2"]), a_role("starter"), a_role("closer", "talking:2"))
    number = drafts.save_draft(session, SITE, value, now=now)
    publishing.publish(session, SITE, number, now=now, note=f"for {way}")
    greta, mona = (somebody(session, f"{name} {way}", rights=[]) for name in ("Greta", "Mona"))
    sales = a_team(session, f"Sales {way}", manager=greta)
    north = a_team(session, f"North {way}", parent=sales, manager=mona)
    mona.team_id = sales.id
    rita = somebody(session, f"Rita {way}", team=north)
    since = now.date() - timedelta(days=400)
    who_holds(session, rita, "starter", number, since=since, targets=["closer"])
    replanning.input_changed(session, [rita.id], now=now)
    paths.replan_now(session, [rita.id], now=now)
    return rita, mona, greta


@pytest.mark.parametrize("way", WAYS)
def test_evidence_leads_to_a_promotion_that_is_declined_appealed_and_approved(
    new_site: LiveSite, window: Window, way: str
) -> None:
    new_site.set_up()
    with new_site.writing() as session:
        rita, mona, greta = a_line(session, way)
    rep = window(new_site, **PHONE, **WAYS[way])
    manager, above = (window(new_site, **WAYS[way]) for _ in range(2))
    for who, person in ((rep, rita), (manager, mona), (above, greta)):
        who.sign_in(new_site.cookie_of(person))
    _hands_in(rep)
    piece = rep.page.url
    _asks_for_more(manager, way)
    _adds(rep, piece)
    _signs_off(manager, way)
    _submits(rep)
    case = rep.page.url
    _declines(manager, case)
    _appeals(rep, case)
    _approves(above, way)
    _holds_the_role(rep, case)


def _hands_in(rep: Visitor) -> None:
    rep.open("/path")
    rep.reads("1 thing blocks your promotion")
    rep.open("/evidence/new?kind=note&competency=talking&level=2")
    rep.fill("In your words", "Three calls, alone, with what was said.")
    rep.press("button", "Hand it in")
    rep.reads("Handed in.")


def _asks_for_more(manager: Visitor, way: str) -> None:
    manager.open("/waiting")
    manager.press("link", f"Look at it: Talking of Rita {way}")
    manager.unfold("Ask for more")
    manager.fill("What is missing", "What did the buyer say?")
    manager.press("button", "Send it back")
    manager.reads("They were told what is missing.")


def _adds(rep: Visitor, piece: str) -> None:
    rep.open(piece)
    rep.reads("What did the buyer say?")
    rep.fill("In your words", "That nobody had asked before.")
    rep.press("button", "Add it")
    rep.reads("Added. It waits for an answer again.")


def _signs_off(manager: Visitor, way: str) -> None:
    manager.open("/waiting")
    manager.press("link", f"Look at it: Talking of Rita {way}")
    manager.page.get_by_role("radio", name="2, Level 2").press("Space")
    manager.press("button", "Sign off")
    manager.reads("Signed off. They get a mail, and their path moves on in a moment.")


def _submits(rep: Visitor) -> None:
    rep.open("/path")
    rep.reads("Every requirement is met.")
    if rep.page.get_by_role("button", name="Open my promotion to Closer").count():
        rep.press("button", "Open my promotion to Closer")
    else:
        rep.press("link", "Read the promotion")
    rep.at("Your promotion to Closer")
    rep.press("button", "Submit the promotion")
    rep.reads("What was submitted")
    rep.reads("Mona")


def _declines(manager: Visitor, case: str) -> None:
    manager.open(case)
    if manager.page.get_by_role("button", name="Start the review").count():
        manager.press("button", "Start the review")
    manager.unfold("Decline")
    manager.fill("Why", "One account is thin ground.")
    manager.fill("What would change the answer", "A second account by March.")
    manager.press("button", "Decline for now")
    manager.reads("Declined")


def _appeals(rep: Visitor, case: str) -> None:
    rep.open(case)
    rep.reads("A second account by March.")
    rep.unfold("Appeal to the next level")
    rep.fill("What should be looked at again", "The requirement says nothing of accounts.")
    rep.press("button", "Appeal")
    rep.reads("The requirement says nothing of accounts.")


def _approves(above: Visitor, way: str) -> None:
    above.open("/waiting")
    above.page.get_by_role("link", name=f"Rita {way}").first.press("Enter")
    above.at(f"Rita {way}: promotion to Closer")
    above.press("button", "Approve the promotion")
    above.reads("Approved")


def _holds_the_role(rep: Visitor, case: str) -> None:
    rep.open(case)
    rep.reads("Decided on appeal")
    expect(rep.page.locator("main")).to_contain_text("Closer from")
    rep.open("/roles/one?role=closer")
    rep.reads("Your role")
