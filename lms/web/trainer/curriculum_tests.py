"""The curriculum tests of a draft: what the trainer asserts, how each ends now, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import Invalid, NotFound, said
from lms.services.access import Permission
from lms.services.authoring import assertions, drafts, edits
from lms.services.authoring.drafts import Clash, Draft
from lms.services.authoring.edits import Item
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer import clash
from lms.web.trainer.assertion_words import sentence
from lms.web.trainer.drafting import tell
from lms.web.trainer.editing.assertion_form import AssertionForm
from lms.web.trainer.names import Names
from lms.web.translated import gettext
from lms.web.wording import Wording

door = Door("curriculum_tests")

Answer = str | Response | tuple[str, int]
DRAFT = "/curricula/<number:curriculum_id>/draft/tests"
PART = "tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The form of one test; `place` is where it stands among the tests, None for a new one."""

    draft: Draft
    listed: Item
    tests: list[Mapping[str, Any]]
    place: int | None
    form: AssertionForm

    @property
    def present(self) -> Mapping[str, Any]:
        """What stands there."""
        return {} if self.place is None else self.tests[self.place]


@door.reads(DRAFT, Permission.DRAFT_READ)
def index(curriculum_id: int) -> str:
    """Every test and how it ends today."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    wording = Wording(draft.value)
    ended = assertions.outcomes(draft, now().date())
    return render_template(
        "trainer/tests.html",
        draft=draft,
        value=draft.value,
        tests=[(one, sentence(one, wording), how) for one, how in zip(draft.value.tests, ended, strict=True)],
        was=edits.whole(draft, PART).seen,
        may_edit=drafts.may_edit(actor(), curriculum_id),
    )


@door.reads(f"{DRAFT}/one", Permission.DRAFT_READ)
def one(curriculum_id: int) -> str:
    """The form of one test, or of a new one; its number stands in the address."""
    editing = _editing(curriculum_id, request.args.get("at", ""), sent=False)
    editing.form.was.data = editing.listed.seen
    return _page(editing)


@door.writes(f"{DRAFT}/one", Permission.DRAFT_EDIT)
def save(curriculum_id: int) -> Answer:
    """Save one test; where somebody else changed the tests meanwhile, both versions are shown."""
    editing = _editing(curriculum_id, request.args.get("at", ""), sent=True)
    if "do" in request.form:  # a row more or less; nothing is stored
        verb, _, rest = request.form["do"].partition(":")
        editing.form.shape(verb, rest)
        editing.form.offer(Names.of(editing.draft.value))
        return _page(editing)
    if not editing.form.validate_on_submit():
        return _page(editing), 422
    made = editing.form.document(editing.present, now().date())
    tests = [made if place == editing.place else other for place, other in enumerate(editing.tests)]
    if editing.place is None:
        tests.append(made)
    return _set(editing, tests, gettext("The test “%(title)s” was saved.", title=made["title"]))


@door.writes(f"{DRAFT}/one/remove", Permission.DRAFT_EDIT)
def remove(curriculum_id: int) -> Answer:
    """Take one test out."""
    editing = _editing(curriculum_id, request.args.get("at", ""), sent=True)
    if editing.place is None:
        raise NotFound(said("There is no such test."))
    tests = [other for place, other in enumerate(editing.tests) if place != editing.place]
    return _set(editing, tests, gettext("The test “%(title)s” was removed.", title=editing.present["title"]))


def _editing(curriculum_id: int, at: str, *, sent: bool) -> Editing:
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    listed = edits.whole(draft, PART)
    tests = list(listed.document.get(PART, ()))
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else None
    if at and (place is None or place >= len(tests)):
        raise NotFound(said("There is no such test."))
    names, present = Names.of(draft.value), {} if place is None else tests[place]
    form = AssertionForm() if sent else AssertionForm.of(present, names)
    form.offer(names)
    return Editing(draft=draft, listed=listed, tests=tests, place=place, form=form)


def _set(editing: Editing, tests: list[Any], sentence_: str) -> Answer:
    number, when = editing.draft.curriculum_id, now()
    there = url_for("curriculum_tests.index", curriculum_id=number)
    was = editing.form.was.data or ""
    try:
        edits.set_whole(db.session, actor(), number, PART, tests or None, was=was, now=when)
    except Invalid as refused:
        editing.form.take(refused)
        return _page(editing), 422
    except Clash as other:
        return clash.of_whole(other, number, PART, tests, request.full_path.rstrip("?"), "was", there)
    tell(number, sentence_, when, there)
    return redirect(there, 303)


def _page(editing: Editing) -> str:
    draft = editing.draft
    return render_template(
        "trainer/test.html",
        draft=draft,
        value=draft.value,
        form_=editing.form,
        place=editing.place,
        heading=editing.present.get("title") or gettext("A new curriculum test"),
        action=url_for("curriculum_tests.save", curriculum_id=draft.curriculum_id, at=editing.place),
        names=Names.of(draft.value),
        may_edit=drafts.may_edit(actor(), draft.curriculum_id),
    )
