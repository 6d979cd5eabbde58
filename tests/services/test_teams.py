"""Teams and the line: no ring, no doubles, nobody lost, and who sees what follows at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services.access import SITE
from lms.services.entry import sessions
from lms.services.organisation import teams
from lms.storage.audit import Audit
from lms.storage.people import Team
from lms.storage.session import db, transaction
from tests.organisation import NOW, a_team, somebody


def test_a_team_is_made_named_moved_and_removed_with_an_entry_each(session: Session) -> None:
    manager = somebody(session)
    sales = teams.create(session, SITE, " Sales ", now=NOW)
    north = teams.create(session, SITE, "North", manager_id=manager.id, now=NOW)
    teams.change(session, SITE, north.id, "Nord", None, now=NOW)
    teams.move(session, SITE, north.id, sales.id, now=NOW)
    assert [(one.name, one.depth, one.leaf) for one in teams.tree(session)] == [("Sales", 0, False), ("Nord", 1, True)]
    assert teams.paths(session)[north.id] == "Sales / Nord"
    teams.remove(session, SITE, north.id, now=NOW)
    told = session.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert told == ["team.created", "team.created", "team.changed", "team.moved", "team.removed"]


def test_what_changes_nothing_writes_nothing(session: Session) -> None:
    team = a_team(session, "North")
    teams.change(session, SITE, team.id, "North", None, now=NOW)
    teams.move(session, SITE, team.id, None, now=NOW)
    assert session.scalars(select(Audit)).all() == []


def test_a_team_cannot_stand_below_itself_or_its_own_line(session: Session) -> None:
    top = a_team(session)
    middle = a_team(session, parent=top)
    low = a_team(session, parent=middle)
    for below in (top, middle, low):
        with pytest.raises(Invalid) as refused:
            teams.move(session, SITE, top.id, below.id, now=NOW)
        assert refused.value.problems[0].field == "parent"


def test_two_moves_at_once_make_no_ring(app: Flask) -> None:
    with app.app_context(), transaction(db.session) as unit:
        one, other = a_team(unit).id, a_team(unit).id

    def move(pair: tuple[int, int]) -> bool:
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    teams.move(unit, SITE, pair[0], pair[1], now=NOW)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, [(one, other), (other, one)])) == [False, True]
    with app.app_context():
        assert len(teams.tree(db.session)) == 2


@pytest.mark.parametrize("below", [False, True], ids=["at-the-top", "below-another"])
def test_two_teams_of_one_place_differ_in_name(session: Session, below: bool) -> None:
    parent = a_team(session).id if below else None
    teams.create(session, SITE, "North", parent, now=NOW)
    for name in ("North", "NORTH", " north "):
        with pytest.raises(Invalid):
            teams.create(session, SITE, name, parent, now=NOW)


def test_two_who_add_one_team_at_once_make_one(app: Flask) -> None:
    def add(_: int) -> bool:
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    teams.create(unit, SITE, "North", now=NOW)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(6))) == 1


@pytest.mark.parametrize("name", ["", "a/b", "x" * 101, "a\x00", "\u202eon"])
def test_33_a_name_that_files_or_eyes_cannot_tell_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        teams.create(session, SITE, name, now=NOW)
    assert refused.value.problems[0].field == "name"


def test_teams_stand_ten_deep_and_no_deeper(session: Session) -> None:
    team = a_team(session)
    for _ in range(9):
        team = teams.create(session, SITE, "Below", team.id, now=NOW)
    with pytest.raises(Invalid):
        teams.create(session, SITE, "Eleventh", team.id, now=NOW)
    pair = teams.create(session, SITE, "Pair", now=NOW)
    teams.create(session, SITE, "Lower", pair.id, now=NOW)
    with pytest.raises(Invalid):
        teams.move(session, SITE, pair.id, team.parent_id, now=NOW)


def test_somebody_who_left_manages_no_team(session: Session) -> None:
    gone = somebody(session)
    gone.state = "deactivated"
    session.flush()
    for manager in (gone.id, 999):
        with pytest.raises(Invalid):
            teams.create(session, SITE, "North", manager_id=manager, now=NOW)


def test_a_team_with_people_or_teams_is_not_removed(session: Session) -> None:
    top = a_team(session)
    low = a_team(session, parent=top)
    dana = somebody(session, team=low)
    for team in (top, low):
        with pytest.raises(Conflict):
            teams.remove(session, SITE, team.id, now=NOW)
    dana.state = "deactivated"
    session.flush()
    teams.remove(session, SITE, low.id, now=NOW)
    session.refresh(dana)
    assert dana.team_id is None
    assert session.get(Team, low.id) is None


def test_a_manager_sees_the_whole_line_below_and_loses_it_with_a_move(session: Session) -> None:
    manager = somebody(session)
    top, elsewhere = a_team(session, manager=manager), a_team(session)
    middle = a_team(session, parent=top)
    low = a_team(session, parent=middle)
    assert sessions.actor_of(session, manager.id).line == {top.id, middle.id, low.id}
    teams.move(session, SITE, middle.id, elsewhere.id, now=NOW)
    assert sessions.actor_of(session, manager.id).line == {top.id}


def test_only_an_administrator_changes_teams(session: Session) -> None:
    team = a_team(session, manager=somebody(session))
    for held in ("rep", "trainer", "auditor"):
        actor = sessions.actor_of(session, somebody(session, rights=[held]).id)
        with pytest.raises(NotFound):
            teams.create(session, actor, "Mine", now=NOW)
        with pytest.raises(NotFound):
            teams.remove(session, actor, team.id, now=NOW)
