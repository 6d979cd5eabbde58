"""What guards one's own account: password, mail address, live sessions, and confirming that it is oneself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from lms.errors import Invalid
from lms.services.access import Permission
from lms.services.entry import accounts, own_account, passwords
from lms.storage.session import db, transaction
from lms.web import given
from lms.web.door import Door, now
from lms.web.entry.account_forms import ConfirmForm, MailForm
from lms.web.entry.auth_forms import NewPasswordForm
from lms.web.entry.confirmed import confirm_first
from lms.web.entry.safe_next import home_or
from lms.web.identity import actor, me

door = Door("security")

Answer = str | AnyResponse | tuple[str, int]


@door.reads("/account/confirm", Permission.ACCOUNT)
def confirm() -> str:
    """Ask for the password again, and for the code where a second factor is in force."""
    return render_template("account/confirm.html", form_=ConfirmForm())


@door.writes(
    "/account/confirm", Permission.ACCOUNT, by_itself=True
)  # a failed try stays counted; hashing blocks nobody
def try_confirm() -> Answer:
    """Check them."""
    form = ConfirmForm()
    if not form.validate():
        return render_template("account/confirm.html", form_=form), 422
    with transaction(db.session) as unit:
        stored = own_account.count_confirmation(unit, actor(), key=given.key(), now=now()).password_hash
    if not given.hasher().matches(stored, form.password.data or ""):
        with transaction(db.session) as unit:
            own_account.refuse_confirmation(unit, actor(), now=now())
        form.password.errors = (gettext("This is not your password."),)
        return render_template("account/confirm.html", form_=form), 422
    with transaction(db.session) as unit:
        passed = own_account.confirm(unit, actor(), code=form.code.data or "", key=given.key(), now=now())
    if not passed:
        form.code.errors = (gettext("This code does not pass. Type the one that the app shows now."),)
        return render_template("account/confirm.html", form_=form), 422
    return redirect(home_or(request.args.get("next")), 303)


@door.reads("/account/password", Permission.ACCOUNT)
def password() -> Answer:
    """Choose another password."""
    return confirm_first("security.password") or render_template("account/password.html", form_=NewPasswordForm())


@door.writes("/account/password", Permission.ACCOUNT, by_itself=True)  # hashing blocks nobody
def change_password() -> Answer:
    """Set it, and end the other sessions."""
    if first := confirm_first("security.password"):
        return first
    form, who = NewPasswordForm(), me()
    if not form.validate():
        return render_template("account/password.html", form_=form), 422
    try:
        passwords.check(form.password.data or "", name=who.name, mail=who.mail)
    except Invalid as refused:
        form.take(refused)
        return render_template("account/password.html", form_=form), 422
    hashed = given.hasher().hash(form.password.data or "")
    with transaction(db.session) as unit:
        accounts.set_password(unit, who.actor, who.actor.person_id or 0, hashed, now=now())
    flash(gettext("Your password was changed. Everywhere else you are signed out."), "ok")
    return redirect(url_for("account.show"), 303)


@door.reads("/account/mail", Permission.ACCOUNT)
def mail() -> Answer:
    """Change the address."""
    return confirm_first("security.mail") or render_template("account/mail.html", form_=MailForm())


@door.writes("/account/mail", Permission.ACCOUNT)
def change_mail() -> Answer:
    """Send a link to the new one."""
    if first := confirm_first("security.mail"):
        return first
    form = MailForm()
    if not form.validate():
        return render_template("account/mail.html", form_=form), 422
    try:
        own_account.ask_for_mail(db.session, actor(), form.mail.data or "", key=given.key(), now=now())
    except Invalid as refused:
        form.take(refused)
        return render_template("account/mail.html", form_=form), 422
    flash(gettext("We sent a link to %(mail)s. Open it to change your address.", mail=form.mail.data), "ok")
    return redirect(url_for("account.show"), 303)


@door.reads("/account/sessions", Permission.ACCOUNT)
def sessions() -> str:
    """Where one is signed in."""
    return render_template("account/sessions.html", places=own_account.live(db.session, actor(), now=now()))


@door.writes("/account/sessions/<number:sign_in_id>/end", Permission.ACCOUNT)
def end_session(sign_in_id: int) -> AnyResponse:
    """Sign out somewhere else."""
    own_account.end_one(db.session, actor(), sign_in_id, now=now())
    flash(gettext("You are signed out there."), "ok")
    return redirect(url_for("security.sessions"), 303)


@door.writes("/account/sessions/end-others", Permission.ACCOUNT)
def end_other_sessions() -> AnyResponse:
    """Sign out everywhere else."""
    ended = own_account.end_others(db.session, actor(), now=now())
    flash(
        ngettext("You are signed out in %(num)s other place.", "You are signed out in %(num)s other places.", ended),
        "ok",
    )
    return redirect(url_for("security.sessions"), 303)
