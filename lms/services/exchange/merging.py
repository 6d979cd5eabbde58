"""Another system's framework put into a draft that is there: it adds and changes, and takes nothing away.

What the file says of a competency holds, what it says nothing of stays. Its parent goes only where the file knows that
parent and puts the competency elsewhere. Neither format tells the kinds of competencies apart for sure, so a kind is
taken for new ones alone; a CASE package of this very curriculum is our own and tells everything.
*Instead of:* taking the framework for the whole, as a document is: the courses and roles built upon it would be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Problem, said
from lms.interop.curriculum_columns import COMPETENCIES, CURRICULUM_KINDS
from lms.interop.curriculum_file import curriculum_to_document
from lms.interop.curriculum_sheets import Item, merged
from lms.interop.systems.foreign import names_of
from lms.services.exchange.reading import Brings, Read

Document = Mapping[str, Any]


def merged_into(draft: Curriculum, read: Read) -> dict[str, Any]:
    """The document of the draft with the framework's competencies in it, and its courses and roles if it has any."""
    document, told = curriculum_to_document(draft), curriculum_to_document(read.curriculum)
    for name, kind in CURRICULUM_KINDS.items():
        there = {item["id"]: item for item in document.get(name, ())}
        items = [
            _said(item, there.get(item["id"]), draft, read) if kind is COMPETENCIES else item
            for item in told.get(name, ())
        ]
        document = merged(document, kind, [Item(0, item) for item in items])
    return document


def kept_as_it_is(draft: Curriculum, read: Read) -> Iterator[Problem]:
    """Notes on what of the framework does not go into the draft."""
    titles = [[level.title for level in one.scale] for one in (draft, read.curriculum)]
    if titles[0] != titles[1]:
        yield Problem(
            said("The draft keeps its own scale; that of the file is: %(levels)s.", levels=names_of(titles[1]))
        )


def _said(item: Document, there: Document | None, draft: Curriculum, read: Read) -> Document:
    """What the file says of a competency, of which the draft may say something already."""
    if there is None:
        return item
    own = read.brings is Brings.CASE and read.curriculum.id == draft.id
    values = {key: value for key, value in item.items() if key != "kind" or own}
    if "id" not in item.get("source", {}):
        values.pop("source", None)
    if "parent" not in item and there.get("parent") in read.curriculum.competency_by_id:
        values["parent"] = None
    return values
