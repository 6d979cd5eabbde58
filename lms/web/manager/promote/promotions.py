"""Promotions: the list, the case whole, and a form for each step of it, shown to whoever may take it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.errors import Invalid, Problem
from lms.services import calendar
from lms.services.access import About, Permission, can
from lms.services.organisation import people_shown
from lms.services.promotions import deciding, listing, objecting, opening, reading
from lms.services.promotions.deciding import Terms
from lms.storage.people import Person
from lms.storage.session import db
from lms.web import pdf
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager.promote import promotions_export, promotions_page
from lms.web.manager.promote import promotions_words as words
from lms.web.manager.promote.promotions_forms import OpenForm
from lms.web.manager.promote.promotions_page import Forms
from lms.web.manager.trying import refusal

door = Door("promotions")

Answer = str | Response | tuple[str, int]


@door.reads("/promotions", Permission.PROMOTION_READ)
def index() -> str:
    """The cases that one may see: what waits for one first."""
    found = listing.all_of(db.session, actor(), now=now())
    return render_template("manager/promotions.html", found=found, words=words, whose=None, own=False)


@door.reads("/people/<number:person_id>/promotions", Permission.PROMOTION_READ)
def of(person_id: int) -> str:
    """The cases of a person, and a form to open one."""
    return _of(person_id, _open_form(person_id, formdata=None))


@door.writes("/people/<number:person_id>/promotions", Permission.PROMOTION_OPEN)
def open_case(person_id: int) -> Answer:
    """Open a case for a person."""
    form = _open_form(person_id)
    if not form.validate_on_submit():
        return _of(person_id, form), 422
    try:
        case = opening.open_case(db.session, actor(), person_id, form.role.data or "", now=now())
    except Invalid as refused:
        form.take(refused)
        return _of(person_id, form), 422
    return redirect(url_for("promotions.show", promotion_id=case.id), 303)


@door.reads("/promotions/<number:promotion_id>", Permission.PROMOTION_READ)
def show(promotion_id: int) -> str:
    """The whole case."""
    return _page(promotion_id)


@door.reads("/promotions/<number:promotion_id>/case.json", Permission.PROMOTION_READ)
def export(promotion_id: int) -> Response:
    """The whole case as a file, with everybody's names and words."""
    document = promotions_export.document(reading.read(db.session, actor(), promotion_id, now=now()))
    answer = Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="promotion-{promotion_id}.json"'
    return answer


@door.reads("/promotions/<number:promotion_id>/case.pdf", Permission.PROMOTION_READ)
def paper(promotion_id: int) -> Response:
    """The whole case on paper; where no PDF can be made, the page, which the browser prints."""
    view = reading.read(db.session, actor(), promotion_id, now=now())
    if not pdf.available():
        return redirect(url_for("promotions.show", promotion_id=promotion_id))
    return pdf.sent("case.html", f"promotion-{promotion_id}", **promotions_page.values(view, {}))


@door.writes("/promotions/<number:promotion_id>/submit", Permission.PROMOTION_OPEN)
def submit(promotion_id: int) -> Answer:
    """Submit a draft."""
    return _do(promotion_id, None, lambda _: opening.submit(db.session, actor(), promotion_id, now=now()), "submitted")


@door.writes("/promotions/<number:promotion_id>/withdraw", Permission.PROMOTION_OPEN)
def withdraw(promotion_id: int) -> Answer:
    """Take a case back."""
    return _do(
        promotion_id, None, lambda _: opening.withdraw(db.session, actor(), promotion_id, now=now()), "withdrawn"
    )


@door.writes("/promotions/<number:promotion_id>/review", Permission.PROMOTION_DECIDE)
def review(promotion_id: int) -> Answer:
    """Begin to review a case."""
    return _do(
        promotion_id, None, lambda _: deciding.start_review(db.session, actor(), promotion_id, now=now()), "begun"
    )


@door.writes("/promotions/<number:promotion_id>/attest", Permission.PROMOTION_DECIDE)
def attest(promotion_id: int) -> Answer:
    """Give one's word for a gate."""

    def verb(form: Any) -> object:
        given = (form.gate.data or "", form.on.data, form.note.data or "")
        return deciding.attest(db.session, actor(), promotion_id, *given, now=now())

    return _do(promotion_id, "attest", verb, "attested")


@door.writes("/promotions/<number:promotion_id>/let-pass", Permission.PROMOTION_DECIDE)
def override(promotion_id: int) -> Answer:
    """Let a missing requirement pass."""

    def verb(form: Any) -> object:
        given = (form.item.data or "", form.reason.data or "")
        return deciding.override(db.session, actor(), promotion_id, *given, now=now())

    return _do(promotion_id, "override", verb, "passed")


