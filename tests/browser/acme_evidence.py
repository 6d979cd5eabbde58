"""Pieces of evidence of the rep in every state, with a picture, a sound and a document that can be opened."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.services.entry import sessions
from lms.services.evidence import deputies, handing_in, reviewing
from lms.services.evidence.handing_in import Handed, NewPiece
from lms.services.evidence.keeping import Incoming
from lms.storage.files import Files


def a_picture() -> bytes:
    """A grey dot as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = zlib.compress(bytes([0, 128]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def a_sound() -> bytes:
    """A hundredth of a second of silence as WAV."""
    data = bytes(80)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + form + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def pieces(session: Session, who: dict[str, int], store: Files, now: datetime) -> dict[str, str]:
    """One that waits, one of which more is asked, one signed off; and a deputy of everybody's. Their numbers."""
    rep, everything = (sessions.actor_of(session, who[one]) for one in ("rep", "everything"))
    day = (now - timedelta(days=2)).date()

    def new(kind: str, text: str, *files: tuple[str, bytes], link: str = "") -> int:
        incoming = tuple(Incoming(name=name, stream=io.BytesIO(data)) for name, data in files)
        handed = Handed(text=text, link=link, files=incoming)
        piece = NewPiece(
            competency="negotiating-positions", level=2, kind=kind, shown_on=day, handed=handed,
            everybody_knows=True if kind == "call-recording" else None,
        )  # fmt: skip
        return handing_in.hand_in(session, rep, store, piece, now=now - timedelta(days=1)).id

    waits = new(
        "call-recording", "The price talk.\nFrom minute 12.", ("call.wav", a_sound()), ("notes.png", a_picture())
    )
    sent_back = new("link", "My summary.", link="https://docs.acme.example/summary")
    done = new(
        "prior-learning", "Two years of tenders at my last employer.", ("letter.txt", b"To whom it may concern.")
    )
    boss = sessions.actor_of(session, who["manager"])
    reviewing.ask_for_more(session, boss, sent_back, "The figures, please.", now=now)
    reviewing.sign_off(session, boss, done, 1, text="It shows the basics.", now=now)
    deputies.name(session, everything, "Oskar Blom", now.date(), (now + timedelta(days=9)).date(), now=now)
    return {"piece_id": str(waits), "sent_back": str(sent_back), "signed_off": str(done)}
