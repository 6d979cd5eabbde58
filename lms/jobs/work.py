"""A claimed job as its handler sees it, and how a handler says that it could not be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Effect = Callable[[Session], object]
"""Writes what was prepared; runs in the one transaction that also marks the job done."""

Beat = Callable[[int], None]
"""Says that so many parts are done, and prolongs the lease. Raises Fenced or Stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A job under its lease. `token` was raised by the claim; whoever holds the latest one may mark the job done."""

    id: int
    kind: str
    args: dict[str, Any]
    token: int
    attempts: int
    max_attempts: int
    parts: int
    created_at: datetime
    beat: Beat = lambda _done: None


Handler = Callable[[Session, Work, datetime], Effect]
"""`prepare(session, work, now)`: reads and computes, writes nothing, and gives the effect that writes."""


def nothing(_session: Session) -> None:
    """The effect of a job that has nothing to write."""


class Fenced(Exception):
    """The lease ran out and somebody else claimed the job: whatever this worker did for it is not kept."""


class Stopped(Exception):
    """The worker has to stop in the middle of a long job; it goes back to those that wait."""


class Failed(Exception):
    """The job could not be done, for a reason that has a name.

    `code` is one of `services.running.jobs.REASONS`, `detail` a number or a code without anything personal; with `final` there
    is no point in trying again.
    """

    def __init__(self, code: str, detail: str = "", *, final: bool = False) -> None:
        self.code, self.detail, self.final = code, detail, final
        super().__init__(f"{code}: {detail}" if detail else code)
