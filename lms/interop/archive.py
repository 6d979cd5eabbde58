"""A zip archive in memory: its entries as bytes a piece at a time, hostile archives refused before anything is unpacked.

Nothing is ever written to a disk. Only the plain form is read, in which every reader of zips sees the same entries: the
end record at the very end, one directory right before it, and the entries before that, each where the directory says
and as it says, side by side from the first byte on. That alone refuses entries that overlap, other files hidden before,
between or after them, and archives that are something else as well. Sizes that are stated are believed only as an upper
bound: what is unpacked is counted.
*Instead of:* zipfile alone, which looks for the directory from the end, skips what stands before and between, reads
half a million entries before anybody can count them, and lets two names differ where nobody opens the entry.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.errors import Figure, Said, said
from lms.interop.reading.scalars import shown
from lms.interop.sheets.sheet_problems import RefusedError

PIECE = 65_536

_END = struct.Struct("<4s4H2LH")  # the record at the very end: signature, disks and counts, size, offset, comment
_LOCAL = struct.Struct(
    "<4s5H3L2H"
)  # before each entry: signature, version, flags, method, time, day, sum, sizes, lengths
_BYTES_EACH = 200  # of the directory for an entry, on average
_WIDE = b"PK\x06\x07"
_ENCRYPTED, _LATER, _UTF8 = 0x1, 0x8, 0x800
_SOMEWHERE_ELSE = 0xFFFFFFFF  # a size of the 64-bit form, which stands in a field of its own
_LINKS = {0x000D: 12, 0x756E: 14}  # fields of Unix attributes and their length where they name no other file
_FREE = 1_000_000  # bytes that may be packed as tightly as they like
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, KeyError, struct.error)

_DAMAGED = said("is a damaged archive; pack it again")


class MalformedError(RefusedError):
    """The archive is damaged, or made to mean different things to different readers."""

    def __init__(self, why: Said = _DAMAGED) -> None:
        super().__init__(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an archive may hold: bytes once unpacked, entries, and how many bytes a packed one may stand for."""

    unpacked: int
    entries: int = 2_000
    ratio: int | None = None


class Archive:
    """The entries of an archive. Making one and reading an entry raise RefusedError."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        directory, count = _check_end(data, bounds)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise MalformedError from None
        entries = self._zip.infolist()
        self._left = bounds.unpacked
        if len(entries) != count:
            raise MalformedError
        _check_names(entries)
        _check_kinds(entries)
        _check_sizes(entries, bounds)
        _check_layout(data, entries, directory)
        self._entries = {_name(entry): entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files in it, in the directory's order."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """The entry's bytes, some at a time, never more in all than an archive may hold."""
        missing = self._entries[name].file_size
        try:
            with self._zip.open(self._entries[name]) as file:
                while piece := file.read(PIECE):
                    missing -= len(piece)
                    self._left -= len(piece)
                    if self._left < 0:
                        raise RefusedError(said("is too large once unpacked"))
                    yield piece
        except _BROKEN:
            raise MalformedError from None
        if missing:
            raise MalformedError


def _check_end(data: bytes, bounds: Bounds) -> tuple[int, int]:
    """Where the directory begins, and how many entries it says it has."""
    if len(data) < _END.size:
        raise MalformedError
    signature, disk, first, here, count, size, offset, comment = _END.unpack(data[-_END.size :])
    if signature != b"PK\x05\x06" or comment or data[-_END.size - 20 : -_END.size].startswith(_WIDE):
        raise MalformedError(said("does not end where its directory ends; pack it again, without comment or signature"))
    if disk or first or here != count or count > bounds.entries or size > bounds.entries * _BYTES_EACH:
        raise MalformedError(
            said("holds more than %(entries)s entries or is one part of several", entries=Figure(bounds.entries))
        )
    if offset + size + _END.size != len(data):
        raise MalformedError
    _check_no_tape(data)
    return offset, count


