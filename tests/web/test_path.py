"""A path is read by its person and the line above, and for everybody else it does not exist."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.services.access import SITE
from lms.services.organisation import overview, people_list
from lms.storage.audit import Audit
from lms.storage.jobs import Heartbeat
from lms.storage.paths import Path
from lms.storage.people import Person, Team
from lms.storage.session import db
from lms.web.learner.mine.path_dates import dates_of
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds


@pytest.fixture
def team(session: Session) -> Team:
    return a_team(session, "North", manager=somebody(session, "Mona"))


@pytest.fixture
def rep(session: Session, team: Team) -> Person:
    person = somebody(session, "Dana", team=team)
    who_holds(
        session, person, "sdr", a_published_curriculum(session), since=date(2026, 1, 5), targets=["account-executive"]
    )
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    return person


def test_1_a_rep_who_asks_for_another_s_path_gets_404_and_the_audit_says_so(
    session: Session, rep: Person, browser: Browser
) -> None:
    other = somebody(session)
    session.commit()
    assert browser.sign_in(other).get(f"/people/{rep.id}/path").status_code == 404
    denied = session.scalars(select(Audit).where(Audit.action == "authz.denied")).one()
    assert (denied.actor_id, denied.subject_kind, denied.subject_id) == (other.id, "person", rep.id)


def test_1_a_path_that_exists_and_one_that_does_not_are_refused_alike(
    session: Session, rep: Person, browser: Browser
) -> None:
    other = somebody(session)
    session.commit()
    browser.sign_in(other)
    there, nowhere = browser.get(f"/people/{rep.id}/path"), browser.get("/people/999999/path")
    assert there.text.replace(f"/people/{rep.id}/", "/people/999999/") == nowhere.text


def test_3_a_manager_sees_the_whole_line_below_and_nobody_beside_it(
    session: Session, rep: Person, team: Team, browser: Browser
) -> None:
    top, beside = somebody(session), somebody(session)
    above = a_team(session, "Sales", manager=top)
    a_team(session, "South", manager=beside)
    session.get_one(Team, team.id).parent_id = above.id
    session.commit()
    assert browser.sign_in(top).get(f"/people/{rep.id}/path").status_code == 200
    assert browser.sign_in(beside).get(f"/people/{rep.id}/path").status_code == 404


def test_3_after_a_move_the_old_manager_loses_access_with_the_next_request(
    session: Session, rep: Person, team: Team, browser: Browser
) -> None:
    assert team.manager_id is not None
    browser.sign_in(team.manager_id)
    assert browser.get(f"/people/{rep.id}/path").status_code == 200
    session.get_one(Person, rep.id).team_id = a_team(session, "South").id
    session.commit()
    assert browser.get(f"/people/{rep.id}/path").status_code == 404


def test_administrators_and_trainers_do_not_read_paths(session: Session, rep: Person, browser: Browser) -> None:
    for right in ("administrator", "trainer", "auditor"):
        other = somebody(session, rights=[right])
        session.commit()
        assert browser.sign_in(other).get(f"/people/{rep.id}/path").status_code == 404


def test_who_has_no_target_is_told_what_comes_first(session: Session, browser: Browser) -> None:
    person = somebody(session)
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    assert "Where do you want to go?" in browser.sign_in(person).get("/path").text


def test_looking_at_a_path_takes_a_fixed_handful_of_queries(rep: Person, browser: Browser) -> None:
    browser.sign_in(rep).get("/path")
    seen: list[str] = []
    with browser.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        browser.get("/path")
    assert len(seen) <= 10, seen


def test_a_manager_s_home_lists_the_line_with_where_each_stands(
    session: Session, rep: Person, team: Team, browser: Browser
) -> None:
    assert team.manager_id is not None
    page = browser.sign_in(team.manager_id).get("/").text
    assert "Dana" in page
    assert f"/people/{rep.id}/path" in page


@pytest.mark.parametrize(("opens", "says"), [(None, -9), (-2, -2), (5, 5)])
def test_every_list_says_the_likely_day_that_the_path_itself_says(
    session: Session, rep: Person, team: Team, browser: Browser, opens: int | None, says: int
) -> None:
    path = session.scalars(select(Path).where(Path.person_id == rep.id)).one()
    assert path.ready_on is not None
    ready, soon = path.ready_on, path.ready_on - timedelta(days=9)
    gate = None if opens is None else ready + timedelta(days=opens)
    document = json.loads(path.document)
    document["gates"] = [{"key": "gate:0", "met": False, "on": gate and gate.isoformat()}]
    path.document, path.eligible_on = json.dumps(document), gate and max(ready, gate)
    path.likely_on, path.likely = soon, {"days": [soon.isoformat()] * 20, "draws": 20}
    session.commit()
    day = ready + timedelta(days=says)
    assert dates_of(document, path.likely, None).big == day
    assert people_list.one(session, SITE, rep.id, on=NOW.date()).likely == day
    assert team.manager_id is not None
    assert day.isoformat() in browser.sign_in(team.manager_id).get("/").text


def test_the_page_of_a_path_being_recalculated_loads_anew_once_that_is_done_and_not_before(
    session: Session, rep: Person, team: Team, browser: Browser
) -> None:
    def answers(page: str, asks: str) -> tuple[bool, int, str | None]:
        answer = browser.get(asks)
        return f'hx-get="{asks}"' in browser.get(page).text, answer.status_code, answer.headers.get("HX-Refresh")

    assert team.manager_id is not None
    pages = (
        (rep.id, "/path", "/path/recalculated"),
        (team.manager_id, f"/people/{rep.id}/path", f"/people/{rep.id}/path/recalculated"),
    )
    for who, page, asks in pages:
        browser.sign_in(who)
        replanning.input_changed(session, [rep.id], now=NOW)
        session.commit()
        assert answers(page, asks) == (True, 204, None)
        paths.replan_now(session, [rep.id], now=NOW)
        session.commit()
        assert answers(page, asks) == (False, 200, "true")


def test_who_was_never_planned_for_is_not_told_to_wait(session: Session, browser: Browser) -> None:
    person = somebody(session)
    session.commit()
    page = browser.sign_in(person).get("/path").text
    assert "Where do you want to go?" in page
    assert "recalculated" not in page


def test_the_clock_s_own_marks_are_no_worker(session: Session) -> None:
    session.add(Heartbeat(name="clock.day", seen_at=datetime.now(UTC)))
    session.flush()
    assert not overview.checklist(session, SITE, now=datetime.now(UTC)).worker
    session.add(Heartbeat(name="worker one", seen_at=datetime.now(UTC)))
    session.flush()
    assert overview.checklist(session, SITE, now=datetime.now(UTC)).worker
