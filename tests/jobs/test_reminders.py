"""Reminders of what lapses: once for each lapse, on working days, to nobody who has left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.services import ledger
from lms.services.access import SITE
from lms.storage.jobs import Job
from lms.storage.people import Person, StudyPlan
from lms.storage.record import Evidence
from lms.storage.site import Holiday
from tests.jobs.test_clock import do, the_site
from tests.organisation import a_published_curriculum, somebody, who_holds

MONDAY = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
COMPETENCY, OTHER = "negotiating-positions", "setting-expectations"


def a_rep(session: Session) -> tuple[Person, int]:
    curriculum = a_published_curriculum(session)
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 5), targets=["account-executive"])
    return person, curriculum


def shows(
    session: Session, person: Person, until: date | None, *, level: int = 3, competency: str = COMPETENCY
) -> None:
    """Evidence of a level that ends on a day."""
    row = Evidence(
        person_id=person.id,
        competency=competency,
        level=level,
        shown_on=date(2026, 1, 10),
        until=until,
        source="manager",
    )
    ledger.note(session, SITE, "evidence.recorded", now=MONDAY, subject=("person", person.id), rows=[row])
    session.commit()


def mails(session: Session) -> list[list[tuple[str, int, str]]]:
    session.rollback()
    return [
        [tuple(lapse) for lapse in job.args["lapses"]]
        for job in session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    ]


def test_a_lapse_within_the_days_of_warning_is_told_once(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=30))
    do(session, "clock.remind", MONDAY)
    assert mails(session) == [[(COMPETENCY, 3, "2026-12-23")]]
    for days in range(1, 5):
        do(session, "clock.remind", MONDAY + timedelta(days=days))
    assert len(mails(session)) == 1


def test_a_later_lapse_of_the_same_competency_is_another_one(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=10))
    do(session, "clock.remind", MONDAY)
    shows(session, person, TODAY + timedelta(days=200))
    do(session, "clock.remind", MONDAY + timedelta(days=1))
    assert len(mails(session)) == 1
    do(session, "clock.remind", MONDAY + timedelta(days=177))
    assert [told[0][2] for told in mails(session)] == ["2026-12-03", "2027-06-11"]


def test_two_lapses_are_one_mail(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY)
    shows(session, person, TODAY + timedelta(days=3), competency=OTHER)
    do(session, "clock.remind", MONDAY)
    assert mails(session) == [[(COMPETENCY, 3, "2026-11-23"), (OTHER, 3, "2026-11-26")]]


def test_what_other_evidence_outlives_does_not_lapse_and_what_is_far_off_is_not_told_yet(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=10))
    shows(session, person, None)
    shows(session, person, TODAY + timedelta(days=31), competency=OTHER)
    do(session, "clock.remind", MONDAY)
    assert mails(session) == []


def test_on_a_day_off_nobody_is_reminded_and_the_next_working_day_makes_up_for_it(session: Session) -> None:
    the_site(session)
    session.add(Holiday(day=TODAY, title=""))
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=5))
    do(session, "clock.remind", MONDAY)
    do(session, "clock.remind", MONDAY - timedelta(days=1))
    assert mails(session) == []
    do(session, "clock.remind", MONDAY + timedelta(days=1))
    assert len(mails(session)) == 1


def test_who_has_left_is_not_reminded(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=5))
    person.state = "deactivated"
    session.commit()
    do(session, "clock.remind", MONDAY)
    assert mails(session) == []


def test_one_whose_rows_cannot_be_read_keeps_nobody_else_from_being_reminded(session: Session) -> None:
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=5))
    broken = somebody(session)
    session.execute(update(StudyPlan).where(StudyPlan.person_id == broken.id).values(targets=5))
    session.commit()
    do(session, "clock.remind", MONDAY)
    assert len(mails(session)) == 1


def test_how_early_people_are_told_is_the_site_s_to_say(session: Session) -> None:
    the_site(session, warn_days=7)
    person, _ = a_rep(session)
    shows(session, person, TODAY + timedelta(days=8))
    do(session, "clock.remind", MONDAY)
    assert mails(session) == []
    do(session, "clock.remind", MONDAY + timedelta(days=1))
    assert len(mails(session)) == 1
