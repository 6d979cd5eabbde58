"""Giving a browser its session, or half of one: what every way in ends with."""

from __future__ import annotations

from flask import redirect, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.services.entry import signing_in
from lms.services.entry.signing_in import HalfWay
from lms.storage.session import db
from lms.web import given
from lms.web.door import now
from lms.web.entry.safe_next import home_or
from lms.web.identity import enter

HALF = "half_way"
KNOWN = "cairn_known"
ONE_YEAR = 31_536_000


def go_in(welcomed: str | HalfWay, mail: str, wanted: str | None) -> AnyResponse:
    """Give the browser its session and go where the person wanted to, or ask for the second factor first."""
    if isinstance(welcomed, HalfWay):
        session.clear()
        session[HALF] = {"person_id": welcomed.person_id, "proof": welcomed.proof, "at": welcomed.at, "mail": mail}
        return redirect(url_for("auth.second_step", next=wanted), 303)
    enter(welcomed)
    answer = redirect(home_or(wanted), 303)
    mark = signing_in.mark(mail, key=given.key())
    answer.set_cookie(given.cookie_name(KNOWN), mark, max_age=ONE_YEAR, **given.cookie_options())
    return answer


def half_way() -> tuple[HalfWay, str] | None:
    """Who of this browser gave the right password a moment ago, and their address, while that counts."""
    kept = session.get(HALF)
    if not kept:
        return None
    half = HalfWay(person_id=kept["person_id"], proof=kept["proof"], at=kept["at"])
    alive = signing_in.still_half_way(db.session, half, key=given.key(), now=now())
    return (half, kept["mail"]) if alive else None
