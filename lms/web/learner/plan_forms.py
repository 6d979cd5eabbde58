"""The forms of one's own plan: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, Day, PlanForm
from lms.web.forms import Form

MINIMISE = [
    ("hours", lazy_gettext("Hours of study")),
    ("cost", lazy_gettext("Money")),
    ("courses", lazy_gettext("Number of courses")),
    ("date", lazy_gettext("Time: the earliest date")),
]


class OwnPlanForm(PlanForm):
    """What one plans for, and what the path spares."""

    minimise = RadioField(lazy_gettext("What the path spares first"), validate_choice=False)

    def validate_minimise(self, field: RadioField) -> None:
        """Is it one of the four?"""
        if field.data not in dict(MINIMISE):
            raise ValidationError(CHOICE_WRONG)


class AwayForm(Form):
    """Days away, both included."""

    first = Day(lazy_gettext("First day away"), [InputRequired(DAY_NEEDED)])
    last = Day(lazy_gettext("Last day away"), [InputRequired(DAY_NEEDED)])
