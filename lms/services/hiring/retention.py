"""The day of deletion: everything about a candidate goes, whatever it was and wherever it stands.

Rows of every table about them, mails not yet sent or kept for the list of jobs, and the names of their files, whose bytes
the hourly sweep takes because nothing names them any more. Lists and sheets of candidates are made when they are asked for
and kept nowhere. The audit keeps numbers and codes. Who was hired stays as a person, with what they have shown as theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.services import calendar, ledger
from lms.services.access import SITE
from lms.storage.hiring import PARTS, Candidate, Interview
from lms.storage.jobs import Job


def delete_due(session: Session, *, now: datetime) -> int:
    """Delete everything about the candidates whose last day is over; says how many there were."""
    over = select(Candidate.id).where(Candidate.kept_until < calendar.today(session, now=now)).order_by(Candidate.id)
    due = session.scalars(over.with_for_update()).all()
    forget(session, due)
    for number in due:
        ledger.note(session, SITE, "candidate.deleted", now=now, subject=("candidate", number))
    return len(due)


def forget_person(session: Session, person_id: int) -> None:
    """The same for what is still kept of the candidate that an erased person once was."""
    forget(session, session.scalars(select(Candidate.id).where(Candidate.person_id == person_id)).all())


def forget(session: Session, candidates: Collection[int]) -> None:
    """Delete every row about these candidates, the mails to them and those about their interviews included."""
    if not candidates:
        return
    held = session.scalars(select(Interview.id).where(Interview.candidate_id.in_(candidates))).all()
    about = or_(Job.args["candidate"].as_integer().in_(candidates), Job.args["interview"].as_integer().in_(held))
    session.execute(delete(Job).where(Job.kind == "mail.send", about), execution_options=_PLAIN)
    for table in PARTS:
        session.execute(delete(table).where(table.candidate_id.in_(candidates)), execution_options=_PLAIN)
    session.execute(delete(Candidate).where(Candidate.id.in_(candidates)), execution_options=_PLAIN)


_PLAIN = {"synchronize_session": False}
