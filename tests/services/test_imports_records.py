"""Completions, evidence and outcomes come into the ledger: once, with their source, and corrections as corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.interop.sheets.sheet_write import to_csv, to_xlsx
from lms.services import imports
from lms.services.access import SITE
from lms.services.imports import History
from lms.services.running import chain
from lms.storage.audit import Audit
from lms.storage.paths import Planning
from lms.storage.people import Contact, Person, PersonalText
from lms.storage.record import Completion, Evidence, ImportBatch, Outcome
from lms.storage.snapshot import load_people
from tests.organisation import NOW, somebody
from tests.services.import_files import a_csv, acme, an_administrator, bring, counts, look, refused, statements

COMPLETIONS = a_csv(
    "person,course,on,note",
    "dana@acme.example,basics,2026-02-20,with Priya",
    "A-1,talk,2026-03-01,",
    "kim@acme.example,old-basics,2025-03-01,",
)
EVIDENCE = a_csv(
    "person,competency,level,on,until,source",
    "dana@acme.example,negotiating,2,2026-03-01,2028-03-01,manager",
    "dana@acme.example,discovery,0,2026-03-02,,",
)
OUTCOMES = a_csv(
    "person,metric,month,value,source", "dana@acme.example,quota,2026-09,0.93,crm", "A-1,quota,2026-10,104%,"
)


def dana_and_kim(session: Session) -> tuple[Person, Person]:
    """Two people and the curriculum."""
    acme(session)
    dana, kim = (somebody(session, name, mail=f"{name.lower()}@acme.example") for name in ("Dana", "Kim"))
    session.get_one(Contact, dana.id).number = "A-1"
    session.flush()
    return dana, kim


def test_completions_come_in_once_with_note_origin_and_importer(session: Session) -> None:
    dana, kim = dana_and_kim(session)
    boss = an_administrator(session)
    report = bring(session, History.COMPLETIONS, COMPLETIONS, boss)
    session.flush()
    assert (report.added, report.changed, report.unchanged) == (3, 0, 0)
    rows = session.scalars(select(Completion).order_by(Completion.id)).all()
    assert [(one.person_id, one.course, one.completed_on, one.origin) for one in rows] == [
        (dana.id, "basics", date(2026, 2, 20), "imported"),
        (dana.id, "talk", date(2026, 3, 1), "imported"),
        (kim.id, "old-basics", date(2025, 3, 1), "imported"),
    ]
    (audit,) = session.scalars(select(Audit).where(Audit.action == "import.applied")).all()
    assert ({one.audit_id for one in rows}, audit.actor_id) == ({audit.id}, boss.person_id)
    (note,) = session.scalars(select(PersonalText)).all()
    assert (note.text, note.about_kind, note.about_id) == ("with Priya", "completion", rows[0].id)
    assert {one.person_id for one in session.scalars(select(Planning))} == {dana.id, kim.id}
    before = counts(session)
    assert bring(session, History.COMPLETIONS, COMPLETIONS, boss).unchanged == 3
    session.flush()
    assert counts(session) == before


def test_the_chain_verifies_after_an_import(session: Session) -> None:
    dana_and_kim(session)
    for history, data in zip(list(History)[1:], (COMPLETIONS, EVIDENCE, OUTCOMES), strict=True):
        bring(session, history, data)
    session.commit()
    chain.seal(session, now=NOW)
    assert isinstance(chain.verify(session), chain.Verified)


def test_evidence_keeps_its_source_and_shows_absence(session: Session) -> None:
    dana, _ = dana_and_kim(session)
    bring(session, History.EVIDENCE, EVIDENCE)
    known = load_people(session, [dana.id], NOW.date())[dana.id].person
    assert {(one.competency, one.level, one.source, one.until) for one in known.evidence} == {
        ("negotiating", 2, "manager", date(2028, 3, 1)),
        ("discovery", 0, "self", None),
    }
    assert look(session, History.EVIDENCE, EVIDENCE).unchanged == 2


def test_another_level_corrects_what_a_file_brought_and_stands_beside_what_was_entered_here(session: Session) -> None:
    dana, _ = dana_and_kim(session)
    bring(session, History.EVIDENCE, EVIDENCE)
    higher = EVIDENCE.replace(b"negotiating,2", b"negotiating,3")
    (change,) = look(session, History.EVIDENCE, higher).changed
    assert [(one.field, one.old, one.new) for one in change.changes] == [("level", "2", "3")]
    bring(session, History.EVIDENCE, higher)
    levels = [one.level for one in load_people(session, [dana.id], NOW.date())[dana.id].person.evidence]
    assert sorted(levels) == [0, 3]
    row = session.scalars(select(Evidence).where(Evidence.level == 3)).one()
    row.origin = "entered"
    session.flush()
    lower = look(session, History.EVIDENCE, EVIDENCE)
    assert (len(lower.added), len(lower.changed)) == (1, 0)


def test_another_value_of_a_month_is_a_correction_that_names_the_one_before(session: Session) -> None:
    dana, _ = dana_and_kim(session)
    bring(session, History.OUTCOMES, OUTCOMES)
    assert look(session, History.OUTCOMES, OUTCOMES).unchanged == 2
    mended = OUTCOMES.replace(b"0.93", b"0.95")
    (change,) = look(session, History.OUTCOMES, mended).changed
    assert [(one.field, one.old, one.new) for one in change.changes] == [("value", "0.93", "0.95")]
    report = bring(session, History.OUTCOMES, mended)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    rows = session.scalars(select(Outcome).order_by(Outcome.id)).all()
    assert [(one.value, one.source) for one in rows] == [
        (Decimal("0.9300"), "crm"),
        (Decimal("1.0400"), None),
        (Decimal("0.9500"), "crm"),
    ]
    assert rows[2].corrects_id == rows[0].id
    known = load_people(session, [dana.id], NOW.date())[dana.id].person
    assert {(one.month.month, one.value) for one in known.outcomes} == {(9, Decimal("0.95")), (10, Decimal("1.04"))}
    assert bring(session, History.OUTCOMES, mended).unchanged == 2
    back = bring(session, History.OUTCOMES, OUTCOMES)
    assert (back.changed, back.unchanged) == (1, 1), "and back again is one more correction"


def test_everything_wrong_with_a_record_is_said_at_once_and_nothing_is_written(session: Session) -> None:
    dana_and_kim(session)
    assert refused(
        session,
        History.COMPLETIONS,
        a_csv(
            "person,course,on",
            "dana@acme.example,basics,2026-01-01",
            "dana@acme.example,basics,2026-13-01",
            "A-1,basics,2026-01-01",
            "nobody@acme.example,basics,2026-01-01",
            "B-9,basics,2026-01-01",
            "kim@acme.example,bascis,2026-01-01",
        ),
    ) == [
        "3: 'on' must be a day that exists, not '2026-13-01'",
        "4: says the same as row 2: 'A-1' 'basics' '2026-01-01'; keep one of the two",
        "5: nobody here has the address or number 'nobody@acme.example'; import people first",
        "6: nobody here has the address or number 'B-9'; import people first",
        "7: no published curriculum has the course 'bascis' (did you mean 'basics'?)",
    ]
    assert refused(
        session,
        History.EVIDENCE,
        a_csv(
            "person,competency,level,on,until",
            "A-1,negotating,1,2026-01-01,",
            "A-1,negotiating,4,2026-01-01,",
            "A-1,discovery,1,2026-01-02,2026-01-01",
        ),
    ) == [
        "2: no published curriculum has the competency 'negotating' (did you mean 'negotiating'?)",
        "3: the scale of 'negotiating' ends at level 3, so level 4 is none",
        "4: 'until' must not be before 'on', which is 2026-01-02",
    ]
    assert refused(session, History.OUTCOMES, a_csv("person,metric,month,value", "A-1,quota,2026-10,nan"))


def test_9_nobody_brings_their_own_record_an_administrator_neither(session: Session) -> None:
    acme(session)
    boss = an_administrator(session, mail="boss@acme.example")
    own = a_csv("person,course,on", "boss@acme.example,basics,2026-01-01")
    assert refused(session, History.COMPLETIONS, own, boss) == [
        "2: is about yourself; nobody imports their own record, ask another administrator"
    ]
    bring(session, History.COMPLETIONS, own, an_administrator(session))
    assert look(session, History.COMPLETIONS, own, boss).unchanged == 1


def test_what_lies_ahead_or_what_no_gate_asks_for_is_a_warning_and_comes_in(session: Session) -> None:
    dana_and_kim(session)
    shown = look(session, History.COMPLETIONS, a_csv("person,course,on", "A-1,basics,2027-01-01"))
    assert [one.message for one in shown.warnings] == ["lies ahead: it counts from 2027-01-01 on"]
    assert shown.importable
    shown = look(session, History.OUTCOMES, a_csv("person,metric,month,value", "A-1,qota,2026-10,1"))
    assert [str(one) for one in shown.warnings] == [
        "file.csv:2: no gate of a published curriculum asks for the metric 'qota' (did you mean 'quota'?)"
    ]
    shown = look(
        session, History.EVIDENCE, a_csv("person,competency,level,on,source", "A-1,discovery,1,2026-10-01,manger")
    )
    assert "did you mean 'manager'?" in shown.warnings[0].message


def test_without_a_published_curriculum_the_file_is_told_so_once(session: Session) -> None:
    somebody(session, mail="dana@acme.example")
    data = a_csv("person,course,on", *(f"dana@acme.example,c{n},2026-01-01" for n in range(9)))
    assert refused(session, History.COMPLETIONS, data) == [
        "None: No curriculum is published yet; publish one first, so that ids can be looked up in it"
    ]


def test_the_history_of_somebody_who_left_can_still_come_in(session: Session) -> None:
    dana, _ = dana_and_kim(session)
    dana.state = "deactivated"
    session.flush()
    assert bring(session, History.COMPLETIONS, a_csv("person,course,on", "A-1,basics,2026-01-01")).added == 1


@pytest.mark.parametrize("written", [to_csv, lambda head, rows: to_xlsx("Outcomes", head, rows)])
def test_48_what_was_written_as_a_sheet_comes_back_unchanged(session: Session, written: object) -> None:
    dana_and_kim(session)
    bring(session, History.OUTCOMES, OUTCOMES)
    head = ["person", "metric", "month", "value", "source"]
    rows = [
        [mail, one.metric, one.month, one.value, one.source]
        for one, mail in session.execute(
            select(Outcome, Contact.mail).join(Contact, Contact.person_id == Outcome.person_id)
        )
    ]
    data = BytesIO(written(head, rows)).getvalue()  # type: ignore[operator]
    assert (look(session, History.OUTCOMES, data).problems, look(session, History.OUTCOMES, data).unchanged) == ((), 2)


def test_the_statements_for_thousands_of_facts_grow_by_the_chunk(session: Session) -> None:
    acme(session)
    people = [somebody(session, mail=f"p{n}@acme.example") for n in range(20)]
    assert people

    def sent(rows: int, metric: str) -> int:
        lines = [f"p{n % 20}@acme.example,{metric},{1950 + n // 240}-{1 + (n // 20) % 12:02},{n}" for n in range(rows)]
        data = a_csv("person,metric,month,value", *lines)
        with statements(session) as seen:
            assert bring(session, History.OUTCOMES, data).added == rows
        return len(seen)

    assert sent(5_000, "quota") <= sent(20, "calls") + 12


def test_a_file_that_says_nothing_new_leaves_no_trace(session: Session) -> None:
    dana_and_kim(session)
    bring(session, History.OUTCOMES, OUTCOMES)
    session.flush()
    before = counts(session)
    report = imports.apply(session, SITE, History.OUTCOMES, OUTCOMES, "again.csv", now=NOW)
    session.flush()
    assert (report.batch_id, counts(session)) == (None, before)
    assert session.scalars(select(ImportBatch.kind)).all() == ["outcomes"]
