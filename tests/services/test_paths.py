"""Paths are planned from the ledger, stored once, and never by looking at them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path as File

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.path import plan_path
from lms.errors import Conflict, Invalid
from lms.interop.curriculum_file import curriculum_to_json, digest, parse_curriculum, read_curriculum
from lms.interop.path_document import path_text
from lms.services import ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.people import Person
from lms.storage.record import Completion, Evidence, RoleAssignment
from lms.storage.site import Site
from lms.storage.snapshot import load_people
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds

SHIPPED = File(__file__).parents[2] / "curricula/world-class-selling"


def an_sdr(session: Session, curriculum_id: int) -> Person:
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum_id, since=date(2026, 1, 5), targets=["account-executive"])
    return person


def test_the_stored_document_is_the_one_that_planning_anew_gives(session: Session) -> None:
    curriculum = a_published_curriculum(session)
    person = an_sdr(session, curriculum)
    replanning.input_changed(session, [person.id], now=NOW)
    assert paths.replan_now(session, [person.id], now=NOW) == 1
    stored = session.get_one(Path, person.id)
    value = read_curriculum(SHIPPED)
    known = load_people(session, [person.id], NOW.date())[person.id]
    assert stored.document == path_text(plan_path(value, known.person, NOW.date()), digest(value))
    assert (stored.met, stored.required) == tuple(json.loads(stored.document)["requirements"].values())


def test_storing_twice_changes_nothing(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    replanning.input_changed(session, [person.id], now=NOW)
    planned = paths.prepare_replan(session, [person.id], now=NOW)
    assert paths.store(session, planned, now=NOW) == 1
    assert paths.store(session, planned, now=NOW) == 0
    assert session.get_one(Path, person.id).revision == 1


def test_a_plan_made_from_older_input_never_replaces_a_newer_one(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    replanning.input_changed(session, [person.id], now=NOW)
    old = paths.prepare_replan(session, [person.id], now=NOW)
    entry = Completion(person_id=person.id, course="code-of-conduct", completed_on=date(2026, 2, 1))
    ledger.note(session, SITE, "completion.recorded", now=NOW, rows=[entry])
    replanning.input_changed(session, [person.id], now=NOW)
    assert paths.replan_now(session, [person.id], now=NOW) == 1
    newer = session.get_one(Path, person.id).input_digest
    assert paths.store(session, old, now=NOW) == 0
    assert session.get_one(Path, person.id, populate_existing=True).input_digest == newer


def test_the_same_input_on_the_same_day_writes_no_path(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    for expected in (1, 0):
        replanning.input_changed(session, [person.id], now=NOW)
        assert paths.replan_now(session, [person.id], now=NOW) == expected
    planning = session.get_one(Planning, person.id, populate_existing=True)
    assert planning.planned == planning.wanted == 2


def test_who_has_no_target_has_no_path_and_is_told_why(session: Session) -> None:
    curriculum = a_published_curriculum(session)
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 5), targets=[])
    replanning.input_changed(session, [person.id], now=NOW)
    assert paths.replan_now(session, [person.id], now=NOW) == 0
    assert session.get_one(Planning, person.id, populate_existing=True).why_none == "no-target"


def test_a_change_of_input_asks_for_one_job_however_often_it_changes(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    jobs = select(func.count()).select_from(Job).where(Job.dedupe_key == f"replan:{person.id}")
    for _ in range(3):
        replanning.input_changed(session, [person.id], now=NOW)
    assert session.scalar(jobs) == 1


def test_the_path_is_looked_at_again_when_something_lapses(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    until = NOW.date() + timedelta(days=3)
    shown = Evidence(
        person_id=person.id,
        competency="negotiating-positions",
        level=2,
        shown_on=date(2026, 1, 10),
        until=until,
        source="manager",
    )
    ledger.note(session, SITE, "evidence.recorded", now=NOW, rows=[shown])
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    again = session.get_one(Planning, person.id, populate_existing=True).look_again_on
    assert again is not None
    assert again <= until + timedelta(days=1)


def test_an_entry_that_another_corrects_does_not_count(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    wrong = Completion(person_id=person.id, course="code-of-conduct", completed_on=date(2026, 2, 1))
    ledger.note(session, SITE, "completion.recorded", now=NOW, rows=[wrong])
    session.flush()
    back = Completion(
        person_id=person.id, course=wrong.course, completed_on=wrong.completed_on, corrects_id=wrong.id, withdraws=True
    )
    ledger.note(session, SITE, "completion.withdrawn", now=NOW, rows=[back])
    session.flush()
    assert load_people(session, [person.id], NOW.date())[person.id].person.completed == ()


def test_roles_held_over_time_become_the_present_role_and_the_stints_before(session: Session) -> None:
    curriculum = a_published_curriculum(session)
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum, since=date(2025, 1, 1), targets=[])
    later = [
        RoleAssignment(person_id=person.id, role=role, curriculum_id=curriculum, starts=day)
        for role, day in (
            ("sdr", date(2025, 6, 1)),
            ("account-executive", date(2026, 2, 1)),
            ("sales-manager", date(2027, 1, 1)),
        )
    ]
    ledger.note(session, SITE, "role.assigned", now=NOW, rows=later)
    session.flush()
    snapshot = load_people(session, [person.id], NOW.date())[person.id]
    assert (snapshot.person.role, snapshot.person.since) == ("account-executive", date(2026, 2, 1))
    assert [(s.role, s.first, s.last) for s in snapshot.person.stints] == [
        ("sdr", date(2025, 1, 1), date(2026, 1, 31)),
    ]
    assert snapshot.next_role_on == date(2027, 1, 1)


def test_publishing_freezes_a_version_and_asks_for_everybody_on_it(session: Session) -> None:
    curriculum = a_published_curriculum(session)
    person = an_sdr(session, curriculum)
    value = read_curriculum(SHIPPED)
    with pytest.raises(Conflict):
        publishing.publish(session, SITE, curriculum, now=NOW)
    text = json.dumps({**json.loads(curriculum_to_json(value)), "title": "Another title"})
    drafts.save_draft(session, SITE, parse_curriculum(text, "c.json"), now=NOW)
    version = publishing.publish(session, SITE, curriculum, note="a new title", now=NOW)
    assert version.number == 2
    assert session.get_one(Planning, person.id, populate_existing=True).wanted == 1


def test_a_curriculum_with_an_error_is_not_published(session: Session) -> None:
    text = (
        '{"format": "lms-curriculum/1", "id": "bad", "title": "Bad", "scale": [{"level": 1, "title": "One"}],'
        ' "competencies": [{"id": "k", "title": "K", "kind": "skill"}], "courses": [],'
        ' "roles": [{"id": "r", "title": "R", "requires": [{"competency": "k", "level": 1}]}]}'
    )
    number = drafts.save_draft(session, SITE, parse_curriculum(text, "bad.json"), now=NOW)
    with pytest.raises(Invalid):
        publishing.publish(session, SITE, number, now=NOW)


def test_the_planning_date_is_the_day_where_the_site_is(session: Session) -> None:
    session.scalars(select(Site)).one().time_zone = "Pacific/Kiritimati"
    person = an_sdr(session, a_published_curriculum(session))
    replanning.input_changed(session, [person.id], now=NOW)
    late = NOW.replace(hour=12)
    assert paths.replan_now(session, [person.id], now=late) == 1
    assert session.get_one(Path, person.id).planned_on == late.date() + timedelta(days=1)
