"""What a workbook says about itself: its worksheets, its shared texts, and which cell styles show days."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.errors import said
from lms.interop.sheets.sheet_formats import is_date_format
from lms.interop.sheets.sheet_problems import RefusedError
from lms.interop.sheets.sheet_texts import Texts
from lms.interop.sheets.sheet_xml import events
from lms.interop.sheets.sheet_zip import Package

MOST_SHEETS = 1_000
MOST_STYLES = 100_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """`sheets` are the parts of the worksheets that are not hidden, with their titles, in order."""

    sheets: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    date_styles: tuple[bool, ...]
    since_1904: bool


def open_book(package: Package, longest: int, texts: Texts) -> Book:
    """The workbook, its shared texts kept among `texts`, of `longest` characters each. Raises RefusedError."""
    home = "xl/workbook.xml"
    if home not in package:
        raise RefusedError(said("is an archive, but no XLSX workbook; save it as XLSX or CSV"))
    targets = _targets(package)
    sheets, since_1904 = _sheets(package, home)
    found = [(targets[key][1], title) for key, title in sheets if key in targets and targets[key][0] == "worksheet"]
    if not any(part in package for part, _ in found[:1]):
        raise RefusedError(said("has no worksheet"))
    parts = {kind: part for kind, part in targets.values() if part in package}
    return Book(
        sheets=tuple((part, title) for part, title in found if part in package),
        texts=_texts(package, parts["sharedStrings"], longest, texts) if "sharedStrings" in parts else (),
        date_styles=_date_styles(package, parts["styles"]) if "styles" in parts else (),
        since_1904=since_1904,
    )


def unescaped(text: str) -> str:
    """The text with `_x000D_` and the like turned into the characters that they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _targets(package: Package) -> dict[str, tuple[str, str]]:
    """The workbook's parts by key: kind and name in the archive. Files outside of it are left alone."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External" and len(found) < MOST_SHEETS:
            kind = attributes.get("Type", "").rpartition("/")[2]
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            found[attributes.get("Id", "")] = kind, part.lstrip("/")

    beside = "xl/_rels/workbook.xml.rels"
    if beside in package:
        _run(events(package.pieces(beside), start))
    return found


def _sheets(package: Package, home: str) -> tuple[list[tuple[str, str]], bool]:
    """The keys and titles of the sheets that are not hidden, and whether days count from 1904."""
    sheets: list[tuple[str, str]] = []
    since_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if name == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        elif name == "sheet" and attributes.get("state", "visible") == "visible" and len(sheets) < MOST_SHEETS:
            key = next((value for at, value in attributes.items() if at.rpartition(":")[2] == "id"), "")
            sheets.append((key, attributes.get("name", "")))

    _run(events(package.pieces(home), start))
    return sheets, since_1904


def _date_styles(package: Package, part: str) -> tuple[bool, ...]:
    codes: dict[int, str] = {}
    styles: list[bool] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt" and len(codes) < MOST_STYLES:
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:1_000]
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside and len(styles) < MOST_STYLES:
            number = _number(attributes.get("numFmtId"))
            styles.append(is_date_format(number, codes.get(number)))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    _run(events(package.pieces(part), start, end))
    return tuple(styles)


def _texts(package: Package, part: str, longest: int, kept: Texts) -> tuple[str, ...]:
    texts: list[str] = []
    pieces: list[str] = []
    length = 0
    shown = spoken = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal length, shown, spoken
        if name == "si":
            pieces.clear()
            length = 0
        elif name == "rPh":  # how the text is spoken
            spoken = True
        elif name == "t":
            shown = not spoken

    def text(characters: str) -> None:
        nonlocal length
        if shown and length <= longest:  # one too long is cut, yet long enough to be refused where it is used
            pieces.append(characters)
            length += len(characters)

    def end(name: str) -> None:
        nonlocal shown, spoken
        if name == "t":
            shown = False
        elif name == "rPh":
            spoken = False
        elif name == "si":
            texts.append(kept.keep(unescaped("".join(pieces))))

    _run(events(package.pieces(part), start, end, text))
    return tuple(texts)


def _number(text: str | None) -> int:
    return int(text) if text is not None and len(text) < 7 and text.isascii() and text.isdigit() else 0


def _run(work: Iterator[None]) -> None:
    for _ in work:
        pass
