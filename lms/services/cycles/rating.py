"""Filling a sheet: said so far, handed in, taken back, declined. Nobody says anything they were not asked.

Until it is handed in, what somebody says is a draft that nobody else reads; until the cycle closes it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.engine.competency import Competency, ScaleLevel
from lms.errors import Conflict, Invalid, NotPermitted, Problem, Said, said
from lms.services import curricula, ledger
from lms.services.access import Actor
from lms.services.cycles import finding
from lms.services.evidence import texts
from lms.services.organisation.people_shown import Named, names
from lms.storage.cycles import Cycle, Sheet, SheetRating
from lms.storage.people import PersonalText

NOT_WAITING: dict[str, Said] = {
    "submitted": said("You have handed this in. Take it back first if you want to change it."),
    "dropped": said("This is not asked of you any more. Nothing was changed."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rater says about a competency: a level from 0, None for not seen, and words."""

    level: int | None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A competency to be rated, and what was said about it so far (None: nothing)."""

    competency: Competency
    said: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A sheet as its rater sees it."""

    row: Sheet
    cycle: Cycle
    who: Named
    scale: tuple[ScaleLevel, ...]
    items: tuple[Item, ...]

    @property
    def editable(self) -> bool:
        """May it be filled now?"""
        return self.cycle.state == "open" and self.row.state == "waiting"

    @property
    def reversible(self) -> bool:
        """May it be taken back?"""
        return self.cycle.state == "open" and self.row.state == "submitted"


def show(session: Session, actor: Actor, sheet_id: int) -> View:
    """A sheet that one is asked to fill. Raises NotFound, Denied."""
    row = finding.sheet(session, actor, sheet_id)
    curriculum = curricula.version(session, row.version_id).curriculum
    told = _said(session, row)
    return View(
        row=row,
        cycle=session.get_one(Cycle, row.cycle_id),
        who=names(session, [row.person_id])[row.person_id],
        scale=curriculum.scale,
        items=tuple(
            Item(competency=curriculum.competency_by_id[name], said=told.get(name)) for name in row.competencies
        ),
    )


def save(session: Session, actor: Actor, sheet_id: int, answers: Mapping[str, Answer]) -> Sheet:
    """Keep what was said so far, in the place of what was said before. Raises Invalid, NotFound, Denied, Conflict."""
    row = _waiting(session, actor, sheet_id)
    _keep(session, row, answers)
    return row


def submit(session: Session, actor: Actor, sheet_id: int, answers: Mapping[str, Answer], *, now: datetime) -> Sheet:
    """Hand it in: every competency has a level, or was not seen. Raises Invalid, NotFound, Denied, Conflict."""
    row = _waiting(session, actor, sheet_id)
    missing = [name for name in row.competencies if name not in answers]
    if missing:
        raise Invalid(
            *(Problem(said("Choose a level, or say that you have not seen it."), field=name) for name in missing)
        )
    _keep(session, row, answers)
    row.state, row.answered_at = "submitted", now
    _note(session, actor, "rating.submitted", row, now=now)
    return row


def take_back(session: Session, actor: Actor, sheet_id: int, *, now: datetime) -> Sheet:
    """Take back what was handed in, to change it before the cycle closes. Raises NotFound, Denied, Conflict."""
    row = finding.sheet_to_fill(session, actor, sheet_id)
    if row.state != "submitted":
        raise Conflict(said("This has not been handed in. Nothing was changed."))
    row.state, row.answered_at = "waiting", None
    _note(session, actor, "rating.taken_back", row, now=now)
    return row


def decline(session: Session, actor: Actor, sheet_id: int, *, now: datetime) -> Sheet:
    """Say that one cannot judge this colleague; whatever was said so far goes.

    Raises NotFound, Denied, Conflict; NotPermitted for the person and their manager, whose word is needed.
    """
    row = _waiting(session, actor, sheet_id)
    if row.capacity != "peer":
        raise NotPermitted(said("Only colleagues can say that they cannot judge. Mark what you have not seen."))
    forget(session, [row.id])
    row.state, row.why_dropped = "dropped", "declined"
    _note(session, actor, "rating.declined", row, now=now)
    return row


def forget(session: Session, sheets: Sequence[int]) -> None:
    """Let go of everything that was said on these sheets, words included."""
    mine = select(SheetRating.id).where(SheetRating.sheet_id.in_(sheets))
    about = PersonalText.about_kind == SheetRating.__tablename__
    session.execute(delete(PersonalText).where(about, PersonalText.about_id.in_(mine)))
    session.execute(delete(SheetRating).where(SheetRating.sheet_id.in_(sheets)))


def _waiting(session: Session, actor: Actor, sheet_id: int) -> Sheet:
    row = finding.sheet_to_fill(session, actor, sheet_id)
    if row.state != "waiting":
        raise Conflict(NOT_WAITING[row.state])
    return row


def _keep(session: Session, row: Sheet, answers: Mapping[str, Answer]) -> None:
    highest = len(curricula.version(session, row.version_id).curriculum.scale)
    cleaned = {name: Answer(level=one.level, text=texts.clean(one.text)) for name, one in answers.items()}
    problems: list[Problem] = []
    for name, one in cleaned.items():
        if name not in row.competencies:
            problems.append(Problem(said("You were not asked about this competency.")))
            continue
        if one.level is not None and not 0 <= one.level <= highest:
            problems.append(Problem(said("Choose a level, or say that you have not seen it."), field=name))
        problems += texts.problems(one.text, name)
    if problems:
        raise Invalid(*problems)
    forget(session, [row.id])
    rows = {
        name: SheetRating(sheet_id=row.id, person_id=row.person_id, competency=name, level=one.level)
        for name, one in cleaned.items()
    }
    session.add_all(rows.values())
    session.flush()  # the words need their numbers
    for name, kept in rows.items():
        texts.keep(session, row.person_id, SheetRating, kept.id, cleaned[name].text)


def _said(session: Session, row: Sheet) -> dict[str, Answer]:
    rows = session.scalars(select(SheetRating).where(SheetRating.sheet_id == row.id)).all()
    words = texts.read(session, SheetRating, [one.id for one in rows])
    return {one.competency: Answer(level=one.level, text=words.get(one.id, "")) for one in rows}


def _note(session: Session, actor: Actor, action: str, row: Sheet, *, now: datetime) -> None:
    ledger.note(
        session,
        actor,
        action,
        now=now,
        subject=("person", row.person_id),
        cycle=row.cycle_id,
        sheet=row.id,
        capacity=row.capacity,
    )
