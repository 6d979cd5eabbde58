"""How a person changes their own plan from the pages of their path: use another plan, move a step, forget the order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.engine.price import Minimise
from lms.errors import Conflict, Invalid, Problem
from lms.services.access import Permission
from lms.services.learning import study_plan
from lms.services.learning.own_order import Way
from lms.services.learning.study_plan import SAME, PlanChange, Same
from lms.services.organisation.assignments import WEEK
from lms.storage.session import db
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_WRONG, HOURS_WRONG
from lms.web.admin.people_words import hundredths
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor

door = Door("plan")


@door.writes("/path/use", Permission.PLAN_OWN)
def use() -> Response:
    """Plan with what is given from now on: hours, targets, aim, what is minimised, the order; the rest stays."""
    change = PlanChange(
        targets=request.form.getlist("target") or None,
        aim=_aim(request.form.get("aim", "")),
        weekly_hundredths=hours_given(request.form.get("hours", "")),
        minimise=request.form.get("minimise") or None,
        own_order=request.form.getlist("order") or None,
    )
    plan = study_plan.use(db.session, actor(), change, now=now())
    if plan.minimise == Minimise.DATE:
        flash(gettext("This is your plan from now on. The path is being recalculated."), "ok")
    else:
        flash(gettext("This is your plan from now on."), "ok")
    return redirect(url_for("path.mine"), 303)


@door.writes("/path/move", Permission.PLAN_OWN)
def move() -> Response:
    """Take a step one place earlier or later."""
    way: Way | None = next((one for one in get_args(Way) if one == request.form.get("to")), None)
    if way is None:
        raise Invalid(Problem(str(CHOICE_WRONG), field="to"))
    try:
        study_plan.move(db.session, actor(), request.form.get("course", ""), way, now=now())
    except Conflict as refused:
        db.session.rollback()  # what the move had written before it was seen to change nothing
        flash(say(refused.args[0]), "warn")
    else:
        flash(gettext("Your own order is kept. You can go back to the suggested order at any time."), "ok")
    return redirect(url_for("path.steps"), 303)


@door.writes("/path/own-order/forget", Permission.PLAN_OWN)
def forget_order() -> Response:
    """Go back to the suggested order."""
    study_plan.forget_order(db.session, actor(), now=now())
    flash(gettext("The steps stand in the suggested order again."), "ok")
    return redirect(url_for("path.steps"), 303)


def hours_given(text: str) -> int | None:
    """Hundredths of the hours typed, with a point or a comma; None for nothing typed. Raises Invalid for no number."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    try:
        number = Decimal(typed) if len(typed) <= 12 and typed.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 < number <= WEEK // 100:
        raise Invalid(Problem(str(HOURS_WRONG), field="hours"))
    return hundredths(number)


def _aim(text: str) -> date | Literal[Same.SAME]:
    if not text.strip():
        return SAME
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(Problem(str(DAY_WRONG), field="aim")) from None
