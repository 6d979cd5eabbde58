"""On how many people's stored paths a thing of a draft stands, for a look beside the map. Nobody is planned for it.

Only numbers of five or more are told. What publishing would really do to whom is worked out by `impact`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.mending.findings import Place
from lms.engine.small_numbers import told_of
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path
from lms.storage.people import Person

MOST = 2_000
"""So many paths are looked through; beyond that a look at a card would be slow."""


def on_paths(session: Session, curriculum_id: int, kind: Place, key: str) -> tuple[bool, int | None]:
    """Is the number known, and the number of people whose path has this course, leads to this role or has to do with
    this competency; None for one to four. Asks nobody's permission.
    """
    if kind is Place.OBJECTIVE:
        return False, None
    these = (
        select(Path.document)
        .join(CurriculumVersion, CurriculumVersion.id == Path.version_id)
        .join(Person, Person.id == Path.person_id)
        .where(CurriculumVersion.curriculum_id == curriculum_id, Person.state == "active")
    )
    if (session.scalar(select(func.count()).select_from(these.subquery())) or 0) > MOST:
        return False, None
    written = json.dumps(key, ensure_ascii=False)  # as path documents write it
    candidates = session.scalars(these.where(Path.document.contains(written, autoescape=True)))
    return True, told_of(sum(_names(json.loads(one), kind, key) for one in candidates))


def _names(document: Mapping[str, Any], kind: Place, key: str) -> bool:
    """Does a path document speak of it?"""
    if kind is Place.ROLE:
        return key in document["roles"]
    if kind is Place.COURSE:
        return any(step["course"] == key for step in document["steps"])
    gaps = (gap.get("competency") for gap in document["gaps"])
    given = (
        because["grants"]["competency"]
        for step in document["steps"]
        for because in step["because"]
        if "grants" in because
    )
    return key in gaps or key in given
