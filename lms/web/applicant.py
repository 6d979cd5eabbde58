"""A candidate's own page, behind the link that they were sent: no account, no sign-in, and nobody else gets there.

Looking at it changes nothing; each form carries the token of the browser's session like every other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services.access import Public
from lms.services.entry.links import LinkOver
from lms.services.hiring import files, own_page
from lms.services.hiring.candidates import Reached
from lms.services.hiring.own_page import OwnPage
from lms.storage.session import db
from lms.web import given
from lms.web.door import Door, now
from lms.web.forms import Form
from lms.web.manager.hire import hiring_words as words
from lms.web.manager.hire.hiring_candidate import sent
from lms.web.manager.hire.hiring_forms import AskForm, OwnForm
from lms.web.translated import gettext, in_words
from lms.web.wording import Wording

door = Door("applicant")

HOLDS = Public(
    "only the candidate who was sent the link gets further, and reads and changes nothing but their own data"
)
GONE = 410
Answer = str | Response | tuple[str, int]
Forms = dict[str, Form]


@door.reads("/candidate/<token>", HOLDS)
def show(token: str) -> Answer:
    """What is kept, why, who sees it and until when; how it was decided."""
    try:
        return _page(token)
    except LinkOver:
        return _over()


@door.reads("/candidate/<token>/files/<number:document_id>", HOLDS)
def file(token: str, document_id: int) -> Response:
    """A file about the candidate."""
    return sent(files.find_own(db.session, token, document_id, key=given.key()))


@door.writes("/candidate/<token>/correct", HOLDS)
def correct(token: str) -> Answer:
    """Put name or address right."""

    def verb(form: Any) -> None:
        who = Reached(name=form.name.data or "", mail=form.mail.data or "")
        own_page.correct(db.session, token, who, key=given.key(), now=now())

    return _do(token, "own", verb, gettext("Saved."))


@door.writes("/candidate/<token>/ask", HOLDS)
def ask(token: str) -> Answer:
    """Ask for a correction, or for something to be made possible."""

    def verb(form: Any) -> None:
        own_page.ask(db.session, token, form.kind.data or "", form.text.data or "", key=given.key(), now=now())

    return _do(token, "ask", verb, gettext("Sent. The answer stands on this page, and you get a mail."))


@door.writes("/candidate/<token>/withdraw", HOLDS)
def withdraw(token: str) -> Answer:
    """Withdraw the application."""
    return _do(
        token,
        None,
        lambda _: own_page.withdraw(db.session, token, key=given.key(), now=now()),
        gettext("You have withdrawn. Tomorrow nothing of you is left here."),
    )


def _do(token: str, name: str | None, verb: Callable[[Any], None], done: str) -> Answer:
    try:
        own_page.find(db.session, token, key=given.key())
        forms = _forms(token, sent=name)
        form = forms[name] if name else None
        if form is not None and not form.validate_on_submit():
            return _page(token, forms), 422
        try:
            verb(form)
        except Invalid as refused:
            if form is not None:
                form.take(refused)
            return _page(token, forms), 422
        except Conflict as refused:
            return _page(token, forms, [Problem(refused.args[0])]), 409
    except LinkOver:
        return _over()
    flash(done, "ok")
    return redirect(url_for("applicant.show", token=token), 303)


def _page(token: str, forms: Forms | None = None, problems: list[Problem] | None = None) -> str:
    page = own_page.read(db.session, token, key=given.key())
    return render_template(
        "applicant/page.html",
        page=page,
        token=token,
        forms=forms or _forms(token),
        broken=next((one for one in (forms or {}).values() if one.errors or one.form_errors), None),
        problems=problems or [],
        wording=Wording(page.version.curriculum),
        titles={one.level: one.title for one in page.version.curriculum.scale},
        decisions=_decided(page),
        words=words,
        in_words=in_words,
    )


def _forms(token: str, *, sent: str | None = None) -> Forms:
    row = own_page.find(db.session, token, key=given.key())
    own = OwnForm(prefix="own-") if sent == "own" else OwnForm(formdata=None, prefix="own-", obj=row)
    asks = AskForm(prefix="ask-") if sent == "ask" else AskForm(formdata=None, prefix="ask-")
    asks.kind.choices = [(code, str(word)) for code, word in words.REQUESTS.items()]
    return {"own": own, "ask": asks}


def _decided(page: OwnPage) -> list[tuple[Any, str]]:
    """The decisions, the latest first, each with what it was."""
    return [(one, str(words.DECISIONS[one.outcome])) for one in reversed(page.decisions)]


def _over() -> tuple[str, int]:
    return render_template("applicant/over.html"), GONE
