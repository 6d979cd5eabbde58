"""CSV bytes to numbered rows of cells, a row at a time. What separates the columns is found by rule, not by guess.

Whichever of comma, semicolon and tab stands most often in the header line outside of quotes separates the columns; of
equals the first in that order. *Instead of:* csv.Sniffer, which looks at the rows too and may take a letter for it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain

from lms.errors import Figure, said
from lms.interop.sheets.sheet_problems import Problems, RefusedError

DELIMITERS = ",;\t"
MOST_ROWS = 1_048_576  # of any spreadsheet; blank rows count
_CHUNK = 65_536
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n?", re.IGNORECASE)


class CsvRows:
    """The rows of a CSV file. Making one raises RefusedError for what is no text; so does going through it."""

    def __init__(self, data: bytes, longest: int, problems: Problems) -> None:
        self._lines = _Lines(_text(data), longest)
        self._problems = problems
        self._blank = 0
        try:
            self.first = self._first_line()
            chosen = _SEPARATOR_LINE.fullmatch(self.first)
            if chosen:  # a line for Excel alone: the header comes after it
                self._blank += 1
                self.first = self._first_line()
        except RefusedError as refused:
            raise RefusedError(refused.why, self._blank + 1) from None
        self.delimiter = chosen.group(1) if chosen else delimiter_of(self.first)

    def _first_line(self) -> str:
        for line in self._lines:
            self._lines.begin_row()
            if line.strip():
                return line
            self._blank += 1
            if self._blank > MOST_ROWS:
                raise RefusedError(said("has more than %(most_rows)s rows", most_rows=Figure(MOST_ROWS)))
        return ""

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number, 1 for the first of the file; blank ones and quoted line ends are counted right."""
        if not self.first:
            return
        reader = csv.reader(chain([self.first], self._lines), delimiter=self.delimiter, strict=True)
        number = self._blank
        while number < MOST_ROWS:
            number += 1
            self._lines.begin_row()
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._tell(str(error), number)
            except RefusedError as refused:
                raise RefusedError(refused.why, number) from None
        raise RefusedError(said("has more than %(most_rows)s rows", most_rows=Figure(MOST_ROWS)), number)

    def _tell(self, error: str, number: int) -> None:
        if "unexpected end" in error:
            raise RefusedError(said("a quote is opened in this row and never closed"), number)
        if "field larger" in error:
            raise RefusedError(
                said("a cell of this row is far too long; is a quote opened in it and not closed?"), number
            )
        self._problems.add(
            said('a quote closes before its cell ends; a quote inside of quotes is written twice: ""'), number
        )


def delimiter_of(line: str) -> str:
    r"""What separates the columns of this header line.

    >>> delimiter_of('name;"a,b,c";mail'), delimiter_of("name\tmail"), delimiter_of("name")
    (';', '\t', ',')
    """
    bare = re.sub('"[^"]*"?', "", line)
    return max(DELIMITERS, key=bare.count)


class _Lines:
    """Lines of text with their ends, the characters of one row bounded, NUL refused."""

    def __init__(self, text: io.TextIOWrapper, longest: int) -> None:
        self._text, self._longest, self._taken = text, longest, 0

    def begin_row(self) -> None:
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._longest + 1)
        self._taken += len(line)
        if self._taken > self._longest:
            raise RefusedError(
                said(
                    "a row is longer than %(longest)s characters; is a quote opened and not closed?",
                    longest=Figure(self._longest),
                )
            )
        if "\0" in line:
            raise RefusedError(said("there is a NUL character in it; save the file as UTF-8 text"))
        if not line:
            raise StopIteration
        return line


def _text(data: bytes) -> io.TextIOWrapper:
    encoding = "utf-16" if data[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8"
    begin = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    _check(data, encoding, begin)
    raw = io.BytesIO(data)
    raw.seek(begin)
    return io.TextIOWrapper(raw, encoding, newline="")


def _check(data: bytes, encoding: str, begin: int) -> None:
    """Decode a piece at a time, so that text of wide characters is never in memory as a whole."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(begin, len(data) + 1, _CHUNK):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK > len(data))
        except UnicodeDecodeError as error:
            wrong = start - waiting + error.start
            if encoding == "utf-16":
                raise RefusedError(
                    said("is not the UTF-16 text it says it is, at byte %(wrong)s", wrong=Figure(wrong))
                ) from None
            raise RefusedError(
                said(
                    "is not UTF-8 text: byte %(place)s (0x%(byte)s) does not belong; save it as CSV UTF-8",
                    place=Figure(wrong),
                    byte=f"{data[wrong]:02x}",
                )
            ) from None
