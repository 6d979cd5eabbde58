"""The insight of a curriculum: from everybody's stored path and the ledger, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.engine.insight.seats import Supply
from lms.engine.insight.unchosen import Because
from lms.errors import NotFound
from lms.services import ledger
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.authoring.insight import insight
from lms.services.entry import sessions
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment, Entry
from lms.storage.steps import Confirmation
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, somebody, who_holds
from tests.services.learning.academy import SEATS, Academy, an_academy, plan

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


def with_more_people(session: Session, academy: Academy, count: int = 5) -> list[Person]:
    """The two reps of the academy and so many like them, planned."""
    more = [somebody(session) for _ in range(count)]
    for person in more:
        who_holds(session, person, "starter", academy.curriculum, since=date(2026, 1, 1), targets=["closer"])
    plan(session, *more, now=NOW)
    session.commit()
    return [academy.rep, academy.other, *more]


def enter(session: Session, rows: Iterable[Entry]) -> None:
    ledger.note(session, SITE, "import.applied", now=NOW, rows=list(rows))
    session.flush()


def begun(people: Iterable[Person], course: str, days: int) -> list[Entry]:
    since = TODAY - days * DAY
    return [Enrolment(person_id=one.id, course=course, state="started", since=since) for one in people]


def asked(
    session: Session, people: Iterable[Person], academy: Academy, course: str, days: int, *, answer: int = 0
) -> None:
    """They asked for a word so many days ago; answered after `answer` days with a wish for more, if at all."""
    at = NOW - days * DAY
    session.add_all(
        Confirmation(
            person_id=one.id,
            course=course,
            curriculum_id=academy.curriculum,
            by="manager",
            done_on=at.date(),
            asked_at=at,
            state="more-asked" if answer else "waiting",
            answered_at=at + answer * DAY if answer else None,
            answered_by=academy.manager.id if answer else None,
        )
        for one in people
    )
    session.flush()


def test_where_seven_people_stand_is_told_with_how_long_and_how_long_was_planned(
    session: Session, academy: Academy
) -> None:
    people = with_more_people(session, academy)
    enter(session, begun(people, "basics", 40))
    found = insight(session, SITE, academy.curriculum, now=NOW)
    assert found is not None
    assert (found.people, found.older, found.on) == (7, 0, TODAY)
    (stall,) = found.stalls
    assert (stall.course, stall.people, stall.begun, stall.stalled, stall.stood) == ("basics", 7, 7, 7, 40)
    assert stall.planned is not None
    assert stall.planned < 7


def test_what_waits_for_a_word_does_not_stand_and_what_was_completed_since_was_not_begun(
    session: Session, academy: Academy
) -> None:
    people = with_more_people(session, academy)
    enter(session, begun(people, "talk", 40))
    asked(session, people, academy, "talk", 30)
    enter(session, [Completion(person_id=one.id, course="pitch", completed_on=TODAY - 3 * DAY) for one in people])
    enter(session, begun(people, "pitch", 20))
    plan(session, *people, now=NOW)
    found = insight(session, SITE, academy.curriculum, now=NOW)
    assert found is not None
    (stall,) = found.stalls
    assert (stall.course, stall.begun, stall.stood) == ("basics", 0, 3)
    (wait,) = found.waits
    assert (wait.course, wait.people, wait.waited, wait.waiting, wait.since) == ("talk", 7, None, 7, 30)


def test_waits_are_medians_of_the_last_year_and_withdrawn_ones_say_nothing(session: Session, academy: Academy) -> None:
    people = with_more_people(session, academy)
    for days, one in enumerate(people[:5], start=2):
        asked(session, [one], academy, "talk", 30, answer=days)
    asked(session, people, academy, "pitch", 400, answer=90)
    found = insight(session, SITE, academy.curriculum, now=NOW)
    assert found is not None
    assert [(wait.course, wait.people, wait.waited, wait.waiting) for wait in found.waits] == [("talk", 5, 4, 0)]


def test_courses_on_no_path_and_seats_are_told_from_the_stored_paths(session: Session, academy: Academy) -> None:
    with_more_people(session, academy)
    found = insight(session, SITE, academy.curriculum, now=NOW)
    assert found is not None
    assert {one.course: one.because for one in found.unchosen} == dict.fromkeys(
        ("apart", "seats", "yearly"), Because.NEEDED_BY_NONE
    )
    workshop = next(one for one in found.seats if one.course == "workshop")
    assert [(at.planned, at.seats, at.supply) for at in workshop.months if at.sessions] == [(7, SEATS, Supply.SHORT)]
    assert next(one.people for one in found.bottlenecks if one.course == "basics") == 7
    assert {thin.attainment.competency for thin in found.thin} == {"k", "talking", "pitching", "work"}


def test_a_course_that_costs_more_than_another_says_so_and_by_how_much(session: Session) -> None:
    made = a_curriculum(
        a_course("short", 2, grants=["k:1"]), a_course("long", 5, grants=["k:1"]), a_role("rep"), a_role("lead", "k:1")
    )
    number = drafts.save_draft(session, SITE, made, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    one = somebody(session)
    who_holds(session, one, "rep", number, since=date(2026, 1, 1), targets=["lead"])
    plan(session, one, now=NOW)
    found = insight(session, SITE, number, now=NOW)
    assert found is not None
    (lost,) = found.unchosen
    assert (lost.course, lost.because, lost.excess, lost.instead) == ("long", Because.DEARER, 300, ("short",))


def test_who_has_left_does_not_count_and_who_follows_an_earlier_version_does(
    session: Session, academy: Academy
) -> None:
    people = with_more_people(session, academy, 8)
    people[0].state = "deactivated"
    draft = a_curriculum(a_course("basics", 2, grants=["k:1"]), a_role("starter", "k:1"), a_role("closer", "basics"))
    drafts.save_draft(session, SITE, draft, now=NOW)
    publishing.publish(session, SITE, academy.curriculum, now=NOW)
    found = insight(session, SITE, academy.curriculum, now=NOW)
    assert found is not None
    assert (found.people, found.older, found.published.number) == (9, 9, 2)
    assert found.stalls == ()
    assert [(thin.attainment.competency, thin.courses) for thin in found.thin] == [("k", ("basics",))]


def test_it_takes_as_many_queries_for_many_people_as_for_few(session: Session, academy: Academy) -> None:
    def queries() -> int:
        session.commit()
        session.expire_all()
        asked_: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", listen := lambda *told: asked_.append(told[2]))
        insight(session, SITE, academy.curriculum, now=NOW)
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        return len(asked_)

    few = queries()
    enter(session, begun(with_more_people(session, academy, 12), "basics", 40))
    assert queries() == few
    assert few <= 20


def test_only_its_owners_administrators_and_auditors_see_it_and_without_a_version_there_is_nothing(
    session: Session, academy: Academy
) -> None:
    stranger, admin, auditor = (somebody(session, rights=[held]) for held in ("trainer", "administrator", "auditor"))
    for person, sees in (
        (academy.trainer, True), (admin, True), (auditor, True), (stranger, False), (academy.rep, False),
        (academy.manager, False),
    ):  # fmt: skip
        actor = sessions.actor_of(session, person.id)
        if sees:
            assert insight(session, actor, academy.curriculum, now=NOW) is not None
        else:
            with pytest.raises(NotFound):
                insight(session, actor, academy.curriculum, now=NOW)
    only_a_draft = drafts.save_draft(
        session, SITE, replace(a_curriculum(a_course("one"), a_role("rep", "one")), id="new"), now=NOW
    )
    assert insight(session, SITE, only_a_draft, now=NOW) is None
