"""What candidates have shown: recorded levels, and interview ratings once every interview is in. As people the engine sees.

A candidate is read by the same profile function as everybody: each rating of an interviewer is an entry of its own, and
the curriculum's policy makes a level of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine import person as values
from lms.engine.curriculum import Curriculum
from lms.services import calendar
from lms.services.evidence.ratings import lasts
from lms.storage.hiring import CandidateEvidence, Interview, InterviewRating

INTERVIEWED = "assessor"
"""The source of an interviewer's rating: whoever interviews assesses somebody who does not work here yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A level that a candidate has shown, with its last day, and who says so where that is somebody of ours."""

    competency: str
    level: int
    shown_on: date
    until: date | None
    source: str
    rater_id: int | None
    note: str
    evidence_id: int | None = None
    """The recorded entry; None for an interviewer's rating."""


def entries(session: Session, candidates: Collection[int], curriculum: Curriculum) -> dict[int, list[Entry]]:
    """What counts of these candidates, by number, in three queries."""
    found: dict[int, list[Entry]] = {number: [] for number in candidates}
    recorded = select(CandidateEvidence).where(CandidateEvidence.candidate_id.in_(candidates))
    for row in session.scalars(recorded.order_by(CandidateEvidence.id)):
        found[row.candidate_id].append(
            Entry(
                competency=row.competency,
                level=row.level,
                shown_on=row.shown_on,
                until=lasts(curriculum, row.competency, row.level, row.shown_on),
                source=row.source,
                rater_id=row.recorded_by if row.source == INTERVIEWED else None,
                note=row.note,
                evidence_id=row.id,
            )
        )
    for number, rated in _ratings(session, candidates, curriculum).items():
        found[number] += rated
    return found


def as_person(number: int, shown: Sequence[Entry], achieved: tuple[values.Outcome, ...] = ()) -> values.Person:
    """The candidate as the engine sees one: nothing but what they have shown and achieved."""
    return values.Person(
        id=str(number),
        evidence=tuple(
            values.Evidence(
                competency=one.competency, level=one.level, on=one.shown_on, until=one.until, source=one.source
            )
            for one in shown
        ),
        outcomes=achieved,
    )


def _ratings(session: Session, candidates: Collection[int], curriculum: Curriculum) -> dict[int, list[Entry]]:
    """The interviewers' ratings of candidates whose interviews are all in."""
    open_ones = select(Interview.candidate_id).where(Interview.candidate_id.in_(candidates), Interview.state == "asked")
    rated = (
        select(InterviewRating, Interview.interviewer_id, Interview.submitted_at)
        .join(Interview, Interview.id == InterviewRating.interview_id)
        .where(InterviewRating.candidate_id.in_(candidates), InterviewRating.candidate_id.not_in(open_ones))
        .order_by(InterviewRating.id)
    )
    zone = calendar.zone(session)
    found: dict[int, list[Entry]] = defaultdict(list)
    for row, interviewer, submitted_at in session.execute(rated):
        assert submitted_at is not None, "a rating is of a submitted interview"
        on = submitted_at.astimezone(zone).date()
        found[row.candidate_id].append(
            Entry(
                competency=row.competency,
                level=row.level,
                shown_on=on,
                until=lasts(curriculum, row.competency, row.level, on),
                source=INTERVIEWED,
                rater_id=interviewer,
                note=row.note,
            )
        )
    return found
