"""Mails of hiring: a candidate's link and news reach somebody who is no colleague; an interviewer hears what is asked."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import letters
from lms.services.hiring import candidates, deciding, interviews, own_page
from lms.storage.jobs import Job
from tests.organisation import NOW
from tests.services.hiring.stage import Stage, a_stage, apply, ask

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def written(app: Flask, session: Session) -> list[letters.Letter]:
    """Every mail that was asked for and has a point."""
    with app.test_request_context():
        jobs = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
        return [letter for job in jobs if (letter := letters.write(session, job.args, now=NOW)) is not None]


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def test_a_candidate_is_sent_their_link_and_that_there_is_an_answer_and_nothing_of_it(
    app: Flask, session: Session, stage: Stage
) -> None:
    whom = apply(session, stage)
    deciding.decline(session, stage.actor(session, "manager"), whom.id, "Somebody was nearer", now=NOW)
    link, news = written(app, session)
    assert (link.to, link.name) == ("zoe@quill.example", "Zoë Quill")
    key = app.config["SECRET_KEY"]
    address = f"https://cairn.test{own_page.PATH}{own_page.token(whom, key)}"
    for letter in (link, news):
        assert address in letter.text
        assert "None" not in letter.text
        assert "\n\n\n" not in letter.text
    assert "180 days" in link.text
    assert "Somebody was nearer" not in news.text + news.html + news.subject
    candidates.revoke_link(session, stage.actor(session, "recruiter"), whom.id, now=NOW)
    assert written(app, session) == []


def test_an_interviewer_is_asked_until_the_interview_is_called_off(app: Flask, session: Session, stage: Stage) -> None:
    whom = apply(session, stage)
    asked = ask(session, stage, whom, "bo")
    letter = written(app, session)[-1]
    assert (letter.name, letter.subject) == ("Bo", "Please interview Zoë Quill for Closer")
    assert f"https://cairn.test/interviews/{asked.id}" in letter.text
    interviews.call_off(session, stage.actor(session, "recruiter"), whom.id, asked.id, now=NOW)
    assert [one.name for one in written(app, session)] == ["Zoë Quill"]
