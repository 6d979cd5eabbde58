"""A case as somebody reads it: what it froze, how that stands today, who did what for which reason, and what they may do.

The person reads the whole of it, as whoever decides does. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict
from lms.services import calendar
from lms.services.access import About, Actor, Permission, can
from lms.services.curricula import Published
from lms.services.organisation.people_shown import Named, names
from lms.services.promotions import cases, cited, deciders, deciding, freezing, texts
from lms.services.promotions.freezing import Present
from lms.storage.audit import Audit
from lms.storage.people import Person
from lms.storage.promotions import (
    OPEN,
    Promotion,
    PromotionAppeal,
    PromotionApproval,
    PromotionCondition,
    PromotionDecision,
    PromotionMark,
    PromotionOverride,
)
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was written about the rows of a case, by the row's number."""

    reasons: Mapping[int, str]
    change: Mapping[int, str]
    conditions: Mapping[int, str]
    overrides: Mapping[int, str]
    appeals: Mapping[int, str]
    marks: Mapping[int, str]
    answers: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something that was done to a case."""

    at: datetime
    by: int | None
    action: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows that belong to a case."""

    approvals: Sequence[PromotionApproval]
    decisions: Sequence[PromotionDecision]
    conditions: Sequence[PromotionCondition]
    overrides: Mapping[str, PromotionOverride]
    """By the key of what was let pass."""
    marks: Mapping[str, PromotionMark]
    """By the key of the entry."""
    appeal: PromotionAppeal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A case to be read. `document` is what was frozen, or how a draft stands today; None where there is neither."""

    case: Promotion
    who: Named
    own: bool
    version: Published | None
    document: Mapping[str, Any] | None
    present: Present | None
    """How the person stands today; None once it does not matter any more, or they have left."""
    missing: frozenset[str]
    """What is not met today and was not let pass."""
    rows: Rows
    words: Words
    next: tuple[Named, ...]
    names: Mapping[int, Named]
    timeline: tuple[Done, ...]
    since: tuple[tuple[str | None, date], ...]
    """The roles held from the decision on, with the first day of each."""
    may: frozenset[str]
    attestable: frozenset[str]
    """The keys of the gates for which the reader can give their word."""
    alone: bool
    """Did only the one person approve who alone rated, so that it takes another?"""


def read(session: Session, actor: Actor, number: int, *, now: datetime) -> Read:
    """The case for somebody who may read it. Raises NotFound."""
    case = cases.readable(session, actor, number)
    person = session.get_one(Person, case.person_id)
    rows = _rows(session, case)
    today = calendar.today(session, now=now)
    undecided = case.state in OPEN or (rows.appeal is not None and rows.appeal.state == "open")
    present = _present(session, case, now=now) if undecided else None
    document = freezing.frozen(case)
    if document is None and present is not None:
        document = freezing.document(session, case, present)
    missing = frozenset(freezing.missing(present)) - rows.overrides.keys() if present else frozenset[str]()
    turn = deciders.next_of(session, case)
    timeline = tuple(_timeline(session, case))
    may = _Asking(session, actor, case, person, rows, now)
    return Read(
        case=case,
        own=case.person_id == actor.person_id,
        version=freezing.version_of(session, case, today),
        document=document,
        present=present,
        missing=missing,
        rows=rows,
        words=_words(session, rows),
        timeline=timeline,
        since=tuple(_since(session, case, rows)),
        may=frozenset(may.verbs(missing)),
        alone=undecided and _alone(document, case, rows),
        attestable=frozenset(may.attestable(present)) if present else frozenset(),
        **_named(session, case, document, rows, timeline, turn),
    )


def _alone(document: Mapping[str, Any] | None, case: Promotion, rows: Rows) -> bool:
    approved = {one.approver_id for one in rows.approvals}
    return document is not None and bool(approved) and approved == cited.raters(document["entries"], case.person_id)


def _named(
    session: Session,
    case: Promotion,
    document: Mapping[str, Any] | None,
    rows: Rows,
    timeline: Sequence[Done],
    turn: Sequence[int],
) -> dict[str, Any]:
    """Everybody whom the case names: the person, who is next, and all by number."""
    raters = {entry["rater"] for entry in document["entries"]} if document else set()
    decider = rows.appeal.decider_id if rows.appeal else None
    every = {case.person_id, case.opened_by, case.reviewer_id, decider, *raters, *turn, *(one.by for one in timeline)}
    known = names(session, {one for one in every if one is not None})
    return {"names": known, "who": known[case.person_id], "next": tuple(known[one] for one in turn)}


def _present(session: Session, case: Promotion, *, now: datetime) -> Present | None:
    try:
        return freezing.present(session, case, now=now)
    except Conflict:
        return None


def _rows(session: Session, case: Promotion) -> Rows:
    def of(table: Any) -> Sequence[Any]:
        return session.scalars(select(table).where(table.promotion_id == case.id).order_by(table.id)).all()

    return Rows(
        approvals=of(PromotionApproval),
        decisions=of(PromotionDecision),
        conditions=of(PromotionCondition),
        overrides={row.item: row for row in of(PromotionOverride)},
        marks={row.entry: row for row in of(PromotionMark)},
        appeal=cases.appeal_of(session, case),
    )


def _words(session: Session, rows: Rows) -> Words:
    decided = [one.id for one in rows.decisions]
    marks = [one.id for one in rows.marks.values()]
    return Words(
        reasons=texts.of(session, texts.REASONS, decided),
        change=texts.of(session, texts.CHANGE, decided),
        conditions=texts.of(session, texts.CONDITION, [one.id for one in rows.conditions]),
        overrides=texts.of(session, texts.OVERRIDE, [one.id for one in rows.overrides.values()]),
        appeals=texts.of(session, texts.APPEAL, [rows.appeal.id] if rows.appeal else []),
        marks=texts.of(session, texts.MARK, marks),
        answers=texts.of(session, texts.ANSWER, marks),
    )


def _timeline(session: Session, case: Promotion) -> Iterator[Done]:
    rows = select(Audit.at, Audit.actor_id, Audit.action, Audit.data).where(
        Audit.subject_kind == cases.SUBJECT, Audit.subject_id == case.id
    )
    for at, by, action, data in session.execute(rows.order_by(Audit.id)):
        yield Done(at=at, by=by, action=action, data=data)


def _since(session: Session, case: Promotion, rows: Rows) -> Iterator[tuple[str | None, date]]:
    """What happened after the decision: the roles that the person came to hold."""
    if not rows.decisions or case.state not in {"approved", "declined"}:
        return
    decided = rows.decisions[-1].starts or rows.decisions[-1].decided_at.date()
    held = in_force(RoleAssignment).where(RoleAssignment.person_id == case.person_id, RoleAssignment.starts >= decided)
    for row in session.scalars(held.order_by(RoleAssignment.starts, RoleAssignment.id)):
        yield row.role, row.starts


class _Asking:
    """What a reader may do about a case, as its page offers it; the verbs ask again under the lock."""

    def __init__(
        self, session: Session, actor: Actor, case: Promotion, person: Person, rows: Rows, now: datetime
    ) -> None:
        self.actor, self.case, self.person, self.rows, self.now = actor, case, person, rows, now
        about = About(person_id=person.id, team_id=person.team_id)
        self.own = case.person_id == actor.person_id
        self.active = person.state == "active"
        self.opens = self.active and can(actor, Permission.PROMOTION_OPEN, about)
        self.appealed = rows.appeal is not None and rows.appeal.state == "open"
        named = rows.appeal is not None and rows.appeal.decider_id == actor.person_id
        may_decide = can(actor, Permission.PROMOTION_DECIDE, about) or named
        self.decides = self.active and not self.own and may_decide
        self.turn = self.decides and (
            case.state == "in-review" or (self.appealed and actor.person_id in deciders.on_appeal(session, case))
        )

    def verbs(self, missing: frozenset[str]) -> Iterator[str]:
        """The codes of what may be done now."""
        case, actor = self.case, self.actor
        if self.opens and case.state == "draft" and (self.own or case.how != "rep"):
            yield "submit"
        if self.opens and case.state in OPEN and actor.person_id in {case.person_id, case.opened_by}:
            yield "withdraw"
        if self.decides and case.state == "submitted":
            yield "review"
        if self.turn:
            yield "decline"
            yield from ("override",) if missing else ()
            if not missing and actor.person_id not in {one.approver_id for one in self.rows.approvals}:
                yield "approve"
        if self.own and self.opens:
            yield from ("mark",) if case.frozen is not None else ()
            yield from ("appeal",) if self._may_appeal() else ()
        if self.decides:
            yield from ("answer", "condition")

    def attestable(self, present: Present) -> Iterator[str]:
        """The keys of the unmet gates for which they can give their word."""
        if not self.decides or not (self.case.state in OPEN or self.appealed):
            return
        for one in present.standing.gates:
            if not one.met and deciding.may_attest(self.actor, self.person, one.gate):
                yield freezing.key_of(one.gate)

    def _may_appeal(self) -> bool:
        if self.case.state != "declined" or self.rows.appeal is not None or not self.rows.decisions:
            return False
        return self.now - self.rows.decisions[-1].decided_at <= cases.APPEAL_WITHIN
