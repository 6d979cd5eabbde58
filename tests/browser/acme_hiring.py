"""Hiring in the organisation that the browser tests look at: the demo's opening, and a candidate who was declined."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.entry import sessions
from lms.services.evidence.keeping import Incoming
from lms.services.hiring import candidates, deciding, files, own_page
from lms.services.hiring.candidates import Reached
from lms.storage.files import Files
from lms.storage.hiring import Candidate, CandidateFile, Interview, Opening


def applied(
    session: Session, who: dict[str, int], store: Files, key: str, now: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in addresses, and the tokens of candidates; `who` gets the manager who has an interview to hold."""
    recruiter = sessions.actor_of(session, who["recruiter"])
    opened = session.scalars(select(Opening)).one()
    first, second, third = session.scalars(select(Candidate).order_by(Candidate.id)).all()
    gone = candidates.add(session, recruiter, opened.id, Reached(name="Al Ødegård", mail="al@x.example"), now=now)
    letter = Incoming(name="Letter.txt", stream=BytesIO(b"I sell."))
    files.attach(session, recruiter, store, gone.id, [letter], now=now)
    candidates.write_note(session, recruiter, gone.id, "Called on Monday, wants to hear soon.", now=now)
    deciding.decline(session, recruiter, gone.id, "We looked for somebody who has led a deal alone.", now=now)
    waits = session.scalars(select(Interview).where(Interview.state == "asked")).one()
    held = session.scalars(select(Interview).where(Interview.candidate_id == first.id).order_by(Interview.id)).first()
    assert held is not None
    who["hirer"], who["interviewer"] = waits.interviewer_id, held.interviewer_id
    values = {
        "opening_id": str(opened.id),
        "candidate_id": str(first.id),
        "interview_id": str(waits.id),
        "held": str(held.id),
        "half": str(second.id),
        "asks": str(third.id),
        "turned_down": str(gone.id),
        "document_id": str(session.scalars(select(CandidateFile.id)).one()),
    }
    values |= {f"token_{name}": own_page.token(row, key) for name, row in (("asks", third), ("turned_down", gone))}
    return values, {"applicant.show": own_page.token(first, key)}
