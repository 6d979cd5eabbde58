"""`impact.compute`: what publishing a draft would do to whom, where they are too many to wait for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.jobs.work import Effect, Work, nothing
from lms.services.authoring import impact_job


def prepare(session: Session, work: Work, now: datetime) -> Effect:
    """Work it out for the draft of `args["digest"]`; nothing is kept when the draft is another one by now."""
    found = impact_job.work_out(session, work.args["curriculum"], work.args["digest"], now=now, beat=work.beat)
    return nothing if found is None else lambda unit: impact_job.keep(unit, work.id, found)
