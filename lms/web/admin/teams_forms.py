"""The form of a team: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from lms.web.admin.people_forms import Choice
from lms.web.forms import Form, plain


class TeamForm(Form):
    """A team: its name, the team above it, and who manages it."""

    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Type the name of the team.")), plain])
    parent = Choice(lazy_gettext("Stands below"), validate_choice=False)
    manager = StringField(lazy_gettext("Manager"), [plain])
