"""Deciding about a case: begun, attested, let pass, approved, declined. Never by the person whom it is about.

*Ready to promote* is asked anew at the moment of approval, by the version that the case names and what the person has to
show that day: what lapsed since the submission stands in the way, unless somebody let it pass for a reason. Two people
approve where the role says so or something was let pass; and whoever is the only one that rated is never the only one
that approves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import AttestationGate, Gate
from lms.errors import Conflict, Invalid, NotFound, NotPermitted, Problem, said
from lms.services.access import Actor, Permission, Right
from lms.services.organisation import lookup
from lms.services.promotions import cases, cited, deciders, effect, freezing, telling, texts
from lms.services.promotions.freezing import Present
from lms.services.replanning import input_changed
from lms.storage.people import Person
from lms.storage.promotions import (
    Promotion,
    PromotionApproval,
    PromotionCondition,
    PromotionDecision,
    PromotionOverride,
)
from lms.storage.record import Attestation

LATEST_START = 366
"""A new role begins within so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """From when the role is to be held (None: today, or what was said before), and what it is bound to by a day."""

    starts: date | None = None
    condition: str = ""
    due: date | None = None


PLAINLY = Terms()


def start_review(session: Session, actor: Actor, number: int, *, now: datetime) -> Promotion:
    """Begin to review what was submitted. Raises NotFound, NotPermitted for one's own, Conflict."""
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    cases.require_state(case, "submitted")
    case.reviewer_id, case.reviewed_at = actor.person_id, now
    cases.move(case, "in-review", now=now)
    cases.note(session, actor, "promotion.review_started", case, now=now)
    telling.news(session, case, "review", now=now, actor=actor)
    return case


def attest(
    session: Session, actor: Actor, number: int, gate: str, on: date | None, note: str, *, now: datetime
) -> Attestation:
    """Record one's word that something was done, which a gate of the role asks for; `gate` is its key.

    Raises Invalid, NotFound, Conflict; NotPermitted for oneself and in a capacity that one does not have.
    """
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    if case.state != "declined":
        cases.require_state(case, "draft", "submitted", "in-review")
    found = freezing.present(session, case, now=now)
    asked = next((one.gate for one in found.standing.gates if freezing.key_of(one.gate) == gate), None)
    if not isinstance(asked, AttestationGate):
        raise lookup.wrong("gate", said("Choose what you attest from the list."))
    if not may_attest(actor, person, asked):
        raise NotPermitted(said("This takes the word of somebody else: %(by)s.", by=asked.by))
    day = on or found.on
    problems = lookup.on_the_calendar(day, "on")
    if day > found.on:
        problems.append(Problem(said("The day must not lie in the future."), field="on"))
    if problems:
        raise Invalid(*problems)
    row = Attestation(
        person_id=case.person_id, title=asked.title, by=asked.by, attested_on=day, attested_by=actor.person_id
    )
    words = {row: texts.asked(note, "note", said("Say it."))} if note.strip() else {}
    cases.note(session, actor, "promotion.attested", case, now=now, rows=(row,), texts=words, gate=gate)
    input_changed(session, [case.person_id], now=now, actor=actor)
    return row


def may_attest(actor: Actor, person: Person, gate: Gate) -> bool:
    """Has the actor the capacity in which a gate asks for somebody's word?"""
    if not isinstance(gate, AttestationGate) or person.id == actor.person_id:
        return False
    if gate.by in {Right.TRAINER.value, Right.ASSESSOR.value}:
        return Right(gate.by) in actor.rights
    return person.team_id in actor.line


