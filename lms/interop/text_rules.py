"""Rules for text that people type: names, notes and mail addresses, for files and forms alike."""

from __future__ import annotations

NAME_LENGTH = 200
NOTE_LENGTH = 4_000


def clean_name(text: str, *, what: str = "the name", longest: int = NAME_LENGTH) -> str:
    """A name on one line in NFC, its spaces made single. Raises Invalid, `what` being the sentence's subject."""
    raise NotImplementedError


def clean_note(text: str, *, what: str = "the note", longest: int = NOTE_LENGTH) -> str:
    """Text that may have several lines, in NFC, line ends made LF; may be empty. Raises Invalid."""
    raise NotImplementedError


def mail_key(text: str) -> str:
    """What two addresses share when they are one account: compare and store keys, send to the address. Never raises."""
    raise NotImplementedError


def check_mail(text: str, *, what: str = "the mail address") -> str:
    """The address without outer spaces, in NFC, its domain in lower case. Raises Invalid when it cannot be one."""
    raise NotImplementedError
