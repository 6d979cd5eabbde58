"""New people and changes of who they are: one account for each address, rules for names, one audit row for each verb."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services import people, sessions
from lms.services.access import SITE, Actor
from lms.services.people import Details, NewPerson
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person, RightHeld, StudyPlan
from tests.organisation import NOW, a_team, somebody


def dana(**more: object) -> NewPerson:
    """What a form says of a new person."""
    return NewPerson(**{"name": "Dana Rivera", "mail": "dana@acme.example", **more})  # type: ignore[arg-type]


def fields_of(refused: pytest.ExceptionInfo[Invalid]) -> set[str | None]:
    """The fields that a refusal names."""
    return {problem.field for problem in refused.value.problems}


def test_a_new_person_has_contact_account_plan_and_rights_and_is_planned(session: Session) -> None:
    team = a_team(session)
    made = people.create(session, SITE, dana(team_id=team.id, rights=frozenset({"rep", "trainer"})), now=NOW)
    contact = session.get_one(Contact, made.id)
    assert (contact.name, contact.mail_key, made.state) == ("Dana Rivera", "dana@acme.example", "active")
    assert session.get_one(Account, made.id).password_hash is None
    assert session.get_one(StudyPlan, made.id).weekly_hundredths == 400
    assert set(session.scalars(select(RightHeld.held))) == {"rep", "trainer"}
    assert session.scalars(select(Audit.action)).all() == ["person.created"]
    assert session.scalars(select(Job.kind)).all() == ["paths.replan"]
