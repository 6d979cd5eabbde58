"""Recording what one saw on the job: a rating against the level's own words, by a manager, a trainer or an assessor.

It is signed off as it is recorded, and stands among the person's pieces like anything they handed in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.engine.competency import Competency
from lms.errors import Conflict, Invalid, NotFound, NotPermitted, Problem, said
from lms.services.access import About, Actor, Permission, Right, require
from lms.services.curricula import Published
from lms.services.evidence import located, texts
from lms.services.evidence.answering import rate_one
from lms.services.evidence.located import Located
from lms.services.evidence.ratings import Rating, lasts
from lms.services.evidence.turns import Acts
from lms.services.organisation import lookup
from lms.storage.evidence_pieces import Piece
from lms.storage.record import Evidence
from lms.storage.snapshot import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A person whom this actor may rate: as they are today, and the competencies they may rate, with the capacity."""

    located: Located
    version: Published
    capacities: dict[str, str]
    """Competency id -> manager, trainer or assessor; competencies that the curriculum leaves to others are not in it."""


def whom(session: Session, actor: Actor, person_id: int, *, now: datetime, lock: bool = False) -> Observed:
    """The person, and what this actor may rate of them. Raises Denied, NotPermitted for oneself, Conflict, NotFound."""
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody records evidence of themselves. Hand it in instead."))
    found = located.locate(session, person_id, now=now, lock=lock)
    if found is None or found.person.state == "erased":
        require(actor, Permission.EVIDENCE_OBSERVE, About())
        raise NotFound(said("There is nobody with the number %(number)s.", number=person_id))
    version = found.version
    about = About(
        person_id=person_id,
        team_id=found.person.team_id,
        curriculum_id=version.curriculum_id if version else None,
    )
    require(actor, Permission.EVIDENCE_OBSERVE, about)
    if found.person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    if version is None:
        raise Conflict(said("This person has neither a role nor a target yet, so there is nothing to record."))
    rated = {one.id: _capacity(actor, one, about) for one in version.curriculum.competencies}
    return Observed(located=found, version=version, capacities={name: one for name, one in rated.items() if one})


def observe(
    session: Session,
    actor: Actor,
    person_id: int,
    competency: str,
    level: int,
    *,
    shown_on: date | None,
    text: str = "",
    until: date | None = None,
    now: datetime,
) -> Piece:
    """Record what one saw, as a level from 0; the person is written to, and their path is planned again by a job.

    Raises Denied, NotPermitted, Invalid; Conflict for exactly the same once more. Eight statements at most.
    """
    seen = whom(session, actor, person_id, now=now, lock=True)
    text = texts.clean(text)
    known = seen.version.curriculum.competency_by_id.get(competency)
    problems = [*texts.problems(text, "text"), *_wrong_days(seen.located.on, shown_on, until)]
    if known is None or competency not in seen.capacities:
        problems.append(Problem(said("Choose a competency from the list."), field="competency"))
    if not 0 <= level <= len(seen.version.curriculum.scale):
        problems.append(Problem(said("Choose the level that you saw."), field="level"))
    if problems or shown_on is None:
        raise Invalid(*problems)
    rating = Rating(
        person_id=person_id,
        competency=competency,
        level=level,
        source=seen.capacities[competency],
        rater_id=actor.person_id,
        shown_on=shown_on,
        until=lasts(seen.version.curriculum, competency, level, shown_on, until),
        text=text,
    )
    piece = _record(session, seen.version.curriculum_id, rating, now=now)
    rate_one(session, actor, piece, rating, Acts(capacity=rating.source), action="evidence.observed", now=now)
    return piece


def _capacity(actor: Actor, competency: Competency, about: About) -> str | None:
    """In what capacity this actor may rate the competency: the first of those that the curriculum lets rate it."""
    held = {
        "manager": about.team_id in actor.line,
        "trainer": about.curriculum_id in actor.owned,
        "assessor": Right.ASSESSOR in actor.rights,
    }
    return next((name for name, has in held.items() if has and name in competency.raters), None)


def _wrong_days(on: date, shown_on: date | None, until: date | None) -> list[Problem]:
    problems = [*lookup.on_the_calendar(shown_on, "shown_on"), *lookup.on_the_calendar(until, "until")]
    if shown_on is None:
        problems.append(Problem(said("Say on which day you saw it."), field="shown_on"))
    elif shown_on > on:
        problems.append(Problem(said("The day lies ahead. Choose today or an earlier one."), field="shown_on"))
    if until is not None and until < on:
        problems.append(Problem(said("The last day must not lie in the past."), field="until"))
    return problems


def _record(session: Session, curriculum_id: int, rating: Rating, *, now: datetime) -> Piece:
    """The piece, unless the same rating stands in the ledger: asked and written in one statement. Raises Conflict."""
    same = in_force(Evidence).where(
        Evidence.person_id == rating.person_id,
        Evidence.competency == rating.competency,
        Evidence.level == rating.level,
        Evidence.shown_on == rating.shown_on,
        Evidence.source == rating.source,
        Evidence.rater_id == rating.rater_id,
    )
    told: dict[InstrumentedAttribute[Any], Any] = {
        Piece.person_id: rating.person_id,
        Piece.curriculum_id: curriculum_id,
        Piece.competency: rating.competency,
        Piece.level: rating.level,
        Piece.kind: "observation",
        Piece.shown_on: rating.shown_on,
        Piece.handed_in_at: now,
        Piece.state: "signed-off",
        Piece.reviewer_id: rating.rater_id,
        Piece.capacity: rating.source,
        Piece.since: now,
        Piece.answered_at: now,
        Piece.digest: f"observed:{secrets.token_hex(16)}",
    }
    new = select(*(literal(value, column.type) for column, value in told.items())).where(~same.exists())
    piece: Piece | None = session.scalar(
        insert(Piece).from_select([column.key for column in told], new).returning(Piece)
    )
    if piece is None:
        raise Conflict(said("You have recorded exactly this already. Nothing was changed."))
    return piece
