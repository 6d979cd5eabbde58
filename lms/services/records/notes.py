"""Notes of one-to-ones: shared with the person unless their author keeps them private. Added and corrected, never changed.

A private note is read by its author alone, while they lead the person, and stands in the export of the person's data: what is
written about somebody is theirs to know. *Instead of:* notes that the person can never see, which no law of data allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.errors import Conflict, NotFound, NotPermitted, said
from lms.services import ledger
from lms.services.access import Actor, Permission
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.services.records import texts
from lms.storage.person_records import OneOnOneNote

MOST = 100
TWO_CLICKS = timedelta(minutes=1)
"""The same words by the same author within it are one note: a button pressed twice, or a page sent anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it is read; `corrected`: it replaces an earlier one."""

    id: int
    author: Named
    at: datetime
    shared: bool
    corrected: bool
    text: str
    own: bool
    """Did whoever reads write it?"""


def add(session: Session, actor: Actor, person_id: int, text: str, *, private: bool, now: datetime) -> OneOnOneNote:
    """Write a note about a person of one's line, or a shared one about oneself. The same twice at once is one note.

    Raises Invalid, Denied; NotPermitted for a private note about oneself; Conflict for who is not active.
    """
    lookup.active(session, actor, Permission.RECORD_NOTE, person_id)
    return _write(session, actor, person_id, text, shared=not private, now=now)


def correct(session: Session, actor: Actor, note_id: int, text: str, *, now: datetime) -> OneOnOneNote:
    """Replace a note of one's own; the earlier text stays with the person's data.

    Raises Invalid, NotFound, Denied; Conflict when it was replaced meanwhile.
    """
    before = mine(session, actor, note_id)
    lookup.active(session, actor, Permission.RECORD_NOTE, before.person_id)
    if session.scalar(select(OneOnOneNote.id).where(OneOnOneNote.corrects_id == note_id)):
        raise Conflict(said("This note was corrected already. Open the page again."))
    return _write(session, actor, before.person_id, text, shared=before.shared, now=now, corrects=note_id)


def mine(session: Session, actor: Actor, note_id: int) -> OneOnOneNote:
    """A note that the actor wrote. Raises NotFound for any other."""
    found = session.get(OneOnOneNote, note_id)
    if found is None or found.author_id != actor.person_id:
        raise NotFound(said("There is no such note of yours."))
    return found


def of(session: Session, actor: Actor, person_id: int) -> tuple[Note, ...]:
    """The notes about a person that this actor may read, the latest first. Raises Denied."""
    lookup.person(session, actor, Permission.RECORD_READ, person_id)
    later = aliased(OneOnOneNote)
    replaced = select(later.id).where(later.corrects_id == OneOnOneNote.id).exists()
    query = select(OneOnOneNote).where(OneOnOneNote.person_id == person_id, ~replaced)
    query = query.where(or_(OneOnOneNote.shared, OneOnOneNote.author_id == (actor.person_id or 0)))
    rows = session.scalars(query.order_by(OneOnOneNote.id.desc()).limit(MOST)).all()
    known, words = names(session, {row.author_id for row in rows}), texts.of(session, texts.NOTE, [r.id for r in rows])
    return tuple(
        Note(
            id=row.id,
            author=known[row.author_id],
            at=row.at,
            shared=row.shared,
            corrected=row.corrects_id is not None,
            text=words.get(row.id, ""),
            own=row.author_id == actor.person_id,
        )
        for row in rows
    )


def _write(
    session: Session,
    actor: Actor,
    person_id: int,
    text: str,
    *,
    shared: bool,
    now: datetime,
    corrects: int | None = None,
) -> OneOnOneNote:
    plain = texts.typed(text, "text", said("Write what you want to keep of the talk."))
    again = None if corrects else _just_written(session, actor, person_id, plain, shared=shared, now=now)
    if again is not None:
        return again
    assert actor.person_id is not None, "a note has an author"
    if not shared and person_id == actor.person_id:
        raise NotPermitted(said("A note about oneself is shared with whoever leads one."))
    salt, digest = texts.salted(plain)
    note = OneOnOneNote(
        person_id=person_id, author_id=actor.person_id, shared=shared, at=now, corrects_id=corrects, digest=digest
    )
    session.add(note)
    session.flush()  # its text and the audit name its number
    texts.keep(session, texts.NOTE, note.id, person_id, plain, salt)
    action = "note.corrected" if corrects else "note.written"
    ledger.note(
        session, actor, action, now=now, subject=("person", person_id), note=note.id, shared=shared, text=digest
    )
    return note


def _just_written(
    session: Session, actor: Actor, person_id: int, plain: str, *, shared: bool, now: datetime
) -> OneOnOneNote | None:
    """The note with these words that its author wrote a moment ago; the person is locked, so that two clicks take turns."""
    own = select(OneOnOneNote).where(OneOnOneNote.person_id == person_id, OneOnOneNote.author_id == actor.person_id)
    fresh = own.where(OneOnOneNote.shared == shared, OneOnOneNote.at > now - TWO_CLICKS).order_by(
        OneOnOneNote.id.desc()
    )
    last = session.scalar(fresh.limit(1))
    return last if last and texts.of(session, texts.NOTE, [last.id]).get(last.id) == plain else None
