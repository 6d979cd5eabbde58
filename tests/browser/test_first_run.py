"""From nothing to an organisation: the terminal's address, an administrator, a curriculum, a team, a person, a path."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PASSWORD = "eleven grey herons"  # noqa: S105


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
    admin.open(site.setup_address())
    admin.at("Set up this site")
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


def set_up_second_factor(who: Visitor) -> str:
    """Do as the page of the second factor says; the secret that it showed."""
    expect(who.page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    who.unfold("Or type the secret by hand")
    secret = who.page.locator("details[open] code").inner_text().replace(" ", "")
    who.fill("Code", pyotp.TOTP(secret).now())
    who.press("button", "Switch on the second factor")
    who.at("The second factor is on. Keep these codes")
    return secret


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
    admin.reads("Nothing stands in the way")
    admin.fill("What has changed", "The beginning.")
    admin.press("button", "Publish version 1")
    admin.reads("Version 1 counts now.")


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
    admin.press("link", "Add a person", within=admin.page.locator(".page-head"))
    admin.fill("Name", "Noor Haddad")
    admin.fill("Mail address", "noor@acme.example")
    admin.tick("Send the invitation now They choose a password by themselves. You can also send it later.")
    admin.choose("Team", "North")
    admin.tick("Rep: has a path of their own")
    admin.choose("Target role", "Account executive")
    admin.press("button", "Add the person")
    admin.at("Noor Haddad")
    admin.reads("Noor Haddad was added and invited.")


def _sees_their_path(rep: Visitor, site: LiveSite) -> None:
    rep.open(site.post.link_to("noor@acme.example"))
    rep.at("Welcome, Noor Haddad")
    rep.fill("Choose a password", PASSWORD)
    rep.press("button", "Set the password and come in")
    rep.at("Good to see you, Noor Haddad")
    rep.press("link", "Open my path")
    rep.at("Your path to Account executive")
    expect(rep.page.get_by_text("Next step", exact=True)).to_be_visible()
