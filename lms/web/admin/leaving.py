"""Leaving, deactivating at once, coming back, and erasing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid
from lms.services.access import Permission
from lms.services.organisation import erasing, leaving, lookup, people_list
from lms.services.organisation.leaving import Handover
from lms.storage.session import db
from lms.web.admin import people_words as words
from lms.web.admin.people_forms import EraseForm, LeaveForm
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("leaving")

Answer = str | Response | tuple[str, int]


@door.reads("/admin/people/<number:person_id>/leave", Permission.PEOPLE_EDIT)
def leave_form(person_id: int) -> str:
    """What waits on somebody, and who takes it over."""
    return _leave_page(person_id, LeaveForm(data={"last_day": now().date()}))


@door.writes("/admin/people/<number:person_id>/leave", Permission.PEOPLE_EDIT)
def leave(person_id: int) -> Answer:
    """Hand everything over and show the person out, in one go."""
    form = LeaveForm()
    try:
        if not form.validate_on_submit():
            return _leave_page(person_id, form), 422
        handover = Handover(
            last_day=form.last_day.data or now().date(),
            teams_to=lookup.somebody(db.session, form.teams_to.data or "", field="teams_to"),
            curricula_to=lookup.somebody(db.session, form.curricula_to.data or "", field="curricula_to"),
        )
        leaving.leave(db.session, actor(), person_id, handover, now=now())
    except Invalid as refused:
        form.take(refused)
        return _leave_page(person_id, form), 422
    flash(gettext("They were signed out everywhere, and what waited on them was handed over."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


@door.writes("/admin/people/<number:person_id>/deactivate", Permission.PEOPLE_EDIT)
def deactivate(person_id: int) -> Response:
    """Show the person out at once."""
    leaving.deactivate(db.session, actor(), person_id, now=now())
    flash(gettext("They were signed out everywhere and cannot come in. Nothing was handed over."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


@door.writes("/admin/people/<number:person_id>/reactivate", Permission.PEOPLE_EDIT)
def reactivate(person_id: int) -> Response:
    """Let the person in again."""
    leaving.reactivate(db.session, actor(), person_id, now=now())
    flash(gettext("They can sign in again, with the rights they had."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


@door.reads("/admin/people/<number:person_id>/erase", Permission.ERASE)
def erase_form(person_id: int) -> str:
    """What erasing takes and what it leaves."""
    person = lookup.person(db.session, actor(), Permission.ERASE, person_id)
    erasing.require_erasable(db.session, actor(), person)
    return _erase_page(person_id, EraseForm())


@door.writes("/admin/people/<number:person_id>/erase", Permission.ERASE)
def erase(person_id: int) -> Answer:
    """Erase somebody for good."""
    form = EraseForm()
    try:
        if not form.validate_on_submit():
            return _erase_page(person_id, form), 422
        erasing.erase(db.session, actor(), person_id, form.confirmation.data or "", now=now())
    except Invalid as refused:
        form.take(refused)
        return _erase_page(person_id, form), 422
    flash(gettext("Former colleague %(number)s was erased.", number=person_id), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


def _leave_page(person_id: int, form: LeaveForm) -> str:
    items = leaving.open_items(db.session, actor(), person_id)
    one = people_list.one(db.session, actor(), person_id, on=now().date())
    if one.state == "erased":
        raise Conflict(words.NOT_ACTIVE)
    heirs = [heir for heir in people_list.candidates(db.session, actor()) if heir.id != person_id]
    return render_template("people/leave.html", form_=form, one=one, items=items, heirs=heirs)


def _erase_page(person_id: int, form: EraseForm) -> str:
    one = people_list.one(db.session, actor(), person_id, on=now().date())
    return render_template("people/erase.html", form_=form, one=one)
