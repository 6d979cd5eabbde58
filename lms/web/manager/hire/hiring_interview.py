"""An interview for whoever holds it: what to ask, what to listen for, and what they found; made for a phone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem, said
from lms.services.access import Permission
from lms.services.hiring import interviews, reading
from lms.services.hiring.interviews import Scores
from lms.services.hiring.reading import Held
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager.hire import hiring_words as words
from lms.web.translated import gettext, in_words

door = Door("interviews")

Answer = str | Response | tuple[str, int]


@door.reads("/interviews/<number:interview_id>", Permission.INTERVIEW)
def show(interview_id: int) -> str:
    """The kit, and the form of what was found."""
    return _page(reading.interview(db.session, actor(), interview_id))


@door.writes("/interviews/<number:interview_id>", Permission.INTERVIEW)
def submit(interview_id: int) -> Answer:
    """Hand in what was found."""
    held = reading.interview(db.session, actor(), interview_id)
    fields = {name: one.competency for name, one in zip(_names(held), held.topics, strict=True)}
    typed = {name: request.form.get(name, "") for field in fields for name in (field, f"{field}-note")}
    levels = {fields[name]: typed[name] for name in fields if typed[name]}
    wrong = [name for name in levels.values() if not (name.isascii() and name.isdigit() and len(name) < 3)]
    if wrong:
        return _page(held, [Problem(said("Choose a level from the list."))]), 422
    scores = Scores(
        levels={competency: int(level) for competency, level in levels.items()},
        notes={competency: typed[f"{name}-note"] for name, competency in fields.items()},
        note=request.form.get("note", ""),
    )
    try:
        interviews.submit(db.session, actor(), interview_id, scores, now=now())
    except Invalid as refused:
        return _page(held, [Problem(one.message) for one in refused.problems]), 422
    except Conflict as refused:
        return _page(held, [Problem(refused.args[0])]), 409
    flash(gettext("Handed in. What others found is shown as soon as everybody has."), "ok")
    return redirect(url_for("interviews.show", interview_id=interview_id), 303)


def _names(held: Held) -> list[str]:
    """The name of each topic's field: its place, for an id may hold anything."""
    return [f"level-{place}" for place, _ in enumerate(held.topics)]


def _page(held: Held, problems: list[Problem] | None = None) -> str:
    typed: Mapping[str, str] = request.form if problems else {}
    return render_template(
        "manager/hiring_interview.html",
        held=held,
        topics=list(zip(_names(held), held.topics, strict=True)),
        typed=typed,
        problems=problems or [],
        titles={one.level: one.title for one in held.version.curriculum.scale},
        words=words,
        in_words=in_words,
    )
