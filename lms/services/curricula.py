"""Curricula: which there are, who may see them, their frozen versions as engine values, and which counts for whom.

A frozen version never changes, so its parsed value and its planner are kept by digest in `kept`. Drafts and publishing
are `services.authoring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from lms.engine.curriculum import Curriculum as CurriculumValue
from lms.errors import NotFound, said
from lms.services import kept
from lms.services.access import About, Actor, Permission, can, require
from lms.storage.curricula import Curriculum, CurriculumVersion
from lms.storage.record import VersionPin
from lms.storage.snapshot import Pin, Snapshot, in_force, pins_of
from lms.storage.standings import Standing

_VERSION = select(
    CurriculumVersion.curriculum_id, CurriculumVersion.number, CurriculumVersion.digest, CurriculumVersion.note
).where(CurriculumVersion.id == bindparam("version_id"))

_PUBLISHED = (
    select(
        CurriculumVersion.id,
        CurriculumVersion.curriculum_id,
        CurriculumVersion.number,
        CurriculumVersion.digest,
        CurriculumVersion.note,
    )
    .join(Curriculum, Curriculum.published_id == CurriculumVersion.id)
    .where(Curriculum.archived.is_(False))
    .order_by(Curriculum.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version and its value."""

    curriculum_id: int
    version_id: int
    number: int
    digest: str
    curriculum: CurriculumValue
    note: str = ""
    """What its author says about the change; empty where whoever read it did not ask."""


def published(session: Session) -> tuple[Published, ...]:
    """Every curriculum that counts now, in the order in which they came."""
    return tuple(of_row(session, *row) for row in session.execute(_PUBLISHED).all())


def in_use(session: Session, on: date) -> tuple[Published, ...]:
    """Every version that counts for anybody on a day: those published, then older ones on which somebody stays, the
    newest first.
    """
    now = published(session)
    known, offered = {one.version_id for one in now}, {one.curriculum_id for one in now}
    pinned = in_force(VersionPin).with_only_columns(VersionPin.version_id).where(VersionPin.until >= on)
    older = pinned.where(VersionPin.curriculum_id.in_(offered), VersionPin.version_id.not_in(known))
    return (
        *now,
        *(version(session, one) for one in session.scalars(older.distinct().order_by(VersionPin.version_id.desc()))),
    )


def of_person(session: Session, pins: Sequence[Pin], offered: Sequence[Published]) -> tuple[Published, ...]:
    """The published curricula, each in the version that counts for a person with these pins."""
    stays = {pin.curriculum_id: pin for pin in pins}
    return tuple(
        of_row(session, pin.version_id, pin.curriculum_id, pin.number, pin.digest)
        if (pin := stays.get(one.curriculum_id))
        else one
        for one in offered
    )


def offered_to(session: Session, person_id: int, on: date) -> tuple[Published, ...]:
    """The same for a person of whom no more than the number is known."""
    return of_person(session, pins_of(session, [person_id], on).get(person_id, ()), published(session))


def counting(session: Session, one: Snapshot | Standing, offered: Sequence[Published]) -> Published | None:
    """The version that counts for a person: of the curriculum of their present role, else of the first that has all
    their targets; the one on which they stay, else the published one. `offered` is all that is published.
    """
    own = of_person(session, one.pins, offered)
    if one.curriculum_id is not None:
        return next((version for version in own if version.curriculum_id == one.curriculum_id), None)
    targets = one.person.targets
    able = (version for version in own if all(role in version.curriculum.role_by_id for role in targets))
    return next(able, None) if targets else None


def version(session: Session, version_id: int) -> Published:
    """A frozen version and its value, which is parsed once. Raises NotFound when there is no such version."""
    row = session.execute(_VERSION, {"version_id": version_id}).one_or_none()
    if row is None:
        raise NotFound(said("There is no such version."))
    return of_row(session, version_id, *row)


def of_row(
    session: Session, version_id: int, curriculum_id: int, number: int, digest_: str, note: str = ""
) -> Published:
    """The same, for whoever read these columns with others."""
    return Published(
        curriculum_id=curriculum_id,
        version_id=version_id,
        number=number,
        digest=digest_,
        curriculum=kept.curriculum(digest_, lambda: _document(session, version_id)),
        note=note,
    )


def readable(session: Session, actor: Actor, curriculum_id: int) -> Curriculum:
    """The curriculum, if this actor may see it: published ones everybody, others their owners and administrators.

    Raises Denied.
    """
    require(actor, Permission.CURRICULUM_READ)
    found = session.get(Curriculum, curriculum_id)
    about = About(curriculum_id=curriculum_id)
    if found is None or found.archived or found.published_id is None:
        require(actor, Permission.DRAFT_READ, about)
    if found is None:
        raise NotFound(said("There is no such curriculum."))
    return found


def visible(session: Session, actor: Actor) -> Sequence[Curriculum]:
    """The curricula that this actor may see, in the order in which they came."""
    rows = session.scalars(select(Curriculum).order_by(Curriculum.id)).all()
    return [
        row
        for row in rows
        if (row.published_id and not row.archived) or can(actor, Permission.DRAFT_READ, About(curriculum_id=row.id))
    ]


def _document(session: Session, version_id: int) -> str:
    document = session.scalar(select(CurriculumVersion.document).where(CurriculumVersion.id == version_id))
    assert document is not None, "a version whose digest was just read"
    return document


def history(session: Session, curriculum_id: int) -> Sequence[CurriculumVersion]:
    """The frozen versions, newest first, without their documents."""
    rows = select(CurriculumVersion).options(defer(CurriculumVersion.document, raiseload=True))
    newest_first = rows.where(CurriculumVersion.curriculum_id == curriculum_id).order_by(
        CurriculumVersion.number.desc()
    )
    return session.scalars(newest_first).all()
