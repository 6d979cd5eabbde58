"""How the cells of people's sheets are read: one function a kind of value, each raising Invalid with a whole sentence.

Digits are those of ASCII: `٣` is a digit to Python's int, and no number in any file that these sheets come from.
A comma may be a decimal comma only where it does not separate the columns; there, 1.234 is refused because it may mean
either number. *Instead of:* guessing from the other rows, which makes one row's meaning hang on another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lms.errors import Figure, Invalid, Said, said
from lms.interop.reading.scalars import shown
from lms.interop.reading.suggest import Suggestions
from lms.interop.reading.text_rules import check_mail, clean_name, clean_note
from lms.interop.sheets.columns import Cell

MOST = 10**9
NUMBER_LENGTH = 64

_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_MONTH = re.compile("[0-9]{4}-[0-9]{2}(-01)?", re.ASCII)
_NUMBER = re.compile(r"[-+]?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_BETWEEN_IDS = re.compile("[;\r\n]")
_BETWEEN_WORDS = re.compile("[,;|\r\n]")


def name(cell: Cell) -> str:
    """A name on one line."""
    return clean_name(cell.text, what=cell.what)


def note(cell: Cell) -> str:
    """Text of any number of lines."""
    return clean_note(cell.text, what=cell.what)


def mail(cell: Cell) -> str:
    """A mail address."""
    return check_mail(cell.text, what=cell.what)


def personnel_number(cell: Cell) -> str:
    """A number by which a company knows its people; letters are welcome, an @ is not: that is a mail address."""
    number = clean_name(cell.text, what=cell.what, longest=NUMBER_LENGTH)
    if "@" in number:
        raise cell.refuse(said("a personnel number"))
    return number


def person(cell: Cell) -> str:
    """A mail address where there is an @, else a personnel number."""
    return mail(cell) if "@" in cell.text else personnel_number(cell)


def team(cell: Cell) -> str:
    """A path of team names, the widest first, written North / Berlin."""
    names = [
        clean_name(part, what=said("each team in %(column)s", column=cell.what), longest=100)
        for part in cell.text.split("/")
    ]
    if len(names) > 10:
        raise Invalid(said("%(what)s must be at most 10 teams deep, not %(count)s", what=cell.what, count=len(names)))
    return " / ".join(names)


def identifier(cell: Cell) -> str:
    """An id as curricula have them, exactly as it is written."""
    if len(cell.text) > 200:
        raise Invalid(
            said(
                "%(what)s must have at most 200 characters, not %(count)s", what=cell.what, count=Figure(len(cell.text))
            )
        )
    if not cell.text.isprintable():
        raise Invalid(
            said("%(what)s must have printable characters only: %(value)s", what=cell.what, value=shown(cell.text))
        )
    return cell.text


def identifiers(cell: Cell) -> tuple[str, ...]:
    """Ids separated by semicolons or line ends (a comma may be part of one), each once."""
    parts = [part.strip() for part in _BETWEEN_IDS.split(cell.text)]
    return tuple(dict.fromkeys(identifier(Cell(part, cell.what)) for part in parts if part))


def words_of(known: Collection[str], refused: dict[str, Said]) -> Callable[[Cell], tuple[str, ...]]:
    """Reads some of the known words, in any case, each once; a refused one gets its own sentence."""

    def parse(cell: Cell) -> tuple[str, ...]:
        words = [word.strip().lower() for word in _BETWEEN_WORDS.split(cell.text)]
        for word in words:
            if word in refused:
                raise Invalid(said("%(subject)s %(complaint)s", subject=cell.what, complaint=refused[word]))
            if word and word not in known:
                hint = Suggestions().hint(word, known)
                raise Invalid(
                    said(
                        "%(what)s must be among %(names)s, not %(value)s%(hint)s",
                        what=cell.what,
                        names=", ".join(known),
                        value=shown(word),
                        hint=hint,
                    )
                )
        return tuple(word for word in known if word in words)

    return parse


def working_time(cell: Cell) -> str:
    """Full-time or part-time, with or without the second word."""
    found = {"full": "full-time", "part": "part-time"}.get(re.sub(r"[-_ ]?time\Z", "", cell.text.strip().lower()))
    if found is None:
        raise cell.refuse(said("full-time or part-time"))
    return found


def day(cell: Cell) -> date:
    """A day, YYYY-MM-DD or a date cell of a workbook."""
    found = _DAY.fullmatch(cell.text)
    if not found:
        raise cell.refuse(said("a day written YYYY-MM-DD, such as 2026-12-31"))
    try:
        value = date.fromisoformat(cell.text)
    except ValueError:
        raise cell.refuse(said("a day that exists")) from None
    if value.year < 1900:
        raise cell.refuse(said("a day since 1900"))
    return value


def month(cell: Cell) -> date:
    """A month's first day, from YYYY-MM or from that day."""
    found = _MONTH.fullmatch(cell.text)
    if not found:
        raise cell.refuse(said("a month written YYYY-MM, such as 2026-10"))
    try:
        return day(Cell(cell.text[:7] + "-01", cell.what))
    except Invalid:
        raise cell.refuse(said("a month that exists, since 1900")) from None


def level(cell: Cell) -> int:
    """A level from 0 (shown absent) to 9, the highest of any scale."""
    if len(cell.text) == 1 and cell.text in "0123456789":
        return int(cell.text)
    raise cell.refuse(said("a level from 0 to 9"))


def decimal(cell: Cell) -> Decimal:
    """A number with at most four decimals within a thousand million; 93% is 0.93."""
    value = _decimal(cell)
    if abs(value) > MOST:
        raise cell.refuse(said("a number from -%(most)s to %(most)s", most=Figure(MOST)))
    exact = value.quantize(Decimal("0.0001"))
    if exact != value:
        raise cell.refuse(said("a number with at most four decimals"))
    return (value.normalize() if value % 1 else value.quantize(Decimal(1))) or Decimal(0)


def weekly_hours(cell: Cell) -> Fraction:
    """Hours of study a week."""
    value = _decimal(cell) if "%" not in cell.text else Decimal(0)
    if not 0 < value <= 168:
        raise cell.refuse(said("a number of hours above 0 and at most 168"))
    return Fraction(value)


def language(cell: Cell) -> str:
    """A language tag such as de or pt-BR."""
    if not _LANGUAGE.fullmatch(cell.text):
        raise cell.refuse(said("a language such as en, de or pt-BR"))
    first, *rest = cell.text.replace("_", "-").split("-")
    return "-".join((first.lower(), *(part.upper() if len(part) == 2 else part.capitalize() for part in rest)))


def _decimal(cell: Cell) -> Decimal:
    text = cell.text
    if cell.decimal_comma:
        if _THOUSANDS.fullmatch(text):
            raise Invalid(
                said(
                    "%(what)s may mean two numbers: write %(thousands)s or %(decimal)s, not %(value)s",
                    what=cell.what,
                    thousands=text.replace(".", ""),
                    decimal=text.replace(".", ",") + "0",
                    value=shown(text),
                )
            )
        if "." not in text:
            text = text.replace(",", ".", 1)
    percent = text.endswith("%")
    digits = text[:-1].rstrip() if percent else text
    if not _NUMBER.fullmatch(digits):
        if "," in digits:
            raise cell.refuse(said("a number with a decimal point such as 0.93 or 93%"))
        raise cell.refuse(said("a number such as 0.93 or 93%"))
    return Decimal(digits).scaleb(-2) if percent else Decimal(digits)
