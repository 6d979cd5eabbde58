"""Hiring in the demo: an opening in a team, one candidate whom two have interviewed, one whose interview waits for the
manager, and one who has just applied and asked for something. Through the verbs; no mail is left to be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.engine.judging.interview_kit import Topic
from lms.services import calendar
from lms.services.entry import sessions
from lms.services.hiring import candidates, finding, interviews, openings
from lms.services.hiring.candidates import Claimed, Reached
from lms.services.hiring.interviews import Scores
from lms.storage.hiring import Candidate, CandidateRequest, Opening
from lms.storage.jobs import Job
from lms.storage.people import Person, Team

ROLE = "account-executive"
APPLIED = ("Ines Carvalho", "Tobias Lindgren", "Amara Nwosu")
NEEDS = "A quiet room, please, or a video call with captions."
WORDS = "Told it with the numbers, and what they would do differently."


def write(session: Session, curriculum_id: int, now: datetime) -> None:
    """The opening of the first team that has two reps to interview with."""
    parents = select(Team.parent_id).where(Team.parent_id.is_not(None))
    team = session.scalars(select(Team).where(Team.id.not_in(parents)).order_by(Team.manager_id).limit(1)).one()
    assert team.manager_id is not None, "every team of the demo has a manager"
    here = select(Person.id).where(Person.team_id == team.id, Person.state == "active", Person.id != team.manager_id)
    colleagues = session.scalars(here.order_by(Person.id).limit(2)).all()
    manager = sessions.actor_of(session, team.manager_id)
    terms = openings.NewOpening(
        role=ROLE, curriculum_id=curriculum_id, team_id=team.id, manager_id=team.manager_id, kept_days=90
    )
    opened = openings.open_position(session, manager, terms, now=now)
    applied = [
        candidates.add(session, manager, opened.id, Reached(name=name, mail=_mail(name)), now=now) for name in APPLIED
    ]
    topics = interviews.topics_of(finding.version_of(session, opened).curriculum, opened)
    on = calendar.today(session, now=now)
    for topic in topics[:3]:
        test = Claimed(
            competency=topic.competency, level=topic.asked, shown_on=on, source="assessment", note="Case study"
        )
        candidates.record(session, manager, applied[0].id, test, now=now)
    _interview(session, opened, applied[0], [*colleagues, team.manager_id], topics, now=now)
    _interview(session, opened, applied[1], colleagues, topics, now=now)
    names = [one.competency for one in topics[:6]]
    interviews.plan(session, manager, applied[1].id, team.manager_id, names, now=now)
    session.add(CandidateRequest(candidate_id=applied[2].id, kind="accommodation", at=now, text=NEEDS))
    session.execute(delete(Job).where(Job.kind == "mail.send"))


def _interview(
    session: Session, opened: Opening, whom: Candidate, people: Sequence[int], topics: Sequence[Topic], *, now: datetime
) -> None:
    """Each of these people is asked about their share of the topics, and hands in what they found: level by level less."""
    asks = sessions.actor_of(session, opened.opened_by)
    for place, number in enumerate(people):
        share = topics[place :: len(people)]
        asked = interviews.plan(session, asks, whom.id, number, [one.competency for one in share], now=now)
        found = {one.competency: max(0, one.asked - (place + turn) % 3) for turn, one in enumerate(share)}
        scores = Scores(levels=found, notes={share[0].competency: WORDS})
        interviews.submit(session, sessions.actor_of(session, number), asked.id, scores, now=now)


def _mail(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@candidates.cairn.example"
