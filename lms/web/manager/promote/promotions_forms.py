"""The forms of a promotion: shape and wording only. Each has a prefix of its own, for several stand on one page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from lms.services.promotions.texts import LONGEST
from lms.web.admin.people_forms import Choice, Day
from lms.web.forms import Form, plain
from lms.web.translated import gettext

WORDS: list[Any] = [Length(max=LONGEST, message=lazy_gettext("Say it in at most 2,000 characters.")), plain]


class OpenForm(Form):
    """The role to be promoted to."""

    role = Choice(lazy_gettext("Role"), choices=[])


class ApproveForm(Form):
    """From when, and on which condition."""

    starts = Day(lazy_gettext("The role is held from"))
    condition = TextAreaField(lazy_gettext("On condition that"), validators=WORDS)
    due = Day(lazy_gettext("To be met by"))


class DeclineForm(Form):
    """Why not, and what would change that."""

    reasons = TextAreaField(lazy_gettext("Why"), validators=WORDS)
    change = TextAreaField(lazy_gettext("What would change the answer"), validators=WORDS)


class OverrideForm(Form):
    """What is let pass, and why."""

    item = Choice(lazy_gettext("What is missing"), choices=[])
    reason = TextAreaField(lazy_gettext("Why it can pass"), validators=WORDS)


class AttestForm(Form):
    """What one gives one's word for."""

    gate = Choice(lazy_gettext("What was done"), choices=[])
    on = Day(lazy_gettext("On the day"))
    note = TextAreaField(lazy_gettext("What you saw"), validators=WORDS)


class AppealForm(Form):
    """What should be looked at again."""

    text = TextAreaField(lazy_gettext("What should be looked at again"), validators=WORDS)


class MarkForm(Form):
    """Which entry is wrong, and what is wrong with it."""

    entry = Choice(lazy_gettext("Entry"), choices=[])
    text = TextAreaField(lazy_gettext("What is wrong with it"), validators=WORDS)


class AnswerForm(Form):
    """What one found about an entry that was marked as wrong."""

    agreed = RadioField(lazy_gettext("Is it wrong?"), choices=[], default="no", validate_choice=False)
    text = TextAreaField(lazy_gettext("What you found"), validators=WORDS)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.agreed.choices = [("yes", gettext("Yes, it is wrong")), ("no", gettext("No, it stands"))]
