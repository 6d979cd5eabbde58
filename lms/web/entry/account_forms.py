"""The forms of one's own account: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.interop.reading.text_rules import check_mail, clean_name
from lms.services.entry.passwords import LONGEST
from lms.web.entry.auth_forms import MAIL_NEEDED, MAIL_WRONG, NAME_WRONG, PASSWORD_LONG, PASSWORD_NEEDED
from lms.web.forms import Form, clean, plain


class ProfileForm(Form):
    """How one is called, and how pages are shown."""

    name = StringField(lazy_gettext("Name"), [InputRequired(NAME_WRONG), clean(clean_name, NAME_WRONG)])
    language = SelectField(lazy_gettext("Language"))
    time_zone = SelectField(lazy_gettext("Time zone"), description=lazy_gettext("Times are shown as they are there."))
    shortcuts = BooleanField(
        lazy_gettext("Keyboard shortcuts"),
        description=lazy_gettext("Single keys that open pages. Switch them off if they get in the way."),
    )


class MailForm(Form):
    """The new address."""

    mail = EmailField(
        lazy_gettext("New mail address"),
        [InputRequired(MAIL_NEEDED), clean(check_mail, MAIL_WRONG)],
        description=lazy_gettext("We send a link there. The address changes when you open it and confirm."),
    )


class ConfirmForm(Form):
    """The password again, and the code where a second factor is in force."""

    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(PASSWORD_NEEDED), Length(max=LONGEST, message=PASSWORD_LONG)]
    )
    code = StringField(lazy_gettext("Code"), [Length(max=40), plain])
