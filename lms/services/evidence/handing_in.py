"""Handing evidence in, adding to it when more was asked for, and withdrawing it: what a person does about their own.

Nobody's piece is ever without a reviewer. The same handed in twice, such as by two clicks, is one piece.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.services import ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.evidence import keeping, routing, texts
from lms.services.evidence.desk import Chair, Subject
from lms.services.evidence.keeping import Incoming
from lms.services.evidence.located import Located, locate
from lms.services.organisation import lookup
from lms.services.running import outbox
from lms.storage.bulk import insert_into
from lms.storage.evidence_pieces import WAITING, Part, Piece
from lms.storage.files import Files

KINDS = ("file", "link", "call-recording", "note", "prior-learning")
"""What somebody can hand in; observations are recorded by those who saw something."""
MOST_WAITING = 100
LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What is handed in, or added: words, a link, files; what is empty is left out."""

    text: str = ""
    link: str = ""
    files: Sequence[Incoming] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPiece:
    """A piece as it is handed in: for which competency at which level, shown on which day, of which kind."""

    competency: str
    level: int
    kind: str
    shown_on: date | None
    handed: Handed
    everybody_knows: bool | None = None
    """For a recording of a call: does everybody on it know of it?"""


def hand_in(session: Session, actor: Actor, store: Files, new: NewPiece, *, now: datetime) -> Piece:
    """Hand a piece in; it waits for its reviewer, who is written to. The same twice is one piece.

    Raises Invalid; Conflict without a curriculum, with too much waiting, and where nobody could review it. Eight
    statements at most.
    """
    who = _me(session, actor, now=now)
    if who.version is None:
        raise Conflict(said("You have neither a role nor a target yet, so there is nothing to show. Ask your manager."))
    handed = _cleaned(new.handed)
    if problems := [*_wrong_piece(new, who.on, who.version), *_wrong_parts(new, handed)]:
        raise Invalid(*problems)
    if who.waiting >= MOST_WAITING:
        raise Conflict(said("You have %(most)s pieces waiting. Let some be answered first.", most=MOST_WAITING))
    about = routing.subject(who.person.id, who.person.team_id, who.version, new.competency)
    chair, acting = _reviewer(session, about, who.on)
    taken = keeping.take(store, handed.files)
    told = {
        "person_id": who.person.id,
        "curriculum_id": who.version.curriculum_id,
        "competency": new.competency,
        "level": new.level,
        "kind": new.kind,
        "everybody_knows": new.everybody_knows,
        "shown_on": new.shown_on,
        "handed_in_at": now,
        "state": "waiting",
        "reviewer_id": chair.person_id,
        "capacity": chair.capacity,
        "since": now,
        "digest": _digest(new.kind, new.competency, new.level, handed, taken),
    }
    once = insert_into(session, Piece).values(told)
    once = once.on_conflict_do_nothing(index_elements=["person_id", "digest"], index_where=text(WAITING))
    piece: Piece | None = session.scalar(once.returning(Piece))
    if piece is None:
        keeping.drop(store, taken)
        same = select(Piece).where(Piece.person_id == who.person.id, Piece.digest == told["digest"])
        return session.scalars(same.where(Piece.state == "waiting")).one()
    _part(session, piece, handed, taken, now=now)
    _note(session, actor, "evidence.handed_in", piece, taken, now=now)
    outbox.send(session, "evidence-arrived", acting, now=now, actor=actor, piece=piece.id)
    return piece


def add(session: Session, actor: Actor, store: Files, piece_id: int, handed: Handed, *, now: datetime) -> Piece:
    """Add what was asked for; the piece waits again for whoever asked. Raises NotFound, Invalid, Conflict."""
    piece, me = _own(session, actor, piece_id, now=now)
    if piece.state != "more-asked":
        raise Conflict(said("Nothing more is asked for here. Nothing was changed."))
    handed = _cleaned(handed)
    problems = _wrong_words(handed)
    if not (handed.text or handed.link or handed.files):
        problems.append(Problem(said("Add what was asked for: words, a link or a file."), field="text"))
    if problems:
        raise Invalid(*problems)
    if me.version is None or me.version.curriculum_id != piece.curriculum_id:
        raise Conflict(said("Your curriculum is another one by now. Withdraw this, and hand it in anew."))
    taken = keeping.take(store, handed.files)
    piece.state, piece.answered_at, piece.since = "waiting", None, now
    piece.digest = _digest(piece.digest, piece.competency, piece.level, handed, taken)
    about = routing.subject(me.person.id, me.person.team_id, me.version, piece.competency)
    had = Chair(piece.reviewer_id or 0, piece.capacity or "")
    (piece.reviewer_id, piece.capacity), acting = _reviewer(session, about, me.on, had)
    _part(session, piece, handed, taken, now=now)
    keeping.retain(session, piece, None)
    _note(session, actor, "evidence.added_to", piece, taken, now=now)
    outbox.send(session, "evidence-arrived", acting, now=now, actor=actor, piece=piece.id)
    return piece


