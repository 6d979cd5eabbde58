"""One's own plan on one page: target, aim, hours, what the path spares, and days away."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Invalid, NotFound, said
from lms.services import curricula
from lms.services.access import Permission
from lms.services.learning import levels, study_plan
from lms.services.learning.study_plan import PlanChange
from lms.services.rules import standing
from lms.storage.session import db
from lms.web.admin import people_words
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.plan_forms import MINIMISE, AwayForm, OwnPlanForm

door = Door("plan_settings")

Answer = str | Response | tuple[str, int]


@door.reads("/plan", Permission.PLAN_OWN)
def show() -> str:
    """What one plans with."""
    return _page()


@door.writes("/plan", Permission.PLAN_OWN)
def save() -> Answer:
    """Plan with this from now on."""
    form = _plan_form(_whose())
    try:
        if not form.validate_on_submit():
            return _page(plan=form), 422
        change = PlanChange(
            targets=form.targets.data or [],
            aim=form.aim.data,
            weekly_hundredths=people_words.hundredths(form.weekly_hours.data),
            minimise=form.minimise.data,
        )
        study_plan.use(db.session, actor(), change, now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(plan=form), 422
    flash(gettext("Your plan was saved, and your path was planned again."), "ok")
    return redirect(url_for("plan_settings.show"), 303)


@door.writes("/plan/away", Permission.PLAN_OWN)
def add_away() -> Answer:
    """Be away on these days, too."""
    form = AwayForm()
    try:
        if not form.validate_on_submit() or form.first.data is None or form.last.data is None:
            return _page(away=form), 422
        study_plan.add_away(db.session, actor(), form.first.data, form.last.data, now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(away=form), 422
    flash(gettext("Your days away were saved, and your path was planned around them."), "ok")
    return redirect(url_for("plan_settings.show", _anchor="away"), 303)


@door.writes("/plan/away/remove", Permission.PLAN_OWN)
def remove_away() -> Response:
    """Be there on these days after all."""
    text = request.form.get("away", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound(said("There are no such days away."))
    study_plan.remove_away(db.session, actor(), int(text), now=now())
    flash(gettext("You are there on these days after all. Your path was planned again."), "ok")
    return redirect(url_for("plan_settings.show", _anchor="away"), 303)


def _whose() -> levels.Whose:
    return levels.whose(db.session, actor(), actor().person_id or 0, now=now())


def _page(plan: OwnPlanForm | None = None, away: AwayForm | None = None) -> str:
    whose = _whose()
    return render_template(
        "learner/plan.html",
        form_=plan or _plan_form(whose),
        away_form=away or AwayForm(formdata=None),
        refused=plan or away,
        set_by=standing.set_by(db.session, whose.person_id),
        away=[one for one in study_plan.days_away(db.session, actor()) if one.last >= whose.on],
    )


def _plan_form(who: levels.Whose) -> OwnPlanForm:
    """The form, filled with the present plan where nothing was sent for it."""
    one = who.snapshot
    sent = None if request.endpoint == "plan_settings.save" else {"formdata": None}
    form = OwnPlanForm(
        data={
            "targets": list(one.person.targets),
            "aim": one.person.aim,
            "weekly_hours": (Decimal(one.person.weekly_hours.numerator) / one.person.weekly_hours.denominator),
            "minimise": one.minimise,
        },
        **(sent or {}),
    )
    form.minimise.choices = MINIMISE
    own = curricula.of_person(db.session, one.pins, curricula.published(db.session))
    offered = people_words.target_choices(own, one.curriculum_id)
    form.targets.choices = [
        (role, title) for role, title in offered if role != one.person.role or role in one.person.targets
    ]
    return form
