"""Signing in, the second step, and signing out.

A sign-in is three parts: a short transaction that counts the try, the hash check outside any, and a short one that
begins the session. So a check blocks nobody, and a try is counted however it ends.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.services.access import Public
from lms.services.entry import signing_in
from lms.storage.session import db, transaction
from lms.web import given
from lms.web.door import Door, now
from lms.web.entry.auth_forms import CodeForm, SignInForm
from lms.web.entry.auth_go_in import KNOWN, go_in, half_way
from lms.web.entry.safe_next import home_or
from lms.web.identity import leave, signed_in

door = Door("auth")

COME_IN = Public("everybody has to come in somewhere")


@door.reads("/sign-in", COME_IN)
def sign_in() -> str | AnyResponse:
    """The form to sign in with; who is in already goes on."""
    if signed_in():
        return redirect(home_or(request.args.get("next")), 303)
    return render_template("auth/sign_in.html", form_=SignInForm())


@door.writes("/sign-in", COME_IN, by_itself=True)  # a failed try has to stay counted, and the hash check blocks nobody
def try_sign_in() -> AnyResponse | tuple[str, int]:
    """Check the password; begin a session or ask for the second factor."""
    form = SignInForm()
    if not form.validate():
        return render_template("auth/sign_in.html", form_=form), 422
    mail, password = form.mail.data or "", form.password.data or ""
    kept = request.cookies.get(given.cookie_name(KNOWN))
    with transaction(db.session) as unit:
        knocked = signing_in.knock(unit, mail, request.remote_addr, kept, key=given.key(), now=now())
    rehashed, right = None, given.hasher().matches(knocked.password_hash, password)
    if right and given.hasher().is_stale(knocked.password_hash or ""):
        rehashed = given.hasher().hash(password)
    welcomed = None
    with transaction(db.session) as unit:
        if right:
            welcomed = signing_in.welcome(
                unit, knocked, rehashed=rehashed, device=given.device(), key=given.key(), now=now()
            )
        if welcomed is None:
            signing_in.refuse(unit, knocked, now=now())
    if welcomed is None:
        form.form_errors.append(gettext("The mail address and the password do not belong together. Check both."))
        return render_template("auth/sign_in.html", form_=form), 422
    return go_in(welcomed, mail, request.args.get("next"))


@door.reads("/sign-in/second-step", Public("only goes on for who gave the right password"))
def second_step() -> str | AnyResponse:
    """Ask for the code."""
    if half_way() is None:
        return redirect(url_for("auth.sign_in", next=request.args.get("next")), 303)
    return render_template("auth/second_step.html", form_=CodeForm())


@door.writes("/sign-in/second-step", Public("only goes on for who gave the right password"), by_itself=True)
def try_second_step() -> AnyResponse | tuple[str, int]:
    """Check the code; begin the session. In a transaction of its own, so that a failed try stays counted."""
    form, found = CodeForm(), half_way()
    if found is None:
        return redirect(url_for("auth.sign_in", next=request.args.get("next")), 303)
    if not form.validate():
        return render_template("auth/second_step.html", form_=form), 422
    half, mail = found
    with transaction(db.session) as unit:
        token = signing_in.second_step(
            unit, half, form.code.data or "", device=given.device(), key=given.key(), now=now()
        )
    if token is None:
        form.code.errors = (gettext("This code does not pass. Type the one that the app shows now."),)
        return render_template("auth/second_step.html", form_=form), 422
    return go_in(token, mail, request.args.get("next"))


@door.writes("/sign-out", Public("ends the visitor's own session and no other"))
def sign_out() -> AnyResponse:
    """End this session, here and on the server."""
    who = signed_in()
    if who is not None:
        signing_in.sign_out(db.session, who.actor, who.token, now=now())
    leave()
    return redirect(url_for("auth.sign_in"), 303)
