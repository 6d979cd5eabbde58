"""People: the list, a file of it, somebody new, the page of one person, and changes of who they are."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid
from lms.interop.sheets.sheet_write import to_csv, to_xlsx
from lms.services import access, curricula
from lms.services.access import About, Permission
from lms.services.entry import invitations
from lms.services.organisation import people, people_list, person_page, teams
from lms.services.organisation.people import Details, NewPerson
from lms.services.organisation.people_list import Listing, Wanted
from lms.storage.session import db
from lms.web.admin import people_words as words
from lms.web.admin.people_export import HEADER, rows_of
from lms.web.admin.people_forms import DetailsForm, NewPersonForm
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.refusals import sentences

door = Door("people")

Answer = str | Response | tuple[str, int]
ASKED = frozenset({"q", "team", "right", "state", "only", "sort"})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.reads("/admin/people", Permission.PEOPLE_READ)
def index() -> str:
    """The list of people, as the address asks for it."""
    wanted = _wanted()
    found = people_list.listing(db.session, actor(), wanted, on=now().date())
    return render_template(
        "people/index.html",
        found=found,
        wanted=wanted,
        narrowed=_is_narrowed(wanted),
        teams=words.team_choices(db.session),
        titles=words.role_titles(db.session, now().date()) if _have_roles(found) else {},
        export_values={name: value for name, value in request.args.items() if name in ASKED},
        words=words,
    )


@door.reads("/admin/people/export.<any(csv, xlsx):kind>", Permission.PEOPLE_READ)
def export(kind: str) -> Response:
    """The people that the list shows, all pages of it, as a file that the import reads again."""
    found = people_list.everybody(db.session, actor(), _wanted(), on=now().date())
    rows = rows_of(found, teams.paths(db.session))
    title = gettext("People")
    answer = make_response(to_csv(HEADER, rows) if kind == "csv" else to_xlsx(title, HEADER, rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="people.{kind}"'
    return answer


@door.reads("/admin/people/new", Permission.PEOPLE_EDIT)
def new_form() -> str:
    """The form for somebody new."""
    form = _new_form()
    form.weekly_hours.data, form.rights.data = Decimal(4), ["rep"]
    return render_template("people/new.html", form_=form)


@door.writes("/admin/people/new", Permission.PEOPLE_EDIT)
def new() -> Answer:
    """Add somebody, and invite them if that was ticked."""
    form = _new_form()
    try:
        if not form.validate_on_submit():
            return render_template("people/new.html", form_=form), 422
        made = people.create(db.session, actor(), _new_person(form), now=now())
        if form.invite.data:
            invitations.invite(db.session, actor(), made.id, now=now())
    except Invalid as refused:
        form.take(refused)
        return render_template("people/new.html", form_=form), 422
    flash(
        gettext("%(name)s was added and invited.", name=form.name.data)
        if form.invite.data
        else gettext("%(name)s was added. Nobody has been written to yet.", name=form.name.data),
        "ok",
    )
    return redirect(url_for("people.show", person_id=made.id), 303)


@door.reads("/admin/people/<number:person_id>", Permission.PEOPLE_READ)
def show(person_id: int) -> str:
    """Everything about one person."""
    found = person_page.view(db.session, actor(), person_id, now=now())
    about = About(person_id=person_id, team_id=found.listed.team_id)
    return render_template(
        "people/show.html",
        found=found,
        one=found.listed,
        titles=words.role_titles(db.session, now().date()),
        sees_path=access.can(actor(), Permission.PATH_READ, about),
        oneself=person_id == actor().person_id,
        words=words,
        right_now=now(),
    )


@door.reads("/admin/people/<number:person_id>/edit", Permission.PEOPLE_EDIT)
def edit_form(person_id: int) -> str:
    """The form of who somebody is."""
    found = person_page.view(db.session, actor(), person_id, now=now())
    if found.listed.state != "active":
        raise Conflict(words.NOT_ACTIVE)
    one = found.listed
    form = _details_form(
        name=one.name,
        mail=one.mail,
        number=one.number,
        team=str(one.team_id or ""),
        language=one.language or "",
        working_time=one.working_time or "",
        version=str(found.version),
    )
    return render_template("people/edit.html", form_=form, one=one)


@door.writes("/admin/people/<number:person_id>/edit", Permission.PEOPLE_EDIT)
def edit(person_id: int) -> Answer:
    """Change who somebody is."""
    form = _details_form()
    one = people_list.one(db.session, actor(), person_id, on=now().date())
    try:
        if not form.validate_on_submit():
            return render_template("people/edit.html", form_=form, one=one), 422
        version = _number(form.version.data or "") or 0
        people.change(db.session, actor(), person_id, _details(form), now=now(), version=version)
    except Invalid as refused:
        form.take(refused)
        return render_template("people/edit.html", form_=form, one=one), 422
    except Conflict as refused:
        return render_template("people/edit.html", form_=form, one=one, problems=sentences(refused)), 409
    flash(gettext("The details of %(name)s were saved.", name=form.name.data), "ok")
    return redirect(url_for("people.show", person_id=person_id), 303)


def _wanted() -> Wanted:
    """What the address asks for, made to fit: nothing in it can break the list."""
    asked = request.args
    team, page = asked.get("team", ""), asked.get("page", "")
    return Wanted(
        search=asked.get("q", ""),
        team_id=people_list.NO_TEAM if team == "none" else _number(team),
        right=asked.get("right", ""),
        state=asked.get("state", "active"),
        only=asked.get("only", ""),
        sort=asked.get("sort", "name"),
        page=_number(page) or 1,
    )


def _number(text: str) -> int | None:
    """A number of the size that rows and pages have; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _is_narrowed(wanted: Wanted) -> bool:
    return bool(wanted.search or wanted.team_id is not None or wanted.right or wanted.only or wanted.state != "active")


def _have_roles(found: Listing) -> bool:
    return any(one.role or one.targets for one in found.people)


def _details_form(**values: object) -> DetailsForm:
    form = DetailsForm(data=values)
    _offer(form)
    return form


def _new_form() -> NewPersonForm:
    form = NewPersonForm()
    _offer(form)
    form.rights.choices = list(words.RIGHTS.items())
    offered = curricula.published(db.session)
    form.role.choices = [("", gettext("No role yet")), *words.role_choices(offered)]
    form.targets.choices = [("", gettext("No target yet")), *words.target_choices(offered)]
    return form


def _offer(form: DetailsForm) -> None:
    form.team.choices = [("", gettext("No team")), *words.team_choices(db.session)]
    form.language.choices = words.language_choices()
    form.working_time.choices = [("", gettext("Not stated")), *words.WORKING_TIMES.items()]


def _details(form: DetailsForm) -> Details:
    return Details(
        name=form.name.data,
        mail=form.mail.data,
        number=form.number.data or None,
        team_id=_number(form.team.data or ""),
        language=form.language.data or None,
        working_time=form.working_time.data or None,
    )


def _new_person(form: NewPersonForm) -> NewPerson:
    role, curriculum_id = words.role_of(form.role.data or "")
    return NewPerson(
        name=form.name.data,
        mail=form.mail.data,
        number=form.number.data or None,
        team_id=_number(form.team.data or ""),
        language=form.language.data or None,
        working_time=form.working_time.data or None,
        rights=frozenset(form.rights.data or ()),
        role=role,
        curriculum_id=curriculum_id,
        role_since=form.role_since.data,
        targets=(form.targets.data,) if form.targets.data else (),
        aim=form.aim.data,
        weekly_hundredths=words.hundredths(form.weekly_hours.data),
    )
