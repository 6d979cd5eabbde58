"""The forms about people: shape and wording only. Views hand in the choices; services hold the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from lms.web.forms import Form, plain

Choices = Sequence[tuple[str, Any]]

NAME_NEEDED = lazy_gettext("Type the name.")
MAIL_NEEDED = lazy_gettext("Type the mail address.")
DAY_NEEDED = lazy_gettext("Choose the day.")
DAY_WRONG = lazy_gettext("Write the day as year, month and day, such as 2026-11-23.")
HOURS_WRONG = lazy_gettext("Type a number of hours above 0 and at most 168, such as 4 or 2.5.")
CHOICE_WRONG = lazy_gettext("Choose from the list.")


class Day(DateField):  # type: ignore[misc]
    """A day, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The day, None where nothing was typed."""
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            self.data = None
            raise ValueError(DAY_WRONG) from None


class Hours(DecimalField):  # type: ignore[misc]
    """Hours, with a point or a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number; kept short, for some numbers are long to work with."""
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        try:
            super().process_formdata([text] if len(text) <= 12 and text.isascii() else ["?"])
        except ValueError:
            raise ValueError(HOURS_WRONG) from None


class Choice(SelectField):  # type: ignore[misc]
    """One of a list, refused in our words."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Is it one of the choices handed in?"""
        if str(self.data or "") not in {str(value) for value, *_ in self.choices or ()}:
            raise ValidationError(CHOICE_WRONG)


class Several(SelectMultipleField):  # type: ignore[misc]
    """Some of a list, refused in our words."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Are they all among the choices handed in?"""
        if not set(self.data or ()) <= {str(value) for value, *_ in self.choices or ()}:
            raise ValidationError(CHOICE_WRONG)


class DetailsForm(Form):
    """Who somebody is. `version` is that of the person when the page was made."""

    name = StringField(lazy_gettext("Name"), [InputRequired(NAME_NEEDED), plain])
    mail = EmailField(lazy_gettext("Mail address"), [InputRequired(MAIL_NEEDED), plain])
    number = StringField(lazy_gettext("Personnel number"), [plain])
    team = Choice(lazy_gettext("Team"), validate_choice=False)
    language = Choice(lazy_gettext("Language of the pages"), validate_choice=False)
    working_time = Choice(lazy_gettext("Working time"), validate_choice=False)
    version = HiddenField(validators=[plain])


class RoleForm(Form):
    """A role and the day from which it is held."""

    role = Choice(lazy_gettext("Role"), validate_choice=False)
    starts = Day(lazy_gettext("From"), [InputRequired(DAY_NEEDED)])


class PlanForm(Form):
    """What somebody plans for."""

    targets = Several(lazy_gettext("Target role"), validate_choice=False)
    aim = Day(lazy_gettext("Hoped for by"), [Optional()])
    weekly_hours = Hours(
        lazy_gettext("Hours of study a week"),
        [InputRequired(HOURS_WRONG), NumberRange(min=0.01, max=168, message=HOURS_WRONG)],
        places=None,
    )


class RightsForm(Form):
    """The rights somebody holds."""

    rights = Several(lazy_gettext("Rights"), validate_choice=False)


class NewPersonForm(DetailsForm):
    """Everything about a new person at once; only name and address are needed."""

    rights = Several(lazy_gettext("Rights"), validate_choice=False)
    role = Choice(lazy_gettext("Role"), validate_choice=False)
    role_since = Day(lazy_gettext("In this role since"), [Optional()])
    targets = Choice(lazy_gettext("Target role"), validate_choice=False)
    """One here; more of them in the plan."""
    aim = Day(lazy_gettext("Hoped for by"), [Optional()])
    weekly_hours = Hours(
        lazy_gettext("Hours of study a week"),
        [InputRequired(HOURS_WRONG), NumberRange(min=0.01, max=168, message=HOURS_WRONG)],
        places=None,
    )
    invite = BooleanField(lazy_gettext("Send the invitation now"))


class LeaveForm(Form):
    """The last day, and who takes over."""

    last_day = Day(lazy_gettext("Last day at work"), [InputRequired(DAY_NEEDED)])
    teams_to = StringField(lazy_gettext("Who takes over the teams"), [plain])
    curricula_to = StringField(lazy_gettext("Who takes over the curricula"), [plain])


class EraseForm(Form):
    """The number, typed to be sure."""

    confirmation = StringField(lazy_gettext("Number of the person"), [plain])
