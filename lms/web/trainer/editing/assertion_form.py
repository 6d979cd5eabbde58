"""The form of a curriculum test: a made-up person, where they are to get, and with how much at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Optional

from lms.web.admin.people_forms import Day
from lms.web.forms import plain
from lms.web.trainer.editing.draft_fields import (
    Amount,
    LevelChoice,
    Named,
    OneOf,
    Whole,
    filled,
    kept,
    number_shown,
    offer,
    rows,
)
from lms.web.trainer.editing.item_form import DraftForm, Row
from lms.web.trainer.editing.settings_forms import day_of, day_text
from lms.web.trainer.names import Names

STATUSES = {
    "": lazy_gettext("everything that is missing can be learnt"),
    "ready": lazy_gettext("nothing is missing"),
    "optimal": lazy_gettext("something is missing, and the best path is proven"),
    "feasible": lazy_gettext("there is a path, not proven to be the best"),
    "blocked": lazy_gettext("something can be reached by no course"),
}
LIMITS = ("hours", "cost", "courses", "days")
PERSON = frozenset({"role", "since", "weekly_hours", "evidence", "completed", "away"})
"""The keys of the person that the form speaks for; others stay as they are."""


class TargetRow(Row):
    """A role to reach."""

    role = Named(lazy_gettext("Role"), of="role")


class HeldRow(Row):
    """A level held; `more` keeps from whom, and until when."""

    needed = ("competency", "level")
    competency = Named(lazy_gettext("Competency"), of="competency")
    level = LevelChoice(lazy_gettext("Level"))
    on = Day(lazy_gettext("Shown on"), [Optional()])


class DoneRow(Row):
    """A course that was completed."""

    needed = ("course",)
    course = Named(lazy_gettext("Course"), of="course", free=True)
    on = Day(lazy_gettext("Done on"), [Optional()])


class AwayRow(Row):
    """Days on which the person takes part in nothing."""

    needed = ("first", "last")
    first = Day(lazy_gettext("From"), [Optional()])
    last = Day(lazy_gettext("Through"), [Optional()])


class AssertionForm(DraftForm):
    """What the trainer asserts."""

    at = HiddenField()
    title = StringField(lazy_gettext("Title"), [InputRequired(lazy_gettext("Type the title.")), plain])
    role = Named(lazy_gettext("Is in role"), of="role")
    since = Day(lazy_gettext("In it since"), [Optional()])
    weekly_hours = Amount(lazy_gettext("Hours of study a week"))
    targets = rows(TargetRow, lazy_gettext("Has to reach"))
    evidence = rows(HeldRow, lazy_gettext("Levels held"))
    completed = rows(DoneRow, lazy_gettext("Courses completed"))
    away = rows(AwayRow, lazy_gettext("Days away"))
    on = Day(lazy_gettext("Planned on"), [Optional()], description=lazy_gettext("Empty: on the day it is run."))
    hours = Amount(lazy_gettext("Hours at most"))
    cost = Amount(lazy_gettext("Cost at most"))
    courses = Whole(lazy_gettext("Courses at most"))
    days = Whole(lazy_gettext("Days at most"))
    status = OneOf(lazy_gettext("It passes if"), STATUSES, default="")

    @classmethod
    def of(cls, test: Mapping[str, Any], names: Names) -> Self:
        """The form filled with a test of the document; an empty one has a row to begin with."""
        person, most, roles = test.get("person", {}), test.get("at_most", {}), test.get("role", [""])
        made = cls(
            formdata=None,
            data={
                "title": test.get("title", ""),
                "role": names.role.label(person["role"]) if "role" in person else "",
                "since": day_of(person.get("since")),
                "weekly_hours": number_shown(person.get("weekly_hours")),
                "targets": [{"role": names.role.label(one)} for one in ([roles] if isinstance(roles, str) else roles)],
                "evidence": [
                    {
                        "competency": names.competency.label(one["competency"]),
                        "level": str(one["level"]),
                        "on": day_of(one["on"]),
                    }
                    for one in person.get("evidence", ())
                ],
                "completed": [
                    {"course": names.course.label(one["course"]), "on": day_of(one["on"])}
                    for one in person.get("completed", ())
                ],
                "away": [{"first": day_of(one["from"]), "last": day_of(one["to"])} for one in person.get("away", ())],
                "on": day_of(test.get("on")),
                "status": test.get("status", ""),
                **{key: number_shown(most.get(key)) for key in LIMITS},
            },
        )
        made.offer(names)
        return made

    def offer(self, names: Names) -> None:
        """Hand in what can be chosen."""
        offer(self, names)
        for row in self.evidence:  # level 0 shows absence
            row.form.level.choices = [("", "–"), ("0", lazy_gettext("0, shown absent")), *names.levels]

    def validate(self, extra_validators: Any = None) -> bool:
        """Is there a role to reach?"""
        right = bool(super().validate(extra_validators))
        if not any(filled(row) for row in self.targets):
            self.form_errors.append(lazy_gettext("Choose the role to reach."))
            return False
        return right

    def document(self, before: Mapping[str, Any], today: date) -> dict[str, Any]:
        """The test as the document says it; `before` is what stood there. What has no day was shown by the day it runs."""
        day = str(self.on.data or today)
        roles = [row.form.role.key for row in self.targets if filled(row)]
        others = {key: value for key, value in before.get("person", {}).items() if key not in PERSON}
        person = {
            **others,
            **kept(
                {
                    "role": self.role.key,
                    "since": day_text(self.since.data),
                    "weekly_hours": self.weekly_hours.number,
                    "evidence": self._evidence(before, day),
                    "completed": [
                        {"course": row.form.course.key, "on": str(row.form.on.data or day)}
                        for row in self.completed
                        if filled(row)
                    ],
                    "away": [
                        {"from": str(row.form.first.data), "to": str(row.form.last.data)}
                        for row in self.away
                        if filled(row)
                    ],
                }
            ),
        }
        most = {key: self[key].whole if key in {"courses", "days"} else self[key].number for key in LIMITS}
        return {
            "title": (self.title.data or "").strip(),
            "role": roles[0] if len(roles) == 1 else roles,
            **kept({"person": person, "at_most": kept(most), "status": self.status.data, "on": day_text(self.on.data)}),
        }

    def _evidence(self, before: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
        """The levels held; what stood there already keeps its source and its end."""
        known = list(before.get("person", {}).get("evidence", ()))
        made = []
        for row in self.evidence:
            if filled(row):
                said = {"competency": row.form.competency.key, "level": row.form.level.level}
                said["on"] = str(row.form.on.data or day)
                same = (one for one in known if all(one[key] == value for key, value in said.items()))
                made.append({**next(same, {}), **said})
        return made
