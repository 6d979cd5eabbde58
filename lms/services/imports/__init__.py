"""Bringing history: people, completions, evidence and outcomes from CSV and XLSX files.

A file is compared with what is known (`preview`), and the same comparison is made again and written (`apply`): all of
it or nothing, in the caller's transaction, with one audit row that every ledger row names. The same file twice changes
nothing. Who applies may hand in the digest of the difference they saw; when it has become another one meanwhile, they
see the new one instead. Imports take turns, so that two of one file at once cannot both find its facts missing.
*Instead of:* saving the good rows and reporting the others, after which nobody knows what the next try will double.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, said
from lms.services import ledger
from lms.services.access import Actor, Permission, require
from lms.services.imports.drafting import Draft, draft_of
from lms.services.imports.people_plan import PeopleComparison
from lms.services.imports.people_write import write_people
from lms.services.imports.values import Change, ColumnUse, Difference, History, Outdated, Preview, Report
from lms.services.replanning import input_changed
from lms.services.rules import asking
from lms.storage.bulk import number_ahead
from lms.storage.people import Team
from lms.storage.record import Entry, ImportBatch
from lms.storage.session import is_taken

__all__ = [
    "Change",
    "ColumnUse",
    "Difference",
    "History",
    "Outdated",
    "Preview",
    "Report",
    "apply",
    "preview",
]

Mapped = Mapping[str, str | None]
TURN = 0x43_41_49_52
"""The number of PostgreSQL's advisory lock by which imports take turns; SQLite lets one writer in at a time anyway."""


def preview(
    session: Session,
    actor: Actor,
    history: History,
    data: bytes,
    name: str,
    *,
    now: datetime,
    mapping: Mapped | None = None,
    most: int | None = None,
) -> Preview:
    """What importing this file would do, or everything that is wrong with it. Nothing is written. Raises Denied.

    `name` stands before each problem; `mapping` says which field each header is, "" or None to pass it over; a file of more
    than `most` rows is refused.
    """
    require(actor, Permission.HISTORY_IMPORT)
    return draft_of(session, actor, history, data, name, now, mapping, most).preview


def apply(
    session: Session,
    actor: Actor,
    history: History,
    data: bytes,
    name: str,
    *,
    now: datetime,
    mapping: Mapped | None = None,
    most: int | None = None,
    seen: str | None = None,
) -> Report:
    """Import the file: all of it, or nothing. Writes nothing when it says nothing new.

    `seen` is the digest of the preview that was agreed to. Raises Denied, Invalid with every problem, Outdated when the
    difference is no longer that one, Conflict when somebody else brought the same people in this very moment.
    """
    require(actor, Permission.HISTORY_IMPORT)
    _take_turns(session)
    draft = draft_of(session, actor, history, data, name, now, mapping, most)
    shown = draft.preview
    if shown.problems:
        raise Invalid(*shown.problems)
    if seen is not None and seen != shown.digest:
        raise Outdated(
            said("What this file would change is no longer what you saw. Nothing was imported; look again."), shown
        )
    if not shown.differs:
        return Report(history=history, rows=shown.rows, added=0, changed=0, unchanged=shown.unchanged)
    try:
        return _write(session, actor, draft, now)
    except IntegrityError as clash:
        if not is_taken(clash):
            raise
        raise Conflict(
            said("Somebody else changed the same people in this very moment. Nothing was imported; try again.")
        ) from clash


def _write(session: Session, actor: Actor, draft: Draft, now: datetime) -> Report:
    shown, compared = draft.preview, draft.compared
    data: dict[str, Any] = {
        "kind": shown.history.value,
        "file": shown.file_digest,
        "total": shown.rows,
        "added": len(shown.added),
        "changed": len(shown.changed),
        "unchanged": shown.unchanged,
    }
    created: tuple[int, ...] = ()
    if isinstance(compared, PeopleComparison):
        session.scalars(select(Team.id).order_by(Team.id).with_for_update()).all()  # the tree, as `teams` locks it
        written = write_people(session, compared, now=now)
        entries: tuple[Entry, ...] = written.entries
        texts: dict[Entry, str] = {}
        created, touched = written.created, written.touched
        data |= {"created": runs(created), "rights": written.rights, "managers": written.managers}
        data["teams"] = len(shown.teams_added)
    else:
        entries, texts = tuple(compared.entries), compared.texts
        touched = frozenset(entry.person_id for entry in entries)
    number_ahead(session, entries)
    audit = ledger.note(session, actor, "import.applied", now=now, rows=entries, texts=texts, **data)
    batch = ImportBatch(
        audit_id=audit.id,
        kind=shown.history.value,
        file_digest=shown.file_digest,
        rows=shown.rows,
        added=len(shown.added),
        changed=len(shown.changed),
        unchanged=shown.unchanged,
    )
    session.add(batch)
    session.flush()  # the audit row names the batch; nobody has seen either before the commit
    audit.subject_kind, audit.subject_id = "import", batch.id
    input_changed(session, touched, now=now, actor=actor)
    if shown.added or shown.changed:
        asking.everybody_changed(session, now=now, actor=actor)
    return Report(
        history=shown.history,
        rows=shown.rows,
        added=len(shown.added),
        changed=len(shown.changed),
        unchanged=shown.unchanged,
        batch_id=batch.id,
        created=created,
    )


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as runs of first and last, for the few bytes of an audit row.

    >>> runs([7, 3, 4, 5])
    [[3, 5], [7, 7]]
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _take_turns(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(TURN)))
