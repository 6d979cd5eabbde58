"""The form that publishes a draft: what it says, who gets it, and why in spite of errors. Shape and wording only."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length, ValidationError

from lms.engine.days import DAY, months_after
from lms.services.authoring.publishing import EVERYBODY, Audience
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, Day
from lms.web.forms import Form, plain

STAY = 12
"""Months for which those who are there stay on the version before, unless somebody says otherwise."""
WHOM = [
    ("everybody", lazy_gettext("Everybody, at once")),
    ("newcomers", lazy_gettext("New people only; who is on it now stays on the version they have until a day")),
    ("from-a-day", lazy_gettext("New people at once, everybody else from a day on")),
]


class PublishForm(Form):
    """What the history says of the version, and who gets it."""

    note = TextAreaField(
        lazy_gettext("What has changed"),
        [plain, Length(max=2000, message=lazy_gettext("Keep it under 2,000 characters"))],
        description=lazy_gettext("One or two sentences. Whoever's path changes reads them."),
    )
    audience = RadioField(lazy_gettext("Who gets it"), default="everybody", validate_choice=False)
    until = Day(lazy_gettext("The last day on the version they have"))
    starts = Day(lazy_gettext("The first day on the new version"))
    override = TextAreaField(
        lazy_gettext("Why publish in spite of the errors"),
        [plain, Length(max=2000, message=lazy_gettext("Keep it under 2,000 characters"))],
        description=lazy_gettext("Stands in the history. Leave it empty and mend the errors, where you can."),
    )
    draft = HiddenField()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.audience.choices = WHOM

    def validate_audience(self, field: RadioField) -> None:
        """Is it one of the three? Nothing chosen is everybody."""
        field.data = field.data or "everybody"
        if field.data not in dict(WHOM):
            raise ValidationError(CHOICE_WRONG)

    def validate_until(self, field: Day) -> None:
        """Needed for who stays until a day."""
        if self.audience.data == "newcomers" and field.data is None and not field.errors:
            raise ValidationError(DAY_NEEDED)

    def validate_starts(self, field: Day) -> None:
        """Needed for who changes on a day."""
        if self.audience.data == "from-a-day" and not field.errors and (field.data is None or field.data == date.min):
            raise ValidationError(DAY_NEEDED)

    def whom(self) -> Audience:
        """Who gets it, of a form that is valid."""
        if self.audience.data == "newcomers":
            return Audience(whom="newcomers", until=self.until.data)
        if self.audience.data == "from-a-day" and self.starts.data is not None:
            return Audience(whom="from-a-day", until=self.starts.data - DAY)
        return EVERYBODY


def empty(digest: str, today: date) -> PublishForm:
    """The form for a draft with this digest, nothing chosen yet."""
    return PublishForm(
        formdata=None, data={"draft": digest, "audience": "everybody", "until": months_after(today, STAY)}
    )
