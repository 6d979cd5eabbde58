"""Handing a message to the site's mail server, and putting its refusals into reasons without anybody's address."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

from lms.jobs.work import Failed

TIMEOUT = 10.0
PERMANENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The mail server of the site. `security` is none, starttls or tls; without `user` there is no signing in."""

    host: str
    port: int
    security: str
    user: str
    password: str
    here: str
    """The name by which this machine greets."""


def send(server: Server, message: EmailMessage) -> None:
    """Hand the message over. Raises Failed, final when the server says that trying again has no point."""
    with _reasons(), _connected(server) as connection:
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)
        with contextlib.suppress(smtplib.SMTPException, OSError):  # the message is accepted, however the server parts
            connection.quit()


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    connection = _connect(server)
    try:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        yield connection
    finally:
        connection.close()


def _connect(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        trusted = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, server.here, timeout=TIMEOUT, context=trusted)
    return smtplib.SMTP(server.host, server.port, server.here, timeout=TIMEOUT)


@contextmanager
def _reasons() -> Iterator[None]:
    """A server's words may quote the recipient; only its numbers are kept."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as refused:
        raise _refused("mail-sign-in", refused.smtp_code) from refused
    except smtplib.SMTPRecipientsRefused as refused:
        raise _refused("mail-recipient", max(code for code, _ in refused.recipients.values())) from refused
    except smtplib.SMTPNotSupportedError as refused:
        raise Failed("mail-unsupported", final=True) from refused
    except smtplib.SMTPResponseException as refused:
        raise _refused("mail-refused", refused.smtp_code) from refused
    except ssl.SSLError as error:
        raise Failed("mail-encryption") from error
    except (smtplib.SMTPException, OSError) as error:
        slow = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        raise Failed("mail-slow" if slow else "mail-unreachable") from error


def _refused(code: str, number: int) -> Failed:
    return Failed(code, str(number), final=number >= PERMANENT)
