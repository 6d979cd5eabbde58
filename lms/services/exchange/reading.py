"""Files of curricula read: which kinds there are, how large a file may be, and what one says.

Whoever waits for a page gets an answer in a second or two, so a door hands in a `Budget`: bytes before anything is
parsed, items and prerequisites before anything is compared. The command line has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lms.engine.curriculum import Curriculum
from lms.engine.requirement import leaves
from lms.errors import Invalid, Problem, said
from lms.interop.curriculum_columns import CURRICULUM_KINDS
from lms.interop.curriculum_file import parse_curriculum
from lms.interop.curriculum_sheets import LIMITS, Rows, read_rows
from lms.interop.curriculum_zip import BOUNDS, load_zip
from lms.interop.sheets.columns import Kind
from lms.interop.systems.case_read import read_case
from lms.interop.systems.moodle_csv import read_moodle_csv

_ZIP = b"PK"
_JSON = (".json",)
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")


class Brings(StrEnum):
    """What a file brings into a draft."""

    DOCUMENT = "document"
    COMPETENCIES = "competencies"
    COURSES = "courses"
    ROLES = "roles"
    MOODLE = "moodle"
    CASE = "case"

    @property
    def sheet(self) -> Kind | None:
        """The columns of such a file; None where they are not a trainer's own."""
        return CURRICULUM_KINDS.get(self.value)

    @property
    def endings(self) -> tuple[str, ...]:
        """How the name of such a file ends."""
        if self is Brings.DOCUMENT:
            return (".yaml", ".yml", ".zip", *_JSON)
        return _JSON if self is Brings.CASE else _TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much is read while somebody waits: `text` bytes of YAML, `data` bytes of anything, `nodes` items and
    prerequisites of the curriculum that comes of it, `rows` of a sheet.
    """

    text: int = 2_500_000
    data: int = 8_000_000
    nodes: int = 10_000
    rows: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A whole curriculum as a file says it, and what to know about it: what of the file it does not hold."""

    curriculum: Curriculum
    brings: Brings
    notes: tuple[Problem, ...] = ()


def brought_by(data: bytes, name: str) -> Brings:
    """What a file of a whole curriculum is: by its ending, and of JSON by what stands in it."""
    ending = name.lower()
    if ending.endswith(_TABLES):
        return Brings.MOODLE
    is_case = ending.endswith(_JSON) and b'"CFDocument"' in data
    return Brings.CASE if is_case else Brings.DOCUMENT


def read_whole(brings: Brings, data: bytes, name: str, budget: Budget | None = None) -> Read:
    """The curriculum in a document, a zip, or another system's framework. Raises Invalid with every problem at once."""
    check_size(brings, data, name, budget)
    match brings:
        case Brings.DOCUMENT if data.startswith(_ZIP):
            bounds = BOUNDS if budget is None else replace(BOUNDS, unpacked=budget.text)
            loaded = load_zip(data, name, bounds)
            found = Read(curriculum=loaded.curriculum, brings=brings, notes=loaded.warnings)
        case Brings.DOCUMENT:
            found = Read(curriculum=parse_curriculum(data, name), brings=brings)
        case Brings.MOODLE | Brings.CASE:
            imported = (read_moodle_csv if brings is Brings.MOODLE else read_case)(data, name)
            notes = tuple(Problem(one, name) for one in imported.left_out)
            found = Read(curriculum=imported.curriculum, brings=brings, notes=notes)
        case _:
            raise AssertionError("a sheet is no whole curriculum")
    check_nodes(found.curriculum, name, budget)
    return found


def read_sheet(
    kind: Kind, data: bytes, name: str, mapping: Mapping[str, str | None], budget: Budget | None = None
) -> Rows:
    """The rows of a trainer's own sheet. Raises Invalid for what is too large; what else is wrong stands in them."""
    limits = LIMITS if budget is None else replace(LIMITS, rows=budget.rows, size=budget.data)
    return read_rows(kind, data, name, mapping, limits=limits)


def check_size(brings: Brings, data: bytes, name: str, budget: Budget | None) -> None:
    """Raises Invalid for a file with more bytes than are read while somebody waits."""
    if budget is None:
        return
    is_text = brings is Brings.DOCUMENT and not data.startswith(_ZIP) and not name.lower().endswith(_JSON)
    if len(data) > (budget.text if is_text else budget.data):
        raise _too_large(name)


def check_nodes(curriculum: Curriculum, name: str, budget: Budget | None) -> None:
    """Raises Invalid for a curriculum with more in it than is looked into while somebody waits."""
    if budget is None:
        return
    needs = [one.requires for one in curriculum.courses] + [one.requires for one in curriculum.roles]
    items = len(needs) + len(curriculum.competencies) + len(curriculum.objectives) + len(curriculum.tests)
    if items + sum(len(list(leaves(one))) for one in needs) > budget.nodes:
        raise _too_large(name)


def _too_large(name: str) -> Invalid:
    told = said(
        "This is more than can be looked through while you wait. Whoever runs the site brings it with the command: "
        "lms import curriculum"
    )
    return Invalid(Problem(told, name))
