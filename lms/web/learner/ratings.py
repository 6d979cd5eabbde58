"""Ratings: what one is asked to say about others and oneself, what closed cycles said of one, and asking for a round."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services import calendar
from lms.services.access import About, Permission, can
from lms.services.cycles import opening, rating, results
from lms.services.cycles.asking import key_of
from lms.services.cycles.rating import View
from lms.services.learning.levels import as_they_are
from lms.services.organisation import lookup, people_shown
from lms.storage.people import Contact, Person
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.rating_forms import RoundForm, SheetForm, sheet_form
from lms.web.translated import gettext

door = Door("ratings")

Answer = str | Response | tuple[str, int]


@door.reads("/ratings", Permission.RATE)
def index() -> str:
    """What one is asked, and what was said of one."""
    mine = actor().person_id or 0
    return _results(mine, asked=results.asked_of(db.session, actor()))


@door.reads("/people/<number:person_id>/ratings", Permission.RESULTS_READ)
def of(person_id: int) -> str:
    """What closed cycles said of somebody."""
    return _results(person_id, asked=())


@door.reads("/ratings/<number:sheet_id>", Permission.RATE)
def show(sheet_id: int) -> str:
    """A sheet to fill, or as it was handed in."""
    view = rating.show(db.session, actor(), sheet_id)
    return _sheet(view, sheet_form(view))


@door.writes("/ratings/<number:sheet_id>", Permission.RATE)
def say_so(sheet_id: int) -> Answer:
    """Save what was said so far, or hand it in."""
    view = rating.show(db.session, actor(), sheet_id)
    form = sheet_form(view, filled=True)
    whole = request.form.get("do") == "submit"
    try:
        if not form.validate_on_submit():
            return _sheet(view, form), 422
        if not whole:
            rating.save(db.session, actor(), sheet_id, form.answers(view, whole=False))
            flash(gettext("Saved for you alone. Hand it in when you are done."), "ok")
            return redirect(url_for("ratings.show", sheet_id=sheet_id), 303)
        rating.submit(db.session, actor(), sheet_id, form.answers(view, whole=True), now=now())
    except Invalid as refused:
        form.take_for(view, refused)
        return _sheet(view, form), 422
    except Conflict as refused:
        return _sheet(rating.show(db.session, actor(), sheet_id), form, [Problem(refused.args[0])]), 409
    flash(gettext("Handed in. You can take it back until the cycle is closed."), "ok")
    following = next((one for one in results.asked_of(db.session, actor()) if one.row.state == "waiting"), None)
    if following is not None:
        return redirect(url_for("ratings.show", sheet_id=following.row.id), 303)
    return redirect(url_for("ratings.index"), 303)


@door.writes("/ratings/<number:sheet_id>/take-back", Permission.RATE)
def take_back(sheet_id: int) -> Response:
    """Take back what was handed in."""
    rating.take_back(db.session, actor(), sheet_id, now=now())
    flash(gettext("Taken back. Change it, and hand it in again."), "ok")
    return redirect(url_for("ratings.show", sheet_id=sheet_id), 303)


@door.writes("/ratings/<number:sheet_id>/decline", Permission.RATE)
def decline(sheet_id: int) -> Response:
    """Say that one cannot judge a colleague."""
    rating.decline(db.session, actor(), sheet_id, now=now())
    flash(gettext("You are not asked about them any more."), "ok")
    return redirect(url_for("ratings.index"), 303)


@door.reads("/people/<number:person_id>/round", Permission.ROUND_OPEN)
def round_form(person_id: int) -> str:
    """The form of a round about somebody, or about oneself."""
    lookup.person(db.session, actor(), Permission.ROUND_OPEN, person_id)
    due = calendar.today(db.session, now=now()) + opening.USUAL
    return _round(person_id, RoundForm(formdata=None, data={"asks_manager": True, "due": due}))


@door.writes("/people/<number:person_id>/round", Permission.ROUND_OPEN)
def open_round(person_id: int) -> Answer:
    """Ask everybody chosen."""
    lookup.person(db.session, actor(), Permission.ROUND_OPEN, person_id)
    form = RoundForm()
    _choices(person_id, form)
    try:
        if not form.validate_on_submit():
            return _round(person_id, form), 422
        cycle = opening.open_round(
            db.session,
            actor(),
            person_id,
            role=form.role.data or "",
            peers=_colleagues(form),
            due=form.due.data,
            asks_manager=bool(form.asks_manager.data),
            now=now(),
        )
    except Invalid as refused:
        form.take(refused)
        return _round(person_id, form), 422
    except Conflict as refused:
        form.take(Invalid(Problem(refused.args[0])))
        return _round(person_id, form), 409
    flash(gettext("Opened. Everybody who is asked gets a mail."), "ok")
    return redirect(url_for("cycles.show", cycle_id=cycle.id), 303)


def _results(person_id: int, asked: tuple[results.AskedOfMe, ...]) -> str:
    found = results.of(db.session, actor(), person_id)
    person = db.session.get(Person, person_id)
    about = About(person_id=person_id, team_id=person.team_id if person else None)
    return render_template(
        "learner/ratings.html",
        asked=asked,
        found=found,
        rounds=results.rounds_of(db.session, actor(), person_id),
        may_ask=can(actor(), Permission.ROUND_OPEN, about),
        own=person_id == actor().person_id,
        person=people_shown.names(db.session, [person_id])[person_id],
    )


def _sheet(view: View, form: SheetForm, problems: list[Problem] | None = None) -> str:
    return render_template(
        "learner/rate.html",
        view=view,
        form_=form,
        own=view.row.person_id == actor().person_id,
        problems=problems or [],
    )


def _round(person_id: int, form: RoundForm) -> str:
    _choices(person_id, form)
    own = person_id == actor().person_id
    person = people_shown.names(db.session, [person_id])[person_id]
    return render_template("learner/round.html", form_=form, own=own, person=person)


def _choices(person_id: int, form: RoundForm) -> None:
    """The roles that can be asked about, and who works in the same team."""
    who = as_they_are(db.session, person_id, now=now())
    form.role.choices = []
    if who is not None and who.version is not None:
        known = who.version.curriculum.role_by_id
        named = dict.fromkeys([who.snapshot.person.role or "", *who.snapshot.person.targets])
        form.role.choices = [
            (key_of(who.version.curriculum_id, one), known[one].title) for one in named if one in known
        ]
    team = select(Person.team_id).where(Person.id == person_id).scalar_subquery()
    beside = select(Person.id, Contact.name).join(Contact, Contact.person_id == Person.id)
    others = beside.where(Person.team_id == team, Person.state == "active", Person.id != person_id)
    form.team.choices = [
        (str(number), name) for number, name in db.session.execute(others.order_by(Contact.name, Person.id))
    ]


def _colleagues(form: RoundForm) -> list[int]:
    """Those ticked, and those typed one a line. Raises Invalid."""
    typed = (form.peers.data or "").splitlines()[: opening.MOST_PEERS + 1]
    named = [lookup.somebody(db.session, line, field="peers") for line in typed]
    return [*map(int, form.team.data or ()), *(number for number in named if number is not None)]
