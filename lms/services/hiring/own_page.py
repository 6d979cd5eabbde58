"""What a candidate does behind their link, without an account: read, correct, ask, withdraw. Nobody else gets there.

The token is made from the candidate's row under the site's secret key, like that of an invitation; unlike one it works
until the data are deleted, somebody ends it, or another is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.interop.reading.text_rules import mail_key
from lms.services import calendar, keyed
from lms.services.access import SITE
from lms.services.curricula import Published
from lms.services.entry.links import BIGGEST, LinkOver
from lms.services.hiring import finding, interviews, outcomes, shown
from lms.services.hiring.candidates import Reached, cleaned, note_of
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.services.promotions.texts import asked as words
from lms.storage.hiring import (
    REQUESTS,
    Candidate,
    CandidateFile,
    CandidateNote,
    CandidateOutcome,
    CandidateRequest,
    HiringDecision,
    Interview,
    Opening,
)

PATH = "/candidate/"
MOST_REQUESTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """Everything that a candidate reads. What others said of them is there once they have their answer."""

    row: Candidate
    opened: Opening
    version: Published
    shown: Sequence[shown.Entry]
    achieved: Sequence[CandidateOutcome]
    interviews: Sequence[Interview]
    notes: Sequence[CandidateNote]
    files: Sequence[CandidateFile]
    requests: Sequence[CandidateRequest]
    decisions: Sequence[HiringDecision]
    names: dict[int, Named]
    answered: bool


def token(row: Candidate, key: str) -> str:
    """The token of a candidate's link. They must have one."""
    return f"{row.id}.{keyed.digest(key, 'candidate link', row.id, row.nonce)}"


def address(row: Candidate, *, base_url: str, key: str) -> str:
    """The whole address to send."""
    return base_url + PATH + token(row, key)


def find(session: Session, given: str, *, key: str, lock: bool = False) -> Candidate:
    """The candidate of a token, while it works. Raises LinkOver."""
    number, _, _ = given.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 20 and int(number) < BIGGEST):
        raise LinkOver
    asked = select(Candidate).where(Candidate.id == int(number), Candidate.nonce.is_not(None))
    row = session.scalar((asked.with_for_update() if lock else asked).execution_options(populate_existing=True))
    if row is None or not keyed.same(token(row, key), given):
        raise LinkOver
    return row


def read(session: Session, given: str, *, key: str) -> OwnPage:
    """The candidate's page. Raises LinkOver."""
    row = find(session, given, key=key)
    opened = session.get_one(Opening, row.opening_id)
    version = finding.version_of(session, opened)
    answered = row.state not in finding.UNDECIDED
    entries = shown.entries(session, [row.id], version.curriculum)[row.id]
    held = interviews.of(session, row.id)
    decisions = finding.parts(session, HiringDecision, row.id)
    notes = finding.parts(session, CandidateNote, row.id) if answered else []
    requests = finding.parts(session, CandidateRequest, row.id)
    people = {one.interviewer_id for one in held} | {one.decided_by for one in decisions}
    people |= {one.author_id for one in notes} | {one.answered_by for one in requests if one.answered_by}
    return OwnPage(
        row=row,
        opened=opened,
        version=version,
        shown=entries if answered else [one for one in entries if one.evidence_id],
        achieved=outcomes.of_many(session, [row.id])[row.id],
        interviews=held,
        notes=notes,
        files=finding.parts(session, CandidateFile, row.id),
        requests=requests,
        decisions=decisions,
        names=names(session, people | ({opened.manager_id} if opened.manager_id else set())),
        answered=answered,
    )


def correct(session: Session, given: str, who: Reached, *, key: str, now: datetime) -> None:
    """Put one's name or address right. Raises LinkOver, Conflict, Invalid."""
    row = _undecided(session, given, key)
    who = cleaned(replace(who, language=row.language))
    if (row.name, row.mail) == (who.name, who.mail):
        return
    try:
        with session.begin_nested():
            row.name, row.mail, row.mail_key = who.name, who.mail, mail_key(who.mail)
    except IntegrityError as clash:
        raise lookup.wrong("mail", said("This address cannot be used here. Type another.")) from clash
    note_of(session, SITE, "candidate.corrected", row, now=now)


def ask(session: Session, given: str, kind: str, text: str, *, key: str, now: datetime) -> None:
    """Ask for a correction or for something to be made possible. Raises LinkOver, Conflict, Invalid."""
    row = find(session, given, key=key, lock=True)
    if kind not in REQUESTS:
        raise lookup.wrong("kind", said("Choose from the list."))
    asked = select(func.count()).where(CandidateRequest.candidate_id == row.id)
    if (session.scalar(asked) or 0) >= MOST_REQUESTS:
        raise Conflict(said("You have asked for much already. Please write to the people of the opening."))
    session.add(
        CandidateRequest(candidate_id=row.id, kind=kind, at=now, text=words(text, "text", said("Say what you need.")))
    )
    note_of(session, SITE, "candidate.asked", row, now=now, kind=kind)


def withdraw(session: Session, given: str, *, key: str, now: datetime) -> None:
    """Withdraw: nobody is asked about the candidate any more, and tomorrow nothing of them is left.

    Raises LinkOver, Conflict.
    """
    row = _undecided(session, given, key)
    interviews.end_all(session, row)
    row.state, row.kept_until = "withdrawn", calendar.today(session, now=now)
    note_of(session, SITE, "candidate.withdrew", row, now=now)


def _undecided(session: Session, given: str, key: str) -> Candidate:
    row = find(session, given, key=key, lock=True)
    finding.require_undecided(row)
    return row
