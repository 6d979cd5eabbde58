"""Somebody's word for a step: who may give it, once, never about themselves; and what the person is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.jobs import letters
from lms.services import ledger
from lms.services.access import SITE, Actor, Denied
from lms.services.entry import sessions
from lms.services.evidence import deputies
from lms.services.learning import confirmations, doing, passing, steps
from lms.services.learning.steps import State
from lms.services.organisation import erasing, leaving, teams
from lms.services.running import chain
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Contact, Person, PersonalText, RightHeld
from lms.storage.record import Completion, Enrolment
from lms.storage.session import db, transaction
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation
from tests.organisation import somebody
from tests.services.learning.academy import Academy, an_academy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


def ask(session: Session, academy: Academy, course: str = "talk", who: Person | None = None) -> int:
    person = who or academy.rep
    doing.mark_done(session, academy.actor(session, person), course, TODAY, now=NOW)
    asked = select(Confirmation.id).where(Confirmation.person_id == person.id, Confirmation.state == "waiting")
    return session.scalars(asked.where(Confirmation.course == course)).one()


def mails(session: Session, template: str) -> list[int]:
    jobs = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    return [job.args["person"] for job in jobs if job.args["template"] == template]


def completed(session: Session) -> list[tuple[int, str, date]]:
    rows = session.scalars(in_force(Completion).order_by(Completion.id))
    return [(row.person_id, row.course, row.completed_on) for row in rows]


def test_a_confirmed_step_is_a_ledger_entry_of_the_day_it_was_done_and_the_path_moves_on(
    session: Session, academy: Academy
) -> None:
    number = ask(session, academy)
    boss = academy.actor(session, academy.manager)
    confirmations.confirm(session, boss, number, now=TOMORROW)
    assert completed(session) == [(academy.rep.id, "talk", TODAY)]
    session.expire_all()
    courses = [one["course"] for one in json.loads(session.get_one(Path, academy.rep.id).document)["steps"]]
    assert "talk" not in courses
    asked = session.get_one(Confirmation, number)
    assert (asked.state, asked.answered_by, asked.completion_id is not None) == ("confirmed", academy.manager.id, True)
    with pytest.raises(Conflict, match="confirmed already"):
        confirmations.confirm(session, boss, number, now=TOMORROW)
    with pytest.raises(Conflict):
        confirmations.ask_for_more(session, boss, number, "more", now=TOMORROW)
    assert len(completed(session)) == 1
    done = steps.view(session, academy.actor(session, academy.rep), academy.rep.id, "talk", now=TOMORROW).done
    assert [(one.on, one.by and one.by.name, one.revocable) for one in done] == [(TODAY, "Mona Manager", False)]


def test_9_nobody_confirms_their_own_step_and_who_may_not_see_it_finds_nothing(
    session: Session, academy: Academy
) -> None:
    number = ask(session, academy)
    with pytest.raises(NotPermitted, match="Nobody confirms their own step"):
        confirmations.confirm(session, academy.actor(session, academy.rep), number, now=NOW)
    for who in (academy.other, academy.trainer):
        with pytest.raises(Denied):
            confirmations.confirm(session, academy.actor(session, who), number, now=NOW)
    session.add(RightHeld(person_id=academy.manager.id, held="rep"))
    session.add(RightHeld(person_id=academy.trainer.id, held="rep"))
    own = Confirmation(
        person_id=academy.trainer.id, course="pitch", curriculum_id=academy.curriculum, by="trainer",
        done_on=TODAY, asked_at=NOW,
    )  # fmt: skip
    session.add(own)
    session.flush()
    owner = academy.actor(session, academy.trainer)
    for verb in (confirmations.confirm, confirmations.reopen):
        with pytest.raises(NotPermitted):
            verb(session, owner, own.id, now=NOW)
    with pytest.raises(NotPermitted):
        confirmations.ask_for_more(session, owner, own.id, "more", now=NOW)
    assert [one.id for one in confirmations.waiting(session, owner, now=NOW).waiting] == []
    pitch = ask(session, academy, "pitch")
    with pytest.raises(Denied):
        confirmations.confirm(session, academy.actor(session, academy.manager), pitch, now=NOW)
    with pytest.raises(NotFound):
        confirmations.confirm(session, owner, 10**15, now=NOW)
    assert completed(session) == []


def test_what_waits_is_listed_for_the_line_and_the_owners_oldest_first_in_a_fixed_number_of_queries(
    session: Session, academy: Academy
) -> None:
    talk, pitch = ask(session, academy), ask(session, academy, "pitch")
    boss = academy.actor(session, academy.manager)

    def count(actor: Actor) -> tuple[list[int], int]:
        seen: list[str] = []
        session.flush()
        event.listen(session.get_bind(), "before_cursor_execute", listen := lambda *given: seen.append(given[2]))
        inbox = confirmations.waiting(session, actor, now=TOMORROW)
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        return [one.id for one in inbox.waiting], len(seen)

    first, queries = count(boss)
    later = ask(session, academy, who=academy.other)
    assert (first, count(boss)) == ([talk], ([talk, later], queries))
    assert count(academy.actor(session, academy.head))[0] == [talk, later]
    assert count(academy.actor(session, academy.trainer))[0] == [pitch]
    academy.rep.state = "deactivated"
    assert count(boss)[0] == [later]
    confirmations.confirm(session, boss, later, now=TOMORROW)
    decided = confirmations.waiting(session, boss, now=TOMORROW + timedelta(days=13)).decided
    assert [(one.id, one.reversible) for one in decided] == [(later, False)]
    assert confirmations.waiting(session, boss, now=TOMORROW + timedelta(days=15)).decided == ()
    assert confirmations.waiting(session, academy.actor(session, academy.other), now=NOW).waiting == ()


def test_a_deputy_confirms_for_whoever_is_away_and_the_record_names_both(
    app: Flask, session: Session, academy: Academy
) -> None:
    boss, other = academy.actor(session, academy.manager), academy.actor(session, academy.other)
    deputies.name(session, boss, "Olaf Other", TODAY, TODAY, now=NOW)
    number, own = ask(session, academy), ask(session, academy, who=academy.other)
    assert mails(session, "confirmation-asked") == [academy.other.id, academy.manager.id], (
        "nobody is asked of their own"
    )
    (card,) = confirmations.waiting(session, other, now=NOW).waiting
    assert (card.id, card.for_ and card.for_.name, confirmations.count(session, other, now=NOW)) == (
        number, "Mona Manager", 1,
    )  # fmt: skip
    assert [one.for_ for one in confirmations.waiting(session, boss, now=NOW).waiting] == [None, None]
    with pytest.raises(NotPermitted):
        confirmations.confirm(session, other, own, now=NOW)
    with pytest.raises(Denied):
        confirmations.confirm(session, other, number, now=TOMORROW)
    confirmations.confirm(session, other, number, now=NOW)
    done = session.get_one(Confirmation, number)
    assert (done.answered_by, done.answered_for) == (academy.other.id, academy.manager.id)
    audit = session.scalars(select(Audit).where(Audit.action == "step.confirmed")).one()
    assert (audit.actor_id, audit.data["for"]) == (academy.other.id, academy.manager.id)
    (decided,) = confirmations.waiting(session, other, now=NOW).decided
    assert decided.for_
    session.commit()
    with app.app_context():
        args = {"template": "confirmation-answered", "person": academy.rep.id, "confirmation": number}
        letter = letters.write(session, args, now=NOW)
    assert letter
    assert "Olaf Other stood in for Mona Manager." in letter.text
    confirmations.reopen(session, other, number, now=NOW)
    assert (done.answered_by, done.answered_for) == (None, None)


def test_a_step_that_nobody_answers_goes_up_and_both_are_told_and_at_last_administrators_may_confirm_it(
    app: Flask, session: Session, academy: Academy
) -> None:
    anna = somebody(session, "Anna Admin", rights=["administrator"])
    number = ask(session, academy)
    admin, week = academy.actor(session, anna), timedelta(days=7)
    assert passing.overdue(session, now=NOW + week - timedelta(hours=1)) == 0
    assert [passing.overdue(session, now=NOW + week * weeks) for weeks in (1, 1, 2, 3)] == [1, 0, 1, 0]
    asked, told = mails(session, "confirmation-asked"), mails(session, "confirmation-passed-up")
    assert asked == [academy.manager.id, academy.head.id, anna.id]
    assert told == [academy.manager.id, academy.head.id]
    session.commit()
    with app.app_context():
        args = {"template": "confirmation-passed-up", "person": academy.head.id, "confirmation": number}
        letter = letters.write(session, args, now=NOW + week * 2)
    assert letter
    assert letter.to == session.scalars(select(Contact.mail).where(Contact.person_id == academy.head.id)).one()
    assert "It is with Anna Admin now; you can still confirm it." in letter.text
    assert confirmations.count(session, academy.actor(session, academy.manager), now=NOW) == 1
    assert [one.id for one in confirmations.waiting(session, admin, now=NOW).waiting] == [number]
    confirmations.confirm(session, admin, number, now=NOW + week * 2)
    assert completed(session) == [(academy.rep.id, "talk", TODAY)]


def test_the_steps_of_managers_and_trainers_who_are_gone_land_with_somebody(session: Session, academy: Academy) -> None:
    anna = somebody(session, "Anna Admin", rights=["administrator"])
    talk, pitch = ask(session, academy), ask(session, academy, "pitch")
    admin = academy.actor(session, anna)
    with pytest.raises(Denied):
        confirmations.confirm(session, admin, talk, now=NOW)
    leaving.deactivate(session, SITE, academy.manager.id, now=NOW)
    assert confirmations.count(session, academy.actor(session, academy.head), now=NOW) == 1
    leaving.leave(session, SITE, academy.head.id, leaving.Handover(last_day=TODAY), now=NOW)
    assert [one.id for one in confirmations.waiting(session, admin, now=NOW).waiting] == [talk]
    for trainer in (academy.trainer, academy.second_trainer):
        leaving.deactivate(session, SITE, trainer.id, now=NOW)
    assert {one.id for one in confirmations.waiting(session, admin, now=NOW).waiting} == {talk, pitch}
    assert mails(session, "confirmation-asked")[-2:] == [anna.id, anna.id]
    team = academy.rep.team_id or 0
    teams.change(session, SITE, team, "North", academy.other.id, now=NOW)
    assert [one.id for one in confirmations.waiting(session, admin, now=NOW).waiting] == [pitch], "a manager came"
    later = ask(session, academy, "talk", academy.other)
    assert later in {one.id for one in confirmations.waiting(session, admin, now=NOW).waiting}, "nobody else at once"


def test_a_step_is_sent_back_with_what_is_missing_and_asked_anew(
    app: Flask, session: Session, academy: Academy
) -> None:
    number = ask(session, academy)
    boss = academy.actor(session, academy.manager)
    for text in (" ", "x" * 2001):
        with pytest.raises(Invalid):
            confirmations.ask_for_more(session, boss, number, text, now=NOW)
    confirmations.ask_for_more(session, boss, number, "Bring the recording,\r\nplease.", now=NOW)
    view = steps.view(session, academy.actor(session, academy.rep), academy.rep.id, "talk", now=NOW)
    assert (view.state, view.asked and view.asked.more) == (State.MORE, "Bring the recording,\nplease.")
    assert completed(session) == []
    for row in (*session.scalars(select(Job)), *session.scalars(select(Audit))):
        assert "recording" not in str(vars(row)), "personal text stands nowhere else"
    session.commit()
    with app.app_context():
        args = {"template": "confirmation-answered", "person": academy.rep.id, "confirmation": number}
        letter = letters.write(session, args, now=NOW)
    assert letter
    assert "Bring the recording," in letter.text
    assert "/path/step?course=talk" in letter.html
    again = ask(session, academy)
    assert again != number
    confirmations.confirm(session, boss, again, now=NOW)
    assert len(completed(session)) == 1
    with transaction(session):
        while chain.seal(session, now=NOW):
            pass
    assert isinstance(chain.verify(session), chain.Verified)


def test_a_mistaken_confirmation_can_be_taken_back_on_the_same_day_by_whoever_gave_it(
    session: Session, academy: Academy
) -> None:
    number = ask(session, academy)
    boss = academy.actor(session, academy.manager)
    confirmations.confirm(session, boss, number, now=NOW)
    for who, moment in ((academy.head, NOW), (academy.manager, TOMORROW)):
        with pytest.raises(Conflict):
            confirmations.reopen(session, academy.actor(session, who), number, now=moment)
    confirmations.reopen(session, boss, number, now=NOW)
    assert completed(session) == []
    assert session.get_one(Confirmation, number).state == "waiting"
    confirmations.confirm(session, academy.actor(session, academy.head), number, now=NOW)
    assert len(completed(session)) == 1


def test_taking_a_confirmation_back_takes_back_what_it_wrote_and_nothing_else(
    session: Session, academy: Academy
) -> None:
    boss = academy.actor(session, academy.manager)
    number = ask(session, academy)
    imported = Completion(person_id=academy.rep.id, course="talk", completed_on=TODAY, origin="imported")
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[imported])
    confirmations.confirm(session, boss, number, now=NOW)
    confirmations.reopen(session, boss, number, now=NOW)
    assert completed(session) == [(academy.rep.id, "talk", TODAY)], "what the file says stands"
    assert session.get_one(Confirmation, number).state == "waiting"
    pitch = ask(session, academy, "pitch")
    trainer = academy.actor(session, academy.trainer)
    begun = Enrolment(person_id=academy.rep.id, course="pitch", state="started", since=TODAY + timedelta(days=1))
    ledger.note(session, SITE, "step.started", now=NOW, rows=[begun])
    confirmations.confirm(session, trainer, pitch, now=NOW)
    assert session.scalars(in_force(Enrolment)).all() == []
    confirmations.reopen(session, trainer, pitch, now=NOW)
    assert [(row.state, row.since) for row in session.scalars(in_force(Enrolment))] == [("started", begun.since)]
    confirmations.confirm(session, trainer, pitch, now=NOW)
    leaving.deactivate(session, SITE, academy.rep.id, now=NOW)
    with pytest.raises(Conflict, match="not active any more"):
        confirmations.reopen(session, trainer, pitch, now=NOW)
    assert len(completed(session)) == 2


def test_two_managers_who_confirm_at_once_make_one_ledger_entry(app: Flask, session: Session, academy: Academy) -> None:
    number = ask(session, academy)
    session.commit()
    actors = [academy.actor(session, who) for who in (academy.manager, academy.head)]
    session.rollback()
    gate, ends = Barrier(2), []

    def confirm(actor: Actor) -> None:
        gate.wait(timeout=20)
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    confirmations.confirm(unit, actor, number, now=NOW)
                ends.append("confirmed")
            except Conflict:
                ends.append("conflict")

    threads = [Thread(target=confirm, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert sorted(ends) == ["confirmed", "conflict"]
    assert len(session.scalars(select(Completion)).all()) == 1


def test_a_mail_goes_only_while_it_has_a_point_and_is_wanted(app: Flask, session: Session, academy: Academy) -> None:
    number = ask(session, academy)
    session.commit()

    def written(template: str, person: Person) -> str | None:
        with app.app_context():
            args = {"template": template, "person": person.id, "confirmation": number}
            letter = letters.write(session, args, now=NOW)
        return letter.subject if letter else None

    assert written("confirmation-asked", academy.manager) == "Rita Rep asks you to confirm: Talk"
    assert written("confirmation-nudge", academy.manager) == "Still waits for you: Talk of Rita Rep"
    assert written("confirmation-answered", academy.rep) is None
    session.get_one(Contact, academy.manager.id).muted = ["waiting"]
    assert written("confirmation-asked", academy.manager) is None
    session.get_one(Contact, academy.manager.id).muted = ["answers"]
    assert written("confirmation-nudge", academy.manager)
    confirmations.confirm(session, academy.actor(session, academy.manager), number, now=NOW)
    assert written("confirmation-asked", academy.manager) is None
    assert written("confirmation-answered", academy.rep) == "Confirmed: Talk"
    session.get_one(Contact, academy.rep.id).muted = ["answers"]
    assert written("confirmation-answered", academy.rep) is None
    session.rollback()


def test_who_leaves_asks_for_nothing_any_more_and_what_was_asked_of_them_is_erased(
    session: Session, academy: Academy
) -> None:
    boss = academy.actor(session, academy.manager)
    sent_back, number = ask(session, academy), ask(session, academy, "pitch")
    confirmations.ask_for_more(session, boss, sent_back, "the recording", now=NOW)
    leaving.leave(session, SITE, academy.rep.id, leaving.Handover(last_day=TODAY), now=NOW)
    session.expire_all()
    assert session.get_one(Confirmation, number).state == "withdrawn"
    with pytest.raises(Conflict):
        confirmations.confirm(session, academy.actor(session, academy.trainer), number, now=NOW)
    erasing.erase(session, SITE, academy.rep.id, str(academy.rep.id), now=NOW)
    assert session.scalars(select(PersonalText)).all() == []
    assert sessions.actor_of(session, academy.rep.id).line == frozenset()
