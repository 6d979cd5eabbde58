"""What a search of the requirement builder offers: competencies at each level and courses, but nothing that shuts a ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.mending.ring_making import Before, before
from lms.engine.requirement import CourseDone
from lms.services.access import Permission
from lms.services.authoring import drafts
from lms.storage.session import db
from lms.web.door import Door
from lms.web.identity import actor
from lms.web.translated import gettext

door = Door("choices")

MOST = 12
REFUSED_NAMED = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A competency or course that was found: what its buttons say, each with what it sends."""

    title: str
    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is offered; how many more there are; the titles of what would shut a ring."""

    items: Sequence[Choice]
    more: int = 0
    refused: Sequence[str] = ()


@door.reads("/curricula/<number:curriculum_id>/draft/options", Permission.DRAFT_READ)
def options(curriculum_id: int) -> str:
    """The part of the page below a search field, as one types."""
    value = drafts.open_draft(db.session, actor(), curriculum_id).value
    kind, _, key = request.args.get("for", "").partition(":")
    place = request.args.get("at", "")
    typed = request.args.get("q") or request.args.get(f"requires-find-{place}", "")
    found = search(
        value, before(value, key if kind == "course" else None), typed, strict=request.args.get("strict") == "1"
    )
    kind = "course" if kind == "course" else "role"
    there = url_for(f"editor.{'save' if key else 'add'}", curriculum_id=curriculum_id, kind=kind, id=key or None)
    return render_template("trainer/found.html", choices=found, place=place, action=there)


def search(curriculum: Curriculum, first: Before, typed: str, *, strict: bool) -> Choices:
    """What has every word typed in its title; `strict` where a fact that comes only afterwards would shut a ring."""
    words = typed.casefold().split()
    found: list[Choice] = []
    refused: list[Choice] = []
    for choice in (*_competencies(curriculum, first, strict=strict), *_courses(curriculum, first, strict=strict)):
        if all(word in choice.title.casefold() for word in words):
            (found if choice.offers else refused).append(choice)
    return Choices(
        items=found[:MOST],
        more=len(found[MOST:]),
        refused=[one.title for one in refused[:REFUSED_NAMED]] if words else [],
    )


def _competencies(curriculum: Curriculum, first: Before, *, strict: bool) -> list[Choice]:
    levels = [(one.level, gettext("Level %(level)s", level=one.level)) for one in curriculum.scale]
    return [
        Choice(
            one.title,
            tuple(
                (f"{level}:{one.id}", label)
                for level, label in levels
                if not strict or first.has(Attainment(one.id, level))
            ),
        )
        for one in curriculum.competencies
    ]


def _courses(curriculum: Curriculum, first: Before, *, strict: bool) -> list[Choice]:
    label = gettext("Course")
    return [
        Choice(one.title, ((f"course:{one.id}", label),) if not strict or first.has(CourseDone(one.id)) else ())
        for one in curriculum.courses
    ]
