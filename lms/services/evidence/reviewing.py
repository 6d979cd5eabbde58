"""Reviewing a piece: sign it off at a level, ask for more, hand it on. Nobody reviews their own.

It is the turn of its reviewer, or of the deputy of the day; a manager of the line above may answer at any time, where
the curriculum lets managers rate. Signing off writes a rating into the ledger, be it lower than what was said or 0, and
every rating stays. What one has said is answered once: the second of two gets a Conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotPermitted, Problem, Said, said
from lms.services import calendar, curricula, ledger, lookup, outbox
from lms.services.access import About, Actor, Permission, Right, require
from lms.services.evidence import keeping, routing, texts
from lms.services.evidence.desk import Chair, Desk, Subject
from lms.services.evidence.ratings import Rating, lasts, rate_one
from lms.services.learning.doing import replan
from lms.storage.evidence_pieces import Part, Piece, Review, StoredFile
from lms.storage.people import Person
from lms.storage.record import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """In what capacity somebody answers, and for whom when they stand in."""

    capacity: str
    for_id: int | None = None


def sign_off(
    session: Session,
    actor: Actor,
    piece_id: int,
    level: int,
    *,
    text: str = "",
    until: date | None = None,
    now: datetime,
) -> Evidence:
    """Say which level the piece shows: a rating of the day it was shown, and the path has moved on when this ends.

    `until` ends it earlier than the curriculum would. Raises Invalid for a level that is none, or without a word where
    it is lower than what was said; NotFound, NotPermitted, Conflict.
    """
    piece, person, acts = _to_answer(session, actor, piece_id, now=now)
    on = calendar.today(session, now=now)
    version = _version(session, piece, on)
    text = texts.clean(text)
    problems = [*texts.problems(text, "text"), *lookup.on_the_calendar(until, "until")]
    if not 0 <= level <= len(version.curriculum.scale):
        problems.append(Problem(said("Choose the level that you see in it."), field="level"))
    elif level < piece.level and not text:
        problems.append(Problem(said("Say why it is lower than what was handed in for."), field="text"))
    if until is not None and until < on:
        problems.append(Problem(said("The last day must not lie in the past."), field="until"))
    if problems:
        raise Invalid(*problems)
    piece.state, piece.answered_at = "signed-off", now
    keeping.retain(session, piece, on)
    row = rate_one(
        session,
        actor,
        Rating(
            person_id=person.id,
            competency=piece.competency,
            level=level,
            source=acts.capacity,
            rater_id=actor.person_id,
            shown_on=piece.shown_on,
            until=lasts(version.curriculum, piece.competency, level, piece.shown_on, until),
            text=text,
        ),
        action="evidence.signed_off",
        now=now,
        piece=piece.id,
        files=_digests(session, piece),
    )
    _answered(session, actor, piece, acts, "signed-off", row.id, now=now)
    return row


def ask_for_more(session: Session, actor: Actor, piece_id: int, what: str, *, now: datetime) -> Piece:
    """Send a piece back and say what is missing. Raises Invalid, NotFound, NotPermitted, Conflict."""
    piece, person, acts = _to_answer(session, actor, piece_id, now=now)
    what = texts.clean(what)
    if problems := texts.problems(what, "what"):
        raise Invalid(*problems)
    if not what:
        raise lookup.wrong("what", said("Say what is missing, so that they know what to do."))
    piece.state, piece.answered_at = "more-asked", now
    keeping.retain(session, piece, calendar.today(session, now=now))
    review = _answered(session, actor, piece, acts, "more-asked", None, now=now)
    texts.keep(session, person.id, Review, review.id, what)
    ledger.note(session, actor, "evidence.more_asked", now=now, subject=("person", person.id), piece=piece.id)
    return piece


def hand_on(session: Session, actor: Actor, piece_id: int, to_id: int, why: str = "", *, now: datetime) -> Piece:
    """Hand a piece on to somebody else who can review it, who is written to.

    Raises Invalid for somebody who cannot, NotFound, NotPermitted, Conflict.
    """
    piece, person, acts = _to_answer(session, actor, piece_id, now=now)
    why = texts.clean(why)
    here, about = at_desk(session, piece, person, now=now)
    problems = texts.problems(why, "why")
    chair = next((one for one in handed_to(here, about, piece, actor) if one.person_id == to_id), None)
    if chair is None:
        problems.append(Problem(said("Choose somebody from the list, who can review this."), field="to"))
    if problems or chair is None:
        raise Invalid(*problems)
    acting = here.acting(chair.person_id, person.id)
    routing.give(session, piece, chair, "handed-on", now=now, acting=acting, actor=actor, for_id=acts.for_id, why=why)
    return piece


def take_back(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> Piece:
    """Take back what one said today: the rating is withdrawn by an entry that names it, and the piece waits again; what
    was seen on the job is gone by that. Raises NotFound, NotPermitted; Conflict when it was somebody else or not today.
    """
    piece, person = _locked(session, actor, piece_id, now=now)
    given = given_today(session, actor, piece, now=now)
    if given is None:
        raise Conflict(said("Only what you said today can be taken back."))
    if person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    row = session.get_one(Evidence, given.evidence_id)
    if session.scalar(select(Evidence.id).where(Evidence.corrects_id == row.id)) is not None:
        raise Conflict(said("The rating was corrected since. Nothing was changed."))
    rows = [ledger.withdrawal(row)]
    ledger.note(
        session, actor, "evidence.taken_back", now=now, subject=("person", person.id), rows=rows, piece=piece.id
    )
    seen = piece.kind == "observation"
    piece.state, piece.answered_at, piece.since = ("withdrawn", now, piece.since) if seen else ("waiting", None, now)
    keeping.retain(session, piece, None)
    session.add(
        Review(
            piece_id=piece.id,
            person_id=person.id,
            at=now,
            outcome="taken-back",
            by_id=actor.person_id,
            for_id=given.for_id,
            capacity=given.capacity,
        )
    )
    replan(session, actor, person.id, now=now)
    return piece


def given_today(session: Session, actor: Actor, piece: Piece, *, now: datetime) -> Review | None:
    """The sign-off of a piece that this actor gave today, which they can take back."""
    if piece.state != "signed-off":
        return None
    last = select(Review).where(Review.piece_id == piece.id, Review.outcome == "signed-off").order_by(Review.id.desc())
    found = session.scalars(last.limit(1)).first()
    zone = calendar.zone(session)
    if found is None or found.by_id != actor.person_id:
        return None
    return found if found.at.astimezone(zone).date() == now.astimezone(zone).date() else None


def handed_to(here: Desk, about: Subject, piece: Piece, actor: Actor) -> tuple[Chair, ...]:
    """To whom a piece can be handed on: everybody who can review it, but whoever has it and whoever asks."""
    return tuple(one for one in here.able(about) if one.person_id not in {piece.reviewer_id, actor.person_id})


def at_desk(session: Session, piece: Piece, person: Person, *, now: datetime) -> tuple[Desk, Subject]:
    """Who can review this piece today."""
    on = calendar.today(session, now=now)
    versions = curricula.offered_to(session, person.id, on)
    return routing.desk(session, on), routing.subject(piece, person.team_id, versions)


def about_of(session: Session, actor: Actor, piece: Piece | None, person: Person | None, *, now: datetime) -> About:
    """What permissions are asked about: the person, and those whose turn it is or was."""
    if piece is None or person is None or person.state == "erased":
        return About()
    handed = {piece.reviewer_id} if piece.reviewer_id else set()
    if piece.reviewer_id == actor.person_id and not _still(actor, piece, person):
        handed = set()
    elif piece.state == "waiting" and piece.reviewer_id is not None:
        acting = routing.deputies(session, calendar.today(session, now=now))
        handed.add(acting.get(piece.reviewer_id, piece.reviewer_id))
    return About(person_id=person.id, team_id=person.team_id, handed_to=frozenset(handed))


def acts_as(session: Session, actor: Actor, piece: Piece, person: Person, *, now: datetime) -> Acts | None:
    """In what capacity this actor may answer the piece now; None when they may not."""
    if piece.person_id == actor.person_id or piece.reviewer_id is None or piece.capacity is None:
        return None
    if piece.reviewer_id == actor.person_id:
        return Acts(capacity=piece.capacity) if _still(actor, piece, person) else None
    on = calendar.today(session, now=now)
    if piece.reviewer_id in routing.principals(session, actor.person_id or 0, on):
        return Acts(capacity=piece.capacity, for_id=piece.reviewer_id)
    versions = curricula.offered_to(session, person.id, on)
    by_line = person.team_id in actor.line and "manager" in routing.subject(piece, person.team_id, versions).raters
    return Acts(capacity="manager") if by_line else None


def _still(actor: Actor, piece: Piece, person: Person) -> bool:
    """Does the reviewer still hold the capacity in which the piece came to them?"""
    return {
        "manager": person.team_id in actor.line,
        "trainer": piece.curriculum_id in actor.owned,
        "assessor": Right.ASSESSOR in actor.rights,
        "administrator": Right.ADMINISTRATOR in actor.rights,
    }[piece.capacity or ""]


def _locked(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> tuple[Piece, Person]:
    """The piece, locked after its person as everywhere, if this actor may review it at all."""
    number = session.scalar(select(Piece.person_id).where(Piece.id == piece_id))
    if number is not None and number == actor.person_id:
        raise NotPermitted(said("Nobody reviews their own evidence."))
    person = session.scalar(select(Person).where(Person.id == number).with_for_update())
    same = select(Piece).where(Piece.id == piece_id)
    piece = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    require(actor, Permission.EVIDENCE_REVIEW, about_of(session, actor, piece, person, now=now))
    assert piece is not None
    assert person is not None, "nobody may do anything to what is not there"
    return piece, person


def _to_answer(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> tuple[Piece, Person, Acts]:
    """The waiting piece, and in what capacity this actor answers it."""
    piece, person = _locked(session, actor, piece_id, now=now)
    if piece.state != "waiting":
        raise Conflict(ANSWERS[piece.state])
    if person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    acts = acts_as(session, actor, piece, person, now=now)
    if acts is None:
        raise NotPermitted(said("The curriculum lets others rate this competency. It waits for them."))
    return piece, person, acts


ANSWERS: dict[str, Said] = {
    "signed-off": said("This was signed off already. Nothing was changed."),
    "more-asked": said("More was asked for already. Nothing was changed."),
    "withdrawn": said("It was withdrawn. Nothing was changed."),
}


def _version(session: Session, piece: Piece, on: date) -> curricula.Published:
    versions = curricula.offered_to(session, piece.person_id, on)
    version = next((one for one in versions if one.curriculum_id == piece.curriculum_id), None)
    if version is None or piece.competency not in version.curriculum.competency_by_id:
        raise Conflict(said("The curriculum has this competency no more. Ask for more, and say so."))
    return version


def _digests(session: Session, piece: Piece) -> list[str]:
    mine = select(StoredFile.digest).join(Part, Part.id == StoredFile.part_id).where(Part.piece_id == piece.id)
    return list(session.scalars(mine.order_by(StoredFile.id)))


def _answered(
    session: Session, actor: Actor, piece: Piece, acts: Acts, outcome: str, evidence_id: int | None, *, now: datetime
) -> Review:
    """Note the answer, and write to the person."""
    review = Review(
        piece_id=piece.id,
        person_id=piece.person_id,
        at=now,
        outcome=outcome,
        by_id=actor.person_id,
        for_id=acts.for_id,
        capacity=acts.capacity,
        evidence_id=evidence_id,
    )
    session.add(review)
    session.flush()  # the text and the mail need its number
    outbox.send(session, "evidence-answered", piece.person_id, now=now, actor=actor, piece=piece.id, review=review.id)
    return review
