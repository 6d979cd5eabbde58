"""The texts of one file in memory: those that repeat are kept once, and all together stay within a bound."""

from __future__ import annotations

from sys import getsizeof

from lms.errors import said
from lms.interop.sheets.sheet_problems import RefusedError

_SLOTS = 8_192


class Texts:
    """Keeps texts, of `most` bytes of memory in all. A table of fixed size finds most repeats: teams, roles, days.

    *Instead of:* a dictionary of all texts, which for a file of different ones takes as much as they do.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._table: list[str] = [""] * _SLOTS

    def keep(self, text: str) -> str:
        """The text, or an equal one that is kept already. Raises RefusedError past the bound."""
        slot = hash(text) % _SLOTS
        known = self._table[slot]
        if known == text:
            return known
        self._table[slot] = text
        self._left -= getsizeof(text)
        if self._left < 0:
            raise RefusedError(said("holds too much text; split it"))
        return text
