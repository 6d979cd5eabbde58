"""What a file is by its content, held against a short list, and a name for it that is only a name.

Taken is what a salesperson has to show and a reviewer's device opens by itself: documents, slides, sheets, pictures,
sound and film, those of phones included. The content decides, and the end of the name has to fit it. Refused are all
others, among them what a browser would run (HTML, SVG, PHP) and archives, into which a reviewer cannot look.
*Instead of:* believing the sender's media type or the end of the name; and a list of what is forbidden, which is never
complete.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

HEAD = 4_096
"""How many first bytes `kind_of` wants."""
TAIL = 262_144
"""How many last bytes: the list of what is in an Office file stands there."""
LONGEST = 100
MARKUP = (b"<!", b"<?", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"#!", b"%!")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file that is taken: its media type, and the ends that its name may have."""

    media: str
    ends: tuple[str, ...]
    fits: Callable[[bytes, bytes], bool]
    """Does a file with these first and last bytes look like one?"""

    @property
    def is_picture(self) -> bool:
        """Can a page show it as a picture?"""
        return self.media in PICTURES

    @property
    def is_sound(self) -> bool:
        """Can a page play it?"""
        return self.media.startswith("audio/")


def _begins(*signs: bytes) -> Callable[[bytes, bytes], bool]:
    return lambda head, _tail: head.startswith(signs)


def _riff(form: bytes) -> Callable[[bytes, bytes], bool]:
    return lambda head, _tail: head[:4] == b"RIFF" and head[8:12] == form


def _brand(*brands: bytes) -> Callable[[bytes, bytes], bool]:
    return lambda head, _tail: head[4:8] == b"ftyp" and head[8:12] in brands


def _office(part: bytes) -> Callable[[bytes, bytes], bool]:
    """A zip whose list of contents names this part, and no macros."""

    def fits(head: bytes, tail: bytes) -> bool:
        listed = b"[Content_Types].xml" in tail and part in tail
        return head.startswith(b"PK\x03\x04") and listed and b"vbaProject" not in tail

    return fits


def _mp3(head: bytes, _tail: bytes) -> bool:
    """An ID3 tag, or a frame of MPEG layer III."""
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


def _text(head: bytes, tail: bytes) -> bool:
    """UTF-8 without signs that steer, and nothing that a browser could take for a page."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begin.startswith(MARKUP) or not begin:
        return False
    return all(_is_utf8(part) and not set(part) & _STEERING for part in (head, tail))


_STEERING = frozenset(range(32)) - {9, 10, 12, 13}


def _is_utf8(part: bytes) -> bool:
    """Is it, but for letters cut at either end?"""
    try:
        part.lstrip(bytes(range(0x80, 0xC0))).decode()
    except UnicodeDecodeError as wrong:
        return wrong.reason == "unexpected end of data"
    return True


_MP4 = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"dash",
    b"M4V ",
    b"MSNV",
    b"3gp4",
    b"3gp5",
)
_OOXML = "application/vnd.openxmlformats-officedocument."
KINDS = (
    FileKind(media="application/pdf", ends=("pdf",), fits=_begins(b"%PDF-")),
    FileKind(media="image/png", ends=("png",), fits=_begins(b"\x89PNG\r\n\x1a\n")),
    FileKind(media="image/jpeg", ends=("jpg", "jpeg"), fits=_begins(b"\xff\xd8\xff")),
    FileKind(media="image/gif", ends=("gif",), fits=_begins(b"GIF87a", b"GIF89a")),
    FileKind(media="image/webp", ends=("webp",), fits=_riff(b"WEBP")),
    FileKind(media="image/heic", ends=("heic",), fits=_brand(b"heic", b"heix", b"mif1")),
    FileKind(media="video/mp4", ends=("mp4", "m4v"), fits=_brand(*_MP4)),
    FileKind(media="audio/mp4", ends=("m4a",), fits=_brand(b"M4A ", b"mp42", b"isom")),
    FileKind(media="video/quicktime", ends=("mov",), fits=_brand(b"qt  ")),
    FileKind(media="video/webm", ends=("webm",), fits=_begins(b"\x1aE\xdf\xa3")),
    FileKind(media="audio/mpeg", ends=("mp3",), fits=_mp3),
    FileKind(media="audio/wav", ends=("wav",), fits=_riff(b"WAVE")),
    FileKind(media="audio/ogg", ends=("ogg", "oga", "opus"), fits=_begins(b"OggS")),
    FileKind(media=f"{_OOXML}wordprocessingml.document", ends=("docx",), fits=_office(b"word/document.xml")),
    FileKind(media=f"{_OOXML}presentationml.presentation", ends=("pptx",), fits=_office(b"ppt/presentation.xml")),
    FileKind(media=f"{_OOXML}spreadsheetml.sheet", ends=("xlsx",), fits=_office(b"xl/workbook.xml")),
    FileKind(media="text/plain", ends=("txt",), fits=_text),
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What every browser shows as a picture."""
ENDS = tuple(end for kind in KINDS for end in kind.ends)


def kind_of(name: str, head: bytes, tail: bytes) -> FileKind | None:
    r"""What a file is, if the end of its name fits its first and last bytes; None for everything that is not taken.

    >>> kind_of("deck.pdf", b"%PDF-1.7 ...", b"").media
    'application/pdf'
    >>> kind_of("page.png", b"<html>", b"<html>"), kind_of("run.php", b"%PDF-1.7", b"")
    (None, None)
    """
    end = name.rpartition(".")[2].lower()
    return next((kind for kind in KINDS if end in kind.ends and kind.fits(head, tail)), None)


def clean_file_name(name: str) -> str:
    r"""The last part of a name, without signs that cannot be seen, steer or turn; at most 100, its end kept.

    >>> clean_file_name("..\\..%2f/etc/Call with\r\nAcme.mp3"), clean_file_name("../.."), clean_file_name("x" * 999 + ".pdf")[-6:]
    ('Call withAcme.mp3', 'file', 'xx.pdf')
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign.isprintable())
    seen = " ".join(seen.replace('"', "'").split()).strip(". ")
    return seen[-LONGEST:].lstrip(". ") or "file"
