"""Reading pieces: one with everything that was said about it, one's own, somebody's, and those that wait for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.engine.competency import Competency
from lms.errors import NotFound, said
from lms.services import calendar
from lms.services.access import Actor, Permission, Right, require
from lms.services.curricula import Published
from lms.services.evidence import routing, texts
from lms.services.evidence.desk import Chair
from lms.services.evidence.located import locate_piece
from lms.services.evidence.reviewing import given_today
from lms.services.evidence.turns import Acts, about_of, acts_as, at_desk, handed_to
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.storage.evidence_pieces import Part, Piece, Review, StoredFile
from lms.storage.people import Person
from lms.storage.record import Evidence

MOST = 200
"""How many pieces a list shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A piece in a list. `version` is None where the curriculum is published no more; `looks` is who looks at it now."""

    row: Piece
    who: Named
    version: Published | None
    looks: Named | None

    @property
    def competency(self) -> Competency | None:
        """The competency as the curriculum has it; None where it has it no more."""
        return self.version.curriculum.competency_by_id.get(self.row.competency) if self.version else None

    @property
    def due(self) -> date:
        """By when it is looked at, or goes on to the next level."""
        return (self.row.since + routing.WAITS).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedPart:
    """What was handed in at once: when, the words, the link, the files."""

    at: datetime
    text: str | None
    link: str | None
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was done with a piece: by whom, for whom, to whom it went, the level, and what was said."""

    row: Review
    by: Named | None
    for_: Named | None
    to: Named | None
    level: int | None
    until: date | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A piece with everything about it, and what whoever looks may do."""

    card: Card
    parts: tuple[HandedPart, ...]
    told: tuple[Told, ...]
    own: bool
    acts: Acts | None
    """In what capacity whoever looks may answer it now; None when they may not."""
    to: tuple[tuple[Chair, Named], ...]
    """To whom it can be handed on."""
    reversible: bool
    """May whoever looks take back what they said, because it was today?"""
    queue: Queue | None
    """Where it stands among the pieces that wait for whoever looks; None where it does not wait for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The place of a piece among those that wait, from 1, of how many; and the numbers of those beside it."""

    place: int
    of: int
    before: int | None
    after: int | None


def show(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> View:
    """A piece for its person, the line above, and whoever looks at it. Raises NotFound, Denied."""
    found = locate_piece(session, piece_id, now=now, lock=False)
    require(actor, Permission.EVIDENCE_READ, about_of(actor, found))
    if found is None:
        raise NotFound(said("There is no such piece of evidence."))
    piece, person = found.piece, found.person
    reviews = session.scalars(select(Review).where(Review.piece_id == piece.id).order_by(Review.id)).all()
    may = piece.state == "waiting" and person.state == "active"
    acts = acts_as(actor, found) if may else None
    chairs = handed_to(*at_desk(session, found), piece, actor) if acts else ()
    people = {one for row in reviews for one in (row.by_id, row.for_id, row.to_id) if one}
    known = names(session, people | {chair.person_id for chair in chairs})
    (card,) = _cards(session, [piece], now=now)
    return View(
        card=card,
        parts=_parts(session, piece),
        told=_told(session, reviews, known),
        own=piece.person_id == actor.person_id,
        acts=acts,
        to=tuple((chair, known[chair.person_id]) for chair in chairs),
        reversible=person.state == "active" and given_today(session, actor, piece, now=now) is not None,
        queue=_queue(session, actor, piece.id, found.on) if acts else None,
    )


def mine(session: Session, actor: Actor, *, now: datetime) -> tuple[Card, ...]:
    """One's own pieces, the latest first. Raises Denied."""
    return of(session, actor, actor.person_id or 0, now=now)


def of(session: Session, actor: Actor, person_id: int, *, now: datetime) -> tuple[Card, ...]:
    """The pieces of a person, the latest first, for themselves and the line above. Raises Denied, NotFound."""
    lookup.person(session, actor, Permission.EVIDENCE_READ, person_id)
    asked = select(Piece).where(Piece.person_id == person_id).order_by(Piece.handed_in_at.desc(), Piece.id.desc())
    return _cards(session, session.scalars(asked.limit(MOST)).all(), now=now)


def waiting(session: Session, actor: Actor, *, now: datetime, most: int = MOST) -> tuple[Card, ...]:
    """What waits for this actor, by turn or as a deputy, the oldest so many, in a fixed number of queries."""
    turn = _of_turn(session, actor, calendar.today(session, now=now))
    rows = session.scalars(turn.order_by(Piece.since, Piece.id).limit(most)).all()
    return _cards(session, rows, now=now) if rows else ()


