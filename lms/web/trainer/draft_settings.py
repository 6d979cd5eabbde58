"""What a draft says as a whole, on one page: each section is a form that is saved, and undone, by itself."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from lms.errors import Invalid
from lms.services.access import Permission
from lms.services.authoring import drafts, edits
from lms.services.authoring.drafts import Clash
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer import clash
from lms.web.trainer.drafting import tell
from lms.web.trainer.editing.settings_forms import PARTS, WholeForm
from lms.web.trainer.names import Names

door = Door("draft_settings")

Answer = str | Response | tuple[str, int]
DRAFT = "/curricula/<number:curriculum_id>/draft/settings"
PART = f"{DRAFT}/<any(title, scale, policy, sources, calendar, equivalences):part>"
SAVED = {
    "title": lazy_gettext("The title was saved."),
    "scale": lazy_gettext("The scale was saved."),
    "policy": lazy_gettext("The evidence policy was saved."),
    "sources": lazy_gettext("The order of sources was saved."),
    "calendar": lazy_gettext("The calendar was saved."),
    "equivalences": lazy_gettext("The equivalences were saved."),
}


@door.reads(DRAFT, Permission.DRAFT_READ)
def show(curriculum_id: int) -> str:
    """Every section."""
    return _page(curriculum_id)


@door.reads(PART, Permission.DRAFT_READ)
def section(curriculum_id: int, part: str) -> str:  # noqa: ARG001 - the page has every section
    """The same page at the address of one section, where it is shown again when it was sent and not saved."""
    return _page(curriculum_id)


@door.writes(PART, Permission.DRAFT_EDIT)
def save(curriculum_id: int, part: str) -> Answer:
    """Save one section; where somebody else changed it meanwhile, both versions are shown."""
    form, when = _sent(curriculum_id, part), now()
    if "do" in request.form:  # a row more or less; nothing is stored
        verb, _, rest = request.form["do"].partition(":")
        form.shape(verb, rest)
        return _page(curriculum_id, form)
    if not form.validate_on_submit():
        return _page(curriculum_id, form), 422
    was = form.was.data or ""
    try:
        edits.set_whole(db.session, actor(), curriculum_id, part, form.value, was=was, now=when)
    except Invalid as refused:
        form.take(refused)
        return _page(curriculum_id, form), 422
    except Clash as other:
        again = url_for("draft_settings.save", curriculum_id=curriculum_id, part=part)
        return clash.of_whole(
            other, curriculum_id, part, form.value, again, f"{form.part}-was", _address(curriculum_id)
        )
    tell(curriculum_id, str(SAVED[part]), when, _address(curriculum_id))
    return redirect(url_for("draft_settings.show", curriculum_id=curriculum_id, _anchor=part), 303)


def _sent(curriculum_id: int, part: str) -> WholeForm:
    value = drafts.open_draft(db.session, actor(), curriculum_id).value
    return PARTS[part].sent(Names.of(value), value)


def _page(curriculum_id: int, sent: WholeForm | None = None) -> str:
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    names = Names.of(draft.value)
    forms: dict[str, Any] = {}
    for part, form in PARTS.items():
        found = edits.whole(draft, part)
        forms[part] = form.of(found.document.get(part), names, draft.value)
        forms[part].was.data = found.seen
    if sent is not None:
        forms[sent.part] = sent
    return render_template(
        "trainer/draft_settings.html",
        draft=draft,
        value=draft.value,
        forms=forms,
        sent=sent,
        names=names,
        may_edit=drafts.may_edit(actor(), curriculum_id),
        action_of=lambda part: url_for("draft_settings.save", curriculum_id=curriculum_id, part=part),
    )


def _address(curriculum_id: int) -> str:
    return url_for("draft_settings.show", curriculum_id=curriculum_id)
