"""Roles as entries of the ledger, and what somebody plans for."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services.access import SITE
from lms.services.entry import sessions
from lms.services.organisation import assignments, people_list
from lms.storage.audit import Audit
from lms.storage.paths import Planning
from lms.storage.people import StudyPlan
from lms.storage.record import RoleAssignment
from tests.organisation import NOW, a_published_curriculum, somebody

MARCH, MAY, TODAY = date(2026, 3, 1), date(2026, 5, 1), NOW.date()


@pytest.fixture
def curriculum_id(session: Session) -> int:
    """The shipped curriculum, published."""
    return a_published_curriculum(session)


def test_a_role_is_an_entry_and_asks_for_a_new_path(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, MARCH, now=NOW)
    assert people_list.roles_of(session, [dana.id], TODAY)[dana.id].since == MARCH
    assert session.get_one(Planning, dana.id).wanted == 1
    told = session.scalars(select(Audit).where(Audit.action == "role.assigned")).one()
    assert told.data == {"role": "account-executive", "starts": "2026-03-01"}


def test_the_same_role_again_changes_nothing(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    for day in (MARCH, MARCH, MAY):
        assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, day, now=NOW)
    assert session.scalar(select(func.count()).select_from(RoleAssignment)) == 1


def test_an_earlier_beginning_and_another_role_of_one_day_correct_what_stood(
    session: Session, curriculum_id: int
) -> None:
    dana = somebody(session)
    first = assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, MAY, now=NOW)
    second = assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, MARCH, now=NOW)
    third = assignments.assign_role(session, SITE, dana.id, "sales-manager", curriculum_id, MARCH, now=NOW)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (second.corrects_id, third.corrects_id) == (first.id, second.id)
    held = people_list.roles_of(session, [dana.id], TODAY)[dana.id]
    assert (held.id, held.since) == ("sales-manager", MARCH)


def test_no_role_from_a_day_on_leaves_the_history(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, MARCH, now=NOW)
    assignments.assign_role(session, SITE, dana.id, None, None, MAY, now=NOW)
    assert people_list.roles_of(session, [dana.id], TODAY) == {}
    assert people_list.roles_of(session, [dana.id], date(2026, 4, 1))[dana.id].id == "account-executive"


def test_12_nobody_gives_themselves_a_role_whatever_their_rights(session: Session, curriculum_id: int) -> None:
    boss = somebody(session, rights=["administrator", "trainer"])
    with pytest.raises(NotPermitted):
        assignments.assign_role(
            session, sessions.actor_of(session, boss.id), boss.id, "sales-manager", curriculum_id, MARCH, now=NOW
        )
    trainer = somebody(session, rights=["trainer"])
    for whom in (trainer, boss):
        with pytest.raises(NotFound):
            assignments.assign_role(
                session, sessions.actor_of(session, trainer.id), whom.id, "sales-manager", curriculum_id, MARCH, now=NOW
            )
    assert session.scalars(select(RoleAssignment)).all() == []


@pytest.mark.parametrize("role", ["cook", "", "account-executive\x00"])
def test_a_role_that_is_not_on_offer_is_refused(session: Session, curriculum_id: int, role: str) -> None:
    dana = somebody(session)
    with pytest.raises(Invalid):
        assignments.assign_role(session, SITE, dana.id, role, curriculum_id, MARCH, now=NOW)
    with pytest.raises(Invalid):
        assignments.assign_role(session, SITE, dana.id, "account-executive", 99, MARCH, now=NOW)
    with pytest.raises(Invalid):
        assignments.assign_role(session, SITE, dana.id, "account-executive", curriculum_id, date(26, 3, 1), now=NOW)


def test_a_plan_is_kept_and_the_same_one_again_writes_nothing(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    for _ in range(2):
        assignments.set_plan(session, SITE, dana.id, ["sales-manager"], MAY, 350, now=NOW)
    plan = session.get_one(StudyPlan, dana.id)
    assert (plan.targets, plan.aim, plan.weekly_hundredths) == (["sales-manager"], MAY, 350)
    assert len(session.scalars(select(Audit).where(Audit.action == "plan.changed")).all()) == 1
    assert session.get_one(Planning, dana.id).wanted == 1


def test_a_plan_that_cannot_be_is_refused_beside_its_field(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    with pytest.raises(Invalid) as refused:
        assignments.set_plan(session, SITE, dana.id, ["cook"], date(9999, 1, 1), 16_801, now=NOW)
    assert {problem.field for problem in refused.value.problems} == {"targets", "aim", "weekly_hours"}


def test_somebody_who_left_gets_no_role_and_no_plan(session: Session, curriculum_id: int) -> None:
    dana = somebody(session)
    dana.state = "deactivated"
    session.flush()
    with pytest.raises(Conflict):
        assignments.assign_role(session, SITE, dana.id, "sales-manager", curriculum_id, MARCH, now=NOW)
    with pytest.raises(Conflict):
        assignments.set_plan(session, SITE, dana.id, [], None, 400, now=NOW)
