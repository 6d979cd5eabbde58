"""Asking for the password again before a change of mail address, password or second factor."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.services.entry import accounts
from lms.web.door import now
from lms.web.identity import me


def confirm_first(page: str) -> AnyResponse | None:
    """The way to the confirmation, and from there to `page`; None when it was given a moment ago.

    A session that never gave the second factor in force has to give it here.
    """
    who = me()
    factor_missing = who.has_second_factor and not who.actor.second_factor
    if accounts.is_confirmed(who.actor, now()) and not factor_missing:
        return None
    return redirect(url_for("security.confirm", next=url_for(page)), 303)
