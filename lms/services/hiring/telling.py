"""Mails of hiring: to candidates, who are nobody's contact, and to interviewers. They are made when they are sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.services.running import outbox
from lms.services.running.jobs import enqueue
from lms.storage.hiring import Candidate, Interview

LINK = "candidate-link"
NEWS = "candidate-news"
ASKED = "interview-asked"


def link(session: Session, whom: Candidate, *, now: datetime, actor: Actor) -> None:
    """Send a candidate the link to their page."""
    _candidate(session, whom, {"template": LINK}, now=now, actor=actor)


def news(session: Session, whom: Candidate, what: str, *, now: datetime, actor: Actor = SITE) -> None:
    """Tell a candidate that there is something to read on their page. `what`: offered, declined or answered."""
    _candidate(session, whom, {"template": NEWS, "what": what}, now=now, actor=actor)


def asked(session: Session, interview: Interview, *, now: datetime, actor: Actor) -> None:
    """Ask somebody to hold an interview, unless they asked themselves."""
    if interview.interviewer_id != actor.person_id:
        outbox.send(session, ASKED, interview.interviewer_id, now=now, actor=actor, interview=interview.id)


def _candidate(session: Session, whom: Candidate, args: dict[str, str], *, now: datetime, actor: Actor) -> None:
    wanted = {**args, "candidate": whom.id}
    enqueue(session, "mail.send", wanted, now=now, actor=actor, max_attempts=outbox.MAIL_ATTEMPTS)