def override(
    session: Session, actor: Actor, number: int, item: str, reason: str, *, now: datetime
) -> PromotionOverride:
    """Let a missing requirement pass, for a reason of its own; from then on two people have to approve.

    Raises Invalid for what is not missing or without a reason, NotFound, NotPermitted for one's own, Conflict.
    """
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    _require_turn(session, actor, case, cases.instance_of(session, case))
    text = texts.asked(reason, "reason", said("Say why: the person reads it, and it stays with the case."))
    if item not in freezing.missing(freezing.present(session, case, now=now)):
        raise lookup.wrong("item", said("This is met, or not asked for. Choose what is missing."))
    if item in _overridden(session, case):
        raise Conflict(said("This was let pass already. Nothing was changed."))
    assert actor.person_id is not None
    row = PromotionOverride(
        promotion_id=case.id,
        person_id=case.person_id,
        item=item,
        overridden_by=actor.person_id,
        overridden_at=now,
    )
    session.add(row)
    session.flush()  # the reason needs its number
    digest = texts.keep(session, texts.OVERRIDE, row.id, case.person_id, text)
    cases.note(session, actor, "promotion.overridden", case, now=now, item=item, reason=digest)
    return row


def approve(session: Session, actor: Actor, number: int, terms: Terms = PLAINLY, *, now: datetime) -> Promotion:
    """Approve: with the last approval that the case needs the role is assigned, else another person has to approve, too.

    Raises Invalid for the terms, NotFound, NotPermitted for one's own; Conflict when it is not one's turn, something is
    not met today, or one has approved already.
    """
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    instance = cases.instance_of(session, case)
    _require_turn(session, actor, case, instance)
    before = session.scalars(select(PromotionApproval).where(PromotionApproval.promotion_id == case.id)).all()
    if any(one.approver_id == actor.person_id for one in before):
        raise Conflict(said("You have approved this already. Another person has to approve it, too."))
    found = freezing.present(session, case, now=now)
    passed = _overridden(session, case)
    lacking = [one for one in freezing.missing(found) if one not in passed]
    if lacking:
        raise Conflict(said("Not everything is met today. What is missing has to be met, or let pass with a reason."))
    starts = terms.starts or max((one.starts for one in before), default=found.on)
    condition = _terms(terms, starts, found.on)
    assert actor.person_id is not None
    session.add(
        PromotionApproval(
            promotion_id=case.id, person_id=case.person_id, approver_id=actor.person_id, starts=starts, given_at=now
        )
    )
    session.flush()  # the same approval twice is found out here
    data = _condition(session, actor, case, condition, terms.due)
    approvers = frozenset({actor.person_id, *(one.approver_id for one in before)})
    standing = {"met": found.standing.met, "required": found.standing.required, "passed": sorted(passed)}
    if enough(session, case, found, approvers, overridden=bool(passed)):
        effect.approve(session, actor, case, instance, starts, standing, now=now, **data)
        _end_appeal(session, case, "granted", now=now)
        return case
    cases.note(session, actor, "promotion.approval_given", case, now=now, starts=starts.isoformat(), **data)
    session.flush()  # who decides next is read from what was just written
    telling.waits(session, case, "second", now=now, actor=actor)
    return case


def decline(session: Session, actor: Actor, number: int, reasons: str, change: str, *, now: datetime) -> Promotion:
    """Decline, with reasons and what would change the answer; on appeal this is the last word.

    Raises Invalid where one of them is missing, NotFound, NotPermitted for one's own, Conflict.
    """
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    instance = cases.instance_of(session, case)
    _require_turn(session, actor, case, instance)
    why, what = _said_why(reasons, change)
    found = freezing.present(session, case, now=now)
    standing: dict[str, Any] = {"met": found.standing.met, "required": found.standing.required}
    assert actor.person_id is not None
    decision = PromotionDecision(
        promotion_id=case.id,
        person_id=case.person_id,
        instance=instance,
        outcome="declined",
        decided_by=actor.person_id,
        decided_at=now,
        standing=json.dumps({**standing, "missing": freezing.missing(found)}, sort_keys=True),
    )
    session.add(decision)
    session.flush()  # the reasons need its number
    digests: dict[str, Any] = {
        "reasons": texts.keep(session, texts.REASONS, decision.id, case.person_id, why),
        "change": texts.keep(session, texts.CHANGE, decision.id, case.person_id, what),
    }
    cases.note(session, actor, "promotion.declined", case, now=now, instance=instance, **standing, **digests)
    cases.move(case, "declined", now=now)
    _end_appeal(session, case, "upheld", now=now)
    telling.decided(session, case, "declined", now=now, actor=actor)
    return case


