"""How a refusal looks on a page: the right status, plain words, a way on, and nothing about the inside."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, make_response, render_template
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.errors import Busy, Conflict, Invalid, LmsError, NotFound, NotPermitted, TooMany
from lms.storage.session import is_away, is_taken
from lms.web.context import without_database
from lms.web.i18n import say
from lms.web.identity import note_denial

LOG = logging.getLogger(__name__)

STATUS: dict[type[LmsError], int] = {
    Invalid: 422,
    NotFound: 404,
    NotPermitted: 403,
    Conflict: 409,
    TooMany: 429,
    Busy: 503,
}
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})
RETRY_SECONDS = 2


def install(app: Flask) -> None:
    """Turn every refusal and every failure into a page."""
    app.register_error_handler(LmsError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(Exception, _failed)


def sentences(refused: LmsError) -> list[str]:
    """Every sentence of a refusal, in the language of the page."""
    if isinstance(refused, Invalid):
        return [say(problem.message) for problem in refused.problems]
    return [say(refused.args[0])]


def page(status: int, messages: list[str] | None = None, **more: object) -> Response:
    """The page of a status; those without one of their own use that of their class."""
    shown = status if status in PAGES else 400 if status < 500 else 500
    answer = make_response(render_template(f"errors/{shown}.html", messages=messages or [], **more), status)
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _refused(refused: LmsError) -> Response:
    if isinstance(refused, NotFound):
        note_denial(refused)
        return page(404)
    status = next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 422)
    answer = page(status, sentences(refused))
    if isinstance(refused, TooMany):
        answer.headers["Retry-After"] = str(refused.wait)
    return answer


def _stale(_error: CSRFError) -> Response:
    return page(
        400,
        [
            gettext(
                "This form was open for too long, or its page came from somewhere else. Nothing was saved. Open the page again."
            )
        ],
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    answer = page(error.code or 500)
    if error.code == 405:
        answer.headers.extend(error.get_headers())
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _database(error: DBAPIError) -> Response:
    """A database that is away answers nothing, so the page that says so is made without it."""
    if not is_away(error):
        return _failed(error)
    LOG.warning("the database is away: %s", type(error.orig).__name__)
    without_database()
    return page(503)


def _overtaken(error: IntegrityError | StaleDataError) -> Response:
    """Somebody did the same in the very same moment, such as the first of two clicks; nothing of this one was kept."""
    return _failed(error) if isinstance(error, IntegrityError) and not is_taken(error) else page(409)


def _failed(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    LOG.error("failed, reference %s", reference, exc_info=error)
    return page(500, reference=reference)
