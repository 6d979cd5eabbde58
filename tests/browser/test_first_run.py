"""From nothing to an organisation: the terminal's address, an administrator, a curriculum, a team, a person, a path."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.looks import faults
from tests.browser.visitor import Visitor
from tests.browser.walks import PASSWORD, add_person, choose_password, set_up_second_factor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("way", WAYS)
def test_the_first_run_ends_in_a_working_organisation(
    new_site: LiveSite, window: Callable[..., Visitor], way: str
) -> None:
    admin = window(new_site, **WAYS[way])
    _first_administrator(admin, new_site)
    _mail(admin, new_site)
    _curriculum(admin)
    _team(admin)
    _person(admin)
    rep = window(new_site, **WAYS[way])
    _sees_their_path(rep, new_site)


def _first_administrator(admin: Visitor, site: LiveSite) -> None:
    admin.open("/")
    admin.at("Cairn runs. Now set it up")
    _well_made(admin)
    admin.open(site.setup_address())
    admin.at("Set up this site")
    _well_made(admin)
    admin.fill("Name of the site", "Acme")
    admin.choose("Time zone", "Berlin")
    admin.fill("Your name", "Ada Byrne")
    admin.fill("Your mail address", "ada@acme.example")
    admin.fill("Choose a password", PASSWORD)
    admin.press("button", "Set up the site")
    set_up_second_factor(admin)
    admin.press("link", "I have kept them")
    admin.at("Good to see you, Ada Byrne")
    admin.reads("What is left to set up")


def _well_made(who: Visitor) -> None:
    """Looked at once, with the mouse: the pages are the same for everybody."""
    if type(who) is Visitor and who.has_script:
        assert faults(who.page) == []


def _mail(admin: Visitor, site: LiveSite) -> None:
    admin.press("link", "Open the settings")
    admin.press("link", "Mail")
    admin.fill("Server", "127.0.0.1")
    admin.fill("Port", str(site.post.port))
    admin.choose("Encryption", "None")
    admin.fill("Sender", "cairn@acme.example")
    admin.press("button", "Save the mail settings")
    admin.press("button", "Send me a test mail")
    assert site.post.letter_to("ada@acme.example")


def _curriculum(admin: Visitor) -> None:
    admin.press("link", "Home")
    admin.press("link", "Choose one")
    admin.press("link", "Add a curriculum", within=admin.page.locator(".page-head"))
    admin.press("button", "Use the sales starter curriculum")
    admin.press("link", "Changes and impact", within=admin.page.locator(".page-head"))
    admin.reads("Nothing stands in the way")
    admin.fill("What has changed", "The beginning.")
    admin.press("button", "Publish version 1")
    admin.reads("Version 1 is in use.")


def _team(admin: Visitor) -> None:
    admin.press("link", "Home")
    admin.press("link", "Make a team")
    admin.press("link", "Add a team", within=admin.page.locator(".page-head"))
    admin.fill("Name", "North")
    admin.press("button", "Add the team")
    expect(admin.page.get_by_role("link", name="North", exact=True)).to_be_visible()


def _person(admin: Visitor) -> None:
    admin.press("link", "Home")
    admin.press("link", "Add people")
    add_person(admin, "Noor Haddad", "noor@acme.example")
    admin.choose("Team", "North")
    admin.tick("Rep: has a path of their own")
    admin.choose("Target role", "Account executive")
    admin.press("button", "Add the person")
    admin.at("Noor Haddad")
    admin.reads("Noor Haddad was added and invited.")


def _sees_their_path(rep: Visitor, site: LiveSite) -> None:
    choose_password(rep, site.post.link_to("noor@acme.example"), "Noor Haddad")
    rep.press("link", "Open my path")
    rep.at("Your path to Account executive")
    rep.reads("things block your promotion")
