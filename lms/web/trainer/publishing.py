"""Changes and impact of a draft, and publishing it: what differs, whose path that changes and by how much, who gets it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid
from lms.services import calendar
from lms.services.access import About, Permission, can
from lms.services.authoring import drafts, edits, impact, impact_job, impact_names, publishing
from lms.services.authoring.drafts import Draft
from lms.services.authoring.impact import Impact
from lms.services.authoring.preview import preview as preview_of
from lms.services.organisation import people_shown
from lms.storage.session import db, transaction
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.refusals import sentences
from lms.web.trainer import impact_words
from lms.web.trainer.change_words import differences
from lms.web.trainer.finding_words import problems
from lms.web.trainer.preview_words import page_of
from lms.web.trainer.publish_form import PublishForm, empty
from lms.web.translated import gettext, ngettext
from lms.web.wording import Wording

door = Door("publishing")

Answer = str | Response | tuple[str, int]

NAMED = 500
"""So many people are named on the page."""


@door.reads("/curricula/<number:curriculum_id>/draft/changes", Permission.DRAFT_READ)
def changes(curriculum_id: int) -> str:
    """What the draft changes and for whom; with `?impact=now` the impact stands in the page, else it comes after it."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    return _page(draft, empty(draft.digest, _today()))


@door.reads("/curricula/<number:curriculum_id>/draft/impact", Permission.DRAFT_READ)
def impact_part(curriculum_id: int) -> str:
    """The impact alone: worked out at once, or how far the job is that does it."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    return render_template("trainer/impact_part.html", draft=draft, **_impact(draft))


@door.writes("/curricula/<number:curriculum_id>/draft/impact", Permission.DRAFT_EDIT)
def work_out(curriculum_id: int) -> Response:
    """Let a job work the impact out."""
    impact_job.ask(db.session, actor(), curriculum_id, now=now())
    return redirect(url_for("publishing.changes", curriculum_id=curriculum_id, _anchor="impact"), 303)


@door.reads("/curricula/<number:curriculum_id>/draft/names", Permission.IMPACT_NAMES)
def names(curriculum_id: int) -> str:
    """Whose path would change, by name, for who just asked for it; else where one asks."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    found = None
    if impact_names.are_open(db.session, actor(), draft, now=now()):
        found, _ = _found(draft)
    rows = found.changed() if found else ()
    who = people_shown.names(db.session, [row.person for row in rows])
    listed = impact_words.named_rows(rows, who)
    return render_template("trainer/impact_names.html", draft=draft, found=found, rows=listed[:NAMED], of=len(listed))


@door.writes("/curricula/<number:curriculum_id>/draft/names", Permission.IMPACT_NAMES)
def show_names(curriculum_id: int) -> Response:
    """Write down that somebody looks at the names, and show them."""
    impact_names.ask(db.session, actor(), curriculum_id, now=now())
    return redirect(url_for("publishing.names", curriculum_id=curriculum_id), 303)


