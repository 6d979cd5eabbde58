"""Files about a candidate, such as their application: kept like those of evidence, and gone with the candidate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, said
from lms.services.access import Actor
from lms.services.evidence import keeping
from lms.services.evidence.keeping import Incoming, Kept
from lms.services.hiring import finding, own_page
from lms.services.hiring.candidates import note_of
from lms.services.organisation import lookup
from lms.storage.files import Files
from lms.storage.hiring import CandidateFile

MOST_FILES = 10


def attach(
    session: Session, actor: Actor, store: Files, candidate_id: int, incoming: Sequence[Incoming], *, now: datetime
) -> None:
    """Keep files about a candidate. Raises Denied, NotFound, Conflict; Invalid for what is no file that is taken."""
    row, _ = finding.undecided(session, actor, candidate_id)
    assert actor.person_id is not None, "a person attaches it"
    if not incoming:
        raise lookup.wrong("files", said("Choose a file."))
    there = select(func.count()).where(CandidateFile.candidate_id == row.id)
    if (session.scalar(there) or 0) + len(incoming) > MOST_FILES:
        raise Conflict(said("At most %(most)s files are kept about a candidate.", most=MOST_FILES))
    kept = keeping.take(store, incoming)
    session.add_all(_row(row.id, actor.person_id, one, now=now) for one in kept)
    note_of(session, actor, "candidate.file_added", row, now=now, files=len(kept))


def remove(session: Session, actor: Actor, candidate_id: int, file_id: int, *, now: datetime) -> None:
    """Keep a file no more. Raises Denied, NotFound."""
    row, _ = finding.candidate(session, actor, candidate_id, lock=True)
    gone = session.execute(
        delete(CandidateFile).where(CandidateFile.id == file_id, CandidateFile.candidate_id == row.id)
    )
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(said("This file is kept no more."))
    note_of(session, actor, "candidate.file_removed", row, now=now)


def find(session: Session, actor: Actor, candidate_id: int, file_id: int) -> CandidateFile:
    """A file for somebody who works on the opening. Raises Denied, NotFound."""
    row, _ = finding.candidate(session, actor, candidate_id)
    return _one(session, row.id, file_id)


def find_own(session: Session, given: str, file_id: int, *, key: str) -> CandidateFile:
    """A file for the candidate whom it is about. Raises LinkOver, NotFound."""
    return _one(session, own_page.find(session, given, key=key).id, file_id)


def _one(session: Session, candidate_id: int, file_id: int) -> CandidateFile:
    found = session.get(CandidateFile, file_id)
    if found is None or found.candidate_id != candidate_id:
        raise NotFound(said("This file is kept no more."))
    return found


def _row(candidate_id: int, by: int, one: Kept, *, now: datetime) -> CandidateFile:
    return CandidateFile(
        candidate_id=candidate_id,
        stored=one.taken.stored,
        name=one.name,
        media=one.kind.media,
        size=one.taken.size,
        digest=one.taken.digest,
        added_by=by,
        added_at=now,
    )
