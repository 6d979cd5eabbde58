"""A replan says in what it differs from the path before, and because of what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.services import curricula, ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.learning.changed import change
from lms.storage.paths import Path
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import Attestation, Completion, Entry, Evidence, Exemption
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds

TODAY = NOW.date()


@pytest.fixture
def rep(session: Session) -> Person:
    curriculum = a_published_curriculum(session)
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 5), targets=["account-executive"])
    again(session, person)
    return person


def again(session: Session, person: Person, days: int = 0) -> dict[str, Any] | None:
    now = NOW + timedelta(days=days)
    replanning.input_changed(session, [person.id], now=now)
    paths.replan_now(session, [person.id], now=now)
    return session.get_one(Path, person.id, populate_existing=True).change


def write(session: Session, row: Entry) -> None:
    ledger.note(session, SITE, "test.written", now=NOW, rows=[row])


def completed(session: Session, person: Person) -> None:
    write(session, Completion(person_id=person.id, course="code-of-conduct", completed_on=TODAY))


def rated(session: Session, person: Person) -> None:
    shown = Evidence(person_id=person.id, competency="negotiating-positions", level=2, shown_on=TODAY, source="manager")
    write(session, shown)


def exempt(session: Session, person: Person) -> None:
    write(session, Exemption(person_id=person.id, course="holding-price"))


def fewer_hours(session: Session, person: Person) -> None:
    session.get_one(StudyPlan, person.id).weekly_hundredths = 200


def away(session: Session, person: Person) -> None:
    session.add(Away(person_id=person.id, first=TODAY, last=TODAY + timedelta(days=20)))


def another_target(session: Session, person: Person) -> None:
    session.get_one(StudyPlan, person.id).targets = ["account-manager"]


def another_order(session: Session, person: Person) -> None:
    document = paths.show(session, SITE, person.id).document
    assert document is not None
    study = [step["course"] for step in document["steps"] if step["session"] is None]
    session.get_one(StudyPlan, person.id).own_order = study[::-1]


@pytest.mark.parametrize(
    ("happens", "what"),
    [
        (completed, {"what": "completed", "names": ["code-of-conduct"]}),
        (rated, {"what": "rated", "names": ["negotiating-positions"]}),
        (exempt, {"what": "exempt", "names": ["holding-price"]}),
        (fewer_hours, {"what": "hours", "was": 4, "now": 2}),
        (away, {"what": "away"}),
        (another_target, {"what": "target"}),
        (another_order, {"what": "order"}),
    ],
)
def test_the_cause_is_what_changed_in_the_input(
    session: Session, rep: Person, happens: Callable[[Session, Person], None], what: dict[str, Any]
) -> None:
    happens(session, rep)
    told = again(session, rep)
    assert told is not None
    assert told["causes"] == [what]


def test_the_difference_is_that_of_the_two_paths(session: Session, rep: Person) -> None:
    before = paths.show(session, SITE, rep.id).document
    fewer_hours(session, rep)
    told, after = again(session, rep), paths.show(session, SITE, rep.id).document
    assert told
    assert before
    assert after
    assert told["days"] == (date.fromisoformat(after["ready_on"]) - date.fromisoformat(before["ready_on"])).days > 0
    courses = [{step["course"] for step in one["steps"]} for one in (before, after)]
    assert set(told["added"]) == courses[1] - courses[0]
    assert set(told["gone"]) == courses[0] - courses[1]


def test_what_nobody_would_see_is_not_told_and_the_change_before_stays(session: Session, rep: Person) -> None:
    completed(session, rep)
    told = again(session, rep)
    write(session, Attestation(person_id=rep.id, title="Something else", by="trainer", attested_on=TODAY))
    assert again(session, rep) == told


def test_time_alone_is_the_cause_when_a_step_was_not_done(session: Session, rep: Person) -> None:
    told = again(session, rep, days=30)
    assert told is not None
    assert told["causes"] == [{"what": "time"}]
    assert told["days"] is None or told["days"] > 0


def test_a_published_version_is_the_cause_for_whom_it_changes_the_path(session: Session, rep: Person) -> None:
    before = curricula.published(session)[0]
    longer = tuple(replace(course, hours=course.hours + 100) for course in before.curriculum.courses)
    drafts.save_draft(session, SITE, replace(before.curriculum, courses=longer, tests=()), now=NOW)
    publishing.publish(session, SITE, before.curriculum_id, note="Longer courses.", now=NOW)
    told = again(session, rep)
    assert told is not None
    assert told["causes"] == [{"what": "curriculum", "version": 2, "note": "Longer courses."}]
    assert told["hours"] > 0


def test_a_date_that_is_lost_is_told_as_such(session: Session, rep: Person) -> None:
    before = paths.show(session, SITE, rep.id).document
    assert before
    after = {**before, "ready_on": None}
    asked = {"person": {}, "version": "1", "minimise": "hours", "order": []}
    told = change(asked, before, {**asked, "person": {"since": "2026-01-01"}}, after, None, {})
    assert told is not None
    assert (told["date"], told["days"], told["causes"]) == ("lost", None, [{"what": "role"}])
    found = change(asked, after, asked, before, None, {})
    assert found is not None
    assert found["date"] == "found"
