"""The forms of hiring: shape and wording only. Those of a candidate's page have a prefix each, for they stand together."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import MultipleFileField
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.services.evidence.keeping import Incoming
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, MAIL_NEEDED, NAME_NEEDED, Choice, Day, Several
from lms.web.admin.settings_forms import Number
from lms.web.forms import Form, plain

WORDS: list[Any] = [plain]


class Boxes(Several):
    """Some of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OpeningForm(Form):
    """A position to be filled."""

    role = Choice(lazy_gettext("Role"), choices=[])
    team = Choice(lazy_gettext("Team"), choices=[])
    places = Number(lazy_gettext("People wanted"))
    manager = StringField(lazy_gettext("Hiring manager"), [plain])
    kept_days = Number(lazy_gettext("Days that candidates are kept after their answer"))


class CandidateForm(Form):
    """Who applies, and how they are reached."""

    name = StringField(lazy_gettext("Name"), [InputRequired(NAME_NEEDED), plain])
    mail = EmailField(lazy_gettext("Mail address"), [InputRequired(MAIL_NEEDED), plain])
    language = Choice(lazy_gettext("Language of mails"), choices=[])


class EvidenceForm(Form):
    """A level shown outside of an interview."""

    competency = Choice(lazy_gettext("Competency"), choices=[])
    level = Choice(lazy_gettext("Level"), choices=[])
    source = Choice(lazy_gettext("Shown by"), choices=[])
    shown_on = Day(lazy_gettext("On the day"), [InputRequired(DAY_NEEDED)])
    note = TextAreaField(lazy_gettext("In words"), WORDS)


class InterviewForm(Form):
    """Who interviews, about what, and when."""

    interviewer = StringField(lazy_gettext("Who interviews"), [InputRequired(CHOICE_WRONG), plain])
    planned_for = Day(lazy_gettext("On the day"))
    competencies = Boxes(lazy_gettext("About"), choices=[])


class TextForm(Form):
    """Words."""

    text = TextAreaField(lazy_gettext("Text"), WORDS)


class FilesForm(Form):
    """Files about a candidate."""

    files = MultipleFileField(lazy_gettext("Files"))

    def chosen(self) -> tuple[Incoming, ...]:
        """The files that were chosen."""
        found = [one for one in self.files.data or () if getattr(one, "filename", "")]
        return tuple(Incoming(name=one.filename, stream=one.stream) for one in found)


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(lazy_gettext("Why"), WORDS)


class HireForm(ReasonForm):
    """Why, and from when."""

    starts = Day(lazy_gettext("First day in the role"), [InputRequired(DAY_NEEDED)])


class AskForm(Form):
    """What a candidate asks for."""

    kind = Choice(lazy_gettext("What do you ask for?"), choices=[])
    text = TextAreaField(lazy_gettext("In your words"), WORDS)


class OwnForm(Form):
    """What a candidate may put right themselves."""

    name = StringField(lazy_gettext("Name"), [InputRequired(NAME_NEEDED), plain])
    mail = EmailField(lazy_gettext("Mail address"), [InputRequired(MAIL_NEEDED), plain])
