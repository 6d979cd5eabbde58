"""The columns of Moodle's competency CSV, in Moodle's order and in the spellings of all its versions. What becomes of them
says `moodle_csv`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.errors import Said, said
from lms.interop.sheets import cells
from lms.interop.sheets.columns import Cell, Column, Kind

_OPTIONAL = " (optional)"


def _text(cell: Cell) -> str:
    return cell.text


def _is_yes(cell: Cell) -> bool:
    return cell.text.casefold() not in {"0", "false", "no"}


def _column(
    name: str,
    title: str,
    hint: Said,
    *aliases: str,
    parse: Callable[[Cell], Any] = _text,
    example: str = "",
    required: bool = False,
) -> Column:
    spellings = tuple(spelling + end for spelling in (title, *aliases) for end in ("", _OPTIONAL))
    return Column(name=name, parse=parse, required=required, example=example, hint=hint, aliases=spellings)


COLUMNS = Kind(
    name="moodle",
    title="Moodle competencies",
    columns=(
        _column("parent", "Parent id number", said("The id of the competency above it")),
        _column("id", "Id number", said("Its id"), parse=cells.identifier, required=True, example="negotiating"),
        _column("title", "Shortname", said("Its title"), "Short name", required=True, example="Negotiating"),
        _column("description", "Description", said("What it is")),
        _column(
            "format", "Description format", said("0 and 1 for HTML, 2 for plain text, 4 for Markdown"), example="4"
        ),
        _column("scale", "Scale values", said("The scale's values, lowest first, with commas between them")),
        _column("scale setting", "Scale configuration", said("Which values of the scale count as proficient")),
        _column("rule", "Rule type", said("Moodle's rule of completion")),
        _column("rule outcome", "Rule outcome", said("What Moodle does when the rule holds")),
        _column("rule setting", "Rule config", said("The rule's settings")),
        _column(
            "related",
            "Cross referenced competency id numbers",
            said("Ids of related competencies, with commas between them"),
        ),
        _column("number", "Exported id", said("Its number in Moodle's database"), "Export id"),
        _column("framework", "Is framework", said("1 for the framework itself"), parse=_is_yes, example="1"),
        _column("taxonomy", "Taxonomy", said("What Moodle calls the levels of the tree"), "Taxonomies"),
    ),
)
"""Moodle's columns in Moodle's order, for reading by hand-made mappings too."""
