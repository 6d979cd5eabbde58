"""The shape of a requirement, the one recursive thing in the formats: attainment, course, all, any, at least, list.

A problem is told once, for the group or fact where it stands, and not once for every form it might have had.
"""

from __future__ import annotations

from typing import Any

from lms.engine.competency import Attainment
from lms.engine.requirement import AtLeast, CourseDone, Requirement, all_of, any_of
from lms.errors import Figure, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.leaves import CompetencyId, CourseId
from lms.interop.shapes.numbers import Level, whole
from lms.interop.shapes.shape import Cell, Leaf, Reading, Schema, Shape, WrongError

DEEPEST = 50
_FORMS = said("{competency, level}, {course}, {all}, {any}, {at_least, of} or a list")
_KEYS = ("competency", "level", "course", "all", "any", "at_least", "of")

_COMPETENCY, _COURSE, _LEVEL = CompetencyId(said("requires")), CourseId(said("requires")), Level()


class RequirementShape(Shape):
    """A requirement of any form; an empty list at its top asks nothing."""

    __slots__ = ()

    def read(self, raw: Any, reading: Reading, at: Cell) -> Requirement | None:
        """The requirement, or None when a fault was noted."""
        if raw.__class__ is list and not raw:
            return all_of(())
        return _read(raw, reading, at, 1)

    def write(self, value: Requirement, *, full: bool) -> Any:
        """The requirement as its author would write it: a list at the top where all of it is needed."""
        if not full and isinstance(value, AtLeast) and value.word == "all":
            return [_written(item) for item in value.items]
        return _written(value)

    def schema(self) -> Schema:
        """A reference to the one definition, for it is recursive."""
        return {"$ref": "#/$defs/requirement"}


def requirement_definition() -> Schema:
    """What a schema with requirements in it has to define."""
    inner: Schema = {"$ref": "#/$defs/requirement"}
    group = {"type": "array", "items": inner, "minItems": 1}

    def only(**properties: Any) -> Schema:
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    forms = [
        only(competency=_COMPETENCY.schema(), level=_LEVEL.schema()),
        only(course=_COURSE.schema()),
        only(all=group),
        only(any=group),
        only(at_least={"type": "integer", "minimum": 1}, of=group),
        {"type": "array", "items": inner},
    ]
    note = f"at most {DEEPEST} groups deep; at_least no more than there are items; empty lists only at the top"
    return {"description": note, "oneOf": forms}


def _read(raw: Any, reading: Reading, at: Cell, depth: int) -> Requirement | None:
    if raw.__class__ is list:
        items = _group(raw, reading, at, depth)
        return None if items is None else all_of(items)
    if raw.__class__ is not dict:
        reading.fault(
            at, said("has a requirement that is %(value)s; it must be %(forms)s", value=_named(raw), forms=_FORMS)
        )
        return None
    if "competency" in raw:
        return _attainment(raw, reading, at)
    if len(raw) == 1:
        ((key, value),) = raw.items()
        if key == "course":
            course = _leaf(_COURSE, value, reading, (at, "course"))
            return None if course is None else CourseDone(course)
        if key in {"all", "any"}:
            items = _group(value, reading, (at, key), depth)
            return None if items is None else all_of(items) if key == "all" else any_of(items)
    if raw.keys() == {"at_least", "of"}:
        return _at_least(raw, reading, at, depth)
    _strange(raw, reading, at)
    return None


def _attainment(raw: dict[Any, Any], reading: Reading, at: Cell) -> Attainment | None:
    if raw.keys() != {"competency", "level"}:
        _strange(raw, reading, at)
        return None
    name, level = raw["competency"], raw["level"]
    if name.__class__ is str and name in reading.competencies and level.__class__ is int and 1 <= level <= reading.top:
        return Attainment(name, level)
    competency = _leaf(_COMPETENCY, name, reading, (at, "competency"))
    try:
        level = _LEVEL.parse(level, reading)
    except WrongError as wrong:
        reading.fault(
            (at, "level"),
            said(
                "requires competency %(value)s at a level that %(complaint)s",
                value=shown(name),
                complaint=wrong.complaint,
            ),
        )
        return None
    return None if competency is None else Attainment(competency, level)


