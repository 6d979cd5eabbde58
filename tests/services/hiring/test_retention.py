"""The day of deletion: of a candidate nothing is left, in no table, no mail that waits, no file and no page."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, select, update
from sqlalchemy.orm import Session

from lms.engine.curriculum import OutcomeGate
from lms.jobs import clock, letters
from lms.services.entry import sessions
from lms.services.evidence import keeping
from lms.services.evidence.keeping import Incoming
from lms.services.hiring import candidates, deciding, files, outcomes, own_page
from lms.services.hiring.candidates import Claimed
from lms.services.hiring.outcomes import Achieved
from lms.services.organisation import erasing
from lms.storage import tables
from lms.storage.files import Files
from lms.storage.hiring import Candidate, Interview, Opening
from lms.storage.jobs import Job
from lms.storage.people import Person
from tests.organisation import NOW, somebody
from tests.services.hiring.stage import TODAY, Stage, a_stage, apply, interviewed

KEY = "tests only"
TELLTALE = "Quillfeather"
MAIL = "z@quillfeather.example"


def everywhere(session: Session) -> dict[str, str]:
    """Every text that any table holds, by table and column."""
    session.flush()
    found = {}
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text | JSON):
                values = session.execute(select(column)).scalars().all()
                found[f"{table.name}.{column.name}"] = repr(values)
    return found


def traces(session: Session) -> list[str]:
    return [place for place, held in everywhere(session).items() if TELLTALE.casefold() in held.casefold()]


def candidate_numbers(session: Session) -> list[str]:
    """Where the number of a candidate stands, but for the audit, which keeps numbers alone."""
    return [
        table.name
        for table in tables.metadata.sorted_tables
        if "candidate_id" in table.columns and session.execute(select(table)).first() is not None
    ]


def filled(session: Session, stage: Stage, store: Files) -> Candidate:
    """A candidate who has left a trace in every table there is for it."""
    whom = interviewed(session, stage, name=f"Zoë {TELLTALE}", mail=MAIL)
    recruiter, token = stage.actor(session, "recruiter"), own_page.token(whom, KEY)
    claimed = Claimed(competency="talking", level=1, shown_on=TODAY, source="self", note=f"{TELLTALE} says so")
    candidates.record(session, recruiter, whom.id, claimed, now=NOW)
    month = TODAY.replace(day=1)
    achieved = Achieved(metric="quota", first=month, last=None, value=Decimal("0.93"), source=f"Letter of {TELLTALE}")
    outcomes.record(session, recruiter, whom.id, achieved, now=NOW)
    candidates.write_note(session, recruiter, whom.id, f"{TELLTALE} called", now=NOW)
    file = Incoming(name=f"{TELLTALE}.txt", stream=io.BytesIO(f"CV of {TELLTALE}".encode()))
    files.attach(session, recruiter, store, whom.id, [file], now=NOW)
    own_page.ask(session, token, "correction", f"It is spelt {TELLTALE}", key=KEY, now=NOW)
    (request,) = own_page.read(session, token, key=KEY).requests
    candidates.answer(session, recruiter, whom.id, request.id, f"Done, {TELLTALE}", now=NOW)
    session.execute(update(Interview).values(note=f"{TELLTALE} convinced me"))
    return whom


def run_the_clock(session: Session, now: datetime) -> None:
    work = None
    clock.candidates(session, work, now)(session)  # type: ignore[arg-type]


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session, gates=(OutcomeGate(metric="quota", months=1, at_least=Decimal("0.9")),))


def test_on_the_day_of_deletion_nothing_of_a_candidate_is_left_in_any_table_mail_or_file(
    app: Flask, session: Session, stage: Stage
) -> None:
    store: Files = app.config["LMS_FILES"]
    whom = filled(session, stage, store)
    other = apply(session, stage, "Al", "al@x.example")
    deciding.offer(session, stage.actor(session, "manager"), whom.id, f"{TELLTALE} is strong", now=NOW)
    deciding.decline(session, stage.actor(session, "manager"), whom.id, f"{TELLTALE} went elsewhere", now=NOW)
    session.commit()
    assert len(traces(session)) >= 10
    assert set(candidate_numbers(session)) == {
        "candidate_evidence",
        "candidate_file",
        "candidate_note",
        "candidate_outcome",
        "candidate_request",
        "hiring_decision",
        "interview",
        "interview_rating",
    }
    mails = [job.args for job in session.scalars(select(Job)) if job.args.get("candidate") == whom.id]
    assert len(mails) == 4
    run_the_clock(session, NOW + timedelta(days=180))  # the last day itself
    assert session.get(Candidate, whom.id) is not None
    later = NOW + timedelta(days=181)
    run_the_clock(session, later)
    run_the_clock(session, later)
    session.commit()
    assert traces(session) == []
    assert candidate_numbers(session) == []
    assert session.scalars(select(Candidate.id)).all() == [other.id]
    left = [job.args for job in session.scalars(select(Job).where(Job.kind == "mail.send"))]
    assert [args for args in left if args.get("candidate") != other.id] == []
    assert keeping.sweep(session, store, now=later) >= 1
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    session.expunge_all()
    with app.test_request_context():  # a mail that a worker holds already says nothing any more
        assert letters.write(session, mails[0], now=later) is None


def test_who_withdraws_is_deleted_the_next_day_and_who_has_no_answer_is_not(session: Session, stage: Stage) -> None:
    gone, waits = apply(session, stage), apply(session, stage, "Al", "al@x.example")
    own_page.withdraw(session, own_page.token(gone, KEY), key=KEY, now=NOW)
    run_the_clock(session, NOW + timedelta(days=1))
    assert session.scalars(select(Candidate.id)).all() == [waits.id]
    run_the_clock(session, NOW + timedelta(days=900))  # nobody is declined by the clock
    assert session.get_one(Candidate, waits.id).state == "applied"


def test_who_was_hired_keeps_what_is_theirs_and_is_erased_whole(session: Session, app: Flask, stage: Stage) -> None:
    whom = filled(session, stage, app.config["LMS_FILES"])
    person = deciding.hire(session, stage.actor(session, "manager"), whom.id, f"{TELLTALE} it is", TODAY, now=NOW)
    admin = sessions.actor_of(session, somebody(session, rights=["administrator"]).id)
    session.get_one(Person, person.id).state = "deactivated"
    session.flush()
    erasing.erase(session, admin, person.id, str(person.id), now=NOW)
    assert traces(session) == []
    assert candidate_numbers(session) == []
    assert session.get_one(Opening, stage.opening.id).state == "open"
