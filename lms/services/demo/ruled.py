"""Rules of the demo: whoever leads all of sales wants account executives to aim at the senior role, and gives those who
had no next role one. Through the verbs; nothing is left to be told, as of everything else that is there from the start.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.services import calendar, paths
from lms.services.entry import sessions
from lms.services.rules import making, reaching
from lms.storage.jobs import Job
from lms.storage.people import Team
from lms.storage.rules import RuleReach

AIMS = (("account-executive", "senior-account-executive"), ("key-account-manager", "team-lead"))
IN = timedelta(days=270)


def write(session: Session, curriculum_id: int, now: datetime) -> None:
    """The rules, and what they did."""
    top = session.scalars(select(Team).where(Team.parent_id.is_(None)).order_by(Team.id).limit(1)).one()
    assert top.manager_id is not None, "every team of the demo has a manager"
    today = calendar.today(session, now=now)
    for role, target in AIMS:
        terms = making.Terms(
            team_ids=frozenset({top.id}), curriculum_id=curriculum_id, role=role, target=target, aim=today + IN
        )
        making.make(session, sessions.actor_of(session, top.manager_id), terms, now=now)
    while reaching.apply(session, now=now):
        pass
    session.execute(update(RuleReach).values(told_on=today, reported_on=today))
    session.execute(delete(Job).where(Job.kind.in_(("rules.apply", "paths.replan"))))
    reached = session.scalars(select(RuleReach.person_id).where(RuleReach.outcome == "set")).all()
    paths.replan_now(session, reached, now=now)
