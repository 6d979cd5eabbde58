"""The trainer's unfinished work in the demo: a draft with a new way, a slip that makes a ring, and a course for nobody.

Made by the edits that a trainer makes, so that each can be undone and the check, the map and the impact have something
to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.mending.findings import Place
from lms.services.access import Actor
from lms.services.authoring import drafts, edits

GIVES: Mapping[str, Any] = {"competency": "negotiating-positions"}
NEW: tuple[Mapping[str, Any], ...] = (
    {
        "id": "shadow-procurement",
        "title": "Shadow a procurement call",
        "hours": 1.5,
        "delivery": "on-the-job",
        "completion": "manager",
        "summary": "Listen to how the other side prepares. Write down **three** things that surprised you.",
        "requires": {"course": "holding-price"},
        "grants": [{**GIVES, "level": 2}],
    },
    {
        "id": "price-mentoring",
        "title": "Mentor a seller on price",
        "hours": 2,
        "delivery": "on-the-job",
        "requires": {"course": "holding-price"},
        "grants": [{**GIVES, "level": 3}],
    },
    {
        "id": "price-coaching",
        "title": "Peer coaching on price",
        "hours": 1.5,
        "delivery": "coaching",
        "requires": [{"course": "holding-price"}, {"course": "price-mentoring"}],
        "grants": [{**GIVES, "level": 2}],
    },
    {
        "id": "price-review",
        "title": "Deal review on price",
        "hours": 1,
        "requires": {"course": "price-coaching"},
        "grants": [{**GIVES, "level": 2}],
    },
    {"id": "territory-walk", "title": "A walk through the territory", "hours": 2},
)
"""Nobody needs the last one."""
SLIP = {"requires": {"course": "price-review"}}
"""What mentoring comes to need, so that it, the coaching and the review wait for each other."""


def write(session: Session, trainer: Actor, curriculum_id: int, now: datetime) -> None:
    """Leave the draft so."""
    for made in NEW:
        edits.add(session, trainer, curriculum_id, Place.COURSE, made, now=now)
    _change(session, trainer, curriculum_id, "price-mentoring", SLIP, now)
    ways = [{"course": "procurement-simulation"}, {"course": "shadow-procurement"}]
    needs = [{**GIVES, "level": 2}, {"any": ways}]
    _change(session, trainer, curriculum_id, "second-chair", {"requires": needs}, now)


def _change(
    session: Session, trainer: Actor, curriculum_id: int, course: str, to: Mapping[str, Any], now: datetime
) -> None:
    found = edits.item(drafts.open_draft(session, trainer, curriculum_id), Place.COURSE, course)
    made = {**found.document, **to}
    edits.change(session, trainer, curriculum_id, Place.COURSE, course, made, was=found.seen, now=now)
