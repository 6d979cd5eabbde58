"""Curricula: what is published, for everybody, and where a new one comes in; drafts are `web.trainer`'s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from flask import flash, redirect, render_template, url_for
from flask_babel import force_locale, gettext, lazy_gettext
from werkzeug.wrappers import Response

from lms.engine.requirement import top_items
from lms.errors import Invalid, Problem
from lms.interop.curriculum_file import read_curriculum
from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.authoring import drafts
from lms.services.exchange import adding
from lms.services.exchange.reading import Budget, brought_by, read_whole
from lms.services.shipped import starter
from lms.storage.session import db
from lms.web.context import site
from lms.web.curricula_forms import AddForm, BeginForm
from lms.web.door import Door, now
from lms.web.i18n import DEFAULT, WRITTEN_AS, say
from lms.web.identity import actor
from lms.web.trainer.names import id_from
from lms.web.wording import Wording, hours

door = Door("curricula")

Answer = str | Response | tuple[str, int]
MOST_NOTES = 5
"""Sentences on what of a file did not come in that are shown at once."""


SCALE = (
    lazy_gettext("Knows"),
    lazy_gettext("Works with help"),
    lazy_gettext("Works alone"),
    lazy_gettext("Teaches others"),
)
"""The levels of a curriculum that begins empty, lowest first, in the language of the site."""


@door.reads("/curricula", Permission.CURRICULUM_READ)
def index() -> str:
    """The curricula that the actor may see."""
    return render_template("curricula/index.html", curricula=curricula.visible(db.session, actor()))


@door.reads("/curricula/<number:curriculum_id>", Permission.CURRICULUM_READ)
def show(curriculum_id: int) -> str:
    """One curriculum: its roles and what they ask for, and its history; for its owners the ways to the draft."""
    found = curricula.readable(db.session, actor(), curriculum_id)
    sees = can(actor(), Permission.DRAFT_READ, About(curriculum_id=curriculum_id))
    draft = drafts.open_draft(db.session, actor(), curriculum_id) if sees else None
    published = curricula.version(db.session, found.published_id) if found.published_id else None
    value = published.curriculum if published else draft.value if draft else None
    return render_template(
        "curricula/show.html",
        found=found,
        draft=draft,
        changed=draft is not None and not draft.is_published,
        may_edit=drafts.may_edit(actor(), curriculum_id),
        published=published,
        value=value,
        wording=Wording(value) if value else None,
        history=curricula.history(db.session, curriculum_id),
        top_items=top_items,
        hours=hours,
    )


@door.reads("/curricula/add", Permission.CURRICULUM_IMPORT)
def add_form() -> str:
    """Where a curriculum comes in."""
    return _adding(AddForm(formdata=None), BeginForm(formdata=None))


@door.writes("/curricula/add", Permission.CURRICULUM_IMPORT)
def add() -> Answer:
    """Take the file as a draft; every problem of it is shown at once and nothing is kept."""
    upload = AddForm()
    if not upload.validate_on_submit():
        return _adding(upload, BeginForm(formdata=None)), 422
    file = upload.file.data
    name = PurePath(file.filename or "curriculum.yaml").name
    try:
        data = file.read()
        read = read_whole(brought_by(data, name), data, name, Budget())
        number = adding.add(db.session, actor(), read, now=now())
    except Invalid as refused:
        return _adding(upload, BeginForm(formdata=None), refused.problems), 422
    for note in read.notes[:MOST_NOTES]:
        flash(say(note.message), "info")
    flash(gettext("The draft is here. Look at the findings, then publish it."), "ok")
    return redirect(url_for("curricula.show", curriculum_id=number), 303)


@door.writes("/curricula/new", Permission.CURRICULUM_IMPORT)
def begin() -> Answer:
    """Begin an empty curriculum."""
    form = BeginForm()
    if not form.validate_on_submit():
        return _adding(AddForm(formdata=None), form), 422
    with force_locale(WRITTEN_AS.get(site().language, WRITTEN_AS[DEFAULT])):
        levels = [str(level) for level in SCALE]
    try:
        number = adding.begin(db.session, actor(), form.title.data, levels, id_of=id_from, now=now())
    except Invalid as refused:
        form.take(refused)
        return _adding(AddForm(formdata=None), form), 422
    flash(gettext("The curriculum is here, empty. Begin with a competency."), "ok")
    return redirect(url_for("studio.show", curriculum_id=number), 303)


@door.writes("/curricula/starter", Permission.CURRICULUM_IMPORT)
def add_starter() -> Answer:
    """Take the curriculum that comes with Cairn as a draft."""
    number = drafts.save_draft(db.session, actor(), read_curriculum(starter()), now=now())
    flash(gettext("The sales starter curriculum is here as a draft. Publish it, or change it first."), "ok")
    return redirect(url_for("curricula.show", curriculum_id=number), 303)


def _adding(upload: AddForm, begun: BeginForm, problems: Sequence[Problem] = ()) -> str:
    return render_template("curricula/add.html", upload=upload, begun=begun, problems=problems)
