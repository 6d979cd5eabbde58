"""Reading what a verb about evidence needs in one statement: the person under a lock, the day, the version that counts.

What is read beside the locked rows may be older than they are, by as long as the lock was waited for: of a piece that was
changed meanwhile everything is read once more. *Instead of:* a statement for each table, and the whole snapshot of a
person of which only the version is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from lms.engine import person as values
from lms.engine.days import DAY
from lms.services import curricula
from lms.services.curricula import Published
from lms.storage.curricula import Curriculum, CurriculumVersion
from lms.storage.evidence_pieces import Deputy, Part, Piece, StoredFile
from lms.storage.people import Person, StudyPlan
from lms.storage.record import RoleAssignment, VersionPin
from lms.storage.site import Site
from lms.storage.snapshot import Pin, in_force, roles_on
from lms.storage.standings import Standing

ZONE = select(Site.time_zone).limit(1).scalar_subquery().label("zone")
HELD = aliased(RoleAssignment, in_force(RoleAssignment).subquery("held"), name="held")
STAYS = aliased(VersionPin, in_force(VersionPin).subquery("stays"), name="stays")
STAYS_ON = aliased(CurriculumVersion, name="stays_on")
OFFERED = (
    select(CurriculumVersion.id, CurriculumVersion.curriculum_id, CurriculumVersion.number, CurriculumVersion.digest)
    .join(Curriculum, Curriculum.published_id == CurriculumVersion.id)
    .where(Curriculum.archived.is_(False))
    .subquery("offered")
)
VERSIONS = (STAYS, STAYS_ON.number.label("stays_number"), STAYS_ON.digest.label("stays_digest"), OFFERED)
"""What says which version counts: those stayed on, and those offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A person, the day that it is where the site is, and the version that counts for them; None without a role or
    target of a published curriculum, and for who is not active.
    """

    person: Person
    on: date
    version: Published | None
    waiting: int
    """How many pieces of theirs wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedPiece:
    """A piece and its person, the day, its curriculum in the version that counts for them (None where it is not published
    any more), and who stands in for its reviewer that day.
    """

    piece: Piece
    person: Person
    on: date
    version: Published | None
    has_files: bool
    deputy: int | None


def locate(session: Session, person_id: int, *, now: datetime, lock: bool = True) -> Located | None:
    """The person, locked unless only looked at; None for a number that nobody has.

    A row for each role held, version stayed on and curriculum offered: few of each, and so is their product.
    """
    mine = select(func.count()).where(Piece.person_id == Person.id, Piece.state == "waiting")
    asked = (
        select(Person, ZONE, mine.scalar_subquery().label("waiting"), StudyPlan.targets, HELD, *VERSIONS)
        .outerjoin(StudyPlan, StudyPlan.person_id == Person.id)
        .outerjoin(HELD, HELD.person_id == Person.id)
        .outerjoin(STAYS, STAYS.person_id == Person.id)
        .outerjoin(STAYS_ON, STAYS_ON.id == STAYS.version_id)
        .outerjoin(OFFERED, true())
        .where(Person.id == person_id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(asked.with_for_update(of=Person) if lock else asked).all()
    if not rows:
        return None
    person: Person = rows[0].Person
    on = _day(rows[0].zone, now)
    held = {row.held.id: row.held for row in rows if row.held is not None}
    present, _ = roles_on(sorted(held.values(), key=lambda one: (one.starts, one.id)), on)
    standing = Standing(
        person=values.Person(id=str(person.id), targets=tuple(rows[0].targets or ())),
        curriculum_id=present.curriculum_id if present else None,
        pins=_pins(rows, on),
    )
    version = curricula.counting(session, standing, _offered(session, rows)) if person.state == "active" else None
    return Located(person=person, on=on, version=version, waiting=rows[0].waiting)


def locate_piece(session: Session, piece_id: int, *, now: datetime, lock: bool = True) -> LocatedPiece | None:
    """The piece, locked after its person as everywhere unless only looked at; None for a number that none has."""
    before, stands_in = aliased(Piece), aliased(Person)
    lately = now.date() - DAY  # it may be yesterday where the site is
    files = select(StoredFile.id).join(Part, Part.id == StoredFile.part_id).where(Part.piece_id == Piece.id).exists()
    seen = select(before.version).where(before.id == Piece.id).scalar_subquery()
    asked = (
        select(
            Piece,
            Person,
            ZONE,
            files.label("has_files"),
            seen.label("seen"),
            Deputy,
            stands_in.id.label("acts"),
            *VERSIONS,
        )
        .join(Person, Person.id == Piece.person_id)
        .outerjoin(Deputy, and_(Deputy.person_id == Piece.reviewer_id, Deputy.last >= lately))
        .outerjoin(stands_in, and_(stands_in.id == Deputy.deputy_id, stands_in.state == "active"))
        .outerjoin(STAYS, and_(STAYS.person_id == Person.id, STAYS.curriculum_id == Piece.curriculum_id))
        .outerjoin(STAYS_ON, STAYS_ON.id == STAYS.version_id)
        .outerjoin(OFFERED, OFFERED.c.curriculum_id == Piece.curriculum_id)
        .where(Piece.id == piece_id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(asked.with_for_update(of=(Person, Piece)) if lock else asked).all()
    if not rows:
        return None
    first, on = rows[0], _day(rows[0].zone, now)
    if first.Piece.version != first.seen:
        return locate_piece(session, piece_id, now=now)
    deputies = {row.Deputy.id: row.acts for row in rows if row.acts and row.Deputy.first <= on <= row.Deputy.last}
    return LocatedPiece(
        piece=first.Piece,
        person=first.Person,
        on=on,
        version=next(iter(curricula.of_person(session, _pins(rows, on), _offered(session, rows))), None),
        has_files=first.has_files,
        deputy=deputies[max(deputies)] if deputies else None,  # of several, whoever was named last
    )


def _day(zone: str | None, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def _pins(rows: Iterable[Row[Any]], on: date) -> tuple[Pin, ...]:
    """The versions stayed on that day; of several entries for one curriculum the last one counts."""
    entries = {row.stays.id: row for row in rows if row.stays is not None and row.stays.until >= on}
    found = {
        row.stays.curriculum_id: Pin(
            entry_id=number,
            curriculum_id=row.stays.curriculum_id,
            version_id=row.stays.version_id,
            number=row.stays_number,
            digest=row.stays_digest,
            until=row.stays.until,
        )
        for number, row in sorted(entries.items())
    }
    return tuple(found.values())


def _offered(session: Session, rows: Iterable[Row[Any]]) -> tuple[Published, ...]:
    """The published curricula, in the order in which they came."""
    found = {row.curriculum_id: row for row in rows if row.curriculum_id is not None}
    return tuple(
        curricula.of_row(session, row.id, number, row.number, row.digest) for number, row in sorted(found.items())
    )
