"""What an import is told as: the kind of history, the difference a file would make, and what was done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.errors import Conflict, Problem
from lms.interop.sheets.columns import Kind
from lms.interop.sheets.sheet_kinds import KINDS


class History(StrEnum):
    """What a file can bring."""

    PEOPLE = "people"
    COMPLETIONS = "completions"
    EVIDENCE = "evidence"
    OUTCOMES = "outcomes"

    @property
    def sheet(self) -> Kind:
        """The columns of such a file."""
        return KINDS["roster" if self is History.PEOPLE else self.value]


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as it is and as it would be; "" where there is nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one row of the file, or the file as a whole (`row` None, for teams), would add or change.

    `who` is a person's name or a team's path, `what` the fact in short, `changes` is empty for what is added.
    """

    row: int | None
    who: str
    what: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of the file: its header, the field it is read as (None: passed over), the first text below it."""

    header: str
    field: str | None
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The difference between a file and what is known. `teams_added` and `teams_changed` come with a roster only.

    With `problems` nothing can be imported; `warnings` are worth reading and stop nothing.
    """

    history: History
    name: str
    file_digest: str
    rows: int = 0
    added: tuple[Difference, ...] = ()
    changed: tuple[Difference, ...] = ()
    unchanged: int = 0
    teams_added: tuple[Difference, ...] = ()
    teams_changed: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    columns: tuple[ColumnUse, ...] = ()

    @property
    def differs(self) -> int:
        """How many things would be added or changed."""
        return len(self.added) + len(self.changed) + len(self.teams_added) + len(self.teams_changed)

    @property
    def importable(self) -> bool:
        """Is it whole, and would it change anything?"""
        return not self.problems and self.differs > 0

    @property
    def digest(self) -> str:
        """`sha256:…` over the difference: another one when what is known, or the file, has changed."""
        said = [_plain(part) for part in (self.added, self.changed, self.teams_added, self.teams_changed)]
        return sha256(json.dumps([self.history, self.file_digest, self.rows, said], ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was imported. `batch_id` is None when the file said nothing new; `created` are the numbers of new people."""

    history: History
    rows: int
    added: int
    changed: int
    unchanged: int
    batch_id: int | None = None
    created: tuple[int, ...] = ()


class Outdated(Conflict):
    """What the file would change is no longer what was shown; `preview` is what it would change now."""

    def __init__(self, message: str, preview: Preview) -> None:
        self.preview = preview
        super().__init__(message)


def sha256(data: bytes) -> str:
    """`sha256:…` of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _plain(differences: Iterable[Difference]) -> list[object]:
    return [(one.row, one.who, one.what, [(c.field, c.old, c.new) for c in one.changes]) for one in differences]
