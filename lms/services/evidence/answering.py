"""Writing down an answer to a piece: the review, the rating that signing off makes, and what is asked for because of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.services import replanning
from lms.services.access import Actor
from lms.services.evidence import ratings
from lms.services.evidence.ratings import Rating
from lms.services.evidence.turns import Acts
from lms.services.running import jobs, outbox
from lms.storage.evidence_pieces import Piece, Review
from lms.storage.record import Evidence


def rate_one(
    session: Session, actor: Actor, piece: Piece, rating: Rating, acts: Acts, *, action: str, now: datetime, **data: Any
) -> Evidence:
    """Append the rating that a piece is signed off with, write to the person, and have their path planned by a job."""
    about: dict[str, Any] = {"competency": rating.competency, "level": rating.level, "piece": piece.id}
    (row,) = ratings.append(session, actor, [rating], action=action, now=now, **about, **data)
    review = note(session, actor, piece, acts, "signed-off", row.id, now=now)
    replanning.count_change(session, piece.person_id)
    asked = [replanning.job(piece.person_id), letter(review)]
    jobs.enqueue_all(session, asked, now=now, actor=actor)
    return row


def note(
    session: Session, actor: Actor, piece: Piece, acts: Acts, outcome: str, evidence_id: int | None, *, now: datetime
) -> Review:
    """Note what became of a piece."""
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
    return review


def letter(review: Review) -> jobs.Wanted:
    """The mail to the person about an answer."""
    return outbox.letter("evidence-answered", review.person_id, piece=review.piece_id, review=review.id)
