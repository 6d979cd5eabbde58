"""Moodle's competency frameworks as CSV, the layout of its tool_lpimportcsv: one framework and its competencies.

| column | becomes |
|---|---|
| Is framework | 1 on the one row of the framework, whose id and short name are the curriculum's id and title |
| Id number, Short name | a competency's id and title |
| Parent id number | its parent; none, or the framework's id, for one at the top |
| Description, Description format | its description: HTML (0, 1) as Markdown by the rule of `html_text`, else (2, 4) as it is |
| Cross referenced competency id numbers | what it is related to, between commas; a comma in an id is written %2C |
| Exported id | `source: {system: moodle, id}`, the number in Moodle's database |
| Scale values | the framework's scale, the first value being level 1; Moodle counts them just so |

Titles of columns are known in the spellings of all versions, whatever their case, and with or without *(optional)*; where
none is known and there are 14 columns, they are taken in Moodle's order, as Moodle does: a site in another language
translates them. Only the id, the short name and *Is framework* have to be there, for there are older layouts.

Stricter than Moodle, which passes over a competency whose parent is missing and keeps the last of two with one id: both
are problems here, with their rows, for what was lost in silence is found months later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Figure, Said, said
from lms.interop.curriculum_shape import FORMAT
from lms.interop.reading.document import uninterrupted
from lms.interop.reading.json_tree import read_json
from lms.interop.reading.tokens import BrokenTextError
from lms.interop.sheets.columns import Values, read_values, suggested_mapping
from lms.interop.sheets.sheet import Sheet, SheetLimits, open_sheet
from lms.interop.sheets.sheet_problems import Problems
from lms.interop.systems.foreign import Imported, curriculum_in, names_of, parent_rings, ring_message
from lms.interop.systems.html_text import markdown_of
from lms.interop.systems.moodle_columns import COLUMNS

SYSTEM = "moodle"
MARKDOWN, HTML = "4", "1"
DEFAULT_SCALE = ("Not yet competent", "Competent")
"""What Moodle itself begins with; for a file that says no scale."""
TAXONOMY = "competency"
LIMITS = SheetLimits(cell=131_072, text=64_000_000)
"""A heading may be related to thousands, and descriptions are whole pages; no CSV cell is longer than that here."""
HIGHEST = 9
MOST_TAGS = 500_000
"""HTML tags of all descriptions together: some two seconds of work, and a hundred for each of 5,000 competencies."""

_KEPT_AS_IT_IS = frozenset({"2", MARKDOWN})


def read_moodle_csv(data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None) -> Imported:
    """The framework in a CSV (or a workbook saved from one) as a curriculum of competencies alone.

    Raises Invalid with every problem at once, each with its row; `name` stands before each.
    """
    with uninterrupted():
        sheet, problems = open_sheet(data, name, limits=LIMITS)
        rows = list(read_values(sheet, COLUMNS, problems, mapping or _in_moodles_order(sheet)))
        framework = _framework(sheet, rows, problems)
        competencies = [row for row in rows if "id" in row.values and not row.values.get("framework")]
        if framework is None:
            problems.check()
            raise AssertionError("a missing framework is a problem")
        if sum(row.values["description"].count("<") for row in competencies if _is_html(row.values)) > MOST_TAGS:
            problems.refuse(said("holds more than %(most_tags)s HTML tags; split it", most_tags=Figure(MOST_TAGS)))
        tree = _document(framework, competencies)
        lines = [row.row for row in competencies]
        curriculum, wrong = curriculum_in(tree)
        for one in wrong:
            message = one.message
            if one.first:
                row = _row(one.first, framework, lines)
                message = said("%(problem)s; it stands first in row %(row)s", problem=message, row=row)
            problems.add(message, _row(one.path, framework, lines))
        _tell_rings(tree["competencies"], lines, problems)
        problems.check()
        assert curriculum is not None, "what is wrong with it was told"
        return Imported(curriculum=curriculum, left_out=tuple(_left_out(framework, competencies, curriculum)))


def _in_moodles_order(sheet: Sheet) -> Mapping[str, str | None]:
    """Where no title of a column is known, each column by its place."""
    if len(sheet.header) != len(COLUMNS.columns) or any(suggested_mapping(sheet, COLUMNS).values()):
        return {}
    return dict(zip(sheet.header, (column.name for column in COLUMNS.columns), strict=True))


def _framework(sheet: Sheet, rows: Sequence[Values], problems: Problems) -> Values | None:
    found = [row for row in rows if row.values.get("framework")]
    for more in found[1:]:
        problems.add(
            said("is a second framework, after that in row %(row)s; a file holds one", row=found[0].row), more.row
        )
    if not found and not problems.count:
        problems.add(said("no row is the framework itself: one must have a 1 under 'Is framework'"), sheet.header_row)
    if not found:
        return None
    if len(values := _scale(found[0])) > HIGHEST:
        problems.add(
            said(
                "'Scale values' has %(count)s values, of at most %(highest)s",
                count=Figure(len(values)),
                highest=HIGHEST,
            ),
            found[0].row,
        )
    return found[0]


def _document(framework: Values, competencies: Sequence[Values]) -> dict[str, Any]:
    top = framework.values.get("id", "-")  # a problem tells where there is none
    ids = {row.values["id"] for row in competencies}
    roots = {None} if top in ids else {None, top}
    return {
        "format": FORMAT,
        "id": top,
        "title": framework.values.get("title", ""),
        "scale": [{"level": n, "title": title} for n, title in enumerate(_scale(framework)[:HIGHEST], 1)],
        "competencies": [_competency(row.values, roots, ids) for row in competencies],
        "courses": [],
        "roles": [],
    }


def _competency(values: Mapping[str, Any], roots: set[str | None], ids: set[str]) -> dict[str, Any]:
    """The competency of a row; one without a title, of which a problem tells, is there for others to refer to."""
    made: dict[str, Any] = {"id": values["id"], "title": values.get("title", ""), "kind": "skill"}
    if text := values.get("description"):
        made["description"] = markdown_of(text) if _is_html(values) else text
    if (parent := values.get("parent")) not in roots:
        made["parent"] = parent
    if related := values.get("related"):
        parts = filter(None, map(str.strip, related.split(",")))
        made["related"] = list(dict.fromkeys(part if part in ids else part.replace("%2C", ",") for part in parts))
    number = values.get("number")
    made["source"] = {"system": SYSTEM, "id": number} if number else {"system": SYSTEM}
    return made


def _is_html(values: Mapping[str, Any]) -> bool:
    return bool(values.get("description")) and values.get("format") not in _KEPT_AS_IT_IS


def _scale(framework: Values) -> Sequence[str]:
    values = framework.values.get("scale")
    return [value.strip() for value in values.split(",")] if values else DEFAULT_SCALE


def _row(path: tuple[Any, ...] | None, framework: Values, lines: Sequence[int]) -> int:
    """The row of a place in the document."""
    return lines[path[1]] if path and path[0] == "competencies" and len(path) > 1 else framework.row


def _tell_rings(competencies: Sequence[Mapping[str, Any]], lines: Sequence[int], problems: Problems) -> None:
    row_of = {one["id"]: row for one, row in zip(competencies, lines, strict=True)}
    for ring in parent_rings({one["id"]: one.get("parent") for one in competencies}):
        problems.add(ring_message(ring), row_of[ring[0]])


def _left_out(framework: Values, competencies: Sequence[Values], curriculum: Curriculum) -> Iterator[Said]:
    own = [row.values["id"] for row in competencies if row.values["scale"]]
    rules = [row.values["id"] for row in competencies if row.values["rule"]]
    terms = [term for term in _terms(framework.values["taxonomy"] or "") if term != TAXONOMY]
    if curriculum.competencies:
        yield said("Moodle does not tell knowledge, skill and ability apart; every competency is taken for a skill.")
    if any(_is_html(row.values) for row in competencies):
        yield said("Descriptions in HTML have become Markdown; pictures in them are left out.")
    if framework.values["description"]:
        yield said("The description of the framework itself is left out.")
    if not framework.values["scale"]:
        yield said("The file says no scale; Moodle's own is taken: %(values)s.", values=", ".join(DEFAULT_SCALE))
    if proficient := _proficient(framework.values["scale setting"] or "", curriculum):
        yield said(
            "Moodle counts as proficient: %(values)s. Here each role says the level that it requires.",
            values=names_of(proficient),
        )
    if own:
        yield said(
            "Scales of single competencies are left out, the framework's holds for: %(names)s.", names=names_of(own)
        )
    if rules:
        yield said("Moodle's rules of completion are left out, of: %(names)s.", names=names_of(rules))
    if terms:
        yield said("What Moodle calls the levels of the tree is left out: %(names)s.", names=names_of(terms))


def _proficient(setting: str, curriculum: Curriculum) -> list[str]:
    """The titles of the levels that Moodle counts as proficient; none where its setting says nothing of use."""
    items = _json(setting)
    marked = [
        str(item.get("id"))
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and str(item.get("proficient")) in {"1", "True"}
    ]
    return [level.title for level in curriculum.scale if str(level.level) in marked]


def _terms(taxonomy: str) -> list[str]:
    """Moodle's words for the levels of its tree: between commas, or as JSON in older files."""
    value = _json(taxonomy)
    if isinstance(value, dict):
        value = list(value.values())
    words = value if isinstance(value, list) else taxonomy.split(",")
    return [word.strip() for word in words if isinstance(word, str) and word.strip()]


def _json(text: str) -> Any:
    try:
        return read_json(text)[0] if text[:1] in {"[", "{"} else None
    except BrokenTextError:
        return None