def withdraw(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> Piece:
    """Withdraw a piece before it is signed off. Raises NotFound, Conflict."""
    piece, _ = _own(session, actor, piece_id, now=now)
    if piece.state not in {"waiting", "more-asked"}:
        raise Conflict(said("This was answered already. Nothing was changed."))
    _end(session, piece, now=now)
    _note(session, actor, "evidence.withdrawn", piece, (), now=now)
    return piece


def withdraw_all(session: Session, person_id: int, *, now: datetime) -> int:
    """Withdraw what a person who leaves has handed in; says how much. Part of the verb that lets them leave."""
    open_ones = select(Piece).where(Piece.person_id == person_id, Piece.state.in_(("waiting", "more-asked")))
    rows = session.scalars(open_ones.order_by(Piece.id).with_for_update()).all()
    for piece in rows:
        _end(session, piece, now=now)
    return len(rows)


def _end(session: Session, piece: Piece, *, now: datetime) -> None:
    piece.state, piece.answered_at = "withdrawn", now
    keeping.retain(session, piece, now.date())


def _me(session: Session, actor: Actor, *, now: datetime) -> Located:
    require(actor, Permission.EVIDENCE_HAND_IN, About(person_id=actor.person_id))
    me = locate(session, actor.person_id or 0, now=now)
    if me is None:
        raise NotFound(said("There is nobody to hand anything in."))
    if me.person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    return me


def _own(session: Session, actor: Actor, piece_id: int, *, now: datetime) -> tuple[Piece, Located]:
    me = _me(session, actor, now=now)
    same = select(Piece).where(Piece.id == piece_id, Piece.person_id == me.person.id)
    piece = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    if piece is None:
        raise NotFound(said("There is no such piece of yours."))
    return piece, me


def _reviewer(session: Session, about: Subject, on: date, had: Chair | None = None) -> tuple[Chair, int]:
    """Who reviews: whoever had it, while they can, else the first who can; and who looks at it now. Raises Conflict."""
    here = routing.desk(session, on)
    chair = had if had and any(had in level for level in here.levels(about)) else here.first(about)
    if chair is None:
        raise Conflict(said("Nobody can look at it yet. Tell your administrator."))
    return chair, here.acting(chair.person_id, about.person_id)


def _part(session: Session, piece: Piece, handed: Handed, taken: Sequence[keeping.Kept], *, now: datetime) -> None:
    part = Part(piece_id=piece.id, person_id=piece.person_id, added_at=now, link=handed.link or None)
    session.add(part)
    session.flush()  # its text and files need its number
    texts.keep(session, piece.person_id, Part, part.id, handed.text)
    keeping.store(session, part, taken)


def _note(
    session: Session, actor: Actor, action: str, piece: Piece, taken: Sequence[keeping.Kept], *, now: datetime
) -> None:
    ledger.note(
        session,
        actor,
        action,
        now=now,
        subject=("person", piece.person_id),
        piece=piece.id,
        competency=piece.competency,
        level=piece.level,
        kind=piece.kind,
        files=[one.taken.digest for one in taken],
    )


def _cleaned(handed: Handed) -> Handed:
    return Handed(text=texts.clean(handed.text), link=handed.link.strip(), files=handed.files)


def _wrong_piece(new: NewPiece, on: date, version: Published) -> list[Problem]:
    problems = []
    known = version.curriculum.competency_by_id.get(new.competency)
    if known is None:
        problems.append(Problem(said("Choose a competency from the list."), field="competency"))
    if not 1 <= new.level <= len(version.curriculum.scale):
        problems.append(Problem(said("Choose a level from the list."), field="level"))
    if new.shown_on is None:
        problems.append(Problem(said("Say on which day you showed it."), field="shown_on"))
    elif new.shown_on > on:
        problems.append(Problem(said("The day lies ahead. Choose today or an earlier one."), field="shown_on"))
    return [*problems, *lookup.on_the_calendar(new.shown_on, "shown_on")]


def _wrong_parts(new: NewPiece, handed: Handed) -> list[Problem]:
    problems = _wrong_words(handed)
    if new.kind not in KINDS:
        problems.append(Problem(said("Choose what you hand in from the list."), field="kind"))
    if new.kind == "file" and not handed.files:
        problems.append(Problem(said("Choose a file."), field="files"))
    if new.kind == "link" and not handed.link:
        problems.append(Problem(said("Paste the address of what you want to show."), field="link"))
    if new.kind in {"note", "prior-learning"} and not handed.text:
        problems.append(Problem(said("Write down what you did, so that somebody can judge it."), field="text"))
    if new.kind == "call-recording":
        if not handed.files and not handed.link:
            problems.append(Problem(said("Choose the recording, or paste its address."), field="files"))
        if new.everybody_knows is not True:
            sentence = said(
                "Hand in only a recording that everybody on it knows of. Write a note about the call instead."
            )
            problems.append(Problem(sentence, field="everybody_knows"))
    return problems


def _wrong_words(handed: Handed) -> list[Problem]:
    problems = texts.problems(handed.text, "text")
    if handed.link and not _is_address(handed.link):
        problems.append(Problem(said("Paste a whole address that begins with https://."), field="link"))
    if len(handed.files) > keeping.MOST_FILES:
        problems.append(
            Problem(said("Hand in at most %(most)s files at once.", most=keeping.MOST_FILES), field="files")
        )
    return problems


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    return fits and len(link) <= LONGEST_LINK and link.isprintable() and " " not in link


def _digest(kind: str, competency: str, level: int, handed: Handed, taken: Sequence[keeping.Kept]) -> str:
    told = [kind, competency, level, handed.text, handed.link, [one.taken.digest for one in taken]]
    return "sha256:" + hashlib.sha256(json.dumps(told).encode()).hexdigest()
