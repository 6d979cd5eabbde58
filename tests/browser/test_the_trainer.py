"""A trainer's day: from nothing to a published curriculum, a ring mended, a change seen before it is made, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from lms.services import paths, replanning
from lms.storage.people import Person, StudyPlan
from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.visitor import Visitor
from tests.organisation import somebody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Window = Callable[..., Visitor]


@pytest.mark.parametrize("way", WAYS)
def test_a_trainer_builds_checks_previews_publishes_and_goes_back(site: LiveSite, window: Window, way: str) -> None:
    with site.writing() as session:
        trainer = somebody(session, f"Tina {way}", rights=["trainer"])
        rep = somebody(session, f"Dana {way}")
    title, role = f"Mid-market {way}", f"Closer {way}"
    tina = window(site, **WAYS[way])
    tina.sign_in(site.cookie_of(trainer))
    _begins(tina, title)
    _adds_competency(tina, "Negotiating", title)
    _adds_competency(tina, "Discovering", title)
    _adds_course(tina, "Price basics", "2", ("Negotiating", "1"), title)
    _adds_course(tina, "Discovery call", "3", ("Discovering", "1"), title)
    _adds_course(tina, "Holding price", "4", ("Negotiating", "2"), title, any_of=("Price basics", "Discovery call"))
    _adds_role(tina, role, title)
    _makes_a_ring(tina, title)
    _mends_it(tina)
    _asserts(tina, role)
    tina.press("link", "Publish", within=_main(tina))
    _publishes(tina, 1, "The first version")
    _walks(site, rep, f"closer-{way}")
    dana = window(site, **WAYS[way])
    dana.sign_in(site.cookie_of(rep))
    dana.open("/path")
    dana.at(f"Your path to {role}")
    dana.reads("6 h")
    _changes_the_hours(tina, title)
    _previews(tina)
    _sees_the_impact(tina)
    _publishes(tina, 2, "Longer practice")
    _comes_to_read(dana, "version 2 of the curriculum changed it (“Longer practice”)")
    dana.reads("2.5 h more")
    _brings_back(tina)
    _comes_to_read(dana, "version 3 of the curriculum changed it")
    dana.reads("2.5 h less")


def _begins(tina: Visitor, title: str) -> None:
    tina.open("/curricula")
    tina.press("link", "Add a curriculum", within=tina.page.locator(".page-head"))
    tina.fill("Title", title)
    tina.press("button", "Start an empty curriculum")
    tina.at(title)
    tina.reads("Start with one competency")


def _adds_competency(tina: Visitor, name: str, title: str) -> None:
    empty = tina.page.get_by_role("link", name="Add a competency", exact=True)
    tina.press("link", "Add a competency" if empty.count() else "Add competency")
    tina.at("A new competency")
    tina.fill("Title", name)
    tina.press("button", "Save the competency")
    _back_to(tina, title)


def _adds_course(
    tina: Visitor, name: str, hours: str, gives: tuple[str, str], title: str, any_of: tuple[str, ...] = ()
) -> None:
    tina.press("link", "Add course")
    tina.at("A new course")
    tina.fill("Title", name)
    tina.fill("Hours", hours)
    if not tina.page.get_by_role("group", name="Row 1").count():
        tina.press("button", "Add a row")
    tina.fill("Competency", gives[0])
    tina.choose("Level", gives[1])
    if any_of:
        _asks(tina, *any_of)
        tina.choose("How much of the group", "Any one of")
        if not tina.has_script:
            tina.press("button", "Search")
        tina.reads(f"one of: {', '.join(any_of)}")
    tina.press("button", "Save the course")
    _back_to(tina, title)


def _asks(tina: Visitor, *courses: str) -> None:
    """Search each in the builder and let it be asked for."""
    for course in courses:
        tina.fill("Search competencies and courses", course)
        if not tina.has_script:
            tina.press("button", "Search")
        tina.press("button", f"Course {course}")
        tina.reads(course)
        expect(tina.page.get_by_role("button", name=f"Take out: {course}", exact=True)).to_be_visible()


def _adds_role(tina: Visitor, role: str, title: str) -> None:
    tina.press("link", "Add role")
    tina.at("A new role")
    tina.fill("Title", role)
    tina.fill("Search competencies and courses", "Negotiating")
    if not tina.has_script:
        tina.press("button", "Search")
    tina.press("button", "Level 2 Negotiating")
    tina.reads("Negotiating at level 2")
    tina.press("button", "Save the role")
    _back_to(tina, title)


def _makes_a_ring(tina: Visitor, title: str) -> None:
    """The basics come to need what they open; that is legal while another way in is left, and a ring without it."""
    _selects(tina, "Price basics")
    tina.press("link", "Edit", within=_inspector(tina))
    tina.at("Price basics")
    _asks(tina, "Holding price")
    tina.press("button", "Save the course")
    tina.at(title)
    tina.reads("Nothing is wrong")
    _selects(tina, "Discovery call")
    tina.press("link", "Remove", within=_inspector(tina))
    tina.at("Remove “Discovery call”")
    tina.reads("1 place names it and will do so no more")
    tina.press("button", "Remove “Discovery call”")
    tina.at(title)


def _mends_it(tina: Visitor) -> None:
    tina.reads("Two courses wait for each other.")
    tina.reads("Fix 2 errors first")
    mend = _main(tina).get_by_role("button", name="Remove “Holding price → Price basics”")
    expect(mend).to_be_visible()
    tina.press("button", "Remove “Holding price → Price basics”")
    tina.reads("Mended: Price basics.")
    expect(tina.page.get_by_text("Two courses wait for each other.")).to_have_count(0)


def _asserts(tina: Visitor, role: str) -> None:
    tina.press("link", "Curriculum tests", within=_main(tina))
    tina.at("Curriculum tests")
    tina.press("link", "Add a test", within=_main(tina))
    tina.fill("Title", "A newcomer closes within ten hours")
    targets = tina.page.locator("#rows-targets")
    if not targets.get_by_role("group").count():
        tina.press("button", "Add a role")
    expect(targets.get_by_role("group")).to_be_visible()
    tina.fill("Role", role)
    tina.fill("Hours at most", "10")
    tina.press("button", "Save the test")
    tina.at("Curriculum tests")
    tina.reads("Passes")
    tina.press("link", f"Mid-market {role.removeprefix('Closer ')}", within=_main(tina))


def _publishes(tina: Visitor, number: int, note: str) -> None:
    tina.at("Changes and impact")
    tina.fill("What has changed", note)
    tina.press("button", f"Publish version {number}")
    tina.reads(f"Version {number}")


def _walks(site: LiveSite, rep: Person, role: str) -> None:
    with site.writing() as session:
        session.get_one(StudyPlan, rep.id).targets = [role]
        replanning.input_changed(session, [rep.id], now=datetime.now(UTC))
        paths.replan_now(session, [rep.id], now=datetime.now(UTC))


def _changes_the_hours(tina: Visitor, title: str) -> None:
    tina.open("/curricula")
    tina.press("link", title, within=_main(tina))
    tina.press("link", "Edit the draft", within=_main(tina))
    _selects(tina, "Holding price")
    tina.press("link", "Edit", within=_inspector(tina))
    tina.fill("Hours", "6.5")
    tina.press("button", "Save the course")
    tina.at(title)


def _previews(tina: Visitor) -> None:
    tina.press("link", "Preview as a rep", within=_main(tina))
    tina.at("Preview as a rep")
    tina.reads("Against version 1")
    tina.reads("2.5 h more")
    tina.press("link", "Changes and impact", within=_main(tina))


def _sees_the_impact(tina: Visitor) -> None:
    tina.at("Changes and impact")
    tina.reads("6.5")
    if not tina.has_script:
        tina.press("link", "Work out the impact")
    tina.reads("fewer than 5")
    tina.reads("Nobody loses credit")


def _brings_back(tina: Visitor) -> None:
    tina.press("link", "Compare, or bring one back", within=_main(tina))
    tina.at("History")
    tina.press("button", "Bring back Version 1")
    _publishes(tina, 3, "Back to the shorter practice")


def _comes_to_read(dana: Visitor, words: str) -> None:
    """Look again until the worker has planned: a page view plans nothing."""
    for _ in range(40):
        dana.open("/path")
        if dana.page.get_by_text(words).count():
            break
        dana.page.wait_for_timeout(250)
    dana.reads(words)


def _selects(tina: Visitor, card: str) -> None:
    """Select a card of the map, or of the list."""
    card_link = _main(tina).locator("#map").get_by_role("link").filter(has_text=card).first
    expect(card_link).to_be_visible()
    card_link.press("Enter")
    expect(_inspector(tina).get_by_role("heading", name=card, exact=True)).to_be_visible()


def _back_to(tina: Visitor, title: str) -> None:
    tina.press("link", "Back to the draft")
    tina.at(title)


def _inspector(tina: Visitor) -> Locator:
    return tina.page.locator("#selected")


def _main(tina: Visitor) -> Locator:
    return tina.page.locator("main")