def _check_no_tape(data: bytes) -> None:
    try:
        tarfile.TarInfo.frombuf(data[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return
    raise MalformedError(said("is a zip and a tar archive at once; pack it again"))


def _check_kinds(entries: Sequence[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise RefusedError(said("is encrypted; save it without a password"))
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise MalformedError
        if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR} or _names_another(entry.extra):
            raise MalformedError(
                said("holds %(value)s, which is a link or a device and no file", value=shown(_name(entry)))
            )
        if entry.is_dir() and entry.file_size:
            raise MalformedError


def _check_sizes(entries: Sequence[zipfile.ZipInfo], bounds: Bounds) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > bounds.unpacked:
        raise RefusedError(
            said(
                "is %(total)s bytes large once unpacked, of at most %(unpacked)s; split it",
                total=Figure(total),
                unpacked=Figure(bounds.unpacked),
            )
        )
    if bounds.ratio is not None and total > _FREE + bounds.ratio * packed:
        raise RefusedError(
            said("unpacks to more than %(ratio)s times its size, as no text of a curriculum does", ratio=bounds.ratio)
        )


def _check_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for name in map(_name, entries):
        steps = name.removesuffix("/").split("/")
        if not name.isprintable() or "\\" in name or ":" in steps[0] or {"", ".", ".."}.intersection(steps):
            raise MalformedError(
                said("holds an entry with the name %(value)s, which is no place inside of it", value=shown(name))
            )
        key = unicodedata.normalize("NFC", "/".join(steps)).casefold()
        if key in seen:
            raise MalformedError(
                said("holds two entries of one name, %(one)s and %(other)s", one=shown(seen[key]), other=shown(name))
            )
        seen[key] = name


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace")


def _name(entry: zipfile.ZipInfo) -> str:
    """UTF-8 wherever it can be, said or not, as most packers mean it."""
    try:
        return _raw_name(entry).decode("utf-8")
    except UnicodeDecodeError:
        return entry.orig_filename


def _check_layout(data: bytes, entries: Sequence[zipfile.ZipInfo], directory: int) -> None:
    """Every entry as the directory says it, and not a byte between two of them."""
    in_place = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [*(entry.header_offset for entry in in_place), directory]
    if ends[0] or len({*ends}) < len(ends):
        raise MalformedError
    for entry, end in zip(in_place, ends[1:], strict=True):
        if not _is_as_listed(data, entry, end):
            raise MalformedError


def _is_as_listed(data: bytes, entry: zipfile.ZipInfo, end: int) -> bool:
    begin = entry.header_offset
    if end - begin < _LOCAL.size:
        return False
    signature, _, flags, method, _, _, *stated, name_length, extra_length = _LOCAL.unpack_from(data, begin)
    begin += _LOCAL.size
    extra = data[begin + name_length : begin + name_length + extra_length]
    body = begin + name_length + extra_length + entry.compress_size
    listed = [entry.CRC, entry.compress_size, entry.file_size]
    return (
        signature == b"PK\x03\x04"
        and (flags, method) == (entry.flag_bits, entry.compress_type)
        and data[begin : begin + name_length] == _raw_name(entry)
        and not _names_another(extra)
        and body <= end <= body + 24
        and _agree(stated, listed, data[body:end], later=bool(flags & _LATER))
    )


def _agree(stated: list[int], listed: list[int], after: bytes, *, later: bool) -> bool:
    """Are sum and sizes those of the directory, before the entry, or in the record after it, in any of its forms?"""
    pairs = list(zip(stated, listed, strict=True))
    if not after:
        return all(before in (known, _SOMEWHERE_ELSE) for before, known in pairs)
    forms = [sign + struct.pack(form, *listed) for sign in (b"", b"PK\x07\x08") for form in ("<3L", "<LQQ")]
    return later and after in forms and all(before in (known, _SOMEWHERE_ELSE, 0) for before, known in pairs)


def _names_another(extra: bytes) -> bool:
    """Do Unix attributes name the file that this entry is a link to?"""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if length > _LINKS.get(kind, length):
            return True
        at += 4 + length
    return False
