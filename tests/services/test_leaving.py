"""Leaving hands everything over at once; deactivating ends every way in; coming back gives back what was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services.access import SITE
from lms.services.entry import invitations, sessions
from lms.services.organisation import leaving
from lms.services.organisation.leaving import Handover
from lms.storage.accounts import OneTimeLink, SignIn
from lms.storage.audit import Audit
from lms.storage.curricula import CurriculumOwner
from lms.storage.paths import Planning
from lms.storage.people import Person, Team
from tests.organisation import NOW, a_published_curriculum, a_team, somebody

TODAY = NOW.date()


@pytest.fixture
def leaver(session: Session) -> Person:
    """Somebody who manages two teams, owns a curriculum, is signed in and was invited."""
    person = somebody(session, "Dana", rights=["trainer"])
    a_team(session, manager=person)
    a_team(session, manager=person)
    session.add(CurriculumOwner(curriculum_id=a_published_curriculum(session), person_id=person.id))
    sessions.begin(session, person.id, now=NOW)
    invitations.invite(session, SITE, person.id, now=NOW)
    session.flush()
    return person


def test_a_leaver_hands_over_teams_and_curricula_and_is_out(session: Session, leaver: Person) -> None:
    heir = somebody(session, rights=["trainer"])
    items = leaving.open_items(session, SITE, leaver.id)
    assert len(items.teams) == 2
    assert [(one.alone, one.draft) for one in items.curricula] == [(True, True)]
    leaving.leave(session, SITE, leaver.id, Handover(last_day=TODAY, teams_to=heir.id, curricula_to=heir.id), now=NOW)
    assert set(session.scalars(select(Team.manager_id))) == {heir.id}
    assert session.scalars(select(CurriculumOwner.person_id)).all() == [heir.id]
    assert (leaver.state, leaver.left_on) == ("deactivated", TODAY)
    assert session.scalars(select(SignIn)).all() == []
    assert session.scalars(select(OneTimeLink)).all() == []
    assert not leaving.open_items(session, SITE, leaver.id)
    told = session.scalars(select(Audit).where(Audit.action == "person.left")).one().data
    assert (told["teams_to"], told["curricula_to"], told["sessions"]) == (heir.id, heir.id, 1)


def test_who_owns_the_curriculum_already_takes_it_over_once(session: Session, leaver: Person) -> None:
    heir = somebody(session, rights=["trainer"])
    curriculum = session.scalars(select(CurriculumOwner.curriculum_id)).one()
    session.add(CurriculumOwner(curriculum_id=curriculum, person_id=heir.id))
    session.flush()
    leaving.leave(session, SITE, leaver.id, Handover(last_day=TODAY, curricula_to=heir.id), now=NOW)
    assert session.scalars(select(CurriculumOwner.person_id)).all() == [heir.id]
    assert set(session.scalars(select(Team.manager_id))) == {None}


@pytest.mark.parametrize("field", ["teams_to", "curricula_to"])
def test_nobody_takes_over_who_left_or_leaves_or_may_not(session: Session, leaver: Person, field: str) -> None:
    gone = somebody(session, rights=["trainer"])
    gone.state = "deactivated"
    session.flush()
    heirs = [gone.id, leaver.id, 999]
    if field == "curricula_to":
        heirs.append(somebody(session, rights=["rep"]).id)
    for heir in heirs:
        with pytest.raises(Invalid) as refused:
            leaving.leave(session, SITE, leaver.id, Handover(last_day=TODAY, **{field: heir}), now=NOW)
        assert refused.value.problems[0].field == field


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(26, 11, 23)])
def test_the_last_day_has_come_and_is_one_of_this_time(session: Session, leaver: Person, day: date) -> None:
    with pytest.raises(Invalid) as refused:
        leaving.leave(session, SITE, leaver.id, Handover(last_day=day), now=NOW)
    assert refused.value.problems[0].field == "last_day"
    assert leaver.state == "active"


def test_deactivating_at_once_ends_every_way_in_and_hands_nothing_over(session: Session, leaver: Person) -> None:
    leaving.deactivate(session, SITE, leaver.id, now=NOW)
    assert session.scalars(select(SignIn)).all() == []
    assert session.scalars(select(OneTimeLink)).all() == []
    assert len(leaving.open_items(session, SITE, leaver.id).teams) == 2
    assert leaver.left_on is None
    with pytest.raises(Conflict):
        leaving.deactivate(session, SITE, leaver.id, now=NOW)
    leaving.leave(session, SITE, leaver.id, Handover(last_day=TODAY), now=NOW)
    assert not leaving.open_items(session, SITE, leaver.id)


def test_15_an_invitation_that_was_sent_is_dead_and_none_is_sent_any_more(session: Session, leaver: Person) -> None:
    leaving.deactivate(session, SITE, leaver.id, now=NOW)
    with pytest.raises(Conflict):
        invitations.invite(session, SITE, leaver.id, now=NOW)
    with pytest.raises(Conflict):
        invitations.send_reset(session, SITE, leaver.id, now=NOW)


def test_who_comes_back_is_planned_again_and_gets_no_team_back(session: Session, leaver: Person) -> None:
    leaving.leave(session, SITE, leaver.id, Handover(last_day=TODAY), now=NOW)
    leaving.reactivate(session, SITE, leaver.id, now=NOW)
    assert (leaver.state, leaver.left_on) == ("active", None)
    assert session.get_one(Planning, leaver.id).wanted == 1
    assert sessions.actor_of(session, leaver.id).managed == frozenset()
    with pytest.raises(Conflict):
        leaving.reactivate(session, SITE, leaver.id, now=NOW)


def test_only_an_administrator_shows_people_out(session: Session, leaver: Person) -> None:
    for held in ("rep", "trainer", "auditor"):
        actor = sessions.actor_of(session, somebody(session, rights=[held]).id)
        for verb in (leaving.deactivate, leaving.reactivate):
            with pytest.raises(NotFound):
                verb(session, actor, leaver.id, now=NOW)
    assert leaver.state == "active"


def test_who_comes_back_has_no_session_of_before(session: Session, leaver: Person) -> None:
    leaving.deactivate(session, SITE, leaver.id, now=NOW)
    sessions.begin(session, leaver.id, now=NOW)
    leaving.reactivate(session, SITE, leaver.id, now=NOW)
    assert session.scalars(select(SignIn)).all() == []
