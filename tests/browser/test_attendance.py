"""A trainer after a session: ticks who was there, adds somebody, sends a file, takes one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.live_site import LiveSite
from tests.browser.looks import WIDE, faults
from tests.browser.visitor import Visitor
from tests.services.learning.academy import an_academy

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_trainer_records_who_was_there_and_takes_one_back(
    site: LiveSite, window: Callable[..., Visitor], tmp_path: Path
) -> None:
    with site.writing() as session:
        academy = an_academy(session, now=datetime.now(UTC))
    trainer = window(site, viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    trainer.sign_in(site.cookie_of(academy.trainer))
    trainer.open("/waiting")
    trainer.press("link", "Attendance lists")
    trainer.at("Attendance lists")
    trainer.press("link", "Workshop", within=trainer.page.get_by_role("region", name="Today and before"))
    trainer.at("Workshop")
    assert faults(trainer.page) == []
    trainer.fill("Somebody else who was there", "Nobody At All")
    trainer.press("button", "Record who was there")
    trainer.refused("Nobody active in this curriculum is called Nobody At All")
    trainer.fill("Somebody else who was there", "Olaf Other")
    trainer.tick("Rita Rep")
    trainer.press("button", "Record who was there")
    recorded = trainer.page.get_by_role("region", name="2 people are recorded")
    expect(recorded).to_contain_text("Rita Rep")
    file = tmp_path / "there.csv"
    file.write_text("Name,E-Mail\nNobody,nobody@acme.example\n", encoding="utf-8")
    trainer.unfold("Send a file instead")
    trainer.attach("A file instead", file)
    trainer.press("button", "Record everybody in the file")
    trainer.refused("Row 2: nobody active in this curriculum has the mail address or number")
    assert faults(trainer.page) == []
    trainer.press("button", "Take back Rita Rep", within=recorded)
    trainer.reads("They are not recorded any more.")
