"""What of a curriculum its sheets do not hold, in sentences: it stays behind when they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lms.engine.competency import Competency, EvidencePolicy
from lms.engine.curriculum import Curriculum
from lms.errors import Said, said
from lms.interop.curriculum_columns import COMPETENCIES, COURSES
from lms.interop.sheets.columns import Kind
from lms.interop.systems.foreign import names_of

_RATERS = Competency(id="", title="").raters


def beyond_sheet(kind: Kind, curriculum: Curriculum) -> tuple[Said, ...]:
    """What of the competencies, courses or roles their sheet has no column for, a sentence each."""
    match kind.name:
        case COMPETENCIES.name:
            return tuple(_competencies(curriculum))
        case COURSES.name:
            return tuple(_courses(curriculum))
    return tuple(_roles(curriculum))


def beyond_sheets(curriculum: Curriculum) -> tuple[Said, ...]:
    """What of the curriculum is in none of its three sheets, a sentence each."""
    own = (*_competencies(curriculum), *_courses(curriculum), *_roles(curriculum))
    return (*own, said("Title and scale of the curriculum are left out."), *_whole(curriculum))


def _competencies(curriculum: Curriculum) -> Iterator[Said]:
    every = curriculum.competencies
    if names := _those(every, lambda one: one.related):
        yield said("What they are related to is left out, of: %(names)s.", names=names)
    if names := _those(every, lambda one: one.policy or one.holders or one.raters != _RATERS):
        yield said(
            "The rule of evidence, who rates, and how many should hold it are left out, of: %(names)s.", names=names
        )
    if names := _those(every, lambda one: one.source):
        yield said("Where they were imported from is left out, of: %(names)s.", names=names)


def _courses(curriculum: Curriculum) -> Iterator[Said]:
    if names := _those(curriculum.courses, lambda one: one.sessions):
        yield said("Sessions are left out, of: %(names)s.", names=names)
    if names := _those(curriculum.courses, lambda one: one.source):
        yield said("Where they were imported from is left out, of: %(names)s.", names=names)


def _roles(curriculum: Curriculum) -> Iterator[Said]:
    if names := _those(curriculum.roles, lambda one: one.gates):
        yield said("Gates are left out, of: %(names)s.", names=names)
    if names := _those(curriculum.roles, lambda one: one.approvers != 1):
        yield said("How many approve a promotion is left out, of: %(names)s.", names=names)


def _whole(curriculum: Curriculum) -> Iterator[Said]:
    parts = (curriculum.objectives, curriculum.equivalences, curriculum.blackouts, curriculum.tests, curriculum.sources)
    if any(parts) or curriculum.policy is not EvidencePolicy.HIGHEST:
        yield said("Objectives, equivalences, the calendar, tests and the rule of evidence are left out.")


def _those(items: Iterable[Any], what: Callable[[Any], object]) -> str:
    return names_of(one.id for one in items if what(one))