def count(session: Session, actor: Actor, *, now: datetime) -> int:
    """How many pieces wait for this actor."""
    turn = _of_turn(session, actor, calendar.today(session, now=now))
    return session.scalar(turn.with_only_columns(func.count())) or 0


def file(session: Session, actor: Actor, file_id: int, *, now: datetime) -> StoredFile:
    """A file of a piece that this actor may read, while it is kept. Raises NotFound, Denied."""
    found = session.scalar(select(StoredFile).where(StoredFile.id == file_id))
    piece_id = session.scalar(select(Part.piece_id).where(Part.id == found.part_id)) if found else None
    piece = locate_piece(session, piece_id, now=now, lock=False) if piece_id else None
    require(actor, Permission.EVIDENCE_READ, about_of(actor, piece))
    if found is None or found.stored is None:
        raise NotFound(said("This file is kept no more."))
    return found


def _of_turn(session: Session, actor: Actor, on: date) -> Select[Piece]:
    """The waiting pieces of others that are this actor's turn, in a capacity that they still hold, or a principal's."""
    still = or_(
        and_(Piece.capacity == "manager", Person.team_id.in_(actor.line)),
        and_(Piece.capacity == "trainer", Piece.curriculum_id.in_(actor.owned)),
        Piece.capacity.in_([right.value for right in (Right.ASSESSOR, Right.ADMINISTRATOR) if right in actor.rights]),
    )
    turn = and_(Piece.reviewer_id == actor.person_id, still)
    if absent := routing.principals(session, actor.person_id or 0, on):
        turn = or_(turn, Piece.reviewer_id.in_(absent))
    return (
        select(Piece)
        .join(Person, Person.id == Piece.person_id)
        .where(Piece.state == "waiting", Person.state == "active", Piece.person_id != (actor.person_id or 0), turn)
    )


def _queue(session: Session, actor: Actor, piece_id: int, on: date) -> Queue | None:
    waits = _of_turn(session, actor, on).with_only_columns(Piece.id).order_by(Piece.since, Piece.id)
    numbers = session.scalars(waits).all()
    if piece_id not in numbers:
        return None
    place = numbers.index(piece_id)
    after = numbers[place + 1] if place + 1 < len(numbers) else None
    return Queue(place=place + 1, of=len(numbers), before=numbers[place - 1] if place else None, after=after)


def _cards(session: Session, rows: Sequence[Piece], *, now: datetime) -> tuple[Card, ...]:
    on = calendar.today(session, now=now)
    acting = routing.deputies(session, on)

    def looks(row: Piece) -> int | None:
        deputy = acting.get(row.reviewer_id or 0)
        return deputy if row.state == "waiting" and deputy not in {None, row.person_id} else row.reviewer_id

    people = {row.person_id for row in rows}
    known = names(session, people | {one for one in map(looks, rows) if one})
    versions = routing.versions_of(session, people, on)
    return tuple(
        Card(
            row=row,
            who=known[row.person_id],
            version=next((one for one in versions[row.person_id] if one.curriculum_id == row.curriculum_id), None),
            looks=known[number] if (number := looks(row)) else None,
        )
        for row in rows
    )


def _parts(session: Session, piece: Piece) -> tuple[HandedPart, ...]:
    rows = session.scalars(select(Part).where(Part.piece_id == piece.id).order_by(Part.id)).all()
    files: dict[int, list[StoredFile]] = defaultdict(list)
    numbers = [row.id for row in rows]
    for one in session.scalars(select(StoredFile).where(StoredFile.part_id.in_(numbers)).order_by(StoredFile.id)):
        files[one.part_id].append(one)
    said_ = texts.read(session, Part, numbers)
    return tuple(
        HandedPart(at=row.added_at, text=said_.get(row.id), link=row.link, files=tuple(files[row.id])) for row in rows
    )


def _told(session: Session, reviews: Iterable[Review], known: dict[int, Named]) -> tuple[Told, ...]:
    rows = list(reviews)
    said_ = texts.read(session, Review, [row.id for row in rows])
    numbers = [row.evidence_id for row in rows if row.evidence_id]
    noted = texts.read(session, Evidence, numbers)
    ratings = {one.id: one for one in session.scalars(select(Evidence).where(Evidence.id.in_(numbers)))}
    return tuple(
        Told(
            row=row,
            by=known.get(row.by_id or 0),
            for_=known.get(row.for_id or 0),
            to=known.get(row.to_id or 0),
            level=ratings[row.evidence_id].level if row.evidence_id else None,
            until=ratings[row.evidence_id].until if row.evidence_id else None,
            text=said_.get(row.id) or noted.get(row.evidence_id or 0),
        )
        for row in rows
    )
