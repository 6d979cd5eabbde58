"""Every page of the site, as somebody who may open it: axe finds nothing, it fits a phone, and nothing goes wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import Rule

from lms.app import create_app
from lms.config import read_settings
from tests.browser.acme import Acme, found
from tests.browser.conftest import open_window
from tests.browser.live_site import SECRET, LiveSite
from tests.browser.looks import WIDE, faults
from tests.browser.visitor import REFUSED_FORM, Visitor
from tests.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NO_PAGES = {
    "team.export": "a file",
    "team.go": "leads to a team",
    "team.waits": "a part of team.index",
    "static": "files",
    "health.lives": "for machines",
    "health.ready": "for machines",
    "calendar.feed": "a file for calendar programs",
    "competencies.of_one": "its query says which competency; MORE looks at it",
    "competencies.show": "its query says which competency; MORE looks at it",
    "roles.show": "its query says which role; MORE looks at it",
    "exchange.download": "a file",
    "exchange.problems": "a file",
    "exchange.template": "a file",
    "applicant.file": "a file",
    "candidates.file": "a file",
    "evidence.file": "a file",
    "imports.problems": "a file",
    "imports.template": "a file",
    "choices.options": "a part of editor.show",
    "editor.show": "its query says which item; MORE looks at it",
    "editor.removal": "its query says which item; MORE looks at it",
    "insight.export": "a file",
    "publishing.impact_part": "a part of publishing.changes",
    "publishing.names": "only after a look that was written down; tests/web looks at it",
    "people.export": "a file",
    "promotions.export": "a file",
    "promotions.paper": "a file",
    "path.own_paper": "a file",
    "path.paper": "a file",
    "team.paper": "a file",
    "audit.export": "a file",
    "jobs.live": "a part of jobs.index",
    "path.preview": "a part of path.mine",
    "path.export": "a file",
    "recalculated.mine": "what path.mine asks while its path is behind",
    "recalculated.of": "the same of path.show",
    "settings.test": "a part of settings.mail",
    "steps.of": "its query says which course; MORE looks at it",
    "steps.show": "its query says which course; MORE looks at it",
    "setup.show": "leads home once the site is set up; test_first_run looks at it",
    "setup.begin": "is over once the site is set up; test_first_run looks at it",
    "auth.second_step": "only after a right password; test_coming_in looks at it",
}
"""The addresses that are no page of a site in use, and why."""
PUBLIC = ("auth.", "links.", "applicant.")
SEEN_BY = {
    "candidates.show": "recruiter",
    "hiring.index": "recruiter",
    "hiring.new": "recruiter",
    "hiring.show": "recruiter",
    "interviews.show": "hirer",
    "evidence.of": "manager",
    "ratings.of": "manager",
    "ratings.round_form": "manager",
    "evidence.show": "manager",
    "reviews.observe": "manager",
    "path.show": "manager",
    "competencies.of": "manager",
    "fairness.show": "fairness",
    "team.index": "manager",
    "team.show": "manager",
    "person_record.show": "manager",
}
"""Who opens a page that the one with most rights may not see."""

MORE: tuple[tuple[str, str, int], ...] = (
    ("rep", "/", 200),
    ("manager", "/", 200),
    ("trainer", "/", 200),
    ("auditor", "/", 200),
    ("new", "/", 200),
    ("outsider", "/", 200),
    ("rep", "/path", 200),
    ("new", "/path", 200),
    ("rep", "/path/what-if?hours=9&role=team-lead&away_from=2027-02-01&away_until=2027-02-28", 200),
    ("rep", "/path/what-if?hours=none", 422),
    ("new", "/path/what-if?role=account-executive", 200),
    ("rep", "/path/why-not?course=forecast-clinic", 200),
    ("new", "/path/why-not", 200),
    ("rep", "/path/step?course={next}", 200),
    ("rep", "/path/step?course=code-of-conduct", 200),
    ("rep", "/path/step?course=product-fundamentals-live", 200),
    ("rep", "/path/step?course=ride-along", 200),
    ("rep", "/path/step?course=observed-calls", 200),
    ("manager", "/people/{person_id}/path/step?course={next}", 200),
    ("manager", "/waiting", 200),
    ("manager", "/team?view=gap&sort=-below", 200),
    ("manager", "/team?view=change&only=still", 200),
    ("rep", "/record", 200),
    ("new", "/record", 200),
    ("rep", "/ratings", 200),
    ("manager", "/ratings", 200),
    ("manager", "/ratings/{manager_sheet}", 200),
    ("rep", "/people/{person_id}/round", 200),
    ("new", "/cycles", 200),
    ("manager", "/cycles", 200),
    ("manager", "/cycles/{draft_cycle}", 200),
    ("everything", "/cycles/{closed_cycle}", 200),
    ("everything", "/cycles/{closed_cycle}/comparison", 200),
    ("rep", "/cycles/{round}", 200),
    ("manager", "/rules", 200),
    ("manager", "/rules/new?{rule_asked}", 200),
    ("auditor", "/rules", 200),
    ("manager", "/promotions", 200),
    ("manager", "/promotions/{promotion_id}", 200),
    ("rep", "/promotions/{promotion_id}", 200),
    ("everything", "/promotions/{declined}", 200),
    ("everything", "/promotions/{approved}", 200),
    ("new", "/promotions", 200),
    ("outsider", "/waiting", 200),
    ("rep", "/evidence", 200),
    ("rep", "/evidence/{piece_id}", 200),
    ("rep", "/evidence/{sent_back}", 200),
    ("rep", "/evidence/{signed_off}", 200),
    ("rep", "/evidence/new?kind=call-recording&competency=negotiating-positions&level=3", 200),
    ("rep", "/evidence/new?kind=prior-learning", 200),
    ("new", "/evidence/new", 200),
    ("manager", "/people/{person_id}/observe?competency=negotiating-positions", 200),
    ("trainer", "/waiting", 200),
    ("trainer", "/attendance", 200),
    ("trainer", "/attendance?course=product-fundamentals-live&session={session}", 200),
    ("new", "/curricula", 200),
    ("trainer", "/curricula/{curriculum_id}/edit?at=course:second-chair", 200),
    ("trainer", "/curricula/{curriculum_id}/edit?view=list&scope=all", 200),
    ("trainer", "/curricula/{curriculum_id}/edit?scope=all&zoom=75", 200),
    ("auditor", "/curricula/{curriculum_id}/edit?at=role:team-lead", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/competency?id=negotiating-positions", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/course?id=second-chair", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/role?id=account-executive", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/objective?id=grow-mid-market", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/course/remove?id=holding-price", 200),
    ("trainer", "/curricula/{curriculum_id}/draft/changes?impact=now", 200),
    ("rep", "/people/{person_id}/exemptions", 200),
    ("rep", "/competencies", 200),
    ("rep", "/competencies?role=sales-manager", 200),
    ("rep", "/competencies/one?competency=negotiating-positions", 200),
    ("manager", "/people/{person_id}/competencies/one?competency=negotiating-positions", 200),
    ("new", "/competencies", 200),
    ("rep", "/roles", 200),
    ("rep", "/roles/map", 200),
    ("rep", "/roles/one?role=sales-manager", 200),
    ("outsider", "/roles/one?role=sales-manager", 200),
    ("rep", "/path/calendar", 200),
    ("new", "/path/calendar", 200),
    ("rep", "/plan", 200),
    ("outsider", "/account/notices", 200),
    ("auditor", "/admin/people", 200),
    ("auditor", "/admin/people/{person_id}", 200),
    ("auditor", "/admin/teams", 200),
    ("auditor", "/admin/settings", 200),
    ("auditor", "/admin/settings/mail", 200),
    ("auditor", "/admin/settings/holidays", 200),
    ("administrator", "/admin/import/file/{bad_upload}", 200),
    ("everything", "/admin/people?q=nobody+at+all", 200),
    ("everything", "/admin/people?state=all&sort=-name", 200),
    ("everything", "/admin/people/{left}", 200),
    ("everything", "/admin/people/{gone}", 200),
    ("everything", "/admin/people/{new}", 200),
    ("everything", "/admin/audit?person=nobody-like-that", 200),
    ("everything", "/curricula/{draft}", 200),
    ("everything", "/curricula/{draft}/export", 200),
    ("everything", "/curricula/{curriculum_id}/draft/import/{bad_sheet}", 200),
    ("hirer", "/candidates", 200),
    ("outsider", "/candidates", 200),
    ("hirer", "/candidates/new", 200),
    ("hirer", "/candidates/openings/{opening_id}?by=requirements", 200),
    ("hirer", "/candidates/{half}", 200),
    ("hirer", "/candidates/{asks}", 200),
    ("hirer", "/candidates/{turned_down}", 200),
    ("interviewer", "/interviews/{held}", 200),
    ("nobody", "/candidate/{token_asks}", 200),
    ("nobody", "/candidate/{token_turned_down}", 200),
    ("nobody", "/candidate/1.none", 410),
    ("rep", "/account/second-factor", 200),
    ("rep", "/no-such-page", 404),
    ("rep", "/admin/people", 404),
    ("nobody", "/invitation/1.spent", 410),
    ("nobody", "/sign-in?next=/path", 200),
)
"""Further states of pages: who opens which, and the status it answers with."""


PALE = """() => [...document.querySelectorAll('.btn, .pill, .avatar, .level, .card, .input')]
  .filter(one => one.checkVisibility() && getComputedStyle(one).borderTopWidth === '0px').map(one => one.outerHTML.slice(0, 80))"""
"""What forced colours leave without an outline: backgrounds are gone there, so a border has to show where a thing ends."""


def _rules() -> list[Rule]:
    """Every address that answers a GET."""
    app = create_app(
        read_settings(_env_file=None, database_url="sqlite://", secret_key=SECRET, base_url="http://127.0.0.1")
    )
    return sorted((rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())), key=str)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "rule" in metafunc.fixturenames:
        rules = [rule for rule in _rules() if rule.endpoint not in NO_PAGES]
        metafunc.parametrize("rule", rules, ids=lambda rule: rule.endpoint)


@dataclass(frozen=True, slots=True)
class Founded:
    site: LiveSite
    acme: Acme


@pytest.fixture(scope="module")
def founded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    """The site of an organisation that has lived for two years."""
    live = LiveSite(databases.fresh("sqlite"), tmp_path_factory.mktemp("site"))
    yield Founded(live, found(live))
    live.close()


Window = Callable[..., Visitor]
Look = Callable[..., None]


@pytest.fixture(scope="module")
def look(chromium: Browser, founded: Founded) -> Iterator[Look]:
    """Looks at an address as somebody. One window each for all their pages, as people have: a new one costs as much
    as a look.
    """
    windows: dict[str, Visitor] = {}

    def looks(who: str, address: str, status: int = 200) -> None:
        if who not in windows:
            windows[who] = open_window(chromium, founded.site, viewport=WIDE, color_scheme="light")
            if who != "nobody":
                windows[who].sign_in(founded.site.cookie_of(founded.acme.who[who]))
        visitor = windows[who]
        visitor.allowed = {REFUSED_FORM, status}
        visitor.faults.clear()
        assert visitor.open(address) == status
        assert visitor.page.url == founded.site.base + address
        assert faults(visitor.page, who) + visitor.faults == []

    yield looks
    for visitor in windows.values():
        visitor.context.close()


def test_every_page_is_well_made(founded: Founded, look: Look, rule: Rule) -> None:
    values = {name: founded.acme.value(rule.endpoint, name) for name in rule.arguments}
    address = founded.site.app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
    most = SEEN_BY.get(rule.endpoint, "everything")
    look("nobody" if rule.endpoint.startswith(PUBLIC) else most, address)


@pytest.mark.parametrize(("who", "address", "status"), MORE, ids=[f"{who} {address}" for who, address, _ in MORE])
def test_every_state_of_a_page_is_well_made(founded: Founded, look: Look, who: str, address: str, status: int) -> None:
    look(who, address.format(**founded.acme.values), status)


@pytest.mark.parametrize("address", ["/", "/path", "/admin/people", "/admin/people/{person_id}", "/admin/settings"])
def test_a_page_is_whole_in_forced_colours(founded: Founded, window: Window, address: str) -> None:
    who = "rep" if address == "/path" else "everything"
    visitor = window(founded.site, viewport=WIDE, forced_colors="active", reduced_motion="reduce")
    visitor.sign_in(founded.site.cookie_of(founded.acme.who[who]))
    assert visitor.open(address.format(**founded.acme.values)) == 200
    assert visitor.page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert visitor.page.evaluate(PALE) == []


def test_what_is_badly_made_is_found(founded: Founded, window: Window) -> None:
    visitor = window(founded.site, viewport=WIDE, reduced_motion="reduce")
    visitor.open("/sign-in")
    visitor.page.evaluate("""() => {
      document.querySelector('main').insertAdjacentHTML('beforeend',
        '<img src="/static/favicon.svg"><input type="text"><h1>Twice</h1><p class="faint">faint</p><p class="long">' + 'long'.repeat(99))
      const rules = new CSSStyleSheet()
      rules.replaceSync('.faint { color: #ccc } .long { overflow-wrap: normal }')
      document.adoptedStyleSheets.push(rules)
    }""")
    said = " ".join(faults(visitor.page))
    for expected in ("frame: 2 h1", "light: image-alt", "light: label", "light: color-contrast", "at 320 px"):
        assert expected in said
    visitor.faults.clear()
