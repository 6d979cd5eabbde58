"""How somebody comes in, from the side of their administrator: invitations, resets, sessions, the second factor."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.services.access import Permission
from lms.services.entry import accounts, invitations
from lms.services.organisation import lookup, person_page
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("ways_in")


@door.writes("/admin/people/<number:person_id>/invite", Permission.PEOPLE_EDIT)
def invite(person_id: int) -> Response:
    """Send the invitation, also again."""
    invitations.invite(db.session, actor(), person_id, now=now())
    return _back(person_id, gettext("The invitation is on its way. Older ones do not work any more."))


@door.writes("/admin/people/<number:person_id>/reset", Permission.PEOPLE_EDIT)
def reset(person_id: int) -> Response:
    """Send a link to choose a new password."""
    lookup.active(db.session, actor(), Permission.PEOPLE_EDIT, person_id)
    invitations.send_reset(db.session, actor(), person_id, now=now())
    return _back(person_id, gettext("A link to choose a new password is on its way."))


@door.writes("/admin/people/<number:person_id>/sessions/end", Permission.PEOPLE_EDIT)
def end_sessions(person_id: int) -> Response:
    """End every session of somebody."""
    lookup.person(db.session, actor(), Permission.PEOPLE_EDIT, person_id)
    accounts.end_sessions(db.session, actor(), person_id, now=now())
    return _back(person_id, gettext("They are signed out everywhere."))


@door.writes("/admin/people/<number:person_id>/sessions/<number:sign_in_id>/end", Permission.PEOPLE_EDIT)
def end_session(person_id: int, sign_in_id: int) -> Response:
    """End one session of somebody."""
    person_page.end_session(db.session, actor(), person_id, sign_in_id, now=now())
    return _back(person_id, gettext("The session was ended."))


@door.writes("/admin/people/<number:person_id>/factor/reset", Permission.RIGHTS_EDIT)
def reset_factor(person_id: int) -> Response:
    """Take away the second factor of somebody who lost it."""
    lookup.active(db.session, actor(), Permission.RIGHTS_EDIT, person_id)
    accounts.reset_second_factor(db.session, actor(), person_id, now=now())
    return _back(person_id, gettext("The second factor was taken away, and they are signed out everywhere."))


def _back(person_id: int, words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)
