"""Planning one person: from a snapshot and a version to everything that is stored of their path. Reads no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.engine.competency import Attainment
from lms.engine.dating.elevation import Elevation, elevation
from lms.engine.dating.habits import Habits
from lms.engine.days import DAY
from lms.engine.path import LearningPath
from lms.engine.price import Minimise
from lms.engine.profile import Record
from lms.engine.query import Query
from lms.errors import Invalid
from lms.interop.path_document import path_to_document
from lms.interop.person_file import person_to_document
from lms.services import kept
from lms.services.curricula import Published
from lms.services.learning import outlook
from lms.services.learning.brief import brief
from lms.services.learning.changed import change
from lms.storage.snapshot import Snapshot

PATIENCE = 5.0
"""Seconds of search for one person; beyond it the path is `feasible` with its bound, and the queue moves on."""
PREVIEW = 1.0
"""The same while somebody waits for a page."""

_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)
"""Writes as `json.dumps` does; a document that was just built is a tree, which need not be looked at for circles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is to be stored for one person: the columns of the path (None: unchanged, or there is none and why)."""

    person_id: int
    seen: int
    stamp: str | None = None
    """The digest of the input; null where there is no path."""
    row: dict[str, Any] | None = None
    roles: tuple[str, ...] = ()
    """The roles that the path leads to."""
    why_none: str | None = None
    look_again_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The path that is stored, as far as a new one is compared with it."""

    stamp: str
    asked: str
    document: str
    change: dict[str, Any] | None


def plan_one(
    number: int,
    one: Snapshot,
    version: Published,
    on: date,
    habits: Habits,
    before: Before | None = None,
    *,
    patience: float = PATIENCE,
) -> Planned:
    """The person's path on this day over this version of the curriculum, and all that is stored with it.

    `habits` is what its likely days rest on; `before` the path that is stored, if any; `patience` in seconds bounds the
    search.
    """
    asked = {
        "person": person_to_document(one.person),
        "version": version.digest,
        "minimise": one.minimise,
        "on": on.isoformat(),
        "order": list(one.own_order),
    }
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)
    stamp = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    same = before is not None and before.stamp == stamp
    minimise = Minimise(one.minimise)
    try:
        with kept.planner(version.digest, version.curriculum) as planner:
            query = planner.query(one.person, on, minimise=minimise)
            path = planner.answer(query, own_order=one.own_order, time_limit=patience)
    except Invalid:
        return without_path(number, one, "unknown-role")
    again = min(_days_that_matter(query.record, one, path), default=None)
    row = None if same else _row(number, version, stamp, text, query, path, habits, before)
    return Planned(person_id=number, seen=one.wanted, stamp=stamp, row=row, roles=path.roles, look_again_on=again)


def without_path(number: int, one: Snapshot, why: str | None) -> Planned:
    """What is stored for somebody who has no path, and why not; looked at again once another curriculum may count."""
    again = min(_days_of_another_version(one), default=None)
    return Planned(person_id=number, seen=one.wanted, why_none=why, look_again_on=again)


def _days_of_another_version(one: Snapshot) -> Iterator[date]:
    """The coming days on which another version may count: a role begins, or one no longer stays on an older one."""
    if one.next_role_on is not None:
        yield one.next_role_on
    yield from (pin.until + DAY for pin in one.pins if pin.until < date.max)


def _days_that_matter(record: Record, one: Snapshot, path: LearningPath) -> Iterator[date]:
    """The coming days on which time alone changes the path: an entry begins or ends to count, a gate opens, a month
    of outcomes is over, a step should have been done, another version counts.
    """
    on = path.on
    for entries in record.entries.values():
        yield from (entry.last + DAY for entry in entries if on <= entry.last < date.max)
    lasts = (*record.exempt_courses.values(), *(last for held in record.exempt_levels.values() for _, last in held))
    yield from (last + DAY for last in lasts if last < date.max)
    person = one.person
    begins = (
        *(entry.on for entry in person.evidence),
        *(entry.on for entry in person.completed),
        *(entry.on for entry in person.attestations),
        *(entry.on for entry in person.exempt if entry.on),
    )
    yield from (day for day in (*begins, *_days_of_another_version(one)) if day > on)
    yield from (gate.on for gate in path.gates if gate.on and gate.on > on)
    if path.gates:
        yield (on.replace(day=1) + 32 * DAY).replace(day=1)
    yield from (step.ends + DAY for step in path.steps[:1] if step.ends and step.ends < date.max)
    yield from (step.ends + DAY for step in path.steps if step.session and step.ends and step.ends < date.max)


def _row(
    number: int,
    version: Published,
    stamp: str,
    asked: str,
    query: Query,
    path: LearningPath,
    habits: Habits,
    before: Before | None,
) -> dict[str, Any]:
    document = path_to_document(path, version.digest)
    likely = outlook.likely(query, path, habits)
    return {
        "person_id": number,
        "version_id": version.version_id,
        "planned_on": path.on,
        "input_digest": stamp,
        "status": path.status.value,
        "met": path.met,
        "required": path.required,
        "hours_left": path.hours,
        "cost_left": path.cost,
        "steps": len(path.steps),
        "next_course": path.steps[0].course.id if path.steps else None,
        "ready_on": path.ready_on,
        "eligible_on": path.eligible_on,
        "document": _JSON.encode(document),
        "brief": brief(document),
        "asked": asked,
        "likely_on": outlook.likely_on(likely),
        "likely": likely,
        "elevation": _elevation(query, path),
        "forks": query.forks([(step.course, step.renews, step.because) for step in path.steps]),
        "change": _change(before, asked, document, version),
    }


def _elevation(query: Query, path: LearningPath) -> dict[str, Any]:
    found: Elevation = elevation(query.record, query.person, query.items, path.gates, path.steps, risen=query.risen)
    on_the_way = query.net.course_index
    done = {done.course: done.on for done in query.person.completed if done.course in on_the_way and done.on <= path.on}
    return {
        "behind": [[day.isoformat(), met] for day, met in found.behind],
        "ahead": [[day.isoformat(), met] for day, met in found.ahead],
        "done": [[course, day.isoformat()] for course, day in sorted(done.items(), key=lambda one: (one[1], one[0]))],
        "lapsed": dict(_lapsed(query.record, path)),
    }


def _lapsed(record: Record, path: LearningPath) -> Iterator[tuple[str, str]]:
    """The competencies of gaps that were held as asked and lapsed, each with the last day on which they were."""
    for gap in path.gaps:
        asked = gap.requirement
        if isinstance(asked, Attainment):
            entries = record.entries.get(asked.competency, ())
            lasts = [entry.last for entry in entries if entry.level >= asked.level and entry.last < path.on]
            if lasts:
                yield asked.competency, max(lasts).isoformat()


def _change(
    before: Before | None, asked: str, document: Mapping[str, Any], version: Published
) -> dict[str, Any] | None:
    if before is None or not before.asked:
        return None
    published = {"version": version.number, "note": version.note}
    was, now = json.loads(before.asked), json.loads(asked)
    return change(was, json.loads(before.document), now, document, before.change, published)
