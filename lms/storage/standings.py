"""What levels and roles rest on, of many people in one question, and gates in one more: the entries that count, as engine values.

`snapshot` reads everything of a path in a question for each table; here one UNION reads what a table of many people
needs, without what they plan with. *Instead of:* levels stored beside the ledger, which can come to say something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    union_all,
)
from sqlalchemy.orm import Session

from lms.engine import person as values
from lms.engine.competency import Attainment
from lms.engine.requirement import CourseDone
from lms.storage.curricula import CurriculumVersion
from lms.storage.record import (
    Attestation,
    Completion,
    Entry,
    Evidence,
    Exemption,
    Outcome,
    RoleAssignment,
    VersionPin,
)
from lms.storage.snapshot import Pin, in_force, roles_on

NOTHING: dict[str, Any] = {
    "text": cast(null(), String),
    "other": cast(null(), String),
    "number": cast(null(), BigInteger),
    "more": cast(null(), BigInteger),
    "first": cast(null(), Date),
    "last": cast(null(), Date),
}
"""The columns of the union; a kind of entry fills those that it has."""
Latest = dict[tuple[str, date], values.Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person by their ledger: without target, aim, hours and days away; the curriculum of their present role, and the
    versions on which they stay, at most one for each curriculum.
    """

    person: values.Person
    curriculum_id: int | None
    pins: tuple[Pin, ...]


def load_standings(session: Session, on: date, people: Collection[int], *, gates: bool = False) -> dict[int, Standing]:
    """These people by number, their roles as on the day `on`; with `gates` outcomes and attestations too. Who has no entry
    at all is left out.
    """
    given = {"people": list(people)}
    found: dict[int, dict[str, list[Any]]] = {number: defaultdict(list) for number in people}
    for row in session.execute(_entries(gates), given).all():
        found[row[0]][row[1]].append(row)
    outcomes: dict[int, Latest] = defaultdict(dict)
    if gates:
        for number, metric, month, value in session.execute(_outcomes(), given).all():
            outcomes[number][metric, month] = values.Outcome(metric=metric, month=month, value=value)
    return {number: _standing(number, kinds, outcomes[number], on) for number, kinds in found.items() if kinds}


def _standing(number: int, kinds: dict[str, list[Any]], outcomes: Latest, on: date) -> Standing:
    assigned = [_Assigned(row.text, row.number, row.first) for row in sorted(kinds["role"], key=_age)]
    present, stints = roles_on(sorted(assigned, key=lambda one: one.starts), on)
    pins = {row.more: _pin(row) for row in sorted(kinds["pin"], key=_age) if row.last >= on}
    return Standing(
        person=values.Person(
            id=str(number),
            role=present.role if present else None,
            since=present.starts if present else None,
            stints=stints,
            evidence=tuple(
                [
                    values.Evidence(competency=text, source=other, level=level, on=first, until=last)
                    for _, _, _, text, other, level, _, first, last, *_ in kinds["evidence"]
                ]
            ),
            completed=tuple([values.Completion(course=row[3], on=row[7]) for row in kinds["completion"]]),
            exempt=tuple(map(_exemption, kinds["exemption"])),
            attestations=tuple(
                [values.Attestation(title=row.text, by=row.other, on=row.first) for row in kinds["attestation"]]
            ),
            outcomes=tuple(outcomes.values()),
        ),
        curriculum_id=present.curriculum_id if present else None,
        pins=tuple(pins.values()),
    )


@dataclass(frozen=True, slots=True)
class _Assigned:
    role: str | None
    curriculum_id: int | None
    starts: date


def _age(row: Any) -> int:
    """The number of an entry: later ones have higher numbers."""
    number: int = row[2]
    return number


def _pin(row: Any) -> Pin:
    return Pin(
        entry_id=row[2],
        curriculum_id=row.more,
        version_id=row.number,
        number=int(row.other),
        digest=row.text,
        until=row.last,
    )


def _exemption(row: Any) -> values.Exemption:
    fact = CourseDone(row.text) if row.text is not None else Attainment(row.other or "", row.number or 0)
    return values.Exemption(fact=fact, on=row.first, until=row.last)


@cache  # building the statement costs as much as reading fifty people
def _entries(gates: bool) -> Any:
    kinds = [
        _of(Evidence, text=Evidence.competency, other=Evidence.source, number=Evidence.level,
            first=Evidence.shown_on, last=Evidence.until),
        _of(Completion, text=Completion.course, first=Completion.completed_on),
        _of(Exemption, text=Exemption.course, other=Exemption.competency, number=Exemption.level,
            first=Exemption.first, last=Exemption.until),
        _of(RoleAssignment, kind="role", text=RoleAssignment.role, number=RoleAssignment.curriculum_id,
            first=RoleAssignment.starts),
        _of(VersionPin, kind="pin", text=CurriculumVersion.digest,
            other=cast(CurriculumVersion.number, String), number=VersionPin.version_id,
            more=VersionPin.curriculum_id, last=VersionPin.until)
        .join(CurriculumVersion, CurriculumVersion.id == VersionPin.version_id),
    ]  # fmt: skip
    if gates:
        kinds += [_of(Attestation, text=Attestation.title, other=Attestation.by, first=Attestation.attested_on)]
    return union_all(*kinds)


@cache
def _outcomes() -> Any:
    asked: Any = in_force(Outcome).with_only_columns(Outcome.person_id, Outcome.metric, Outcome.month, Outcome.value)
    return _whose(asked, Outcome).order_by(Outcome.id)


def _of(table: type[Entry], *, kind: str = "", **columns: Any) -> Any:
    """The entries of one table that count, in the columns of the union."""
    kind = kind or table.__tablename__  # type: ignore[attr-defined]
    filled = [column.label(name) for name, column in (NOTHING | columns).items()]
    tag: Any = literal_column(f"'{kind}'").label("kind")
    counting: Select[Any] = in_force(table)  # type: ignore[arg-type]
    return _whose(counting.with_only_columns(table.person_id, tag, table.id, *filled), table)


def _whose(asked: Any, table: type[Entry]) -> Any:
    return asked.where(table.person_id.in_(bindparam("people", expanding=True)))
