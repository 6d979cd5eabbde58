"""A candidate: what they have shown, their interviews, and a form for each step, down to the decision about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from lms.errors import NotFound, Problem, said
from lms.services.access import Permission
from lms.services.hiring import candidates, deciding, files, interviews, outcomes, reading
from lms.services.hiring.candidates import Claimed
from lms.services.hiring.outcomes import Achieved
from lms.services.organisation import lookup
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.evidence import store
from lms.web.manager.hire import hiring_candidate_page
from lms.web.manager.hire.hiring_candidate_page import Forms
from lms.web.manager.trying import refusal
from lms.web.translated import gettext

door = Door("candidates")

Answer = str | Response | tuple[str, int]


@door.reads("/candidates/<number:candidate_id>", Permission.HIRING)
def show(candidate_id: int) -> str:
    """A candidate with everything about them."""
    return _page(candidate_id)


@door.writes("/candidates/<number:candidate_id>/evidence", Permission.HIRING)
def record(candidate_id: int) -> Answer:
    """Record a level shown outside of an interview."""

    def verb(form: Any) -> object:
        claimed = Claimed(
            competency=form.competency.data or "",
            level=int(form.level.data),
            shown_on=form.shown_on.data,
            source=form.source.data or "",
            note=form.note.data or "",
        )
        return candidates.record(db.session, actor(), candidate_id, claimed, now=now())

    return _do(candidate_id, "evidence", verb)


@door.writes("/candidates/<number:candidate_id>/evidence/<number:entry_id>/remove", Permission.HIRING)
def take_back(candidate_id: int, entry_id: int) -> Answer:
    """Take an entry back."""
    return _do(
        candidate_id, None, lambda _: candidates.take_back(db.session, actor(), candidate_id, entry_id, now=now())
    )


@door.writes("/candidates/<number:candidate_id>/outcomes", Permission.HIRING)
def achieve(candidate_id: int) -> Answer:
    """Record what they achieved, by month."""

    def verb(form: Any) -> object:
        achieved = Achieved(
            metric=form.metric.data or "",
            first=form.first.data,
            last=form.last.data,
            value=form.value.data,
            source=form.source.data or "",
        )
        return outcomes.record(db.session, actor(), candidate_id, achieved, now=now())

    return _do(candidate_id, "outcome", verb)


@door.writes("/candidates/<number:candidate_id>/outcomes/<number:entry_id>/remove", Permission.HIRING)
def remove_outcome(candidate_id: int, entry_id: int) -> Answer:
    """Take an outcome back."""
    return _do(candidate_id, None, lambda _: outcomes.take_back(db.session, actor(), candidate_id, entry_id, now=now()))


@door.writes("/candidates/<number:candidate_id>/interviews", Permission.HIRING)
def plan(candidate_id: int) -> Answer:
    """Ask somebody to interview."""

    def verb(form: Any) -> object:
        who = lookup.somebody(db.session, form.interviewer.data or "", field="interviewer")
        about = form.competencies.data or []
        day = form.planned_for.data
        return interviews.plan(db.session, actor(), candidate_id, who, about, planned_for=day, now=now())

    return _do(candidate_id, "interview", verb)


@door.writes("/candidates/<number:candidate_id>/interviews/<number:interview_id>/call-off", Permission.HIRING)
def call_off(candidate_id: int, interview_id: int) -> Answer:
    """Wait for an interview no more."""
    return _do(
        candidate_id, None, lambda _: interviews.call_off(db.session, actor(), candidate_id, interview_id, now=now())
    )


@door.writes("/candidates/<number:candidate_id>/notes", Permission.HIRING)
def note(candidate_id: int) -> Answer:
    """Write something down."""

    def verb(form: Any) -> object:
        return candidates.write_note(db.session, actor(), candidate_id, form.text.data or "", now=now())

    return _do(candidate_id, "note", verb)


@door.writes("/candidates/<number:candidate_id>/files", Permission.HIRING)
def attach(candidate_id: int) -> Answer:
    """Keep files."""

    def verb(form: Any) -> None:
        files.attach(db.session, actor(), store(), candidate_id, form.chosen(), now=now())

    return _do(candidate_id, "files", verb)


@door.reads("/candidates/<number:candidate_id>/files/<number:document_id>", Permission.HIRING)
def file(candidate_id: int, document_id: int) -> Response:
    """A file, only ever to be saved."""
    return sent(files.find(db.session, actor(), candidate_id, document_id))


@door.writes("/candidates/<number:candidate_id>/files/<number:document_id>/remove", Permission.HIRING)
def remove_file(candidate_id: int, document_id: int) -> Answer:
    """Keep a file no more."""
    return _do(candidate_id, None, lambda _: files.remove(db.session, actor(), candidate_id, document_id, now=now()))


@door.writes("/candidates/<number:candidate_id>/requests/<number:request_id>/answer", Permission.HIRING)
def answer(candidate_id: int, request_id: int) -> Answer:
    """Answer what they asked for."""

    def verb(form: Any) -> None:
        candidates.answer(db.session, actor(), candidate_id, request_id, form.text.data or "", now=now())

    return _do(candidate_id, f"answer-{request_id}", verb)


@door.writes("/candidates/<number:candidate_id>/link", Permission.HIRING)
def renew_link(candidate_id: int) -> Answer:
    """Send another link."""
    return _do(candidate_id, None, lambda _: candidates.renew_link(db.session, actor(), candidate_id, now=now()))


@door.writes("/candidates/<number:candidate_id>/link/end", Permission.HIRING)
def end_link(candidate_id: int) -> Answer:
    """Let their link work no more."""
    return _do(candidate_id, None, lambda _: candidates.revoke_link(db.session, actor(), candidate_id, now=now()))


@door.writes("/candidates/<number:candidate_id>/offer", Permission.HIRING)
def offer(candidate_id: int) -> Answer:
    """Offer the position."""

    def verb(form: Any) -> object:
        return deciding.offer(db.session, actor(), candidate_id, form.reason.data or "", now=now())

    return _do(candidate_id, "offer", verb, gettext("Offered. They were told, and read your reason."))


@door.writes("/candidates/<number:candidate_id>/decline", Permission.HIRING)
def decline(candidate_id: int) -> Answer:
    """Decline a candidate."""

    def verb(form: Any) -> object:
        return deciding.decline(db.session, actor(), candidate_id, form.reason.data or "", now=now())

    return _do(candidate_id, "decline", verb, gettext("Declined. They were told, and read your reason."))


@door.writes("/candidates/<number:candidate_id>/hire", Permission.HIRING)
def hire(candidate_id: int) -> Answer:
    """Hire a candidate."""

    def verb(form: Any) -> object:
        given = (form.reason.data or "", form.starts.data)
        return deciding.hire(db.session, actor(), candidate_id, *given, now=now())

    return _do(candidate_id, "hire", verb, gettext("Hired. They were invited, and their path is ready."))


def sent(found: Any) -> Response:
    """A file about a candidate as an attachment: no browser runs what somebody sent."""
    path = store().path(found.stored)
    if path is None:
        raise NotFound(said("This file is kept no more."))
    return send_file(path, mimetype=found.media, as_attachment=True, download_name=found.name, conditional=True)


def _do(candidate_id: int, name: str | None, verb: Callable[[Any], object], done: str | None = None) -> Answer:
    """Take a step: what is wrong with its form stands beside its fields, what it met above the page."""
    view = reading.candidate(db.session, actor(), candidate_id, now=now())
    forms = hiring_candidate_page.forms(view, sent=name)
    refused = refusal(forms.get(name), verb)
    if refused is not None:
        problems, status = refused
        return _page(candidate_id, forms, problems), status
    flash(done or gettext("Saved."), "ok")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


def _page(candidate_id: int, forms: Forms | None = None, problems: list[Problem] | None = None) -> str:
    view = reading.candidate(db.session, actor(), candidate_id, now=now())
    return render_template(
        "manager/hiring_candidate.html", problems=problems or [], **hiring_candidate_page.values(view, forms)
    )
