"""What every page that edits a draft shares: where to go afterwards, the offer to undo, and undoing itself."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.services.access import Permission
from lms.services.authoring import drafts
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.entry.safe_next import home_or
from lms.web.identity import actor
from lms.web.trainer.edit_words import said_of
from lms.web.translated import gettext

door = Door("drafting")

UNDO = "undo"
"""The category of a flash that is no sentence: the address that takes the edit beside it back."""


@door.writes("/curricula/<number:curriculum_id>/draft/undo", Permission.DRAFT_EDIT)
def undo(curriculum_id: int) -> Response:
    """Take back an edit, the last one where none is named."""
    number = request.values.get("edit", "")
    edit_id = int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else None
    done = drafts.undo(db.session, actor(), curriculum_id, edit_id, now=now())
    flash(gettext("Undone: %(what)s", what=said_of({"how": done.how, "kind": done.kind, "title": done.title})), "ok")
    return redirect(after(curriculum_id, request.values.get("back")), 303)


def studio(curriculum_id: int) -> str:
    """The address of the studio of a draft."""
    return url_for("studio.show", curriculum_id=curriculum_id)


def after(curriculum_id: int, back: str | None, else_to: str | None = None) -> str:
    """Where an edit leads: back where it was begun if that is on this site, else to this address or the studio."""
    return home_or(back) if back else else_to or studio(curriculum_id)


def tell(curriculum_id: int, sentence: str, when: datetime, back: str) -> None:
    """Say what was done by the edit of this moment, and offer to undo it where it changed anything."""
    flash(sentence, "ok")
    db.session.flush()
    last = next(iter(drafts.edits(db.session, curriculum_id, 1)), None)
    if last is not None and last.made_at == when and last.made_by == actor().person_id:
        flash(url_for("drafting.undo", curriculum_id=curriculum_id, edit=last.id, back=back), UNDO)
