"""Whose turn a piece is: in what capacity somebody may answer it, for whom when they stand in, to whom it can go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.services.access import About, Actor, Right
from lms.services.evidence import routing
from lms.services.evidence.desk import Chair, Desk, Subject
from lms.services.evidence.located import LocatedPiece
from lms.storage.evidence_pieces import Piece
from lms.storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """In what capacity somebody answers, and for whom when they stand in."""

    capacity: str
    for_id: int | None = None


def about_of(actor: Actor, found: LocatedPiece | None) -> About:
    """What permissions are asked about: the person, and those whose turn it is or was."""
    if found is None or found.person.state == "erased":
        return About()
    piece, person = found.piece, found.person
    handed = {piece.reviewer_id} if piece.reviewer_id else set()
    if piece.reviewer_id == actor.person_id and not _still(actor, piece, person):
        handed = set()
    elif piece.state == "waiting" and found.deputy is not None:
        handed.add(found.deputy)
    return About(person_id=person.id, team_id=person.team_id, handed_to=frozenset(handed))


def acts_as(actor: Actor, found: LocatedPiece) -> Acts | None:
    """In what capacity this actor may answer the piece now; None when they may not."""
    piece, person = found.piece, found.person
    if piece.person_id == actor.person_id or piece.reviewer_id is None or piece.capacity is None:
        return None
    if piece.reviewer_id == actor.person_id:
        return Acts(capacity=piece.capacity) if _still(actor, piece, person) else None
    if found.deputy is not None and found.deputy == actor.person_id:
        return Acts(capacity=piece.capacity, for_id=piece.reviewer_id)
    by_line = person.team_id in actor.line and "manager" in subject_of(found).raters
    return Acts(capacity="manager") if by_line else None


def at_desk(session: Session, found: LocatedPiece) -> tuple[Desk, Subject]:
    """Who can review this piece today."""
    return routing.desk(session, found.on), subject_of(found)


def subject_of(found: LocatedPiece) -> Subject:
    """What decides who reviews this piece."""
    piece, person = found.piece, found.person
    return routing.subject(person.id, person.team_id, found.version, piece.competency, of=piece.curriculum_id)


def handed_to(here: Desk, about: Subject, piece: Piece, actor: Actor) -> tuple[Chair, ...]:
    """To whom a piece can be handed on: everybody who can review it, but whoever has it and whoever asks."""
    return tuple(one for one in here.able(about) if one.person_id not in {piece.reviewer_id, actor.person_id})


def _still(actor: Actor, piece: Piece, person: Person) -> bool:
    """Does the reviewer still hold the capacity in which the piece came to them?"""
    return {
        "manager": person.team_id in actor.line,
        "trainer": piece.curriculum_id in actor.owned,
        "assessor": Right.ASSESSOR in actor.rights,
        "administrator": Right.ADMINISTRATOR in actor.rights,
    }[piece.capacity or ""]
