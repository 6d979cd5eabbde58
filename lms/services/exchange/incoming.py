"""A file and a draft: what the draft would become, and making it so, all of it or nothing.

A document takes the place of the whole draft and says what it withdraws. A trainer's sheet, a Moodle framework and a
CASE package add and change, and withdraw nothing. Bringing a file compares it once more; who hands in the digest of the
difference that they saw is refused when it has become another one. It is one edit of the draft, which can be undone, and
the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.engine.check import Finding, check_curriculum
from lms.engine.curriculum import Curriculum
from lms.errors import Conflict, Invalid, Problem, said
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document
from lms.interop.curriculum_parts import PartChange, differences, told
from lms.interop.curriculum_sheets import Rows, curriculum_with
from lms.services.access import About, Actor, Permission, require
from lms.services.authoring.drafts import Draft, What, open_draft, save_document
from lms.services.exchange.difference import PartDifference, told_as
from lms.services.exchange.merging import kept_as_it_is, merged_into
from lms.services.exchange.reading import Brings, Budget, Read, check_nodes, read_sheet, read_whole
from lms.services.imports.values import ColumnUse, sha256

Mapped = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a file would make of a draft. With `problems` nothing can be brought, and there is no `value`.

    `notes` say what of the file does not come in; `findings` are those that the draft does not have yet. Neither stops
    anything. `columns` come with a trainer's own sheet.
    """

    brings: Brings
    name: str
    file_digest: str
    value: Curriculum | None = None
    changes: tuple[PartChange, ...] = ()
    differences: tuple[PartDifference, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    columns: tuple[ColumnUse, ...] = ()

    def those(self, how: str) -> tuple[PartDifference, ...]:
        """What is added, changed, withdrawn or reordered."""
        return tuple(one for one in self.differences if one.how == how)

    @property
    def importable(self) -> bool:
        """Is it whole, and would it change anything?"""
        return not self.problems and bool(self.changes)

    @property
    def digest(self) -> str:
        """`sha256:…` over the difference: another one when the draft there, or the file, has changed."""
        parts = [(one.list, one.key, told(one.before), told(one.after)) for one in self.changes]
        return sha256(told([self.brings, self.file_digest, parts]).encode())


class Outdated(Conflict):
    """What the file would change is no longer what was shown; `shown` is what it would change now."""

    def __init__(self, shown: DryRun) -> None:
        self.shown = shown
        super().__init__(said("The draft has changed since you looked. Nothing was imported; look again."))


def target(session: Session, actor: Actor, curriculum_id: int) -> Draft:
    """The draft that files are brought into. Raises Denied."""
    require(actor, Permission.DRAFT_EDIT, About(curriculum_id=curriculum_id))
    return open_draft(session, actor, curriculum_id)


def dry_run(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    brings: Brings,
    data: bytes,
    name: str,
    *,
    mapping: Mapped | None = None,
    budget: Budget | None = None,
) -> DryRun:
    """What bringing this file would do to the draft, or everything that is wrong with it. Raises Denied."""
    return compared(target(session, actor, curriculum_id).value, brings, data, name, mapping=mapping, budget=budget)


def bring(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    brings: Brings,
    data: bytes,
    name: str,
    *,
    now: datetime,
    mapping: Mapped | None = None,
    budget: Budget | None = None,
    seen: str | None = None,
) -> DryRun:
    """Bring the file into the draft, all of it or nothing; gives what it did.

    `seen` is the digest of the dry run that was agreed to. Raises Denied, Invalid with every problem, and Outdated.
    """
    draft = open_draft(session, actor, curriculum_id, lock=True)
    shown = compared(draft.value, brings, data, name, mapping=mapping, budget=budget)
    if shown.problems:
        raise Invalid(*shown.problems)
    if seen is not None and seen != shown.digest:
        raise Outdated(shown)
    if shown.changes:
        assert shown.value is not None, "without a problem there is a curriculum"
        document = curriculum_to_document(shown.value)
        save_document(session, actor, draft, document, What(how="imported", title=name), now=now)
    return shown


def compared(
    draft: Curriculum,
    brings: Brings,
    data: bytes,
    name: str,
    *,
    mapping: Mapped | None = None,
    budget: Budget | None = None,
) -> DryRun:
    """What this file would make of a curriculum. Raises nothing: what is wrong stands in the problems."""
    shown = DryRun(brings=brings, name=name, file_digest=sha256(data))
    try:
        check_nodes(draft, name, budget)
        if kind := brings.sheet:
            rows = read_sheet(kind, data, name, mapping or {}, budget)
            return _by_rows(draft, rows, shown, budget)
        return compared_whole(draft, read_whole(brings, data, name, budget), shown, budget)
    except Invalid as refused:
        return replace(shown, problems=refused.problems)


def _by_rows(draft: Curriculum, rows: Rows, shown: DryRun, budget: Budget | None) -> DryRun:
    columns = tuple(ColumnUse(one.header, one.column, one.example) for one in rows.columns)
    shown = replace(shown, columns=columns, notes=tuple(Problem(note, shown.name) for note in rows.notes))
    try:
        value = curriculum_with(curriculum_to_document(draft), rows)
        check_nodes(value, shown.name, budget)
    except Invalid as refused:
        return replace(shown, problems=refused.problems)
    return _told(draft, value, shown, {item.id: item.row for item in rows.items}, len(rows.items))


def compared_whole(draft: Curriculum, read: Read, shown: DryRun, budget: Budget | None = None) -> DryRun:
    """What a file that has been read would make of a curriculum; `shown` says which file. Raises Invalid."""
    value, notes = read.curriculum, read.notes
    if shown.brings is not Brings.DOCUMENT:
        value = _merged(merged_into(draft, read), shown.name)
        check_nodes(value, shown.name, budget)
        notes = (*notes, *kept_as_it_is(draft, read))
    elif value.id != draft.id:
        told_id = said(
            "This file is the curriculum '%(other)s', and this is '%(own)s'. Bring it as a curriculum of its own, or "
            "change its id.",
            other=value.id,
            own=draft.id,
        )
        raise Invalid(Problem(told_id, shown.name))
    there = read.curriculum
    items = len(there.competencies) + len(there.courses) + len(there.roles) + len(there.objectives)
    return _told(draft, value, replace(shown, notes=notes), {}, items)


def _merged(document: Mapping[str, object], name: str) -> Curriculum:
    try:
        return curriculum_from_document(document, name)
    except Invalid as refused:  # lines say nothing: they are those of no file
        raise Invalid(*(Problem(one.message, name) for one in refused.problems)) from None


def _told(draft: Curriculum, value: Curriculum, shown: DryRun, rows: Mapping[str, int], items: int) -> DryRun:
    changes = differences(curriculum_to_document(draft), curriculum_to_document(value))
    said_of = sum(one.key is not None and one.after is not None for one in changes)
    return replace(
        shown,
        value=value,
        changes=changes,
        differences=told_as(changes, draft, value, rows),
        unchanged=items - said_of,
        findings=_new_findings(draft, value) if changes else (),
    )


def _new_findings(draft: Curriculum, value: Curriculum) -> tuple[Finding, ...]:
    found = check_curriculum(value)
    known = {_sign(one) for one in check_curriculum(draft)} if found else set()
    return tuple(one for one in found if _sign(one) not in known)


def _sign(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.kind, finding.id, finding.involves, finding.asks
