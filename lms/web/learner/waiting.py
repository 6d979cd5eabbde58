"""What waits for you: steps of others that need your word, confirmed or sent back in under a minute on a phone."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services import people_shown
from lms.services.access import Permission
from lms.services.learning import confirmations
from lms.services.learning.confirmations import LONGEST
from lms.storage.session import db
from lms.storage.steps import Confirmation
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.learner import step_words as words
from lms.web.wording import Wording

door = Door("waiting")

Answer = str | Response | tuple[str, int]


@door.reads("/waiting", Permission.STEP_CONFIRM)
def index() -> str:
    """The cards, the oldest first, and what was decided lately."""
    return _page()


@door.writes("/waiting/<number:confirmation_id>/confirm", Permission.STEP_CONFIRM)
def confirm(confirmation_id: int) -> Answer:
    """Confirm that it was done."""
    try:
        row = confirmations.confirm(db.session, actor(), confirmation_id, now=now())
    except Conflict as refused:
        return _page(problems=[Problem(refused.args[0])]), 409
    flash(gettext("Confirmed. The path of %(name)s has moved on.", name=_name(row)), "ok")
    return redirect(url_for("waiting.index"), 303)


@door.writes("/waiting/<number:confirmation_id>/ask", Permission.STEP_CONFIRM)
def ask(confirmation_id: int) -> Answer:
    """Send it back and say what is missing."""
    what = request.form.get("what", "")
    try:
        row = confirmations.ask_for_more(db.session, actor(), confirmation_id, what, now=now())
    except Invalid as refused:
        return _page(problems=list(refused.problems), typed={confirmation_id: what}), 422
    except Conflict as refused:
        return _page(problems=[Problem(refused.args[0])]), 409
    flash(gettext("%(name)s was told what is missing.", name=_name(row)), "ok")
    return redirect(url_for("waiting.index"), 303)


@door.writes("/waiting/<number:confirmation_id>/take-back", Permission.STEP_CONFIRM)
def take_back(confirmation_id: int) -> Answer:
    """Take back what one confirmed today."""
    try:
        confirmations.reopen(db.session, actor(), confirmation_id, now=now())
    except Conflict as refused:
        return _page(problems=[Problem(refused.args[0])]), 409
    flash(gettext("Taken back. It waits for you again."), "ok")
    return redirect(url_for("waiting.index"), 303)


def _name(row: Confirmation) -> str:
    return say(people_shown.names(db.session, [row.person_id])[row.person_id].name)


def _page(*, problems: list[Problem] | None = None, typed: dict[int, str] | None = None) -> str:
    inbox = confirmations.waiting(db.session, actor(), now=now())
    every = (*inbox.waiting, *inbox.decided)
    wordings = {one.version.version_id: Wording(one.version.curriculum) for one in every if one.version}
    return render_template(
        "learner/waiting.html",
        inbox=inbox,
        problems=problems or [],
        typed=typed or {},
        wordings=wordings,
        words=words,
        longest=LONGEST,
    )
