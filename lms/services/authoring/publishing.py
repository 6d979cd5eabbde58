"""Publishing: the draft checked, frozen as the next version, and the pointer moved; who is on it is planned again by jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.assertions import run_tests
from lms.engine.check import Finding, Severity, check_curriculum
from lms.engine.curriculum import Curriculum as CurriculumValue
from lms.errors import Conflict, Invalid, Problem, said
from lms.services import curricula, kept, ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.replanning import input_changed
from lms.storage.curricula import Curriculum, CurriculumDraft, CurriculumVersion
from lms.storage.snapshot import people_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What stands in the way of publishing (`errors`), and what somebody should look at (`warnings`)."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


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
    if found.published_id and curricula.version(session, found.published_id).digest == draft.digest:
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
