"""Pictures of the pages of reps, trainers and managers for docs/screenshots: 1440 and 390 px wide, light and dark, from the demo organisation.

`python -m tests.browser.pictures FOLDER` (make pictures). Not a test: people look at what comes out.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import func, select

from lms.storage.jobs import Job
from lms.storage.paths import Path as StoredPath
from lms.storage.people import Person, Team
from tests.browser.acme import Acme, found
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.live_site import LiveSite
from tests.databases import Databases

WIDE: dict[str, Any] = {"width": 1440, "height": 900}
PATIENCE = 60.0
PHONE: dict[str, Any] = {"width": 390, "height": 844}
OK = 200
PAGES: tuple[tuple[str, str, str], ...] = (
    ("path", "climber", "/path"),
    ("path-preview", "climber", "/path?hours=10"),
    ("path-of-somebody-below", "above", "/people/{climber}/path"),
    ("path-new", "new", "/path"),
    ("steps", "climber", "/path/steps"),
    ("step", "climber", "/path/step?course={step}"),
    ("step-waits", "rep", "/path/step?course=ride-along"),
    ("what-if", "climber", "/path/what-if?hours=10"),
    ("why-not", "climber", "/path/why-not?course=forecast-clinic"),
    ("competencies", "climber", "/competencies"),
    ("competency", "climber", "/competencies/one?competency=negotiating-positions"),
    ("roles", "climber", "/roles"),
    ("role", "climber", "/roles/one?role=team-lead"),
    ("career-map", "climber", "/roles/map"),
    ("calendar", "climber", "/path/calendar"),
    ("plan", "climber", "/plan"),
    ("notices", "climber", "/account/notices"),
    ("waiting", "manager", "/waiting"),
    ("attendance", "trainer", "/attendance?course=product-fundamentals-live&session={session}"),
    ("forecast", "climber", "/forecast"),
    ("exemptions", "above", "/people/{climber}/exemptions"),
    ("map", "trainer", "/curricula/{curriculum_id}/edit?at=course:second-chair"),
    ("map-list", "trainer", "/curricula/{curriculum_id}/edit?at=course:second-chair&view=list"),
    ("competency-editor", "trainer", "/curricula/{curriculum_id}/draft/competency?id=negotiating-positions"),
    ("course-editor", "trainer", "/curricula/{curriculum_id}/draft/course?id=second-chair"),
    ("role-editor", "trainer", "/curricula/{curriculum_id}/draft/role?id=account-executive"),
    ("draft-settings", "trainer", "/curricula/{curriculum_id}/draft/settings"),
    ("curriculum-tests", "trainer", "/curricula/{curriculum_id}/draft/tests"),
    ("preview", "trainer", "/curricula/{curriculum_id}/draft/preview"),
    ("changes", "trainer", "/curricula/{curriculum_id}/draft/changes?impact=now"),
    ("versions", "trainer", "/curricula/{curriculum_id}/versions"),
    ("import", "trainer", "/curricula/{curriculum_id}/draft/import"),
    ("export", "trainer", "/curricula/{curriculum_id}/export"),
    ("insight", "trainer", "/curricula/{curriculum_id}/insight"),
    ("team", "manager", "/team"),
    ("team-change", "manager", "/team?view=change"),
    ("person", "above", "/people/{climber}"),
    ("record", "climber", "/record"),
    ("evidence", "rep", "/evidence"),
    ("evidence-review", "manager", "/evidence/{piece_id}"),
    ("observe", "manager", "/people/{person_id}/observe?competency=negotiating-positions"),
    ("cycle", "everything", "/cycles/{closed_cycle}"),
    ("rating", "manager", "/ratings/{manager_sheet}"),
    ("promotions", "manager", "/promotions"),
    ("promotion", "manager", "/promotions/{promotion_id}"),
    ("hiring", "hirer", "/candidates/openings/{opening_id}"),
    ("candidate", "hirer", "/candidates/{candidate_id}"),
    ("interview", "hirer", "/interviews/{interview_id}"),
    ("rules", "manager", "/rules"),
)
"""Name of the picture, who looks, and the address. The climber is somebody in the middle of their way."""


def take(folder: Path) -> None:
    """Every picture, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        site = LiveSite(Databases(Path(data), Path(data)).fresh("sqlite"), Path(data))
        acme = found(site)
        _planned(site)
        who, values = _in_the_middle(site, acme)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for viewport, scheme in product((WIDE, PHONE), ("light", "dark")):
            for name, looks, address in PAGES:
                context = browser.new_context(
                    viewport=viewport, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
                )
                cookie: Any = {"name": "cairn", "value": site.cookie_of(who[looks]), "url": site.base}
                context.add_cookies([cookie])
                page = context.new_page()
                answer = page.goto(site.base + address.format(**values))
                assert answer is not None
                assert answer.status == OK, f"{name}: {answer.status}"
                page.screenshot(path=folder / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
                context.close()
        browser.close()
        site.close()


def _planned(site: LiveSite) -> None:
    """Wait until the worker has planned everybody again, so that no picture shows a path being recalculated."""
    until = time.monotonic() + PATIENCE
    open_ = select(Job.id).where(Job.state.in_(("waiting", "running"))).limit(1)
    while time.monotonic() < until:
        with site.writing() as session:
            if session.scalar(open_.where(Job.run_after <= datetime.now(UTC))) is None:
                return
        time.sleep(0.2)
    raise TimeoutError("the worker is not done")


def _in_the_middle(site: LiveSite, acme: Acme) -> tuple[dict[str, int], dict[str, str]]:
    """Who looks and what stands in addresses, with somebody who has come about half the way, and the manager above."""
    with site.writing() as session:
        middle = (
            select(StoredPath.person_id, StoredPath.next_course, Team.manager_id)
            .join(Person, Person.id == StoredPath.person_id)
            .join(Team, Team.id == Person.team_id)
            .where(StoredPath.person_id != Team.manager_id, StoredPath.steps > 4)
            .order_by(func.abs(2 * StoredPath.met - StoredPath.required), StoredPath.person_id)
        )
        found_one: Any = session.execute(middle.limit(1)).one()
        climber, step, above = found_one
    who = {**acme.who, "climber": climber, "above": above}
    return who, {**acme.values, "climber": str(climber), "step": step}


if __name__ == "__main__":
    take(Path(sys.argv[1]))
