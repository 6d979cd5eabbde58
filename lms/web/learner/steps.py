"""The page of a step, and doing it: start, keep a seat, mark as done, take that back, remind who confirms it.

What is refused is said on the page itself, with the status of the refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from lms.errors import Conflict, Invalid, NotFound
from lms.services.access import Permission
from lms.services.learning import doing, steps
from lms.services.learning.steps import State, StepView
from lms.services.organisation import people_shown
from lms.storage.session import db
from lms.web.admin.people_forms import DAY_NEEDED, Day
from lms.web.door import Door, now
from lms.web.forms import Form
from lms.web.identity import actor
from lms.web.learner import step_words as words
from lms.web.learner.asking import why
from lms.web.wording import Wording

door = Door("steps")

Answer = str | Response | tuple[str, int]


class DoneForm(Form):
    """On which day a course was completed."""

    done_on = Day(lazy_gettext("Done on"), validators=[InputRequired(DAY_NEEDED)])


@door.reads("/path/step", Permission.OWN_PATH)
def show() -> str:
    """A step of one's own."""
    return _page(_me())


@door.reads("/people/<number:person_id>/path/step", Permission.PATH_READ)
def of(person_id: int) -> str:
    """The step of somebody whom one may see; nothing can be done for them here."""
    return _page(person_id)


@door.writes("/path/step/start", Permission.STEP_DO)
def start() -> Answer:
    """Start the course, or keep a seat in the session named."""
    number = request.form.get("session") or None
    said = gettext("Your seat is kept.") if number else gettext("Started.")
    return _do(partial(doing.start, session_id=number), said)


@door.writes("/path/step/give-back", Permission.STEP_DO)
def give_back() -> Answer:
    """Give the seat back."""
    return _do(doing.give_back, gettext("The seat is free again."))


@door.writes("/path/step/done", Permission.STEP_DO)
def done() -> Answer:
    """Mark the course as done; what counts at once leads on to the path."""
    form, course = DoneForm(), _course()
    day = form.done_on.data if form.validate_on_submit() else None
    if day is None:
        return _page(_me(), form=form), 422
    try:
        at_once = doing.mark_done(db.session, actor(), course, day, now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(_me(), form=form), 422
    except Conflict as refused:
        return _page(_me(), form=form, problems=[refused.args[0]]), 409
    view = steps.view(db.session, actor(), _me(), course, now=now())
    if at_once:
        flash(gettext("Done: %(course)s. Your path has moved on.", course=view.course.title), "ok")
        return redirect(url_for("path.mine"), 303)
    flash(gettext("%(who)s was asked to confirm it.", who=words.people(view.confirmers)), "ok")
    return _back(course)


@door.writes("/path/step/take-back", Permission.STEP_DO)
def take_back() -> Answer:
    """Take back what was marked as done today."""
    return _do(doing.take_back, gettext("Taken back. It is not done any more."))


@door.writes("/path/step/withdraw", Permission.STEP_DO)
def withdraw() -> Answer:
    """Ask nobody to confirm it any more; a course that is in the curriculum no more has no page to go back to."""
    answer = _do(doing.withdraw, gettext("Nobody is asked to confirm it any more."))
    try:
        steps.view(db.session, actor(), _me(), _course(), now=now())
    except NotFound:
        return redirect(url_for("path.mine"), 303)
    return answer


@door.writes("/path/step/nudge", Permission.STEP_DO)
def nudge() -> Answer:
    """Remind who confirms it."""
    return _do(doing.nudge, gettext("Reminded."))


def _do(verb: Callable[..., None], said: str) -> Answer:
    course = _course()
    try:
        verb(db.session, actor(), course, now=now())
    except Conflict as refused:
        return _page(_me(), problems=[refused.args[0]]), 409
    flash(said, "ok")
    return _back(course)


def _back(course: str) -> Response:
    return redirect(url_for("steps.show", course=course), 303)


def _me() -> int:
    return actor().person_id or 0


def _course() -> str:
    return request.values.get("course", "")


def _page(person_id: int, *, form: DoneForm | None = None, problems: list[str] | None = None) -> str:
    try:
        view = steps.view(db.session, actor(), person_id, _course(), now=now())
    except NotFound:
        return _gone(person_id, problems or [])
    wording = Wording(view.version.curriculum)
    day = view.asked.done_on if view.asked and view.state is State.MORE else view.on
    return render_template(
        "learner/step.html",
        view=view,
        own=person_id == _me(),
        whose=people_shown.names(db.session, [person_id])[person_id],
        form_=form or DoneForm(formdata=None, data={"done_on": day}),
        problems=problems or [],
        wording=wording,
        words=words,
        state=words.state(view, wording),
        link=words.link(view.course),
        **_why(view),
    )


def _gone(person_id: int, problems: list[str]) -> str:
    """What waits of a course that is in the curriculum no more: it can be withdrawn, and that is all."""
    view = steps.gone(db.session, actor(), person_id, _course(), now=now())
    whose = people_shown.names(db.session, [person_id])[person_id]
    own = person_id == _me()
    return render_template("learner/step_gone.html", view=view, own=own, whose=whose, problems=problems, words=words)


def _why(view: StepView) -> dict[str, Any]:
    """Why the step stands on the stored path; nothing for a course that does not."""
    if view.place is None:
        return {}
    try:
        return why.part(view.person_id, view.course.id)
    except NotFound:  # the path was planned anew since, without it
        return {}
