"""Why a step stands on a path, as a part of its page, and why another course does not, as a page of its own."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from lms.errors import NotFound, said
from lms.services.access import Permission
from lms.services.learning import why as reasons
from lms.services.organisation import people_shown
from lms.storage.session import db
from lms.web.door import Door
from lms.web.identity import actor
from lms.web.learner.asking import why_words as words
from lms.web.wording import Wording

door = Door("why")


@door.reads("/path/why-not", Permission.PATH_READ)
def why_not() -> str:
    """Why a course is not on one's own path, or on that of somebody below: `?person=` names them by number."""
    person_id = whose()
    text, course = request.args.get("q", "").strip(), request.args.get("course", "")
    found = reasons.why_not(db.session, actor(), person_id, course) if course else None
    beside = reasons.beside(db.session, actor(), person_id, text)
    own = person_id == actor().person_id
    shared = {
        "own": own,
        "person_id": person_id,
        "whose": people_shown.names(db.session, [person_id])[person_id],
        "back": url_for("path.mine") if own else url_for("path.show", person_id=person_id),
        "beside": beside,
        "text": text,
    }
    if beside is None:
        return render_template("learner/why_not.html", **shared)
    wording = Wording(beside.curriculum)
    return render_template(
        "learner/why_not.html",
        **shared,
        asked=beside.curriculum.course_by_id.get(course),
        verdict=found.answer.verdict.value if found else None,
        sentences=words.why_not(found, wording) if found else [],
        target=words.listed([wording.role(role) for role in beside.roles]),
    )


def whose() -> int:
    """Whose path is asked about: that of the number in `?person=`, else one's own. Raises NotFound for no number."""
    typed = request.args.get("person", "")
    if not typed:
        return actor().person_id or 0
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        raise NotFound(said("There is nobody with the number %(number)s.", number=typed[:50]))
    return int(typed)


def part(person_id: int, course: str) -> dict[str, Any]:
    """What `learner/why_part.html` shows of a step of the person's path. Raises Denied, NotFound."""
    found = reasons.why(db.session, actor(), person_id, course)
    wording, other = Wording(found.curriculum), found.otherwise
    own = person_id == actor().person_id

    def ask_about(one: str) -> tuple[str, str]:
        return wording.course(one), url_for("why.why_not", course=one, person=None if own else person_id)

    return {
        "why": {
            "gives": wording.reasons(found.because),
            "renews": found.renews,
            "chain": words.chain(found, wording),
            "unavoidable": other is not None and other.regret is None,
            "alternatives": words.alternatives(other, found.minimise, wording) if other else [],
            "instead": list(map(ask_about, other.instead)) if other else [],
            "savings": words.savings(other, found.minimise, wording) if other else [],
            "open": None if other or found.renews else _why_open(found.minimise.value),
            "what_ifs": _what_ifs(course, sitting=found.session is not None) if own else [],
        }
    }


def _what_ifs(course: str, *, sitting: bool) -> list[tuple[str, str]]:
    """The questions about this step, each with where it is answered."""
    found = [(gettext("What if you know it already?"), url_for("what_if.index", known=course))]
    if sitting:
        found.append((gettext("What if you miss the session?"), url_for("what_if.index", missed=course)))
    return found


def _why_open(minimise: str) -> str:
    if minimise == "date":
        return gettext("This path was chosen because it ends first; with other courses it would not end sooner.")
    return gettext("Something changed since the path was planned. Look again when it has been recalculated.")
