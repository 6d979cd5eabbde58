"""What somebody is exempt from: for themselves to read, for the line above and administrators to grant and take back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import CourseDone, Fact
from lms.errors import Conflict, Invalid, Problem, said
from lms.services import exemptions
from lms.services.access import Permission
from lms.services.exemptions import Exempted
from lms.services.organisation import people_shown
from lms.storage.session import db
from lms.web.admin.people_forms import Day
from lms.web.door import Door, now
from lms.web.forms import Form, plain
from lms.web.identity import actor
from lms.web.translated import gettext, in_words
from lms.web.wording import Wording

door = Door("exemptions")

Answer = str | Response | tuple[str, int]


class GrantForm(Form):
    """What somebody is spared, why, and for how long."""

    what = StringField(lazy_gettext("Course, or competency at a level"), validators=[plain])
    reason = TextAreaField(
        lazy_gettext("Reason"),
        validators=[
            InputRequired(lazy_gettext("Say why: the reason stays with the exemption.")),
            Length(max=1_000),
            plain,
        ],
    )
    first = Day(lazy_gettext("From"))
    until = Day(lazy_gettext("Until"))


@door.reads("/people/<number:person_id>/exemptions", Permission.EXEMPTION_READ)
def show(person_id: int) -> str:
    """The exemptions of a person."""
    return _page(exemptions.of(db.session, actor(), person_id, now=now()), GrantForm(formdata=None))


@door.writes("/people/<number:person_id>/exemptions", Permission.EXEMPT)
def grant(person_id: int) -> Answer:
    """Spare the person something."""
    found = exemptions.of(db.session, actor(), person_id, now=now())
    form = GrantForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        asked = _chosen(found.curriculum, form.what.data or "")
        days = {"first": form.first.data, "until": form.until.data}
        exemptions.grant(db.session, actor(), person_id, asked, reason=form.reason.data or "", **days, now=now())
    except (Invalid, Conflict) as refused:
        form.take(refused if isinstance(refused, Invalid) else Invalid(Problem(str(refused))))
        return _page(found, form), 422 if isinstance(refused, Invalid) else 409
    flash(gettext("The exemption was granted. The path is being planned again."), "ok")
    return redirect(url_for("exemptions.show", person_id=person_id), 303)


@door.writes("/people/<number:person_id>/exemptions/end", Permission.EXEMPT)
def end(person_id: int) -> Response:
    """Take an exemption back."""
    exemptions.take_back(db.session, actor(), person_id, request.form.get("exemption", 0, type=int), now=now())
    flash(gettext("The exemption was taken back. The path is being planned again."), "ok")
    return redirect(url_for("exemptions.show", person_id=person_id), 303)


def _page(found: Exempted, form: GrantForm) -> str:
    wording = Wording(found.curriculum) if found.curriculum else None
    people = [found.person_id, *(one.approved_by for one in found.spared if one.approved_by)]
    return render_template(
        "people/exemptions.html",
        found=found,
        form_=form,
        names=people_shown.names(db.session, people),
        own=found.person_id == actor().person_id,
        wording=wording,
        choices=_choices(found.curriculum) if found.curriculum and found.may_grant else {},
        in_words=in_words,
    )


def _choices(curriculum: Curriculum) -> dict[str, Fact]:
    """What one can be exempt from, by the words of the list."""
    wording = Wording(curriculum)
    courses: list[Fact] = [CourseDone(course.id) for course in curriculum.courses]
    levels: list[Fact] = [
        Attainment(competency.id, level.level) for competency in curriculum.competencies for level in curriculum.scale
    ]
    return {_said(wording, fact): fact for fact in (*courses, *levels)}


def _said(wording: Wording, fact: Fact) -> str:
    return wording.course(fact.course) if isinstance(fact, CourseDone) else wording.requirement(fact)


def _chosen(curriculum: Curriculum | None, typed: str) -> Fact:
    found = _choices(curriculum).get(" ".join(typed.split())) if curriculum else None
    if found is None:
        raise Invalid(Problem(said("Choose a course, or a competency and a level, from the list."), field="what"))
    return found
