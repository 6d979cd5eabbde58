"""Performance cycles: the list, a draft with whom it would ask, how far one is, closing with what it writes, comparison."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services import calendar, curricula
from lms.services.access import ANYTHING, Permission, can
from lms.services.cycles import closing, comparing, finding, opening, progress, reminding
from lms.services.organisation import people_shown
from lms.storage.cycles import Cycle
from lms.storage.session import db
from lms.web.admin import people_words
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager import cycle_words as words
from lms.web.manager.cycle_forms import EVERYBODY, PEERS, RATERS, CycleForm
from lms.web.translated import gettext, ngettext

door = Door("cycles")

Answer = str | Response | tuple[str, int]


@door.reads("/cycles", Permission.CYCLE_READ)
def index() -> str:
    """The cycles and rounds that one may see."""
    return render_template("manager/cycles.html", found=progress.every(db.session, actor()), words=words)


@door.reads("/cycles/new", Permission.CYCLE_RUN)
def new_form() -> str:
    """The form of a new cycle."""
    form = _form(raters=["self", "manager"], peers="0")
    return render_template("manager/cycle_new.html", form_=form)


@door.writes("/cycles/new", Permission.CYCLE_RUN)
def new() -> Answer:
    """Prepare it; nobody is asked yet."""
    form = _form()
    try:
        if not form.validate_on_submit():
            return render_template("manager/cycle_new.html", form_=form), 422
        cycle = opening.draft(db.session, actor(), form.terms(), now=now())
    except Invalid as refused:
        form.take(refused)
        return render_template("manager/cycle_new.html", form_=form), 422
    return redirect(url_for("cycles.show", cycle_id=cycle.id), 303)


@door.reads("/cycles/<number:cycle_id>", Permission.CYCLE_READ)
def show(cycle_id: int) -> str:
    """A draft with whom it would ask, or how far an open cycle is."""
    return _page(cycle_id)


@door.writes("/cycles/<number:cycle_id>/change", Permission.CYCLE_RUN)
def change(cycle_id: int) -> Answer:
    """Prepare a draft otherwise."""
    form = _form()
    finding.locked(db.session, actor(), cycle_id, Permission.CYCLE_RUN, "draft")
    try:
        if not form.validate_on_submit():
            return _page(cycle_id, form=form), 422
        opening.change(db.session, actor(), cycle_id, form.terms(), now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(cycle_id, form=form), 422
    flash(gettext("Saved. Nobody is asked yet."), "ok")
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)


@door.writes("/cycles/<number:cycle_id>/discard", Permission.CYCLE_RUN)
def discard(cycle_id: int) -> Response:
    """Let a draft go."""
    opening.discard(db.session, actor(), cycle_id, now=now())
    flash(gettext("The draft is gone."), "ok")
    return redirect(url_for("cycles.index"), 303)


@door.writes("/cycles/<number:cycle_id>/open", Permission.CYCLE_RUN)
def open_(cycle_id: int) -> Answer:
    """Ask everybody."""
    try:
        opening.open_(db.session, actor(), cycle_id, now=now())
    except Conflict as refused:
        return _page(cycle_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Opened. Everybody who is asked gets a mail."), "ok")
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)


@door.writes("/cycles/<number:cycle_id>/remind", Permission.CYCLE_REMIND)
def remind(cycle_id: int) -> Answer:
    """Remind whoever has not answered."""
    try:
        people = reminding.remind(db.session, actor(), cycle_id, now=now())
    except Conflict as refused:
        return _page(cycle_id, problems=[Problem(refused.args[0])]), 409
    flash(
        ngettext("%(num)s person gets a mail.", "%(num)s people get a mail.", people)
        if people
        else gettext("Everybody who is missing was reminded of other ratings today already."),
        "ok",
    )
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)


@door.reads("/cycles/<number:cycle_id>/close", Permission.CYCLE_CLOSE)
def close_form(cycle_id: int) -> str:
    """What closing would write."""
    return _closing(cycle_id)


@door.writes("/cycles/<number:cycle_id>/close", Permission.CYCLE_CLOSE)
def close(cycle_id: int) -> Answer:
    """Freeze the results."""
    try:
        closing.close(db.session, actor(), cycle_id, now=now())
    except Conflict as refused:
        return _page(cycle_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Closed. Those rated can read their results."), "ok")
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)


@door.reads("/cycles/<number:cycle_id>/comparison", Permission.CYCLE_READ)
def comparison(cycle_id: int) -> str:
    """How the managers of a cycle use the scale."""
    found = comparing.show(db.session, actor(), cycle_id)
    return render_template("manager/cycle_comparison.html", found=found, words=words)


def _closing(cycle_id: int) -> str:
    found = closing.preview(db.session, actor(), cycle_id)
    counting = [one for one in found.results if one.counts]
    known = people_shown.names(db.session, {one.person_id for one in counting})

    def title(one: closing.Result) -> str:
        return curricula.version(db.session, one.version_id).curriculum.competency_by_id[one.competency].title

    return render_template(
        "manager/cycle_close.html",
        found=found,
        entries=[
            (known[person], [(title(one), one.level, one.capacity) for one in theirs])
            for person, theirs in groupby(counting, lambda one: one.person_id)
        ],
        listed=progress.show(db.session, actor(), cycle_id, now=now()).listed,
        words=words,
    )


def _page(cycle_id: int, *, form: CycleForm | None = None, problems: list[Problem] | None = None) -> str:
    found = progress.show(db.session, actor(), cycle_id, now=now())
    row = found.listed.row
    if row.state != "draft":
        return render_template("manager/cycle.html", found=found, words=words, problems=problems or [])
    return render_template(
        "manager/cycle_draft.html",
        found=found,
        asked=opening.preview(db.session, actor(), cycle_id, now=now()),
        form_=form or _form_of(row),
        may_run=can(actor(), Permission.CYCLE_RUN, finding.about(db.session, row)),
        words=words,
        problems=problems or [],
    )


def _form_of(row: Cycle) -> CycleForm:
    raters = [name for name, asks in (("self", row.asks_self), ("manager", row.asks_manager)) if asks]
    return _form(
        title=row.title,
        team=str(row.team_id or EVERYBODY),
        roles=row.roles,
        raters=raters,
        peers=str(row.peers),
        due=row.due,
    )


def _form(**values: object) -> CycleForm:
    form = CycleForm(formdata=None, data=values) if values else CycleForm()
    who = actor()
    everybody = can(who, Permission.CYCLE_RUN, ANYTHING)
    teams = [
        (number, name) for number, name in people_words.team_choices(db.session) if everybody or int(number) in who.line
    ]
    form.team.choices = [*([(EVERYBODY, gettext("The whole organisation"))] if everybody else []), *teams]
    form.raters.choices, form.peers.choices = list(RATERS), list(PEERS)
    form.roles.choices = people_words.role_choices(curricula.published(db.session))
    if values and not form.due.data:
        form.due.data = calendar.today(db.session, now=now()) + opening.USUAL
    return form
