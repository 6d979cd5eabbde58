"""Mails about promotions: who gets which, what they say in both languages, and when they have no point any more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import letters
from lms.services.promotions import deciding, inbox, objecting, opening
from lms.services.promotions.deciding import Terms
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person
from tests.organisation import NOW
from tests.services.promotions.stage import LATER, TODAY, Stage, a_stage, approve, in_review

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def mails(app: Flask, session: Session, who: Person, language: str = "en") -> list[str]:
    """What this person would get now: subject and text of each mail that was asked for and is not pointless."""
    session.get_one(Contact, who.id).language = language
    session.flush()
    with app.test_request_context():
        return list(_written(session, who))


def _written(session: Session, who: Person) -> Iterator[str]:
    for job in session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id)):
        if job.args["person"] == who.id and (letter := letters.write(session, job.args, now=NOW)) is not None:
            assert "None" not in letter.text
            assert "\n\n\n\n" not in letter.text
            yield f"{letter.subject}\n{letter.text}\n{letter.html}"


def test_a_decline_is_told_with_its_reasons_and_the_appeal_to_the_next_level(
    app: Flask, session: Session, stage: Stage
) -> None:
    case = in_review(session, stage)
    (asked,) = mails(app, session, stage.manager)
    assert "Dana, promotion to Closer: you decide next" in asked
    assert f"/promotions/{case.id}" in asked
    deciding.decline(session, stage.actor(session, stage.manager), case.id, "one deal only", "three deals", now=NOW)
    told = mails(app, session, stage.rep)[-1]
    assert "one deal only" in told
    assert "three deals" in told
    assert "appeal once" in told
    assert mails(app, session, stage.manager) == []  # it does not wait any more
    objecting.appeal(session, stage.actor(session, stage.rep), case.id, "look again", now=NOW)
    (next_level,) = mails(app, session, stage.head)
    assert "You are the next level" in next_level


def test_an_approval_is_told_to_everybody_concerned_once(app: Flask, session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    approve(session, stage, stage.head, case, Terms(condition="coach Bo", due=TODAY + 30 * LATER))
    assert "coach Bo" in mails(app, session, stage.rep)[-1]
    assert [one.splitlines()[0] for one in mails(app, session, stage.manager)] == [
        "Approved: Dana is promoted to Closer"
    ]
    assert mails(app, session, stage.head) == []


def test_whoever_keeps_somebody_waiting_is_reminded_once_a_week(app: Flask, session: Session, stage: Stage) -> None:
    in_review(session, stage)
    assert [inbox.nudge(session, now=NOW + days * LATER) for days in (14, 15, 15, 16, 22)] == [0, 1, 0, 0, 1]
    assert "Still waits for you" in mails(app, session, stage.manager)[-1]


def test_whoever_owes_an_answer_to_a_mark_is_reminded_on_mondays(app: Flask, session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    objecting.mark_wrong(session, stage.actor(session, stage.rep), case.id, "outcome:1", "not so", now=NOW)
    assert [inbox.nudge(session, now=NOW + days * LATER) for days in (7, 11, 14)] == [0, 0, 1]  # NOW is a Monday


def test_the_news_of_a_case_are_written_in_both_languages(app: Flask, session: Session, stage: Stage) -> None:
    opening.open_ready(session, [stage.rep.id], now=NOW)
    case = in_review(session, stage)
    mark = objecting.mark_wrong(
        session, stage.actor(session, stage.rep), case.id, "outcome:1", "that was the other month", now=NOW
    )
    objecting.answer_mark(
        session, stage.actor(session, stage.manager), case.id, mark.id, "so it was", agreed=True, now=NOW
    )
    for language in ("en", "de"):
        assert len(mails(app, session, stage.rep, language)) == 3
        assert len(mails(app, session, stage.manager, language)) == 2
