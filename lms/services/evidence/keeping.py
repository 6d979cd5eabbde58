"""The files of evidence: taken by their content, kept until their day, then gone but for their digest.

A file is kept for twelve months after its piece was decided about, for as long as somebody may object; then the clock
takes its name and its bytes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lms.engine.days import last_valid_day
from lms.errors import Invalid, Problem, Said, said
from lms.interop.file_kinds import HEAD, TAIL, FileKind, clean_file_name, kind_of
from lms.services import calendar
from lms.storage.evidence_pieces import Part, Piece, StoredFile
from lms.storage.files import Files, Taken, TooLargeError
from lms.storage.hiring import CandidateFile

KEPT_MONTHS = 12
MOST_FILES = 5
NAMED: tuple[Select[Any], ...] = (select(StoredFile.stored), select(CandidateFile.stored))
"""What names a file of the folder; whoever keeps files there adds theirs, for the others are swept away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as it comes: what its sender calls it, and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that lies in the folder and that no row names yet."""

    name: str
    kind: FileKind
    taken: Taken


def take(store: Files, incoming: Sequence[Incoming]) -> tuple[Kept, ...]:
    """Keep these files. Raises Invalid for the first that is empty, too large, or none that is taken: then keeps none."""
    kept: list[Kept] = []
    for one in incoming:
        try:
            kept.append(_take(store, one))
        except Invalid:
            drop(store, kept)
            raise
    return tuple(kept)


def drop(store: Files, kept: Sequence[Kept]) -> None:
    """Take away what was kept a moment ago."""
    for one in kept:
        store.remove(one.taken.stored)


def store(session: Session, part: Part, kept: Sequence[Kept]) -> None:
    """The rows that name these files, as those of a part."""
    session.add_all(
        StoredFile(
            part_id=part.id,
            person_id=part.person_id,
            stored=one.taken.stored,
            name=one.name,
            media=one.kind.media,
            size=one.taken.size,
            digest=one.taken.digest,
        )
        for one in kept
    )


def retain(session: Session, piece: Piece, decided: date | None) -> Sequence[str]:
    """Keep the files of a piece for twelve months from the day of the decision; None: as long as it waits. Gives their
    digests.
    """
    until = None if decided is None else last_valid_day(decided, KEPT_MONTHS)
    parts = select(Part.id).where(Part.piece_id == piece.id)
    session.flush()  # the files of a part just added are among them
    these = update(StoredFile).where(StoredFile.part_id.in_(parts)).values(kept_until=until)
    rows = session.execute(these.returning(StoredFile.id, StoredFile.digest)).all()
    return [digest for _, digest in sorted(rows)]


def expire(session: Session, *, now: datetime) -> int:
    """Forget the files whose day is over, but for their digests; the sweep takes their bytes. Says how many."""
    over = update(StoredFile).where(StoredFile.kept_until < calendar.today(session, now=now))
    gone = over.where(StoredFile.stored.is_not(None)).values(stored=None, name=None, gone_at=now)
    return session.execute(gone).rowcount  # type: ignore[attr-defined, no-any-return]


def sweep(session: Session, files: Files, *, now: datetime) -> int:
    """Remove the bytes that no row names any more, and halves of uploads; says how many files."""
    named = {stored for select_ in NAMED for stored in session.scalars(select_) if stored is not None}
    return files.sweep(named, now=now)


def _take(store: Files, one: Incoming) -> Kept:
    name = clean_file_name(one.name)
    try:
        taken = store.take(one.stream, head=HEAD, tail=TAIL)
    except TooLargeError:
        raise _refused(said("%(name)s is larger than %(most)s MB.", name=name, most=store.most // 1024**2)) from None
    kind = kind_of(name, taken.head, taken.tail) if taken.size else None
    if kind is None:
        store.remove(taken.stored)
        if not taken.size:
            raise _refused(said("%(name)s is empty. Choose another file.", name=name))
        raise _refused(
            said(
                "%(name)s is no file that is taken, or not what its name says. Take a PDF, a picture, a recording, "
                "a document, slides, a sheet or plain text.",
                name=name,
            )
        )
    return Kept(name=name, kind=kind, taken=taken)


def _refused(sentence: Said) -> Invalid:
    return Invalid(Problem(sentence, field="files"))
