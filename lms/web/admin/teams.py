"""Teams and the line between them: the tree, a new team, a change, a removal."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Invalid
from lms.services.access import Permission
from lms.services.organisation import lookup, people_list, teams
from lms.storage.people import Contact, Team
from lms.storage.session import db
from lms.web.admin import people_words as words
from lms.web.admin.teams_forms import TeamForm
from lms.web.door import Door, now
from lms.web.identity import actor

door = Door("teams")

Answer = str | Response | tuple[str, int]


@door.reads("/admin/teams", Permission.TEAMS_READ)
def index() -> str:
    """The tree of teams."""
    return render_template("teams/index.html", teams=teams.tree(db.session))


@door.reads("/admin/teams/new", Permission.TEAMS_EDIT)
def new_form() -> str:
    """The form of a new team; the address may say below which."""
    return _page("new", _form(parent=request.args.get("below", "")))


@door.writes("/admin/teams/new", Permission.TEAMS_EDIT)
def new() -> Answer:
    """Add a team."""
    form = _form()
    try:
        if not form.validate_on_submit():
            return _page("new", form), 422
        teams.create(db.session, actor(), form.name.data, _parent(form), _manager(form), now=now())
    except Invalid as refused:
        form.take(refused)
        return _page("new", form), 422
    flash(gettext("The team %(name)s was added.", name=form.name.data), "ok")
    return redirect(url_for("teams.index"), 303)


@door.reads("/admin/teams/<number:team_id>", Permission.TEAMS_READ)
def show(team_id: int) -> str:
    """A team, with its form for those who may change it."""
    team = lookup.team(db.session, actor(), Permission.TEAMS_READ, team_id)
    manager = db.session.get(Contact, team.manager_id) if team.manager_id else None
    form = _form(name=team.name, parent=str(team.parent_id or ""), manager=manager.mail if manager else "")
    return _page("show", form, team)


@door.writes("/admin/teams/<number:team_id>", Permission.TEAMS_EDIT)
def edit(team_id: int) -> Answer:
    """Rename, move, and say who manages."""
    form = _form()
    team = lookup.team(db.session, actor(), Permission.TEAMS_EDIT, team_id)
    try:
        if not form.validate_on_submit():
            return _page("show", form, team), 422
        teams.change(db.session, actor(), team_id, form.name.data, _manager(form), now=now())
        teams.move(db.session, actor(), team_id, _parent(form), now=now())
    except Invalid as refused:
        form.take(refused)
        return _page("show", form, team), 422
    flash(gettext("The team %(name)s was saved.", name=form.name.data), "ok")
    return redirect(url_for("teams.index"), 303)


@door.writes("/admin/teams/<number:team_id>/remove", Permission.TEAMS_EDIT)
def remove(team_id: int) -> Response:
    """Remove an empty team."""
    teams.remove(db.session, actor(), team_id, now=now())
    flash(gettext("The team was removed."), "ok")
    return redirect(url_for("teams.index"), 303)


def _page(name: str, form: TeamForm, team: Team | None = None) -> str:
    heirs = people_list.candidates(db.session, actor())
    placed: Any = next((one for one in teams.tree(db.session) if team and one.id == team.id), None)
    return render_template(f"teams/{name}.html", form_=form, team=placed, heirs=heirs)


def _form(**values: object) -> TeamForm:
    form = TeamForm(data=values)
    form.parent.choices = [("", gettext("No other team: at the top")), *words.team_choices(db.session)]
    return form


def _parent(form: TeamForm) -> int | None:
    return int(form.parent.data) if form.parent.data else None


def _manager(form: TeamForm) -> int | None:
    return lookup.somebody(db.session, form.manager.data or "", field="manager")
