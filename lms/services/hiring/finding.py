"""Finding an opening, a candidate or an interview for a verb, and asking whether the actor may have it.

An opening is worked on by recruiters, by its hiring manager and by the line of its team; an interview belongs to whoever
was asked to hold it. Somebody who was hired never works on what was collected about themselves.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, said
from lms.services import curricula
from lms.services.access import About, Actor, Permission, can, require
from lms.services.curricula import Published
from lms.storage.hiring import Candidate, Interview, Opening, Part

UNDECIDED = ("applied", "offered")
Row = TypeVar("Row", Opening, Candidate, Interview)
One = TypeVar("One", bound=Part)


def about(found: Opening | None) -> About:
    """What a permission is asked about: the team of the opening, and its hiring manager."""
    if found is None:
        return About()
    return About(team_id=found.team_id, handed_to=frozenset({found.manager_id} - {None}))  # type: ignore[arg-type]


def opening(session: Session, actor: Actor, opening_id: int, *, lock: bool = False) -> Opening:
    """An opening that this actor works on. Raises Denied, NotFound."""
    found = _row(session, Opening, opening_id, lock=lock)
    require(actor, Permission.HIRING, about(found))
    if found is None:
        raise NotFound(said("There is no such opening."))
    return found


def candidate(session: Session, actor: Actor, candidate_id: int, *, lock: bool = False) -> tuple[Candidate, Opening]:
    """A candidate of an opening that this actor works on. Raises Denied, NotFound."""
    found = _row(session, Candidate, candidate_id, lock=lock)
    opened = session.get(Opening, found.opening_id) if found else None
    require(actor, Permission.HIRING, about(opened))
    if found is None or opened is None or (found.person_id is not None and found.person_id == actor.person_id):
        raise NotFound(said("There is no such candidate."))
    return found, opened


def undecided(session: Session, actor: Actor, candidate_id: int) -> tuple[Candidate, Opening]:
    """The same, locked, while nobody has decided. Raises Denied, NotFound, Conflict."""
    found, opened = candidate(session, actor, candidate_id, lock=True)
    require_undecided(found)
    return found, opened


def require_undecided(found: Candidate) -> None:
    """Go on only while the candidate has no answer. Raises Conflict."""
    if found.state not in UNDECIDED:
        raise Conflict(said("This candidate has an answer already. Nothing was changed."))


def interview(
    session: Session, actor: Actor, interview_id: int, *, lock: bool = False
) -> tuple[Interview, Candidate, Opening]:
    """An interview that this actor was asked to hold. Raises Denied, NotFound."""
    number = session.scalar(select(Interview.candidate_id).where(Interview.id == interview_id))
    whom = _row(session, Candidate, number, lock=lock) if number else None
    found = _row(session, Interview, interview_id, lock=False)
    handed = frozenset({found.interviewer_id}) if found else frozenset()
    require(actor, Permission.INTERVIEW, About(person_id=whom.person_id if whom else None, handed_to=handed))
    opened = session.get(Opening, whom.opening_id) if whom else None
    if found is None or whom is None or opened is None or found.state == "called-off":
        raise NotFound(said("There is no such interview."))
    return found, whom, opened


def may_run(actor: Actor, opened: Opening) -> bool:
    """Does this actor work on the opening?"""
    return can(actor, Permission.HIRING, about(opened))


def version_of(session: Session, opened: Opening) -> Published:
    """The version of the curriculum by which everybody of the opening is measured."""
    return curricula.version(session, opened.version_id)


def parts(session: Session, table: type[One], candidate_id: int) -> list[One]:
    """The rows of one table about a candidate, in the order in which they came."""
    return list(session.scalars(select(table).where(table.candidate_id == candidate_id).order_by(table.id)))


def _row(session: Session, table: type[Row], number: int, *, lock: bool) -> Row | None:
    asked = select(table).where(table.id == number).execution_options(populate_existing=True)
    return session.scalar(asked.with_for_update() if lock else asked)
