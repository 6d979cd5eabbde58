"""New people and changes of who they are: one account for each address, rules for names, one audit row for each verb."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services import ledger
from lms.services.access import SITE
from lms.services.entry import invitations, sessions
from lms.services.organisation import people
from lms.services.organisation.people import Details, NewPerson
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person, RightHeld, StudyPlan
from lms.storage.record import RoleAssignment
from lms.storage.session import db, transaction
from tests.organisation import NOW, a_published_curriculum, a_team, somebody


@pytest.fixture
def curriculum_id(session: Session) -> int:
    """The shipped curriculum, published."""
    return a_published_curriculum(session)


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


def test_a_role_that_comes_with_a_new_person_is_an_entry_of_the_ledger(session: Session, curriculum_id: int) -> None:
    new = dana(role="account-executive", curriculum_id=curriculum_id, role_since=date(2026, 2, 1))
    made = people.create(session, SITE, new, now=NOW)
    entry = session.scalars(select(RoleAssignment)).one()
    audit = session.get_one(Audit, entry.audit_id)
    assert (entry.person_id, entry.starts, audit.action) == (made.id, date(2026, 2, 1), "person.created")
    assert audit.content == ledger.digest_of([entry])


def test_everything_that_is_wrong_is_said_at_once_and_beside_its_field(session: Session) -> None:
    new = dana(
        team_id=99, rights=frozenset({"god"}), role="cook", curriculum_id=7, weekly_hundredths=0, aim=date(26, 1, 1)
    )
    with pytest.raises(Invalid) as refused:
        people.create(session, SITE, new, now=NOW)
    assert fields_of(refused) == {"team", "rights", "role", "role_since", "weekly_hours", "aim"}
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_new_person_says_nothing_personal_in_the_audit(session: Session) -> None:
    people.create(session, SITE, dana(number="A-1"), now=NOW)
    told = str([(row.action, row.data) for row in session.scalars(select(Audit))])
    assert not any(word in told for word in ("Dana", "acme", "A-1"))


@pytest.mark.parametrize(
    "same",
    ["DANA@ACME.EXAMPLE", " dana@Acme.example ", "da\u006ea@acme.example"],
)
def test_55_an_address_in_another_case_is_the_same_account(session: Session, same: str) -> None:
    people.create(session, SITE, dana(), now=NOW)
    with pytest.raises(Invalid) as refused:
        people.create(session, SITE, dana(mail=same), now=NOW)
    assert fields_of(refused) == {"mail"}


def test_55_an_address_in_nfc_and_in_nfd_is_one_account_and_so_is_a_name(session: Session) -> None:
    composed = unicodedata.normalize("NFC", "josé@acme.example")
    split = unicodedata.normalize("NFD", composed)
    assert composed != split
    made = people.create(session, SITE, dana(name=unicodedata.normalize("NFD", "José"), mail=split), now=NOW)
    assert session.get_one(Contact, made.id).name == unicodedata.normalize("NFC", "José")
    with pytest.raises(Invalid):
        people.create(session, SITE, dana(mail=composed), now=NOW)


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a\x00b", "evil\u202egnp.exe", "a\u200bb", "x" * 10_000, "\u2800", "\U0001f600", "a\nb\x07"],
    ids=["empty", "blank", "nul", "rtl-override", "zero-width", "10kB", "braille-blank", "emoji-only", "bell"],
)
def test_33_a_name_that_hides_something_is_refused_by_rule(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.create(session, SITE, dana(name=name), now=NOW)
    assert fields_of(refused) == {"name"}


@pytest.mark.parametrize("field", ["name", "mail", "number"])
def test_54_a_nul_is_refused_in_every_text_of_a_person(session: Session, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.create(session, SITE, dana(**{field: "a\x00@b.example"}), now=NOW)
    assert fields_of(refused) == {field}


def test_only_an_administrator_makes_people(session: Session) -> None:
    for rights in ({"rep"}, {"trainer"}, {"auditor"}):
        person = somebody(session, rights=rights)
        with pytest.raises(NotFound):
            people.create(session, sessions.actor_of(session, person.id), dana(), now=NOW)


def test_a_change_is_written_once_and_no_change_not_at_all(session: Session) -> None:
    person = somebody(session, "Dana")
    mail = session.get_one(Contact, person.id).mail
    for name in ("Dana Rivera", "Dana Rivera"):
        people.change(session, SITE, person.id, Details(name=name, mail=mail), now=NOW)
    rows = session.scalars(select(Audit)).all()
    assert [(row.action, row.data) for row in rows] == [("person.changed", {"fields": ["name"]})]


def test_who_saves_an_old_page_does_not_overwrite_what_came_between(session: Session) -> None:
    person = somebody(session, "Dana")
    mail, seen = session.get_one(Contact, person.id).mail, person.version
    people.change(session, SITE, person.id, Details(name="Dana Lima", mail=mail), now=NOW, version=seen)
    with pytest.raises(Conflict):
        people.change(session, SITE, person.id, Details(name="Dana Rivera", mail=mail), now=NOW, version=seen)
    assert session.get_one(Contact, person.id).name == "Dana Lima"


def test_a_changed_address_ends_the_links_that_went_to_the_old_one(session: Session) -> None:
    person = somebody(session, "Dana")
    invitations.invite(session, SITE, person.id, now=NOW)
    people.change(session, SITE, person.id, Details(name="Dana", mail="new@acme.example"), now=NOW)
    assert session.scalars(select(OneTimeLink)).all() == []


def test_somebody_deactivated_is_not_changed(session: Session) -> None:
    person = somebody(session, "Dana")
    person.state = "deactivated"
    session.flush()
    with pytest.raises(Conflict):
        people.change(session, SITE, person.id, Details(name="X", mail="x@acme.example"), now=NOW)


def test_two_who_take_one_address_at_once_make_one_account(app: Flask) -> None:
    def add(_: int) -> bool:
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    people.create(unit, SITE, dana(), now=NOW)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(8))) == 1
