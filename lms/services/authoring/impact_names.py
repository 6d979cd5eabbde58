"""Whose path a draft would change, by name: a right of its own, and each look stands in the audit before it is given."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import ledger
from lms.services.access import Actor, Permission, require
from lms.services.authoring import drafts
from lms.services.authoring.drafts import Draft
from lms.storage.audit import Audit

ACTION = "impact.names_seen"
FRESH = timedelta(minutes=15)
"""So long the names are shown after somebody asked for them."""


def ask(session: Session, actor: Actor, curriculum_id: int, *, now: datetime) -> None:
    """Write down that the actor looks at the names. Raises Denied, NotFound."""
    require(actor, Permission.IMPACT_NAMES)
    draft = drafts.open_draft(session, actor, curriculum_id)
    ledger.note(session, actor, ACTION, now=now, subject=("curriculum", curriculum_id), digest=draft.digest)


def are_open(session: Session, actor: Actor, draft: Draft, *, now: datetime) -> bool:
    """Did the actor just ask for the names of this very draft? Raises Denied without the right to names."""
    require(actor, Permission.IMPACT_NAMES)
    rows = select(Audit.data).where(
        Audit.actor_id == actor.person_id,
        Audit.at > now - FRESH,
        Audit.action == ACTION,
        Audit.subject_id == draft.curriculum_id,
    )
    return any(data.get("digest") == draft.digest for data in session.scalars(rows))
