"""What happened in a person's ledger, entry by entry: ratings, completions, exemptions, attestations and roles.

Each with its source, who rated, the day, and until when it holds. Entries that were corrected or taken back are not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.services.organisation.people_shown import Named, names
from lms.storage.evidence_pieces import Review
from lms.storage.record import Attestation, Completion, Evidence, Exemption, RoleAssignment
from lms.storage.snapshot import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry. `what` is the id of a competency, course or role, or a title; `until` None: for good."""

    kind: str
    """The table: evidence, completion, exemption, attestation, role."""
    day: date
    what: str | None
    level: int | None = None
    source: str | None = None
    until: date | None = None
    by_id: int | None = None
    by: Named | None = None
    piece_id: int | None = None
    """The piece of evidence that was signed off, where there is one."""


def events(session: Session, person_id: int) -> tuple[Event, ...]:
    """Every entry that counts, the latest first, in a fixed number of queries. Asks nobody's permission."""
    found = [
        *_evidence(session, person_id),
        *(
            Event(kind="completion", day=row.completed_on, what=row.course)
            for row in _rows(session, Completion, person_id)
        ),
        *(
            Event(kind="exemption", day=row.first or date.min, what=row.course or row.competency, level=row.level,
                  until=row.until, by_id=row.approved_by)
            for row in _rows(session, Exemption, person_id)
        ),
        *(
            Event(kind="attestation", day=row.attested_on, what=row.title, source=row.by, by_id=row.attested_by)
            for row in _rows(session, Attestation, person_id)
        ),
        *(Event(kind="role", day=row.starts, what=row.role) for row in _rows(session, RoleAssignment, person_id)),
    ]  # fmt: skip
    known = names(session, {one.by_id for one in found if one.by_id})
    named = (replace(one, by=known[one.by_id]) if one.by_id else one for one in found)
    return tuple(sorted(named, key=lambda one: (one.day, one.kind, one.what or ""), reverse=True))


def _evidence(session: Session, person_id: int) -> list[Event]:
    rows = (
        in_force(Evidence).outerjoin(Review, Review.evidence_id == Evidence.id).where(Evidence.person_id == person_id)
    )
    return [
        Event(
            kind="evidence",
            day=row.shown_on,
            what=row.competency,
            level=row.level,
            source=row.source,
            until=row.until,
            by_id=row.rater_id,
            piece_id=piece,
        )
        for row, piece in session.execute(rows.add_columns(Review.piece_id))
    ]


def _rows(session: Session, table: Any, person_id: int) -> Any:
    return session.scalars(in_force(table).where(table.person_id == person_id).order_by(table.id))
