"""The form of a file that goes into a draft: what it brings, and the file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, ValidationError

from lms.services.exchange.reading import Brings
from lms.web.forms import Form
from lms.web.trainer.exchange_words import BRINGS
from lms.web.translated import gettext

KNOWN = frozenset(one.value for one in Brings)


class BringForm(Form):
    """A file, and what is in it."""

    brings = RadioField(lazy_gettext("What is in the file"), validate_choice=False)
    file = FileField(lazy_gettext("The file"), validators=[FileRequired(lazy_gettext("Choose a file."))])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.brings.choices = [(one.value, BRINGS[one][0]) for one in Brings]

    def validate_brings(self, field: RadioField) -> None:
        """It has to be one of what can be brought."""
        if field.data not in KNOWN:
            raise ValidationError(gettext("Choose what is in the file."))

    def validate_file(self, field: FileField) -> None:
        """The ending has to be one of those of what is said to be in it; what stands in it is read later."""
        if self.brings.data not in KNOWN:
            return
        endings = Brings(self.brings.data).endings
        if not (field.data.filename or "").lower().endswith(endings):
            raise ValidationError(gettext("Its name has to end in one of: %(endings)s", endings=", ".join(endings)))

    @property
    def name(self) -> str:
        """The file's name without folders, as some browsers send it."""
        return PurePath(self.file.data.filename or "file").name
