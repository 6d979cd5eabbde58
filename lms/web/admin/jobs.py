"""What goes on in the background: what failed and why, what runs and waits, what was done, and whether anybody works."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from lms.services.access import Permission
from lms.services.running import job_board, jobs
from lms.services.running.job_board import SHOWN, Board
from lms.storage.session import db
from lms.web.admin import jobs_words
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("jobs")

Answer = Response | str


@door.reads("/admin/jobs", Permission.JOBS_READ)
def index() -> Answer:
    """The jobs in one state: by default those that failed, if there are any, else what is going on."""
    found = job_board.board(db.session, actor(), now=now())
    return render_template("jobs/index.html", **_shown(found))


@door.reads("/admin/jobs/now", Permission.JOBS_READ)
def live() -> Answer:
    """The part of the page that moves; it asks for itself each second while there is something to do."""
    found = job_board.board(db.session, actor(), now=now())
    return render_template("jobs/live.html", **_shown(found))


@door.reads("/admin/jobs/<number:job_id>", Permission.JOBS_READ)
def show(job_id: int) -> Answer:
    """One job: what it does, how often it was tried, and what stood in its way."""
    listed = job_board.one(db.session, actor(), job_id)
    return render_template("jobs/show.html", listed=listed, words=jobs_words)


@door.writes("/admin/jobs/<number:job_id>/requeue", Permission.JOBS_EDIT)
def requeue(job_id: int) -> Answer:
    """Try a failed job again."""
    jobs.requeue(db.session, actor(), job_id, now=now())
    flash(gettext("The job waits for its turn again."), "ok")
    return _back()


@door.writes("/admin/jobs/<number:job_id>/discard", Permission.JOBS_EDIT)
def discard(job_id: int) -> Answer:
    """Take a failed job off the list."""
    jobs.discard(db.session, actor(), job_id, now=now())
    flash(gettext("The job was discarded. It will not be tried again."), "ok")
    return _back()


@door.writes("/admin/jobs/requeue", Permission.JOBS_EDIT)
def requeue_all() -> Answer:
    """Try every failed job again."""
    count = jobs.requeue_all(db.session, actor(), now=now())
    message = ngettext("One job waits for its turn again.", "%(num)s jobs wait for their turn again.", count)
    flash(message if count else gettext("No job has failed: somebody was quicker."), "ok")
    return _back()


def _back() -> Response:
    answer = redirect(url_for("jobs.index"), 303)
    assert isinstance(answer, Response)
    return answer


def _shown(found: Board) -> dict[str, Any]:
    state = request.args.get("state", "")
    if state not in SHOWN:
        state = next((one for one in SHOWN if found.counts[one]), "done")
    kind = request.args.get("kind") or None
    number = request.args.get("page", 1, type=int)
    page = job_board.page_of(db.session, actor(), state, kind=kind, number=number, now=now())
    return {"board": found, "state": state, "kind": kind, "jobs": page, "words": jobs_words, "now": now()}
