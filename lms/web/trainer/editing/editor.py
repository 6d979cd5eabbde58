"""The editors of a draft's items: a competency, a course, a role or an objective, put in, changed and taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from lms.engine.mending.findings import Place
from lms.engine.mending.ring_making import Before, before
from lms.engine.mending.withdrawal import withdraw
from lms.errors import Invalid, NotFound
from lms.services.access import Denied, Permission
from lms.services.authoring import drafts, edits
from lms.services.authoring.drafts import Clash, Draft
from lms.services.authoring.edits import LIST_OF
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer import clash
from lms.web.trainer.drafting import after, tell
from lms.web.trainer.editing.builder import building
from lms.web.trainer.editing.competency_form import CompetencyForm
from lms.web.trainer.editing.course_form import CourseForm
from lms.web.trainer.editing.item_form import ItemForm
from lms.web.trainer.editing.objective_form import ObjectiveForm
from lms.web.trainer.editing.role_form import RoleForm
from lms.web.trainer.names import Names
from lms.web.translated import gettext

door = Door("editor")

Answer = str | Response | tuple[str, int]

FORMS: Mapping[str, type[ItemForm]] = {
    "competency": CompetencyForm,
    "course": CourseForm,
    "role": RoleForm,
    "objective": ObjectiveForm,
}
NEW = {
    "competency": lazy_gettext("A new competency"),
    "course": lazy_gettext("A new course"),
    "role": lazy_gettext("A new role"),
    "objective": lazy_gettext("A new objective"),
}
KIND = "<any(competency, course, role, objective):kind>"
DRAFT = f"/curricula/<number:curriculum_id>/draft/{KIND}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """A form with the draft that it is about; `key` is None for what is new, `present` what stands in the draft."""

    draft: Draft
    kind: str
    key: str | None
    present: Mapping[str, Any]
    form: ItemForm

    @property
    def place(self) -> Place:
        """The list in which it stands."""
        return Place(self.kind)

    @property
    def document(self) -> dict[str, Any]:
        """What the form says."""
        return self.form.document(self.present, _ids(self.draft, self.place))

    @property
    def first(self) -> Before:
        """What can come before it."""
        return before(self.draft.value, self.key if self.kind == "course" else None)


@door.reads(f"{DRAFT}/new", Permission.DRAFT_READ)
def create(curriculum_id: int, kind: str) -> str:
    """The form of a new one; the address may fill in its title, its cluster and what it grants."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    form = FORMS[kind].of(_asked_for(kind), Names.of(draft.value), draft.value)
    form.back.data = request.args.get("back", "")
    return _page(Editing(draft=draft, kind=kind, key=None, present={}, form=form))


@door.writes(f"{DRAFT}/new", Permission.DRAFT_EDIT)
def add(curriculum_id: int, kind: str) -> Answer:
    """Put a new one into the draft."""
    editing = _sent(curriculum_id, kind, None)
    if "do" in request.form:
        return _reshaped(editing)
    if not editing.form.validate_on_submit():
        return _page(editing), 422
    made, when = editing.document, now()
    try:
        edits.add(db.session, actor(), curriculum_id, editing.place, made, now=when)
    except Invalid as refused:
        editing.form.take(refused)
        return _page(editing), 422
    there = _address("show", curriculum_id, kind, made["id"])
    goes_to = after(curriculum_id, editing.form.back.data, there)
    tell(curriculum_id, gettext("“%(title)s” was added.", title=made["title"]), when, after(curriculum_id, None))
    return redirect(goes_to, 303)


