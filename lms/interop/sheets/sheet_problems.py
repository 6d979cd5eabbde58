"""Collecting what is wrong with a sheet: row by row up to a number that somebody will read, the rest counted."""

from __future__ import annotations

from typing import NoReturn

from lms.errors import Figure, Invalid, Problem, Said, said
from lms.interop.reading.source import shown_name


class RefusedError(Exception):
    """The file cannot be read on from here; the text says why, `row` where."""

    def __init__(self, why: Said, row: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.row = row


class Problems:
    """The problems of one file in the order in which they are found."""

    def __init__(self, name: str, most: int) -> None:
        self.name = shown_name(name)[:200]
        self.most = most
        self.count = 0
        self.rows: set[int] = set()  # in which something is wrong
        self._listed: list[Problem] = []

    def add(self, message: str, row: int | None = None) -> None:
        """One more; past `most` it is only counted."""
        self.count += 1
        if row is not None:
            self.rows.add(row)
        if self.count <= self.most:
            self._listed.append(Problem(message, self.name, row))

    def check(self) -> None:
        """Raises Invalid if there are any."""
        if not self.count:
            return
        more = self.count - len(self._listed)
        listed = sorted(self._listed, key=lambda problem: problem.line or 0)
        raise Invalid(*listed, *([Problem(said("and %(more)s more", more=Figure(more)), self.name)] if more else []))

    def refuse(self, message: str, row: int | None = None) -> NoReturn:
        """Raises Invalid with this and everything found before it."""
        self.most += 1  # what stops the reading is always told
        self.add(message, row)
        self.check()
        raise AssertionError("a problem was added")
