"""Recording what one saw on the job: a rating against the level's own words, by a manager, a trainer or an assessor.

It is signed off as it is recorded, and stands among the person's pieces like anything they handed in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Competency
from lms.errors import Conflict, Invalid, NotFound, NotPermitted, Problem, said
from lms.services.access import About, Actor, Permission, Right, require
from lms.services.curricula import Published
from lms.services.evidence import texts
from lms.services.evidence.ratings import Rating, lasts, rate_one
from lms.services.learning.levels import Whose, as_they_are
from lms.services.organisation import lookup
from lms.services.running import outbox
from lms.storage.evidence_pieces import Piece, Review
from lms.storage.people import Person
from lms.storage.record import Evidence
from lms.storage.snapshot import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A person whom this actor may rate: as they are today, and the competencies they may rate, with the capacity."""

    whose: Whose
    version: Published
    capacities: dict[str, str]
    """Competency id -> manager, trainer or assessor; competencies that the curriculum leaves to others are not in it."""


def whom(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Observed:
    """The person, and what this actor may rate of them. Raises Denied, NotPermitted for oneself, Conflict, NotFound."""
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody records evidence of themselves. Hand it in instead."))
    person = session.get(Person, person_id, populate_existing=True)
    who = as_they_are(session, person_id, now=now)
    version = who.version if who else None
    about = About(
        person_id=person_id,
        team_id=person.team_id if person else None,
        curriculum_id=version.curriculum_id if version else None,
    )
    require(actor, Permission.EVIDENCE_OBSERVE, about if person is not None and person.state != "erased" else About())
    if person is None or person.state == "erased":
        raise NotFound(said("There is nobody with the number %(number)s.", number=person_id))
    if who is None:
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    if version is None:
        raise Conflict(said("This person has neither a role nor a target yet, so there is nothing to record."))
    found = {one.id: _capacity(actor, one, about) for one in version.curriculum.competencies}
    return Observed(whose=who, version=version, capacities={name: one for name, one in found.items() if one})


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
    """Record what one saw, as a level from 0; the person's path has moved on when this ends, and they are written to.

    Raises Denied, NotPermitted, Invalid; Conflict for exactly the same once more.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())  # two clicks take turns
    seen = whom(session, actor, person_id, now=now)
    text = texts.clean(text)
    known = seen.version.curriculum.competency_by_id.get(competency)
    problems = [*texts.problems(text, "text"), *_wrong_days(seen.whose.on, shown_on, until)]
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
    _require_new(session, rating)
    piece = _piece(seen.version.curriculum_id, rating, now=now)
    session.add(piece)
    session.flush()  # the review and the mail need its number
    row = rate_one(session, actor, rating, action="evidence.observed", now=now, piece=piece.id)
    review = Review(
        piece_id=piece.id,
        person_id=person_id,
        at=now,
        outcome="signed-off",
        by_id=actor.person_id,
        capacity=rating.source,
        evidence_id=row.id,
    )
    session.add(review)
    session.flush()  # the mail needs its number
    outbox.send(session, "evidence-answered", person_id, now=now, actor=actor, piece=piece.id, review=review.id)
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


def _require_new(session: Session, rating: Rating) -> None:
    same = in_force(Evidence).where(
        Evidence.person_id == rating.person_id,
        Evidence.competency == rating.competency,
        Evidence.level == rating.level,
        Evidence.shown_on == rating.shown_on,
        Evidence.source == rating.source,
        Evidence.rater_id == rating.rater_id,
    )
    if session.scalars(same.limit(1)).first() is not None:
        raise Conflict(said("You have recorded exactly this already. Nothing was changed."))


def _piece(curriculum_id: int, rating: Rating, *, now: datetime) -> Piece:
    return Piece(
        person_id=rating.person_id,
        curriculum_id=curriculum_id,
        competency=rating.competency,
        level=rating.level,
        kind="observation",
        shown_on=rating.shown_on,
        handed_in_at=now,
        state="signed-off",
        reviewer_id=rating.rater_id,
        capacity=rating.source,
        since=now,
        answered_at=now,
        digest=f"observed:{secrets.token_hex(16)}",
    )
