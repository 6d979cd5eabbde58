"""Invited, in, with a second factor, out and in again; then deactivated while signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.looks import faults
from tests.browser.visitor import Visitor
from tests.browser.walks import PASSWORD, add_person, choose_password, next_code, set_up_second_factor
from tests.organisation import somebody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def an_administrator(site: LiveSite, window: Callable[..., Visitor], way: str) -> Visitor:
    """Somebody who administers the site and is signed in."""
    with site.writing() as session:
        person = somebody(session, f"Ada Byrne, {way}", rights=["administrator"])
    visitor = window(site, **WAYS[way])
    visitor.sign_in(site.cookie_of(person))
    return visitor


@pytest.mark.parametrize("way", WAYS)
def test_14_somebody_invited_comes_in_and_is_out_at_once_when_deactivated(
    site: LiveSite, window: Callable[..., Visitor], way: str
) -> None:
    admin, name, mail = an_administrator(site, window, way), f"Noor {way.title()}", f"noor.{way}@acme.example"
    admin.open("/admin/people")
    add_person(admin, name, mail)
    admin.press("button", "Add the person")
    admin.at(name)
    admin.reads("Invited, not accepted yet")
    noor = window(site, **WAYS[way])
    choose_password(noor, site.post.link_to(mail), name)
    _go_out(noor, name)
    _sign_in(noor, mail)
    noor.at(f"Good to see you, {name}")
    noor.unfold(f"Account of {name}")
    noor.press("link", "Second factor")
    secret = set_up_second_factor(noor)
    noor.press("link", "I have kept them")
    _go_out(noor, name)
    _sign_in(noor, mail)
    noor.at("Second step")
    noor.fill("Code", "000 000")
    noor.press("button", "Sign in")
    noor.refused("This code does not pass.")
    noor.fill("Code", next_code(secret))
    noor.press("button", "Sign in")
    noor.at(f"Good to see you, {name}")
    admin.press("button", "Deactivate at once")
    admin.reads("They cannot sign in, and nothing is sent to them.")
    noor.press("link", "Curricula", within=noor.page.get_by_role("navigation", name="Main"))
    noor.at("Sign in")
    _sign_in(noor, mail)
    noor.refused("The mail address and the password do not belong together.")


def _sign_in(who: Visitor, mail: str) -> None:
    who.at("Sign in")
    who.fill("Mail address", mail)
    who.fill("Password", PASSWORD)
    who.press("button", "Sign in")


def _go_out(who: Visitor, name: str) -> None:
    who.unfold(f"Account of {name}")
    who.press("button", "Sign out")
    who.at("Sign in")


def test_the_pages_between_password_and_home_are_well_made(site: LiveSite, window: Callable[..., Visitor]) -> None:
    with site.writing() as session:
        person = somebody(session, "Ida Holm", mail="ida@acme.example", rights=["administrator"])
    ida = window(site, reduced_motion="reduce")
    ida.sign_in(site.cookie_of(person, second_factor=False))
    ida.open("/")
    expect(ida.page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert faults(ida.page) == []
    set_up_second_factor(ida)
    assert faults(ida.page) == []
