"""What the page of a promotion takes: the case in words, and a form for each step that the reader may take."""

from __future__ import annotations

from typing import Any

from lms.services.promotions import cases, texts
from lms.services.promotions.reading import Read
from lms.web.forms import Form
from lms.web.manager.promote import promotions_words as words
from lms.web.manager.promote.promotions_forms import (
    AnswerForm,
    AppealForm,
    ApproveForm,
    AttestForm,
    DeclineForm,
    MarkForm,
    OverrideForm,
)
from lms.web.translated import gettext, in_words
from lms.web.wording import Wording, plain_day

KINDS: dict[str, type[Form]] = {
    "approve": ApproveForm,
    "decline": DeclineForm,
    "override": OverrideForm,
    "attest": AttestForm,
    "appeal": AppealForm,
    "mark": MarkForm,
}
Forms = dict[str | None, Form]


def forms(view: Read, *, sent: str | None = None) -> Forms:
    """The forms of the page by name; the one that was `sent` holds what somebody typed, and is there in any case."""
    offered = [name for name in KINDS if name in view.may or name == sent]
    offered += ["attest"] if view.attestable and "attest" not in offered else []
    made: Forms = {name: _form(KINDS[name], name, sent) for name in offered}
    marks = [f"answer-{mark.id}" for mark in view.rows.marks.values() if mark.answered_at is None]
    if "answer" in view.may:
        made |= {name: _form(AnswerForm, name, sent) for name in marks}
    if sent is not None and sent not in made:
        made[sent] = _form(AnswerForm, sent, sent)
    _choices(view, made)
    return made


def values(view: Read, made: Forms | None = None) -> dict[str, Any]:
    """The variables of the template."""
    wording = Wording(view.version.curriculum) if view.version else None
    made = forms(view) if made is None else made
    return {
        "view": view,
        "forms": made,
        "broken": next((form for form in made.values() if form.errors or form.form_errors), None),
        "wording": wording,
        "titles": words.titles(view, wording) if wording else {},
        "role": wording.role(view.case.role) if wording else view.case.role,
        "entries": {one["key"]: one for one in view.document["entries"]} if view.document else {},
        "words": words,
        "longest": texts.LONGEST,
        "appeal_days": cases.APPEAL_WITHIN.days,
        "in_words": in_words,
        "plain_day": plain_day,
    }


def flashed(done: str) -> str:
    """What is said once a step was taken."""
    return {
        "submitted": gettext("The promotion was submitted. What counts today is frozen with it."),
        "withdrawn": gettext("The promotion was withdrawn."),
        "begun": gettext("You review it now. The person was told."),
        "attested": gettext("Your word stands in the record of the person."),
        "passed": gettext("The requirement was let pass. Two people have to approve."),
        "approved": gettext("You have approved the promotion."),
        "declined": gettext("The promotion was declined. The person reads your reasons."),
        "appealed": gettext("Your appeal is with the next level."),
        "marked": gettext("The entry is marked as wrong. You get an answer."),
        "answered": gettext("Your answer was saved. The person was told."),
        "met": gettext("The condition is noted as met."),
    }[done]


def _form(kind: type[Form], name: str, sent: str | None) -> Form:
    return kind(prefix=f"{name}-") if name == sent else kind(formdata=None, prefix=f"{name}-")


def _choices(view: Read, made: Forms) -> None:
    wording = Wording(view.version.curriculum) if view.version else None
    said = words.titles(view, wording) if wording else {}
    entries = view.document["entries"] if view.document else []
    if (form := made.get("override")) is not None:
        form["item"].choices = [(key, said[key]) for key in said if key in view.missing]
    if (form := made.get("attest")) is not None:
        form["gate"].choices = [(key, said[key]) for key in said if key in view.attestable]
    if (form := made.get("mark")) is not None and wording:
        unmarked = (one for one in entries if one["key"] not in view.rows.marks)
        form["entry"].choices = [(one["key"], _entry(one, view, wording)) for one in unmarked]


def _entry(one: dict[str, Any], view: Read, wording: Wording) -> str:
    parts = [words.entry(one, wording), words.rated_by(one, view), plain_day(one.get("on")) if one.get("on") else ""]
    return " · ".join(part for part in parts if part)
