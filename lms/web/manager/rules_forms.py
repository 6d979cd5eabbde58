"""The form of a rule: shape and wording only. It is read from an address to look ahead, and sent to make the rule."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import ValidationError
from wtforms.validators import InputRequired

from lms.services.rules.making import Terms
from lms.web.admin.people_forms import CHOICE_WRONG, DAY_NEEDED, Choice, Day, Several
from lms.web.admin.people_words import role_of
from lms.web.forms import Form

DIGITS = 18


class Teams(Several):
    """Numbers of teams. Which ones are within reach the service knows, and answers as for any other page."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Are they numbers?"""
        if any(not (one.isascii() and one.isdigit() and len(one) <= DIGITS) for one in self.data or ()):
            raise ValidationError(CHOICE_WRONG)


class RuleForm(Form):
    """For whom, which target, and by when."""

    teams = Teams(
        lazy_gettext("Teams"), [InputRequired(lazy_gettext("Choose at least one team."))], validate_choice=False
    )
    role = Choice(lazy_gettext("Role that they hold"), validate_choice=False)
    target = Choice(lazy_gettext("Target role"), validate_choice=False)
    aim = Day(lazy_gettext("By the day"), [InputRequired(DAY_NEEDED)])

    def terms(self) -> Terms:
        """What is asked; the target only where it is of the role's curriculum."""
        role, curriculum_id = role_of(self.role.data or "")
        target, other = role_of(self.target.data or "")
        return Terms(
            team_ids=frozenset(map(int, self.teams.data or ())),
            curriculum_id=curriculum_id,
            role=role,
            target=target if other == curriculum_id else None,
            aim=self.aim.data,
        )
