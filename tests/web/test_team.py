"""The team page: who may open it, what its links ask for, how few questions it asks, and what its workbook holds."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.people import Person, Team
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds
from tests.web.learner.test_path_queries import asked

PEOPLE = 12


@pytest.fixture
def team(session: Session) -> Team:
    """A team of twelve who sell, its manager, and a team below it."""
    number = a_published_curriculum(session)
    found = a_team(session, "Nordics", manager=somebody(session, "Maren Manager", rights=[]))
    a_team(session, "Baltics", parent=found)
    people = [somebody(session, f"Person {place:02}", team=found) for place in range(PEOPLE)]
    for place, one in enumerate(people):
        role, target = ("sdr", "account-executive") if place % 2 else ("account-executive", "team-lead")
        who_holds(session, one, role, number, since=date(2026, 1, 1), targets=[target] if place else [])
    numbers = [one.id for one in people]
    replanning.input_changed(session, numbers, now=NOW)
    paths.replan_now(session, numbers, now=NOW)
    session.commit()
    return found


def manager(browser: Browser, team: Team) -> Browser:
    return browser.sign_in(team.manager_id or 0)


def test_the_team_page_asks_the_same_few_questions_for_any_number_of_people(
    session: Session, browser: Browser, team: Team
) -> None:
    counts = [asked(session, manager(browser, team), f"/team/{team.id}")]
    for one in session.query(Person).where(Person.team_id == team.id).limit(PEOPLE - 2):
        one.team_id = None
    session.commit()
    counts.append(asked(session, browser, f"/team/{team.id}"))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_views_orders_and_kinds_are_links_and_nothing_in_them_breaks_the_page(
    session: Session, browser: Browser, team: Team
) -> None:
    manager(browser, team)
    page = browser.get("/team").text
    assert "Nordics" in page
    assert page.count('<th class="who" scope="row">') == PEOPLE
    assert "No target yet" in page
    for query in ("view=gap", "view=change", "sort=-c.articulating-value", "sort=next&only=near", "only=still"):
        assert browser.get(f"/team?{query}").status_code == 200, query
    assert "Person 00" in browser.get("/team?only=still").text
    for query in ("sort=c.none", "sort=password_hash", "only=x&view=y", "below=7", "team=1e3"):
        assert browser.get(f"/team?{query}").text.count('<th class="who" scope="row">') == PEOPLE, query
    assert browser.get("/team/go?team=abc").location == "/team"
    assert browser.get(f"/team/go?team={team.id}&below=1").location == f"/team/{team.id}?below=1"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_03_a_team_outside_the_line_answers_404(session: Session, browser: Browser, team: Team) -> None:
    other = a_team(session, "South", manager=somebody(session, rights=[]))
    rep = somebody(session, team=team)
    session.commit()
    assert manager(browser, team).get(f"/team/{other.id}").status_code == 404
    assert browser.get(f"/team/{other.id}/export.xlsx").status_code == 404
    assert manager(browser, other).get(f"/team/{team.id}").status_code == 404
    assert browser.sign_in(rep).get("/team").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_48_the_workbook_holds_what_the_page_shows_and_runs_no_formula(
    session: Session, browser: Browser, team: Team
) -> None:
    evil = somebody(session, "=HYPERLINK(1)", team=team)
    session.commit()
    answer = manager(browser, team).get(f"/team/{team.id}/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Levels", "Gap to role", "Change in 90 days"]
    cells = {cell.value: cell.data_type for cell in book["Levels"]["A"]}
    assert cells["=HYPERLINK(1)"] == "s", evil
    assert {f"Person {place:02}" for place in range(PEOPLE)} < cells.keys()
    only = browser.get(f"/team/{team.id}/export.xlsx?only=near")
    assert openpyxl.load_workbook(io.BytesIO(only.data))["Levels"].max_row < book["Levels"].max_row