@door.writes("/promotions/<number:promotion_id>/approve", Permission.PROMOTION_DECIDE)
def approve(promotion_id: int) -> Answer:
    """Approve a case."""

    def verb(form: Any) -> object:
        terms = Terms(starts=form.starts.data, condition=form.condition.data or "", due=form.due.data)
        return deciding.approve(db.session, actor(), promotion_id, terms, now=now())

    return _do(promotion_id, "approve", verb, "approved")


@door.writes("/promotions/<number:promotion_id>/decline", Permission.PROMOTION_DECIDE)
def decline(promotion_id: int) -> Answer:
    """Decline a case."""

    def verb(form: Any) -> object:
        given = (form.reasons.data or "", form.change.data or "")
        return deciding.decline(db.session, actor(), promotion_id, *given, now=now())

    return _do(promotion_id, "decline", verb, "declined")


@door.writes("/promotions/<number:promotion_id>/appeal", Permission.PROMOTION_OPEN)
def appeal(promotion_id: int) -> Answer:
    """Ask the next level to decide again."""

    def verb(form: Any) -> object:
        return objecting.appeal(db.session, actor(), promotion_id, form.text.data or "", now=now())

    return _do(promotion_id, "appeal", verb, "appealed")


@door.writes("/promotions/<number:promotion_id>/mark", Permission.PROMOTION_OPEN)
def mark(promotion_id: int) -> Answer:
    """Mark an entry of the case as wrong."""

    def verb(form: Any) -> object:
        given = (form.entry.data or "", form.text.data or "")
        return objecting.mark_wrong(db.session, actor(), promotion_id, *given, now=now())

    return _do(promotion_id, "mark", verb, "marked")


@door.writes("/promotions/<number:promotion_id>/marks/<number:mark_id>/answer", Permission.PROMOTION_DECIDE)
def answer(promotion_id: int, mark_id: int) -> Answer:
    """Answer what was marked."""

    def verb(form: Any) -> object:
        agreed = form.agreed.data == "yes"
        text = form.text.data or ""
        return objecting.answer_mark(db.session, actor(), promotion_id, mark_id, text, agreed=agreed, now=now())

    return _do(promotion_id, f"answer-{mark_id}", verb, "answered")


@door.writes("/promotions/<number:promotion_id>/conditions/<number:condition_id>/met", Permission.PROMOTION_DECIDE)
def condition_met(promotion_id: int, condition_id: int) -> Answer:
    """Note that a condition was met."""
    return _do(
        promotion_id,
        None,
        lambda _: deciding.condition_met(db.session, actor(), promotion_id, condition_id, now=now()),
        "met",
    )


def _do(promotion_id: int, name: str | None, verb: Callable[[Any], object], done: str) -> Answer:
    """Take a step of a case: what is wrong with its form stands beside its fields, what it met above the page."""
    view = reading.read(db.session, actor(), promotion_id, now=now())
    forms = promotions_page.forms(view, sent=name)
    refused = refusal(forms.get(name), verb)
    if refused is not None:
        problems, status = refused
        return _page(promotion_id, forms, problems), status
    flash(promotions_page.flashed(done), "ok")
    return redirect(url_for("promotions.show", promotion_id=promotion_id), 303)


def _page(promotion_id: int, forms: Forms | None = None, problems: list[Problem] | None = None) -> str:
    view = reading.read(db.session, actor(), promotion_id, now=now())
    return render_template("manager/promotion.html", problems=problems or [], **promotions_page.values(view, forms))


def _of(person_id: int, form: OpenForm) -> str:
    found = listing.of_person(db.session, actor(), person_id, now=now())
    who = people_shown.names(db.session, [person_id])[person_id]
    own = person_id == actor().person_id
    person = db.session.get_one(Person, person_id)
    about = About(person_id=person_id, team_id=person.team_id)
    may_open = person.state == "active" and can(actor(), Permission.PROMOTION_OPEN, about) and bool(form.role.choices)
    return render_template(
        "manager/promotions.html", found=found, words=words, whose=who, own=own, form_=form, may_open=may_open
    )


def _open_form(person_id: int, **more: Any) -> OpenForm:
    """The roles of the version that counts for the person, their first target chosen."""
    form = OpenForm(**more)
    form.role.choices = opening.choices(db.session, person_id, calendar.today(db.session, now=now()))
    return form
