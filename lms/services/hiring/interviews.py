"""Interviews: asked for, held, called off. Each interviewer's ratings are their own until every one of them is in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.judging.interview_kit import Topic, kit
from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.services.access import SITE, Actor
from lms.services.hiring import finding, telling
from lms.services.hiring.candidates import note_of
from lms.services.organisation import lookup
from lms.services.promotions.texts import asked as words
from lms.storage.hiring import Candidate, Interview, InterviewRating, Opening
from lms.storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What an interviewer found: by competency a level from 0 and what they say; what did not come up is left out."""

    levels: Mapping[str, int]
    notes: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def topics_of(curriculum: Curriculum, opened: Opening) -> tuple[Topic, ...]:
    """What interviews for this opening can be about."""
    return kit(curriculum, curriculum.role_by_id[opened.role])


def plan(
    session: Session,
    actor: Actor,
    candidate_id: int,
    interviewer_id: int | None,
    competencies: Collection[str],
    *,
    planned_for: date | None = None,
    now: datetime,
) -> Interview:
    """Ask somebody to interview a candidate about some of the role's competencies; who was asked before is asked anew.

    Raises Denied, NotFound, Conflict, Invalid.
    """
    row, opened = finding.undecided(session, actor, candidate_id)
    assert actor.person_id is not None, "a person asks"
    topics = {one.competency for one in topics_of(finding.version_of(session, opened).curriculum, opened)}
    problems = lookup.on_the_calendar(planned_for, "planned_for")
    state = session.scalar(select(Person.state).where(Person.id == interviewer_id)) if interviewer_id else None
    if state != "active":
        problems.append(Problem(said("Choose somebody who is active."), field="interviewer"))
    if not competencies or not set(competencies) <= topics:
        problems.append(Problem(said("Choose at least one competency to talk about."), field="competencies"))
    if problems or interviewer_id is None:
        raise Invalid(*problems)
    asked = select(Interview).where(Interview.candidate_id == row.id, Interview.interviewer_id == interviewer_id)
    found = session.scalar(asked) or Interview(candidate_id=row.id, interviewer_id=interviewer_id)
    if found.state == "submitted":
        raise lookup.wrong("interviewer", said("They have held their interview already. Ask somebody else."))
    found.state, found.competencies, found.planned_for = "asked", sorted(competencies), planned_for
    found.asked_by, found.asked_at = actor.person_id, now
    session.add(found)
    session.flush()  # the mail and the audit need its number
    note_of(session, actor, "candidate.interview_asked", row, now=now, interviewer=interviewer_id)
    telling.asked(session, found, now=now, actor=actor)
    return found


def call_off(session: Session, actor: Actor, candidate_id: int, interview_id: int, *, now: datetime) -> None:
    """Wait for an interview no more. Raises Denied, NotFound, Conflict for one that was held."""
    row, _ = finding.undecided(session, actor, candidate_id)
    found = session.get(Interview, interview_id, populate_existing=True)
    if found is None or found.candidate_id != row.id:
        raise NotFound(said("There is no such interview."))
    if found.state != "asked":
        raise Conflict(said("Nobody waits for this interview any more. Nothing was changed."))
    found.state = "called-off"
    note_of(session, actor, "candidate.interview_ended", row, now=now, interviewer=found.interviewer_id)


def submit(session: Session, actor: Actor, interview_id: int, scores: Scores, *, now: datetime) -> Interview:
    """Hand in what one found, once and for good. Raises Denied, NotFound, Conflict, Invalid."""
    found, row, opened = finding.interview(session, actor, interview_id, lock=True)
    finding.require_undecided(row)
    if found.state != "asked":
        raise Conflict(said("You have handed in what you found already. Nothing was changed."))
    scale = len(finding.version_of(session, opened).curriculum.scale)
    levels = {name: level for name, level in scores.levels.items() if name in found.competencies}
    problems = [
        Problem(said("Choose a level from the list."), field=name)
        for name, level in levels.items()
        if not 0 <= level <= scale
    ]
    if not levels:
        problems.append(Problem(said("Rate at least one competency, or let whoever asked you call the interview off.")))
    if problems:
        raise Invalid(*problems)
    for name, level in levels.items():
        text = _optional(scores.notes.get(name, ""), f"note-{name}")
        session.add(
            InterviewRating(candidate_id=row.id, interview_id=found.id, competency=name, level=level, note=text)
        )
    found.state, found.submitted_at, found.note = "submitted", now, _optional(scores.note, "note")
    note_of(session, actor, "candidate.interviewed", row, now=now, ratings=len(levels))
    return found


def are_in(interviews: Iterable[Interview]) -> bool:
    """Is nobody waited for any more? Only then does anybody read what somebody else found."""
    return all(one.state != "asked" for one in interviews)


def of(session: Session, candidate_id: int) -> list[Interview]:
    """The interviews of a candidate in the order in which they were asked for; those called off are left out."""
    return of_many(session, [candidate_id])[candidate_id]


def of_many(session: Session, candidates: Collection[int]) -> dict[int, list[Interview]]:
    """The same for several, by number."""
    found: dict[int, list[Interview]] = {number: [] for number in candidates}
    theirs = select(Interview).where(Interview.candidate_id.in_(candidates), Interview.state != "called-off")
    for row in session.scalars(theirs.order_by(Interview.id)):
        found[row.candidate_id].append(row)
    return found


def end_all(session: Session, row: Candidate) -> None:
    """Wait for none of a candidate's interviews any more: part of their withdrawal."""
    for one in session.scalars(select(Interview).where(Interview.candidate_id == row.id, Interview.state == "asked")):
        one.state = "called-off"


def hand_back(session: Session, person_id: int, *, now: datetime) -> int:
    """Call off what an interviewer who leaves was asked for, so that nobody waits for them; says how many."""
    asked = select(Interview, Candidate).join(Candidate, Candidate.id == Interview.candidate_id)
    mine = asked.where(Interview.interviewer_id == person_id, Interview.state == "asked").order_by(Interview.id)
    rows = session.execute(mine).all()
    for one, whom in rows:
        one.state = "called-off"
        note_of(session, SITE, "candidate.interview_ended", whom, now=now, interviewer=person_id)
    return len(rows)


def _optional(text: str, field_: str) -> str:
    return words(text, field_, said("Say it in words.")) if text.strip() else ""
