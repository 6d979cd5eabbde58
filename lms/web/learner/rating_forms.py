"""The forms of ratings: a sheet with a field for each competency, and whom a round asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from lms.errors import Invalid, Problem
from lms.services.cycles.rating import Answer, View
from lms.web.admin.people_forms import DAY_NEEDED, Choice, Day, Several
from lms.web.forms import Form, plain

UNSEEN = "unseen"


class RoundForm(Form):
    """About which role, which colleagues, by when."""

    role = Choice(lazy_gettext("Competencies of which role"))
    team = Several(lazy_gettext("Colleagues of the team"))
    peers = TextAreaField(lazy_gettext("Other colleagues"), [plain])
    asks_manager = BooleanField(lazy_gettext("Ask the manager, too"))
    due = Day(lazy_gettext("Answers by"), [InputRequired(DAY_NEEDED)])


class SheetForm(Form):
    """A sheet; `of_view` adds a field for the level and one for the words of each competency, by its place."""

    def answers(self, view: View, *, whole: bool) -> Mapping[str, Answer]:
        """What was said; a draft (not `whole`) keeps words without a level as not seen yet, and leaves out the untouched."""
        found = {}
        for place, item in enumerate(view.items):
            level, text = self[f"level_{place}"].data, self[f"text_{place}"].data or ""
            if level == UNSEEN or (text.strip() and not whole and not level):
                found[item.competency.id] = Answer(level=None, text=text)
            elif isinstance(level, str) and level.isascii() and level.isdigit() and len(level) < 4:
                found[item.competency.id] = Answer(level=int(level), text=text)
        return found

    def take_for(self, view: View, refused: Invalid) -> None:
        """Put each problem beside the competency that it names."""
        places = {item.competency.id: f"level_{place}" for place, item in enumerate(view.items)}
        self.take(Invalid(*(Problem(one.message, field=places.get(one.field or "", "")) for one in refused.problems)))


def sheet_form(view: View, *, filled: bool = False) -> SheetForm:
    """The form of a sheet: as it was sent (`filled`), else with what was said so far."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for place, item in enumerate(view.items):
        fields[f"level_{place}"] = RadioField(item.competency.title, validate_choice=False, choices=[])
        fields[f"text_{place}"] = TextAreaField(lazy_gettext("In your words"), [plain])
        if item.said is not None:
            data[f"level_{place}"] = UNSEEN if item.said.level is None else str(item.said.level)
            data[f"text_{place}"] = item.said.text
    made: type[SheetForm] = type("FilledSheetForm", (SheetForm,), fields)
    return made() if filled else made(formdata=None, data=data)
