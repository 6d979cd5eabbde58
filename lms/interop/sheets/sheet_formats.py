"""What a workbook's styles make of a number: a day, a time, or the number as a spreadsheet shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built in, those of East Asia included
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)
_LAST_DAY = 2_958_465  # 31 December 9999
_SHORT_WHOLE = re.compile("-?(?:0|[1-9][0-9]{0,14})")
_PLAIN_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_SECONDS = 86_400


def is_date_format(number: int, code: str | None) -> bool:
    """Does this number format show days or times? `code` is that of the workbook's own, None for a built-in one.

    >>> is_date_format(14, None), is_date_format(164, 'd. mmm yyyy'), is_date_format(164, '0.0 "days"')
    (True, True, False)
    """
    if code is None:
        return number in _DATE_IDS
    return bool(_DATE_LETTER.search(_NOT_SHOWN.sub("", code.split(";")[0])))


def number_text(digits: str) -> str | None:
    """The number as a spreadsheet has it, to 15 digits and without an exponent; None for what is no finite number.

    >>> number_text("3.0"), number_text("0.30000000000000004"), number_text("1E+2"), number_text("nan")
    ('3', '0.3', '100', None)
    """
    if _SHORT_WHOLE.fullmatch(digits):
        return digits
    if len(digits) > 400 or not _PLAIN_NUMBER.fullmatch(digits):
        return None
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        return None
    text = f"{Decimal(f'{value:.15g}'):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def date_text(digits: str, *, since_1904: bool) -> str | None:
    """The day, the time of day, or both, that this count of days stands for; None beyond the year 9999 and before 1900.

    >>> date_text("46296", since_1904=False), date_text("46296.5", since_1904=False), date_text("0.75", since_1904=False)
    ('2026-10-01', '2026-10-01T12:00:00', '18:00:00')
    """
    plain = number_text(digits)
    if plain is None or not 0 <= float(plain) < _LAST_DAY + 1:
        return None
    days, seconds = divmod(round(float(plain) * _SECONDS), _SECONDS)
    if since_1904:
        begin = datetime(1904, 1, 1)  # noqa: DTZ001 - a spreadsheet's days have no zone
    elif days == 60:
        return "1900-02-29"  # a day that never was; spreadsheets count it
    else:
        begin = datetime(1899, 12, 31 if days < 60 else 30)  # noqa: DTZ001
    try:
        moment = begin + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    if days == 0 and not since_1904:
        return moment.time().isoformat()
    return moment.isoformat() if seconds else moment.date().isoformat()


def show(digits: str, style: str | None, date_styles: Sequence[bool], *, since_1904: bool) -> str | None:
    """A number cell's text, by its style's number in the workbook; None for what is no number."""
    known = style is not None and style.isascii() and style.isdigit() and len(style) < 7
    index = int(style) if known and style is not None else -1
    if 0 <= index < len(date_styles) and date_styles[index]:
        return date_text(digits, since_1904=since_1904) or number_text(digits)
    return number_text(digits)
