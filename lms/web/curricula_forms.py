"""The forms by which a curriculum comes to the site: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.web.forms import Form, plain

ENDINGS = ["yaml", "yml", "json", "zip", "csv", "xlsx"]


class AddForm(Form):
    """The file of a whole curriculum."""

    file = FileField(
        lazy_gettext("Curriculum file"),
        validators=[
            FileRequired(lazy_gettext("Choose the file of a curriculum")),
            FileAllowed(ENDINGS, lazy_gettext("A curriculum is a YAML, JSON, zip, CSV or XLSX file")),
        ],
    )


class BeginForm(Form):
    """What an empty curriculum is called."""

    title = StringField(
        lazy_gettext("Title"),
        [
            InputRequired(lazy_gettext("Type a title, such as: Sales academy")),
            Length(max=200, message=lazy_gettext("Keep it under 200 characters")),
            plain,
        ],
    )
