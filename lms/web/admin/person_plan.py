"""What somebody is and aims for: the role they hold, what they plan for, and their rights. One small form each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid
from lms.services import calendar, curricula
from lms.services.access import Permission
from lms.services.curricula import Published
from lms.services.entry import rights
from lms.services.organisation import assignments, people_list
from lms.services.organisation.people_list import Listed
from lms.storage.session import db
from lms.web.admin import people_words as words
from lms.web.admin.people_forms import PlanForm, RightsForm, RoleForm
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("person")

Answer = str | Response | tuple[str, int]


@door.reads("/admin/people/<number:person_id>/role", Permission.PEOPLE_EDIT)
def role_form(person_id: int) -> str:
    """The form of a role."""
    one = _active(person_id)
    held = f"{one.role.curriculum_id}:{one.role.id}" if one.role else ""
    return _page("role", one, _role_form(one, role=held, starts=now().date()))


@door.writes("/admin/people/<number:person_id>/role", Permission.PEOPLE_EDIT)
def role(person_id: int) -> Answer:
    """Give a role from a day on."""
    one = _active(person_id)
    form = _role_form(one)
    try:
        if not form.validate_on_submit():
            return _page("role", one, form), 422
        name, curriculum_id = words.role_of(form.role.data or "")
        assignments.assign_role(
            db.session, actor(), person_id, name, curriculum_id, form.starts.data or now().date(), now=now()
        )
    except Invalid as refused:
        form.take(refused)
        return _page("role", one, form), 422
    flash(gettext("The role was saved. The path is being planned again."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


@door.reads("/admin/people/<number:person_id>/plan", Permission.PEOPLE_EDIT)
def plan_form(person_id: int) -> str:
    """The form of what somebody plans for."""
    one = _active(person_id)
    hours = Decimal(one.weekly_hundredths or 400) / 100
    return _page("plan", one, _plan_form(one, targets=list(one.targets), aim=one.aim, weekly_hours=hours.normalize()))


@door.writes("/admin/people/<number:person_id>/plan", Permission.PEOPLE_EDIT)
def plan(person_id: int) -> Answer:
    """Change what somebody plans for."""
    one = _active(person_id)
    form = _plan_form(one)
    try:
        if not form.validate_on_submit():
            return _page("plan", one, form), 422
        hours = words.hundredths(form.weekly_hours.data)
        assignments.set_plan(db.session, actor(), person_id, form.targets.data or [], form.aim.data, hours, now=now())
    except Invalid as refused:
        form.take(refused)
        return _page("plan", one, form), 422
    flash(gettext("The plan was saved. The path is being planned again."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


@door.reads("/admin/people/<number:person_id>/rights", Permission.RIGHTS_EDIT)
def rights_form(person_id: int) -> str:
    """The form of somebody's rights."""
    one = _active(person_id)
    return _page("rights", one, _rights_form(rights=list(one.rights)))


@door.writes("/admin/people/<number:person_id>/rights", Permission.RIGHTS_EDIT)
def change_rights(person_id: int) -> Answer:
    """Give and take rights."""
    form = _rights_form()
    one = _active(person_id)
    try:
        if not form.validate_on_submit():
            return _page("rights", one, form), 422
        rights.set_rights(db.session, actor(), person_id, form.rights.data or [], now=now())
    except Invalid as refused:
        form.take(refused)
        return _page("rights", one, form), 422
    flash(gettext("The rights were saved. They hold from the next page on."), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


def _page(name: str, one: Listed, form: Any) -> str:
    return render_template(f"people/{name}.html", form_=form, one=one, oneself=one.id == actor().person_id)


def _active(person_id: int) -> Listed:
    one = people_list.one(db.session, actor(), person_id, on=now().date())
    if one.state != "active":
        raise Conflict(words.NOT_ACTIVE)
    return one


def _offered(one: Listed) -> Sequence[Published]:
    """The curricula in the versions that count for them."""
    return curricula.offered_to(db.session, one.id, calendar.today(db.session, now=now()))


def _role_form(one: Listed, **values: object) -> RoleForm:
    form = RoleForm(data=values)
    form.role.choices = [("", gettext("No role")), *words.role_choices(_offered(one))]
    return form


def _plan_form(one: Listed, **values: object) -> PlanForm:
    form = PlanForm(data=values)
    form.targets.choices = words.target_choices(_offered(one), one.role.curriculum_id if one.role else None)
    return form


def _rights_form(**values: object) -> RightsForm:
    form = RightsForm(data=values)
    form.rights.choices = list(words.RIGHTS.items())
    return form
