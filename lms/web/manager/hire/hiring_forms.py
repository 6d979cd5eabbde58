"""The forms of hiring: shape and wording only. Those of a candidate's page have a prefix each, for they stand together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import MultipleFileField
from wtforms import DecimalField, EmailField, MonthField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.services.evidence.keeping import Incoming
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, MAIL_NEEDED, NAME_NEEDED, Choice, Day, Several
from lms.web.admin.settings_forms import NUMBER_NEEDED, Number
from lms.web.forms import Form, plain

WORDS: list[Any] = [plain]
MONTH_WRONG = lazy_gettext("Give a month, written 2026-10.")
LONGEST_VALUE = 15


class Boxes(Several):
    """Some of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Month(MonthField):  # type: ignore[misc]
    """A month as its first day, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The first day of the month, None where nothing was typed."""
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(f"{text}-01") if text else None
        except ValueError:
            self.data = None
            raise ValueError(MONTH_WRONG) from None


class Value(DecimalField):  # type: ignore[misc]
    """A number with a point or a comma, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number; only short ones, for some are long to work with."""
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        self.data: Decimal | None = None
        try:
            self.data = Decimal(text if len(text) <= LONGEST_VALUE and text.isascii() else "?")
        except InvalidOperation:
            raise ValueError(NUMBER_NEEDED) from None


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


class OutcomeForm(Form):
    """What was achieved in some months, and where that is known from."""

    metric = Choice(lazy_gettext("Metric"), choices=[])
    first = Month(lazy_gettext("Month"), [InputRequired(MONTH_WRONG)])
    last = Month(lazy_gettext("Up to the month"))
    value = Value(lazy_gettext("Value"))
    source = StringField(lazy_gettext("Where the value comes from"), WORDS)


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
