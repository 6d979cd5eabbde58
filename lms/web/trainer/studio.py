"""The studio: a draft as map and list, what is wrong with it, and the card that is selected, all on one page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.engine.change import compare_curricula
from lms.engine.mending.findings import Place
from lms.errors import NotFound, said
from lms.services import curricula
from lms.services.access import Permission
from lms.services.authoring import drafts, edits, impact_job, touched
from lms.services.authoring.drafts import Draft
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer import impact_words
from lms.web.trainer.drafting import after, tell
from lms.web.trainer.edit_words import said_of
from lms.web.trainer.editing.requirement_field import plain
from lms.web.trainer.finding_words import problems
from lms.web.trainer.inspector import Inspected, inspect, offered, selection
from lms.web.trainer.map.map_view import Scope, build_map
from lms.web.translated import gettext
from lms.web.wording import Wording

door = Door("studio")

NEEDY = (Place.COURSE, Place.ROLE)
SCOPES: dict[str, Scope] = {"all": "all", "around": "around"}
PROBLEMS = 30
"""So many findings are listed; the rest is counted."""


@door.reads("/curricula/<number:curriculum_id>/edit", Permission.DRAFT_READ)
def show(curriculum_id: int) -> str:
    """The draft as a map or a list, its findings, and what is selected."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    published = draft.published.curriculum if draft.published else None
    found = edits.findings(draft)
    inspected = inspect(draft.value, request.args.get("at"), published)
    zoom = request.args.get("zoom", 100, type=int)
    may_edit = drafts.may_edit(actor(), curriculum_id)
    owner = inspected if inspected and inspected.kind in NEEDY else None

    shown: dict[str, Any] = {
        "view": request.args.get("view"),
        "scope": request.args.get("scope"),
        "zoom": request.args.get("zoom"),
    }
    address = url_for("studio.show", curriculum_id=curriculum_id, **shown)  # once: a map has thousands of cards
    start = f"{address}{'&' if '?' in address else '?'}at="

    def link(kind: str, key: str) -> str:
        return f"{start}{kind}:{quote(key)}#selected"

    view = build_map(
        draft.value,
        published,
        [finding for finding, _ in found],
        mends=[mend for _, mend in found],
        selection=selection(inspected),
        scope=SCOPES.get(request.args.get("scope", "")),
        zoom=zoom,
        link=link,
    )
    listed = problems(found[:PROBLEMS], Wording(draft.value))
    return render_template(
        "trainer/studio.html",
        draft=draft,
        value=draft.value,
        map=view,
        view="list" if request.args.get("view") == "list" else "map",
        problems=listed,
        errors=sum(finding.severity == "error" for finding, _ in found),
        warnings=sum(finding.severity == "warning" for finding, _ in found),
        selected=inspected,
        changes=0 if published is None else len(compare_curricula(published, draft.value)),
        since=next(iter(curricula.history(db.session, curriculum_id)), None),
        done=drafts.edits(db.session, curriculum_id, 1),
        may_edit=may_edit,
        offered=list(offered(draft.value, owner)) if owner and may_edit else None,
        was=edits.item(draft, owner.kind, owner.id).seen if owner else "",
        touched=_touched(draft, inspected),
        said_of=said_of,
        empty=not (draft.value.competencies or draft.value.courses or draft.value.roles),
    )


def _touched(draft: Draft, inspected: Inspected | None) -> tuple[str, ...]:
    """What stands in the paths of people for the card that is selected; nobody has one where nothing is published."""
    if inspected is None or draft.published is None:
        return ()
    begun = impact_job.begun(db.session, draft, now=now())
    known = touched.on_paths(db.session, draft.curriculum_id, inspected.kind, inspected.id)
    return impact_words.beside_the_map(known, begun.found if begun else None)


@door.writes("/curricula/<number:curriculum_id>/draft/mend", Permission.DRAFT_EDIT)
def mend(curriculum_id: int) -> Response:
    """Mend a finding in one click; it can be undone."""
    asked, when = (request.form.get(name, "") for name in ("code", "kind", "id")), now()
    done = edits.mend(db.session, actor(), curriculum_id, *asked, now=when)
    return _done(curriculum_id, gettext("Mended: %(title)s.", title=done.title), when)


@door.writes("/curricula/<number:curriculum_id>/draft/need/drop", Permission.DRAFT_EDIT)
def drop_need(curriculum_id: int) -> Response:
    """Take one item out of what a course or a role needs, from beside the map."""
    (kind, key), when = _owner(), now()
    place, was = request.form.get("place", -1, type=int), request.form.get("was", "")
    edits.drop_need(db.session, actor(), curriculum_id, kind, key, place, was=was, now=when)
    return _done(curriculum_id, gettext("Removed."), when)


@door.writes("/curricula/<number:curriculum_id>/draft/need", Permission.DRAFT_EDIT)
def add_need(curriculum_id: int) -> Response:
    """Let a course or a role need one thing more, from beside the map."""
    (kind, key), when = _owner(), now()
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    inspected = inspect(draft.value, f"{kind}:{key}", None)
    typed = " ".join(request.form.get("need", "").split())
    fact = offered(draft.value, inspected).get(typed) if inspected else None
    if fact is None:
        flash(gettext("Nothing was added: choose a course or a competency from the list."), "warn")
        return redirect(after(curriculum_id, request.form.get("back")), 303)
    was = request.form.get("was", "")
    edits.add_need(db.session, actor(), curriculum_id, kind, key, plain(fact), was=was, now=when)
    return _done(curriculum_id, gettext("Added: %(what)s.", what=typed), when)


def _owner() -> tuple[Place, str]:
    """The course or role that a form is about. Raises NotFound for anything else."""
    kind = request.form.get("kind", "")
    if kind not in NEEDY:
        raise NotFound(said("There is nothing here that you can see."))
    return Place(kind), request.form.get("id", "")


def _done(curriculum_id: int, sentence: str, when: datetime) -> Response:
    goes_to = after(curriculum_id, request.form.get("back"))
    tell(curriculum_id, sentence, when, goes_to)
    return redirect(goes_to, 303)
