"""The shape of a curriculum document, `lms-curriculum/1`: every key of it, and what has to fit together."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from lms.engine.competency import Competency, EvidencePolicy, Holders, Kind, Origin, ScaleLevel
from lms.engine.curriculum import (
    AttestationGate,
    CompletedBy,
    Course,
    Curriculum,
    CurriculumTest,
    Delivery,
    Equivalence,
    Grant,
    Limits,
    MonthsInRole,
    Objective,
    OutcomeGate,
    Role,
    Session,
)
from lms.engine.person import Person
from lms.errors import said
from lms.interop.person_shape import BLACKOUT, PERSON_OF_A_TEST, TEST_PERSON, format_field
from lms.interop.reading.scalars import shown
from lms.interop.shapes.compound import ListOf, OneOrMany, Variants, Wrapped
from lms.interop.shapes.dates import Day, Instant, in_order
from lms.interop.shapes.leaves import Choice, CompetencyId, CourseId, Identifier, RoleId, Text
from lms.interop.shapes.levels import LevelTexts
from lms.interop.shapes.numbers import Amount, Level, Number, Whole
from lms.interop.shapes.record import Field, Label, Record
from lms.interop.shapes.requirements import RequirementShape
from lms.interop.shapes.shape import ANYTHING, Cell, Reading, WrongError

FORMAT = "lms-curriculum/1"

_TEXT, _DAY, _ID, _LEVEL, _REQUIREMENT = Text(), Day(), Identifier(), Level(), RequirementShape()
_MANY = 1_000_000_000
_HOURS = Amount(1_000_000_000, above_zero=True)
_MONTHS = 1_200
_TOTAL = 10**17  # a bound of an author's test, in hundredths: beyond any sum of hours or costs

_ORIGIN = Record(Origin, Field("system", _TEXT), Field("id", _TEXT), Field("uri", _TEXT))
_SCALE_LEVEL = Record(
    ScaleLevel,
    Field("level", Whole(1, 9), required=True),
    Field("title", _TEXT, required=True),
    Field("indicator", _TEXT),
    label=Label(said("level"), "level", of=True),
)
_OBJECTIVE = Record(
    Objective,
    Field("id", _ID, required=True),
    Field("title", _TEXT, required=True),
    Field("weight", Number(above_zero=True)),
    Field("competencies", ListOf(CompetencyId(said("rests on")))),
    label=Label(said("objective"), "id"),
)
_COMPETENCY = Record(
    Competency,
    Field("id", _ID, required=True),
    Field("title", _TEXT, required=True),
    Field("kind", Choice(Kind), required=True),
    Field("cluster", _TEXT),
    Field("description", _TEXT),
    Field("levels", LevelTexts(), note="the behaviour seen at a level"),
    Field("policy", Choice(EvidencePolicy), note="overrides policy.evidence"),
    Field("raters", ListOf(_TEXT), note="who may rate it"),
    Field(
        "holders",
        Record(Holders, Field("level", _LEVEL, required=True), Field("people", Whole(1, _MANY), required=True)),
        note="how many should hold it at that level in each team",
    ),
    Field("parent", CompetencyId(said("lies under")), note="for reading and exchange, never a prerequisite"),
    Field("related", ListOf(CompetencyId(said("is related to")))),
    Field("source", _ORIGIN, note="where it was imported from"),
    label=Label(said("competency"), "id"),
)
_GRANT = Record(
    Grant,
    Field("competency", CompetencyId(said("grants")), required=True),
    Field("level", _LEVEL, required=True),
    Field("valid_months", Whole(1, _MONTHS), note="without it, for good"),
    label=Label(said("grant"), "competency", of=True),
)
_SESSION = Record(
    Session,
    Field("id", _ID, required=True),
    Field("starts", Instant(), required=True),
    Field("ends", Instant(), required=True),
    Field("seats", Whole(0, _MANY), required=True),
    label=Label(said("session"), "id"),
    check=in_order("starts", "ends", "ends", "starts"),
)


def _one_grant_each(grants: list[Any], reading: Reading, at: Cell) -> None:
    first: dict[str, int] = {}
    for index, grant in enumerate(grants):
        if grant is not None and first.setdefault(grant.competency, index) != index:
            where = ((at, first[grant.competency]), "competency")
            reading.fault(
                ((at, index), "competency"),
                said("grants competency %(competency)s twice", competency=repr(grant.competency)),
                also=where,
            )


def _renewal_within_hours(values: dict[str, Any], reading: Reading, at: Cell) -> None:
    if values.get("renewal_hours", 0) > values.get("hours", _MANY):
        wrong = said("must not be above 'hours'; leave it out where both are the same")
        reading.wrong((at, "renewal_hours"), WrongError(wrong))


_COURSE = Record(
    Course,
    Field("id", _ID, required=True),
    Field("title", _TEXT, required=True),
    Field("hours", _HOURS, required=True),
    Field("renewal_hours", _HOURS, same_as="hours", note="for somebody who completed it before; at most hours"),
    Field("cost", Amount(100_000_000_000)),
    Field("delivery", Choice(Delivery)),
    Field("completion", Choice(CompletedBy), note="what makes it done"),
    Field("summary", _TEXT),
    Field("link", _TEXT),
    Field("provider", _TEXT),
    Field("requires", _REQUIREMENT),
    Field("grants", ListOf(_GRANT, check=_one_grant_each)),
    Field("sessions", ListOf(_SESSION, unique="id")),
    Field("source", _ORIGIN),
    label=Label(said("course"), "id"),
    check=_renewal_within_hours,
)
_EQUIVALENCE = Record(
    Equivalence,
    Field("course", _ID, required=True),
    Field("counts_as", CourseId(said("counts as")), required=True),
    Field("until", _DAY),
    label=Label(said("equivalence"), "course", of=True),
)


def _kind(word: str) -> Field:
    return Field("kind", Choice([word]), name=None, required=True, get=lambda _: word)


_GATE = Variants(
    "kind",
    {
        "months-in-role": Record(
            MonthsInRole,
            _kind("months-in-role"),
            Field("role", RoleId(said("asks for months in")), required=True),
            Field("at_least", Whole(0, _MONTHS), required=True),
            label=Label(said("gate")),
        ),
        "outcome": Record(
            OutcomeGate,
            _kind("outcome"),
            Field("metric", _TEXT, required=True),
            Field("months", Whole(1, _MONTHS), required=True),
            Field("at_least", Number(), required=True),
            label=Label(said("gate")),
        ),
        "attestation": Record(
            AttestationGate,
            _kind("attestation"),
            Field("by", _TEXT, required=True),
            Field("title", _TEXT, required=True),
            label=Label(said("gate")),
        ),
    },
)
_ROLE = Record(
    Role,
    Field("id", _ID, required=True),
    Field("title", _TEXT, required=True),
    Field("family", _TEXT),
    Field("description", _TEXT),
    Field("approvers", Whole(1, 2), note="how many different people approve a promotion to it"),
    Field("requires", _REQUIREMENT, required=True),
    Field("gates", ListOf(_GATE), note="what no course can give"),
    Field("next", ListOf(RoleId(said("leads to")))),
    label=Label(said("role"), "id"),
)
_LIMITS = Record(
    Limits,
    Field("hours", Amount(_TOTAL)),
    Field("cost", Amount(_TOTAL)),
    Field("courses", Whole(0, _MANY)),
    Field("days", Whole(0, 3_652_059)),
)


def _test(**got: Any) -> CurriculumTest:
    return CurriculumTest(**{"person": Person(id=TEST_PERSON), **got})


_TEST = Record(
    _test,
    Field("title", _TEXT, required=True),
    Field("person", PERSON_OF_A_TEST, default=Person(id=TEST_PERSON)),
    Field("role", OneOrMany(RoleId(said("leads to")), least=1), name="roles", required=True),
    Field("at_most", _LIMITS, default=Limits()),
    Field("status", Choice(["ready", "optimal", "feasible", "blocked"])),
    Field("on", _DAY),
    label=Label(said("test"), "title"),
)


def _no_gap(levels: list[Any], reading: Reading, at: Cell) -> None:
    numbers = [level.level for level in levels if level is not None]
    if len(numbers) != len(levels):
        return
    first: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if first.setdefault(number, index) != index:
            reading.fault(
                ((at, index), "level"),
                said("has level %(number)s of its scale twice", number=number),
                also=(at, first[number]),
            )
    missing = sorted(set(range(1, max(numbers))) - set(numbers))
    if missing:
        named = ", ".join(map(str, missing))
        reading.fault(
            at,
            said("has no level %(missing)s in its scale; levels are numbered 1, 2, 3 … without a gap", missing=named),
        )


def _no_source_twice(sources: list[Any], reading: Reading, at: Cell) -> None:
    first: dict[Any, int] = {}
    for index, source in enumerate(sources):
        if source is not None and first.setdefault(source, index) != index:
            reading.fault(
                (at, index), said("ranks source %(value)s twice", value=shown(source)), also=(at, first[source])
            )


def _curriculum(**got: Any) -> Curriculum:
    got["scale"] = tuple(sorted(got["scale"], key=lambda level: level.level))
    return Curriculum(**got)


CURRICULUM = Record(
    _curriculum,
    format_field(FORMAT),
    Field("id", _ID, required=True),
    Field("title", _TEXT, required=True),
    Field("scale", ListOf(_SCALE_LEVEL, least=1, check=_no_gap), required=True),
    Field(
        "policy", Wrapped("evidence", Choice(EvidencePolicy), EvidencePolicy.HIGHEST), default=EvidencePolicy.HIGHEST
    ),
    Field("sources", ListOf(_TEXT, check=_no_source_twice), default=(), note="for by-source, strongest first"),
    Field("calendar", Wrapped("blackouts", ListOf(BLACKOUT), ()), name="blackouts", default=()),
    Field("objectives", ListOf(_OBJECTIVE, unique="id"), default=()),
    Field("competencies", ListOf(_COMPETENCY, unique="id"), required=True),
    Field("courses", ListOf(_COURSE, unique="id"), required=True),
    Field("equivalences", ListOf(_EQUIVALENCE), default=()),
    Field("roles", ListOf(_ROLE, unique="id"), required=True),
    Field("tests", ListOf(_TEST), default=()),
    label=Label(said("curriculum"), "id"),
)


def reading_of(tree: Any) -> Reading:
    """What a document refers to: the ids that it defines, right or wrong otherwise, and its highest level.

    Where a whole section is missing or no list, references into it are taken as good: one error says enough.
    """
    if not isinstance(tree, dict):
        return Reading()
    return Reading(
        competencies=_named(tree, "competencies", "id"),
        courses=_named(tree, "courses", "id"),
        roles=_named(tree, "roles", "id"),
        equivalent=_named(tree, "equivalences", "course"),
        top=_top(tree.get("scale")),
    )


def _named(tree: dict[Any, Any], section: str, key: str) -> Collection[str]:
    items = tree.get(section)
    if items.__class__ is not list:
        return ANYTHING if section != "equivalences" else ()
    names = (item.get(key) for item in items if item.__class__ is dict)
    return dict.fromkeys(name for name in names if name.__class__ is str)


def _top(scale: Any) -> int:
    """The highest level of a scale that is in order, else 9: then the scale itself is what is wrong."""
    items = [item.get("level") for item in scale if item.__class__ is dict] if scale.__class__ is list else []
    levels = {level for level in items if level.__class__ in {int, Decimal}}
    return len(levels) if 1 <= len(levels) <= 9 and levels == set(range(1, len(levels) + 1)) else 9
