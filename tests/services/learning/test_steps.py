"""Doing a step: what counts at once, what waits, what is refused and in which words; seats, reminders, taking back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services import curricula, ledger
from lms.services.access import SITE, Actor, Denied
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.learning import doing, seats, steps
from lms.services.learning.steps import State
from lms.services.organisation import leaving
from lms.storage.audit import Audit
from lms.storage.curricula import Curriculum
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.people import StudyPlan
from lms.storage.record import Completion, Enrolment
from lms.storage.session import db, transaction
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import somebody, who_holds
from tests.services.learning.academy import SEATS, Academy, an_academy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


def completions(session: Session) -> list[tuple[str, date]]:
    return [(row.course, row.completed_on) for row in session.scalars(in_force(Completion).order_by(Completion.id))]


def seen(session: Session, academy: Academy, course: str, *, now: datetime = NOW) -> steps.StepView:
    return steps.view(session, academy.actor(session, academy.rep), academy.rep.id, course, now=now)


def mails(session: Session, template: str) -> list[int]:
    rows = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    return [row.args["person"] for row in rows if row.args["template"] == template]


def test_what_counts_at_once_is_a_ledger_entry_and_the_path_has_moved_on(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    before = session.get_one(Path, academy.rep.id).document
    assert seen(session, academy, "basics").state is State.NEW
    doing.start(session, me, "basics", now=NOW)
    doing.start(session, me, "basics", now=NOW)
    assert len(session.scalars(select(Enrolment)).all()) == 1
    assert (seen(session, academy, "basics").state, seen(session, academy, "basics").since) == (State.STARTED, TODAY)
    assert doing.mark_done(session, me, "basics", YESTERDAY, now=NOW)
    session.expire_all()
    assert completions(session) == [("basics", YESTERDAY)]
    courses = [step["course"] for step in json.loads(session.get_one(Path, academy.rep.id).document)["steps"]]
    assert "basics" in before
    assert "basics" not in courses
    planning = session.get_one(Planning, academy.rep.id)
    assert planning.planned == planning.wanted
    after = seen(session, academy, "basics")
    assert (after.state, after.done[0].on, after.done[0].revocable, after.place) == (State.DONE, YESTERDAY, True, None)
    audit = session.scalars(select(Audit).where(Audit.action == "step.done")).one()
    assert (audit.actor_id, audit.data) == (academy.rep.id, {"course": "basics"})
    assert seen(session, academy, "next").opens == ()


def test_60_a_step_completed_twice_out_of_order_or_after_the_plan_moved_on_counts_once_or_is_refused(
    session: Session, academy: Academy
) -> None:
    me = academy.actor(session, academy.rep)
    with pytest.raises(Conflict, match=r"opens after: Basics"):
        doing.mark_done(session, me, "next", TODAY, now=NOW)
    with pytest.raises(Conflict, match=r"opens after: Basics"):
        doing.start(session, me, "next", now=NOW)
    for _ in range(2):
        assert doing.mark_done(session, me, "basics", TODAY, now=NOW)
    with pytest.raises(Conflict, match="done this already, on 2026-11-23"):
        doing.mark_done(session, me, "basics", YESTERDAY, now=NOW)
    with pytest.raises(Conflict, match=r"On 2026-11-22 this was not open yet.*Basics"):
        doing.mark_done(session, me, "next", YESTERDAY, now=NOW)
    assert doing.mark_done(session, me, "apart", TODAY, now=NOW), "on no path, but open: it is the person's right"
    for _ in range(2):
        assert not doing.mark_done(session, me, "talk", TODAY, now=NOW)
    with pytest.raises(Conflict, match="waits to be confirmed already"):
        doing.mark_done(session, me, "talk", YESTERDAY, now=NOW)
    assert len(session.scalars(select(Confirmation)).all()) == 1
    assert completions(session) == [("basics", TODAY), ("apart", TODAY)]
    session.get_one(Curriculum, academy.curriculum).archived = True
    with pytest.raises(NotFound):
        doing.mark_done(session, me, "yearly", TODAY, now=NOW)


def test_60_a_step_of_a_superseded_plan_is_done_where_its_course_is_left_and_withdrawn_where_it_is_not(
    session: Session, academy: Academy
) -> None:
    me = academy.actor(session, academy.rep)
    doing.mark_done(session, me, "talk", TODAY, now=NOW)
    doing.start(session, me, "seats", session_id="seats-1", now=NOW)
    value = a_curriculum(
        a_course("basics", 2, grants=["k:1"]), a_course("seats", 1), a_role("starter", "k:1"), a_role("closer")
    )
    drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, academy.curriculum, now=NOW)
    with pytest.raises(NotFound, match="no such course in your curriculum"):
        doing.mark_done(session, me, "next", TODAY, now=NOW)
    assert doing.mark_done(session, me, "basics", TODAY, now=NOW), "on the path no more, and still worth doing"
    with pytest.raises(NotFound):
        seen(session, academy, "talk")
    gone = steps.gone(session, me, academy.rep.id, "talk", now=NOW)
    assert (gone.asked.done_on, [one.name for one in gone.confirmers]) == (TODAY, ["Mona Manager"])
    doing.withdraw(session, me, "talk", now=NOW)
    with pytest.raises(NotFound):
        steps.gone(session, me, academy.rep.id, "talk", now=NOW)
    assert seen(session, academy, "seats").state is State.NEW, "the seat has gone with its session"
    doing.start(session, me, "seats", now=NOW)
    assert seen(session, academy, "seats").state is State.STARTED


def test_60_a_course_held_in_sessions_is_not_done_before_the_first_of_them_was_held(
    session: Session, academy: Academy
) -> None:
    me = academy.actor(session, academy.rep)
    doing.start(session, me, "seats", session_id="seats-2", now=NOW)
    assert not seen(session, academy, "seats").may_mark
    held = TODAY + timedelta(days=10)
    with pytest.raises(Invalid, match=f"first session of this course ends on {held}"):
        doing.mark_done(session, me, "seats", TODAY, now=NOW)
    later = NOW + timedelta(days=12)
    assert seen(session, academy, "seats", now=later).may_mark
    with pytest.raises(Invalid, match="first session"):
        doing.mark_done(session, me, "seats", held - timedelta(days=1), now=later)
    assert doing.mark_done(session, me, "seats", held, now=later)
    assert seats.taken(session, ["seats"]) == {}, "who has done the course keeps no seat in a session to come"
    doing.take_back(session, me, "seats", now=later)
    assert seats.taken(session, ["seats"]) == {("seats", "seats-2"): 1}
    imported = Completion(person_id=academy.rep.id, course="seats", completed_on=held, origin="imported")
    ledger.note(session, SITE, "import.applied", now=later, rows=[imported])
    assert seats.taken(session, ["seats"]) == {}, "nor who has done it as a file says"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY + timedelta(days=1), "lies ahead"),
        (date(2025, 12, 31), "before your first role"),
        (date(26, 1, 1), "between 1950"),
    ],
)
def test_the_day_is_none_to_come_and_none_before_the_first_role(
    session: Session, academy: Academy, day: date, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        doing.mark_done(session, academy.actor(session, academy.rep), "basics", day, now=NOW)


def test_what_lapses_may_be_done_again_and_what_does_not_may_not(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    for course in ("yearly", "apart"):
        doing.mark_done(session, me, course, date(2026, 3, 1), now=NOW)
    assert doing.mark_done(session, me, "yearly", TODAY, now=NOW)
    with pytest.raises(Conflict, match="done this already"):
        doing.mark_done(session, me, "apart", TODAY, now=NOW)
    with pytest.raises(Conflict, match="done this already"):
        doing.start(session, me, "apart", now=NOW)


def test_an_attendance_list_cannot_be_replaced_by_one_s_own_word(session: Session, academy: Academy) -> None:
    with pytest.raises(Conflict, match="attendance list"):
        doing.mark_done(session, academy.actor(session, academy.rep), "workshop", TODAY, now=NOW)


def test_what_was_done_today_can_be_taken_back_today_alone(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    doing.mark_done(session, me, "basics", TODAY, now=NOW)
    with pytest.raises(Conflict, match="marked as done today"):
        doing.take_back(session, me, "basics", now=NOW + timedelta(days=1))
    doing.take_back(session, me, "basics", now=NOW)
    assert completions(session) == []
    assert seen(session, academy, "basics").state is State.NEW
    with pytest.raises(Conflict):
        doing.take_back(session, me, "basics", now=NOW)
    imported = Completion(person_id=academy.rep.id, course="basics", completed_on=TODAY, origin="imported")
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[imported])
    with pytest.raises(Conflict):
        doing.take_back(session, me, "basics", now=NOW)


def test_the_nearest_manager_is_asked_and_a_manager_s_own_step_goes_one_up(session: Session, academy: Academy) -> None:
    doing.mark_done(session, academy.actor(session, academy.rep), "talk", TODAY, now=NOW)
    assert mails(session, "confirmation-asked") == [academy.manager.id]
    view = seen(session, academy, "talk")
    assert (view.state, [one.name for one in view.confirmers]) == (State.WAITS, ["Mona Manager"])
    academy.manager.state = "deactivated"
    session.flush()
    assert [one.name for one in seen(session, academy, "talk").confirmers] == ["Hanna Head"]
    academy.head.state = "deactivated"
    session.flush()
    with pytest.raises(Conflict, match="Tell your administrator"):
        doing.mark_done(session, academy.actor(session, academy.other), "talk", TODAY, now=NOW)
    assert not doing.mark_done(session, academy.actor(session, academy.other), "pitch", TODAY, now=NOW)
    assert mails(session, "confirmation-asked")[1:] == [academy.trainer.id, academy.second_trainer.id]


def test_who_confirms_is_reminded_once_a_day_at_most(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    with pytest.raises(Conflict, match="Nothing waits"):
        doing.nudge(session, me, "talk", now=NOW)
    doing.mark_done(session, me, "talk", TODAY, now=NOW)
    with pytest.raises(Conflict, match="again tomorrow"):
        doing.nudge(session, me, "talk", now=NOW + timedelta(hours=1))
    tomorrow = NOW + timedelta(days=1)
    doing.nudge(session, me, "talk", now=tomorrow)
    with pytest.raises(Conflict, match="again tomorrow"):
        doing.nudge(session, me, "talk", now=tomorrow + timedelta(hours=2))
    assert mails(session, "confirmation-nudge") == [academy.manager.id]
    for done_on in (TODAY, YESTERDAY):
        doing.withdraw(session, me, "talk", now=tomorrow)
        assert seen(session, academy, "talk", now=tomorrow).state is State.NEW
        doing.mark_done(session, me, "talk", done_on, now=tomorrow)
    asked = seen(session, academy, "talk", now=tomorrow).asked
    assert asked is not None
    assert (asked.done_on, asked.may_nudge, mails(session, "confirmation-asked")) == (
        YESTERDAY,
        False,
        [academy.manager.id],
    ), "who confirms gets one mail a day, however often it is withdrawn and asked anew"
    doing.withdraw(session, me, "talk", now=tomorrow)
    with pytest.raises(Conflict, match="Nothing waits"):
        doing.withdraw(session, me, "talk", now=tomorrow)


def test_a_seat_is_kept_moved_and_given_back(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    with pytest.raises(Conflict, match="held in sessions"):
        doing.start(session, me, "seats", now=NOW)
    with pytest.raises(NotFound):
        doing.start(session, me, "seats", session_id="none", now=NOW)
    with pytest.raises(Conflict, match="has begun"):
        doing.start(session, me, "workshop", session_id="workshop-past", now=NOW)
    for number in ("seats-1", "seats-1", "seats-2"):
        doing.start(session, me, "seats", session_id=number, now=NOW)
    view = seen(session, academy, "seats")
    assert (view.state, view.seat and view.seat.id) == (State.SEAT, "seats-2")
    assert [(one.session.id, one.left, one.kept) for one in view.sessions] == [
        ("seats-1", SEATS, False),
        ("seats-2", SEATS - 1, True),
    ]
    doing.give_back(session, me, "seats", now=NOW)
    assert [one.left for one in seen(session, academy, "seats").sessions] == [SEATS, SEATS]
    with pytest.raises(Conflict, match="keep no seat"):
        doing.give_back(session, me, "seats", now=NOW)


def test_whoever_leaves_gives_back_the_seats_to_come_and_coming_back_overbooks_nothing(
    session: Session, academy: Academy
) -> None:
    for who in (academy.rep, academy.other):
        me = academy.actor(session, who)
        doing.start(session, me, "workshop", session_id="workshop-past", now=NOW - timedelta(days=5))
        doing.start(session, me, "seats", session_id="seats-1", now=NOW)
    leaving.deactivate(session, SITE, academy.rep.id, now=NOW)
    leaving.leave(session, SITE, academy.other.id, leaving.Handover(last_day=TODAY), now=NOW)
    for who in (academy.rep, academy.other):
        leaving.reactivate(session, SITE, who.id, now=NOW)
    assert seats.taken(session, ["seats", "workshop"]) == {("workshop", "workshop-past"): 2}, "what was held stays told"


def test_courses_of_one_id_are_one_course_whose_seats_are_counted_and_booked_together(
    session: Session, academy: Academy
) -> None:
    offered = curricula.published(session)[0].curriculum
    other = drafts.save_draft(session, SITE, replace(offered, id="other"), now=NOW)
    publishing.publish(session, SITE, other, now=NOW)
    for number in (academy.curriculum, other) * 2 + (other,):
        person = somebody(session)
        who_holds(session, person, "starter", number, since=date(2026, 1, 1), targets=[])
        doing.start(session, sessions.actor_of(session, person.id), "seats", session_id="seats-1", now=NOW)
    locked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", listen := lambda *given: locked.append(str(given[2:4])))
    with pytest.raises(Conflict, match="last seat"):
        doing.start(session, academy.actor(session, academy.rep), "seats", session_id="seats-1", now=NOW)
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    lock = next(
        one for one in locked if "FROM curriculum " in one and "ORDER BY curriculum.id" in one and " IN " in one
    )
    assert all(str(number) in lock for number in (academy.curriculum, other))


def test_a_seat_of_a_session_that_has_begun_is_moved_and_not_given_back(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.rep)
    doing.start(session, me, "seats", session_id="seats-1", now=NOW)
    later = NOW + timedelta(days=11)
    view = seen(session, academy, "seats", now=later)
    assert (view.state, view.begun, [one.session.id for one in view.sessions]) == (State.SEAT, True, ["seats-2"])
    with pytest.raises(Conflict, match="attendance list"):
        doing.give_back(session, me, "seats", now=later)
    doing.start(session, me, "seats", session_id="seats-2", now=later)
    assert not seen(session, academy, "seats", now=later).begun


def test_61_of_thirty_who_book_five_seats_at_once_five_get_one(app: Flask, session: Session, academy: Academy) -> None:
    people = [somebody(session) for _ in range(30)]
    for person in people:
        session.get_one(StudyPlan, person.id).targets = ["closer"]
    session.commit()
    gate, got, refusals = Barrier(len(people)), [], []

    def book(actor: Actor) -> None:
        gate.wait(timeout=20)
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    doing.start(unit, actor, "seats", session_id="seats-1", now=NOW)
                got.append(actor.person_id)
            except Conflict as refused:
                refusals.append(str(refused))

    threads = [Thread(target=book, args=(sessions.actor_of(session, person.id),)) for person in people]
    session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert (len(got), set(refusals)) == (SEATS, {"The last seat of this session is gone. Choose another date."})
    kept = session.scalars(in_force(Enrolment).where(Enrolment.session == "seats-1")).all()
    assert {row.person_id for row in kept} == set(got)


def test_nobody_sees_the_step_of_somebody_they_do_not_manage(session: Session, academy: Academy) -> None:
    for who in (academy.manager, academy.head):
        view = steps.view(session, academy.actor(session, who), academy.rep.id, "basics", now=NOW)
        assert view.person_id == academy.rep.id
    for who in (academy.other, academy.trainer):
        with pytest.raises(Denied):
            steps.view(session, academy.actor(session, who), academy.rep.id, "basics", now=NOW)
    with pytest.raises(NotFound):
        seen(session, academy, "nonsense")
    with pytest.raises((Denied, NotFound, NotPermitted)):
        doing.start(session, academy.actor(session, academy.manager), "basics", now=NOW)
