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
    words = text.split()
    found: list[str] = []
    for place, word in enumerate(words):
        if found and width(f"{found[-1]} {word}") * size <= room:
            found[-1] = f"{found[-1]} {word}"
        elif len(found) == most:
            found[-1] = _shortened(" ".join([found[-1], *words[place:]]), room / size)
            break
        else:
            found.append(word)
    return [line if width(line) * size <= room else _shortened(line, room / size) for line in found]


def _shortened(text: str, room: float) -> str:
    left = room - width(ELLIPSIS)
    for place, letter in enumerate(text):
        left -= _of(letter)
        if left < 0:
            return text[:place].rstrip() + ELLIPSIS
    return text + ELLIPSIS


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
