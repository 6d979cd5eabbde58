"""Parts of walks that several tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

PASSWORD = "eleven grey herons"  # noqa: S105


def choose_password(who: Visitor, link: str, name: str) -> None:
    """Follow the link of an invitation and choose a password."""
    who.open(link)
    who.at(f"Welcome, {name}")
    who.fill("Choose a password", PASSWORD)
    who.press("button", "Set the password and come in")
    who.at(f"Good to see you, {name}")


def set_up_second_factor(who: Visitor) -> str:
    """Do as the page of the second factor says; the secret that it showed."""
    expect(who.page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    who.unfold("Or type the secret by hand")
    secret = who.page.locator("details[open] code").inner_text().replace(" ", "")
    who.fill("Code", pyotp.TOTP(secret).now())
    who.press("button", "Switch on the second factor")
    who.at("The second factor is on. Keep these codes")
    return secret


def next_code(secret: str) -> str:
    """What the app shows half a minute from now: a code that passed does not pass again."""
    return str(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)))


def add_person(admin: Visitor, name: str, mail: str) -> None:
    """Fill in the form of a new person, up to its button, from the list of people."""
    admin.press("link", "Add a person", within=admin.page.locator(".page-head"))
    admin.fill("Name", name)
    admin.fill("Mail address", mail)
    admin.tick("Send the invitation now")
