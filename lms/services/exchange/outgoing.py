"""Curricula going out: the published version, an earlier one or the draft, in any format, and what it cannot hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.errors import NotFound, Said, said
from lms.interop.curriculum_columns import CURRICULUM_KINDS
from lms.interop.curriculum_export import sheet_of, workbook_of
from lms.interop.curriculum_export_limits import beyond_sheet, beyond_sheets
from lms.interop.curriculum_file import curriculum_to_json, curriculum_to_yaml
from lms.interop.curriculum_zip import zip_of
from lms.interop.systems.case_write import beyond_case, case_from
from lms.interop.systems.moodle_csv_write import beyond_moodle_csv, moodle_csv_from
from lms.services import curricula
from lms.services.access import Actor
from lms.services.authoring import drafts
from lms.storage.curricula import CurriculumVersion

DRAFT, PUBLISHED = "draft", "published"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNPRINTED = re.compile(r"[^A-Za-z0-9._-]+")


class Format(StrEnum):
    """What a curriculum is written as; the three in the middle are CSV sheets of one list each."""

    YAML = "yaml"
    JSON = "json"
    ZIP = "zip"
    XLSX = "xlsx"
    COMPETENCIES = "competencies"
    COURSES = "courses"
    ROLES = "roles"
    MOODLE = "moodle"
    CASE = "case"


_NAMES = {
    Format.YAML: ("{id}.yaml", "application/yaml"),
    Format.JSON: ("{id}.json", "application/json"),
    Format.ZIP: ("{id}.zip", "application/zip"),
    Format.XLSX: ("{id}.xlsx", XLSX),
    Format.COMPETENCIES: ("{id}-competencies.csv", CSV),
    Format.COURSES: ("{id}-courses.csv", CSV),
    Format.ROLES: ("{id}-roles.csv", CSV),
    Format.MOODLE: ("{id}-moodle.csv", CSV),
    Format.CASE: ("{id}-case.json", "application/json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A state of a curriculum: `of` is `draft` or the number of a version as text."""

    value: Curriculum
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be saved: its bytes, a name made of plain signs, and its type."""

    data: bytes
    name: str
    type: str


def chosen(session: Session, actor: Actor, curriculum_id: int, of: str = PUBLISHED) -> Chosen:
    """The draft, the published version, or the one with this number. Raises Denied, and NotFound for any other."""
    if of == DRAFT:
        return Chosen(value=drafts.open_draft(session, actor, curriculum_id).value, of=DRAFT)
    found = curricula.readable(session, actor, curriculum_id)
    if of == PUBLISHED and found.published_id is not None:
        version = curricula.version(session, found.published_id)
        return Chosen(value=version.curriculum, of=str(version.number))
    number = int(of) if of.isascii() and of.isdigit() and len(of) < 9 else 0
    asked = select(CurriculumVersion.id).where(
        CurriculumVersion.curriculum_id == curriculum_id, CurriculumVersion.number == number
    )
    version_id = session.scalar(asked)
    if version_id is None:
        raise NotFound(said("There is no such version."))
    return Chosen(value=curricula.version(session, version_id).curriculum, of=str(number))


def written(curriculum: Curriculum, form: Format, *, now: datetime) -> File:
    """The curriculum in this format. Raises Invalid for a text that no cell of a sheet holds."""
    name, kind = _NAMES[form]
    plain = _UNPRINTED.sub("-", curriculum.id).strip("-.")[:80] or "curriculum"
    return File(data=_data(curriculum, form, now), name=name.format(id=plain), type=kind)


def beyond(curriculum: Curriculum, form: Format) -> tuple[Said, ...]:
    """What of the curriculum this format cannot hold, a sentence each."""
    match form:
        case Format.YAML | Format.JSON | Format.ZIP:
            return ()
        case Format.XLSX:
            return beyond_sheets(curriculum)
        case Format.MOODLE:
            return beyond_moodle_csv(curriculum)
        case Format.CASE:
            return beyond_case(curriculum)
    return beyond_sheet(CURRICULUM_KINDS[form.value], curriculum)


def _data(curriculum: Curriculum, form: Format, now: datetime) -> bytes:
    match form:
        case Format.YAML:
            return curriculum_to_yaml(curriculum).encode()
        case Format.JSON:
            return curriculum_to_json(curriculum).encode()
        case Format.ZIP:
            return zip_of(curriculum)
        case Format.XLSX:
            return workbook_of(curriculum)
        case Format.MOODLE:
            return moodle_csv_from(curriculum)
        case Format.CASE:
            return case_from(curriculum, now=now)
    return sheet_of(CURRICULUM_KINDS[form.value], curriculum, "csv")
