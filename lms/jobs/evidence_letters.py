"""What mails about evidence say: that a piece arrived, what became of it, and that it went on to the next level.

They are made when they are sent: what is said in them stands in no job.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from lms.services import calendar, curricula
from lms.services.evidence import routing, texts
from lms.services.learning import notices
from lms.services.organisation import people_shown
from lms.storage.evidence_pieces import Piece, Review
from lms.storage.record import Evidence

Args = Mapping[str, Any]


def arrived(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """A piece that waits; None once it waits no more, or with somebody else, or they want no such mail."""
    piece = session.get(Piece, args["piece"])
    if piece is None or piece.state != "waiting" or _muted(session, args, "waiting"):
        return None
    acting = routing.deputies(session, calendar.today(session, now=now))
    if args["person"] not in {piece.reviewer_id, acting.get(piece.reviewer_id or 0)}:
        return None
    review = session.get(Review, args["review"]) if "review" in args else None
    return {
        **_piece(session, piece, now),
        "for_": None if piece.reviewer_id == args["person"] else _name(session, piece.reviewer_id),
        "how": review.outcome if review else "new",
        "by": _name(session, review.by_id) if review else None,
        "why": texts.read(session, Review, [review.id]).get(review.id) if review else None,
        "days": routing.WAITS.days,
    }


def answered(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """What became of a piece; None when it is gone, or they want no such mail."""
    piece, review = session.get(Piece, args["piece"]), session.get(Review, args["review"])
    if piece is None or review is None or _muted(session, args, "answers"):
        return None
    rating = session.get(Evidence, review.evidence_id) if review.evidence_id else None
    said = texts.read(session, Review, [review.id]).get(review.id)
    if rating is not None:
        said = texts.read(session, Evidence, [rating.id]).get(rating.id)
    return {
        **_piece(session, piece, now),
        "by": _name(session, review.by_id),
        "level": rating.level if rating else None,
        "observed": piece.kind == "observation",
        "said": said,
    }


def passed_up(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """A piece that one let wait is with the next level."""
    piece, review = session.get(Piece, args["piece"]), session.get(Review, args["review"])
    if piece is None or review is None or _muted(session, args, "waiting"):
        return None
    return {**_piece(session, piece, now), "next": _name(session, review.to_id), "days": routing.WAITS.days}


def _piece(session: Session, piece: Piece, now: datetime) -> dict[str, Any]:
    offered = curricula.offered_to(session, piece.person_id, calendar.today(session, now=now))
    version = next((one for one in offered if one.curriculum_id == piece.curriculum_id), None)
    known = version.curriculum.competency_by_id.get(piece.competency) if version else None
    return {
        "who": _name(session, piece.person_id),
        "competency": known.title if known else piece.competency,
        "claimed": piece.level,
        "since": piece.since,
        "link": f"{current_app.config['LMS_BASE_URL']}/evidence/{piece.id}",
    }


def _name(session: Session, person: int | None) -> str | None:
    return str(people_shown.names(session, [person])[person].name) if person else None


def _muted(session: Session, args: Args, notice: str) -> bool:
    return bool(notices.muting(session, notice, [args["person"]]))
