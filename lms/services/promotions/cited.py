"""The entries of the ledger that a case rests on, each with its number, its source, who rated, and its days."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import AttestationGate, Curriculum, Gate, MonthsInRole, OutcomeGate, Role
from lms.engine.days import last_valid_day
from lms.engine.requirement import CourseDone, leaves
from lms.services.ledger import table_of
from lms.storage.record import Attestation, Completion, Entry, Evidence, Exemption, Outcome, RoleAssignment
from lms.storage.snapshot import in_force

TABLES: Mapping[str, type[Entry]] = {
    "evidence": Evidence,
    "completion": Completion,
    "exemption": Exemption,
    "attestation": Attestation,
    "outcome": Outcome,
    "role_assignment": RoleAssignment,
}
"""The tables whose entries a case names as `table:number`."""


def entries(session: Session, person_id: int, curriculum: Curriculum, role: Role, on: date) -> list[dict[str, Any]]:
    """The entries that speak of what the role asks, in the order of tables and numbers; `valid`: does it count on the
    day? `counts_as`: the courses as which a completion or an exemption counts.
    """
    facts = set(leaves(role.requires))
    names = frozenset(fact.competency for fact in facts if not isinstance(fact, CourseDone))
    courses = {fact.course for fact in facts if isinstance(fact, CourseDone)}
    courses |= {one.id for one in curriculum.courses if any(grant.competency in names for grant in one.grants)}
    return [
        *_ratings(_rows(session, Evidence, person_id), names, on),
        *_completions(_rows(session, Completion, person_id), curriculum, names, courses, on),
        *_exemptions(_rows(session, Exemption, person_id), names, courses, on),
        *_attestations(_rows(session, Attestation, person_id), role, on),
        *_outcomes(_rows(session, Outcome, person_id), role, on),
        *_roles(_rows(session, RoleAssignment, person_id), role, on),
    ]


def _ratings(rows: Iterator[Any], names: Collection[str], on: date) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.competency in names:
            valid = row.shown_on <= on and (row.until is None or on <= row.until)
            says = {"competency": row.competency, "level": row.level, "on": row.shown_on, "until": row.until}
            yield _told(row, valid, source=row.source, rater=row.rater_id, **says)


def _completions(
    rows: Iterator[Any], curriculum: Curriculum, names: Collection[str], courses: Collection[str], on: date
) -> Iterator[dict[str, Any]]:
    for row in rows:
        counts_as = _counts_as(curriculum, row)
        if not set(counts_as).isdisjoint(courses):
            until = _until(curriculum, names, counts_as, row.completed_on)
            valid = row.completed_on <= on and (until is None or on <= until)
            yield _told(row, valid, course=row.course, on=row.completed_on, until=until, counts_as=counts_as)


def _exemptions(
    rows: Iterator[Any], names: Collection[str], courses: Collection[str], on: date
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.competency in names or row.course in courses:
            valid = (row.first is None or row.first <= on) and (row.until is None or on <= row.until)
            says = {"competency": row.competency, "level": row.level, "on": row.first, "until": row.until}
            counts_as = [row.course] if row.course else []
            yield _told(row, valid, course=row.course, rater=row.approved_by, counts_as=counts_as, **says)


def _attestations(rows: Iterator[Any], role: Role, on: date) -> Iterator[dict[str, Any]]:
    asked = {(gate.title, gate.by) for gate in role.gates if isinstance(gate, AttestationGate)}
    for row in rows:
        if (row.title, row.by) in asked:
            says = {"title": row.title, "source": row.by, "rater": row.attested_by}
            yield _told(row, row.attested_on <= on, on=row.attested_on, **says)


def _outcomes(rows: Iterator[Any], role: Role, on: date) -> Iterator[dict[str, Any]]:
    """The value of each month that counts: of several that nobody corrected, the latest."""
    metrics = {gate.metric for gate in role.gates if isinstance(gate, OutcomeGate)}
    for row in {(row.metric, row.month): row for row in rows if row.metric in metrics}.values():
        value = format(row.value.normalize(), "f")
        yield _told(row, row.month <= on, metric=row.metric, month=row.month, value=value, source=row.source)


def _roles(rows: Iterator[Any], role: Role, on: date) -> Iterator[dict[str, Any]]:
    held = {gate.role for gate in role.gates if isinstance(gate, MonthsInRole)}
    for row in rows:
        if row.role in held:
            yield _told(row, row.starts <= on, role=row.role, on=row.starts)


def for_gate(gate: Gate, cited: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The keys of the entries that a gate looks at."""
    for one in cited:
        if isinstance(gate, AttestationGate):
            fits = (one.get("title"), one.get("source")) == (gate.title, gate.by)
        elif isinstance(gate, OutcomeGate):
            fits = one.get("metric") == gate.metric
        else:
            fits = one.get("role") == gate.role
        if fits:
            yield one["key"]


def raters(cited: Sequence[Mapping[str, Any]], person_id: int) -> frozenset[int]:
    """Who rated or attested what counts, apart from the person: the only one of them may not be the only approver.

    A completion confirmed by somebody is no rating: it says that a course was done.
    """
    rated = (one for one in cited if one["kind"] in {"evidence", "attestation"} and one["valid"])
    return frozenset(one["rater"] for one in rated if one["rater"] not in {None, person_id})


def entry_of(session: Session, key: str, person_id: int) -> Entry | None:
    """The ledger entry that a key names, if it still counts."""
    table, _, number = key.partition(":")
    if table not in TABLES or not number.isdigit() or len(number) > 18:
        return None
    kind: Any = TABLES[table]
    found: Entry | None = session.scalar(
        in_force(kind).where(kind.id == int(number), kind.person_id == person_id).with_for_update()
    )
    return found


def _rows(session: Session, table: Any, person_id: int) -> Iterator[Any]:
    """The entries of a person that count, in the order in which they came."""
    return iter(session.scalars(in_force(table).where(table.person_id == person_id).order_by(table.id)))


def _told(row: Any, valid: bool, **says: Any) -> dict[str, Any]:
    kind = table_of(row)
    plain = {name: _day(value) if isinstance(value, date) else value for name, value in says.items()}
    told = {"key": f"{kind}:{row.id}", "kind": kind, "valid": valid}
    return {"counts_as": [], "rater": None, **told, **plain}


def _counts_as(curriculum: Curriculum, row: Completion) -> list[str]:
    found = [row.course] if row.course in curriculum.course_by_id else []
    return found + [
        one.counts_as
        for one in curriculum.equivalences_of(row.course)
        if one.until is None or row.completed_on <= one.until
    ]


def _until(curriculum: Curriculum, names: Collection[str], courses: Sequence[str], done_on: date) -> date | None:
    """The last day of the levels that a completion gives of these competencies; None for good, or where it gives none."""
    lasts = [
        last_valid_day(done_on, grant.valid_months)
        for course in courses
        for grant in curriculum.course_by_id[course].grants
        if grant.competency in names
    ]
    return None if not lasts or max(lasts) == date.max else max(lasts)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
