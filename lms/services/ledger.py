"""Writing to the ledger and the audit: one audit row for each verb, ledger rows that name it, a digest of what was said.

The digest covers the content of the rows and not their numbers, so that it can be made before they are written and
checked whenever somebody wants to (`services.running.chain`). Notes go to `personal_text` under a salt; the ledger keeps only
their digest, and both the note and its salt go when the person is erased.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from sqlalchemy import Numeric, inspect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from lms.errors import Invalid, said
from lms.services.access import Actor
from lms.storage.audit import Audit
from lms.storage.people import PersonalText
from lms.storage.record import Entry

UNSAID = frozenset({"id", "audit_id"})
OF_ITS_OWN = frozenset({"origin", "note_digest", "corrects_id", "withdraws"})
"""What a row that takes another back does not take over from it."""
E = TypeVar("E", bound=Entry)
MOST_DIGITS = 15
"""Of a number: SQLite keeps decimals as floats, which are exact so far."""


def note(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    subject: tuple[str, int | None] | None = None,
    rows: Sequence[Entry] = (),
    texts: Mapping[Any, str] | None = None,
    **data: Any,
) -> Audit:
    """An audit row for what is being done, and the ledger rows written with it.

    `action` is `noun.verb`; `subject` the kind and number of what it was done to; `data` codes, ids and numbers, never
    anything personal. `texts` are the notes of some of the rows. The rows are added to the session and take the audit
    row's number.
    """
    for row in rows:
        _round(row)
    texts = texts or {}
    salts = {row: secrets.token_hex(16) for row, text in texts.items() if text}
    for row, salt in salts.items():
        row.note_digest = salted(salt, texts[row])
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
        session.add_all(_kept(row, salt, texts[row]) for row, salt in salts.items())
    return entry


def _kept(row: Entry, salt: str, text: str) -> PersonalText:
    return PersonalText(person_id=row.person_id, about_kind=table_of(row), about_id=row.id, salt=salt, text=text)


def _round(row: Entry) -> None:
    """Make numbers what both databases keep: as many places as their column has, and no more digits than a float."""
    for column in inspect(type(row)).columns:
        value = getattr(row, column.key)
        if not isinstance(column.type, Numeric) or value is None:
            continue
        exact = _exact(column.type, value)
        if not exact.is_finite() or exact.adjusted() >= MOST_DIGITS - (column.type.scale or 0):
            raise Invalid(said("The number %(value)s has too many digits.", value=str(value)[:50]))
        setattr(row, column.key, exact)


def _exact(kind: Numeric[Any], value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or number.adjusted() > MOST_DIGITS:
        return number
    return number.quantize(Decimal(1).scaleb(-(kind.scale or 0)), ROUND_HALF_UP)


def withdrawal(entry: E) -> E:
    """The row that takes an entry back, and says nothing else."""
    says = {column.key for column in inspect(type(entry)).columns} - UNSAID - OF_ITS_OWN
    row: dict[str, Any] = {key: getattr(entry, key) for key in says}
    return type(entry)(**row | {"corrects_id": entry.id, "withdraws": True})


def table_of(row: Entry) -> str:
    """The name of the table a ledger row stands in."""
    name: str = row.__tablename__  # type: ignore[attr-defined]
    return name


def salted(salt: str, text: str) -> str:
    """The digest of a personal text under its salt."""
    return "sha256:" + hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def digest_of(rows: Iterable[Entry]) -> str:
    """`sha256:…` over the content of ledger rows, in an order that does not depend on how they were written."""
    return digest_of_lines(line_of(type(row), row) for row in rows)


def digest_of_lines(lines: Iterable[bytes]) -> str:
    """`digest_of` for rows whose lines were made before, such as while reading many."""
    return "sha256:" + hashlib.sha256(b"".join(sorted(lines))).hexdigest()


def line_of(table: type[Entry], row: Any) -> bytes:
    """The 32 bytes that stand for one row in the digest of all; `row` is an entry, or a result with its columns."""
    told = json.dumps(_content(table, row), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).digest()


def columns_of(table: type[Entry]) -> list[Any]:
    """The columns that `line_of` wants, to select them without making objects."""
    return [getattr(table, column.key) for column in inspect(table).columns if column.key not in UNSAID]


def _content(table: type[Entry], row: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"table": table.__tablename__}  # type: ignore[attr-defined]
    for column in inspect(table).columns:
        if column.key in UNSAID:
            continue
        value = getattr(row, column.key)
        if value is None and column.default is not None and column.default.is_scalar:
            value = column.default.arg
        told[column.key] = _plain(column.type, value)
    return told


def _plain(kind: TypeEngine[Any], value: Any) -> Any:
    """A value as the database will give it back, whatever it was written from."""
    if isinstance(kind, Numeric) and value is not None:
        return format(_exact(kind, value), "f")
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat()
