"""What waits for you, of every kind in one list: steps are answered in it, everything else has a page of its own."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services import waiting as inbox
from lms.services.access import Permission
from lms.services.learning import confirmations
from lms.services.learning.confirmations import LONGEST
from lms.services.organisation import people_shown
from lms.services.waiting import Kind
from lms.storage.session import db
from lms.storage.steps import Confirmation
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.learner import step_words as words
from lms.web.wording import Wording

door = Door("waiting")

Answer = str | Response | tuple[str, int]

PLACES: dict[Kind, tuple[str, str]] = {
    Kind.EVIDENCE: ("evidence.show", "piece_id"),
    Kind.INTERVIEW: ("interviews.show", "interview_id"),
    Kind.CANDIDATE: ("candidates.show", "candidate_id"),
    Kind.PROMOTION: ("promotions.show", "promotion_id"),
    Kind.RATINGS: ("ratings.show", "sheet_id"),
    Kind.CYCLE: ("cycles.show", "cycle_id"),
    Kind.PLAN: ("person_record.show", "person_id"),
}
"""The page of each kind that has one, and what its address calls the number."""
DIGITS = 6
"""Of the number in `?show=`; nobody has so many items."""


@door.reads("/waiting", Permission.WAITING)
def index() -> str:
    """What waits, the oldest first, and which steps were decided lately."""
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
    asked = request.args.get("show", "")
    most = max(inbox.PAGE, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < DIGITS else inbox.PAGE
    found = inbox.gather(db.session, actor(), now=now(), most=most)
    steps, decided = found.steps.waiting, found.steps.decided
    versions = [one.version for one in (*steps, *decided) if one.version]
    return render_template(
        "learner/waiting.html",
        items=found.items,
        total=found.total,
        page_size=inbox.PAGE,
        steps={one.id: one for one in steps},
        decided=decided,
        address=place_of,
        problems=problems or [],
        typed=typed or {},
        wordings={one.version_id: Wording(one.curriculum) for one in versions},
        words=words,
        longest=LONGEST,
    )


def place_of(item: inbox.Item) -> str:
    """The address at which somebody gives their word on an item."""
    if item.kind is Kind.STEP:
        return url_for("waiting.index", _anchor=f"waits-{item.id}")
    endpoint, number = PLACES[item.kind]
    values: dict[str, Any] = {number: item.id}
    return url_for(endpoint, **values)
