"""Exemptions: a person is spared a course, or held to have a level, for a reason, until a day, approved by somebody.

They are entries of the ledger, and who approved one is who wrote it. Nobody exempts themselves. An exemption ends by
itself after its last day, or is taken back by an entry that names it; what was earned under it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import CourseDone, Fact
from lms.errors import Conflict, Invalid, NotFound, NotPermitted, Problem, said
from lms.services import calendar, curricula, ledger
from lms.services.access import About, Actor, Permission, can
from lms.services.organisation import lookup
from lms.services.replanning import input_changed
from lms.storage.people import PersonalText
from lms.storage.record import Exemption
from lms.storage.snapshot import in_force, load_people

LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """An exemption: from what, from and until when (None: always, for good), why and by whom (None: not recorded)."""

    id: int
    fact: Fact
    first: date | None
    until: date | None
    reason: str | None
    approved_by: int | None
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A person's exemptions, latest first, and the curriculum that counts for them (None: none yet)."""

    person_id: int
    spared: tuple[Spared, ...]
    curriculum: Curriculum | None
    may_grant: bool


def of(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Exempted:
    """The exemptions of a person that were not taken back. Raises Denied, NotFound."""
    person = lookup.person(session, actor, Permission.EXEMPTION_READ, person_id)
    today = calendar.today(session, now=now)
    query = in_force(Exemption).where(Exemption.person_id == person_id).order_by(Exemption.id.desc())
    rows = session.scalars(query).all()
    reasons = _reasons(session, [row.id for row in rows])
    about = About(person_id=person_id, team_id=person.team_id)
    return Exempted(
        person_id=person_id,
        spared=tuple(
            Spared(
                id=row.id,
                fact=_fact(row),
                first=row.first,
                until=row.until,
                reason=reasons.get(row.id),
                approved_by=row.approved_by,
                over=row.until is not None and row.until < today,
            )
            for row in rows
        ),
        curriculum=_curriculum(session, person_id, today),
        may_grant=person.state == "active" and person_id != actor.person_id and can(actor, Permission.EXEMPT, about),
    )


def grant(
    session: Session,
    actor: Actor,
    person_id: int,
    fact: Fact,
    *,
    reason: str,
    first: date | None,
    until: date | None,
    now: datetime,
) -> Exemption:
    """Spare the person a course, or hold them to have a level; their path is planned again.

    Raises Invalid for what their curriculum does not know, a missing reason or days the wrong way round, Conflict when
    they are spared exactly that already, NotPermitted for oneself, NotFound.
    """
    lookup.active(session, actor, Permission.EXEMPT, person_id)
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody exempts themselves. Ask whoever manages you."))
    today = calendar.today(session, now=now)
    problems = [
        *_unknown(_curriculum(session, person_id, today), fact),
        *lookup.on_the_calendar(first, "first"),
        *lookup.on_the_calendar(until, "until"),
    ]
    text = " ".join(reason.split())
    if not text:
        problems.append(Problem(said("Say why: the reason stays with the exemption."), field="reason"))
    if len(text) > LONGEST_REASON:
        problems.append(
            Problem(said("Keep the reason under %(most)s characters.", most=LONGEST_REASON), field="reason")
        )
    if until is not None and until < max(first or today, today):
        problems.append(Problem(said("The last day must not lie before the first, nor in the past."), field="until"))
    if problems:
        raise Invalid(*problems)
    course, competency, level = (
        (None, fact.competency, fact.level) if isinstance(fact, Attainment) else (fact.course, None, None)
    )
    made = Exemption(
        person_id=person_id,
        course=course,
        competency=competency,
        level=level,
        first=first,
        until=until,
        approved_by=actor.person_id,
    )
    held = session.scalars(in_force(Exemption).where(Exemption.person_id == person_id))
    if any((_fact(row), row.first, row.until) == (fact, first, until) for row in held):
        raise Conflict(said("This person has exactly this exemption already."))
    ledger.note(
        session,
        actor,
        "exemption.granted",
        now=now,
        subject=("person", person_id),
        rows=[made],
        texts={made: text},
        course=course,
        competency=competency,
        level=level,
    )
    input_changed(session, [person_id], now=now, actor=actor)
    return made


def take_back(session: Session, actor: Actor, person_id: int, exemption_id: int, *, now: datetime) -> None:
    """End an exemption at once, as if it had never been. Raises NotFound, NotPermitted for one's own."""
    lookup.active(session, actor, Permission.EXEMPT, person_id)
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody changes their own exemptions. Ask whoever manages you."))
    query = in_force(Exemption).where(Exemption.id == exemption_id, Exemption.person_id == person_id)
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound(said("There is no such exemption any more."))
    ledger.note(
        session, actor, "exemption.ended", now=now, subject=("person", person_id), rows=[ledger.withdrawal(found)]
    )
    input_changed(session, [person_id], now=now, actor=actor)


def _fact(row: Exemption) -> Fact:
    return CourseDone(row.course) if row.course is not None else Attainment(row.competency or "", row.level or 0)


def _curriculum(session: Session, person_id: int, today: date) -> Curriculum | None:
    snapshot = load_people(session, [person_id], today).get(person_id)
    found = snapshot and curricula.counting(session, snapshot, curricula.published(session))
    return found.curriculum if found else None


def _unknown(curriculum: Curriculum | None, fact: Fact) -> list[Problem]:
    if curriculum is None:
        return [Problem(said("This person has no role yet, so there is nothing to be exempt from."))]
    if isinstance(fact, CourseDone):
        known = fact.course in curriculum.course_by_id
    else:
        known = fact.competency in curriculum.competency_by_id and 1 <= fact.level <= len(curriculum.scale)
    return (
        [] if known else [Problem(said("Choose a course, or a competency and a level, from the list."), field="what")]
    )


def _reasons(session: Session, rows: list[int]) -> dict[int, str]:
    query = select(PersonalText.about_id, PersonalText.text)
    query = query.where(PersonalText.about_kind == "exemption", PersonalText.about_id.in_(rows))
    return {row.about_id: row.text for row in session.execute(query)}
