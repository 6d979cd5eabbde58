"""Pictures of the pages of a rep for docs/screenshots: 1440 and 390 px wide, light and dark, from the demo organisation.

`python -m tests.browser.pictures FOLDER` (make pictures). Not a test: people look at what comes out.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.acme import found
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.live_site import LiveSite
from tests.databases import Databases

WIDE: dict[str, Any] = {"width": 1440, "height": 900}
PHONE: dict[str, Any] = {"width": 390, "height": 844}
OK = 200
PAGES: tuple[tuple[str, str, str], ...] = (
    ("path", "rep", "/path"),
    ("path-preview", "rep", "/path?hours=8"),
    ("path-of-somebody-below", "manager", "/people/{person_id}/path"),
    ("path-none", "new", "/path"),
    ("steps", "rep", "/path/steps"),
    ("step", "rep", "/path/step?course={course}"),
    ("what-if", "rep", "/path/what-if?hours=8"),
    ("why-not", "rep", "/path/why-not?course={other_course}"),
    ("competencies", "rep", "/competencies"),
    ("competency", "rep", "/competencies/one?competency={competency}"),
    ("roles", "rep", "/roles"),
    ("role", "rep", "/roles/one?role={role}&curriculum={curriculum_id}"),
    ("career-map", "rep", "/roles/map"),
    ("calendar", "rep", "/path/calendar"),
    ("plan", "rep", "/plan"),
    ("waiting", "confirmer", "/waiting"),
    ("attendance", "trainer", "/attendance"),
    ("forecast", "rep", "/forecast"),
)
"""Name of the picture, who looks, and the address."""


def take(folder: Path) -> None:
    """Every picture, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        site = LiveSite(Databases(Path(data), Path(data)).fresh("sqlite"), Path(data))
        acme = found(site)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for viewport, scheme in product((WIDE, PHONE), ("light", "dark")):
            for name, who, address in PAGES:
                context = browser.new_context(
                    viewport=viewport, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
                )
                cookie = {"name": "cairn", "value": site.cookie_of(acme.who[who]), "url": site.base}
                context.add_cookies([cookie])
                page = context.new_page()
                answer = page.goto(site.base + address.format(**acme.values))
                assert answer is not None
                assert answer.status == OK, f"{name}: {answer.status}"
                page.screenshot(path=folder / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
                context.close()
        browser.close()
        site.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
