"""Answering a piece of evidence on its own page, recording what one saw on the job, and naming who stands in for one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, Problem
from lms.services.access import Permission
from lms.services.evidence import deputies, observing, reviewing
from lms.services.evidence.observing import Observed
from lms.services.organisation import lookup, people_shown
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.learner import level_words
from lms.web.learner.evidence import page
from lms.web.learner.evidence_forms import DeputyForm, HandOnForm, RatingForm, SeenForm
from lms.web.translated import gettext

door = Door("reviews")

Answer = str | Response | tuple[str, int]


@door.writes("/evidence/<number:piece_id>/sign-off", Permission.EVIDENCE_REVIEW)
def sign_off(piece_id: int) -> Answer:
    """Say which level it shows."""
    form = RatingForm()
    if not form.validate_on_submit():
        return page(piece_id, rating=form), 422
    text, until = form.text.data or "", form.until.data
    try:
        reviewing.sign_off(db.session, actor(), piece_id, form.number(), text=text, until=until, now=now())
    except Invalid as refused:
        form.take(refused)
        return page(piece_id, rating=form), 422
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Signed off. They get a mail, and their path moves on in a moment."), "ok")
    return redirect(url_for("waiting.index"), 303)


@door.writes("/evidence/<number:piece_id>/ask", Permission.EVIDENCE_REVIEW)
def ask(piece_id: int) -> Answer:
    """Send it back and say what is missing."""
    what = request.form.get("what", "")
    try:
        reviewing.ask_for_more(db.session, actor(), piece_id, what, now=now())
    except Invalid as refused:
        return page(piece_id, problems=list(refused.problems), typed=what or " "), 422
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("They were told what is missing."), "ok")
    return redirect(url_for("waiting.index"), 303)


@door.writes("/evidence/<number:piece_id>/hand-on", Permission.EVIDENCE_REVIEW)
def hand_on(piece_id: int) -> Answer:
    """Hand it on to somebody else who can review it."""
    form = HandOnForm()
    chosen = (
        form.to.data if isinstance(form.to.data, str) and form.to.data.isascii() and form.to.data.isdigit() else "0"
    )
    try:
        reviewing.hand_on(db.session, actor(), piece_id, int(chosen[:18]), form.why.data or "", now=now())
    except Invalid as refused:
        form.take(refused)
        return page(piece_id, handing=form), 422
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Handed on. They get a mail."), "ok")
    return redirect(url_for("waiting.index"), 303)


@door.writes("/evidence/<number:piece_id>/take-back", Permission.EVIDENCE_REVIEW)
def take_back(piece_id: int) -> Answer:
    """Take back what one said today."""
    try:
        reviewing.take_back(db.session, actor(), piece_id, now=now())
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Taken back. The path is as it was before."), "ok")
    return redirect(url_for("evidence.show", piece_id=piece_id), 303)


@door.reads("/observe", Permission.EVIDENCE_OBSERVE)
def choose() -> str:
    """Of whom one wants to record something."""
    return render_template("manager/observe_whom.html", typed="", problems=[])


@door.writes("/observe", Permission.EVIDENCE_OBSERVE)
def chosen() -> Answer:
    """Go to the person who was typed, if one may record anything of them."""
    typed = request.form.get("who", "")
    try:
        number = lookup.somebody(db.session, typed, field="who")
        if number is not None:
            observing.whom(db.session, actor(), number, now=now())
            return redirect(url_for("reviews.observe", person_id=number), 303)
        problems = [Problem(gettext("Type a name, a mail address or a personnel number."))]
    except Invalid as refused:
        problems = list(refused.problems)
    except Conflict as refused:
        problems = [Problem(refused.args[0])]
    return render_template("manager/observe_whom.html", typed=typed, problems=problems), 422


@door.reads("/people/<number:person_id>/observe", Permission.EVIDENCE_OBSERVE)
def observe(person_id: int) -> Answer:
    """Choose the competency, then the level in its own words."""
    seen = observing.whom(db.session, actor(), person_id, now=now())
    form = SeenForm(formdata=None, data={"competency": request.args.get("competency", ""), "shown_on": seen.located.on})
    return _observed(seen, form)


@door.writes("/people/<number:person_id>/observe", Permission.EVIDENCE_OBSERVE)
def record(person_id: int) -> Answer:
    """Record what one saw."""
    form = SeenForm()
    seen = observing.whom(db.session, actor(), person_id, now=now())
    if not form.validate_on_submit():
        return _observed(seen, form), 422
    try:
        piece = observing.observe(
            db.session,
            actor(),
            person_id,
            form.competency.data or "",
            form.number(),
            shown_on=form.shown_on.data,
            text=form.text.data or "",
            until=form.until.data,
            now=now(),
        )
    except (Invalid, Conflict) as refused:
        form.take(refused if isinstance(refused, Invalid) else Invalid(Problem(refused.args[0])))
        return _observed(seen, form), 422 if isinstance(refused, Invalid) else 409
    who = people_shown.names(db.session, [person_id])[person_id]
    flash(gettext("Recorded. %(name)s gets a mail, and their path moves on in a moment.", name=say(who.name)), "ok")
    return redirect(url_for("evidence.show", piece_id=piece.id), 303)


@door.reads("/waiting/deputy", Permission.WAITING)
def deputy() -> str:
    """Who stands in for one, and when."""
    return _deputies(DeputyForm(formdata=None))


@door.writes("/waiting/deputy", Permission.WAITING)
def name_deputy() -> Answer:
    """Name somebody."""
    form = DeputyForm()
    if not form.validate_on_submit():
        return _deputies(form), 422
    try:
        deputies.name(db.session, actor(), form.who.data or "", form.first.data, form.last.data, now=now())
    except Invalid as refused:
        form.take(refused)
        return _deputies(form), 422
    flash(gettext("What waits for you waits for them, too, on these days."), "ok")
    return redirect(url_for("reviews.deputy"), 303)


@door.writes("/waiting/deputy/<number:deputy_id>/end", Permission.WAITING)
def end_deputy(deputy_id: int) -> Response:
    """Let nobody stand in any more."""
    deputies.end(db.session, actor(), deputy_id, now=now())
    flash(gettext("Nobody stands in for you on these days any more."), "ok")
    return redirect(url_for("reviews.deputy"), 303)


def _deputies(form: DeputyForm) -> str:
    return render_template("manager/deputy.html", form_=form, named=deputies.mine(db.session, actor(), now=now()))


def _observed(seen: Observed, form: SeenForm) -> str:
    curriculum = seen.version.curriculum
    name = form.competency.data or ""
    known = curriculum.competency_by_id.get(name) if name in seen.capacities else None
    rateable = [one for one in curriculum.competencies if one.id in seen.capacities]
    rule = (known.policy or curriculum.policy) if known else None
    return render_template(
        "manager/observe.html",
        seen=seen,
        form_=form,
        known=known,
        competencies=sorted(rateable, key=lambda one: one.title.casefold()),
        scale=curriculum.scale,
        policy=level_words.policy(rule, curriculum.sources) if rule else None,
        source=level_words.source(seen.capacities[known.id]) if known else None,
        person=people_shown.names(db.session, [seen.located.person.id])[seen.located.person.id],
    )
