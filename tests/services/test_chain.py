"""The chain over the audit: whatever somebody changes, removes or inserts later is found, and erasing people is no change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import MetaData, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.organisation import erasing
from lms.services.running import chain
from lms.storage.audit import Audit, Seal
from lms.storage.people import Contact, Person, PersonalText
from lms.storage.record import LEDGER, Completion, Evidence, Outcome
from lms.storage.session import db, transaction
from tests.organisation import NOW, somebody

NOTE = "Dana froze when Priya asked about procurement"


def history(session: Session, entries: int = 6) -> Person:
    """Somebody with this many audit entries, of which every second wrote to the ledger, all of them sealed."""
    person = somebody(session, "Dana Osei")
    for number in range(entries):
        rows = [Completion(person_id=person.id, course=f"course-{number}", completed_on=date(2026, 1, 1 + number))]
        texts = {rows[0]: NOTE}
        some = number % 2 == 0
        ledger.note(
            session,
            SITE,
            "completion.recorded",
            now=NOW + timedelta(seconds=number),
            subject=("person", person.id),
            rows=rows if some else (),
            texts=texts if some else {},
            course=f"course-{number}",
        )
    assert chain.seal(session, now=NOW + timedelta(seconds=entries)) is not None
    return person


def broken(session: Session, head: str | None = None) -> chain.Broken:
    found = chain.verify(session, head=head)
    assert isinstance(found, chain.Broken)
    return found


def untouched(session: Session, head: str | None = None) -> chain.Verified:
    found = chain.verify(session, head=head)
    assert isinstance(found, chain.Verified), found
    return found


def free(session: Session) -> None:
    """Let the test do what only somebody with the database's own rights can: break foreign keys."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
    else:
        session.commit()
        session.connection().connection.cursor().execute("COMMIT")
        session.connection().connection.cursor().execute("PRAGMA foreign_keys=OFF")
        session.connection().connection.cursor().execute("BEGIN IMMEDIATE")


def test_what_nobody_touched_verifies_and_the_head_counts_every_entry(session: Session) -> None:
    history(session)
    head = chain.head(session)
    assert head is not None
    assert head.seq == 6
    assert untouched(session).head == head
    assert untouched(session, head=head.digest).waiting == 0


def test_an_empty_site_has_no_head_and_verifies(session: Session) -> None:
    assert chain.head(session) is None
    assert chain.seal(session, now=NOW) is None
    assert untouched(session) == chain.Verified(None, 0, 0)


def test_sealing_goes_on_where_it_stopped_and_leaves_no_gap(session: Session) -> None:
    history(session, 3)
    for number in range(5):
        ledger.note(session, SITE, "settings.changed", now=NOW, part=number)
    assert untouched(session).waiting == 5
    while chain.seal(session, now=NOW + timedelta(minutes=1), most=2):
        pass
    assert session.scalars(select(Seal.seq).order_by(Seal.seq)).all() == list(range(1, 9))
    assert chain.verify(session, chunk=3) == chain.verify(session)


