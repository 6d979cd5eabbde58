"""The steps of a development plan: forms of the record's page, each to whoever may take it on their side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, request
from flask_babel import gettext

from lms.errors import Conflict, Invalid, NotPermitted, Problem
from lms.services.access import Permission
from lms.services.records import contracts, plans
from lms.services.records.plans import NewAction
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager.person_record import Answer, back, page

door = Door("development")


@door.writes("/people/<number:person_id>/development", Permission.DEVELOPMENT_PLAN)
def begin(person_id: int) -> Answer:
    """Begin a plan."""
    return _answer(
        person_id, lambda: plans.begin(db.session, actor(), person_id, now=now()), gettext("The plan has begun.")
    )


@door.writes("/development/<number:plan_id>/say", Permission.DEVELOPMENT_PLAN)
def say(plan_id: int) -> Answer:
    """How one sees it."""
    return _step(plan_id, lambda: plans.say(db.session, actor(), plan_id, _text(), now=now()), gettext("Kept."))


@door.writes("/development/<number:plan_id>/go-on", Permission.DEVELOPMENT_PLAN)
def go_on(plan_id: int) -> Answer:
    """On to the summary."""
    return _step(plan_id, lambda: plans.go_on(db.session, actor(), plan_id, now=now()), gettext("Now sum it up."))


@door.writes("/development/<number:plan_id>/summarise", Permission.DEVELOPMENT_PLAN)
def summarise(plan_id: int) -> Answer:
    """Sum up both views."""
    return _step(plan_id, lambda: plans.summarise(db.session, actor(), plan_id, _text(), now=now()), gettext("Kept."))


@door.writes("/development/<number:plan_id>/actions", Permission.DEVELOPMENT_PLAN)
def action(plan_id: int) -> Answer:
    """Add an action."""
    form = request.form
    level = form.get("level", "")
    new = NewAction(
        text=_text(),
        by_whom=form.get("by_whom", ""),
        due=_day("due"),
        competency=form.get("competency", "")[:200] or None,
        level=int(level) if level.isascii() and level.isdigit() and len(level) < 3 else None,
    )
    return _step(plan_id, lambda: plans.add_action(db.session, actor(), plan_id, new, now=now()), gettext("Added."))


@door.writes("/development/<number:plan_id>/reviews", Permission.DEVELOPMENT_PLAN)
def review_day(plan_id: int) -> Answer:
    """Add a day of review."""
    return _step(
        plan_id, lambda: plans.add_review(db.session, actor(), plan_id, _day("review"), now=now()), gettext("Added.")
    )


@door.writes(
    "/development/<number:plan_id>/<any(action, review):what>/<number:item_id>/remove", Permission.DEVELOPMENT_PLAN
)
def take_out(plan_id: int, what: str, item_id: int) -> Answer:
    """Take an action or a review out again."""
    return _step(
        plan_id, lambda: plans.take_out(db.session, actor(), plan_id, what, item_id, now=now()), gettext("Taken out.")
    )


@door.writes("/development/<number:plan_id>/offer", Permission.DEVELOPMENT_PLAN)
def offer(plan_id: int) -> Answer:
    """Make it a contract."""
    return _step(
        plan_id, lambda: plans.offer(db.session, actor(), plan_id, now=now()), gettext("Now both of you sign it.")
    )


@door.writes("/development/<number:plan_id>/sign", Permission.DEVELOPMENT_PLAN)
def sign(plan_id: int) -> Answer:
    """Sign what the page showed."""
    read = request.form.get("read", "")
    return _step(
        plan_id, lambda: contracts.sign(db.session, actor(), plan_id, read, now=now()), gettext("You signed the plan.")
    )


@door.writes("/development/<number:plan_id>/reopen", Permission.DEVELOPMENT_PLAN)
def reopen(plan_id: int) -> Answer:
    """Open it again; the signatures are gone."""
    return _step(
        plan_id,
        lambda: contracts.reopen(db.session, actor(), plan_id, now=now()),
        gettext("The plan is open again. Both sign anew when it is ready."),
    )


@door.writes("/development/<number:plan_id>/actions/<number:item_id>/done", Permission.DEVELOPMENT_PLAN)
def done(plan_id: int, item_id: int) -> Answer:
    """An action is done."""
    return _step(
        plan_id, lambda: contracts.done(db.session, actor(), plan_id, item_id, now=now()), gettext("Noted as done.")
    )


@door.writes("/development/<number:plan_id>/reviews/<number:item_id>/held", Permission.DEVELOPMENT_PLAN)
def held(plan_id: int, item_id: int) -> Answer:
    """What came of a review."""
    return _step(
        plan_id,
        lambda: contracts.review(db.session, actor(), plan_id, item_id, _text(), now=now()),
        gettext("The review was kept."),
    )


@door.writes("/development/<number:plan_id>/end", Permission.DEVELOPMENT_PLAN)
def end(plan_id: int) -> Answer:
    """How it went."""
    outcome = request.form.get("outcome", "")
    return _step(
        plan_id, lambda: contracts.end(db.session, actor(), plan_id, outcome, now=now()), gettext("The plan has ended.")
    )


def _step(plan_id: int, verb: Callable[[], Any], said: str) -> Answer:
    return _answer(plans.person_of(db.session, actor(), plan_id), verb, said)


def _answer(person_id: int, verb: Callable[[], Any], said: str) -> Answer:
    """Take the step, and say so on the record; or show the record with what was wrong."""
    try:
        verb()
    except Invalid as refused:
        typed = {f"plan-{key}": value for key, value in request.form.items() if key != "csrf_token"}
        return page(person_id, problems=refused.problems, typed=typed), 422
    except (Conflict, NotPermitted) as refused:
        return page(person_id, problems=[Problem(refused.args[0])]), 409 if isinstance(refused, Conflict) else 403
    flash(said, "ok")
    return back(person_id, "plan")


def _text() -> str:
    return request.form.get("text", "")


def _day(name: str) -> date | None:
    """A day as browsers send it; None for anything else."""
    try:
        return date.fromisoformat(request.form.get(name, "")[:10])
    except ValueError:
        return None
