"""Attendance lists: choose a session, tick who was there, add somebody, or send a file."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import StringField

from lms.errors import Conflict, Invalid
from lms.services.access import Permission
from lms.services.learning import attendance
from lms.services.learning.attendance import Recorded
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.forms import Form, plain
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.learner import step_words as words

door = Door("attendance")

Answer = str | Response | tuple[str, int]
MAY = Permission.ATTENDANCE


class ListForm(Form):
    """Somebody who is not on the list."""

    add = StringField(lazy_gettext("Somebody else who was there"), validators=[plain])


class FileForm(Form):
    """A list of who was there."""

    file = FileField(
        lazy_gettext("A file instead"), validators=[FileRequired(lazy_gettext("Choose a file: CSV or XLSX."))]
    )


@door.reads("/attendance", MAY)
def index() -> str:
    """The sessions or, where the address names one, its list."""
    if not request.args.get("course"):
        held = attendance.sessions(db.session, actor(), now=now())
        return render_template("learner/attendance.html", held=held, words=words)
    return _sheet(ListForm(formdata=None), FileForm(formdata=None))


@door.writes("/attendance", MAY)
def record() -> Answer:
    """Record who is ticked, and whoever was added."""
    form = ListForm()
    ticked = {int(text) for text in request.form.getlist("present") if _is_number(text)}
    try:
        if not form.validate_on_submit():
            return _sheet(form, FileForm(formdata=None)), 422
        added = attendance.somebody_else(db.session, actor(), *_session(), form.add.data or "", now=now())
        others = () if added is None else (added,)
        return _recorded(attendance.record(db.session, actor(), *_session(), ticked, added=others, now=now()))
    except Invalid as refused:
        form.take(refused)
        return _sheet(form, FileForm(formdata=None), ticked=ticked), 422
    except Conflict as refused:
        return _sheet(form, FileForm(formdata=None), problems=[refused.args[0]]), 409


@door.writes("/attendance/file", MAY)
def send() -> Answer:
    """Record everybody in a file, or nobody where something is wrong with it."""
    form = FileForm()
    if not form.validate_on_submit():
        return _sheet(ListForm(formdata=None), form), 422
    try:
        name, data = form.file.data.filename or "", form.file.data.read()
        present = attendance.people_of_file(db.session, actor(), *_session(), data, name, now=now())
        return _recorded(attendance.record(db.session, actor(), *_session(), (), added=present, now=now()))
    except Invalid as refused:
        return _sheet(ListForm(formdata=None), form, problems=list(map(_with_row, refused.problems))), 422
    except Conflict as refused:
        return _sheet(ListForm(formdata=None), form, problems=[refused.args[0]]), 409


@door.writes("/attendance/take-back", MAY)
def take_back() -> Answer:
    """Take back that somebody was there."""
    number = request.form.get("person", "")
    person = int(number) if _is_number(number) else 0
    attendance.take_back(db.session, actor(), *_session(), person, now=now())
    flash(gettext("Taken back. They are not recorded any more."), "ok")
    return _back()


def _recorded(done: Recorded) -> Response:
    if done.new:
        flash(ngettext("%(num)s person recorded.", "%(num)s people recorded.", done.new), "ok")
    if done.before:
        flash(
            ngettext("%(num)s person was recorded already.", "%(num)s people were recorded already.", done.before), "ok"
        )
    if not done.new and not done.before:
        flash(gettext("Nobody was ticked, so nothing was recorded."), "warn")
    return _back()


def _back() -> Response:
    course, session = _session()
    return redirect(url_for("attendance.index", course=course, session=session), 303)


def _session() -> tuple[str, str]:
    return request.values.get("course", ""), request.values.get("session", "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _with_row(problem: Any) -> str:
    """A problem of a file, with its row."""
    if problem.line is None:
        return str(problem.message)
    return gettext("Row %(row)s: %(what)s", row=problem.line, what=say(problem.message))


def _sheet(
    list_form: ListForm,
    file_form: FileForm,
    *,
    problems: list[str] | None = None,
    ticked: set[int] | None = None,
) -> str:
    sheet = attendance.sheet(db.session, actor(), *_session(), now=now())
    return render_template(
        "learner/attendance_sheet.html",
        sheet=sheet,
        form_=list_form,
        file_=file_form,
        problems=problems or [],
        sent=request.method == "POST" and bool(request.files),
        ticked=ticked,
        words=words,
    )
