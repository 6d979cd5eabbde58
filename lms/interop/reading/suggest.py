"""Did you mean …? The nearest known word to one that is not known, within a budget."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from lms.errors import said


class Suggestions:
    """Finds near words for one document's problems, until it has compared `budget` words.

    Comparing is slow (some ten microseconds a word), a catalogue has tens of thousands of ids and a broken export
    thousands of problems: the first few dozen hints help, the rest would only make the answer late.
    """

    CANDIDATES = 2_000  # words compared with one word at most: of a large catalogue, those of like beginning and length

    def __init__(self, budget: int = 60_000) -> None:
        self._budget = budget

    def hint(self, word: object, known: Collection[str]) -> str:
        """` (did you mean 'x'?)`, or nothing when no known word is near.

        >>> Suggestions().hint("negotating", ["negotiating", "discovery"])
        " (did you mean 'negotiating'?)"
        """
        if not isinstance(word, str) or not word or len(word) > 200 or self._budget <= 0:
            return ""
        candidates = known if len(known) <= self.CANDIDATES else self._alike(word, known)
        self._budget -= len(candidates)
        cutoff = 0.7 if len(word) > 4 else 0.6  # one letter of three is a third of the word
        near = get_close_matches(word, candidates, n=1, cutoff=cutoff) or self._another_case(word, candidates)
        return said(" (did you mean %(word)s?)", word=repr(near[0])) if near else ""

    def _alike(self, word: str, known: Collection[str]) -> list[str]:
        self._budget -= len(known) // 20
        first, length = word[0].casefold(), len(word)
        alike = (name for name in known if abs(len(name) - length) <= 2 and name[:1].casefold() == first)
        return [name for name, _ in zip(alike, range(self.CANDIDATES), strict=False)]

    @staticmethod
    def _another_case(word: str, known: Collection[str]) -> list[str]:
        folded = word.casefold()
        return [name for name in known if name.casefold() == folded][:1]
