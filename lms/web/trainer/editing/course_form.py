"""The form of a course."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired

from lms.engine.curriculum import CompletedBy, Delivery
from lms.web.forms import plain
from lms.web.trainer.editing.draft_fields import (
    Amount,
    LevelChoice,
    Named,
    OneOf,
    Text,
    Whole,
    but,
    filled,
    kept,
    number_shown,
    rows,
)
from lms.web.trainer.editing.item_form import Document, ItemForm, Row
from lms.web.trainer.editing.requirement_field import RequirementField
from lms.web.trainer.editing.requirement_tree import document_of
from lms.web.trainer.names import Names, id_from

DELIVERIES = {
    Delivery.SELF_PACED.value: lazy_gettext("By oneself"),
    Delivery.INSTRUCTOR_LED.value: lazy_gettext("In a room with a trainer"),
    Delivery.VIRTUAL.value: lazy_gettext("Online with a trainer"),
    Delivery.COACHING.value: lazy_gettext("Coaching"),
    Delivery.ON_THE_JOB.value: lazy_gettext("On the job"),
}
COMPLETIONS = {
    CompletedBy.SELF.value: lazy_gettext("Who takes it says so"),
    CompletedBy.MANAGER.value: lazy_gettext("The manager confirms it"),
    CompletedBy.TRAINER.value: lazy_gettext("The trainer confirms it"),
    CompletedBy.ATTENDANCE.value: lazy_gettext("The list of who was there"),
}
WHEN_WRONG = lazy_gettext("Write day and time as 2027-01-14 09:00, in UTC.")
LINK_WRONG = lazy_gettext("Type a whole address that begins with https:// or http://.")


class GrantRow(Row):
    """A competency that the course gives."""

    needed = ("competency", "level")
    competency = Named(lazy_gettext("Competency"), of="competency")
    level = LevelChoice(lazy_gettext("Level"))
    valid_months = Whole(lazy_gettext("Valid for months"))


class When(StringField):  # type: ignore[misc]
    """A moment in UTC, as text of the document."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Is it a moment?"""
        if (self.data or "").strip():
            try:
                self._moment()
            except (ValueError, OverflowError):
                raise ValidationError(WHEN_WRONG) from None

    def _moment(self) -> datetime:
        typed = datetime.fromisoformat(self.data.strip())
        return typed.replace(tzinfo=UTC) if typed.tzinfo is None else typed.astimezone(UTC)

    @property
    def text(self) -> str:
        """As the document writes it."""
        return self._moment().isoformat().replace("+00:00", "Z")


class SessionRow(Row):
    """A dated session; `key` is its id once it has one."""

    needed = ("starts", "ends", "seats")
    key = HiddenField()
    starts = When(lazy_gettext("Starts (UTC)"), render_kw={"type": "datetime-local"})
    ends = When(lazy_gettext("Ends (UTC)"), render_kw={"type": "datetime-local"})
    seats = Whole(lazy_gettext("Seats"))


class CourseForm(ItemForm):
    """What a course takes, gives and needs."""

    keys: ClassVar[frozenset[str]] = frozenset(
        [
            "title",
            "hours",
            "renewal_hours",
            "cost",
            "delivery",
            "completion",
            "summary",
            "link",
            "provider",
            "requires",
            "grants",
            "sessions",
        ]
    )
    hours = Amount(lazy_gettext("Hours"), [InputRequired(lazy_gettext("Type how many hours it takes."))])
    renewal_hours = Amount(
        lazy_gettext("Hours to renew it"), description=lazy_gettext("For who has done it before; empty: the same.")
    )
    cost = Amount(lazy_gettext("Cost for each person"))
    delivery = OneOf(lazy_gettext("How it is taught"), DELIVERIES, default="self-paced")
    completion = OneOf(lazy_gettext("It is done when"), COMPLETIONS, default="self")
    summary = Text(lazy_gettext("Summary"), description=lazy_gettext("Markdown can be used."))
    link = StringField(lazy_gettext("Where it is taken"), [plain], description=lazy_gettext("A web address."))
    provider = StringField(lazy_gettext("Provider"), [plain])
    grants = rows(GrantRow, lazy_gettext("What it gives"))
    sessions = rows(SessionRow, lazy_gettext("Sessions"))
    requires = RequirementField(lazy_gettext("What it needs first"))

    def validate_link(self, field: Any) -> None:
        """Nothing but a web address: it is shown as a link to everybody."""
        if field.data and not re.match(r"https?://[^\s/]", field.data.strip(), re.IGNORECASE):
            raise ValidationError(LINK_WRONG)

    @classmethod
    def filled(cls, document: Document, names: Names) -> dict[str, Any]:
        """What stands in the fields for a document."""
        return {
            **{key: document.get(key, "") for key in ("title", "summary", "link", "provider")},
            **{key: number_shown(document.get(key)) for key in ("hours", "renewal_hours", "cost")},
            "delivery": document.get("delivery", "self-paced"),
            "completion": document.get("completion", "self"),
            "requires": document.get("requires", []),
            "grants": [
                {
                    "competency": names.competency.label(one["competency"]),
                    "level": str(one["level"]),
                    "valid_months": number_shown(one.get("valid_months")),
                }
                for one in document.get("grants", ())
            ],
            "sessions": [
                {
                    "key": one["id"],
                    "starts": one["starts"].replace("Z", ""),
                    "ends": one["ends"].replace("Z", ""),
                    "seats": number_shown(one["seats"]),
                }
                for one in document.get("sessions", ())
            ],
        }

    def made(self, before: Document) -> dict[str, Any]:  # noqa: ARG002 - nothing is looked up in what stood there
        """What the form says, as keys of the document."""
        return {
            "hours": self.hours.number,
            "renewal_hours": but(self.renewal_hours.number, self.hours.number),
            "cost": but(self.cost.number, 0),
            "delivery": but(self.delivery.data, Delivery.SELF_PACED),
            "completion": but(self.completion.data, CompletedBy.SELF),
            "summary": self.summary.data,
            "link": (self.link.data or "").strip(),
            "provider": (self.provider.data or "").strip(),
            "requires": document_of(self.requires.tree),
            "grants": [_grant(row.form) for row in self.grants if filled(row)],
            "sessions": self._sessions(),
        }

    def _sessions(self) -> list[dict[str, Any]]:
        listed = [
            row.form for row in self.sessions if any(field.data for field in row.form if field.short_name != "key")
        ]
        taken = {form.key.data for form in listed if form.key.data}
        made = []
        for form in listed:
            key = form.key.data or id_from(f"{self.id.data or self.title.data} {form.starts.text[:10]}", taken)
            taken.add(key)
            made.append({"id": key, "starts": form.starts.text, "ends": form.ends.text, "seats": form.seats.whole})
        return made


def _grant(form: Any) -> dict[str, Any]:
    return kept({"competency": form.competency.key, "level": form.level.level, "valid_months": form.valid_months.whole})
