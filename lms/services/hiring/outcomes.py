"""What candidates achieved: the metrics that the role's gates ask for, by month, each with where its value comes from.

They are read like the outcomes of the ledger, by the same gates, and become those of who is hired. Nothing is kept that
no gate of the role asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.engine import person as values
from lms.engine.curriculum import Curriculum, OutcomeGate
from lms.errors import Invalid, NotFound, Problem, said
from lms.services import calendar, ledger
from lms.services.access import Actor
from lms.services.hiring import finding
from lms.services.hiring.candidates import note_of
from lms.services.organisation import lookup
from lms.services.promotions.texts import asked as words
from lms.storage.hiring import Candidate, CandidateOutcome, Opening
from lms.storage.record import Outcome

MOST_MONTHS = 36
MOST_SOURCE = 200
BIGGEST = Decimal(10) ** 9
PLACES = Decimal("0.0001")
APPLICATION = "application"
"""The source of what somebody brought along: their application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieved:
    """A value that held in every month from `first` to `last` (their first days), and where it comes from."""

    metric: str
    first: date | None
    last: date | None
    value: Decimal | None
    source: str


def metrics_of(curriculum: Curriculum, opened: Opening) -> tuple[str, ...]:
    """The metrics that the gates of the role ask for, each once."""
    gates = curriculum.role_by_id[opened.role].gates
    return tuple(dict.fromkeys(gate.metric for gate in gates if isinstance(gate, OutcomeGate)))


def record(session: Session, actor: Actor, candidate_id: int, achieved: Achieved, *, now: datetime) -> int:
    """Record a value for each of the months, instead of what was said of them before; says how many months they are.

    Raises Denied, NotFound, Conflict, Invalid.
    """
    row, opened = finding.undecided(session, actor, candidate_id)
    assert actor.person_id is not None, "a person records it"
    problems = [] if achieved.metric in metrics_of(finding.version_of(session, opened).curriculum, opened) else [
        Problem(said("Choose from the list."), field="metric")
    ]  # fmt: skip
    months, wrong = _months(achieved, calendar.today(session, now=now))
    problems += wrong
    if achieved.value is None or not achieved.value.is_finite() or abs(achieved.value) > BIGGEST:
        problems.append(Problem(said("Give the value as a number."), field="value"))
    if len(achieved.source) > MOST_SOURCE:
        problems.append(Problem(said("Say it in at most %(most)s characters.", most=MOST_SOURCE), field="source"))
    if problems or achieved.value is None:
        raise Invalid(*problems)
    source = words(achieved.source, "source", said("Say where the value comes from."))
    same = CandidateOutcome.candidate_id == row.id, CandidateOutcome.metric == achieved.metric
    session.execute(delete(CandidateOutcome).where(*same, CandidateOutcome.month.in_(months)))
    session.add_all(
        CandidateOutcome(
            candidate_id=row.id,
            metric=achieved.metric,
            month=month,
            value=achieved.value.quantize(PLACES),
            source=source,
            recorded_by=actor.person_id,
            recorded_at=now,
        )
        for month in months
    )
    note_of(session, actor, "candidate.recorded", row, now=now, months=len(months))
    return len(months)


def take_back(session: Session, actor: Actor, candidate_id: int, outcome_id: int, *, now: datetime) -> None:
    """Take back what was recorded wrongly. Raises Denied, NotFound, Conflict."""
    row, _ = finding.undecided(session, actor, candidate_id)
    mine = CandidateOutcome.id == outcome_id, CandidateOutcome.candidate_id == row.id
    if session.scalar(select(CandidateOutcome.id).where(*mine)) is None:
        raise NotFound(said("There is no such entry."))
    session.execute(delete(CandidateOutcome).where(*mine))
    note_of(session, actor, "candidate.entry_removed", row, now=now)


def of_many(session: Session, candidates: Collection[int]) -> dict[int, list[CandidateOutcome]]:
    """The outcomes of these candidates by number, by metric, the latest month first."""
    found: dict[int, list[CandidateOutcome]] = {number: [] for number in candidates}
    theirs = select(CandidateOutcome).where(CandidateOutcome.candidate_id.in_(candidates))
    for row in session.scalars(theirs.order_by(CandidateOutcome.metric, CandidateOutcome.month.desc())):
        found[row.candidate_id].append(row)
    return found


def as_values(rows: Collection[CandidateOutcome]) -> tuple[values.Outcome, ...]:
    """As the engine sees them, whatever the order in which they came."""
    return tuple(values.Outcome(metric=one.metric, month=one.month, value=one.value) for one in rows)


def bring(session: Session, actor: Actor, whom: Candidate, person_id: int, *, now: datetime) -> None:
    """The outcomes of a candidate who is hired, in the ledger as theirs; whoever calls has asked for permission.

    Where a value comes from was said in words, which may name somebody: they go along as a note, which can be erased.
    """
    rows = {
        Outcome(
            person_id=person_id, metric=one.metric, month=one.month, value=one.value, source=APPLICATION
        ): one.source
        for one in of_many(session, [whom.id])[whom.id]
    }
    if rows:
        about = ("person", person_id)
        ledger.note(
            session, actor, "outcome.brought", now=now, subject=about, rows=list(rows), texts=rows, candidate=whom.id
        )


def _months(achieved: Achieved, today: date) -> tuple[list[date], list[Problem]]:
    """The first days of the months, or what is wrong with them."""
    first, last = achieved.first, achieved.last or achieved.first
    problems = lookup.on_the_calendar(first, "first") + lookup.on_the_calendar(last, "last")
    if problems:
        return [], problems
    if first is None or last is None or first > today:
        return [], [Problem(said("Choose a month up to this one."), field="first")]
    if last > today or last < first:
        return [], [Problem(said("Choose a month from the first one up to this one."), field="last")]
    months = list(_each(first.replace(day=1), last))
    if len(months) > MOST_MONTHS:
        return [], [Problem(said("Record at most %(most)s months at once.", most=MOST_MONTHS), field="last")]
    return months, []


def _each(month: date, last: date) -> Iterator[date]:
    while month <= last:
        yield month
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