def _at_least(raw: dict[Any, Any], reading: Reading, at: Cell, depth: int) -> AtLeast | None:
    items = _group(raw["of"], reading, (at, "of"), depth)
    count = len(raw["of"]) if raw["of"].__class__ is list else 0
    if not count:
        return None
    try:
        least = whole(raw["at_least"], 1, count)
    except WrongError as wrong:
        reading.fault(
            (at, "at_least"),
            said(
                "has a requirement whose 'at_least' %(complaint)s ('of' has %(count)s)",
                complaint=wrong.complaint,
                count=Figure(count),
            ),
        )
        return None
    return None if items is None else AtLeast(least, items)


def _group(raw: Any, reading: Reading, at: Cell, depth: int) -> tuple[Requirement, ...] | None:
    """The items of a group; None when a fault was noted in it."""
    if raw.__class__ is not list:
        reading.fault(at, said("has a requirement that groups %(value)s; a group must be a list", value=_named(raw)))
        return None
    if not raw:
        reading.fault(at, said("has an empty group in its requirement; put something in it or leave it out"))
        return None
    if depth > DEEPEST:
        reading.fault(at, said("has a requirement of more than %(deepest)s groups inside each other", deepest=DEEPEST))
        return None
    items = [_read(item, reading, (at, index), depth + 1) for index, item in enumerate(raw)]
    good = tuple(item for item in items if item is not None)
    return good if len(good) == len(items) else None  # whoever could not read an item has noted a fault


def _leaf(shape: Leaf, raw: Any, reading: Reading, at: Cell) -> Any:
    try:
        return shape.parse(raw, reading)
    except WrongError as wrong:
        if wrong.of_key:
            assert at is not None
            reading.fault(
                at, said("has a requirement whose '%(key)s' %(complaint)s", key=at[1], complaint=wrong.complaint)
            )
        else:
            reading.wrong(at, wrong)
        return None


def _strange(raw: dict[Any, Any], reading: Reading, at: Cell) -> None:
    """Say what is odd about the keys of this requirement: one unknown, one missing, or a mixture of forms."""
    for key in raw:
        if key not in _KEYS:
            hint = reading.suggestions.hint(key, _KEYS)
            reading.fault(
                (at, key), said("has an unknown key %(value)s in its requirement%(hint)s", value=_named(key), hint=hint)
            )
            return
    keys = list(raw)
    missing = {"competency": "level", "level": "competency", "at_least": "of", "of": "at_least"}.get(
        keys[0] if keys else ""
    )
    if len(keys) == 1 and missing:
        named = f" {shown(raw['competency'])}" if keys == ["competency"] else ""
        wrong = said(
            "has a requirement with '%(key)s'%(value)s but without '%(missing)s'",
            key=keys[0],
            value=named,
            missing=missing,
        )
        reading.fault(at, wrong)
    elif keys:
        reading.fault(
            at,
            said(
                "has a requirement with the keys %(names)s together; it must be %(forms)s",
                names=", ".join(keys),
                forms=_FORMS,
            ),
        )
    else:
        reading.fault(at, said("has an empty requirement; it must be %(forms)s", forms=_FORMS))


def _named(raw: Any) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return said("the number %(number)s", number=raw)
    return shown(raw)


def _written(value: Requirement) -> dict[str, Any]:
    if isinstance(value, Attainment):
        return {"competency": value.competency, "level": value.level}
    if isinstance(value, CourseDone):
        return {"course": value.course}
    items = [_written(item) for item in value.items]
    if value.word == "at_least":
        return {"at_least": value.n, "of": items}
    return {value.word: items}
