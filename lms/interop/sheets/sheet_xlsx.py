"""An XLSX workbook to numbered rows of text, a piece of XML at a time. Only values: no formula is run, no link followed.

*Instead of:* openpyxl, which keeps a whole row as a tree before it hands it out: a file of 16 kB with one row of three
million empty cells took it 900 MB. It is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lms.errors import Figure, Said, said
from lms.interop.reading.scalars import unwritable
from lms.interop.sheets.sheet_book import Book, open_book, unescaped
from lms.interop.sheets.sheet_formats import show
from lms.interop.sheets.sheet_problems import Problems, RefusedError
from lms.interop.sheets.sheet_texts import Texts
from lms.interop.sheets.sheet_xml import events
from lms.interop.sheets.sheet_zip import Package

HINTS = "Hints"  # the title of a template's own second worksheet
MOST_ROWS = 1_048_576
MOST_CELLS = 2_000_000  # with those that hold nothing
_MOST_COLUMNS = 16_384
_TEXTS = frozenset({"s", "str", "inlineStr"})
_LOOKED_AT = 16  # pieces of another worksheet, to tell whether anything stands in it

Row = tuple[int, list[str]]


class XlsxRows:
    """The rows of the worksheet with this title, else of the first. Making one, and going through it, raises RefusedError."""

    def __init__(
        self,
        data: bytes,
        unpacked: int,
        columns: int,
        longest: int,
        texts: Texts,
        problems: Problems,
        title: str = "",
    ) -> None:
        self._package = Package(data, unpacked)
        self._book = open_book(self._package, longest, texts)
        self._reading = _Reading(self._book, columns, longest, problems)
        titles = [self._key(known) for _, known in self._book.sheets]
        self._number = titles.index(self._key(title)) if self._key(title) in titles else 0

    def __iter__(self) -> Iterator[Row]:
        """Each row that has a filled cell, with its number."""
        reading = self._reading
        part, _ = self._book.sheets[self._number]
        for _ in events(self._package.pieces(part), reading.start, reading.end, reading.text):
            yield from reading.rows
            reading.rows.clear()

    def notes(self) -> tuple[str, ...]:
        """A sentence about the other worksheets in which something stands, if there are any."""
        sheets = list(self._book.sheets)
        _, read = sheets.pop(self._number)
        others = [title for part, title in sheets if title != HINTS and self._is_filled(part)]
        if not others:
            return ()
        named = ", ".join(repr(title[:31]) for title in others[:5]) + (" …" if len(others) > 5 else "")
        if self._number:
            wording = said(
                "only the worksheet %(read)s was read; left out: %(others)s", read=repr(read[:31]), others=named
            )
        else:
            wording = said(
                "only the first worksheet, %(read)s, was read; left out: %(others)s", read=repr(read[:31]), others=named
            )
        return (wording,)

    @staticmethod
    def _key(title: str) -> str:
        return title.strip().casefold()

    def _is_filled(self, part: str) -> bool:
        filled = False

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal filled
            filled = filled or name in {"v", "is"}

        looking = islice(events(self._package.pieces(part), start), _LOOKED_AT)
        return any(filled for _ in looking)


class _Reading:
    """The state between two events, and the rows that are complete."""

    def __init__(self, book: Book, columns: int, longest: int, problems: Problems) -> None:
        self.rows: list[Row] = []
        self._book, self._columns, self._longest, self._problems = book, columns, longest, problems
        self._row = self._column = self._cells = 0
        self._values: list[str] = []
        self._type: str | None = None
        self._style: str | None = None
        self._formula = self._listening = self._spoken = False
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._listening = not self._spoken
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._spoken = True

    def text(self, characters: str) -> None:
        if self._listening and self._length <= self._longest:
            self._pieces.append(characters)
            self._length += len(characters)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._listening = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._values:
                self.rows.append((self._row, self._values))
        elif name == "rPh":
            self._spoken = False

    def _start_row(self, reference: str | None) -> None:
        number = _whole(reference) if reference else self._row + 1
        if not self._row < number <= MOST_ROWS:
            raise RefusedError(
                said("has rows that are out of place; open it in a spreadsheet and save it again"), self._row
            )
        self._row, self._column, self._values = number, 0, []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        reference = attributes.get("r")
        column = _column(reference) if reference else self._column + 1
        if not self._column < column <= _MOST_COLUMNS or self._cells > MOST_CELLS:
            if self._cells > MOST_CELLS:
                raise RefusedError(said("has too many empty cells; copy its rows into a new workbook"), self._row)
            raise RefusedError(said("has cells that are out of place; copy its rows into a new workbook"), self._row)
        self._column, self._type, self._style = column, attributes.get("t"), attributes.get("s")
        self._formula = self._listening = False
        self._pieces, self._length = [], 0

    def _end_cell(self) -> None:
        value = self._value("".join(self._pieces))
        if not value:
            return
        if self._column > self._columns:
            raise RefusedError(said("has more than %(columns)s columns", columns=Figure(self._columns)), self._row)
        values = self._values
        values.extend([""] * (self._column - 1 - len(values)))
        values.append(value)

    def _value(self, raw: str) -> str:
        text, wrong = self._text(raw) if self._type in _TEXTS else self._plain(raw.strip())
        wrong = wrong or unwritable(text)
        if wrong:
            self._problems.add(
                said("cell %(cell)s %(complaint)s", cell=f"{letters(self._column)}{self._row}", complaint=wrong),
                self._row,
            )
            return "?"  # filled, so that nobody calls it empty
        return text

    def _text(self, raw: str) -> tuple[str, Said | None]:
        if self._type != "s":
            return unescaped(raw), None
        number = _whole(raw.strip())
        if 0 <= number < len(self._book.texts):
            return self._book.texts[number], None
        return "", said("refers to a text that the workbook does not hold") if raw else None

    def _plain(self, raw: str) -> tuple[str, Said | None]:
        if not raw:
            wrong = said("holds a formula without its value; save it again in a spreadsheet")
            return "", wrong if self._formula else None
        match self._type:
            case "e":
                return "", said("holds the error %(error)s", error=raw[:20])
            case "b":
                return ("false" if raw in {"0", "false"} else "true"), None
            case "d":
                return raw.removesuffix("T00:00:00"), None
        text = show(raw, self._style, self._book.date_styles, since_1904=self._book.since_1904)
        return text or "", None if text else said("holds a number that is none")


def letters(column: int) -> str:
    """The letters of a column, 1 for A.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    text = ""
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(65 + letter) + text
    return text


def _column(reference: str) -> int:
    """The column that a reference such as AB12 begins with, 0 if it begins with none."""
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column


def _whole(digits: str) -> int:
    return int(digits) if len(digits) < 10 and digits.isascii() and digits.isdigit() else -1
