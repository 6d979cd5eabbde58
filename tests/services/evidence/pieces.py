"""Makers of pieces for tests: say what matters, the rest is filled in."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lms.services.evidence import handing_in
from lms.services.evidence.handing_in import Handed, NewPiece
from lms.services.evidence.keeping import Incoming
from lms.storage.evidence_pieces import Piece
from lms.storage.files import Files
from lms.storage.people import Person
from tests.services.learning.academy import Academy

PDF = b"%PDF-1.7\n" + b"x" * 200


def a_folder(path: Path, most: int = 100_000) -> Files:
    """A folder of files that takes up to so many bytes."""
    return Files(path / "files", most)


def a_file(name: str = "deck.pdf", data: bytes = PDF) -> Incoming:
    """A file as it comes."""
    return Incoming(name=name, stream=io.BytesIO(data))


def hand_in(
    session: Session, academy: Academy, store: Files, *, now: datetime, who: Person | None = None, **more: Any
) -> Piece:
    """A note of the rep that shows talking at level 2, unless said otherwise."""
    given = {"competency": "talking", "level": 2, "kind": "note", "shown_on": now.date(), **more}
    handed = Handed(
        text=given.pop("text", "I asked and listened."), link=given.pop("link", ""), files=given.pop("files", ())
    )
    actor = academy.actor(session, who or academy.rep)
    return handing_in.hand_in(session, actor, store, NewPiece(handed=handed, **given), now=now)
