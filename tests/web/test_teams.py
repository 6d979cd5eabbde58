"""The pages of teams, and who sees whose path along the line."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.storage.audit import Audit
from lms.storage.people import Person, Team
from tests.organisation import Browser, a_team, somebody


@pytest.fixture
def admin(session: Session, browser: Browser) -> Browser:
    """The browser of an administrator."""
    boss = somebody(session, "Boss", rights=["administrator"])
    session.commit()
    return browser.sign_in(boss)


def test_a_team_is_added_below_another_with_a_manager(session: Session, admin: Browser) -> None:
    somebody(session, "Kim", mail="kim@cairn.test")
    top = a_team(session, "Sales")
    session.commit()
    assert f'selected value="{top.id}"' in admin.get(f"/admin/teams/new?below={top.id}").text
    form = {"name": "North", "parent": str(top.id), "manager": "kim@cairn.test"}
    assert admin.post("/admin/teams/new", form).status_code == 303
    page = admin.get("/admin/teams").text
    assert "North" in page
    assert "Kim" in page


def test_a_team_is_renamed_moved_and_removed(session: Session, admin: Browser) -> None:
    top, low = a_team(session, "Sales"), a_team(session, "North")
    session.commit()
    assert admin.post(f"/admin/teams/{low.id}", {"name": "Nord", "parent": str(top.id)}).status_code == 303
    session.rollback()
    session.expire_all()
    assert (low.name, low.parent_id) == ("Nord", top.id)
    below = admin.post(f"/admin/teams/{top.id}", {"name": "Sales", "parent": str(low.id)})
    assert below.status_code == 422
    assert "cannot stand below itself" in below.text
    assert admin.post(f"/admin/teams/{top.id}/remove", page=f"/admin/teams/{low.id}").status_code == 409
    assert admin.post(f"/admin/teams/{low.id}/remove", page=f"/admin/teams/{low.id}").status_code == 303
    session.rollback()
    session.expire_all()
    assert session.scalars(select(Team.name)).all() == ["Sales"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a/b"), ("name", "a\u202eb"), ("parent", "99"), ("parent", "x"), ("manager", "nobody")],
)
def test_what_is_wrong_with_a_team_is_said_beside_its_field(
    session: Session, admin: Browser, field: str, value: str
) -> None:
    answer = admin.post("/admin/teams/new", {"name": "North", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(Team)).all() == []


def test_a_site_without_teams_says_how_to_begin(admin: Browser) -> None:
    assert "No team yet" in admin.get("/admin/teams").text


def sees(browser: Browser, manager: Person, rep: Person) -> int:
    """The status of the rep's path for the manager."""
    return browser.sign_in(manager).get(f"/people/{rep.id}/path").status_code


def test_1_a_rep_who_opens_the_path_of_another_gets_404_and_leaves_a_trace(session: Session, browser: Browser) -> None:
    team = a_team(session)
    one, other = somebody(session, team=team), somebody(session, team=a_team(session))
    beside = somebody(session, team=team)
    session.commit()
    assert sees(browser, one, one) == 200
    for whom in (other, beside):
        assert sees(browser, one, whom) == 404
    denied = session.scalars(select(Audit).where(Audit.action == "authz.denied").order_by(Audit.id)).all()
    assert [(row.actor_id, row.subject_id) for row in denied] == [(one.id, other.id), (one.id, beside.id)]


def test_3_a_manager_sees_the_line_below_and_after_a_move_no_longer(
    app: Flask, session: Session, admin: Browser
) -> None:
    browser = Browser(app)
    old, new, rep = somebody(session), somebody(session), somebody(session)
    one, other = a_team(session, "One", manager=old), a_team(session, "Other", manager=new)
    low = a_team(session, "Low", parent=one)
    rep.team_id = low.id
    session.commit()
    assert (sees(browser, old, rep), sees(browser, new, rep)) == (200, 404)
    still_open = browser.sign_in(old)
    assert still_open.get(f"/people/{rep.id}/path").status_code == 200
    moved = admin.post(f"/admin/teams/{low.id}", {"name": "Low", "parent": str(other.id)})
    assert moved.status_code == 303
    assert still_open.get(f"/people/{rep.id}/path").status_code == 404
    assert sees(browser, new, rep) == 200
