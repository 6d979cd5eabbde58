"""Evidence from a phone: handed in, more asked for, added to, signed off against the level's words; the path is shorter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.acme_evidence import a_picture, a_sound
from tests.browser.live_site import LiveSite
from tests.browser.looks import WIDE, faults
from tests.browser.visitor import Visitor
from tests.services.learning.academy import an_academy

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}


def test_a_rep_shows_what_they_can_from_a_phone_and_the_manager_signs_it_off(
    site: LiveSite, window: Callable[..., Visitor], tmp_path: Path
) -> None:
    with site.writing() as session:
        academy = an_academy(session, now=datetime.now(UTC))
    call, board = tmp_path / "call.wav", tmp_path / "board.png"
    call.write_bytes(a_sound())
    board.write_bytes(a_picture())
    rita = window(site, **PHONE)
    rita.sign_in(site.cookie_of(academy.rep))
    rita.open("/path")
    expect(rita.page.locator("main")).to_contain_text("Talk")
    rita.open("/competencies/one?competency=talking")
    rita.press("link", "Hand in evidence")
    rita.press("link", "Recording of a call")
    rita.choose("Competency", "Talking")
    rita.choose("Level that it shows", "2, Level 2")
    rita.attach("Files", call)
    rita.press("button", "Hand it in")
    rita.refused("Hand in only a recording that everybody on it knows of. Write a note about the call instead.")
    rita.attach("Files", call)
    rita.page.get_by_role("radio", name="Yes, everybody").check()
    rita.press("button", "Hand it in")
    rita.reads("Handed in. You get a mail as soon as it is answered.")
    expect(rita.page.locator("audio")).to_be_visible()
    piece = rita.page.url

    mona = window(site, viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    mona.sign_in(site.cookie_of(academy.manager))
    mona.open("/")
    mona.press("link", "See what waits")
    mona.press("link", "Look at it: Talking of Rita Rep")
    mona.unfold("Ask for more")
    mona.fill("What is missing", "How did you write down what they need?")
    mona.press("button", "Send it back")
    mona.reads("They were told what is missing.")

    rita.open(piece)
    expect(rita.page.locator("main")).to_contain_text("How did you write down what they need?")
    rita.attach("Files", board)
    rita.press("button", "Add it")
    rita.reads("Added. It waits for an answer again.")

    mona.open("/waiting")
    assert faults(mona.page) == []
    mona.page.keyboard.press("j")
    expect(mona.page.get_by_role("link", name="Look at it: Talking of Rita Rep")).to_be_focused()
    mona.page.keyboard.press("Enter")
    picture = mona.page.locator("img.shown")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    assert faults(mona.page) == []
    mona.page.get_by_role("radio", name="2, Level 2").check()
    mona.fill("What you saw", "You asked before you offered.")
    mona.press("button", "Sign off")
    mona.reads("Signed off. They get a mail, and their path moves on in a moment.")
    expect(mona.page.locator("main")).to_contain_text("Nothing waits for you")

    rita.open(piece)
    expect(rita.page.locator("main")).to_contain_text("You asked before you offered.")
    rita.open("/path")
    expect(rita.page.get_by_text("Being recalculated")).to_have_count(0)
    rita.open("/path/steps")
    expect(rita.page.get_by_role("link", name="Talk", exact=True)).to_have_count(0)
