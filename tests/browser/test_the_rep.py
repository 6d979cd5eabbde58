"""A rep between two calls: what blocks me, when, why, what if; a step done at once, one that a manager confirms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.accounts import Account
from lms.storage.curricula import Curriculum
from lms.storage.people import Contact, Person, StudyPlan
from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.looks import faults
from tests.browser.visitor import Typist, Visitor
from tests.entry import CHEAP, PASSWORD
from tests.organisation import a_published_curriculum, a_team, somebody, who_holds

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
AT_ONCE, CONFIRMED = "Our sales process in ninety minutes", "Prospecting blitz with a buddy"
PHONE = {"width": 390, "height": 844}
IN_SIGHT = """element => {
  const box = element.getBoundingClientRect(), bar = document.querySelector('.tabbar').getBoundingClientRect().top
  return box.top >= 0 && box.bottom <= bar && box.left >= 0 && box.right <= innerWidth
}"""

Window = Callable[..., Visitor]


def a_rep(session: Session, name: str) -> tuple[Person, Person]:
    """A new SDR with a target and a password, and the manager of their team."""
    curriculum = session.scalar(select(Curriculum.id)) or a_published_curriculum(session)
    manager = somebody(session, f"Mona, {name}", rights=[])
    now = datetime.now(UTC)
    rep = somebody(session, name, team=a_team(session, f"Team of {name}", manager=manager))
    session.get_one(Account, rep.id).password_hash = CHEAP.hash(PASSWORD)
    session.get_one(StudyPlan, rep.id).weekly_hundredths = 100
    targets = ["account-executive"]
    who_holds(session, rep, "sdr", curriculum, since=now.date() - timedelta(days=100), targets=targets)
    replanning.input_changed(session, [rep.id], now=now)
    paths.replan_now(session, [rep.id], now=now)
    return rep, manager


@pytest.mark.parametrize("way", WAYS)
def test_a_rep_finds_the_way_and_walks_it(site: LiveSite, window: Window, way: str) -> None:
    with site.writing() as session:
        rep, manager = a_rep(session, f"Dana {way}")
        mail = session.get_one(Contact, rep.id).mail
    dana = window(site, **WAYS[way])
    _sign_in(dana, mail)
    _sees_what_blocks(dana)
    _moves_the_slider(dana)
    _asks_why(dana)
    _asks_why_not(dana)
    _asks_what_if(dana)
    _moves_a_step(dana)
    _does_a_step(dana)
    _waits_for_a_word(dana)
    mona = window(site, **WAYS[way])
    mona.sign_in(site.cookie_of(manager))
    _confirms(mona, f"Dana {way}")
    _moves_on(dana)
    _changes_the_target(dana)
    dana.unfold(f"Account of Dana {way}")
    dana.press("button", "Sign out")
    dana.at("Sign in")


def _main(who: Visitor) -> Locator:
    return who.page.locator("main")


def _menu(who: Visitor, name: str) -> None:
    who.press("link", name, within=who.page.get_by_role("navigation", name="Main"))


def _sign_in(dana: Visitor, mail: str) -> None:
    dana.open("/path")
    dana.fill("Mail address", mail)
    dana.fill("Password", PASSWORD)
    dana.press("button", "Sign in")
    dana.at("Your path to Account executive")


def _sees_what_blocks(dana: Visitor) -> None:
    dana.reads("17 things block your promotion")
    dana.reads("0 of 17 requirements met")
    for group in ("Yours to do", "Waiting for someone", "Opens with time"):
        expect(dana.page.get_by_role("heading", name=group, exact=True)).to_be_visible()
    expect(dana.page.get_by_role("link", name=f"Start {AT_ONCE}", exact=True).first).to_be_visible()


def _moves_the_slider(dana: Visitor) -> None:
    slider = dana.page.get_by_label("Hours a week")
    if isinstance(dana, Typist):
        dana._tab_to(slider)
        for _ in range(14):
            dana.page.keyboard.press("ArrowRight")
    else:
        slider.fill("8")
    if not dana.has_script:
        dana.press("button", "Show the date")
    dana.reads("than now.")
    expect(dana.page.get_by_role("button", name="Use this plan", exact=True)).to_be_visible()
    dana.press("button", "Use this plan")
    dana.reads("This is your plan from now on.")
    expect(dana.page.get_by_label("Hours a week")).to_have_value("8")


def _asks_why(dana: Visitor) -> None:
    dana.press("link", AT_ONCE, within=_main(dana).locator(".trail h4").first)
    dana.at(AT_ONCE)
    expect(dana.page.get_by_role("heading", name=re.compile("^Why"))).to_be_visible()
    dana.reads("Aligning to the Sales Process")
    dana.press("link", "My path", within=_main(dana))


def _asks_why_not(dana: Visitor) -> None:
    dana.press("link", "Why is a course not on my path?")
    dana.choose("Course", "Write a case with a customer")
    dana.press("button", "Why not this one?")
    dana.at("Why not Write a case with a customer?")
    dana.reads("more")
    dana.press("link", "My path", within=_main(dana))


def _asks_what_if(dana: Visitor) -> None:
    dana.press("link", "You take 9 h a week instead of 8")
    dana.at("What if …")
    dana.reads("as it stands today")
    expect(dana.page.get_by_role("button", name="Use this plan", exact=True)).to_be_visible()
    dana.press("link", "My path", within=_main(dana))


def _moves_a_step(dana: Visitor) -> None:
    dana.press("link", "Take the steps in another order")
    dana.at("All steps to Account executive")
    dana.press("button", f"Later {AT_ONCE}")
    dana.reads("Your own order is kept.")
    expect(_main(dana).locator(".all-steps a").first).to_have_text(CONFIRMED)
    dana.press("button", "Back to the suggested order")
    expect(_main(dana).locator(".all-steps a").first).to_have_text(AT_ONCE)
    dana.press("link", "My path", within=_main(dana))


def _does_a_step(dana: Visitor) -> None:
    dana.press("link", f"Start: {AT_ONCE}", within=_main(dana).locator(".page-head"))
    dana.press("button", "Start")
    dana.press("button", "Mark as done")
    dana.at("Your path to Account executive")
    dana.reads("1 step done")
    dana.reads(f"{AT_ONCE} completed")


def _waits_for_a_word(dana: Visitor) -> None:
    dana.press("link", CONFIRMED, within=_main(dana).locator(".trail"))
    dana.press("button", "Start")
    dana.press("button", "Ask to confirm it")
    _menu(dana, "My path")
    dana.reads("Waits for Mona, Dana")
    dana.press("link", CONFIRMED, within=_main(dana).locator(".trail"))
    dana.reads("Remind" if dana.page.get_by_text("Remind").count() else "You can remind them tomorrow.")


def _confirms(mona: Visitor, name: str) -> None:
    mona.open("/")
    _menu(mona, "Waiting for you")
    mona.press("button", f"Confirm {CONFIRMED} of {name}")
    expect(mona.page.get_by_text("Confirmed", exact=True).first).to_be_visible()


def _moves_on(dana: Visitor) -> None:
    _menu(dana, "My path")
    dana.reads("2 steps done")
    dana.reads(f"{CONFIRMED} completed")


def _changes_the_target(dana: Visitor) -> None:
    dana.press("link", "Change target, aim, hours or days away")
    dana.tick("Sales team lead")
    dana.press("button", "Save my plan")
    _menu(dana, "My path")
    dana.at("Your path to Account executive, Sales team lead")


def test_the_first_screen_of_a_phone_holds_date_first_blocker_and_the_button_to_its_step(
    site: LiveSite, window: Window
) -> None:
    with site.writing() as session:
        rep, _ = a_rep(session, "Dana on a phone")
    dana = window(site, viewport=PHONE, has_touch=True, reduced_motion="reduce")
    dana.sign_in(site.cookie_of(rep))
    dana.open("/path")
    page = dana.page
    (course,) = re.findall(r"course=([\w-]+)", page.locator(".page-head .primary").get_attribute("href") or "")
    first = page.locator(".gate li").first
    assert f"course={course}" in (first.get_by_role("link").get_attribute("href") or "")
    for part in (
        page.locator(".climb-big"),
        page.get_by_role("heading", name="17 things block your promotion"),
        page.get_by_text("0 of 17 requirements met"),
        first.locator(".strong"),
        page.locator(".page-head .primary"),
    ):
        assert part.evaluate(IN_SIGHT), part
    assert not page.locator(".climb-figure").evaluate(IN_SIGHT)
    assert faults(page, "rep on a phone") == []
