"""What the page of a candidate takes: the candidate in words, and a form for each step that can be taken."""

from __future__ import annotations

from typing import Any

from lms.interop.file_kinds import ENDS
from lms.services import calendar
from lms.services.hiring.reading import View
from lms.storage.session import db
from lms.web.door import now
from lms.web.forms import Form
from lms.web.learner.evidence import store
from lms.web.learner.evidence_words import size
from lms.web.manager.hire import hiring_words as words
from lms.web.manager.hire.hiring_forms import (
    EvidenceForm,
    FilesForm,
    HireForm,
    InterviewForm,
    OutcomeForm,
    ReasonForm,
    TextForm,
)
from lms.web.translated import gettext, in_words
from lms.web.wording import Wording, plain_day

KINDS: dict[str, type[Form]] = {
    "evidence": EvidenceForm,
    "outcome": OutcomeForm,
    "interview": InterviewForm,
    "note": TextForm,
    "files": FilesForm,
    "offer": ReasonForm,
    "decline": ReasonForm,
    "hire": HireForm,
}
Forms = dict[str | None, Form]


def forms(view: View, *, sent: str | None = None) -> Forms:
    """The forms of the page by name; the one that was `sent` holds what somebody typed, and is there in any case."""
    offered = [name for name in KINDS if name == sent or (view.undecided and not (name == "offer" and _offered(view)))]
    offered += [f"answer-{one.id}" for one in view.requests if one.answered_at is None or sent == f"answer-{one.id}"]
    made: Forms = {name: _form(KINDS.get(name, TextForm), name, sent) for name in offered}
    if sent is not None and sent not in made:
        made[sent] = _form(TextForm, sent, sent)
    _choices(view, made)
    return made


def values(view: View, made: Forms | None = None) -> dict[str, Any]:
    """The variables of the template."""
    made = forms(view) if made is None else made
    return {
        "view": view,
        "row": view.row,
        "forms": made,
        "broken": next((form for form in made.values() if form.errors or form.form_errors), None),
        "wording": Wording(view.version.curriculum),
        "titles": {one.level: one.title for one in view.version.curriculum.scale},
        "rated": {name for found in view.ratings.values() for name in found},
        "topics": {one.competency: one for one in view.topics},
        "words": words,
        "in_words": in_words,
        "plain_day": plain_day,
        "size": size,
        "ends": ENDS,
        "most": store().most // 1024**2,
        "today": calendar.today(db.session, now=now()),
    }


def _offered(view: View) -> bool:
    return view.row.state == "offered"


def _form(kind: type[Form], name: str, sent: str | None) -> Form:
    return kind(prefix=f"{name}-") if name == sent else kind(formdata=None, prefix=f"{name}-")


def _choices(view: View, made: Forms) -> None:
    curriculum = view.version.curriculum
    if isinstance(evidence := made.get("evidence"), EvidenceForm):
        asked = [(one.competency, one.title) for one in view.topics]
        known = {name for name, _ in asked}
        others = [(one.id, one.title) for one in curriculum.competencies if one.id not in known]
        evidence.competency.choices = [*asked, *others]
        scale = [(str(one.level), f"{one.level}, {one.title}") for one in curriculum.scale]
        evidence.level.choices = [("0", gettext("0, not there")), *scale]
        evidence.source.choices = [(code, str(word)) for code, word in words.SOURCES.items()]
    if isinstance(outcome := made.get("outcome"), OutcomeForm):
        outcome.metric.choices = [(name, name) for name in view.metrics]
    if isinstance(interview := made.get("interview"), InterviewForm):
        interview.competencies.choices = [(one.competency, one.title) for one in view.topics]
