"""Openings: the list, opening a position, and one opening with its candidates and colleagues side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.engine.judging.ranking import RULE, STANDARD_WEEK
from lms.errors import Conflict, Invalid, Problem
from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.hiring import candidates, comparing, finding, interviews, openings
from lms.services.hiring.candidates import Reached
from lms.services.hiring.openings import KEPT_DAYS, NewOpening
from lms.services.organisation import lookup
from lms.storage.session import db
from lms.web.admin.people_words import language_choices, role_choices, role_of, team_choices
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager.hire import hiring_words as words
from lms.web.manager.hire.hiring_forms import CandidateForm, OpeningForm
from lms.web.translated import gettext
from lms.web.wording import Wording

door = Door("hiring")

Answer = str | Response | tuple[str, int]
ORDERS = ("ramp", "requirements")
ON_A_PAGE = 50


@door.reads("/candidates", Permission.HIRING)
def index() -> str:
    """The openings that one works on."""
    return render_template("manager/hiring.html", openings=openings.listed(db.session, actor()), words=words)


@door.reads("/candidates/new", Permission.HIRING_OPEN)
def new() -> str:
    """A form to open a position."""
    return _new(OpeningForm(formdata=None, data={"places": 1, "kept_days": KEPT_DAYS}))


@door.writes("/candidates/new", Permission.HIRING_OPEN)
def open_position() -> Answer:
    """Open it."""
    form = _with_choices(OpeningForm())
    if not form.validate_on_submit():
        return _new(form), 422
    role, curriculum_id = role_of(form.role.data or "")
    try:
        row = openings.open_position(
            db.session,
            actor(),
            NewOpening(
                role=role or "",
                curriculum_id=curriculum_id,
                team_id=int(form.team.data) if form.team.data else None,
                places=form.places.data or 0,
                manager_id=lookup.somebody(db.session, form.manager.data or "", field="manager"),
                kept_days=form.kept_days.data or 0,
            ),
            now=now(),
        )
    except Invalid as refused:
        form.take(refused)
        return _new(form), 422
    flash(gettext("The position is open. Add the first candidate."), "ok")
    return redirect(url_for("hiring.show", opening_id=row.id), 303)


@door.reads("/candidates/openings/<number:opening_id>", Permission.HIRING)
def show(opening_id: int) -> str:
    """An opening: who stands where, in one of the two orders."""
    return _page(opening_id, _adding(None))


@door.writes("/candidates/openings/<number:opening_id>/add", Permission.HIRING)
def add(opening_id: int) -> Answer:
    """Add a candidate."""
    finding.opening(db.session, actor(), opening_id)
    form = _adding(CandidateForm())
    if not form.validate_on_submit():
        return _page(opening_id, form), 422
    who = Reached(name=form.name.data or "", mail=form.mail.data or "", language=form.language.data or None)
    try:
        row = candidates.add(db.session, actor(), opening_id, who, now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(opening_id, form), 422
    except Conflict as refused:
        return _page(opening_id, form, [Problem(refused.args[0])]), 409
    flash(gettext("Added. They were sent the link to their own page."), "ok")
    return redirect(url_for("candidates.show", candidate_id=row.id), 303)


@door.writes("/candidates/openings/<number:opening_id>/close", Permission.HIRING)
def close(opening_id: int) -> Answer:
    """Close an opening."""
    try:
        openings.close(db.session, actor(), opening_id, now=now())
    except Conflict as refused:
        return _page(opening_id, _adding(None), [Problem(refused.args[0])]), 409
    flash(gettext("The opening is closed."), "ok")
    return redirect(url_for("hiring.index"), 303)


def _page(opening_id: int, form: CandidateForm, problems: list[Problem] | None = None) -> str:
    opened = finding.opening(db.session, actor(), opening_id)
    found = comparing.look(db.session, actor(), opened, now=now())
    asked = request.args.get("by", "")
    order = asked if asked in ORDERS else ORDERS[0]
    whole = isinstance(found, comparing.Comparison)
    sheet = _sheet(found.places if isinstance(found, comparing.Comparison) else (), order)
    mine = [one.candidate.id for one in sheet.places if one.candidate]
    wording = Wording(found.version.curriculum)
    return render_template(
        "manager/hiring_opening.html",
        opening=openings.describe(db.session, [opened])[0],
        found=found,
        underway=None if whole else found,
        sheet=sheet,
        order=order,
        held=interviews.of_many(db.session, mine),
        form_=form,
        problems=problems or [],
        wording=wording,
        left_out=words.left_out(wording, opened.role),
        words=words,
        week=STANDARD_WEEK,
        rule=RULE,
        tried=bool(form.errors or form.form_errors),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a comparison, in one of the two orders."""

    places: Sequence[comparing.Place]
    page: int
    pages: int
    total: int


def _sheet(places: Sequence[comparing.Place], order: str) -> Sheet:
    """The page that is asked for, the last one where there are not so many."""
    if order == "requirements":
        places = sorted(places, key=lambda one: (one.standing.by_requirements, one.standing.by_ramp))
    pages = max(1, -(-len(places) // ON_A_PAGE))
    asked = request.args.get("page", "")
    page = min(max(1, int(asked)), pages) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    first = (page - 1) * ON_A_PAGE
    return Sheet(places=places[first : first + ON_A_PAGE], page=page, pages=pages, total=len(places))


def _adding(form: CandidateForm | None) -> CandidateForm:
    form = form or CandidateForm(formdata=None)
    form.language.choices = language_choices()
    return form


def _new(form: OpeningForm) -> str:
    return render_template("manager/hiring_new.html", form_=_with_choices(form))


def _with_choices(form: OpeningForm) -> OpeningForm:
    """Every published role; the teams for which the actor may open a position."""
    form.role.choices = role_choices(curricula.published(db.session))
    able = [
        (number, name)
        for number, name in team_choices(db.session)
        if can(actor(), Permission.HIRING_OPEN, About(team_id=int(number)))
    ]
    anywhere = can(actor(), Permission.HIRING_OPEN, About())
    form.team.choices = [("", gettext("Any team")), *able] if anywhere else able
    return form
