"""Text that no database keeps is refused before any view sees it: a NUL, which PostgreSQL refuses and SQLite stores.

*Instead of:* a rule in every form, which the one field without a form forgets; and taking the sign out, which changes
what somebody sent.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from lms.errors import Invalid, said

NUL = "\x00"


def install(app: Flask) -> None:
    """Look at every request of `app`, after it is known who asks."""
    app.before_request(refuse)


def refuse() -> None:
    """Refuse an address (400) or a form (422) that holds a NUL."""
    values = [request.path, *request.args, *(text for texts in request.args.listvalues() for text in texts)]
    if any(NUL in text for text in values):
        raise BadRequest
    if any(NUL in text for texts in request.form.listvalues() for text in texts) or any(
        NUL in key for key in request.form
    ):
        raise Invalid(said("What was sent holds a character that cannot be stored. Type it again."))
