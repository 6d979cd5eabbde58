"""Makers for the tests of imports: a small published curriculum, files, and what stands in every table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.interop.curriculum_file import parse_curriculum
from lms.services import imports
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry.sessions import actor_of
from lms.services.imports import History, Preview, Report
from lms.storage import tables
from tests.organisation import NOW, somebody

ACME: dict[str, Any] = {
    "format": "lms-curriculum/1",
    "id": "acme",
    "title": "Acme academy",
    "scale": [{"level": level, "title": f"Level {level}"} for level in (1, 2, 3)],
    "sources": ["assessor", "manager", "self"],
    "competencies": [
        {"id": "negotiating", "title": "Negotiating", "kind": "skill"},
        {"id": "discovery", "title": "Discovery", "kind": "knowledge"},
    ],
    "courses": [
        {"id": "basics", "title": "Basics", "hours": 2, "grants": [{"competency": "negotiating", "level": 2}]},
        {"id": "talk", "title": "Talk", "hours": 1, "grants": [{"competency": "discovery", "level": 2}]},
    ],
    "equivalences": [{"course": "old-basics", "counts_as": "basics"}],
    "roles": [
        {"id": "sdr", "title": "SDR", "requires": [{"competency": "discovery", "level": 1}]},
        {
            "id": "ae",
            "title": "Account executive",
            "requires": [{"competency": "negotiating", "level": 2}],
            "gates": [{"kind": "outcome", "metric": "quota", "months": 3, "at_least": 0.9}],
        },
    ],
}


def acme(session: Session, **changed: Any) -> int:
    """The number of the small curriculum, published; `changed` keys replace those of the document."""
    value = parse_curriculum(json.dumps({**ACME, **changed}), "acme.json")
    number = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, number, note="", now=NOW)
    return number


def an_administrator(session: Session, **more: Any) -> Actor:
    """An administrator as an actor."""
    return actor_of(session, somebody(session, rights=["administrator"], **more).id)


def a_csv(*lines: str) -> bytes:
    """A file of these lines."""
    return "\n".join(lines).encode() + b"\n"


def look(session: Session, history: History, data: bytes, actor: Actor = SITE, **more: Any) -> Preview:
    """Preview a file."""
    return imports.preview(session, actor, history, data, "file.csv", now=NOW, **more)


def bring(session: Session, history: History, data: bytes, actor: Actor = SITE, **more: Any) -> Report:
    """Import a file."""
    return imports.apply(session, actor, history, data, "file.csv", now=NOW, **more)


def refused(session: Session, history: History, data: bytes, actor: Actor = SITE) -> list[str]:
    """What is said about a file of which nothing is then imported, each with its row; asserts that nothing is."""
    before = counts(session)
    said = [f"{p.line}: {p.message}" for p in look(session, history, data, actor).problems]
    with pytest.raises(Invalid) as caught:
        bring(session, history, data, actor)
    assert [f"{p.line}: {p.message}" for p in caught.value.problems] == said
    session.flush()
    assert counts(session) == before
    return said


def counts(session: Session) -> dict[str, int]:
    """How many rows every table has."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables.metadata.sorted_tables
    }


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The statements that the session sends to the database meanwhile; one for many rows counts once."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
