"""Which mails one wants, among the pages of one's account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.services.access import Permission
from lms.services.learning import notices
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("notices")


@door.reads("/account/notices", Permission.ACCOUNT)
def show() -> str:
    """The kinds of mail that concern one, and which of them one gets."""
    return render_template(
        "account/notices.html",
        kinds=[(kind, notices.KINDS[kind][0]) for kind in notices.concerning(actor())],
        wanted=notices.wanted(db.session, actor()),
    )


@door.writes("/account/notices", Permission.ACCOUNT)
def choose() -> Response:
    """Get what is ticked, and nothing else of it."""
    notices.choose(db.session, actor(), request.form.getlist("notice"), now=now())
    flash(gettext("Your notices were saved."), "ok")
    return redirect(url_for("notices.show"), 303)
