"""Giving and taking rights: never one's own, and one administrator always stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services.access import SITE, Permission, can
from lms.services.entry import rights, sessions
from lms.services.organisation import leaving
from lms.storage.audit import Audit
from lms.storage.people import Person, RightHeld
from lms.storage.session import db, transaction
from tests.organisation import NOW, somebody


def administrators(session: Session) -> int:
    """How many active administrators there are."""
    held = RightHeld.held == "administrator"
    found = select(func.count()).select_from(RightHeld).join(Person).where(held, Person.state == "active")
    return session.scalar(found) or 0


def test_rights_are_given_and_taken_in_one_entry(session: Session) -> None:
    boss, dana = somebody(session, rights=["administrator"]), somebody(session, rights=["rep"])
    actor = sessions.actor_of(session, boss.id)
    assert rights.set_rights(session, actor, dana.id, {"trainer", "auditor"}, now=NOW) == {"trainer", "auditor"}
    rights.set_rights(session, actor, dana.id, {"trainer", "auditor"}, now=NOW)
    rows = session.scalars(select(Audit)).all()
    assert [row.data for row in rows] == [{"given": ["auditor", "trainer"], "taken": ["rep"]}]
    assert can(sessions.actor_of(session, dana.id), Permission.AUDIT_READ)


def test_nobody_changes_their_own_rights(session: Session) -> None:
    boss = somebody(session, rights=["administrator"])
    somebody(session, rights=["administrator"])
    actor = sessions.actor_of(session, boss.id)
    for wanted in ({"administrator", "trainer"}, {"rep"}, set[str]()):
        with pytest.raises(NotPermitted):
            rights.set_rights(session, actor, boss.id, wanted, now=NOW)


def test_manager_is_no_right_that_can_be_given(session: Session) -> None:
    dana = somebody(session)
    for right in ("manager", "everybody", "root", ""):
        with pytest.raises(Invalid):
            rights.set_rights(session, SITE, dana.id, {right}, now=NOW)


def test_only_an_administrator_gives_rights(session: Session) -> None:
    dana = somebody(session)
    for held in ("rep", "trainer", "auditor"):
        actor = sessions.actor_of(session, somebody(session, rights=[held]).id)
        with pytest.raises(NotFound):
            rights.set_rights(session, actor, dana.id, {"administrator"}, now=NOW)


def test_13_the_last_administrator_is_neither_demoted_nor_deactivated(session: Session) -> None:
    boss = somebody(session, rights=["administrator"])
    gone = somebody(session, rights=["administrator"])
    gone.state = "deactivated"
    session.flush()
    actor = sessions.actor_of(session, boss.id)
    for one in (actor, SITE):
        with pytest.raises(Conflict):
            rights.set_rights(session, one, boss.id, {"rep"}, now=NOW)
        with pytest.raises(Conflict):
            leaving.deactivate(session, one, boss.id, now=NOW)
    assert administrators(session) == 1


def test_13_nobody_deactivates_themselves(session: Session) -> None:
    boss = somebody(session, rights=["administrator"])
    somebody(session, rights=["administrator"])
    with pytest.raises(Conflict):
        leaving.deactivate(session, sessions.actor_of(session, boss.id), boss.id, now=NOW)


@pytest.mark.parametrize("ended", ["demoted", "deactivated", "both"])
def test_13_administrators_who_end_each_other_at_once_leave_one(app: Flask, ended: str) -> None:
    with app.app_context(), transaction(db.session) as unit:
        people = [somebody(unit, rights=["administrator"]).id for _ in range(4)]

    def end(place: int) -> str:
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    actor = sessions.actor_of(unit, people[place])
                    victim = people[(place + 1) % 4]
                    if ended == "demoted" or (ended == "both" and place % 2):
                        rights.set_rights(unit, actor, victim, set(), now=NOW)
                    else:
                        leaving.deactivate(unit, actor, victim, now=NOW)
            except (Conflict, NotFound) as refused:
                return refused.code
            return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(end, range(4)))
    with app.app_context():
        assert administrators(db.session) >= 1
    assert "busy" not in answers
    assert answers.count("done") == 4 - administrators_after(app)


def administrators_after(app: Flask) -> int:
    """How many administrators are left on the site."""
    with app.app_context():
        return administrators(db.session)
