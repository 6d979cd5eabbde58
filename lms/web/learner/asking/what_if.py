"""What if: two plans side by side before anything is stored."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import format_currency

from lms.errors import Invalid
from lms.services.access import Permission
from lms.services.learning.asked import Asked
from lms.services.learning.study_plan import SAME, PlanChange
from lms.services.learning.what_if import what_if
from lms.storage.session import db
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.asking import what_if_form, why_words
from lms.web.learner.asking import what_if_words as words
from lms.web.learner.asking.what_if_dots import dots
from lms.web.wording import Wording, hours, plain_day

door = Door("what_if")


@door.reads("/path/what-if", Permission.PLAN_OWN)
def index() -> str | tuple[str, int]:
    """One's own plan beside another; the address says what is different."""
    form = what_if_form.read(request.args)
    asked = form.asked()
    status = 200 if asked else 422
    try:
        found = what_if(db.session, actor(), asked or Asked(), now=now())
    except Invalid as refused:
        form.take(refused)
        asked, status = None, 422
        found = what_if(db.session, actor(), Asked(), now=now())
    form.offer(found)
    wording = Wording(found.curriculum) if found.curriculum else None
    page = render_template(
        "learner/what_if.html",
        form_=form,
        found=found,
        words=words,
        dots=dots,
        span=words.span_of(found),
        listed=why_words.listed,
        titles=lambda roles: why_words.listed([wording.role(role) for role in roles]) if wording else "",
        phrases=words.asked_words(asked or Asked(), found),
        steps=words.steps(found.difference, wording) if found.difference and wording else [],
        comes_true=words.comes_true(asked or Asked(), found) if found.other else [],
        chosen=_fields(found.use) if found.use else [],
        money=lambda amount: format_currency(amount, site().currency),
        hours=hours,
        plain_day=plain_day,
    )
    return page, status


def _fields(use: PlanChange) -> list[tuple[str, Any]]:
    """The hidden fields of *Use this plan*: only what differs."""
    found: list[tuple[str, Any]] = [("target", role) for role in use.targets or ()]
    if use.weekly_hundredths is not None:
        found.append(("hours", words.plain_hours(use.weekly_hundredths)))
    if use.minimise is not None:
        found.append(("minimise", use.minimise))
    if use.aim is not SAME and use.aim is not None:
        found.append(("aim", use.aim.isoformat()))
    return found
