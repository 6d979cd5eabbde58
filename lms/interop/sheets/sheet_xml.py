"""A workbook's XML as events, within bounds: no document type (so no entities), no depth, no endless names or tags.

Expat alone guards against none of this: it keeps every open element, every name it has met, and an unfinished tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat

from lms.errors import said
from lms.interop.sheets.sheet_problems import RefusedError

DEEPEST = 64
MOST_NAMES = 5_000  # of elements and attributes, different ones
LONGEST_TAG = 1_000_000
MOST_ELEMENTS = 5_000_000

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def events(pieces: Iterable[bytes], start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
    """Calls `start`, `end` (with names without prefix) and `text` as the pieces say, and yields after each piece.

    Raises RefusedError for what is no XML or lies beyond the bounds.
    """
    parser = _parser(start, end, text)
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TAG or len(parser.intern) > MOST_NAMES:
                raise _hostile()
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise RefusedError(
            said("holds XML that is not well-formed; open it in a spreadsheet and save it again")
        ) from None
    yield


def _parser(start: Start, end: End | None, text: Text | None) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = elements = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise _hostile()
        start(_local(name), attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(_local(name))

    def refuse_doctype(*_: object) -> None:
        raise RefusedError(said("holds XML with a document type, which no workbook needs"))

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _hostile() -> RefusedError:
    return RefusedError(said("holds XML made to overwhelm its reader"))
