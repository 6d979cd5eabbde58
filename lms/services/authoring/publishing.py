"""Publishing: the draft checked, frozen as the next version, and the pointer moved; who is on it is planned again by jobs.

Going back is publishing, too: an older version becomes the draft (`bring_back`) and is published as a new one, so that
the history only grows. Nobody's ledger changes, but for entries that say who stays on the version before, and until when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.engine.assertions import Outcome, run_tests
from lms.engine.check import Finding, Severity, check_curriculum
from lms.engine.curriculum import Curriculum as CurriculumValue
from lms.errors import Conflict, Invalid, NotFound, Problem, Said, one_after_another, said
from lms.services import calendar, curricula, kept, ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.authoring import drafts, pins
from lms.services.authoring.drafts import What
from lms.services.curricula import Published
from lms.services.organisation import lookup
from lms.services.replanning import input_changed
from lms.storage.curricula import AUDIENCES, Curriculum, CurriculumDraft, CurriculumVersion, DraftEdit, Impact
from lms.storage.snapshot import people_in

REASON = range(5, 2001)
"""How many characters a reason to publish in spite of an error has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What stands in the way of publishing (`errors`), and what somebody should look at (`warnings`)."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who gets a version at once: everybody, newcomers alone, or everybody from a day on (`storage.curricula.AUDIENCES`).

    `until` is the last day on which those who are there stay on the version before; None for everybody.
    """

    whom: str = "everybody"
    until: date | None = None


EVERYBODY = Audience()


def verdict(value: CurriculumValue, today: datetime) -> Verdict:
    """Findings and failed tests of a curriculum; errors and failed tests stand in the way of publishing it."""
    findings = check_curriculum(value)
    failed = [_failed(one) for one in run_tests(value, today.date()) if not one.passed]
    return Verdict(
        errors=(*_said(findings, Severity.ERROR), *failed),
        warnings=_said(findings, Severity.WARNING),
    )


def _said(findings: Sequence[Finding], severity: Severity) -> tuple[str, ...]:
    return tuple(finding.message for finding in findings if finding.severity is severity)


def _failed(one: Outcome) -> Said:
    return said("%(test)s: %(found)s", test=one.title, found=one_after_another(one.found))


def publish(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    *,
    note: str = "",
    audience: Audience = EVERYBODY,
    override: str = "",
    seen: str | None = None,
    now: datetime,
) -> CurriculumVersion:
    """Freeze the draft as the next version and make it the one that counts; who is on it is planned again by jobs.

    `override` is the reason to publish though an error stands or a test fails; `seen` the digest of the draft that
    somebody looked at. Raises Invalid with every error and failed test that no reason overrides, and for an audience that
    cannot be; Conflict when there is no draft, it says what is published, or it is not the one that was seen.
    """
    require(actor, Permission.CURRICULUM_PUBLISH, About(curriculum_id=curriculum_id))
    asked = select(Curriculum).where(Curriculum.id == curriculum_id).execution_options(populate_existing=True)
    found = session.scalar(asked.with_for_update())
    draft = session.get(CurriculumDraft, curriculum_id, populate_existing=True)
    if found is None or draft is None:
        raise Conflict(said("There is no draft to publish."))
    if seen is not None and draft.digest != seen:
        raise Conflict(said("The draft was changed since you looked at it. Look at the changes as they are now."))
    before = curricula.version(session, found.published_id) if found.published_id else None
    if before is not None and before.digest == draft.digest:
        raise Conflict(said("The draft says what is published already."))
    value = kept.curriculum(draft.digest, lambda: draft.document)
    reason = _reason(verdict(value, now), override)
    _require_possible(audience, before, calendar.today(session, now=now))
    past = curricula.history(session, curriculum_id)
    stay = pins.staying(session, before, audience.until, now=now) if before and audience.until else []
    frozen = CurriculumVersion(
        curriculum_id=curriculum_id,
        number=past[0].number + 1 if past else 1,
        document=draft.document,
        digest=draft.digest,
        note=note,
        published_at=now,
        published_by=actor.person_id,
        audience=audience.whom,
        others_until=audience.until,
        override=reason,
        restores=next((one.number for one in past if one.digest == draft.digest), None),
    )
    session.add(frozen)
    session.flush()  # the pointer needs its number
    found.published_id, found.title = frozen.id, value.title
    session.execute(delete(DraftEdit).where(DraftEdit.curriculum_id == curriculum_id))
    session.execute(delete(Impact).where(Impact.curriculum_id == curriculum_id))
    ledger.note(
        session,
        actor,
        "curriculum.published",
        now=now,
        subject=("curriculum", curriculum_id),
        rows=stay,
        version=frozen.number,
        digest=frozen.digest,
        audience=audience.whom,
        until=audience.until.isoformat() if audience.until else None,
        stay=len(stay),
        restores=frozen.restores,
        override="sha256:" + hashlib.sha256(reason.encode()).hexdigest() if reason else None,
    )
    input_changed(session, people_in(session, curriculum_id), now=now, actor=actor)
    return frozen


def bring_back(session: Session, actor: Actor, curriculum_id: int, number: int, *, now: datetime) -> None:
    """Make an older version the draft, as one edit that can be undone; to go back it is then published as a new one.

    Raises Denied, and NotFound when there is no such version.
    """
    require(actor, Permission.DRAFT_EDIT, About(curriculum_id=curriculum_id))
    value = curricula.version(session, version_row(session, curriculum_id, number).id).curriculum
    what = What(how="brought-back", kind="version", title=str(number))
    drafts.replace_draft(session, actor, curriculum_id, value, what, now=now)


def version_row(session: Session, curriculum_id: int, number: int) -> CurriculumVersion:
    """The frozen version, without its document. Raises NotFound. Asks nobody's permission."""
    found = next((one for one in curricula.history(session, curriculum_id) if one.number == number), None)
    if found is None:
        raise NotFound(said("There is no such version."))
    return found


def _reason(judged: Verdict, override: str) -> str | None:
    """Why it is published in spite of what stands in its way; None when nothing does."""
    if not judged.errors:
        return None
    reason = " ".join(override.split())
    if not reason:
        raise Invalid(*map(Problem, judged.errors))
    if len(reason) not in REASON:
        sentence = said("Say why in %(least)s to %(most)s characters.", least=REASON.start, most=REASON.stop - 1)
        raise lookup.wrong("override", sentence)
    return reason


def _require_possible(audience: Audience, before: Published | None, today: date) -> None:
    if audience.whom not in AUDIENCES or (audience.whom == "everybody") != (audience.until is None):
        raise lookup.wrong("audience", said("Choose who gets the version, and the day for those who wait."))
    if audience.until is None:
        return
    if before is None:
        raise lookup.wrong("audience", said("Nothing is published yet on which anybody could stay."))
    problems = lookup.on_the_calendar(audience.until, "until")
    if not problems and audience.until < today:
        problems = [Problem(said("Choose a day that is still to come."), field="until")]
    if problems:
        raise Invalid(*problems)
