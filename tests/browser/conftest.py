"""A Chromium, and sites for it to look at. Without Chromium these tests are skipped; in CI they fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.live_site import LiveSite
from tests.browser.visitor import Typist, Visitor
from tests.databases import Databases

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = f"there is no {CHROMIUM}: apt-get install chromium (Debian's), then make browser"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this test process; each test has windows of its own."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site that is set up, shared by the tests of a module."""
    live = LiveSite(databases.fresh("sqlite"), tmp_path_factory.mktemp("site"))
    live.set_up()
    yield live
    live.close()


@pytest.fixture
def new_site(databases: Databases, tmp_path: Path) -> Iterator[LiveSite]:
    """A site that nobody has set up yet."""
    live = LiveSite(databases.fresh("sqlite"), tmp_path)
    yield live
    live.close()


def open_window(chromium: Browser, live: LiveSite, *, kind: type[Visitor] = Visitor, **context: Any) -> Visitor:
    """A new window on a site, with what a browser context takes."""
    context.setdefault("viewport", {"width": 1280, "height": 900})
    context.setdefault("locale", "en-GB")
    context.setdefault("reduced_motion", "reduce")  # a loaded Chromium skips a transition and calls that an error
    visitor = kind(chromium.new_context(**context), live.base)
    visitor.has_script = context.get("java_script_enabled", True)
    return visitor


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens windows on a site; at the end of the test nothing may have gone wrong in any of them."""
    opened: list[Visitor] = []

    def opening(live: LiveSite, **context: Any) -> Visitor:
        opened.append(open_window(chromium, live, **context))
        return opened[-1]

    yield opening
    for visitor in opened:
        visitor.context.close()
    assert [fault for visitor in opened for fault in visitor.faults] == []


WAYS: dict[str, dict[str, Any]] = {
    "mouse": {},
    "keyboard": {"kind": Typist},
    "no-script": {"java_script_enabled": False},
}
"""How the same walk is made: with everything, with the keyboard alone, and without JavaScript."""
