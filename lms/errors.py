"""How the application says no. Codes and data only: doors turn them into exit codes and HTTP answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it stands, and a sentence that names the mend.

    `file` and `line` (counted from 1) are None where the input has no such place.
    """

    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class LmsError(Exception):
    """Whatever the application refuses; `code` is stable, the text is for people."""

    code = "error"


class Invalid(LmsError):
    """The input is not what it has to be; carries every problem found, not only the first."""

    code = "invalid"

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__("\n".join(map(str, self.problems)))


class NotFound(LmsError):
    """What was named does not exist (or the caller may not know that it does)."""

    code = "not-found"
