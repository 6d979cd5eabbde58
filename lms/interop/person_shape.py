"""The shape of a person document, `lms-person/1`, and of the partial ones in a curriculum's own tests."""

from __future__ import annotations

from typing import Any

from lms.engine.competency import Attainment
from lms.engine.days import Period
from lms.engine.person import Attestation, Completion, Evidence, Exemption, Outcome, Person, Stint
from lms.engine.requirement import CourseDone
from lms.errors import said
from lms.interop.shapes.compound import ListOf, OneOrMany
from lms.interop.shapes.dates import Day, Month, in_order
from lms.interop.shapes.leaves import Choice, CompetencyId, CourseId, Identifier, RoleId, Text
from lms.interop.shapes.numbers import Level, Number, WeeklyHours
from lms.interop.shapes.record import Field, Label, Record
from lms.interop.shapes.shape import KEY_NAME, Cell, Reading

FORMAT = "lms-person/1"
TEST_PERSON = "test"  # what the person of a curriculum's test is called who has no id

_TEXT, _DAY = Text(), Day()

BLACKOUT = Record(
    Period,
    Field("from", _DAY, name="first", required=True),
    Field("to", _DAY, name="last", required=True),
    Field("title", _TEXT),
    label=Label(said("blackout"), "title"),
    check=in_order("first", "last", "to", "from"),
)
_AWAY = Record(
    Period,
    Field("from", _DAY, name="first", required=True),
    Field("to", _DAY, name="last", required=True),
    label=Label(said("time away")),
    check=in_order("first", "last", "to", "from"),
)
_STINT = Record(
    Stint,
    Field("role", RoleId(said("was in")), required=True),
    Field("from", _DAY, name="first", required=True),
    Field("until", _DAY, name="last"),
    label=Label(said("time in role"), "role", of=True),
    check=in_order("first", "last", "until", "from"),
)
_EVIDENCE = Record(
    Evidence,
    Field("competency", CompetencyId(said("has evidence of")), required=True),
    Field("level", Level(0), required=True, note="0 means shown absent"),
    Field("on", _DAY, required=True),
    Field("until", _DAY),
    Field("source", _TEXT),
    label=Label(said("evidence"), "competency", of=True),
    check=in_order("on", "until", "until", "on"),
)
_COMPLETION = Record(
    Completion,
    Field("course", CourseId(said("completed"), equivalent=True), required=True),
    Field("on", _DAY, required=True),
    label=Label(said("completion"), "course", of=True),
)
_OUTCOME = Record(
    Outcome,
    Field("metric", _TEXT, required=True),
    Field("month", Month(), required=True),
    Field("value", Number(), required=True),
    label=Label(said("outcome"), "metric", of=True),
)
_ATTESTATION = Record(
    Attestation,
    Field("title", _TEXT, required=True),
    Field("by", _TEXT, required=True),
    Field("on", _DAY, required=True),
    label=Label(said("attestation"), "title", of=True),
)


def _exemption(**got: Any) -> Exemption:
    course = got.pop("course", None)
    level = got.pop("level", None)
    competency = got.pop("competency", "")
    return Exemption(fact=CourseDone(course) if course is not None else Attainment(competency, level), **got)


class ExemptionRecord(Record):
    """An exemption: from a course, or from a competency at a level, and not from both."""

    __slots__ = ()

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """As any record, and exactly one of its two forms."""
        if raw.__class__ is dict:
            course, competency, level = "course" in raw, "competency" in raw, "level" in raw
            if course and (competency or level):
                reading.fault(at, said("has an exemption with both a 'course' and a competency; make it two"))
            elif competency != level:
                wrong = said("has no %(key)s, which is required", key=KEY_NAME)
                reading.fault((at, "level" if competency else "competency"), wrong)
            elif not (course or competency):
                reading.fault(at, said("has an exemption without 'course', or 'competency' and 'level'"))
        return super().read(raw, reading, at)

    def schema(self) -> dict[str, Any]:
        """A record that requires one of the two forms."""
        forms = [
            {"required": ["course"], "not": {"anyOf": [{"required": ["competency"]}, {"required": ["level"]}]}},
            {"required": ["competency", "level"], "not": {"required": ["course"]}},
        ]
        return {**super().schema(), "oneOf": forms}


def _fact(part: str) -> Any:
    return lambda exemption: getattr(exemption.fact, part, None)


_EXEMPTION = ExemptionRecord(
    _exemption,
    Field("course", CourseId(said("is exempt from")), get=_fact("course"), default=None),
    Field("competency", CompetencyId(said("is exempt from")), get=_fact("competency"), default=None),
    Field("level", Level(), get=_fact("level"), default=None),
    Field("reason", _TEXT),
    Field("by", _TEXT),
    Field("on", _DAY),
    Field("until", _DAY),
    label=Label(said("exemption"), "course", of=True),
    check=in_order("on", "until", "until", "on"),
)

_FACTS = (
    Field("role", RoleId(said("is in"))),
    Field("since", _DAY, note="the day on which the person began in that role"),
    Field("roles", ListOf(_STINT), name="stints", note="earlier roles"),
    Field("target", OneOrMany(RoleId(said("wants to reach"))), name="targets", note="a role or a list of roles"),
    Field("aim", _DAY, note="the date hoped for"),
    Field("weekly_hours", WeeklyHours()),
    Field("evidence", ListOf(_EVIDENCE)),
    Field("completed", ListOf(_COMPLETION)),
    Field("exempt", ListOf(_EXEMPTION)),
    Field("outcomes", ListOf(_OUTCOME)),
    Field("attestations", ListOf(_ATTESTATION)),
    Field("away", ListOf(_AWAY)),
)


def format_field(word: str, *, required: bool = True) -> Field:
    """The key that says which format and version a document is in."""
    return Field("format", Choice([word]), name=None, required=required, default=word, get=lambda _: word)


PERSON = Record(
    Person,
    format_field(FORMAT),
    Field("id", Identifier(), required=True),
    *_FACTS,
    label=Label(said("person"), "id"),
)
PERSON_OF_A_TEST = Record(
    lambda **got: Person(**{"id": TEST_PERSON, **got}),
    format_field(FORMAT, required=False),
    Field("id", Identifier(), default=TEST_PERSON),
    *_FACTS,
    label=Label(said("its person")),
)
