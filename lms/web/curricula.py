"""Curricula: what is published, for everybody, and where a new one comes in; drafts are `web.trainer`'s."""

from __future__ import annotations

from pathlib import PurePath

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from werkzeug.wrappers import Response

from lms.engine.requirement import top_items
from lms.errors import Invalid
from lms.interop.curriculum_file import parse_curriculum, read_curriculum
from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.authoring import drafts
from lms.services.shipped import starter
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.wording import Wording, hours

door = Door("curricula")

Answer = str | Response | tuple[str, int]


class AddForm(FlaskForm):  # type: ignore[misc]
    """A curriculum document."""

    file = FileField(
        lazy_gettext("Curriculum file"),
        validators=[
            FileRequired(lazy_gettext("Choose the file of a curriculum")),
            FileAllowed(["yaml", "yml", "json"], lazy_gettext("A curriculum is a YAML or JSON file")),
        ],
    )


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
    return render_template("curricula/add.html", upload=AddForm(), problems=())


@door.writes("/curricula/add", Permission.CURRICULUM_IMPORT)
def add() -> Answer:
    """Take the document as a draft; every problem of it is shown at once and nothing is kept."""
    upload = AddForm()
    if not upload.validate_on_submit():
        return render_template("curricula/add.html", upload=upload, problems=()), 422
    file = upload.file.data
    name = PurePath(file.filename or "curriculum.yaml").name
    try:
        number = drafts.save_draft(db.session, actor(), parse_curriculum(file.read(), name), now=now())
    except Invalid as refused:
        return render_template("curricula/add.html", upload=upload, problems=refused.problems), 422
    flash(gettext("The draft is here. Look at the findings, then publish it."), "ok")
    return redirect(url_for("curricula.show", curriculum_id=number), 303)


@door.writes("/curricula/starter", Permission.CURRICULUM_IMPORT)
def add_starter() -> Answer:
    """Take the curriculum that comes with Cairn as a draft."""
    number = drafts.save_draft(db.session, actor(), read_curriculum(starter()), now=now())
    flash(gettext("The sales starter curriculum is here as a draft. Publish it, or change it first."), "ok")
    return redirect(url_for("curricula.show", curriculum_id=number), 303)
