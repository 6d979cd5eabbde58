"""Candidates of an opening: added and told of it at once, what they have shown, notes, answers, and their link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.interop.reading.text_rules import check_mail, clean_name, mail_key
from lms.services import calendar, ledger
from lms.services.access import Actor
from lms.services.hiring import finding, telling
from lms.services.organisation import lookup
from lms.services.promotions.texts import asked as words
from lms.storage.hiring import SOURCES, Candidate, CandidateEvidence, CandidateNote, CandidateRequest
from lms.storage.people import Contact, Person

TWO_CLICKS = timedelta(minutes=1)
"""The same note by the same author within it is one: a button pressed twice, or a page sent anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Who a candidate is and how to reach them; `language` None for the site's."""

    name: str
    mail: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A level that a candidate shows outside of an interview: by what they say, by a test, or to an assessor."""

    competency: str
    level: int
    shown_on: date | None
    source: str
    note: str = ""


def add(session: Session, actor: Actor, opening_id: int, who: Reached, *, now: datetime) -> Candidate:
    """A new candidate, who is told at once what is kept about them. Raises Denied, NotFound, Conflict, Invalid."""
    opened = finding.opening(session, actor, opening_id, lock=True)
    if opened.state != "open":
        raise Conflict(said("This opening is closed. Nobody is added to it any more."))
    assert actor.person_id is not None, "a person adds a candidate"
    who = cleaned(who)
    key = mail_key(who.mail)
    colleague = select(Person.id).join(Contact).where(Contact.mail_key == key, Person.state == "active")
    if session.scalar(colleague) is not None:
        raise lookup.wrong("mail", said("Somebody here has this address. Colleagues are compared without being added."))
    row = Candidate(
        opening_id=opened.id,
        name=who.name,
        mail=who.mail,
        mail_key=key,
        language=who.language,
        state="applied",
        added_by=actor.person_id,
        added_at=now,
        nonce=secrets.token_urlsafe(32),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as clash:
        raise lookup.wrong("mail", said("A candidate with this address stands in this opening already.")) from clash
    note_of(session, actor, "candidate.added", row, now=now)
    telling.link(session, row, now=now, actor=actor)
    return row


def cleaned(who: Reached) -> Reached:
    """Name and address as they are kept. Raises Invalid with both problems at once."""
    problems: list[Problem] = []
    name = mail = ""
    try:
        name = clean_name(who.name, what=said("The name"))
    except Invalid as wrong:
        problems += [replace(one, field="name") for one in wrong.problems]
    try:
        mail = check_mail(who.mail, what=said("The mail address"))
    except Invalid as wrong:
        problems += [replace(one, field="mail") for one in wrong.problems]
    if problems:
        raise Invalid(*problems)
    return replace(who, name=name, mail=mail)


def record(session: Session, actor: Actor, candidate_id: int, claimed: Claimed, *, now: datetime) -> CandidateEvidence:
    """Record what a candidate has shown. Raises Denied, NotFound, Conflict, Invalid."""
    row, opened = finding.undecided(session, actor, candidate_id)
    assert actor.person_id is not None, "a person records it"
    curriculum = finding.version_of(session, opened).curriculum
    problems = lookup.on_the_calendar(claimed.shown_on, "shown_on")
    if claimed.shown_on is None or claimed.shown_on > calendar.today(session, now=now):
        problems = [Problem(said("Choose a day up to today."), field="shown_on")]
    if claimed.competency not in curriculum.competency_by_id:
        problems.append(Problem(said("Choose a competency from the list."), field="competency"))
    if not 0 <= claimed.level <= len(curriculum.scale):
        problems.append(Problem(said("Choose a level from the list."), field="level"))
    if claimed.source not in SOURCES:
        problems.append(Problem(said("Choose from the list."), field="source"))
    if problems or claimed.shown_on is None:
        raise Invalid(*problems)
    entry = CandidateEvidence(
        candidate_id=row.id,
        competency=claimed.competency,
        level=claimed.level,
        shown_on=claimed.shown_on,
        source=claimed.source,
        recorded_by=actor.person_id,
        recorded_at=now,
        note=words(claimed.note, "note", said("Say it in words.")) if claimed.note.strip() else "",
    )
    session.add(entry)
    note_of(session, actor, "candidate.recorded", row, now=now)
    return entry


def take_back(session: Session, actor: Actor, candidate_id: int, evidence_id: int, *, now: datetime) -> None:
    """Take back what was recorded wrongly. Raises Denied, NotFound, Conflict."""
    row, _ = finding.undecided(session, actor, candidate_id)
    mine = CandidateEvidence.id == evidence_id, CandidateEvidence.candidate_id == row.id
    if session.scalar(select(CandidateEvidence.id).where(*mine)) is None:
        raise NotFound(said("There is no such entry."))
    session.execute(delete(CandidateEvidence).where(*mine))
    note_of(session, actor, "candidate.entry_removed", row, now=now)


def write_note(session: Session, actor: Actor, candidate_id: int, text: str, *, now: datetime) -> CandidateNote:
    """Write something down about a candidate; the same twice at once is one note. Raises Denied, NotFound, Conflict, Invalid."""
    row, _ = finding.undecided(session, actor, candidate_id)
    assert actor.person_id is not None, "a person writes it"
    plain = words(text, "text", said("Write the note."))
    same = select(CandidateNote).filter_by(candidate_id=row.id, author_id=actor.person_id, text=plain)
    again = session.scalar(same.where(CandidateNote.at > now - TWO_CLICKS).limit(1))
    if again is not None:
        return again
    note = CandidateNote(candidate_id=row.id, author_id=actor.person_id, at=now, text=plain)
    session.add(note)
    note_of(session, actor, "candidate.noted", row, now=now)
    return note


def answer(session: Session, actor: Actor, candidate_id: int, request_id: int, text: str, *, now: datetime) -> None:
    """Answer what a candidate asked for; they are told. Raises Denied, NotFound, Conflict, Invalid."""
    row, _ = finding.candidate(session, actor, candidate_id, lock=True)
    found = session.get(CandidateRequest, request_id, populate_existing=True)
    if found is None or found.candidate_id != row.id:
        raise NotFound(said("There is no such request."))
    if found.answered_at is not None:
        raise Conflict(said("This was answered already. Nothing was changed."))
    found.answer = words(text, "text", said("Say what you answer."))
    found.answered_at, found.answered_by = now, actor.person_id
    note_of(session, actor, "candidate.answered", row, now=now)
    telling.news(session, row, "answered", now=now, actor=actor)


def renew_link(session: Session, actor: Actor, candidate_id: int, *, now: datetime) -> None:
    """Send a candidate another link; the old one works no more. Raises Denied, NotFound."""
    row, _ = finding.candidate(session, actor, candidate_id, lock=True)
    row.nonce = secrets.token_urlsafe(32)
    note_of(session, actor, "candidate.link_sent", row, now=now)
    telling.link(session, row, now=now, actor=actor)


def revoke_link(session: Session, actor: Actor, candidate_id: int, *, now: datetime) -> None:
    """Let the link of a candidate work no more, such as when it came into wrong hands. Raises Denied, NotFound."""
    row, _ = finding.candidate(session, actor, candidate_id, lock=True)
    row.nonce = None
    note_of(session, actor, "candidate.link_ended", row, now=now)


def note_of(session: Session, actor: Actor, action: str, row: Candidate, *, now: datetime, **data: Any) -> None:
    """An audit row about a candidate: numbers and codes alone, for it stays."""
    ledger.note(session, actor, action, now=now, subject=("candidate", row.id), opening=row.opening_id, **data)
