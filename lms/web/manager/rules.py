"""Rules: who in which teams aims at which role by when. A rule is looked at ahead by its address before it is made."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.errors import Invalid
from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.organisation import teams
from lms.services.rules import listing, making
from lms.services.rules.making import Foreseen
from lms.storage.session import db
from lms.web.admin import people_words
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.manager.rules_forms import RuleForm
from lms.web.translated import gettext

door = Door("rules")

Answer = str | Response | tuple[str, int]
ASKED = "aim"
"""The field by which an address is known to hold a rule."""


@door.reads("/rules", Permission.RULES_READ)
def index() -> str:
    """The rules that cover a team within one's reach."""
    found = listing.all_of(db.session, actor(), now=now())
    return render_template(
        "manager/rules.html",
        on=[one for one in found if one.rule.off_at is None],
        off=[one for one in found if one.rule.off_at is not None],
    )


@door.reads("/rules/new", Permission.RULES_EDIT)
def new_form() -> str:
    """The form of a rule, and whom the rule of this address would reach today."""
    asked = ASKED in request.args
    form = _form(request.args if asked else MultiDict())
    if not asked or not form.validate():
        return _page(form)
    try:
        foreseen = making.foresee(db.session, actor(), form.terms(), now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(form)
    return _page(form, foreseen)


@door.writes("/rules/new", Permission.RULES_EDIT)
def new() -> Answer:
    """Make a rule."""
    form = _form(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        making.make(db.session, actor(), form.terms(), now=now())
    except Invalid as refused:
        form.take(refused)
        return _page(form), 422
    flash(gettext("The rule is in force. Targets are being set, and paths planned."), "ok")
    return redirect(url_for("rules.index"), 303)


@door.writes("/rules/<number:rule_id>/off", Permission.RULES_EDIT)
def switch_off(rule_id: int) -> Response:
    """Let a rule come to nobody any more."""
    making.switch_off(db.session, actor(), rule_id, now=now())
    flash(gettext("The rule is switched off. The targets that it set stay."), "ok")
    return redirect(url_for("rules.index"), 303)


def _page(form: RuleForm, foreseen: Foreseen | None = None) -> str:
    refused = form if form.errors or form.form_errors else None
    return render_template("manager/rule_new.html", form_=form, refused=refused, foreseen=foreseen)


def _form(sent: MultiDict[str, str]) -> RuleForm:
    """The form with what there is to choose from; the token of a POST was checked before, as of every form."""
    form = RuleForm(sent, meta={"csrf": False})
    within = [one for one in teams.tree(db.session) if can(actor(), Permission.RULES_EDIT, About(team_id=one.id))]
    widest = min((one.depth for one in within), default=0)
    form.teams.choices = [(str(one.id), "\u2003" * (one.depth - widest) + one.name) for one in within]
    roles = people_words.role_choices(curricula.published(db.session))
    form.role.choices = form.target.choices = roles
    return form
