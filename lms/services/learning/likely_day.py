"""The likely days of stored paths, for lists: the day that the page of each path shows big, told without its document.

*Instead of:* `ready_on` in lists, the plan's own day, which a list then called by the name of another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.storage.paths import Path

DATED = (Path.person_id, Path.status, Path.steps, Path.ready_on, Path.eligible_on, Path.likely_on)


class Dated(Protocol):
    """The columns of a stored path from which its likely day is told."""

    person_id: Any
    status: Any
    steps: Any
    ready_on: Any
    eligible_on: Any
    likely_on: Any


def likely_days(session: Session, paths: Iterable[Dated]) -> dict[int, date | None]:
    """The likely day of each person's path; None where there is none, also where only somebody's word is missing.

    Where every gate has a day, nobody is promoted before the last of them opens. The columns tell that day only where
    it lies behind the training: otherwise the document is read, of those few.
    """
    found, open_gates = {}, []
    for path in paths:
        likely = path.likely_on
        if path.status == "blocked" or not path.steps:
            likely = path.eligible_on or (path.ready_on if path.status == "blocked" else None)
        elif likely and path.eligible_on:
            if path.eligible_on > path.ready_on:
                likely = max(likely, path.eligible_on)
            elif likely < path.ready_on:
                open_gates.append(path.person_id)
        found[path.person_id] = likely
    if open_gates:
        read = select(Path.person_id, Path.document).where(Path.person_id.in_(open_gates))
        for person, document in session.execute(read):
            found[person] = max([found[person], *_openings(document)])
    return found


def _openings(document: str) -> list[date]:
    gates = json.loads(document)["gates"]
    return [date.fromisoformat(gate["on"]) for gate in gates if not gate["met"] and gate["on"]]
