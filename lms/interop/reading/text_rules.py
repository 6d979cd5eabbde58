"""Rules for text that people type: names, notes and mail addresses, for files and forms alike.

Text is NFC, so that one name has one spelling. What cannot be seen is refused rather than taken out: a name that looks
like another but is not must never be stored, and nobody's name is changed behind their back. Markup is no concern here;
pages escape it. *Instead of:* stripping such characters, which lets `a<zero width>dmin` become `admin`.

The key of an address: of the local part the canonical caseless form (NFD, case folded, NFC), of the domain lower case
with every label that is not ASCII in punycode. RFC 5321 lets a host tell `Dana@` from `dana@`; no host does, and two
accounts for one person do harm. Folding joins a few addresses that are really two (strauß, strauss): the second is then
refused, and mail always goes to the address as stored, never to one that somebody typed, so nobody gets another's mail.
*Instead of:* the standard library's IDNA of 2003, which makes straße.example and strasse.example one domain.
"""

from __future__ import annotations

import re
import unicodedata

from lms.errors import Figure, Invalid, said
from lms.interop.reading.scalars import shown

NAME_LENGTH = 200
NOTE_LENGTH = 4_000
MAIL_LENGTH = 254

_JOINERS = "\u200c\u200d"  # Persian and Indic words need them between letters
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
_UNSEEN_IN_NOTES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"  # what hides or turns text
)
_ATOM = frozenset("!#$%&'*+-/=?^_`{|}~.")
_ASCII_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def clean_name(text: str, *, what: str = said("the name"), longest: int = NAME_LENGTH) -> str:
    """A name on one line in NFC, its spaces made single. Raises Invalid, `what` being the sentence's subject.

    >>> clean_name("  Ana   Lima ")
    'Ana Lima'
    """
    stripped = text.strip()
    _refuse_longer(stripped, what, longest, 4)  # before work that grows with it; NFC makes it shorter
    for position, character in enumerate(stripped):
        if not (character.isascii() and character.isprintable()) and _is_unseen(stripped, position):
            raise Invalid(
                said(
                    "%(what)s holds %(character)s, which cannot be seen: %(value)s",
                    what=what,
                    character=_named(character),
                    value=shown(stripped),
                )
            )
    name = unicodedata.normalize("NFC", " ".join(stripped.split()))
    _refuse_longer(name, what, longest)
    if not any(character.isalnum() for character in name):
        if name:
            raise Invalid(
                said(
                    "%(what)s must hold at least one letter or digit, not only %(value)s", what=what, value=shown(name)
                )
            )
        raise Invalid(said("%(what)s must hold at least one letter or digit", what=what))
    return name


def clean_note(text: str, *, what: str = said("the note"), longest: int = NOTE_LENGTH) -> str:
    """Text that may have several lines, in NFC, line ends made LF; may be empty. Raises Invalid."""
    _refuse_longer(text, what, longest, 4)
    note = re.sub("\r\n?", "\n", text).strip()
    found = _UNSEEN_IN_NOTES.search(note)
    if found:
        raise Invalid(
            said(
                "%(what)s holds %(character)s, which cannot be seen: %(value)s",
                what=what,
                character=_named(found.group()),
                value=shown(note),
            )
        )
    note = unicodedata.normalize("NFC", note)
    _refuse_longer(note, what, longest)
    return note


def mail_key(text: str) -> str:
    """What two addresses share when they are one account: compare and store keys, send to the address. Never raises.

    >>> mail_key(" Dana@MÜNCHEN.example "), mail_key("dana@xn--mnchen-3ya.example")
    ('dana@xn--mnchen-3ya.example', 'dana@xn--mnchen-3ya.example')
    """
    local, at, domain = text.strip().rpartition("@")
    folded = unicodedata.normalize("NFD", local).casefold()
    return unicodedata.normalize("NFC", folded) + at + _domain_key(domain)


def check_mail(text: str, *, what: str = said("the mail address")) -> str:
    """The address without outer spaces, in NFC, its domain in lower case. Raises Invalid when it cannot be one.

    Strict: no quoted local part, no address literal, no comment, a domain with a dot, at most 254 bytes.
    """
    mail = text.strip()
    if len(mail) > MAIL_LENGTH or len(mail.encode("utf-8", "replace")) > MAIL_LENGTH:
        raise Invalid(
            said(
                "%(what)s must have at most %(most)s characters: %(value)s",
                what=what,
                most=MAIL_LENGTH,
                value=shown(mail),
            )
        )
    local, _, domain = unicodedata.normalize("NFC", mail).rpartition("@")
    if not (_is_local(local) and _is_domain(domain)):
        raise Invalid(
            said(
                "%(what)s must be a mail address such as dana@acme.example, not %(value)s", what=what, value=shown(mail)
            )
        )
    if len(mail_key(mail)) > MAIL_LENGTH:  # as it travels; punycode is longer than what it stands for
        raise Invalid(
            said(
                "%(what)s must have at most %(most)s characters: %(value)s",
                what=what,
                most=MAIL_LENGTH,
                value=shown(mail),
            )
        )
    return f"{local}@{_lower(domain)}"


def _refuse_longer(text: str, what: str, longest: int, slack: int = 1) -> None:
    if len(text) > slack * longest:
        raise Invalid(
            said(
                "%(what)s must have at most %(longest)s characters, not %(count)s",
                what=what,
                longest=Figure(longest),
                count=Figure(len(text)),
            )
        )


def _is_unseen(text: str, position: int) -> bool:
    character = text[position]
    if character in _JOINERS:
        around = text[max(position - 1, 0) : position] + text[position + 1 : position + 2]
        return len(around) < 2 or not all(unicodedata.category(near)[0] in "LM" for near in around)
    return character in _BLANK_LETTERS or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _named(character: str) -> str:
    name = unicodedata.name(character, "a control character").lower()
    return f"U+{ord(character):04X} ({name})"


def _is_local(text: str) -> bool:
    if not 0 < len(text) <= 64 or text[0] == "." or text[-1] == "." or ".." in text:
        return False
    return all(c in _ATOM or c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} for c in text) and _is_plain(text)


def _is_domain(text: str) -> bool:
    labels = _domain_key(text).split(".")
    return (
        len(labels) > 1
        and all(map(_ASCII_LABEL.fullmatch, labels))
        and not labels[-1].isdigit()
        and all(c in "-." or c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} for c in text)
        and _is_plain(text)
    )


def _is_plain(text: str) -> bool:
    """Is it without full-width letters, ligatures and circled digits, which look like others?"""
    return text.isascii() or unicodedata.normalize("NFKC", text) == text


def _lower(domain: str) -> str:
    return unicodedata.normalize("NFC", domain.lower())


def _domain_key(domain: str) -> str:
    if len(domain) > MAIL_LENGTH:  # no domain; and punycode takes quadratic time
        return domain
    labels = _lower(unicodedata.normalize("NFC", domain)).split(".")
    return ".".join(label if label.isascii() else "xn--" + _punycode(label) for label in labels)


def _punycode(label: str) -> str:
    return label.encode("punycode", "replace").decode("ascii", "replace").lower()
