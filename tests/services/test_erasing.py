"""Erasing somebody takes every word that names them out of every table, and leaves the ledger and the audit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services import ledger
from lms.services.access import SITE
from lms.services.entry import invitations, sessions
from lms.services.organisation import erasing, leaving, people, people_shown
from lms.services.organisation.leaving import Handover
from lms.services.organisation.people import NewPerson
from lms.services.running import chain
from lms.storage import tables
from lms.storage.audit import Audit
from lms.storage.people import Away, Person
from lms.storage.record import Evidence, RoleAssignment
from tests.organisation import NOW, a_published_curriculum, a_team, somebody

WORDS = ("Zebulon", "zebulon", "Quagmire", "quagmire", "QX-7731", "qx-7731", "unmistakable")


@pytest.fixture
def gone(session: Session) -> Person:
    """Somebody with a name, an address, a number, a role, a note, days away and a session, who has left."""
    new = NewPerson(
        name="Zebulon Quagmire",
        mail="zebulon@quagmire.example",
        number="QX-7731",
        rights=frozenset({"rep", "trainer"}),
        role="account-executive",
        curriculum_id=a_published_curriculum(session),
        role_since=date(2026, 1, 1),
        targets=("sales-manager",),
        team_id=a_team(session).id,
    )
    person = people.create(session, SITE, new, now=NOW)
    shown = Evidence(person_id=person.id, competency="negotiation", level=2, shown_on=date(2026, 2, 1), source="peer")
    note = {shown: "An unmistakable note about Zebulon"}
    ledger.note(session, SITE, "evidence.added", now=NOW, subject=("person", person.id), rows=[shown], texts=note)
    session.add(Away(person_id=person.id, first=date(2026, 12, 1), last=date(2026, 12, 9)))
    invitations.invite(session, SITE, person.id, now=NOW)
    sessions.begin(session, person.id, now=NOW, device="Firefox, Linux")
    leaving.leave(session, SITE, person.id, Handover(last_day=NOW.date()), now=NOW)
    session.flush()
    return person


def found_in_tables(session: Session) -> list[str]:
    """Every table and column in which one of the words stands, whatever the column's kind."""
    found = []
    for table in tables.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            found += [f"{table.name}.{key}" for key, value in row.items() if any(word in str(value) for word in WORDS)]
    return found


def test_no_word_that_names_an_erased_person_is_left_in_any_table(session: Session, gone: Person) -> None:
    before = set(found_in_tables(session))
    assert {"contact.name", "contact.mail", "contact.number", "contact.found_by", "personal_text.text"} <= before
    assert {place.split(".")[0] for place in before} == {"contact", "personal_text"}
    erasing.erase(session, SITE, gone.id, str(gone.id), now=NOW)
    assert found_in_tables(session) == []


def test_the_ledger_and_the_audit_keep_an_erased_person_s_number_and_the_chain_verifies(
    session: Session, gone: Person
) -> None:
    chain.seal(session, now=NOW)
    audit = session.scalar(select(func.count()).select_from(Audit)) or 0
    erasing.erase(session, SITE, gone.id, f" {gone.id} ", now=NOW)
    chain.seal(session, now=NOW)
    assert session.scalar(select(func.count()).select_from(Audit)) == audit + 1
    assert session.scalars(select(RoleAssignment.person_id)).all() == [gone.id]
    assert session.scalars(select(Evidence.person_id)).all() == [gone.id]
    assert isinstance(chain.verify(session), chain.Verified)
    assert str(people_shown.names(session, [gone.id])[gone.id].name) == f"Former colleague {gone.id}"
    assert (gone.state, gone.team_id) == ("erased", None)


@pytest.mark.parametrize("typed", ["", "0", "yes", "Zebulon Quagmire", "\u0663"])
def test_who_types_another_number_erases_nobody(session: Session, gone: Person, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        erasing.erase(session, SITE, gone.id, typed, now=NOW)
    assert refused.value.problems[0].field == "confirmation"
    assert gone.state == "deactivated"


def test_only_somebody_deactivated_with_nothing_to_hand_over_is_erased_and_once(session: Session, gone: Person) -> None:
    active = somebody(session)
    team = a_team(session, manager=gone)
    for person in (active, gone):
        with pytest.raises(Conflict):
            erasing.erase(session, SITE, person.id, str(person.id), now=NOW)
    team.manager_id = None
    session.flush()
    erasing.erase(session, SITE, gone.id, str(gone.id), now=NOW)
    with pytest.raises(Conflict):
        erasing.erase(session, SITE, gone.id, str(gone.id), now=NOW)
    with pytest.raises(Conflict):
        leaving.reactivate(session, SITE, gone.id, now=NOW)


def test_13_the_last_administrator_is_not_erased_while_active(session: Session) -> None:
    boss = somebody(session, rights=["administrator"])
    with pytest.raises(Conflict):
        erasing.erase(session, sessions.actor_of(session, boss.id), boss.id, str(boss.id), now=NOW)


def test_only_an_administrator_erases(session: Session, gone: Person) -> None:
    for held in ("rep", "trainer", "auditor"):
        actor = sessions.actor_of(session, somebody(session, rights=[held]).id)
        with pytest.raises(NotFound):
            erasing.erase(session, actor, gone.id, str(gone.id), now=NOW)


def test_an_address_of_an_erased_person_is_free_again(session: Session, gone: Person) -> None:
    erasing.erase(session, SITE, gone.id, str(gone.id), now=NOW)
    again = people.create(session, SITE, NewPerson(name="New", mail="zebulon@quagmire.example"), now=NOW)
    assert again.id != gone.id


def test_no_word_that_names_an_erased_person_is_left_in_the_file_of_the_embedded_database(
    session: Session, gone: Person
) -> None:
    file = session.get_bind().engine.url.database
    if session.get_bind().dialect.name != "sqlite" or file is None:
        pytest.skip("PostgreSQL sweeps its files by itself")
    session.commit()
    erasing.erase(session, SITE, gone.id, str(gone.id), now=NOW)
    session.commit()
    session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    stored = Path(file).read_bytes()
    assert [word for word in WORDS if word.encode() in stored] == []
