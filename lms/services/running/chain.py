"""The chain over the audit: sealing committed entries in order, its head, and whether anything was changed since.

Each seal is a digest over the seal before, one audit row and the moment of sealing; the audit row carries a digest of
the ledger rows written with it. So a change, a removal or an insertion anywhere breaks the chain at that place, unless
everything after it was written anew, and that a head kept elsewhere shows. Entries are sealed as they become visible:
one that was committed late stands after others with a higher number, and the chain holds all the same. One that turns
up among entries sealed an hour before was inserted; no transaction lasts so long.

*Instead of:* sealing by the time of the entry, which a late commit would break; and one digest over a whole table, which
says that something is wrong but not where.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select, text
from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.services.ledger import columns_of, digest_of_lines, line_of, salted, table_of
from lms.storage.audit import Audit, Seal
from lms.storage.people import PersonalText
from lms.storage.record import LEDGER

BATCH = 1_000
LOOK_BACK = 20_000
"""How far below the highest sealed number the sealer looks for entries that were committed late."""
LONGEST_TRANSACTION = timedelta(hours=1)
ONE_SEALER = 0x0CA1B12
"""The advisory lock of PostgreSQL under which seals are added."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal: how many there are, its digest, and when it was made."""

    seq: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verified:
    """Nothing was changed: the head, how many entries wait for their seal, and how many were sealed long after their date.

    `late` is normal where history was brought in or the sealer stood still; an entry written today under an old date
    shows there too.
    """

    head: Head | None
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where something is not as it was written: `audit_id` of the entry, `seq` of the seal, and why."""

    kind: str
    message: Said
    audit_id: int | None = None
    seq: int | None = None


@dataclass(slots=True)
class _Walk:
    """Where a verification stands: the last seal it passed, and what it has seen on the way."""

    seq: int = 0
    digest: str = ""
    at: datetime | None = None
    highest: int = 0
    recent: deque[tuple[datetime, int]] = field(default_factory=deque)
    """The highest number after each run of the sealer in the last hour."""
    settled: int = 0
    """The highest number that had been sealed an hour before the last seal."""
    late: int = 0
    head_seen: bool = False


def head(session: Session) -> Head | None:
    """The newest seal; None while nothing has been sealed."""
    found = session.execute(select(Seal.seq, Seal.digest, Seal.at).order_by(Seal.seq.desc()).limit(1)).one_or_none()
    return None if found is None else Head(found.seq, found.digest, found.at)


def seal(session: Session, *, now: datetime, most: int = BATCH) -> Head | None:
    """Seal the committed entries that have no seal, at most so many; the new head, or None when there was nothing to do.

    Nobody who writes entries waits for this. When another worker is sealing, this one does nothing.
    """
    if not _alone(session):
        return None
    last = head(session) or Head(0, "", now)
    highest = session.scalar(select(func.max(Seal.audit_id))) or 0
    unsealed = (
        select(*_said(Audit))
        .where(Audit.id > highest - LOOK_BACK, ~exists().where(Seal.audit_id == Audit.id))
        .order_by(Audit.id)
        .limit(most)
    )
    new = []
    for row in session.execute(unsealed):
        last = Head(last.seq + 1, digest_of(last.digest, last.seq + 1, now, row), now)
        new.append(Seal(seq=last.seq, audit_id=row.id, at=now, digest=last.digest))
    session.add_all(new)
    session.flush()  # a seal with this number, made by somebody else, is found out here
    return last if new else None


def waiting(session: Session) -> int:
    """How many entries wait for their seal."""
    highest = session.scalar(select(func.max(Seal.audit_id))) or 0
    unsealed = (Audit.id > highest - LOOK_BACK, ~exists().where(Seal.audit_id == Audit.id))
    return session.scalar(select(func.count()).select_from(Audit).where(*unsealed)) or 0


def verify(session: Session, *, head: str | None = None, chunk: int = BATCH) -> Verified | Broken:
    """Is everything as it was written? `head` is the digest of one that was kept elsewhere.

    Reads in chunks, so memory does not grow with the number of entries. Names the first place that is wrong.
    """
    walk = _Walk()
    for seals in _sealed(session, chunk):
        found = _chunk_of_chain(walk, seals, head) or _contents(session, [(row.id, row.content) for row in seals])
        if found:
            return found
    waiting = 0
    for rows in _unsealed(session, chunk):
        waiting += len(rows)
        found = _never_sealed(walk, rows) or _contents(session, [(row.id, row.content) for row in rows])
        if found:
            return found
    if head and not walk.head_seen:
        return Broken(
            "cut",
            said(
                "The head that was kept is not in this chain: entries were cut off at its end, or the whole chain was written anew."
            ),
        )
    newest = Head(walk.seq, walk.digest, walk.at) if walk.at else None
    return _without_entry(session) or _notes(session) or Verified(newest, waiting, walk.late)


def digest_of(before: str, seq: int, at: datetime, row: Any) -> str:
    """The digest of a seal: over the one before, its own number and moment, and everything its audit row says."""
    content = {
        "seq": seq,
        "sealed": at.isoformat(),
        "id": row.id,
        "at": row.at.isoformat(),
        "actor": row.actor_id,
        "action": row.action,
        "subject": [row.subject_kind, row.subject_id],
        "data": row.data,
        "content": row.content,
    }
    said_plainly = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(f"{before}\n{said_plainly}".encode()).hexdigest()


def _alone(session: Session) -> bool:
    """Are we the only sealer? SQLite has one writer anyhow."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ONE_SEALER}))


def _said(audit: type[Audit]) -> list[Any]:
    return [
        getattr(audit, name)
        for name in ("id", "at", "actor_id", "action", "subject_kind", "subject_id", "data", "content")
    ]


