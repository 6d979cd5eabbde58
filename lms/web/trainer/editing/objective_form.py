"""The form of an objective of the business."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext

from lms.web.trainer.editing.draft_fields import Amount, but, number_shown
from lms.web.trainer.editing.item_form import Document, ItemForm, competency_rows, keys_of
from lms.web.trainer.names import Names


class ObjectiveForm(ItemForm):
    """What the business wants, how much it weighs, and the competencies it rests on."""

    keys: ClassVar[frozenset[str]] = frozenset({"title", "weight", "competencies"})
    weight = Amount(lazy_gettext("Weight"), description=lazy_gettext("Against the other objectives; 1 where empty."))
    competencies = competency_rows(lazy_gettext("Competencies it rests on"))

    @classmethod
    def filled(cls, document: Document, names: Names) -> dict[str, Any]:
        """What stands in the fields for a document."""
        rests_on = document.get("competencies", ())
        return {
            "title": document.get("title", ""),
            "weight": number_shown(document.get("weight")),
            "competencies": [{"competency": names.competency.label(one)} for one in rests_on],
        }

    def made(self, before: Document) -> dict[str, Any]:  # noqa: ARG002 - nothing is looked up in what stood there
        """What the form says, as keys of the document."""
        return {"weight": but(self.weight.number, 1), "competencies": keys_of(self.competencies)}
