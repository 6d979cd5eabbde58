"""Links of mails: an invitation or a reset to choose a password, the confirmation of an address; and asking for a reset.

Opening a link shows a page and changes nothing, so that a mail scanner that opens every link uses none up.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.errors import Conflict, Invalid
from lms.services.access import Public
from lms.services.entry import accounts, invitations, links, own_account, passwords, signing_in
from lms.services.entry.links import LinkOver
from lms.storage.session import db, transaction
from lms.web import given
from lms.web.door import Door, now
from lms.web.entry.auth_forms import AskResetForm, NewPasswordForm
from lms.web.entry.auth_go_in import go_in

door = Door("links")

HOLDS = Public("only the holder of the link gets further")
SELF_HELP = Public("who forgot the password cannot sign in; tells nobody whether an address is known")
GONE = 410
Answer = str | AnyResponse | tuple[str, int]


@door.reads("/reset", SELF_HELP)
def ask_reset() -> str:
    """Where to send a reset."""
    return render_template("auth/ask_reset.html", form_=AskResetForm())


@door.writes("/reset", SELF_HELP, by_itself=True)  # answers alike whether or not there is such a person
def send_reset() -> Answer:
    """Send it, if anybody has the address."""
    form = AskResetForm()
    if not form.validate():
        return render_template("auth/ask_reset.html", form_=form), 422
    with transaction(db.session) as unit:
        where = signing_in.network(request.remote_addr)
        invitations.start_reset(unit, form.mail.data or "", where, key=given.key(), now=now())
    return redirect(url_for("links.reset_sent"), 303)


@door.reads("/reset/sent", SELF_HELP)
def reset_sent() -> str:
    """The same page for every address."""
    return render_template("auth/reset_sent.html")


@door.reads("/invitation/<token>", HOLDS)
def invitation(token: str) -> Answer:
    """Welcome, and choose a password."""
    return _choose("invitation", token, NewPasswordForm())


@door.writes("/invitation/<token>", HOLDS, by_itself=True)  # the password is hashed outside the transaction
def accept_invitation(token: str) -> Answer:
    """Set the first password and come in."""
    return _accept("invitation", token)


@door.reads("/reset/<token>", HOLDS)
def reset(token: str) -> Answer:
    """Choose another password."""
    return _choose("reset", token, NewPasswordForm())


@door.writes("/reset/<token>", HOLDS, by_itself=True)  # the password is hashed outside the transaction
def accept_reset(token: str) -> Answer:
    """Set another password and go on to the second factor, or in."""
    return _accept("reset", token)


def _choose(kind: str, token: str, form: NewPasswordForm, status: int = 200) -> Answer:
    try:
        link = links.find(db.session, token, kind, key=given.key(), now=now())
    except LinkOver:
        return over(kind)
    contact = invitations.whose(db.session, link)
    return render_template(f"auth/{kind}.html", form_=form, contact=contact), status


def _accept(kind: str, token: str) -> Answer:
    form = NewPasswordForm()
    if not form.validate():
        return _choose(kind, token, form, 422)
    try:
        contact = invitations.whose(db.session, links.find(db.session, token, kind, key=given.key(), now=now()))
        passwords.check(form.password.data or "", name=contact.name, mail=contact.mail)
        hashed = given.hasher().hash(form.password.data or "")
        with transaction(db.session) as unit:
            person_id = invitations.accept(unit, token, hashed, key=given.key(), now=now())
            account = accounts.of(unit, person_id)
            welcomed = signing_in.enter(unit, account, device=given.device(), key=given.key(), now=now())
    except LinkOver:
        return over(kind)
    except Invalid as refused:
        form.take(refused)
        return _choose(kind, token, form, 422)
    return go_in(welcomed, contact.mail, None)


@door.reads("/account/mail/confirm/<token>", HOLDS)
def mail(token: str) -> Answer:
    """Ask whether to change to the address."""
    try:
        link = links.find(db.session, token, "mail", key=given.key(), now=now())
    except LinkOver:
        return over("mail")
    return render_template("auth/mail.html", new=link.payload, contact=invitations.whose(db.session, link))


@door.writes("/account/mail/confirm/<token>", HOLDS, by_itself=True)  # a refusal is a page of its own
def confirm_mail(token: str) -> Answer:
    """Change to the address."""
    try:
        with transaction(db.session) as unit:
            own_account.confirm_mail(unit, token, key=given.key(), now=now())
    except (LinkOver, Conflict):
        return over("mail")
    flash(gettext("Your mail address was changed."), "ok")
    return redirect(url_for("account.show"), 303)


def over(kind: str) -> tuple[str, int]:
    """One page for every link that does not work, and what to do then."""
    return render_template("auth/link_over.html", kind=kind), GONE
