"""Asking for a mail in the transaction of its cause; `lms.jobs.mail` is the only sender.

The request names a template, a person and codes. The address, the text and any token are made when it is sent, so
that no row holds them and nobody is written to after they were erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.services.running.jobs import Wanted, enqueue

MAIL_ATTEMPTS = 14
"""About five and a half hours: mail servers are away for longer than databases."""


def send(session: Session, template: str, person_id: int, *, now: datetime, actor: Actor = SITE, **values: Any) -> int:
    """Send this person a mail; `values` are ids and codes that the template looks up. Gives the number of the job."""
    mail = letter(template, person_id, **values)
    job = enqueue(session, mail.kind, mail.args, now=now, actor=actor, max_attempts=mail.max_attempts)
    assert job is not None, "a mail has no dedupe key"
    return job


def letter(template: str, person_id: int, **values: Any) -> Wanted:
    """The same mail as a job to be asked for together with others."""
    args = {"template": template, "person": person_id, **values}
    return Wanted(kind="mail.send", args=args, max_attempts=MAIL_ATTEMPTS)
