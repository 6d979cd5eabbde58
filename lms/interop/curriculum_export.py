"""The competencies, courses and roles of a curriculum as sheets that `curriculum_sheets` reads back as they were.

A sheet holds what it has columns for; sessions, gates, raters and the like stay behind and are kept where the sheet is
put into a curriculum that has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from lms.engine.competency import Competency
from lms.engine.curriculum import Course, Curriculum, Role
from lms.errors import Figure, Invalid, Problem, said
from lms.interop.curriculum_columns import COMPETENCIES, COURSES, ROLES, for_scale
from lms.interop.needs_text import grants_text, ids_text, needs_text
from lms.interop.reading.scalars import shown
from lms.interop.sheets.columns import Kind
from lms.interop.sheets.sheet_write import Table, Value, to_csv, to_workbook

LONGEST = 32_000  # characters that a cell takes, with room for what guards it


def sheet_of(kind: Kind, curriculum: Curriculum, form: Literal["csv", "xlsx"]) -> bytes:
    """The curriculum's competencies, courses or roles. Raises Invalid for a text that no cell holds."""
    title, header, rows = _table(kind, curriculum)
    return to_csv(header, rows) if form == "csv" else to_workbook([(title, header, rows)])


def workbook_of(curriculum: Curriculum) -> bytes:
    """All three as one workbook, a worksheet each. Raises Invalid for a text that no cell holds."""
    return to_workbook([_table(kind, curriculum) for kind in (COMPETENCIES, COURSES, ROLES)])


def _table(kind: Kind, curriculum: Curriculum) -> Table:
    top = curriculum.scale[-1].level
    header = [column.name for column in for_scale(kind, top).columns]
    match kind.name:
        case COMPETENCIES.name:
            rows = [_competency(one, top) for one in curriculum.competencies]
        case COURSES.name:
            rows = [_course(one) for one in curriculum.courses]
        case _:
            rows = [_role(one) for one in curriculum.roles]
    if too_long := list(_too_long(kind, header, rows)):
        raise Invalid(*too_long)
    return kind.title, header, rows


def _competency(one: Competency, top: int) -> list[Value]:
    levels = [one.levels.get(level) for level in range(1, top + 1)]
    return [one.id, one.title, one.kind.value, one.cluster, one.description, one.parent, *levels]


def _course(one: Course) -> list[Value]:
    return [
        one.id,
        one.title,
        _hundredths(one.hours),
        _hundredths(one.renewal_hours) if one.renewal_hours != one.hours else None,
        _hundredths(one.cost),
        one.delivery.value,
        one.completion.value,
        one.summary,
        one.link,
        one.provider,
        needs_text(one.requires),
        grants_text(one.grants),
    ]


def _role(one: Role) -> list[Value]:
    return [one.id, one.title, one.family, one.description, needs_text(one.requires), ids_text(one.next)]


def _hundredths(value: int) -> Decimal:
    return Decimal(value) / 100


def _too_long(kind: Kind, header: list[str], rows: list[list[Value]]) -> Iterator[Problem]:
    for row in rows:
        for column, value in zip(header, row, strict=True):
            if isinstance(value, str) and len(value) > LONGEST:
                yield Problem(
                    said(
                        "%(name)s: %(column)s of %(value)s has %(count)s characters, more than the %(longest)s that a cell holds; export it as YAML",
                        name=kind.name,
                        column=column,
                        value=shown(row[0]),
                        count=Figure(len(value)),
                        longest=Figure(LONGEST),
                    )
                )
