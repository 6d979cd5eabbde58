"""Reading a document by a shape: the engine value, or every problem with file, line and a plain sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lms.errors import Figure, Invalid, Problem, Said, said
from lms.interop.reading.document import Document, Part, by_place
from lms.interop.reading.locate import Located, locate
from lms.interop.reading.sentences import flaw, sentence
from lms.interop.shapes.shape import Fault, Reading, Shape, TooManyFaultsError, WrongError, path_of

_Keys = tuple[Any, ...]


def read_by(shape: Shape, document: Document, reading: Reading) -> Any:
    """The engine value of a document. Raises Invalid with everything that is wrong, in order of file and line."""
    value = None
    more: list[Problem] = []
    try:
        value = shape.read(document.tree, reading, None)
    except WrongError as wrong:
        reading.wrong(None, wrong)
    except TooManyFaultsError:
        more = [
            Problem(said("and more: only the first %(count)s problems are listed", count=Figure(len(reading.faults))))
        ]
    if reading.faults or document.clashes or any(part.flawed for part in document.parts):
        raise Invalid(*problems_of(document, shape, reading.faults), *more)
    return value


def problems_of(document: Document, shape: Shape, faults: Iterable[Fault]) -> list[Problem]:
    """Faults, clashing keys and the texts' own flaws as problems, in order of file and line."""
    placing = _Placing(document)
    told = [(fault, document.place(path_of(fault.at)), document.place(path_of(fault.also))) for fault in faults]
    for fault, place, also in told:
        placing.want(place)
        if fault.also is not None:
            placing.want(also)
    for second, key in document.clashes:
        placing.want((second, (key,)))
        placing.want((document.homes[key][0][0], (key,)))
    placing.locate()
    problems = []
    for fault, place, also in told:
        part, path = place
        words = sentence(fault, path, shape, document.tree if part is None else part.tree)
        if fault.also is not None:
            words = _as_second(words, placing.elsewhere(part, also))
        problems.append(placing.problem(words, place))
    for second, key in document.clashes:
        first = placing.elsewhere(second, (document.homes[key][0][0], (key,)))
        words = said(
            "the key %(key)s stands in a second file, and only lists are joined; it stands first %(place)s",
            key=repr(str(key)[:60]),
            place=first,
        )
        problems.append(placing.problem(words, (second, (key,))))
    for flawed, located in placing.located.items():
        problems += [
            Problem(flaw(one.path, one.message, shape, flawed.tree), flawed.name, one.line) for one in located.flaws
        ]
    return sorted(problems, key=by_place)


class _Placing:
    """Collects the places whose lines are wanted, and finds them with one slow reading of each part concerned."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.wanted: dict[Part, list[_Keys]] = {part: [] for part in document.parts if part.flawed}
        self.located: dict[Part, Located] = {}

    def want(self, place: tuple[Part | None, _Keys]) -> None:
        part, path = place
        if part is not None:
            self.wanted.setdefault(part, []).append(path)

    def locate(self) -> None:
        for part, paths in self.wanted.items():
            self.located[part] = locate(part.tokens(part.text), paths)

    def problem(self, words: Said, place: tuple[Part | None, _Keys]) -> Problem:
        return Problem(words, *self._where(place))

    def elsewhere(self, here: Part | None, place: tuple[Part | None, _Keys]) -> Said:
        file, line = self._where(place)
        if place[0] is here or file is None:
            return said("on line %(line)s", line=line)
        return said("in %(file)s on line %(line)s", file=file, line=line)

    def _where(self, place: tuple[Part | None, _Keys]) -> tuple[str | None, int | None]:
        part, path = place
        return (part.name, self.located[part].lines[path]) if part else (self.document.name, None)


def _as_second(problem: Said, first: Said) -> Said:
    return said("%(problem)s; it stands first %(place)s", problem=problem, place=first)
