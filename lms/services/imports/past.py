"""Imports that have been: what each brought, who brought it, and which of its people still wait for an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.errors import NotFound, Said, said
from lms.services.access import Actor, Permission, require
from lms.services.entry import invitations
from lms.services.imports.values import History
from lms.services.organisation.people_shown import names
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.audit import Audit
from lms.storage.people import Person
from lms.storage.record import ImportBatch

INVITED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One import; `by` is None when the command line did it."""

    id: int
    history: History
    at: datetime
    by: str | Said | None
    rows: int
    added: int
    changed: int
    unchanged: int
    created: tuple[tuple[int, int], ...]


def latest(session: Session, actor: Actor, *, most: int = 10) -> tuple[Past, ...]:
    """The imports before now, the latest first."""
    require(actor, Permission.HISTORY_IMPORT)
    rows = session.execute(
        select(ImportBatch, Audit)
        .join(Audit, Audit.id == ImportBatch.audit_id)
        .order_by(ImportBatch.id.desc())
        .limit(most)
    ).all()
    people = names(session, {audit.actor_id for _, audit in rows if audit.actor_id})
    return tuple(_past(batch, audit, people[audit.actor_id].name if audit.actor_id else None) for batch, audit in rows)


def one(session: Session, actor: Actor, batch_id: int) -> Past:
    """The import with this number. Raises Denied, NotFound."""
    require(actor, Permission.HISTORY_IMPORT)
    found = session.execute(
        select(ImportBatch, Audit).join(Audit, Audit.id == ImportBatch.audit_id).where(ImportBatch.id == batch_id)
    ).one_or_none()
    if found is None:
        raise NotFound(said("There is no such import."))
    batch, audit = found
    by = names(session, {audit.actor_id})[audit.actor_id].name if audit.actor_id else None
    return _past(batch, audit, by)


def uninvited(session: Session, past: Past, *, now: datetime) -> Sequence[int]:
    """The people whom this import brought who have no password and no invitation that still works."""
    if not past.created:
        return ()
    waiting = select(OneTimeLink.person_id).where(
        OneTimeLink.kind == "invitation",
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
        OneTimeLink.person_id.is_not(None),
    )
    return session.scalars(
        select(Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            or_(*(and_(Person.id >= first, Person.id <= last) for first, last in past.created)),
            Person.state == "active",
            Account.password_hash.is_(None),
            Person.id.not_in(waiting),
        )
        .order_by(Person.id)
    ).all()


def invite_new(session: Session, actor: Actor, past: Past, *, now: datetime, most: int = INVITED_AT_ONCE) -> int:
    """Invite those of them who were not invited yet, at most so many at once; says how many."""
    people = uninvited(session, past, now=now)[:most]
    for person in people:
        invitations.invite(session, actor, person, now=now)
    return len(people)


def _past(batch: ImportBatch, audit: Audit, by: str | Said | None) -> Past:
    return Past(
        id=batch.id,
        history=History(batch.kind),
        at=audit.at,
        by=by,
        rows=batch.rows,
        added=batch.added,
        changed=batch.changed,
        unchanged=batch.unchanged,
        created=tuple((first, last) for first, last in audit.data.get("created", ())),
    )
