"""What of hiring waits for somebody: interviews they were asked to hold, and what candidates asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.services.access import Actor, Right
from lms.services.hiring import finding
from lms.services.organisation.people_shown import Named
from lms.storage.hiring import Candidate, CandidateRequest, Interview, Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingHiring:
    """An interview to hold (`what` interview), or something asked for (correction, accommodation). `id` is the
    interview's or the candidate's number; `due` the day of the interview, None where there is none.
    """

    id: int
    who: Named
    what: str
    role: str
    since: datetime
    due: date | None = None


def waiting_of(session: Session, actor: Actor) -> tuple[WaitingHiring, ...]:
    """What waits for this actor, the oldest first, in two queries and one for each version of a curriculum."""
    found = [*_interviews(session, actor), *_requests(session, actor)]
    return tuple(sorted(found, key=lambda one: (one.since, one.what, one.id)))


def count(session: Session, actor: Actor) -> int:
    """How much it is, in one query."""
    asked = select(func.count()).where(Interview.interviewer_id == actor.person_id, Interview.state == "asked")
    requests = (
        select(func.count())
        .select_from(CandidateRequest)
        .join(Candidate, Candidate.id == CandidateRequest.candidate_id)
        .join(Opening, Opening.id == Candidate.opening_id)
        .where(*_unanswered(actor))
    )
    return session.scalar(select(asked.scalar_subquery() + requests.scalar_subquery())) or 0


def _interviews(session: Session, actor: Actor) -> list[WaitingHiring]:
    asked = (
        select(Interview, Candidate, Opening)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .join(Opening, Opening.id == Candidate.opening_id)
        .where(Interview.interviewer_id == actor.person_id, Interview.state == "asked")
    )
    return [
        WaitingHiring(
            id=one.id,
            who=Named(whom.id, whom.name),
            what="interview",
            role=_title(session, opened),
            since=one.asked_at,
            due=one.planned_for,
        )
        for one, whom, opened in session.execute(asked)
    ]


def _requests(session: Session, actor: Actor) -> list[WaitingHiring]:
    asked = (
        select(CandidateRequest, Candidate, Opening)
        .join(Candidate, Candidate.id == CandidateRequest.candidate_id)
        .join(Opening, Opening.id == Candidate.opening_id)
        .where(*_unanswered(actor))
    )
    return [
        WaitingHiring(
            id=whom.id,
            who=Named(whom.id, whom.name),
            what=one.kind,
            role=_title(session, opened),
            since=one.at,
        )
        for one, whom, opened in session.execute(asked)
    ]


def _unanswered(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Requests that nobody answered, of openings that this actor works on, but for those about themselves."""
    mine = or_(
        literal(Right.RECRUITER in actor.rights),
        Opening.manager_id == actor.person_id,
        Opening.team_id.in_(actor.line),
    )
    return CandidateRequest.answered_at.is_(None), mine, Candidate.person_id.is_distinct_from(actor.person_id)


def _title(session: Session, opened: Opening) -> str:
    return finding.version_of(session, opened).curriculum.role_by_id[opened.role].title
