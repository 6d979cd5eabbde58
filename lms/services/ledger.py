"""Writing to the ledger and the audit: one audit row for each verb, ledger rows that name it, a digest of what was said.

The digest covers the content of the rows and not their numbers, so that it can be made before they are written and
checked whenever somebody wants to (`services.chain`). Notes go to `personal_text` under a salt; the ledger keeps only
their digest, and both the note and its salt go when the person is erased.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from lms.services.access import Actor
from lms.storage.audit import Audit
from lms.storage.people import PersonalText
from lms.storage.record import Entry

UNSAID = frozenset({"id", "audit_id"})


def note(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    subject: tuple[str, int | None] | None = None,
    rows: Sequence[Entry] = (),
    texts: Mapping[Entry, str] | None = None,
    **data: Any,
) -> Audit:
    """An audit row for what is being done, and the ledger rows written with it.

    `action` is `noun.verb`; `subject` the kind and number of what it was done to; `data` codes, ids and numbers, never
    anything personal. `texts` are the notes of some of the rows. The rows are added to the session and take the audit
    row's number.
    """
    salts = {row: secrets.token_hex(16) for row, text in (texts or {}).items() if text}
    for row, salt in salts.items():
        row.note_digest = salted(salt, texts[row])  # type: ignore[index]
    kind, number = subject or (None, None)
    entry = Audit(
        at=now,
        actor_id=actor.person_id,
        action=action,
        subject_kind=kind,
        subject_id=number,
        data=data,
        content=digest_of(rows) if rows else None,
    )
    session.add(entry)
    session.flush()  # the rows need its number
    for row in rows:
        row.audit_id = entry.id
    session.add_all(rows)
    if salts:
        session.flush()  # the notes need the rows' numbers
        session.add_all(_kept(row, salt, texts[row]) for row, salt in salts.items())  # type: ignore[index]
    return entry


def _kept(row: Entry, salt: str, text: str) -> PersonalText:
    return PersonalText(person_id=row.person_id, about_kind=table_of(row), about_id=row.id, salt=salt, text=text)


def table_of(row: Entry) -> str:
    """The name of the table a ledger row stands in."""
    name: str = row.__tablename__  # type: ignore[attr-defined]
    return name


def salted(salt: str, text: str) -> str:
    """The digest of a personal text under its salt."""
    return "sha256:" + hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def digest_of(rows: Iterable[Entry]) -> str:
    """`sha256:…` over the content of ledger rows, in an order that does not depend on how they were written."""
    lines = sorted(json.dumps(content_of(row), sort_keys=True, ensure_ascii=False, default=str) for row in rows)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def content_of(row: Entry) -> dict[str, Any]:
    """What a ledger row says, without its own number and that of its audit row; defaults filled in."""
    mapper = inspect(type(row))
    said: dict[str, Any] = {"table": table_of(row)}
    for column in mapper.columns:
        if column.key in UNSAID:
            continue
        value = getattr(row, column.key)
        if value is None and column.default is not None and column.default.is_scalar:
            value = column.default.arg
        said[column.key] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return format(value.normalize(), "f") if hasattr(value, "normalize") else str(value)