@pytest.mark.parametrize(
    "change",
    [
        {"action": "completion.withdrawn"},
        {"actor_id": 1},
        {"at": NOW + timedelta(days=1)},
        {"subject_kind": "team"},
        {"subject_id": 99},
        {"data": {"course": "other"}},
        {"content": "sha256:0"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_audit_row_is_found_and_named(session: Session, change: dict[str, object]) -> None:
    history(session)
    entry = session.scalars(select(Audit.id).order_by(Audit.id)).all()[2]
    session.execute(update(Audit).where(Audit.id == entry).values(**change))
    found = broken(session)
    assert (found.kind, found.audit_id, found.seq) == ("changed", entry, 3)
    assert str(entry) in found.message


def test_a_removed_audit_row_is_found(session: Session) -> None:
    history(session)
    entry = session.scalars(select(Audit.id).order_by(Audit.id)).all()[3]
    free(session)
    session.execute(delete(Audit).where(Audit.id == entry))
    assert (broken(session).kind, broken(session).audit_id) == ("removed", entry)


def test_a_row_removed_with_its_seal_is_found(session: Session) -> None:
    history(session)
    entry = session.scalars(select(Audit.id).order_by(Audit.id)).all()[3]
    session.execute(delete(Seal).where(Seal.audit_id == entry))
    session.execute(delete(Audit).where(Audit.id == entry))
    assert (broken(session).kind, broken(session).seq) == ("removed", 4)
    session.execute(update(Seal).where(Seal.seq == 5).values(seq=4))
    session.execute(update(Seal).where(Seal.seq == 6).values(seq=5))
    assert broken(session).kind == "changed"


def test_swapped_entries_are_found(session: Session) -> None:
    history(session)
    second, third = session.scalars(select(Seal).where(Seal.seq.in_((2, 3))).order_by(Seal.seq)).all()
    numbers = second.audit_id, third.audit_id
    session.execute(delete(Seal).where(Seal.seq == 3))
    session.execute(update(Seal).where(Seal.seq == 2).values(audit_id=numbers[1]))
    session.execute(insert(Seal).values(seq=3, audit_id=numbers[0], at=third.at, digest=third.digest))
    assert (broken(session).kind, broken(session).seq) == ("changed", 2)


def test_an_entry_put_in_between_with_a_seal_of_its_own_is_found(session: Session) -> None:
    history(session)
    for seq in (6, 5, 4):
        session.execute(update(Seal).where(Seal.seq == seq).values(seq=seq + 1))
    added = ledger.note(session, SITE, "right.given", now=NOW)
    session.add(Seal(seq=4, audit_id=added.id, at=NOW, digest="sha256:00"))
    session.flush()
    assert (broken(session).kind, broken(session).seq) == ("changed", 4)


def test_an_entry_inserted_among_old_ones_is_found_though_the_sealer_took_it(session: Session) -> None:
    history(session, 3)
    session.add(Audit(id=1_000, at=NOW, action="jobs.requeued", data={}))
    session.flush()
    chain.seal(session, now=NOW + timedelta(minutes=1))
    session.add(Audit(id=1_001, at=NOW + timedelta(hours=3), action="jobs.requeued", data={}))
    session.flush()
    chain.seal(session, now=NOW + timedelta(hours=3))
    assert untouched(session).late == 0
    session.add(Audit(id=500, at=NOW + timedelta(seconds=30), action="right.given", data={}))
    session.flush()
    chain.seal(session, now=NOW + timedelta(hours=3, seconds=5))
    assert (broken(session).kind, broken(session).audit_id) == ("inserted", 500)


def test_an_entry_too_far_back_for_the_sealer_counts_as_inserted(session: Session) -> None:
    history(session, 2)
    session.add(Audit(id=100_000, at=NOW, action="jobs.requeued", data={}))
    session.flush()
    chain.seal(session, now=NOW)
    session.add(Audit(id=900, at=NOW, action="right.given", data={}))
    session.flush()
    assert chain.seal(session, now=NOW) is None
    assert (broken(session).kind, broken(session).audit_id) == ("inserted", 900)


def test_an_entry_written_today_under_an_old_date_is_counted(session: Session) -> None:
    history(session, 2)
    ledger.note(session, SITE, "right.given", now=NOW - timedelta(days=90))
    chain.seal(session, now=NOW)
    assert untouched(session).late == 1


def _change(session: Session) -> None:
    session.execute(update(Completion).where(Completion.course == "course-2").values(course="course-9"))


def _note(session: Session) -> None:
    session.execute(update(Completion).where(Completion.course == "course-2").values(note_digest="sha256:1"))


def _remove(session: Session) -> None:
    session.execute(delete(PersonalText))
    session.execute(delete(Completion).where(Completion.course == "course-2"))


def _insert(session: Session) -> None:
    other = session.scalars(select(Completion).where(Completion.course == "course-2")).one()
    session.add(
        Completion(person_id=other.person_id, audit_id=other.audit_id, course="x", completed_on=date(2026, 2, 2))
    )
    session.flush()


def _insert_elsewhere(session: Session) -> None:
    other = session.scalars(select(Completion).where(Completion.course == "course-2")).one()
    session.add(
        Evidence(
            person_id=other.person_id,
            audit_id=other.audit_id + 1,
            competency="discovery",
            level=4,
            shown_on=date(2026, 2, 2),
            source="manager",
        )
    )
    session.flush()


@pytest.mark.parametrize(
    ("change", "kind", "seq"),
    [
        (_change, "ledger-changed", 3),
        (_note, "ledger-changed", 3),
        (_remove, "ledger-removed", 3),
        (_insert, "ledger-changed", 3),
        (_insert_elsewhere, "ledger-inserted", 4),
    ],
)
def test_a_ledger_row_changed_removed_or_inserted_is_found(
    session: Session, change: Callable[[Session], None], kind: str, seq: int
) -> None:
    history(session)
    change(session)
    found = broken(session)
    entry = session.scalars(select(Seal.audit_id).where(Seal.seq == seq)).one()
    assert (found.kind, found.audit_id) == (kind, entry)


def test_ledger_rows_of_an_entry_that_never_was_are_found(session: Session) -> None:
    person = history(session)
    free(session)
    session.add(Completion(person_id=person.id, audit_id=77_777, course="x", completed_on=date(2026, 2, 2)))
    session.flush()
    assert (broken(session).kind, broken(session).audit_id) == ("removed", 77_777)


def test_a_tail_that_was_cut_off_is_shown_by_a_head_kept_elsewhere(session: Session) -> None:
    history(session)
    head = chain.head(session)
    assert head is not None
    session.execute(delete(Seal).where(Seal.seq > 4))
    assert isinstance(chain.verify(session), chain.Verified)
    assert broken(session, head=head.digest).kind == "cut"
    chain.seal(session, now=NOW + timedelta(days=1))  # sealed anew, at another moment
    assert broken(session, head=head.digest).kind == "cut"


def test_an_older_head_still_vouches_for_the_chain_that_went_on(session: Session) -> None:
    history(session)
    head = chain.head(session)
    assert head is not None
    ledger.note(session, SITE, "jobs.requeued", now=NOW)
    chain.seal(session, now=NOW)
    assert untouched(session, head=head.digest).head != head


def test_values_verify_however_exactly_they_were_given(session: Session) -> None:
    person = somebody(session)
    month = date(2026, 1, 1)
    values = [5, Decimal(5), Decimal("0.3"), Decimal("1E+3"), Decimal("12345678.12345"), Decimal("99999999999.9999")]
    for value in values:
        row = Outcome(person_id=person.id, metric="won", month=month, value=value)
        ledger.note(session, SITE, "outcome.recorded", now=NOW, rows=[row])
    chain.seal(session, now=NOW)
    session.commit()
    session.expire_all()
    untouched(session)


@pytest.mark.parametrize("value", ["100000000000", "1E+400", "NaN", "Infinity"])
def test_a_number_that_the_databases_would_keep_differently_is_refused(session: Session, value: str) -> None:
    person = somebody(session)
    row = Outcome(person_id=person.id, metric="won", month=date(2026, 1, 1), value=Decimal(value))
    with pytest.raises(Invalid):
        ledger.note(session, SITE, "outcome.recorded", now=NOW, rows=[row])


def test_erasing_a_person_changes_nothing_the_chain_holds(session: Session) -> None:
    person = history(session)
    name = session.get_one(Contact, person.id).name
    head = chain.head(session)
    assert head is not None
    person.state = "deactivated"
    erasing.erase(session, SITE, person.id, str(person.id), now=NOW)
    session.commit()
    assert session.scalars(select(PersonalText)).all() == []
    assert session.get(Contact, person.id) is None
    chain.seal(session, now=NOW)
    verified = untouched(session, head=head.digest)
    assert verified.head is not None
    assert verified.head.seq == head.seq + 1
    assert name not in str([row.data for row in session.scalars(select(Audit))])


@pytest.mark.parametrize("change", ["text", "salt", "person_id"])
def test_a_note_that_was_changed_or_given_to_somebody_else_is_found(session: Session, change: str) -> None:
    history(session)
    other = somebody(session)
    note = session.scalars(select(PersonalText).order_by(PersonalText.id)).all()[1]
    entry = session.get_one(Completion, note.about_id).audit_id
    changed = {"text": NOTE + "!", "salt": "0" * 32, "person_id": other.id}[change]
    session.execute(update(PersonalText).where(PersonalText.id == note.id).values({change: changed}))
    assert (broken(session).kind, broken(session).audit_id) == ("note-changed", entry)


def test_no_ledger_or_audit_row_holds_a_name_an_address_or_a_note(session: Session) -> None:
    person = history(session)
    contact = session.get_one(Contact, person.id)
    tables = [Audit.__tablename__, Seal.__tablename__, *(ledger.table_of(table()) for table in LEDGER)]
    metadata = MetaData()
    for name in tables:
        table = Table(name, metadata, autoload_with=session.get_bind(), resolve_fks=False)
        written = str([tuple(row) for row in session.execute(select(table))])
        for secret in (contact.name, contact.mail, NOTE, "Dana", "procurement"):
            assert secret not in written, name


def test_an_entry_committed_after_a_higher_one_was_sealed_keeps_the_chain_whole(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    if "sqlite" in request.node.name:
        pytest.skip("SQLite has one writer at a time: nothing commits late")
    with app.app_context(), Session(db.engine) as early, Session(db.engine) as sealer:
        late = ledger.note(early, SITE, "jobs.requeued", now=NOW)  # has its number, is not committed
        with transaction(db.session) as other:
            higher = ledger.note(other, SITE, "jobs.requeued", now=NOW)
        assert late.id < higher.id
        with transaction(sealer) as unit:
            assert chain.seal(unit, now=NOW).seq == 1  # type: ignore[union-attr]
        early.commit()
        with transaction(sealer) as unit:
            assert chain.seal(unit, now=NOW).seq == 2  # type: ignore[union-attr]
        assert sealer.scalars(select(Seal.audit_id).order_by(Seal.seq)).all() == [higher.id, late.id]
        assert isinstance(chain.verify(sealer), chain.Verified)


def test_sealers_at_the_same_time_seal_each_entry_once_and_hold_up_no_writer(app: Flask) -> None:
    with app.app_context(), transaction(db.session) as unit:
        for number in range(60):
            ledger.note(unit, Actor(person_id=None), "jobs.requeued", now=NOW, part=number)
    failures: list[Exception] = []

    def work() -> None:
        try:
            with app.app_context():
                for _ in range(20):
                    with transaction(db.session) as unit:
                        chain.seal(unit, now=NOW, most=4)
                    with transaction(db.session) as unit:
                        ledger.note(unit, SITE, "jobs.requeued", now=NOW)
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    with app.app_context(), transaction(db.session) as unit:
        while chain.seal(unit, now=NOW):
            pass
        assert unit.scalar(select(func.count()).select_from(Seal)) == 120
        assert untouched(unit).waiting == 0
