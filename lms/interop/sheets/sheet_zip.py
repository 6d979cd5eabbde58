"""The archive that an XLSX workbook is. What is wrong with an archive as such, `lms.interop.archive` says."""

from __future__ import annotations

from collections.abc import Iterator

from lms.errors import said
from lms.interop.archive import Archive, Bounds, MalformedError
from lms.interop.sheets.sheet_problems import RefusedError

_DAMAGED = said("is a damaged workbook; open it in a spreadsheet and save it again as XLSX")


class Package:
    """The parts of a workbook. Making one and reading a part raise RefusedError."""

    def __init__(self, data: bytes, unpacked: int) -> None:
        try:
            self._archive = Archive(data, Bounds(unpacked=unpacked))
        except MalformedError:
            raise RefusedError(_DAMAGED) from None
        names = [name.lower() for name in self._archive.names]
        if any(name.endswith("vbaproject.bin") for name in names):
            raise RefusedError(said("holds macros; save it as XLSX without them"))
        if any("/externallinks/" in name for name in names):
            raise RefusedError(said("refers to other workbooks; paste their values in and save it again"))

    def __contains__(self, part: str) -> bool:
        return part in self._archive

    def pieces(self, part: str) -> Iterator[bytes]:
        """The part's bytes, some at a time, never more in all than a workbook may hold."""
        try:
            yield from self._archive.pieces(part)
        except MalformedError:
            raise RefusedError(_DAMAGED) from None
