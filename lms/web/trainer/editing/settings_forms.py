"""The forms of what a curriculum says as a whole: title, scale, evidence policy, sources, calendar, equivalences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Optional

from lms.engine.competency import EvidencePolicy
from lms.engine.curriculum import Curriculum
from lms.engine.mending.scale_use import uses_above
from lms.services.authoring.edits import title_of
from lms.web.admin.people_forms import Day
from lms.web.forms import plain
from lms.web.trainer.editing.competency_form import POLICIES
from lms.web.trainer.editing.draft_fields import Named, OneOf, Text, filled, kept, offer, rows
from lms.web.trainer.editing.item_form import DraftForm, Row
from lms.web.trainer.names import Names
from lms.web.translated import gettext
from lms.web.wording import listed


class WholeForm(DraftForm):
    """A form of one key of the document."""

    part: ClassVar[str] = ""

    @classmethod
    def of(cls, value: Any, names: Names, curriculum: Curriculum) -> Self:
        """The form filled with what the document says; None where it says nothing."""
        made = cls(formdata=None, prefix=f"{cls.part}-", data=cls.filled(value, names))
        made.offer(names, curriculum)
        return made

    @classmethod
    def sent(cls, names: Names, curriculum: Curriculum) -> Self:
        """The form as it was sent."""
        made = cls(prefix=f"{cls.part}-")
        made.offer(names, curriculum)
        return made

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:
        """What stands in the fields."""
        raise NotImplementedError

    def offer(self, names: Names, curriculum: Curriculum) -> None:
        """Hand in what can be chosen."""
        self.curriculum = curriculum
        offer(self, names)

    @property
    def value(self) -> Any:
        """What the document is to say; None for nothing."""
        raise NotImplementedError


class TitleForm(WholeForm):
    """The title of the curriculum."""

    part = "title"
    title = StringField(
        lazy_gettext("Title of the curriculum"), [InputRequired(lazy_gettext("Type the title.")), plain]
    )

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:  # noqa: ARG003 - it names nothing
        """What stands in the fields."""
        return {"title": value}

    @property
    def value(self) -> Any:
        """The title."""
        return (self.title.data or "").strip()


class LevelRow(Row):
    """A level: the first row is level 1."""

    needed = ("title",)
    title = StringField(lazy_gettext("Title"), [plain])
    indicator = StringField(lazy_gettext("How it shows"), [plain])


class ScaleForm(WholeForm):
    """The levels, lowest first. Only the highest one can be dropped: the numbers of the others are in use."""

    part = "scale"
    levels = rows(LevelRow, lazy_gettext("Levels, lowest first"))

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:  # noqa: ARG003 - it names nothing
        """What stands in the fields."""
        return {"levels": [{"title": one["title"], "indicator": one.get("indicator", "")} for one in value]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Is a level dropped that something speaks of?"""
        right = bool(super().validate(extra_validators))
        uses = uses_above(self.curriculum, len(self.value))
        if uses:
            titles = [f"“{title_of(self.curriculum, place, key)}”" for place, key in uses[:3]]
            if len(uses) > len(titles):
                titles.append(gettext("%(count)s more", count=len(uses) - len(titles)))
            said = gettext("Level %(level)s is used by %(titles)s. Take it out there first.",
                           level=len(self.value) + 1, titles=listed(titles))  # fmt: skip
            self.form_errors.append(said)
        return right and not uses

    @property
    def value(self) -> Any:
        """The levels, numbered."""
        said = [row.form for row in self.levels if filled(row)]
        return [
            kept({"level": n, "title": form.title.data.strip(), "indicator": (form.indicator.data or "").strip()})
            for n, form in enumerate(said, 1)
        ]


class PolicyForm(WholeForm):
    """How several ratings become one level."""

    part = "policy"
    evidence = OneOf(lazy_gettext("Of several ratings"), POLICIES, default="highest")

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:  # noqa: ARG003 - it names nothing
        """What stands in the fields."""
        return {"evidence": (value or {}).get("evidence", "highest")}

    @property
    def value(self) -> Any:
        """The policy; nothing for the usual one."""
        return None if self.evidence.data == EvidencePolicy.HIGHEST else {"evidence": self.evidence.data}


class SourcesForm(WholeForm):
    """Whose word counts more."""

    part = "sources"
    sources = Text(
        lazy_gettext("Sources, strongest first"),
        description=lazy_gettext("One a line, such as assessor, manager, assessment, course, peer, self."),
    )

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:  # noqa: ARG003 - it names nothing
        """What stands in the fields."""
        return {"sources": "\n".join(value or ())}

    @property
    def value(self) -> Any:
        """The sources."""
        return [line.strip() for line in (self.sources.data or "").split("\n") if line.strip()] or None


class BlackoutRow(Row):
    """Days on which nobody studies."""

    needed = ("first", "last")
    first = Day(lazy_gettext("From"), [Optional()])
    last = Day(lazy_gettext("Through"), [Optional()])
    title = StringField(lazy_gettext("What it is"), [plain])


class CalendarForm(WholeForm):
    """When nobody studies."""

    part = "calendar"
    blackouts = rows(BlackoutRow, lazy_gettext("Days on which nobody studies"))

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:  # noqa: ARG003 - it names nothing
        """What stands in the fields."""
        return {
            "blackouts": [
                {"first": day_of(one["from"]), "last": day_of(one["to"]), "title": one.get("title", "")}
                for one in (value or {}).get("blackouts", ())
            ]
        }

    @property
    def value(self) -> Any:
        """The calendar."""
        said = [row.form for row in self.blackouts if filled(row)]
        days = [
            kept({"from": str(one.first.data), "to": str(one.last.data), "title": (one.title.data or "").strip()})
            for one in said
        ]
        return {"blackouts": days} if days else None


class EquivalenceRow(Row):
    """One course that counts as another; it may have left the curriculum long ago."""

    needed = ("course", "counts_as")
    course = Named(lazy_gettext("Having done"), of="course", free=True)
    counts_as = Named(lazy_gettext("counts as"), of="course")
    until = Day(lazy_gettext("if done by"), [Optional()])


class EquivalencesForm(WholeForm):
    """What counts as what."""

    part = "equivalences"
    pairs = rows(EquivalenceRow, lazy_gettext("Courses that count as others"))

    @classmethod
    def filled(cls, value: Any, names: Names) -> dict[str, Any]:
        """What stands in the fields."""
        return {
            "pairs": [
                {
                    "course": names.course.label(one["course"]),
                    "counts_as": names.course.label(one["counts_as"]),
                    "until": day_of(one.get("until")),
                }
                for one in value or ()
            ]
        }

    @property
    def value(self) -> Any:
        """The equivalences."""
        said = [row.form for row in self.pairs if filled(row)]
        return [
            kept({"course": one.course.key, "counts_as": one.counts_as.key, "until": day_text(one.until.data)})
            for one in said
        ] or None


def day_of(text: str | None) -> Any:
    """A day of a document for a field."""
    return None if text is None else date.fromisoformat(text)


def day_text(day: Any) -> str | None:
    """A day of a field for a document."""
    return None if day is None else str(day)


PARTS: Mapping[str, type[WholeForm]] = {
    form.part: form for form in (TitleForm, ScaleForm, PolicyForm, SourcesForm, CalendarForm, EquivalencesForm)
}
