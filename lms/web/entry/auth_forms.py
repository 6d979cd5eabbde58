"""The forms of sign-in, invitations, resets and the first run: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.interop.reading.text_rules import check_mail, clean_name
from lms.services.entry.passwords import LONGEST
from lms.web.forms import Form, clean, plain

MAIL_NEEDED = lazy_gettext("Type your mail address.")
MAIL_WRONG = lazy_gettext("Type a mail address such as dana@acme.example.")
PASSWORD_NEEDED = lazy_gettext("Type your password.")
PASSWORD_LONG = lazy_gettext("A password may have at most 1,024 characters.")
NAME_WRONG = lazy_gettext("Type a name of letters and digits, of at most 200 characters.")
CODE_NEEDED = lazy_gettext("Type the code.")


class SignInForm(Form):
    """Who, and their password."""

    mail = EmailField(
        lazy_gettext("Mail address"), [InputRequired(MAIL_NEEDED), Length(max=254, message=MAIL_WRONG), plain]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(PASSWORD_NEEDED), Length(max=LONGEST, message=PASSWORD_LONG)]
    )


class CodeForm(Form):
    """The code of the app, or a recovery code."""

    code = StringField(lazy_gettext("Code"), [InputRequired(CODE_NEEDED), Length(max=40, message=CODE_NEEDED), plain])


class AskResetForm(Form):
    """Where to send a reset."""

    mail = EmailField(lazy_gettext("Mail address"), [InputRequired(MAIL_NEEDED), clean(check_mail, MAIL_WRONG)])


class NewPasswordForm(Form):
    """A password to choose. Typed once: it can be shown."""

    password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=LONGEST, message=PASSWORD_LONG)],
        description=lazy_gettext("At least 8 characters; 15 or more are better. A short sentence is easy to remember."),
    )


class SetupForm(Form):
    """The site and its first administrator."""

    site_name = StringField(
        lazy_gettext("Name of the site"),
        [InputRequired(NAME_WRONG), clean(clean_name, NAME_WRONG)],
        description=lazy_gettext("Shown at the top of every page and in every mail, such as the name of your company."),
    )
    time_zone = SelectField(lazy_gettext("Time zone"))
    currency = SelectField(lazy_gettext("Currency of course prices"))
    name = StringField(lazy_gettext("Your name"), [InputRequired(NAME_WRONG), clean(clean_name, NAME_WRONG)])
    mail = EmailField(
        lazy_gettext("Your mail address"),
        [InputRequired(MAIL_NEEDED), clean(check_mail, MAIL_WRONG)],
        description=lazy_gettext("You sign in with it."),
    )
    password = PasswordField(
        lazy_gettext("Choose a password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=LONGEST, message=PASSWORD_LONG)],
        description=lazy_gettext("At least 8 characters; 15 or more are better. A short sentence is easy to remember."),
    )