@door.writes("/curricula/<number:curriculum_id>/publish", Permission.CURRICULUM_PUBLISH, by_itself=True)
def publish(curriculum_id: int) -> Answer:
    """Freeze the draft and make it count. The impact is worked out again before anything is locked."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    form, seen = PublishForm(), request.form.get("seen", "")
    if not form.validate_on_submit():
        return _page(draft, form), 422
    audience = form.whom()
    since = _since(draft, seen, others_stay=audience.until is not None) if seen else None
    try:
        with transaction(db.session):
            frozen = publishing.publish(
                db.session,
                actor(),
                curriculum_id,
                note=(form.note.data or "").strip(),
                audience=audience,
                override=form.override.data or "",
                seen=form.draft.data or None,
                now=now(),
            )
    except (Invalid, Conflict) as refused:
        return _refused(curriculum_id, form, refused)
    told = gettext("Version %(number)s counts now. Everybody on it is planned again.", number=frozen.number)
    if audience.until:
        told = gettext("Version %(number)s is published. Who was there stays on the one before.", number=frozen.number)
    flash(told, "ok")
    if since:
        flash(since, "info")
    return redirect(url_for("curricula.show", curriculum_id=curriculum_id), 303)


@door.reads("/curricula/<number:curriculum_id>/draft/preview", Permission.DRAFT_READ)
def preview(curriculum_id: int) -> str:
    """The path of a made-up person, whom `persona` names, as their page would show it over the draft."""
    found = preview_of(db.session, actor(), curriculum_id, request.args.get("persona"), now=now())
    return render_template("trainer/preview.html", curriculum_id=curriculum_id, **page_of(found))


def _refused(curriculum_id: int, form: PublishForm, refused: Invalid | Conflict) -> Answer:
    """The page as it is now, with what was typed; the digest is that of the draft that is shown on it."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    form.draft.data = draft.digest
    if isinstance(refused, Invalid):
        if all(problem.field for problem in refused.problems):
            form.take(refused)
        else:  # the page lists what stands in the way, each with its place
            why = gettext("Mend what stands in the way, or say why you publish in spite of it.")
            form.override.errors = (*form.override.errors, why)
        return _page(draft, form), 422
    return _page(draft, form, sentences(refused)), 409


def _page(draft: Draft, form: PublishForm, refused: list[str] | None = None) -> str:
    found = [(one, mend) for one, mend in edits.findings(draft) if one.severity == "error"]
    verdict = publishing.verdict(draft.value, now())
    before = draft.published.curriculum if draft.published else None
    return render_template(
        "trainer/changes.html",
        draft=draft,
        differences=[] if draft.is_published else differences(before, draft.value),
        errors=problems(found, Wording(draft.value)),
        failed=verdict.errors[len(found) :],
        form_=form,
        refused=refused or [],
        may_publish=can(actor(), Permission.CURRICULUM_PUBLISH, About(curriculum_id=draft.curriculum_id)),
        **(_impact(draft) if _is_known(draft) else {}),
    )


def _is_known(draft: Draft) -> bool:
    """Does the page bring the impact with it, for it was asked for or costs nothing?"""
    if draft.is_published:
        return False
    many = len(impact.whom(db.session, draft.curriculum_id)) > impact.AT_ONCE
    return many or request.args.get("impact") == "now"


def _impact(draft: Draft) -> dict[str, Any]:
    """What the part with the impact takes: the impact in words, or the job that works it out, or that one may ask."""
    found, job = _found(draft)
    return {
        "impact": impact_words.shown(found, draft) if found else None,
        "job": job,
        "many": found is None,
        "may_ask": drafts.may_edit(actor(), draft.curriculum_id),
        "may_name": can(actor(), Permission.IMPACT_NAMES),
    }


def _found(draft: Draft) -> tuple[Impact | None, dict[str, Any] | None]:
    """The impact, worked out now where the people are few enough; else what a job found, and how far it is."""
    people = impact.whom(db.session, draft.curriculum_id)
    if len(people) <= impact.AT_ONCE:
        return impact.work_out(db.session, draft, people, now=now(), patience=impact.HURRIED), None
    begun = impact_job.begun(db.session, draft, now=now())
    if begun is None:
        return None, None
    job = begun.job
    state = {"waiting": "queued", "dead": "failed"}.get(job.state, job.state)
    label = ngettext("Planning %(num)s path over both versions", "Planning %(num)s paths over both versions", job.parts)
    return begun.found, {"state": state, "done": job.progress, "total": job.parts, "label": label}


def _since(draft: Draft, seen: str, *, others_stay: bool) -> str | None:
    """What differs from the impact that was seen: worked out again, or of how many the input changed since."""
    people = impact.whom(db.session, draft.curriculum_id)
    if len(people) <= impact.AT_ONCE:
        again = impact.work_out(db.session, draft, people, now=now(), patience=impact.HURRIED)
        return impact_words.since(seen, again, others_stay=others_stay)
    begun = impact_job.begun(db.session, draft, now=now())
    return impact_words.overtaken(impact_job.overtaken(db.session, begun, people)) if begun else None


def _today() -> date:
    return calendar.today(db.session, now=now())
