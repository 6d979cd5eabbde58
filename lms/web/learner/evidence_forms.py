"""The forms of evidence: what is handed in, added, and said. Services hold the rules."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.services.evidence.handing_in import Handed
from lms.services.evidence.keeping import Incoming
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, Choice, Day
from lms.web.forms import Form, plain


class PartForm(Form):
    """Words, a link and files: what a piece is made of."""

    text = TextAreaField(lazy_gettext("In your words"), validators=[plain])
    link = StringField(lazy_gettext("Address"), validators=[plain])
    files = MultipleFileField(lazy_gettext("Files"))

    def handed(self) -> Handed:
        """What was typed and chosen."""
        chosen = [one for one in self.files.data or () if getattr(one, "filename", "")]
        files = tuple(Incoming(name=one.filename, stream=one.stream) for one in chosen)
        return Handed(text=self.text.data or "", link=self.link.data or "", files=files)


class NewPieceForm(PartForm):
    """A piece: for which competency at which level, shown when, and what."""

    kind = HiddenField(validators=[plain])
    competency = Choice(lazy_gettext("Competency"), validate_choice=False)
    level = Choice(lazy_gettext("Level that it shows"), validate_choice=False)
    shown_on = Day(lazy_gettext("Shown on"), [InputRequired(DAY_NEEDED)])
    everybody_knows = RadioField(
        lazy_gettext("Does everybody on the recording know that it was made and is handed in?"),
        validate_choice=False,
    )


class RatingForm(Form):
    """A level with what is said about it, and until when it counts."""

    level = RadioField(lazy_gettext("Level that you see"), validate_choice=False)
    text = TextAreaField(lazy_gettext("What you saw"), validators=[plain])
    until = Day(lazy_gettext("Counts until"))

    def number(self) -> int:
        """The level chosen; -1 for none."""
        chosen: Any = self.level.data
        return (
            int(chosen) if isinstance(chosen, str) and chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else -1
        )


class SeenForm(RatingForm):
    """The same for what was seen on the job: of which competency, and when."""

    competency = HiddenField(validators=[plain])
    shown_on = Day(lazy_gettext("Seen on"), [InputRequired(DAY_NEEDED)])


class HandOnForm(Form):
    """To whom, and why."""

    to = Choice(lazy_gettext("To whom"), validate_choice=False)
    why = TextAreaField(lazy_gettext("Why"), validators=[plain])


class DeputyForm(Form):
    """Who stands in, and when."""

    who = StringField(lazy_gettext("Who stands in for you"), [InputRequired(CHOICE_WRONG), plain])
    first = Day(lazy_gettext("From"), [InputRequired(DAY_NEEDED)])
    last = Day(lazy_gettext("Until"), [InputRequired(DAY_NEEDED)])
