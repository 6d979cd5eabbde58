"""People from a file: a bad row is named, the file is mended, everybody is here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAYS
from tests.browser.live_site import LiveSite
from tests.browser.test_coming_in import an_administrator
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("way", WAYS)
def test_47_a_bad_row_is_named_and_nothing_comes_in_until_it_is_mended(
    site: LiveSite, window: Callable[..., Visitor], way: str, tmp_path: Path
) -> None:
    file, admin = tmp_path / "people.csv", an_administrator(site, window, way)
    rows = [
        "name,mail,team",
        f"Wilma {way},wilma.{way}@acme.example,Sales {way}",
        f"Yusuf {way},yusuf.{way},Sales {way}",
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    admin.open("/admin/import")
    admin.press("link", "Choose a file", within=admin.page.get_by_role("region", name="People"))
    admin.attach("The file", file)
    admin.press("button", "See what would change")
    admin.reads("1 problem, so nothing can be imported yet")
    problem = admin.page.get_by_role("region", name="1 problem").get_by_role("listitem")
    expect(problem).to_contain_text(f"yusuf.{way}")
    expect(problem).to_contain_text("Row 3")
    expect(admin.page.get_by_role("button", name="Import")).to_have_count(0)
    file.write_text("\n".join([*rows[:2], f"Yusuf {way},yusuf.{way}@acme.example,Sales {way}"]), encoding="utf-8")
    admin.attach("The corrected file", file)
    admin.press("button", "See what would change")
    admin.reads("New team")
    admin.press("button", "Import 2 rows")
    admin.at("Imported: People")
    admin.reads("2 people wait for an invitation")
    admin.press("link", "See the people")
    for name in (f"Wilma {way}", f"Yusuf {way}"):
        expect(admin.page.get_by_role("link", name=name)).to_be_visible()
