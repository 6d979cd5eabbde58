"""Makers of documents as plain values, and of the sentences that a reader answers with."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Invalid
from lms.interop.curriculum_file import parse_curriculum
from lms.interop.person_file import parse_person

Values = dict[str, Any]

_CURRICULUM: Values = {
    "format": "lms-curriculum/1",
    "id": "acme",
    "title": "Acme",
    "scale": [{"level": n, "title": f"Level {n}"} for n in (1, 2, 3, 4)],
    "policy": {"evidence": "latest"},
    "sources": ["manager", "self"],
    "calendar": {"blackouts": [{"from": "2026-12-21", "to": "2027-01-03", "title": "Quarter end"}]},
    "objectives": [{"id": "grow", "title": "Grow", "weight": 3, "competencies": ["negotiating"]}],
    "competencies": [
        {
            "id": "negotiating",
            "title": "Negotiating",
            "kind": "skill",
            "cluster": "Partnering",
            "description": "Text",
            "levels": {"3": "Holds price"},
            "policy": "highest",
            "raters": ["manager"],
            "holders": {"level": 3, "people": 2},
            "parent": "discovery",
            "related": ["discovery"],
            "source": {"system": "case", "id": "8f2", "uri": "https://example.org"},
        },
        {"id": "discovery", "title": "Discovery", "kind": "knowledge"},
    ],
    "courses": [
        {
            "id": "holding-price",
            "title": "Holding price",
            "hours": 3,
            "renewal_hours": 1.25,
            "cost": 120,
            "delivery": "virtual",
            "completion": "trainer",
            "summary": "Text",
            "link": "https://example.org",
            "provider": "Acme",
            "requires": {"competency": "negotiating", "level": 2},
            "grants": [{"competency": "negotiating", "level": 3, "valid_months": 24}],
            "sessions": [
                {"id": "s1", "starts": "2027-01-14T09:00:00Z", "ends": "2027-01-14T13:00:00+02:00", "seats": 12}
            ],
            "source": {"system": "scorm", "id": "x"},
        },
        {"id": "basics", "title": "Basics", "hours": 1, "grants": [{"competency": "negotiating", "level": 2}]},
    ],
    "equivalences": [{"course": "old-pricing", "counts_as": "holding-price", "until": "2026-06-30"}],
    "roles": [
        {
            "id": "ae",
            "title": "Account executive",
            "family": "sales",
            "description": "Text",
            "approvers": 2,
            "requires": [
                {"competency": "negotiating", "level": 3},
                {"any": [{"course": "basics"}, {"at_least": 1, "of": [{"competency": "discovery", "level": 2}]}]},
            ],
            "gates": [
                {"kind": "months-in-role", "role": "sdr", "at_least": 9},
                {"kind": "outcome", "metric": "quota", "months": 6, "at_least": 0.9},
                {"kind": "attestation", "by": "manager", "title": "Led a negotiation"},
            ],
            "next": ["sdr"],
        },
        {"id": "sdr", "title": "SDR", "requires": []},
    ],
    "tests": [
        {
            "title": "An SDR becomes AE",
            "person": {"role": "sdr", "completed": [{"course": "basics", "on": "2026-01-01"}]},
            "role": "ae",
            "at_most": {"hours": 60, "cost": 1000, "courses": 3, "days": 90},
            "status": "optimal",
            "on": "2026-11-23",
        }
    ],
}

_PERSON: Values = {
    "format": "lms-person/1",
    "id": "dana",
    "role": "sdr",
    "since": "2026-02-01",
    "roles": [{"role": "ae", "from": "2025-06-01", "until": "2026-01-31"}],
    "target": "ae",
    "aim": "2027-03-31",
    "weekly_hours": 2.5,
    "evidence": [
        {"competency": "negotiating", "level": 2, "on": "2026-03-01", "until": "2028-03-01", "source": "manager"}
    ],
    "completed": [{"course": "basics", "on": "2026-02-20"}, {"course": "old-pricing", "on": "2026-02-21"}],
    "exempt": [
        {"course": "basics", "reason": "ten years", "by": "priya", "on": "2026-02-01", "until": "2028-02-01"},
        {"competency": "discovery", "level": 2},
    ],
    "outcomes": [{"metric": "quota", "month": "2026-10", "value": 1.04}],
    "attestations": [{"title": "Led a negotiation", "by": "manager", "on": "2026-09-12"}],
    "away": [{"from": "2026-12-21", "to": "2027-01-03"}],
}


def a_document(change: Callable[[Values], object] | None = None) -> Values:
    """A curriculum document that uses every key of the format, changed in place by `change`."""
    return _changed(_CURRICULUM, change)


def a_person_document(change: Callable[[Values], object] | None = None) -> Values:
    """A person document that uses every key of the format, changed in place by `change`."""
    return _changed(_PERSON, change)


def the_curriculum() -> Curriculum:
    """What `a_document` says."""
    return parse_curriculum(json.dumps(a_document()), "acme.json")


def refusals(document: Values | str | bytes, name: str = "acme.json") -> list[str]:
    """The sentences, without file and line, with which a curriculum document is refused; none when it is not."""
    data = json.dumps(document) if isinstance(document, dict) else document
    try:
        parse_curriculum(data, name)
    except Invalid as invalid:
        return [problem.message for problem in invalid.problems]
    return []


def person_refusals(document: Values | str | bytes, name: str = "dana.json") -> list[str]:
    """The sentences with which a person document is refused under `the_curriculum`."""
    data = json.dumps(document) if isinstance(document, dict) else document
    try:
        parse_person(data, the_curriculum(), name=name)
    except Invalid as invalid:
        return [problem.message for problem in invalid.problems]
    return []


def problems_of(read: Callable[[], object]) -> list[str]:
    """What reading is refused with, as `file:line: sentence`; fails when it is not refused."""
    try:
        read()
    except Invalid as invalid:
        return [str(problem) for problem in invalid.problems]
    raise AssertionError("it was read without a problem")


def a_folder(place: Path, **files: str) -> Path:
    """A folder with these files: `courses_yaml="…"` is the file courses.yaml."""
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (place / f"{stem}.{ending}").write_text(text, encoding="utf-8")
    return place


def _changed(document: Values, change: Callable[[Values], object] | None) -> Values:
    fresh = copy.deepcopy(document)
    if change is not None:
        change(fresh)
    return fresh
