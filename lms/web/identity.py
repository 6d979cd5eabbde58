"""Who asks: Flask-Login over the sessions that the server keeps, and the guard before every view.

The signed cookie carries a random token and nothing else about the person; `services.entry.sessions` knows whose it is.
"""

from __future__ import annotations

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized

from lms.errors import NotFound
from lms.services import access, ledger
from lms.services.access import Actor, Denied, Permission, Public, Right
from lms.services.entry import sessions
from lms.services.entry.sessions import SignedIn
from lms.storage.session import db, transaction
from lms.web.door import now, policy_of_request
from lms.web.entry.safe_next import address_of_request

FACTOR_SETUP = frozenset({Permission.ACCOUNT})
"""What an administrator without a second factor may still open: the pages that set one up."""


class Visitor(UserMixin):  # type: ignore[misc]
    """The person behind the request, in the shape that Flask-Login takes."""

    def __init__(self, who: SignedIn) -> None:
        self.who = who

    def get_id(self) -> str:
        """What the cookie carries: the session's token, never the person's number."""
        return self.who.token


def install(app: Flask) -> None:
    """Find out who asks before each request, and let nobody in where they don't belong."""
    manager = LoginManager(app)
    manager.session_protection = None  # an address may change under way; the token is what counts
    manager.user_loader(_load)
    app.before_request(guard)


def signed_in() -> SignedIn | None:
    """Who is signed in; None for a visitor."""
    visitor = current_user._get_current_object()  # noqa: SLF001 - the object behind Flask-Login's proxy
    return visitor.who if isinstance(visitor, Visitor) else None


def nobody_else() -> None:
    """From here on whoever is not known by now counts as not signed in; nobody is looked up in this request any more."""
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps who asks


def me() -> SignedIn:
    """Who is signed in, on pages that only such people reach."""
    who = signed_in()
    assert who is not None, "a page without a permission asked who is signed in"
    return who


def actor() -> Actor:
    """The actor of this request."""
    return me().actor


def enter(who_token: str) -> None:
    """Give the browser a new session: nothing of the visit before stays, so nothing can have been planted in it."""
    found = sessions.find(db.session, who_token, now=now())
    assert found is not None, "a session that has just begun"
    session.clear()
    session.permanent = True
    login_user(Visitor(found))


def leave() -> None:
    """Forget the session in the browser."""
    logout_user()
    session.clear()


def _load(token: str) -> Visitor | None:
    who = sessions.find(db.session, token, now=now())
    return None if who is None else Visitor(who)


def guard() -> Response | None:
    """Before every view: is the route public, or may this visitor use it at all? The verb asks about the object."""
    policy = policy_of_request()
    if policy is None or isinstance(policy, Public):
        return None
    who = signed_in()
    if who is None:
        return _sign_in_first()
    if now() - who.seen_at > sessions.TOUCH_AFTER:
        with transaction(db.session) as unit:
            sessions.touch(unit, who.token, now=now())
    if needs_factor(who.actor) and policy not in FACTOR_SETUP:
        return _to(url_for("account.second_factor"))
    if not access.can(who.actor, policy):
        raise Denied(policy, None)
    return None


def needs_factor(whose: Actor) -> bool:
    """Is it an administrator whose session has not given a second factor?"""
    return Right.ADMINISTRATOR in whose.rights and not whose.second_factor


def _sign_in_first() -> Response:
    if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
        return _to(url_for("auth.sign_in", next=address_of_request()))
    raise Unauthorized


def _to(address: str) -> Response:
    answer = redirect(address, 303)
    assert isinstance(answer, Response)
    return answer


def note_denial(refused: NotFound) -> None:
    """Write `authz.denied` into the audit, in a transaction of its own, when a permission was what refused."""
    who = signed_in()
    if not isinstance(refused, Denied) or who is None or g.get("denial_noted"):
        return
    g.denial_noted = True
    about = refused.about or access.ANYTHING
    kind, number = ("person", about.person_id) if about.person_id else ("curriculum", about.curriculum_id)
    subject = (kind, number) if number else None
    with transaction(db.session) as unit:
        ledger.note(
            unit,
            who.actor,
            "authz.denied",
            now=now(),
            subject=subject,
            permission=refused.permission.value,
            route=request.endpoint or "",
        )
