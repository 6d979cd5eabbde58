"""Twenty who decide about one candidate at once: one decision, one person, and nothing by halves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict
from lms.services.entry import sessions
from lms.services.hiring import deciding
from lms.storage.audit import Audit
from lms.storage.hiring import Candidate, HiringDecision
from lms.storage.people import Person
from lms.storage.session import db, transaction
from tests.organisation import NOW
from tests.services.hiring.stage import TODAY, a_stage, interviewed

DECIDED = ("candidate.hired", "candidate.declined")


def test_56_of_twenty_who_hire_or_decline_at_once_one_decides_and_the_others_are_told(
    app: Flask, session: Session
) -> None:
    stage = a_stage(session)
    whom = interviewed(session, stage)
    session.commit()
    people = session.scalar(select(func.count()).select_from(Person)) or 0
    session.commit()

    def decide(turn: int) -> str:
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    actor = sessions.actor_of(unit, (stage.manager if turn % 2 else stage.recruiter).id)
                    if turn % 3:
                        deciding.hire(unit, actor, whom.id, f"Turn {turn}", TODAY, now=NOW)
                    else:
                        deciding.decline(unit, actor, whom.id, f"Turn {turn}", now=NOW)
            except Conflict:
                return "told"
            return "decided"

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(decide, range(20)))
    assert sorted(answers) == ["decided", *["told"] * 19]
    decision = session.scalars(select(HiringDecision)).one()
    row = session.scalars(select(Candidate).execution_options(populate_existing=True)).one()
    assert row.state == decision.outcome
    hired = decision.outcome == "hired"
    assert (row.person_id is not None) == hired
    assert session.scalar(select(func.count()).select_from(Person)) == people + hired
    assert session.scalar(select(func.count()).where(Audit.action.in_(DECIDED))) == 1
