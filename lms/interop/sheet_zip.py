"""The archive that an XLSX workbook is: its parts as bytes a piece at a time, hostile archives refused beforehand.

The directory at the end is looked at before zipfile reads it, because a 20 MB archive can list half a million entries.
Sizes it states are believed only as an upper bound: what is unpacked is counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lms.interop.sheet_problems import RefusedError

MOST_PARTS = 2_000
PIECE = 65_536

_END = struct.Struct("<4s4H2LH")  # the record at the very end: signature, disks and counts, size, offset, comment
_LONGEST_DIRECTORY = 400_000
_ZIP64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, KeyError, struct.error)
_DAMAGED = "is a damaged workbook; open it in a spreadsheet and save it again as XLSX"


class Package:
    """The parts of a workbook. Making one and reading a part raise RefusedError."""

    def __init__(self, data: bytes, unpacked: int) -> None:
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise RefusedError(_DAMAGED) from None
        self._left = unpacked
        self._parts = {part.filename: part for part in self._zip.infolist()}
        self._check_parts(self._zip.infolist(), unpacked)

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def pieces(self, part: str) -> Iterator[bytes]:
        """The part's bytes, some at a time, never more in all than a workbook may hold."""
        try:
            with self._zip.open(self._parts[part]) as file:
                while piece := file.read(PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise RefusedError("is too large once unpacked")
                    yield piece
        except _BROKEN:
            raise RefusedError(_DAMAGED) from None

    def _check_parts(self, parts: list[zipfile.ZipInfo], unpacked: int) -> None:
        if len(parts) > MOST_PARTS or len(self._parts) < len(parts):
            raise RefusedError(_DAMAGED)
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise RefusedError("is encrypted; save it without a password")
        if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
            raise RefusedError(_DAMAGED)
        total = sum(part.file_size for part in parts)
        if total > unpacked:
            raise RefusedError(f"is {total:,} bytes large once unpacked, of at most {unpacked:,}; split it")
        names = [name.lower() for name in self._parts]
        if any(name.endswith("vbaproject.bin") for name in names):
            raise RefusedError("holds macros; save it as XLSX without them")
        if any("/externallinks/" in name for name in names):
            raise RefusedError("refers to other workbooks; paste their values in and save it again")


def _check_directory(data: bytes) -> None:
    """Only the plain form: the end record at the very end, without comment, not the 64-bit one, a short directory."""
    if len(data) < _END.size:
        raise RefusedError(_DAMAGED)
    signature, *_, size, _offset, comment = _END.unpack(data[-_END.size :])
    wide = data[-_END.size - 20 : -_END.size].startswith(_ZIP64)
    if signature != b"PK\x05\x06" or comment or wide or size > _LONGEST_DIRECTORY:
        raise RefusedError(_DAMAGED)
