"""How much of a text fits into a drawing: SVG does not break lines, and what is too long has to end before it is cut."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, east_asian_width, normalize

WIDTHS = {
    " '.,:;`|![]’Iijl": 0.33,
    '"()/\\{}“”-1_frt': 0.44,
    "*sz": 0.49,
    "?JLackx": 0.54,
    "$235679^EFT–bdehnoquvy": 0.59,
    "#+48<=>~BPRSYZgp": 0.64,
    "&0€…ACDKUVX": 0.74,
    "%GHNOQw": 0.84,
    "Mm": 0.89,
    "@W": 0.99,
}
"""Widths of letters in parts of the font's size, measured of Figtree at its boldest on the map and rounded up."""
OF_LETTER = {letter: wide for letters, wide in WIDTHS.items() for letter in letters}
SPACE = OF_LETTER[" "]
SMALL, CAPITAL, SQUARE = 0.66, 0.78, 1.15
"""Those of other letters: of scripts with capitals, and of what stands in squares."""
ELLIPSIS = "…"


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """The text in at most so many lines of a width; the last ends in an ellipsis where there is more.

    >>> lines("Shadow two deals end to end", 13, 140, 2)
    ['Shadow two deals', 'end to end']
    >>> lines("Donaudampfschifffahrtsgesellschaft", 13, 140, 1)
    ['Donaudampfschifffa…']
    """
    limit = room / size
    words = text.split()
    found: list[str] = []
    wide, long = 0.0, False
    for place, word in enumerate(words):
        more = width(word)
        if found and wide + SPACE + more <= limit:
            found[-1] += f" {word}"
            wide += SPACE + more
        elif len(found) == most:
            found[-1] = _shortened(" ".join([found[-1], *words[place:]]), limit)
            break
        else:
            found.append(word)
            wide, long = more, long or more > limit
    return [_shortened(line, limit) if width(line) > limit else line for line in found] if long else found


def _shortened(text: str, room: float) -> str:
    left = room - width(ELLIPSIS)
    for place, letter in enumerate(text):
        left -= _of(letter)
        if left < 0:
            return text[:place].rstrip() + ELLIPSIS
    return text + ELLIPSIS


@lru_cache(maxsize=20_000)
def width(text: str) -> float:
    """How wide a text is at most, in parts of the font's size."""
    return sum(map(_of, text))


@lru_cache(maxsize=2_000)
def _of(letter: str) -> float:
    plain = normalize("NFD", letter)[0]
    if plain in OF_LETTER:
        return OF_LETTER[plain]
    if combining(letter):
        return 0.0
    if east_asian_width(letter) in "WF" or not letter.isalnum():
        return SQUARE
    return CAPITAL if letter.isupper() else SMALL
