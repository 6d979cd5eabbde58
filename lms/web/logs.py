"""What is logged: one line for each request, and failures with the place where they happened; nothing personal.

A line names the route, not the address: an address may hold the token of a link or what somebody searched for. It names
who asked by number, and no network address. Of an exception it shows type and place but not its text, in which a database
repeats the values it was given; LMS_LOG_LEVEL=DEBUG shows the text, for a machine without real people. Whatever is logged
stays on one line: line breaks and everything else that cannot be seen is escaped, so that no name can forge an entry.
*Instead of:* the server's own access log, which writes addresses.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from lms.web.identity import signed_in

LOG = logging.getLogger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
QUIET = frozenset({"static", "health.lives", "health.ready"})
"""Routes that are asked for all the time and tell nothing; logged at DEBUG."""


class OneLine(logging.Formatter):
    """When, how grave, where, what: each entry on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = f"{at} {record.levelname} {record.name} {record.getMessage()}"
        if record.exc_info and record.exc_info[1]:
            line += " " + failure(record.exc_info[1], text=LOG.isEnabledFor(logging.DEBUG))
        return plain(line)


def plain(text: str) -> str:
    r"""The text on one line, with everything that cannot be seen escaped.

    >>> plain("Dana\n2026-11-23 admin login")
    'Dana\\n2026-11-23 admin login'
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def failure(error: BaseException, *, text: bool) -> str:
    """An exception on one line: what it was and where it passed, the innermost place last."""
    places = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{place.filename}:{place.lineno}:{place.name}" for place in places)
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__} at {where}" + (f": {error}" if text else "")


def install(app: Flask) -> None:
    """Log each request of `app`; to the terminal, unless logging was set up by somebody else."""
    logger = logging.getLogger("lms")
    ours = any(isinstance(handler.formatter, OneLine) for handler in logger.handlers)
    if not ours and not logging.getLogger().handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(OneLine())
        logger.addHandler(handler)
        logger.propagate = False
    app.before_request(_began)
    app.after_request(_ended)


def _began() -> None:
    g.began = time.perf_counter()


def _ended(answer: Response) -> Response:
    level = logging.DEBUG if request.endpoint in QUIET else logging.INFO
    if not LOG.isEnabledFor(level):
        return answer
    took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0.0
    who = signed_in() if "_login_user" in g else None
    LOG.log(
        level,
        "method=%s page=%s status=%d ms=%.0f person=%s",
        request.method if request.method in METHODS else "other",
        request.endpoint or "-",
        answer.status_code,
        took,
        who.actor.person_id if who else "-",
    )
    return answer
