"""Curricula: a draft saved, a version frozen and published, and published versions as engine values.

Publishing moves a pointer: the version is checked, frozen, and everybody on it is planned again by jobs. A frozen
version never changes, so its parsed value and its planner are kept by number in `kept`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer

from lms.engine.assertions import run_tests
from lms.engine.check import Finding, Severity, check_curriculum
from lms.engine.curriculum import Curriculum as CurriculumValue
from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.interop.curriculum_file import curriculum_to_json, digest
from lms.services import kept, ledger
from lms.services.access import About, Actor, Permission, Right, can, require
from lms.services.replanning import input_changed
from lms.storage.curricula import Curriculum, CurriculumDraft, CurriculumOwner, CurriculumVersion
from lms.storage.snapshot import Snapshot, people_in

_VERSION = select(CurriculumVersion.curriculum_id, CurriculumVersion.number, CurriculumVersion.digest).where(
    CurriculumVersion.id == bindparam("version_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version and its value."""

    curriculum_id: int
    version_id: int
    number: int
    digest: str
    curriculum: CurriculumValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What stands in the way of publishing (`errors`), and what somebody should look at (`warnings`)."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def published(session: Session) -> tuple[Published, ...]:
    """Every curriculum that counts now, in the order in which they came."""
    pointers = session.scalars(
        select(Curriculum.published_id)
        .where(Curriculum.archived.is_(False), Curriculum.published_id.is_not(None))
        .order_by(Curriculum.id)
    )
    return tuple(version(session, number) for number in pointers.all() if number is not None)


def counting(one: Snapshot, offered: Sequence[Published]) -> Published | None:
    """The published version that counts for a person: of their present role, else the first that has all their targets."""
    if one.curriculum_id is not None:
        return next((version for version in offered if version.curriculum_id == one.curriculum_id), None)
    targets = one.person.targets
    able = (version for version in offered if all(role in version.curriculum.role_by_id for role in targets))
    return next(able, None) if targets else None


def version(session: Session, version_id: int) -> Published:
    """A frozen version and its value, which is parsed once. Raises NotFound when there is no such version."""
    row = session.execute(_VERSION, {"version_id": version_id}).one_or_none()
    if row is None:
        raise NotFound(said("There is no such version."))
    return of_row(session, version_id, *row)


def of_row(session: Session, version_id: int, curriculum_id: int, number: int, digest_: str) -> Published:
    """The same, for whoever read these columns with others."""
    return Published(
        curriculum_id=curriculum_id,
        version_id=version_id,
        number=number,
        digest=digest_,
        curriculum=kept.curriculum(digest_, lambda: _document(session, version_id)),
    )


def save_draft(session: Session, actor: Actor, value: CurriculumValue, *, now: datetime) -> int:
    """Make this the draft of its curriculum, a new one when the site has none of its id; gives the curriculum's number.

    A trainer who brings a new curriculum owns it. Raises Denied when the actor may not edit the one there is.
    """
    require(actor, Permission.CURRICULUM_IMPORT)
    found = session.scalar(select(Curriculum).where(Curriculum.key == value.id).with_for_update())
    if found is None:
        found = Curriculum(key=value.id, title=value.title)
        session.add(found)
        session.flush()  # the draft and the owner need its number
        if Right.TRAINER in actor.rights and actor.person_id is not None:
            session.add(CurriculumOwner(curriculum_id=found.id, person_id=actor.person_id))
    else:
        require(actor, Permission.CURRICULUM_PUBLISH, About(curriculum_id=found.id))
    draft = session.get(CurriculumDraft, found.id) or CurriculumDraft(curriculum_id=found.id)
    draft.document, draft.digest = curriculum_to_json(value), digest(value)
    draft.changed_at, draft.changed_by = now, actor.person_id
    session.add(draft)
    ledger.note(session, actor, "curriculum.drafted", now=now, subject=("curriculum", found.id), digest=draft.digest)
    return found.id


def verdict(value: CurriculumValue, today: datetime) -> Verdict:
    """Findings and failed tests of a curriculum; errors and failed tests stand in the way of publishing it."""
    findings = check_curriculum(value)
    failed = [f"{one.title}: {one.message}" for one in run_tests(value, today.date()) if not one.passed]
    return Verdict(
        errors=(*_said(findings, Severity.ERROR), *failed),
        warnings=_said(findings, Severity.WARNING),
    )


def _said(findings: Sequence[Finding], severity: Severity) -> tuple[str, ...]:
    return tuple(finding.message for finding in findings if finding.severity is severity)


def publish(session: Session, actor: Actor, curriculum_id: int, *, note: str = "", now: datetime) -> CurriculumVersion:
    """Freeze the draft as the next version and make it the one that counts; who is on it is planned again by jobs.

    Raises Invalid with every error and failed test, Conflict when there is no draft or it says what is published.
    """
    require(actor, Permission.CURRICULUM_PUBLISH, About(curriculum_id=curriculum_id))
    found = session.scalar(select(Curriculum).where(Curriculum.id == curriculum_id).with_for_update())
    draft = session.get(CurriculumDraft, curriculum_id)
    if found is None or draft is None:
        raise Conflict(said("There is no draft to publish."))
    if found.published_id and version(session, found.published_id).digest == draft.digest:
        raise Conflict(said("The draft says what is published already."))
    value = kept.curriculum(draft.digest, lambda: draft.document)
    judged = verdict(value, now)
    if judged.errors:
        raise Invalid(*map(Problem, judged.errors))
    last = session.scalar(
        select(func.max(CurriculumVersion.number)).where(CurriculumVersion.curriculum_id == curriculum_id)
    )
    frozen = CurriculumVersion(
        curriculum_id=curriculum_id,
        number=(last or 0) + 1,
        document=draft.document,
        digest=draft.digest,
        note=note,
        published_at=now,
        published_by=actor.person_id,
    )
    session.add(frozen)
    session.flush()  # the pointer needs its number
    found.published_id, found.title = frozen.id, value.title
    ledger.note(
        session,
        actor,
        "curriculum.published",
        now=now,
        subject=("curriculum", curriculum_id),
        version=frozen.number,
        digest=frozen.digest,
    )
    input_changed(session, people_in(session, curriculum_id), now=now, actor=actor)
    return frozen


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft with its value and what checking it says; None where it says what is published already."""

    curriculum: CurriculumValue
    verdict: Verdict | None
    changed_at: datetime
    is_published: bool
    """Whether it says what is published already."""


def draft(session: Session, actor: Actor, curriculum_id: int, *, now: datetime) -> Draft | None:
    """The draft, for who may read it; None when there is none or the actor may not know of it."""
    found = session.get(CurriculumDraft, curriculum_id)
    if found is None or not can(actor, Permission.DRAFT_READ, About(curriculum_id=curriculum_id)):
        return None
    value = kept.curriculum(found.digest, lambda: found.document)
    pointer = session.scalar(select(Curriculum.published_id).where(Curriculum.id == curriculum_id))
    same = pointer is not None and version(session, pointer).digest == found.digest
    return Draft(
        curriculum=value,
        verdict=None if same else verdict(value, now),
        changed_at=found.changed_at,
        is_published=same,
    )


def history(session: Session, curriculum_id: int) -> Sequence[CurriculumVersion]:
    """The frozen versions, newest first, without their documents."""
    rows = select(CurriculumVersion).options(defer(CurriculumVersion.document, raiseload=True))
    newest_first = rows.where(CurriculumVersion.curriculum_id == curriculum_id).order_by(
        CurriculumVersion.number.desc()
    )
    return session.scalars(newest_first).all()
