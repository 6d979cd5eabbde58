"""The history of a curriculum: every version, who published it, when and why, what it changed, and going back to one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.services import curricula
from lms.services.access import About, Permission, require
from lms.services.authoring import drafts, publishing
from lms.services.organisation import people_shown
from lms.storage.curricula import CurriculumVersion
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer.change_words import differences
from lms.web.translated import gettext, in_words

door = Door("versions")


@door.reads("/curricula/<number:curriculum_id>/versions", Permission.DRAFT_READ)
def index(curriculum_id: int) -> str:
    """Every version, the newest first."""
    found = drafts.open_draft(db.session, actor(), curriculum_id)
    rows = curricula.history(db.session, curriculum_id)
    who = people_shown.names(db.session, {row.published_by for row in rows if row.published_by})
    return render_template(
        "trainer/versions.html",
        draft=found,
        rows=rows,
        who=who,
        audience=audience,
        may_edit=drafts.may_edit(actor(), curriculum_id),
    )


@door.reads("/curricula/<number:curriculum_id>/versions/<number:version_number>", Permission.DRAFT_READ)
def show(curriculum_id: int, version_number: int) -> str:
    """One version, and what it changed against the one before."""
    require(actor(), Permission.DRAFT_READ, About(curriculum_id=curriculum_id))
    row = publishing.version_row(db.session, curriculum_id, version_number)
    value = curricula.version(db.session, row.id).curriculum
    older = [one for one in curricula.history(db.session, curriculum_id) if one.number < version_number]
    before = curricula.version(db.session, older[0].id) if older else None
    return render_template(
        "trainer/version.html",
        row=row,
        value=value,
        before=before,
        differences=differences(before.curriculum if before else None, value),
        who=people_shown.names(db.session, [row.published_by] if row.published_by else []),
        audience=audience,
        may_edit=drafts.may_edit(actor(), curriculum_id),
        counts=curricula.readable(db.session, actor(), curriculum_id).published_id == row.id,
    )


@door.writes("/curricula/<number:curriculum_id>/versions/<number:version_number>/bring-back", Permission.DRAFT_EDIT)
def bring_back(curriculum_id: int, version_number: int) -> Response:
    """Make an older version the draft, and show what publishing it would change."""
    publishing.bring_back(db.session, actor(), curriculum_id, version_number, now=now())
    flash(gettext("Version %(number)s is the draft now. Publish it to go back.", number=version_number), "ok")
    return redirect(url_for("publishing.changes", curriculum_id=curriculum_id), 303)


def audience(row: CurriculumVersion) -> str:
    """Who got a version at once."""
    if row.others_until is None:
        return gettext("everybody")
    return gettext("new people; the others stay until %(day)s", day=in_words(row.others_until))
