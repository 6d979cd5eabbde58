"""Names that are code stay names, in every place that shows them: no dialog, no request, no element of theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.live_site import LiveSite
from tests.browser.visitor import Visitor
from tests.organisation import a_team, somebody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NAMES = (
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(2)>',
    "</script><script>alert(3)</script>",
    "'-alert(4)-'",
    "{{7*7}} ${7*7} %(name)s",
    "javascript:alert(5)",
)
ALL = " ".join(NAMES)
ADDRESSES = (
    "/",
    "/account",
    "/admin/people",
    "/admin/people/{person}",
    "/admin/people/{person}/edit",
    "/admin/people/{person}/leave",
    "/admin/people/{person}/role",
    "/admin/people/{person}/rights",
    "/admin/teams",
    "/admin/teams/{team}",
    "/admin/teams/new",
    "/admin/audit",
    "/people/{person}/path",
)
THEIRS = """() => [...document.querySelectorAll('main img, [onerror], [onload], script:not([src]), [href^="javascript:"]')]
  .map(one => one.outerHTML)"""
"""Elements that only such a name can have brought."""
SHOWN = """name => document.title.includes(name) || document.body.innerText.includes(name)
  || [...document.querySelectorAll('input, option, [aria-label]')].some(one => [one.value, one.label, one.ariaLabel].some(text => text?.includes(name)))"""


def test_32_33_names_that_are_code_are_shown_as_they_are_written(
    site: LiveSite, window: Callable[..., Visitor]
) -> None:
    with site.writing() as session:
        admin = somebody(session, ALL, rights=["administrator", "rep"])
        team = a_team(session, ALL, manager=admin)
        person = somebody(session, ALL, team=team)
        for name in NAMES:
            somebody(session, name, team=a_team(session, name, parent=team))
    visitor = window(site)
    visitor.sign_in(site.cookie_of(admin))
    for address in ADDRESSES:
        assert visitor.open(address.format(person=person.id, team=team.id)) == 200
        assert visitor.page.evaluate(THEIRS) == []
        assert visitor.page.evaluate(SHOWN, ALL), address
    visitor.open(f"/admin/people/{person.id}")
    visitor.at(ALL)
    assert visitor.page.title().startswith(ALL)
    visitor.open("/admin/people")
    for name in NAMES:
        expect(visitor.page.get_by_role("link", name=name, exact=True)).to_be_visible()
