"""The impact of a draft on more people than somebody waits for: asked for, worked out by a job, kept while it holds.

It holds for the draft and the day it was worked out for. It goes when the draft is published, and after a week.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import SITE, About, Actor, Permission, require
from lms.services.authoring import drafts, impact
from lms.services.authoring.drafts import Draft
from lms.services.authoring.impact import Impact
from lms.services.running.jobs import enqueue
from lms.storage.curricula import Impact as ImpactRow
from lms.storage.jobs import Job
from lms.storage.paths import Path

KIND = "impact.compute"
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An impact that was asked for: when, how far its job is, and what came of it (None: not done yet)."""

    job: Job
    found: Impact | None
    made_at: datetime


def begun(session: Session, draft: Draft, *, now: datetime) -> Begun | None:
    """What was asked for of this draft today; None where nobody did. Asks nobody's permission."""
    asked = select(ImpactRow, Job).join(Job, Job.id == ImpactRow.job_id)
    today = calendar.today(session, now=now)
    same = asked.where(
        ImpactRow.curriculum_id == draft.curriculum_id, ImpactRow.draft_digest == draft.digest, ImpactRow.on == today
    )
    row = session.execute(same.order_by(ImpactRow.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    result = row.Impact.result
    return Begun(job=row.Job, found=impact.of_document(result) if result else None, made_at=row.Impact.made_at)


def overtaken(session: Session, one: Begun, people: Collection[int]) -> int:
    """Of how many of these people the path was planned anew since the impact was asked for: their input changed."""
    anew = set(session.scalars(select(Path.person_id).where(Path.stored_at > one.made_at)))
    return len(anew.intersection(people))


def ask(session: Session, actor: Actor, curriculum_id: int, *, now: datetime) -> None:
    """Let a job work it out, unless one does so or has done so today. Raises Denied, NotFound."""
    require(actor, Permission.DRAFT_EDIT, About(curriculum_id=curriculum_id))
    draft = drafts.open_draft(session, actor, curriculum_id, lock=True)
    known = begun(session, draft, now=now)
    if known is not None and known.job.state != "dead":
        return
    session.execute(delete(ImpactRow).where(ImpactRow.curriculum_id == curriculum_id))
    number = enqueue(
        session,
        KIND,
        {"curriculum": curriculum_id, "digest": draft.digest},
        now=now,
        actor=actor,
        parts=max(1, len(impact.whom(session, curriculum_id))),
    )
    session.add(
        ImpactRow(
            curriculum_id=curriculum_id,
            draft_digest=draft.digest,
            on=calendar.today(session, now=now),
            job_id=number,
            made_at=now,
        )
    )


def work_out(
    session: Session, curriculum_id: int, digest: str, *, now: datetime, beat: Callable[[int], None]
) -> Impact | None:
    """The impact of the draft with this digest; None when it was changed or published meanwhile."""
    draft = drafts.open_draft(session, SITE, curriculum_id)
    if draft.digest != digest:
        return None
    return impact.work_out(session, draft, impact.whom(session, curriculum_id), now=now, beat=beat)


def keep(session: Session, job_id: int, found: Impact) -> None:
    """Keep what the job found, unless nobody waits for it any more."""
    row = session.scalar(select(ImpactRow).where(ImpactRow.job_id == job_id))
    if row is not None:
        row.result = impact.as_document(found)


def forget_old(session: Session, now: datetime) -> None:
    """Delete what is older than a week."""
    session.execute(delete(ImpactRow).where(ImpactRow.made_at < now - KEPT))
