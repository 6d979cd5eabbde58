"""The forms of the site's settings: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.forms import Form, plain

NUMBER_NEEDED = lazy_gettext("Give a number.")
CHOICE_WRONG = lazy_gettext("Choose from the list.")
LONG = lazy_gettext("Keep it under 255 characters.")
LONGEST_NUMBER = 9


class Number(IntegerField):  # type: ignore[misc]
    """A whole number, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number; only short ones of ASCII digits."""
        text = valuelist[0].strip() if valuelist else ""
        if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
            self.data = None
            raise ValueError(NUMBER_NEEDED)
        self.data = int(text)


class Choice(SelectField):  # type: ignore[misc]
    """One of a list, refused in our words."""

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms hands it in
        """Only what the list offers."""
        if self.data not in {value for value, _ in self.choices or ()}:
            raise ValidationError(CHOICE_WRONG)


class Days(SelectMultipleField):  # type: ignore[misc]
    """Days of the week, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms hands it in
        """Only days of the week; the service says how many."""
        if not set(self.data or ()) <= {value for value, _ in self.choices or ()}:
            raise ValidationError(CHOICE_WRONG)


class Versioned(Form):
    """A form that knows which settings it was opened with."""

    version = HiddenField(validators=[InputRequired(lazy_gettext("Open this page again."))])

    @property
    def seen(self) -> int:
        """The version that was seen; 0, which never is one, for anything else."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


class GeneralForm(Versioned):
    """The site: its name, where and when it works."""

    name = StringField(
        lazy_gettext("Name of the site"),
        [InputRequired(lazy_gettext("Give the site a name.")), plain],
        description=lazy_gettext("Shown at the top of every page and in every mail."),
    )
    language = Choice(
        lazy_gettext("Language"), description=lazy_gettext("Of mail to people who have not chosen one themselves.")
    )
    time_zone = Choice(
        lazy_gettext("Time zone"),
        description=lazy_gettext("Where a day begins and ends for plans, lapses and reminders."),
    )
    currency = Choice(lazy_gettext("Currency of course prices"))
    working_days = Days(lazy_gettext("Working week"), description=lazy_gettext("Reminders go out on these days."))
    invitation_days = Number(
        lazy_gettext("Invitations last"),
        description=lazy_gettext("Days until the link of an invitation expires, 1 to 90."),
    )
    warn_days = Number(lazy_gettext("Warn before something lapses"), description=lazy_gettext("Days ahead, 0 to 365."))


class MailForm(Versioned):
    """The mail server."""

    mail_host = StringField(
        lazy_gettext("Server"),
        [Length(max=255, message=LONG), plain],
        description=lazy_gettext("Such as smtp.example.com."),
    )
    mail_port = Number(lazy_gettext("Port"), description=lazy_gettext("Usually 587 for STARTTLS, 465 for TLS."))
    mail_security = Choice(lazy_gettext("Encryption"))
    mail_user = StringField(lazy_gettext("User"), [Length(max=255, message=LONG), plain])
    mail_password = PasswordField(lazy_gettext("Password"), [Optional(), Length(max=255, message=LONG), plain])
    mail_from = EmailField(
        lazy_gettext("Sender"),
        [plain],
        description=lazy_gettext("The address that mail comes from, such as cairn@example.com."),
    )


class HolidaysForm(Form):
    """Holidays, one in a line."""

    lines = TextAreaField(
        lazy_gettext("Holidays to add"),
        [
            InputRequired(lazy_gettext("Give at least one day, such as 2026-12-25.")),
            Length(max=100_000, message=LONG),
            plain,
        ],
        description=lazy_gettext("One in a line: the day, then its name. Paste a whole year at once."),
    )
