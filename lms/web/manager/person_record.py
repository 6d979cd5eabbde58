"""A person's record: read by the line above them and by themselves, with the notes that they share.

That somebody else opened it is written in a transaction of its own before the page is read, once a day, as a denial is:
whom a record is about sees who looked.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answered

from lms.errors import Conflict, Invalid, Problem
from lms.services.access import Permission
from lms.services.records import notes, opened, own_data
from lms.services.records.record import Record, record
from lms.services.records.texts import LONGEST
from lms.storage.session import db, transaction
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.mine import path as path_page
from lms.web.learner.mine.path_climb import climb
from lms.web.manager import record_words as words
from lms.web.translated import in_words
from lms.web.wording import Wording

door = Door("person_record")

Answer = str | Answered | tuple[str, int]
EVENTS = 12
"""So many entries are shown until all are asked for."""


@door.reads("/people/<number:person_id>", Permission.RECORD_READ)
def show(person_id: int) -> str:
    """The record of somebody whom one may see."""
    if opened.is_new(db.session, actor(), person_id, now=now()):
        with transaction(db.session) as unit:
            opened.note(unit, actor(), person_id, now=now())
    return page(person_id)


@door.reads("/record", Permission.RECORD_READ)
def mine() -> str:
    """One's own record."""
    return page(actor().person_id or 0)


@door.writes("/people/<number:person_id>/notes", Permission.RECORD_NOTE)
def note(person_id: int) -> Answer:
    """Write a note."""
    text, private = request.form.get("text", ""), request.form.get("private") == "1"
    try:
        notes.add(db.session, actor(), person_id, text, private=private, now=now())
    except Invalid as refused:
        return page(person_id, problems=refused.problems, typed={"note": text, "private": private}), 422
    flash(gettext("The note was kept."), "ok")
    return back(person_id, "notes")


@door.writes("/notes/<number:note_id>/correct", Permission.RECORD_NOTE)
def correct(note_id: int) -> Answer:
    """Replace a note of one's own."""
    text = request.form.get("text", "")
    before = notes.mine(db.session, actor(), note_id)
    try:
        notes.correct(db.session, actor(), note_id, text, now=now())
    except Invalid as refused:
        return page(before.person_id, problems=refused.problems, typed={f"note-{note_id}": text}), 422
    except Conflict as refused:
        return page(before.person_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("The note was corrected."), "ok")
    return back(before.person_id, "notes")


@door.writes("/record/data", Permission.ACCOUNT)
def data() -> Response:
    """What is kept about whoever asks, as a file."""
    document = own_data.own_data(db.session, actor(), now=now())
    answer = Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


def back(person_id: int, part: str) -> Answered:
    """To the part of the record that was worked on."""
    if person_id == actor().person_id:
        return redirect(url_for("person_record.mine", _anchor=part), 303)
    return redirect(url_for("person_record.show", person_id=person_id, _anchor=part), 303)


def page(person_id: int, *, problems: Any = (), typed: dict[str, Any] | None = None) -> str:
    """The record, with what was wrong with a form of it."""
    found = record(db.session, actor(), person_id, now=now())
    version = found.whose.version
    wording = Wording(version.curriculum) if version else None
    return render_template(
        "manager/record.html",
        found=found,
        wording=wording,
        words=words,
        in_words=in_words,
        problems=list(problems),
        typed=typed or {},
        longest=LONGEST,
        points=[(one, words.point(one, wording, _manager(found), found.whose.on)) for one in found.points],
        events=found.events if request.args.get("all") == "events" else found.events[:EVENTS],
        levels=[one.level for one in version.curriculum.scale] if version else [],
        competencies=sorted((one.title, one.id) for one in version.curriculum.competencies) if version else [],
        path=_path(found),
    )


def _manager(found: Record) -> str | None:
    return found.shown.manager if found.shown else None


def _path(found: Record) -> dict[str, Any] | None:
    """What the parts of a path take; None without one."""
    shown = found.shown
    if shown is None or shown.path is None or shown.document is None or shown.version is None:
        return None
    steps = url_for("steps.show") if found.own else url_for("steps.of", person_id=shown.person_id)
    return {"climb": climb(shown), "address": path_page.Addresses(steps), **path_page.view(shown, most=3)}
