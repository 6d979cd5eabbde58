"""Hiring: interviews kept apart, build or hire by one measure, decisions by somebody with a reason, and a path at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.judging.ranking import RULE
from lms.errors import Conflict, Invalid, NotFound
from lms.services.access import Denied
from lms.services.entry import sessions
from lms.services.entry.links import LinkOver
from lms.services.hiring import candidates, comparing, deciding, inbox, interviews, openings, own_page, reading
from lms.services.hiring.candidates import Claimed, Reached
from lms.services.hiring.interviews import Scores
from lms.services.hiring.openings import NewOpening
from lms.services.organisation import erasing, leaving
from lms.services.organisation.leaving import Handover
from lms.services.running import chain
from lms.services.running.chain import Verified
from lms.storage.hiring import Candidate, HiringDecision, Opening
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Person, PersonalText
from lms.storage.record import Evidence, RoleAssignment
from tests.organisation import NOW, somebody
from tests.services.hiring.stage import TODAY, TOPICS, Stage, a_stage, apply, ask, hand_in, interviewed

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # test_retention hires on both
KEY = "tests only"


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def standings(session: Session, stage: Stage, name: str = "manager") -> dict[str, tuple[int, int]]:
    """Requirements met and hours of the ramp, by name, the nearest first, as one of them sees it."""
    found = comparing.compare(session, stage.actor(session, name), stage.opening, now=NOW)
    return {str(one.who.name): (one.standing.met, one.standing.hours) for one in found.places}


def test_nobody_reads_or_counts_a_rating_before_every_interviewer_has_handed_in_theirs(
    session: Session, stage: Stage
) -> None:
    whom = apply(session, stage)
    bo, cy = ask(session, stage, whom, "bo"), ask(session, stage, whom, "cy")
    hand_in(session, stage, bo, "bo", 2, 1)
    view = reading.candidate(session, stage.actor(session, "manager"), whom.id, now=NOW)
    assert (view.all_in, view.ratings, view.shown) == (False, {}, [])
    assert standings(session, stage)["Zoë Quill"] == (0, 1_200)
    assert reading.interview(session, stage.actor(session, "cy"), cy.id).others == []
    assert set(reading.interview(session, stage.actor(session, "bo"), bo.id).ratings) == set(TOPICS)
    hand_in(session, stage, cy, "cy", 1, 2)
    view = reading.candidate(session, stage.actor(session, "manager"), whom.id, now=NOW)
    assert {one.level for rated in view.ratings.values() for one in rated.values()} == {1, 2}
    assert len(reading.interview(session, stage.actor(session, "cy"), cy.id).others) == 1
    assert standings(session, stage) == {
        "Zoë Quill": (2, 0),
        "Dana": (1, 400),
    }  # highest entry counts, as for everybody


def test_an_interview_is_its_holder_s_alone_and_handed_in_once(session: Session, stage: Stage) -> None:
    whom = apply(session, stage)
    bo = ask(session, stage, whom, "bo")
    for name in ("cy", "manager", "recruiter"):
        with pytest.raises(Denied):
            reading.interview(session, stage.actor(session, name), bo.id)
    with pytest.raises(Invalid, match="at least one"):
        interviews.submit(session, stage.actor(session, "bo"), bo.id, Scores(levels={}), now=NOW)
    hand_in(session, stage, bo, "bo", 2, 2)
    with pytest.raises(Conflict):
        hand_in(session, stage, bo, "bo", 0, 0)
    with pytest.raises(Conflict):
        interviews.call_off(session, stage.actor(session, "recruiter"), whom.id, bo.id, now=NOW)


def test_a_recruiter_and_the_line_work_on_an_opening_and_nobody_else_knows_of_it(
    session: Session, stage: Stage
) -> None:
    whom = apply(session, stage)
    for name in ("manager", "recruiter"):
        assert reading.candidate(session, stage.actor(session, name), whom.id, now=NOW).row is whom
        assert [one.row.id for one in openings.listed(session, stage.actor(session, name))] == [stage.opening.id]
    for name in ("bo", "rep"):
        with pytest.raises(Denied):
            reading.candidate(session, stage.actor(session, name), whom.id, now=NOW)
        assert openings.listed(session, stage.actor(session, name)) == ()
    other = somebody(session, rights=["administrator"])
    with pytest.raises(Denied):
        deciding.decline(session, sessions.actor_of(session, other.id), whom.id, "no", now=NOW)
    new = NewOpening(role="closer", curriculum_id=stage.opening.curriculum_id)
    with pytest.raises(Denied):  # a manager opens positions of their own line alone
        openings.open_position(session, stage.actor(session, "manager"), new, now=NOW)


def test_who_is_hired_has_their_evidence_a_role_an_invitation_and_a_path_the_same_day(
    session: Session, stage: Stage
) -> None:
    whom = apply(session, stage)
    claimed = Claimed(competency="negotiating", level=2, shown_on=TODAY, source="assessment", note="case study")
    candidates.record(session, stage.actor(session, "recruiter"), whom.id, claimed, now=NOW)
    hand_in(session, stage, ask(session, stage, whom, "bo"), "bo", 1, 1)
    starts = TODAY + timedelta(days=40)
    person = deciding.hire(session, stage.actor(session, "manager"), whom.id, "The best fit", starts, now=NOW)
    session.flush()
    evidence = session.scalars(select(Evidence).where(Evidence.person_id == person.id).order_by(Evidence.id)).all()
    assert [(one.competency, one.level, one.source, one.rater_id) for one in evidence] == [
        ("negotiating", 2, "assessment", None),
        ("negotiating", 1, "assessor", stage.bo.id),
        ("talking", 1, "assessor", stage.bo.id),
    ]
    notes = session.scalars(select(PersonalText.text).where(PersonalText.person_id == person.id)).all()
    assert set(notes) == {"case study", "bo heard silences"}
    role = session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == person.id)).one()
    assert (role.role, role.starts, person.team_id) == ("closer", starts, stage.opening.team_id)
    path = session.get_one(Path, person.id)
    assert (path.hours_left, path.met, path.next_course) == (400, 1, "talks")
    assert [job.args["person"] for job in mails(session, "invitation")] == [person.id]
    decision = session.scalars(select(HiringDecision)).one()
    assert (decision.decided_by, decision.reason, decision.rule) == (stage.manager.id, "The best fit", RULE)
    assert decision.standing["standing"]["hours"] == 4
    assert decision.standing["others"] == [
        {"colleague": True, "met": 1, "required": 2, "hours": 4.0, "cost": 500.0, "ready_on": "2026-11-29"}
        | {"by_requirements": 1, "by_ramp": 1}
    ]
    assert "Zoë" not in str(decision.standing)
    chain.seal(session, now=NOW)
    assert isinstance(chain.verify(session), Verified)
    with pytest.raises(Conflict):
        deciding.decline(session, stage.actor(session, "recruiter"), whom.id, "changed my mind", now=NOW)
    with pytest.raises(NotFound):  # who was hired never works on what was collected about them
        reading.candidate(session, sessions.actor_of(session, person.id), whom.id, now=NOW)


def mails(session: Session, template: str) -> list[Job]:
    rows = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    return [job for job in rows if job.args["template"] == template]


def test_each_decision_has_a_reason_waits_for_every_interview_and_is_made_once(session: Session, stage: Stage) -> None:
    whom = apply(session, stage)
    manager = stage.actor(session, "manager")
    bo = ask(session, stage, whom, "bo")
    with pytest.raises(Conflict, match="handed in"):
        deciding.decline(session, manager, whom.id, "no", now=NOW)
    interviews.call_off(session, stage.actor(session, "recruiter"), whom.id, bo.id, now=NOW)
    with pytest.raises(Invalid, match="why"):
        deciding.offer(session, manager, whom.id, "  ", now=NOW)
    deciding.offer(session, manager, whom.id, "Strong", now=NOW)
    with pytest.raises(Conflict, match="already"):
        deciding.offer(session, manager, whom.id, "Strong", now=NOW)
    with pytest.raises(Conflict, match="still waits"):
        openings.close(session, manager, stage.opening.id, now=NOW)
    deciding.decline(session, manager, whom.id, "The offer was turned down", now=NOW)
    assert whom.kept_until == TODAY + timedelta(days=180)
    openings.close(session, manager, stage.opening.id, now=NOW)
    with pytest.raises(Conflict, match="closed"):
        apply(session, stage)


def test_no_more_are_hired_than_there_are_places(session: Session, stage: Stage) -> None:
    manager, one, other = (
        stage.actor(session, "manager"),
        apply(session, stage),
        apply(session, stage, "Al", "al@x.example"),
    )
    deciding.hire(session, manager, one.id, "First", TODAY, now=NOW)
    with pytest.raises(Conflict, match="filled"):
        deciding.hire(session, manager, other.id, "Second", TODAY, now=NOW)


def test_a_colleague_is_compared_not_added_and_nobody_stands_twice_in_an_opening(
    session: Session, stage: Stage
) -> None:
    recruiter = stage.actor(session, "recruiter")
    dana = Reached(name="Dana", mail="DANA@cairn.test")
    somebody(session, "Dana", mail="dana@cairn.test")
    with pytest.raises(Invalid, match="Colleagues"):
        candidates.add(session, recruiter, stage.opening.id, dana, now=NOW)
    apply(session, stage)
    with pytest.raises(Invalid, match="already"):
        apply(session, stage, mail="ZOE@quill.example")
    assert session.scalar(select(func.count()).select_from(Candidate)) == 1


def test_behind_their_link_a_candidate_reads_corrects_asks_and_withdraws(session: Session, stage: Stage) -> None:
    whom = apply(session, stage)
    ask(session, stage, whom, "bo")
    candidates.write_note(session, stage.actor(session, "recruiter"), whom.id, "Called twice", now=NOW)
    token = own_page.token(whom, KEY)
    page = own_page.read(session, token, key=KEY)
    assert (page.notes, page.answered, [one.interviewer_id for one in page.interviews]) == ([], False, [stage.bo.id])
    own_page.correct(session, token, Reached(name="Zoe Quill", mail="z@quill.example"), key=KEY, now=NOW)
    own_page.ask(session, token, "accommodation", "A room without stairs", key=KEY, now=NOW)
    (waits,) = inbox.waiting_of(session, stage.actor(session, "manager"))
    assert (waits.what, str(waits.who.name)) == ("accommodation", "Zoe Quill")
    assert (
        inbox.count(session, stage.actor(session, "manager")) == inbox.count(session, stage.actor(session, "bo")) == 1
    )
    (asked,) = page.requests or own_page.read(session, token, key=KEY).requests
    candidates.answer(session, stage.actor(session, "manager"), whom.id, asked.id, "Ground floor", now=NOW)
    assert inbox.count(session, stage.actor(session, "manager")) == 0
    for wrong in (f"{whom.id}.0", f"{whom.id + 1}{token[token.index('.') :]}", token + "0", "x", "9" * 30):
        with pytest.raises(LinkOver):
            own_page.read(session, wrong, key=KEY)
    own_page.withdraw(session, token, key=KEY, now=NOW)
    assert (whom.state, whom.kept_until) == ("withdrawn", TODAY)
    assert inbox.count(session, stage.actor(session, "bo")) == 0
    assert standings(session, stage) == {"Dana": (1, 400)}
    assert [one.text for one in own_page.read(session, token, key=KEY).notes] == ["Called twice"]
    candidates.revoke_link(session, stage.actor(session, "recruiter"), whom.id, now=NOW)
    with pytest.raises(LinkOver):
        own_page.read(session, token, key=KEY)


def test_what_an_interviewer_was_asked_is_called_off_when_they_leave(session: Session, stage: Stage) -> None:
    whom = apply(session, stage)
    ask(session, stage, whom, "bo")
    admin = sessions.actor_of(session, somebody(session, rights=["administrator"]).id)
    for leaver in (stage.bo, stage.manager):
        leaving.leave(session, admin, leaver.id, Handover(last_day=TODAY), now=NOW)
    assert interviews.of(session, whom.id) == []
    assert session.get_one(Opening, stage.opening.id).manager_id is None
    assert (
        deciding.decline(session, stage.actor(session, "recruiter"), whom.id, "No fit", now=NOW).outcome == "declined"
    )


def test_an_opening_is_led_by_nobody_once_its_manager_was_shut_out_at_once_and_erased(
    session: Session, stage: Stage
) -> None:
    admin = sessions.actor_of(session, somebody(session, rights=["administrator"]).id)
    stage.opening.manager_id = stage.bo.id
    leaving.deactivate(session, admin, stage.bo.id, now=NOW)
    erasing.erase(session, admin, stage.bo.id, str(stage.bo.id), now=NOW)
    assert session.get_one(Opening, stage.opening.id).manager_id is None


def test_a_note_about_a_candidate_sent_by_two_clicks_is_one(session: Session, stage: Stage) -> None:
    whom, recruiter = apply(session, stage), stage.actor(session, "recruiter")
    first = candidates.write_note(session, recruiter, whom.id, "Called twice", now=NOW)
    assert candidates.write_note(session, recruiter, whom.id, "Called twice ", now=NOW) is first
    assert candidates.write_note(session, stage.actor(session, "manager"), whom.id, "Called twice", now=NOW) != first


def test_others_of_a_line_are_compared_by_their_managers_and_by_recruiters_alone(
    session: Session, stage: Stage
) -> None:
    stranger = somebody(session, "Sid", rights=[])
    stage.opening.manager_id = stranger.id
    session.flush()
    assert set(standings(session, stage, "recruiter")) == {"Dana"}
    found = comparing.compare(session, sessions.actor_of(session, stranger.id), stage.opening, now=NOW)
    assert found.places == ()


def test_a_day_in_the_role_and_the_levels_are_checked_before_anything_is_written(
    session: Session, stage: Stage
) -> None:
    whom = apply(session, stage)
    recruiter = stage.actor(session, "recruiter")
    for first in (None, date(26, 1, 1)):
        with pytest.raises(Invalid):
            deciding.hire(session, recruiter, whom.id, "Yes", first, now=NOW)
    wrong = Claimed(competency="juggling", level=9, shown_on=TODAY + timedelta(days=1), source="rumour")
    with pytest.raises(Invalid) as refused:
        candidates.record(session, recruiter, whom.id, wrong, now=NOW)
    assert {one.field for one in refused.value.problems} == {"competency", "level", "shown_on", "source"}
    with pytest.raises(Invalid, match="at least one competency"):
        interviews.plan(session, recruiter, whom.id, stage.bo.id, [], now=NOW)
    assert session.scalar(select(func.count()).select_from(Person).where(Person.id > stage.rep.id)) == 0
    assert interviewed(session, stage, mail="other@quill.example").state == "applied"
