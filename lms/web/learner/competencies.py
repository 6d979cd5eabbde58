"""A person's competencies against a role, and how each level came about; for themselves and the line above them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from lms.services.access import Permission
from lms.services.learning import level_history, levels
from lms.services.organisation import people_shown
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner import level_words
from lms.web.translated import in_words
from lms.web.wording import Wording, hours

door = Door("competencies")


@door.reads("/competencies", Permission.OWN_PATH)
def index() -> str:
    """One's own competencies, against the target or the role that the address names."""
    return _board(actor().person_id or 0)


@door.reads("/competencies/one", Permission.OWN_PATH)
def show() -> str:
    """One competency of one's own."""
    return _history(actor().person_id or 0)


@door.reads("/people/<number:person_id>/competencies", Permission.PATH_READ)
def of(person_id: int) -> str:
    """The competencies of somebody whom one may see."""
    return _board(person_id)


@door.reads("/people/<number:person_id>/competencies/one", Permission.PATH_READ)
def of_one(person_id: int) -> str:
    """One competency of somebody whom one may see."""
    return _history(person_id)


def _board(person_id: int) -> str:
    found = levels.board(db.session, actor(), person_id, request.args.get("role"), now=now())
    return render_template("learner/competencies.html", found=found, **_shared(found.whose))


def _history(person_id: int) -> str:
    asked = request.args.get("competency", "")
    found = level_history.history(db.session, actor(), person_id, asked, now=now())
    return render_template("learner/competency.html", found=found, words=level_words, **_shared(found.whose))


def _shared(who: levels.Whose) -> dict[str, object]:
    own = who.person_id == actor().person_id

    def address(competency: str = "", **more: Any) -> str:
        """Of the list, or of one competency, of this person."""
        person: dict[str, Any] = {} if own else {"person_id": who.person_id}
        if competency:
            return url_for("competencies.show" if own else "competencies.of_one", competency=competency, **person)
        return url_for("competencies.index" if own else "competencies.of", **person, **more)

    return {
        "own": own,
        "person": people_shown.names(db.session, [who.person_id])[who.person_id],
        "wording": Wording(who.version.curriculum) if who.version else None,
        "titles": {one.level: one.title for one in who.version.curriculum.scale} if who.version else {},
        "hours": hours,
        "in_words": in_words,
        "address": address,
    }