def _sealed(session: Session, chunk: int) -> Iterator[Sequence[Any]]:
    """The seals in order, each with its audit row, or with nothing where that is gone."""
    seq = None
    while True:
        query = select(Seal.seq, Seal.audit_id, Seal.at.label("sealed"), Seal.digest, *_said(Audit))
        query = query.outerjoin(Audit, Audit.id == Seal.audit_id).order_by(Seal.seq).limit(chunk)
        rows = session.execute(query if seq is None else query.where(Seal.seq > seq)).all()
        if not rows:
            return
        yield rows
        seq = rows[-1].seq


def _unsealed(session: Session, chunk: int) -> Iterator[Sequence[Any]]:
    number = 0
    while True:
        query = select(Audit.id, Audit.content).where(~exists().where(Seal.audit_id == Audit.id), Audit.id > number)
        rows = session.execute(query.order_by(Audit.id).limit(chunk)).all()
        if not rows:
            return
        yield rows
        number = rows[-1].id


def _chunk_of_chain(walk: _Walk, seals: Sequence[Any], kept: str | None) -> Broken | None:
    for row in seals:
        found = _link(walk, row)
        if found:
            return found
        walk.highest = max(walk.highest, row.audit_id)
        walk.late += row.sealed - row.at > LONGEST_TRANSACTION
        walk.head_seen = walk.head_seen or row.digest == kept
        walk.seq, walk.digest, walk.at = row.seq, row.digest, row.sealed
        _settle(walk)
    return None


def _settle(walk: _Walk) -> None:
    assert walk.at is not None, "a seal was passed"
    if walk.recent and walk.recent[-1][0] == walk.at:
        walk.recent.pop()
    walk.recent.append((walk.at, walk.highest))
    while walk.recent[0][0] < walk.at - LONGEST_TRANSACTION:
        walk.settled = max(walk.settled, walk.recent.popleft()[1])


def _link(walk: _Walk, row: Any) -> Broken | None:
    number, seq = row.audit_id, row.seq
    if seq != walk.seq + 1:
        what = said("Seals %(first)s to %(last)s were removed.", first=walk.seq + 1, last=seq - 1)
        return Broken("removed", what, seq=walk.seq + 1)
    if row.id is None:
        return Broken("removed", said("Entry %(entry)s was removed.", entry=number), number, seq)
    if row.digest != digest_of(walk.digest, seq, row.sealed, row):
        what = said("Entry %(entry)s is not what was sealed: it, its seal or its place was changed.", entry=number)
        return Broken("changed", what, number, seq)
    if number < walk.settled:
        what = said("Entry %(entry)s was inserted among entries that had been sealed long before.", entry=number)
        return Broken("inserted", what, number, seq)
    return None


def _never_sealed(walk: _Walk, rows: Sequence[Any]) -> Broken | None:
    number = rows[0].id
    if number > walk.highest - LOOK_BACK:
        return None
    what = said("Entry %(entry)s was inserted among entries that had been sealed long before.", entry=number)
    return Broken("inserted", what, number)


def _contents(session: Session, entries: Sequence[tuple[int, str | None]]) -> Broken | None:
    """Does each entry's digest fit the ledger rows that name it?"""
    lines = _lines(session, [number for number, _ in entries])
    for number, content in entries:
        found = lines.get(number)
        if (digest_of_lines(found) if found else None) != content:
            return _wrong_rows(number, had=content is not None, has=found is not None)
    return None


def _lines(session: Session, entries: Sequence[int]) -> dict[int, list[bytes]]:
    lines: dict[int, list[bytes]] = {}
    for table in LEDGER:
        query = select(table.audit_id, *columns_of(table)).where(table.audit_id.in_(entries))
        for row in session.execute(query.execution_options(yield_per=BATCH)):
            lines.setdefault(row.audit_id, []).append(line_of(table, row))
    return lines


def _wrong_rows(number: int, *, had: bool, has: bool) -> Broken:
    if not had:
        what = said(
            "Entry %(entry)s wrote nothing to the ledger, but a ledger row names it: that was inserted.", entry=number
        )
        return Broken("ledger-inserted", what, number)
    if not has:
        return Broken("ledger-removed", said("The ledger rows of entry %(entry)s were removed.", entry=number), number)
    what = said("The ledger rows of entry %(entry)s were changed, or some removed or added.", entry=number)
    return Broken("ledger-changed", what, number)


def _without_entry(session: Session) -> Broken | None:
    """A ledger row that names an entry which does not exist."""
    for table in LEDGER:
        orphan = select(table.audit_id).where(~exists().where(Audit.id == table.audit_id)).limit(1)
        number = session.scalar(orphan)
        if number is not None:
            what = said("Entry %(entry)s was removed; ledger rows still name it.", entry=number)
            return Broken("removed", what, number)
    return None


def _notes(session: Session) -> Broken | None:
    """A note that is not the one of which its ledger row keeps the digest, or stands with somebody else.

    One that is gone is none: whoever is erased takes theirs along.
    """
    for table in LEDGER:
        written = select(table.audit_id, table.person_id, table.note_digest, PersonalText).join(
            PersonalText, and_(PersonalText.about_kind == table_of(table()), PersonalText.about_id == table.id)
        )
        with session.execute(written.execution_options(yield_per=BATCH)) as rows:
            for row in rows:
                note = row.PersonalText
                if (salted(note.salt, note.text), note.person_id) != (row.note_digest, row.person_id):
                    what = said("A note of entry %(entry)s is not as it was written.", entry=row.audit_id)
                    return Broken("note-changed", what, row.audit_id)
    return None
