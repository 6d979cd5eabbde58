"""The only sender of mail: `mail.send`. Without a mail server it prints on the worker's terminal, in development.

A mail cannot be taken back, so it is sent before its job is marked done: a worker that dies in between sends it twice,
never not at all, and under the same `Message-ID`, by which mail programs know the second for the first.
"""

from __future__ import annotations

import sys
import unicodedata
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.interop.reading.text_rules import check_mail, mail_key
from lms.jobs import letters, smtp
from lms.jobs.letters import Letter, one_line
from lms.jobs.work import Effect, Failed, Work, nothing
from lms.services import keyed
from lms.services.running.jobs import POINTLESS
from lms.storage.jobs import Job
from lms.storage.site import Site


def prepare(session: Session, work: Work, now: datetime) -> Effect:
    """Write the mail and send it, so that nothing is left for the effect. Who was deactivated or erased meanwhile gets none."""
    letter = letters.write(session, work.args, now=now)
    site = session.scalar(select(Site)) or Site(name="Cairn", mail_host="", mail_from="")
    sender = one_line(site.name), site.mail_from or f"cairn@{_here()}"
    server = smtp.Server(
        host=site.mail_host,
        port=site.mail_port,
        security=site.mail_security,
        user=site.mail_user,
        password=site.mail_password,
        here=_here(),
    )
    session.rollback()  # no snapshot is kept open while the mail server answers
    if letter is None:
        return lambda unit: unit.execute(update(Job).where(Job.id == work.id).values(last_error=POINTLESS))
    message = message_of(letter, work, sender, now=now)
    if server.host:
        smtp.send(server, message)
    elif current_app.config["LMS_SETTINGS"].environment == "production":
        raise Failed("mail-not-set-up", final=True)  # a link on a terminal is a link in a log
    else:
        sys.stdout.write(printed(letter))
        sys.stdout.flush()
    return nothing


def message_of(letter: Letter, work: Work, sender: tuple[str, str], *, now: datetime) -> EmailMessage:
    """The message as it is sent. Raises Failed for an address that no mail can have."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(sender[0], addr_spec=_ascii_domain(sender[1]))
        message["To"] = Address(letter.name, addr_spec=_ascii_domain(letter.to))
    except (Invalid, MessageError, ValueError, IndexError) as error:
        raise Failed("mail-address", final=True) from error
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(work)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def message_id(work: Work) -> str:
    """The same for every try of one job, and another for every other job of any site."""
    key: str = current_app.config["SECRET_KEY"]
    return f"<{keyed.digest(key, 'message', work.id, work.created_at.isoformat())[:32]}@{_here()}>"


def printed(letter: Letter) -> str:
    """The mail for a terminal: text that cannot move its cursor or colour it."""
    text = f"--- Mail to {letter.name} <{letter.to}>\nSubject: {letter.subject}\n\n{letter.text.rstrip()}\n---\n"
    return "".join(c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else "?" for c in text)


def _here() -> str:
    host = urlsplit(current_app.config["LMS_BASE_URL"]).hostname or ""
    return host if "." in host and not host.replace(".", "").isdigit() else "localhost.localdomain"


def _ascii_domain(address: str) -> str:
    """Domains travel in punycode; only a local part outside ASCII needs a server that knows SMTPUTF8.

    *Instead of:* the codec `idna` (of 2003), which sends the mail of straße.example to whoever has strasse.example.
    """
    checked = check_mail(address)
    return f"{checked.rpartition('@')[0]}@{mail_key(checked).rpartition('@')[2]}"
