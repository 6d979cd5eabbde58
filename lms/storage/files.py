"""Files that people hand in: in a folder outside whatever is served, under names of our own, for this user alone.

A file comes in under a name that ends in `.part` and gets its own when it is whole, so that nothing half is ever taken
for a file. Writing one comes before the commit of the row that names it; a file that no row names is swept away after
an hour, whether its transaction was rolled back, its row was deleted, or its time is over.
*Instead of:* bytes in the database, where a recording makes every backup large; and deleting with the row, which leaves
a row without a file whenever the transaction fails afterwards.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

PIECE = 65_536
UNNAMED = timedelta(hours=1)
"""How long a file may lie there before the row that names it has been committed."""
LETTERS = frozenset("0123456789abcdef")
LENGTH = 32


class TooLargeError(Exception):
    """The file has more bytes than are taken; nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that is in the folder now: under which name, how large, its digest, and its first and last bytes."""

    stored: str
    size: int
    digest: str
    head: bytes
    tail: bytes


class Files:
    """The folder. Made at the first file."""

    def __init__(self, root: Path, most: int) -> None:
        self.root = root
        self.most = most
        """The largest file that is taken, in bytes."""

    def take(self, stream: BinaryIO, *, head: int, tail: int) -> Taken:
        """Keep what the stream holds. Raises TooLargeError; whatever the stream raises leaves nothing behind."""
        stored = secrets.token_hex(LENGTH // 2)
        path = self._path(stored)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        digest, size, first, last = hashlib.sha256(), 0, b"", b""
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > self.most:
                        raise TooLargeError
                    digest.update(piece)
                    first, last = (first + piece)[:head], (last + piece)[-tail:]
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return Taken(stored=stored, size=size, digest=f"sha256:{digest.hexdigest()}", head=first, tail=last)

    def path(self, stored: str) -> Path | None:
        """Where a file lies; None when it is not there, or the name is none of ours."""
        if len(stored) != LENGTH or not set(stored) <= LETTERS:
            return None
        path = self._path(stored)
        return path if path.is_file() else None

    def remove(self, stored: str) -> None:
        """Take a file away that came in a moment ago and is not wanted."""
        self._path(stored).unlink(missing_ok=True)

    def sweep(self, named: Collection[str], *, now: datetime) -> int:
        """Remove what no row names and has lain there for an hour, halves included; says how many."""
        before, swept = (now - UNNAMED).timestamp(), 0
        for path in self.root.glob("??/*"):
            if path.name not in named and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _path(self, stored: str) -> Path:
        return self.root / stored[:2] / stored
