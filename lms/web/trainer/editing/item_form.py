"""What the forms of competencies, courses, roles and objectives share: they are filled from a document and make one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext
from wtforms import FieldList, HiddenField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from lms.engine.curriculum import Curriculum
from lms.errors import Invalid
from lms.web.forms import Form, plain
from lms.web.trainer.editing.draft_fields import NEEDED, Named, filled, kept, offer, rows
from lms.web.trainer.names import Names, id_from

Document = Mapping[str, Any]


class Row(PlainForm):  # type: ignore[misc]
    """One row of several; what is `needed` may be missing only from an empty one."""

    needed: ClassVar[tuple[str, ...]] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Is it empty, or whole?"""
        right = bool(super().validate(extra_validators))
        if any(str(field.data or "").strip() for field in self if not isinstance(field, HiddenField)):
            for name in self.needed:
                if not str(self[name].data or "").strip():
                    self[name].errors = (*self[name].errors, NEEDED)
                    right = False
        return right


class CompetencyRow(Row):
    """A competency by its title."""

    competency = Named(lazy_gettext("Competency"), of="competency")


class DraftForm(Form):
    """A form about a part of a draft. `was` is the state of the part that it was filled in for."""

    was = HiddenField()
    back = HiddenField()
    """Where to go afterwards, when not to the item itself."""

    def shape(self, verb: str, rest: str) -> None:
        """Add a row, or take one out; nothing is checked or stored."""
        for field in self:
            if not isinstance(field, FieldList):
                continue
            if verb == "add" and rest == field.name:
                field.append_entry()
            elif verb == "out":
                field.entries = [entry for entry in field.entries if entry.name != rest]

    def take(self, refused: Invalid) -> None:
        """Put each problem beside the field that its sentence quotes, or above the form."""
        for problem in refused.problems:
            quoted = re.findall(r"'([a-z_]+)(?:\.[a-z_.]+)?'", problem.message)
            name = next((one for one in (problem.field, *quoted) if one in self), None)
            if name is None or isinstance(self[name], FieldList):
                self.form_errors.append(problem.message)
            else:
                self[name].errors = (*self[name].errors, problem.message)


class ItemForm(DraftForm):
    """A form of one item of a list. `keys` are those of its document that the form speaks for; others stay as they are."""

    keys: ClassVar[frozenset[str]] = frozenset()
    title = StringField(lazy_gettext("Title"), [InputRequired(lazy_gettext("Type the title.")), plain])
    id = StringField(
        lazy_gettext("Id"),
        [plain],
        description=lazy_gettext("By which records and files know it. Left empty, it is made of the title."),
    )

    @classmethod
    def of(cls, document: Document, names: Names, curriculum: Curriculum) -> Self:
        """The form filled with a document."""
        made = cls(formdata=None, data={**cls.filled(document, names), "id": document.get("id", "")})
        made.offer(names, curriculum)
        return made

    @classmethod
    def filled(cls, document: Document, names: Names) -> dict[str, Any]:
        """What stands in the fields for a document."""
        raise NotImplementedError

    def offer(self, names: Names, curriculum: Curriculum) -> None:  # noqa: ARG002 - forms with choices look at it
        """Hand in what can be chosen."""
        offer(self, names)

    def made(self, before: Document) -> dict[str, Any]:
        """What the form says, as keys of the document; `before` is what stood there."""
        raise NotImplementedError

    def document(self, before: Document, taken: Iterable[str]) -> dict[str, Any]:
        """The document of the item; `before` is empty for a new one, whose id is made where none is given."""
        title = (self.title.data or "").strip()
        key = before.get("id") or (self.id.data or "").strip() or id_from(title, frozenset(taken))
        others = {name: value for name, value in before.items() if name not in self.keys}
        return {**others, "id": key, "title": title, **kept(self.made(before))}


def competency_rows(label: Any) -> FieldList:
    """Competencies, one a row."""
    return rows(CompetencyRow, label)


def keys_of(listed: FieldList, name: str = "competency") -> list[str]:
    """The ids in the rows, each once."""
    return list(dict.fromkeys(row.form[name].key for row in listed if filled(row) and row.form[name].key))
