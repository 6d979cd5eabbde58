"""What both slow and fast reading of a text speak: a stream of tokens with lines, whatever the syntax.

A token is `(kind, value, line)`. A node is VALUE (a scalar), OPEN_MAP or OPEN_LIST up to its CLOSE, or ALIAS (its
anchor's name); before each node of a mapping stands its KEY, before an anchored node its ANCHOR. FLAW carries a
sentence about the text itself that does not stop the reading.
"""

from __future__ import annotations

from typing import Any, Final

from lms.errors import Said, said

Token = tuple[int, Any, int]

VALUE: Final = 0
KEY: Final = 1
OPEN_MAP: Final = 2
OPEN_LIST: Final = 3
CLOSE: Final = 4
ANCHOR: Final = 5
ALIAS: Final = 6
FLAW: Final = 7

NESTING: Final = 200  # a valid document needs about 110 levels: 50 groups of two each, and what they hang on
NO_KEY: Final = object()  # the key of an entry whose key was no key: the entry is passed over, the flaw was told


class BrokenTextError(Exception):
    """The text cannot be read any further: why, and on which line."""

    def __init__(self, message: Said, line: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def too_deep(line: int | None) -> BrokenTextError:
    """The refusal of a text whose brackets or indents go deeper than any document does."""
    return BrokenTextError(said("is nested more than %(nesting)s levels deep", nesting=NESTING), line)
