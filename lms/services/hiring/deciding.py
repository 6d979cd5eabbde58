"""Deciding about a candidate: offer, decline, hire. Always a person, always with a reason; no rule decides anything.

What the ranking knew, and its version, is kept with the decision. Nobody decides while an interview is still waited for.
Who is hired becomes a person in the same transaction: with what they have shown and achieved as their own, a role from a day, an
invitation, and a path to what the role asks for that is there the same day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, Problem, said
from lms.services import calendar, paths
from lms.services.access import Actor
from lms.services.entry import invitations
from lms.services.evidence.ratings import Rating, rate
from lms.services.hiring import comparing, finding, interviews, outcomes, shown, telling
from lms.services.hiring.candidates import note_of
from lms.services.organisation import lookup, people
from lms.services.organisation.people import NewPerson
from lms.services.promotions.texts import asked as words
from lms.storage.hiring import Candidate, HiringDecision, Opening
from lms.storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A candidate under their lock, with the decision that is being made and what they have shown."""

    row: Candidate
    opened: Opening
    decision: HiringDecision
    entries: list[shown.Entry]


def offer(session: Session, actor: Actor, candidate_id: int, reason: str, *, now: datetime) -> HiringDecision:
    """Offer the position; the candidate is told. Raises Denied, NotFound, Conflict, Invalid."""
    case = _decide(session, actor, candidate_id, "offered", reason, None, now=now)
    case.row.state = "offered"
    telling.news(session, case.row, "offered", now=now, actor=actor)
    return case.decision


def decline(session: Session, actor: Actor, candidate_id: int, reason: str, *, now: datetime) -> HiringDecision:
    """Decline a candidate, who reads the reason. Raises Denied, NotFound, Conflict, Invalid."""
    case = _decide(session, actor, candidate_id, "declined", reason, None, now=now)
    case.row.state, case.row.kept_until = "declined", _kept_until(session, case.opened, now=now)
    telling.news(session, case.row, "declined", now=now, actor=actor)
    return case.decision


def hire(
    session: Session, actor: Actor, candidate_id: int, reason: str, starts: date | None, *, now: datetime
) -> Person:
    """Hire a candidate for the role from a day on; gives who they have become.

    Raises Denied, NotFound, Conflict, Invalid.
    """
    wrong = lookup.on_the_calendar(starts, "starts")
    if starts is None:
        wrong = [Problem(said("Choose the first day in the role."), field="starts")]
    if wrong:
        raise Invalid(*wrong)
    case = _decide(session, actor, candidate_id, "hired", reason, starts, now=now)
    row, opened = case.row, case.opened
    new = NewPerson(
        name=row.name,
        mail=row.mail,
        language=row.language,
        team_id=opened.team_id,
        rights=frozenset({"rep"}),
        role=opened.role,
        curriculum_id=opened.curriculum_id,
        role_since=starts,
        targets=(opened.role,),
    )
    person = people.enter(session, actor, new, now=now)
    if case.entries:
        rate(session, actor, [_rating(person.id, one) for one in case.entries], now=now, candidate=row.id)
    outcomes.bring(session, actor, row, person.id, now=now)
    invitations.send(session, actor, person.id, now=now)
    paths.replan_now(session, [person.id], now=now)
    row.state, row.person_id, row.kept_until = "hired", person.id, _kept_until(session, opened, now=now)
    return person


def _decide(
    session: Session, actor: Actor, candidate_id: int, outcome: str, reason: str, starts: date | None, *, now: datetime
) -> _Case:
    """The decision with what it rests on, written under the candidate's lock."""
    row, opened = finding.undecided(session, actor, candidate_id)
    if actor.person_id is None:
        raise Conflict(said("Only a person decides about a candidate."))
    if outcome == "offered" and row.state == "offered":
        raise Conflict(said("The position was offered already. Nothing was changed."))
    if not interviews.are_in(interviews.of(session, row.id)):
        raise Conflict(said("Somebody has not handed in their interview yet. Wait for it, or call it off."))
    if outcome == "hired" and opened.places <= _filled(session, opened):
        raise Conflict(said("Every place of this opening is filled."))
    found = comparing.compare(session, actor, opened, now=now)
    entries = shown.entries(session, [row.id], found.version.curriculum)[row.id]
    decision = HiringDecision(
        candidate_id=row.id,
        outcome=outcome,
        decided_by=actor.person_id,
        decided_at=now,
        reason=words(reason, "reason", said("Say why. The candidate reads it.")),
        starts=starts,
        rule=found.ranking.rule,
        standing=comparing.on_record(found, row.id, entries, outcomes.of_many(session, [row.id])[row.id]),
    )
    session.add(decision)
    session.flush()  # a second decision is found out here, before anything else is written
    note_of(session, actor, f"candidate.{outcome}", row, now=now, rule=decision.rule)
    return _Case(row=row, opened=opened, decision=decision, entries=entries)


def _filled(session: Session, opened: Opening) -> int:
    session.execute(select(Opening.id).where(Opening.id == opened.id).with_for_update())  # the last place goes once
    hired = select(Candidate.id).where(Candidate.opening_id == opened.id, Candidate.state == "hired")
    return len(session.scalars(hired).all())


def _kept_until(session: Session, opened: Opening, *, now: datetime) -> date:
    return calendar.today(session, now=now) + timedelta(days=opened.kept_days)


def _rating(person_id: int, one: shown.Entry) -> Rating:
    return Rating(
        person_id=person_id,
        competency=one.competency,
        level=one.level,
        source=one.source,
        rater_id=one.rater_id,
        shown_on=one.shown_on,
        until=one.until,
        text=one.note,
    )