@door.reads(DRAFT, Permission.DRAFT_READ)
def show(curriculum_id: int, kind: str) -> str:
    """The form of one that is there."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    found = edits.item(draft, Place(kind), request.args.get("id", ""))
    form = FORMS[kind].of(found.document, Names.of(draft.value), draft.value)
    form.was.data, form.back.data = found.seen, request.args.get("back", "")
    return _page(Editing(draft=draft, kind=kind, key=found.key, present=found.document, form=form))


@door.writes(DRAFT, Permission.DRAFT_EDIT)
def save(curriculum_id: int, kind: str) -> Answer:
    """Change one; where somebody else changed it meanwhile, both versions are shown."""
    key = request.args.get("id", "")
    editing = _sent(curriculum_id, kind, key)
    if "do" in request.form:
        return _reshaped(editing)
    if not editing.form.validate_on_submit():
        return _page(editing), 422
    made, when = editing.document, now()
    there = _address("show", curriculum_id, kind, key)
    try:
        _change(editing, key, made, when)
    except Invalid as refused:
        editing.form.take(refused)
        return _page(editing), 422
    except Clash as other:
        gone = other.theirs is None
        again = _address("add" if gone else "save", curriculum_id, kind, None if gone else key)
        return clash.of_item(
            other, made, editing.draft.value, again=again, theirs_at=after(curriculum_id, None) if gone else there
        )
    tell(curriculum_id, gettext("“%(title)s” was saved.", title=made["title"]), when, there)
    return redirect(after(curriculum_id, editing.form.back.data, there), 303)


@door.reads(f"{DRAFT}/remove", Permission.DRAFT_READ)
def removal(curriculum_id: int, kind: str) -> str:
    """What names this one, and so loses its name."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    found = edits.item(draft, Place(kind), request.args.get("id", ""))
    left = withdraw(draft.value, Place(kind), found.key)
    titles = {one.title for one in left.tests}
    return render_template(
        "trainer/removal.html",
        draft=draft,
        kind=kind,
        found=found,
        back=request.args.get("back", ""),
        named=[
            (place.value, key, edits.title_of(draft.value, place, key))
            for place, key in edits.named_by(draft, Place(kind), found.key)
        ],
        tests=[one.title for one in draft.value.tests if one.title not in titles],
        equivalences=len(draft.value.equivalences) - len(left.equivalences),
        may_edit=drafts.may_edit(actor(), curriculum_id),
    )


@door.writes(f"{DRAFT}/remove", Permission.DRAFT_EDIT)
def remove(curriculum_id: int, kind: str) -> Response:
    """Take one out with every place that names it."""
    key, when = request.args.get("id", ""), now()
    done = edits.remove(db.session, actor(), curriculum_id, Place(kind), key, now=when)
    there = _address("show", curriculum_id, kind, key)
    tell(curriculum_id, gettext("“%(title)s” was removed.", title=done.title), when, there)
    return redirect(after(curriculum_id, request.form.get("back")), 303)


def _change(editing: Editing, key: str, made: Mapping[str, Any], when: datetime) -> None:
    draft = editing.draft
    if not editing.present:
        raise Clash(None, draft.changed_by, draft.changed_at)
    was = editing.form.was.data or ""
    edits.change(db.session, actor(), draft.curriculum_id, editing.place, key, made, was=was, now=when)


def _sent(curriculum_id: int, kind: str, key: str | None) -> Editing:
    """The form as it was sent, with the draft as it is now; what is gone from the draft may still be sent once more."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    present: Mapping[str, Any] = {}
    form = FORMS[kind]()
    if key is not None:
        try:
            present = edits.item(draft, Place(kind), key).document
        except Denied:
            raise
        except NotFound:
            if not form.was.data:
                raise
        form.id.data = key
    form.offer(Names.of(draft.value), draft.value)
    return Editing(draft=draft, kind=kind, key=key, present=present, form=form)


def _reshaped(editing: Editing) -> str:
    """The same form with a row more or less, or another part of the requirement; nothing is stored."""
    verb, _, rest = request.form["do"].partition(":")
    editing.form.shape(verb, rest)
    editing.form.offer(Names.of(editing.draft.value), editing.draft.value)
    if "requires" in editing.form:
        editing.form["requires"].act(verb, rest, editing.draft.value, editing.first)
    return _page(editing)


def _page(editing: Editing) -> str:
    form, value = editing.form, editing.draft.value
    curriculum_id, kind, key = editing.draft.curriculum_id, editing.kind, editing.key
    return render_template(
        f"trainer/{kind}.html",
        draft=editing.draft,
        value=value,
        kind=kind,
        key=key,
        form_=form,
        heading=editing.present.get("title") or NEW[kind],
        action=_address("add" if key is None else "save", curriculum_id, kind, key),
        names=Names.of(value),
        may_edit=drafts.may_edit(actor(), curriculum_id),
        clusters=sorted({one.cluster for one in value.competencies if one.cluster}),
        families=sorted({one.family for one in value.roles if one.family}),
        **(building(value, kind, key, form["requires"], editing.first, curriculum_id) if "requires" in form else {}),
    )


def _asked_for(kind: str) -> dict[str, Any]:
    """What the address fills in: of a competency it grants, `grants=ID:LEVEL`."""
    asked: dict[str, Any] = {name: text for name in ("title", "cluster") if (text := request.args.get(name, ""))}
    competency, _, level = request.args.get("grants", "").rpartition(":")
    if kind == "course" and competency:
        asked["grants"] = [{"competency": competency, "level": level}]
    return asked


def _address(endpoint: str, curriculum_id: int, kind: str, key: str | None) -> str:
    return url_for(f"editor.{endpoint}", curriculum_id=curriculum_id, kind=kind, id=key)


def _ids(draft: Draft, place: Place) -> list[str]:
    return [one.id for one in getattr(draft.value, LIST_OF[place])]