def condition_met(session: Session, actor: Actor, number: int, condition_id: int, *, now: datetime) -> None:
    """Say that what an approval was bound to was done. Raises NotFound, NotPermitted for one's own, Conflict."""
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_DECIDE)
    cases.require_active(person)
    row = session.scalar(select(PromotionCondition).filter_by(id=condition_id, promotion_id=case.id).with_for_update())
    if row is None:
        raise NotFound(said("There is no such condition."))
    if row.met_at is not None:
        raise Conflict(said("This condition was met already. Nothing was changed."))
    row.met_at, row.met_by = now, actor.person_id
    cases.note(session, actor, "promotion.condition_met", case, now=now, condition=row.id)
    telling.news(session, case, "condition", now=now, actor=actor)


def enough(session: Session, case: Promotion, found: Present, approvers: frozenset[int], *, overridden: bool) -> bool:
    """Are these approvers all that the case needs?"""
    needed = 2 if overridden else case.approvers
    rated = cited.raters(
        cited.entries(session, case.person_id, found.version.curriculum, found.role, found.on), case.person_id
    )
    return len(approvers) >= needed and not (len(rated) == 1 and approvers == rated)


def _require_turn(session: Session, actor: Actor, case: Promotion, instance: str) -> None:
    if instance == "appeal" and actor.person_id not in deciders.on_appeal(session, case):
        raise Conflict(said("This appeal is for somebody else to decide, who has not acted on the case."))


def _overridden(session: Session, case: Promotion) -> frozenset[str]:
    rows = select(PromotionOverride.item).where(PromotionOverride.promotion_id == case.id)
    return frozenset(session.scalars(rows))


def _terms(terms: Terms, starts: date, today: date) -> str:
    """The condition as it is to be kept, empty for none. Raises Invalid for days and for half a condition."""
    problems = []
    if abs((starts - today).days) > LATEST_START:
        problems.append(Problem(said("The role must begin within a year."), field="starts"))
    if bool(terms.condition.strip()) != (terms.due is not None):
        field = "condition" if terms.due else "due"
        problems.append(Problem(said("A condition has words and a day by which it is to be met."), field=field))
    if terms.due is not None and not today <= terms.due <= lookup.LAST_DAY:
        problems.append(Problem(said("The day must not lie in the past."), field="due"))
    if problems:
        raise Invalid(*problems)
    return texts.asked(terms.condition, "condition", said("Say it.")) if terms.condition.strip() else ""


def _condition(session: Session, actor: Actor, case: Promotion, text: str, due: date | None) -> dict[str, Any]:
    if not text or due is None:
        return {}
    row = PromotionCondition(promotion_id=case.id, person_id=case.person_id, set_by=actor.person_id, due=due)
    session.add(row)
    session.flush()  # the words need its number
    digest = texts.keep(session, texts.CONDITION, row.id, case.person_id, text)
    return {"condition": digest, "due": due.isoformat()}


def _said_why(reasons: str, change: str) -> tuple[str, str]:
    """Both texts. Raises Invalid with everything that is missing."""
    problems: list[Problem | str] = []
    found = []
    for text, field, missing in (
        (reasons, "reasons", said("Say why: the person reads it.")),
        (change, "change", said("Say what would change the answer, so that they know what to do.")),
    ):
        try:
            found.append(texts.asked(text, field, missing))
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(*problems)
    return found[0], found[1]


def _end_appeal(session: Session, case: Promotion, state: str, *, now: datetime) -> None:
    appeal = cases.appeal_of(session, case)
    if appeal is not None and appeal.state == "open":
        appeal.state, appeal.ended_at = state, now
