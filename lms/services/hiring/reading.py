"""What the pages of a candidate and of an interview show, to those who may see it and no further than they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.judging.interview_kit import Topic
from lms.services.access import Actor
from lms.services.curricula import Published
from lms.services.hiring import comparing, finding, interviews, openings, outcomes, shown
from lms.services.hiring.openings import Listed
from lms.services.organisation.people_shown import Named, names
from lms.storage.hiring import (
    Candidate,
    CandidateFile,
    CandidateNote,
    CandidateOutcome,
    CandidateRequest,
    HiringDecision,
    Interview,
    InterviewRating,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A candidate with everything about them. `ratings` are empty until every interview is in."""

    row: Candidate
    opening: Listed
    version: Published
    topics: tuple[Topic, ...]
    shown: Sequence[shown.Entry]
    achieved: Sequence[CandidateOutcome]
    metrics: tuple[str, ...]
    """Those that the gates of the role ask for."""
    interviews: Sequence[Interview]
    all_in: bool
    ratings: Mapping[int, Mapping[str, InterviewRating]]
    """By interview and competency."""
    place: comparing.Place | None
    """Where they stand among all; None once they have withdrawn, and while it is worked out."""
    underway: comparing.Underway | None
    notes: Sequence[CandidateNote]
    files: Sequence[CandidateFile]
    requests: Sequence[CandidateRequest]
    decisions: Sequence[HiringDecision]
    names: Mapping[int, Named]

    @property
    def undecided(self) -> bool:
        """Has nobody decided yet?"""
        return self.row.state in finding.UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An interview as whoever holds it sees it: what to talk about, what was agreed to, and what they found."""

    interview: Interview
    row: Candidate
    opening: Listed
    version: Published
    topics: tuple[Topic, ...]
    agreed: Sequence[CandidateRequest]
    """What the candidate asked to be made possible and was answered."""
    ratings: Mapping[str, InterviewRating]
    others: Sequence[tuple[Interview, Mapping[str, InterviewRating]]]
    """What the others found: nothing until everything is in."""
    names: Mapping[int, Named]


def candidate(session: Session, actor: Actor, candidate_id: int, *, now: datetime) -> View:
    """A candidate for somebody who works on the opening. Raises Denied, NotFound."""
    row, opened = finding.candidate(session, actor, candidate_id)
    found = comparing.look(session, actor, opened, now=now)
    underway = found if isinstance(found, comparing.Underway) else None
    held = interviews.of(session, row.id)
    all_in = interviews.are_in(held)
    notes = finding.parts(session, CandidateNote, row.id)
    requests = finding.parts(session, CandidateRequest, row.id)
    decisions = finding.parts(session, HiringDecision, row.id)
    people = {row.added_by, *(one.interviewer_id for one in held), *(one.author_id for one in notes)}
    people |= {one.decided_by for one in decisions} | {one.answered_by for one in requests if one.answered_by}
    return View(
        row=row,
        opening=openings.describe(session, [opened])[0],
        version=found.version,
        topics=interviews.topics_of(found.version.curriculum, opened),
        shown=shown.entries(session, [row.id], found.version.curriculum)[row.id],
        achieved=outcomes.of_many(session, [row.id])[row.id],
        metrics=outcomes.metrics_of(found.version.curriculum, opened),
        interviews=held,
        all_in=all_in,
        ratings=_ratings(session, [one for one in held if all_in]),
        place=found.of(row.id) if isinstance(found, comparing.Comparison) else None,
        underway=underway,
        notes=notes,
        files=finding.parts(session, CandidateFile, row.id),
        requests=requests,
        decisions=decisions,
        names=names(session, people),
    )


def interview(session: Session, actor: Actor, interview_id: int) -> Held:
    """An interview for whoever holds it. Raises Denied, NotFound."""
    found, row, opened = finding.interview(session, actor, interview_id)
    version = finding.version_of(session, opened)
    held = interviews.of(session, row.id)
    others = [one for one in held if one is not found] if interviews.are_in(held) else []
    ratings = _ratings(session, [found, *others])
    return Held(
        interview=found,
        row=row,
        opening=openings.describe(session, [opened])[0],
        version=version,
        topics=tuple(
            one for one in interviews.topics_of(version.curriculum, opened) if one.competency in found.competencies
        ),
        agreed=[
            one
            for one in finding.parts(session, CandidateRequest, row.id)
            if one.kind == "accommodation" and one.answer is not None
        ],
        ratings=ratings.get(found.id, {}),
        others=[(one, ratings.get(one.id, {})) for one in others],
        names=names(session, {found.asked_by, *(one.interviewer_id for one in others)}),
    )


def _ratings(session: Session, held: Sequence[Interview]) -> dict[int, dict[str, InterviewRating]]:
    found: dict[int, dict[str, InterviewRating]] = {one.id: {} for one in held}
    asked = select(InterviewRating).where(InterviewRating.interview_id.in_(found)).order_by(InterviewRating.id)
    for row in session.scalars(asked):
        found[row.interview_id][row.competency] = row
    return found
