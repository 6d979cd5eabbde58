"""What is needed, granted and next, as a trainer types it into one cell of a sheet, and back.

| written | means |
|---|---|
| `holding-price` | the course holding-price |
| `negotiating:2` | the competency negotiating at level 2 |
| `holding-price; negotiating:2` | all of it |
| `any of (a, b:3)` | one of them is enough |
| `2 of (a, b, all of (c, d))` | at least two of them |
| `"any; thing":2` | an id with a sign that means something here stands in quotes, a quote in it is written twice |

Semicolons, commas and line ends separate alike; case and spaces around signs do not matter. An empty cell asks nothing.
Grants are written `negotiating:3 for 24 months; discovery:2`, next roles `senior-executive; sales-manager`.
*Instead of:* telling courses from competencies by looking ids up, which makes a cell's meaning hang on another file.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Grant
from lms.engine.requirement import AtLeast, CourseDone, Requirement
from lms.errors import Invalid, Said, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.requirements import DEEPEST
from lms.interop.sheets.columns import Cell

Plain = dict[str, Any]

_TOKEN = re.compile(r'[ \t]*(?:([();,:\r\n])|"((?:[^"]|"")*)"|([^();,:"\r\n]+))')
_BARE = re.compile(r'[^();,:"\r\n]+')
_GROUP = re.compile("((any|all)|(?:at +least +)?([0-9]{1,6})) +of( .*)?", re.IGNORECASE | re.ASCII)
_LEVEL = re.compile("[0-9]{1,3}", re.ASCII)
_GRANTED = re.compile("([0-9]{1,3})(?: +for +([0-9]{1,6}) +months?)?", re.IGNORECASE | re.ASCII)


def parse_needs(cell: Cell) -> Plain | list[Any]:
    """The requirement in this cell as the format has it. Raises Invalid."""
    items = _Reader(cell).needs()
    return items[0] if len(items) == 1 else items


def parse_grants(cell: Cell) -> list[Plain]:
    """The grants in this cell as the format has them. Raises Invalid."""
    return _Reader(cell).grants()


def parse_ids(cell: Cell) -> list[str]:
    """The ids in this cell, in order. Raises Invalid."""
    return _Reader(cell).ids()


def needs_text(requirement: Requirement) -> str:
    """The requirement as `parse_needs` reads it.

    >>> from lms.engine.requirement import all_of, any_of
    >>> needs_text(all_of([CourseDone("a"), any_of([Attainment("b", 2), CourseDone("c, d")])]))
    'a; any of (b:2, "c, d")'
    """
    if isinstance(requirement, AtLeast) and requirement.word == "all" and len(requirement.items) != 1:
        return "; ".join(map(_item_text, requirement.items))
    return _item_text(requirement)


def grants_text(grants: tuple[Grant, ...]) -> str:
    """The grants as `parse_grants` reads them."""
    return "; ".join(
        f"{_written(one.competency)}:{one.level}" + (f" for {one.valid_months} months" if one.valid_months else "")
        for one in grants
    )


def ids_text(ids: tuple[str, ...]) -> str:
    """The ids as `parse_ids` reads them."""
    return "; ".join(map(_written, ids))


def _item_text(item: Requirement) -> str:
    match item:
        case Attainment(competency, level):
            return f"{_written(competency)}:{level}"
        case CourseDone(course):
            return _written(course)
    count = item.n if item.word == "at_least" else item.word
    return f"{count} of ({', '.join(map(_item_text, item.items))})"


def _written(name: str) -> str:
    if _BARE.fullmatch(name) and not _GROUP.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'


class _Token(NamedTuple):
    kind: Literal["sign", "word", "quoted"]
    text: str


class _Reader:
    """The tokens of one cell, and how far they have been read."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._tokens = list(self._split(cell.text))
        self._at = 0

    def needs(self) -> list[Any]:
        items = []
        while self._more(inside=False):
            items.append(self._item(0))
            self._separated()
        return items

    def grants(self) -> list[Plain]:
        grants = []
        while self._more(inside=False):
            name = self._name(said("a competency with its level, such as negotiating:3"))
            if not self._takes(":"):
                raise self._wrong(
                    said(
                        "must say at which level %(value)s is granted, such as %(name)s:3",
                        value=shown(name),
                        name=name[:40],
                    )
                )
            found = _GRANTED.fullmatch(self._word())
            if not found:
                raise self._wrong(
                    said("must say of %(value)s a level, and maybe for how long: 3 for 24 months", value=shown(name))
                )
            months = {"valid_months": int(found[2])} if found[2] else {}
            grants.append({"competency": name, "level": int(found[1]), **months})
            self._separated()
        return grants

    def ids(self) -> list[str]:
        ids = []
        while self._more(inside=False):
            ids.append(self._name(said("an id")))
            self._separated()
        return ids

    def _item(self, depth: int) -> Plain:
        token = self._token()
        if token.kind == "word" and (group := _GROUP.fullmatch(token.text)):
            return self._group(group, depth + 1)
        self._at -= 1
        name = self._name(said("a course, or a competency with its level, such as negotiating:2"))
        if not self._takes(":"):
            return {"course": name}
        level = self._word()
        if not _LEVEL.fullmatch(level):
            raise self._wrong(
                said(
                    "must say of %(value)s a level after the colon, not %(level)s; an id with a colon in it stands in quotes",
                    value=shown(name),
                    level=shown(level),
                )
            )
        return {"competency": name, "level": int(level)}

    def _group(self, group: re.Match[str], depth: int) -> Plain:
        if depth > DEEPEST:
            raise self._wrong(said("has more than %(deepest)s groups inside each other", deepest=DEEPEST))
        words = f"{group[1]} of"
        if group[4] or not self._takes("("):
            raise self._wrong(
                said(
                    "must go on with a bracket after %(value)s, such as %(words)s (a, b)",
                    value=shown(words),
                    words=words,
                )
            )
        items = []
        while self._more(inside=True):
            items.append(self._item(depth))
            if self._peek() != ")":
                self._separated()
        if not items:
            raise self._wrong(said("must say something in the brackets after %(value)s", value=shown(words)))
        if group[2]:
            return {group[2].lower(): items}
        return {"at_least": int(group[3]), "of": items}

    def _more(self, *, inside: bool) -> bool:
        """Is there another item? Separators before it are passed over; the end of the group is taken."""
        while self._peek() in (";", ",", "\n", "\r"):
            self._at += 1
        if self._peek() == ")":
            if not inside:
                raise self._wrong(said("closes a bracket that was not opened"))
            self._at += 1
            return False
        if self._at == len(self._tokens) and inside:
            raise self._wrong(said("opens a bracket and does not close it"))
        return self._at < len(self._tokens)

    def _separated(self) -> None:
        if self._at < len(self._tokens) and self._peek() not in (";", ",", "\n", "\r", ")"):
            before, after = self._tokens[self._at - 1].text, self._tokens[self._at].text
            raise self._wrong(
                said("needs a semicolon between %(before)s and %(after)s", before=shown(before), after=shown(after))
            )

    def _name(self, wanted: Said) -> str:
        token = self._token()
        if token.kind == "sign":
            raise self._wrong(
                said("must have %(wanted)s, where it has %(value)s", wanted=wanted, value=shown(token.text))
            )
        return token.text

    def _word(self) -> str:
        token = self._token()
        return token.text if token.kind == "word" else ""

    def _takes(self, sign: str) -> bool:
        taken = self._peek() == sign
        self._at += taken
        return taken

    def _peek(self) -> str | None:
        """The sign that comes next, if it is one."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text if token is not None and token.kind == "sign" else None

    def _token(self) -> _Token:
        token = self._tokens[self._at] if self._at < len(self._tokens) else _Token("sign", "")
        self._at += 1
        return token

    def _split(self, text: str) -> list[_Token]:
        tokens, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong(said("opens a quote and does not close it"))
            at = found.end()
            sign, quoted, bare = found.groups()
            if sign:
                tokens.append(_Token("sign", sign))
            elif quoted is not None:
                tokens.append(_Token("quoted", quoted.replace('""', '"')))
            elif bare := bare.strip():
                tokens.append(_Token("word", bare))
        return tokens

    def _wrong(self, complaint: Said) -> Invalid:
        return Invalid(said("%(subject)s %(complaint)s", subject=self._cell.what, complaint=complaint))
