"""The form of a what-if: what may be different, as a search that stands in the address. Shape and wording only."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import NumberRange, Optional

from lms.engine.days import Period
from lms.errors import Invalid
from lms.services.learning.asked import Asked
from lms.services.learning.what_if import Compared
from lms.web.admin.people_forms import CHOICE_WRONG, HOURS_WRONG, Choice, Day, Hours, Several
from lms.web.admin.people_words import hundredths
from lms.web.learner.asking import what_if_words as words

MINIMISE = {
    "hours": lazy_gettext("the fewest hours"),
    "date": lazy_gettext("the earliest date"),
    "courses": lazy_gettext("the fewest courses"),
    "cost": lazy_gettext("the lowest cost"),
}


class _Any(Choice):
    """One of a list that is filled in later; the service knows what is possible."""

    def pre_validate(self, form: Any) -> None:
        """Anything passes here."""


class _Several(Several):
    """Some of a list that is filled in later."""

    def pre_validate(self, form: Any) -> None:
        """Anything passes here."""


class WhatIfForm(Form):  # type: ignore[misc]
    """What is to be different. What is left as it stands changes nothing."""

    hours = Hours(
        lazy_gettext("Hours of study a week"),
        [Optional(), NumberRange(min=0.01, max=168, message=HOURS_WRONG)],
        places=None,
    )
    role = _Several(lazy_gettext("Target role"), validate_choice=False)
    minimise = _Any(lazy_gettext("The path has"), validate_choice=False)
    aim = Day(lazy_gettext("Hoped for by"), [Optional()])
    missed = _Any(lazy_gettext("A session is missed"), validate_choice=False)
    evidence = _Several(lazy_gettext("Evidence is accepted"), validate_choice=False)
    known = _Several(lazy_gettext("You know a course already"), validate_choice=False)
    away_from = Day(lazy_gettext("Away from"), [Optional()])
    away_until = Day(lazy_gettext("Away until"), [Optional()])

    form_errors: list[Any]

    def asked(self) -> Asked | None:
        """What is asked, None with the errors beside the fields when it cannot be read."""
        evidence = [one.rpartition(":") for one in self.evidence.data or () if one]
        fits = self.validate()
        self.hours.errors = self.hours.errors[:1]  # what is no number is out of range, too
        if any(not (name and level.isascii() and level.isdigit() and len(level) < 3) for name, _, level in evidence):
            self.evidence.errors, fits = [CHOICE_WRONG], False
        first, last = self.away_from.data or self.away_until.data, self.away_until.data or self.away_from.data
        if not fits:
            return None
        return Asked(
            weekly_hundredths=None if self.hours.data is None else hundredths(self.hours.data),
            roles=tuple(dict.fromkeys(one for one in self.role.data or () if one)),
            minimise=self.minimise.data or None,
            aim=self.aim.data,
            missed=self.missed.data or None,
            evidence=tuple(dict.fromkeys((name, int(level)) for name, _, level in evidence)),
            known=tuple(dict.fromkeys(one for one in self.known.data or () if one)),
            away=Period(first, last) if first and last else None,
        )

    def take(self, refused: Invalid) -> None:
        """Put each problem beside the field it names."""
        names = {"weekly_hours": "hours", "targets": "role"}
        for problem in refused.problems:
            field = self[names.get(problem.field or "", problem.field or "hours")]
            field.errors = (*field.errors, problem.message)

    def offer(self, found: Compared) -> None:
        """Fill in what there is to choose from, and what stands today where nothing is asked."""
        self.minimise.choices = list(MINIMISE.items())
        self.role.choices = words.role_choices(found)
        self.missed.choices = [("", words.NOTHING), *words.session_choices(found)]
        self.evidence.choices = words.evidence_choices(found)
        self.known.choices = words.course_choices(found)
        present = found.present
        if present is None:
            return
        if self.hours.data is None and not self.hours.errors:
            self.hours.data = words.plain_hours(present.weekly_hundredths)
        self.role.data = self.role.data or list(present.document["roles"])
        self.minimise.data = self.minimise.data or present.document["minimise"]
        if self.aim.data is None and not self.aim.errors:
            self.aim.data = present.aim


def read(args: MultiDict[str, str]) -> WhatIfForm:
    """The form as the address fills it in."""
    return WhatIfForm(args)
