"""Reviewing a piece: sign it off at a level, ask for more, hand it on. Nobody reviews their own.

It is the turn of its reviewer, or of the deputy of the day; a manager of the line above may answer at any time, where
the curriculum lets managers rate. Signing off writes a rating into the ledger, be it lower than what was said or 0, and
every rating stays. What one has said is answered once: the second of two gets a Conflict.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotPermitted, Problem, Said, said
from lms.services import calendar, ledger
from lms.services.access import Actor, Permission, require
from lms.services.curricula import Published
from lms.services.evidence import keeping, routing, texts
from lms.services.evidence.answering import letter, note, rate_one
from lms.services.evidence.located import LocatedPiece, locate_piece
from lms.services.evidence.ratings import Rating, lasts
from lms.services.evidence.turns import Acts, about_of, acts_as, at_desk, handed_to
from lms.services.learning.doing import replan
from lms.services.organisation import lookup
from lms.services.running import jobs
from lms.storage.evidence_pieces import Piece, Review
from lms.storage.record import Evidence


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
    """Say which level the piece shows: a rating of the day it was shown; a job plans the path again.

    `until` ends it earlier than the curriculum would. Raises Invalid for a level that is none, or without a word where
    it is lower than what was said; NotFound, NotPermitted, Conflict. Eight statements at most, and one for its files.
    """
    found, acts = _to_answer(session, actor, piece_id, now=now)
    piece, on, version = found.piece, found.on, _version(found)
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
    digests = keeping.retain(session, piece, on) if found.has_files else ()
    rating = Rating(
        person_id=piece.person_id,
        competency=piece.competency,
        level=level,
        source=acts.capacity,
        rater_id=actor.person_id,
        shown_on=piece.shown_on,
        until=lasts(version.curriculum, piece.competency, level, piece.shown_on, until),
        text=text,
    )
    return rate_one(session, actor, piece, rating, acts, action="evidence.signed_off", now=now, files=list(digests))


def ask_for_more(session: Session, actor: Actor, piece_id: int, what: str, *, now: datetime) -> Piece:
    """Send a piece back and say what is missing. Raises Invalid, NotFound, NotPermitted, Conflict."""
    found, acts = _to_answer(session, actor, piece_id, now=now)
    piece, what = found.piece, texts.clean(what)
    if problems := texts.problems(what, "what"):
        raise Invalid(*problems)
    if not what:
        raise lookup.wrong("what", said("Say what is missing, so that they know what to do."))
    piece.state, piece.answered_at = "more-asked", now
    keeping.retain(session, piece, found.on)
    review = note(session, actor, piece, acts, "more-asked", None, now=now)
    texts.keep(session, piece.person_id, Review, review.id, what)
    ledger.note(session, actor, "evidence.more_asked", now=now, subject=("person", piece.person_id), piece=piece.id)
    jobs.enqueue_all(session, [letter(review)], now=now, actor=actor)
    return piece


def hand_on(session: Session, actor: Actor, piece_id: int, to_id: int, why: str = "", *, now: datetime) -> Piece:
    """Hand a piece on to somebody else who can review it, who is written to.

    Raises Invalid for somebody who cannot, NotFound, NotPermitted, Conflict.
    """
    found, acts = _to_answer(session, actor, piece_id, now=now)
    piece, why = found.piece, texts.clean(why)
    here, about = at_desk(session, found)
    problems = texts.problems(why, "why")
    chair = next((one for one in handed_to(here, about, piece, actor) if one.person_id == to_id), None)
    if chair is None:
        problems.append(Problem(said("Choose somebody from the list, who can review this."), field="to"))
    if problems or chair is None:
        raise Invalid(*problems)
    acting = here.acting(chair.person_id, piece.person_id)
    routing.give(session, piece, chair, "handed-on", now=now, acting=acting, actor=actor, for_id=acts.for_id, why=why)
    return piece


def take_back(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> Piece:
    """Take back what one said today: the rating is withdrawn by an entry that names it, and the piece waits again; what
    was seen on the job is gone by that. Raises NotFound, NotPermitted; Conflict when it was somebody else or not today.
    """
    found = _locked(session, actor, piece_id, now=now)
    piece, person = found.piece, found.person
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


def _locked(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> LocatedPiece:
    """The piece, locked after its person as everywhere, if this actor may review it at all."""
    found = locate_piece(session, piece_id, now=now)
    if found is not None and found.person.id == actor.person_id:
        raise NotPermitted(said("Nobody reviews their own evidence."))
    require(actor, Permission.EVIDENCE_REVIEW, about_of(actor, found))
    assert found is not None, "nobody may do anything to what is not there"
    return found


def _to_answer(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> tuple[LocatedPiece, Acts]:
    """The waiting piece, and in what capacity this actor answers it."""
    found = _locked(session, actor, piece_id, now=now)
    if found.piece.state != "waiting":
        raise Conflict(ANSWERS[found.piece.state])
    if found.person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    acts = acts_as(actor, found)
    if acts is None:
        raise NotPermitted(said("The curriculum lets others rate this competency. It waits for them."))
    return found, acts


ANSWERS: dict[str, Said] = {
    "signed-off": said("This was signed off already. Nothing was changed."),
    "more-asked": said("More was asked for already. Nothing was changed."),
    "withdrawn": said("It was withdrawn. Nothing was changed."),
}


def _version(found: LocatedPiece) -> Published:
    if found.version is None or found.piece.competency not in found.version.curriculum.competency_by_id:
        raise Conflict(said("The curriculum has this competency no more. Ask for more, and say so."))
    return found.version
