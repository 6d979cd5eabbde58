"""CASE packages (CFPackage, versions 1.0 and 1.1) to a curriculum. A package of ours gives the very curriculum it was.

What an item or an association says that a curriculum cannot hold is left out and said. An item that lies under one which
is not in the package is a problem, as is a ring of parents: both would be a tree that nobody meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.errors import Figure, Invalid, Problem, Said, said
from lms.interop.reading.document import Document, Part, by_place, uninterrupted
from lms.interop.reading.json_tree import json_tokens, read_json
from lms.interop.reading.locate import locate
from lms.interop.reading.reader import read_by
from lms.interop.reading.scalars import shown
from lms.interop.reading.source import shown_name, source_from
from lms.interop.reading.tokens import BrokenTextError
from lms.interop.shapes.shape import Reading
from lms.interop.systems.case_document import Drawn, draw, kinds_of
from lms.interop.systems.case_shape import EXTENSION, PACKAGE, PRECEDES, Package
from lms.interop.systems.foreign import Imported, Wrong, curriculum_in, names_of, parent_rings, ring_message

MOST = 200
"""Problems listed one by one; what a curriculum has against a package is often the same for every item."""

_READ_OF_ITEMS = frozenset(
    (
        "identifier",
        "uri",
        "fullStatement",
        "abbreviatedStatement",
        "humanCodingScheme",
        "notes",
        "CFItemType",
        "subject",
    )
).union(("extensions", "lastChangeDateTime", "CFItemTypeURI", "CFDocumentURI"))
_READ_OF_DOCUMENTS = frozenset(
    ("identifier", "uri", "title", "creator", "caseVersion", "lastChangeDateTime", "CFPackageURI")
)
_PARTS = ("CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings")


def read_case(data: bytes | str, name: str) -> Imported:
    """The framework as a curriculum: of competencies alone, but for a package that an export of ours wrote.

    Raises Invalid with every problem at once, each with its line; `name` stands before each.
    """
    with uninterrupted():
        document = _opened(data, name)
        package: Package = read_by(PACKAGE, document, Reading())
        drawn = draw(package)
        curriculum, wrong = curriculum_in(drawn.tree)
        wrong = [*_placed(wrong, drawn, package), *_astray(drawn, package), *_rings(drawn, package)]
        if wrong:
            raise Invalid(*_problems(wrong, document))
        assert curriculum is not None, "what is wrong with it was told"
        return Imported(curriculum=curriculum, left_out=tuple(_left_out(document.tree, package, drawn)))


def _opened(data: bytes | str, name: str) -> Document:
    source = source_from(data, shown_name(name))
    try:
        tree, flawed = read_json(source.text)
    except BrokenTextError as broken:
        raise Invalid(Problem(broken.message, source.name, broken.line)) from None
    return Document(source.name, (Part(source.name, source.text, tree, flawed, json_tokens),), tree)


def _placed(wrong: list[Wrong], drawn: Drawn, package: Package) -> Iterator[Wrong]:
    for one in wrong:
        first = None if one.first is None else _place(one.first, drawn, package)
        yield Wrong(_place(one.path, drawn, package), one.message, first)


def _place(path: tuple[Any, ...], drawn: Drawn, package: Package) -> tuple[Any, ...]:
    """Where in the package a place of the document comes from."""
    if path[:1] == ("competencies",) and len(path) > 1:
        index = drawn.order[path[1]]
        item = (package.items or ())[index]
        inside = ("extensions", EXTENSION, *path[2:]) if item.more and path[2:] and path[2] in item.more else ()
        return ("CFItems", index, *inside)
    return ("extensions", EXTENSION, *path) if package.more and path and path[0] in package.more else ("CFDocument",)


def _astray(drawn: Drawn, package: Package) -> Iterator[Wrong]:
    for number in drawn.astray:
        one = (package.associations or ())[number]
        message = said(
            "item %(item)s lies under %(parent)s, which is not in the package",
            item=shown(one.origin.identifier),
            parent=shown(one.destination.identifier),
        )
        yield Wrong(("CFAssociations", number, "destinationNodeURI", "identifier"), message)


def _rings(drawn: Drawn, package: Package) -> Iterator[Wrong]:
    """Rings of parents that CASE's own fields make; in an export of ours they stand in the extension, as a curriculum may."""
    items = package.items or ()
    by_index = dict(zip(drawn.order, drawn.tree["competencies"], strict=True))
    index_of: dict[Any, int] = {}
    parents: dict[Any, Any] = {}
    for index, one in by_index.items():
        if not (items[index].more and "parent" in (items[index].more or {})) and isinstance(one.get("id"), str):
            index_of[one["id"]], parents[one["id"]] = index, one.get("parent")
    for ring in parent_rings(parents):
        yield Wrong(("CFItems", index_of[ring[0]]), ring_message(ring))


def _problems(wrong: list[Wrong], document: Document) -> list[Problem]:
    (part,) = document.parts
    told = wrong[:MOST]
    wanted = [one.path for one in told] + [one.first for one in told if one.first is not None]
    lines = locate(part.tokens(part.text), wanted).lines
    problems = []
    for one in told:
        message = one.message
        if one.first is not None:
            message = said("%(problem)s; it stands first on line %(line)s", problem=message, line=lines[one.first])
        problems.append(Problem(message, part.name, lines[one.path]))
    more = (
        [Problem(said("and %(count)s more", count=Figure(len(wrong) - MOST)), part.name)] if len(wrong) > MOST else []
    )
    return [*sorted(problems, key=by_place), *more]


def _left_out(tree: dict[str, Any], package: Package, drawn: Drawn) -> Iterator[Said]:
    items, associations = package.items or (), package.associations or ()
    kinds = {item.type for item in items if item.type and not item.more} - {"knowledge", "skill", "ability"}
    lost = [associations[number] for number in drawn.lost]
    if package.more is not None:  # the courses say it, from which an export of ours made them
        lost = [one for one in lost if one.type != PRECEDES]
    fields = _others(tree.get("CFItems") or (), _READ_OF_ITEMS)
    about = _others([tree["CFDocument"]], _READ_OF_DOCUMENTS)
    defined = tree.get("CFDefinitions")
    parts = [name for name in _PARTS if isinstance(defined, dict) and defined.get(name)]
    if not drawn.scaled and package.more is None:
        yield said("The framework says no levels of proficiency; one is taken for all: Achieved.")
    if kinds:
        yield said(
            "What is not knowledge, skill or ability is taken for a skill: %(names)s.", names=names_of(sorted(kinds))
        )
    if lost:
        yield said(
            "Associations that a curriculum does not know are left out: %(names)s.", names=names_of(kinds_of(lost))
        )
    if any(one.type == PRECEDES for one in lost):
        yield said("What comes before what is said by the courses here: give each what it requires and what it grants.")
    if drawn.unread:
        yield said("Criteria of rubrics that do not fit one scale are left out: %(count)s.", count=drawn.unread)
    if any(len(item.subject or ()) > 1 for item in items):
        yield said("Of the subjects of an item the first is its cluster, others are left out.")
    if fields:
        yield said("Of the items these fields are left out: %(names)s.", names=names_of(fields))
    if about:
        yield said("Of the framework itself these fields are left out: %(names)s.", names=names_of(about))
    if parts:
        yield said("Definitions are left out: %(names)s.", names=names_of(parts))


def _others(mappings: Any, known: frozenset[str]) -> list[str]:
    """The keys that say something and are not read."""
    found = {key for one in mappings for key, value in one.items() if key not in known and value not in (None, "", [])}
    return sorted(found)
