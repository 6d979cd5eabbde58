"""Drafts of curricula: what is being edited, saved part by part, and undone edit by edit.

A draft can always be loaded: whatever would leave it otherwise is refused with every reason, and nothing is kept. Two
trainers may edit one draft at once. Each save names the state of the part that it was made from (`seen`); where
somebody else changed that very part meanwhile it is refused with both versions, and the trainer chooses. Edits of
different parts do not get into each other's way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from lms.engine.curriculum import Curriculum as CurriculumValue
from lms.errors import Conflict, NotFound, said
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document, curriculum_to_json, digest
from lms.interop.curriculum_parts import PartChange, clashes, differences, part, reverted, seen
from lms.interop.reading.json_tree import read_json
from lms.interop.reading.write import as_json
from lms.services import curricula, kept, ledger
from lms.services.access import About, Actor, Permission, Right, can, require
from lms.services.curricula import Published
from lms.storage.curricula import Curriculum, CurriculumDraft, CurriculumOwner, DraftEdit

NAME = "draft"
"""What a problem of a draft calls the document."""
UNDOABLE = 200
"""How many edits are kept to be undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is being edited: the value, its digest, and the version that is published (None: none yet).

    `changed_at` is None, and the value the published one, while nobody has edited anything.
    """

    curriculum_id: int
    value: CurriculumValue
    digest: str
    published: Published | None
    changed_at: datetime | None = None
    changed_by: int | None = None

    @property
    def is_published(self) -> bool:
        """Does it say what is published already?"""
        return self.published is not None and self.published.digest == self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What an edit did, for people: `how` is a code such as added, changed, removed, mended, imported, brought-back."""

    how: str
    kind: str = ""
    title: str = ""


class Clash(Conflict):
    """Somebody else changed the same part: `theirs` is what it says now (None: it is gone), by whom and when."""

    def __init__(self, theirs: Mapping[str, Any] | None, by: int | None, at: datetime | None) -> None:
        self.theirs, self.by, self.at = theirs, by, at
        super().__init__(said("Somebody else changed this while you were at it. Choose which version to keep."))


def open_draft(session: Session, actor: Actor, curriculum_id: int, *, lock: bool = False) -> Draft:
    """The draft of a curriculum, or what is published where nobody has edited it. Raises Denied, NotFound.

    `lock` for who is going to save it: it asks for the permission to edit, and others wait their turn.
    """
    require(actor, Permission.DRAFT_EDIT if lock else Permission.DRAFT_READ, About(curriculum_id=curriculum_id))
    query = select(Curriculum).where(Curriculum.id == curriculum_id)
    found = session.scalar(query.with_for_update() if lock else query)
    row = session.get(CurriculumDraft, curriculum_id, populate_existing=lock)
    if found is None or (row is None and found.published_id is None):
        raise NotFound(said("There is no such curriculum."))
    published = curricula.version(session, found.published_id) if found.published_id else None
    if row is not None:
        document = row.document
        return Draft(
            curriculum_id=curriculum_id,
            value=kept.curriculum(row.digest, lambda: document),
            digest=row.digest,
            published=published,
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
    assert published is not None
    return Draft(curriculum_id=curriculum_id, value=published.curriculum, digest=published.digest, published=published)


def save_draft(session: Session, actor: Actor, value: CurriculumValue, *, now: datetime) -> int:
    """Make this the draft of its curriculum, a new one when the site has none of its id; gives the curriculum's number.

    A trainer who brings a new curriculum owns it. Raises Denied when the actor may not edit the one there is.
    """
    require(actor, Permission.CURRICULUM_IMPORT)
    known = session.scalar(select(Curriculum.id).where(Curriculum.key == value.id))
    if known is not None:
        replace_draft(session, actor, known, value, What(how="imported", title=value.title), now=now)
        return known
    made = Curriculum(key=value.id, title=value.title)
    session.add(made)
    session.flush()  # the draft and the owner need its number
    if Right.TRAINER in actor.rights and actor.person_id is not None:
        session.add(CurriculumOwner(curriculum_id=made.id, person_id=actor.person_id))
    _write(session, actor, made.id, value, now=now)
    return made.id


def replace_draft(
    session: Session, actor: Actor, curriculum_id: int, value: CurriculumValue, what: What, *, now: datetime
) -> None:
    """Make this value the draft, as one edit that can be undone. Raises Denied, and Invalid where it cannot be loaded."""
    draft = open_draft(session, actor, curriculum_id, lock=True)
    document = curriculum_to_document(value)
    read_back = curriculum_from_document(document, NAME)
    changes = differences(curriculum_to_document(draft.value), document)
    if changes:
        _keep(session, actor, curriculum_id, changes, what, now=now)
    _write(session, actor, curriculum_id, read_back, now=now)


def save_document(
    session: Session, actor: Actor, draft: Draft, document: Mapping[str, Any], what: What, *, now: datetime
) -> CurriculumValue:
    """Make this document, edited from a draft opened with `lock`, the draft; gives its value.

    Raises Invalid with every problem, and keeps nothing.
    """
    value = curriculum_from_document(document, NAME)
    changes = differences(curriculum_to_document(draft.value), curriculum_to_document(value))
    if changes:
        _keep(session, actor, draft.curriculum_id, changes, what, now=now)
        _write(session, actor, draft.curriculum_id, value, now=now)
    return value


def require_unchanged(draft: Draft, name: str, key: str | None, was: str) -> None:
    """Go on only if the part still says what the form was filled in for: `was` is its `seen`. Raises Clash."""
    document = curriculum_to_document(draft.value)
    present = document.get(name) if key is None else part(document, name, key)
    if seen(present) != was:
        theirs = present if isinstance(present, Mapping) or present is None else {name: present}
        raise Clash(theirs, draft.changed_by, draft.changed_at)


def undo(session: Session, actor: Actor, curriculum_id: int, edit_id: int | None = None, *, now: datetime) -> What:
    """Take an edit back (default: the last one that stands); gives what it was.

    Raises Conflict when there is none, or something came after it in the same place; Invalid where other edits have
    come to rest on it.
    """
    draft = open_draft(session, actor, curriculum_id, lock=True)
    query = select(DraftEdit).where(DraftEdit.curriculum_id == curriculum_id, DraftEdit.undone.is_(False))
    query = query.where(DraftEdit.id == edit_id) if edit_id else query.order_by(DraftEdit.id.desc()).limit(1)
    found = session.scalar(query)
    if found is None:
        raise Conflict(said("There is nothing to undo."))
    changes = _read(found.changes)
    document = curriculum_to_document(draft.value)
    if clashes(document, changes):
        raise Conflict(said("What was changed there has been changed again since. Undo the later change first."))
    value = curriculum_from_document(reverted(document, changes), NAME)
    found.undone = True
    _write(session, actor, curriculum_id, value, now=now)
    return What(**found.what)


def edits(session: Session, curriculum_id: int, most: int = 20) -> Sequence[DraftEdit]:
    """The latest edits that stand, newest first, without their documents."""
    rows = select(DraftEdit).options(defer(DraftEdit.changes, raiseload=True))
    rows = rows.where(DraftEdit.curriculum_id == curriculum_id, DraftEdit.undone.is_(False))
    return session.scalars(rows.order_by(DraftEdit.id.desc()).limit(most)).all()


def may_edit(actor: Actor, curriculum_id: int) -> bool:
    """May the actor edit the draft?"""
    return can(actor, Permission.DRAFT_EDIT, About(curriculum_id=curriculum_id))


def _keep(
    session: Session, actor: Actor, curriculum_id: int, changes: Sequence[PartChange], what: What, *, now: datetime
) -> None:
    told = as_json([asdict(change) for change in changes], indent=None)
    session.add(
        DraftEdit(curriculum_id=curriculum_id, what=asdict(what), changes=told, made_at=now, made_by=actor.person_id)
    )
    newest = select(DraftEdit.id).where(DraftEdit.curriculum_id == curriculum_id).order_by(DraftEdit.id.desc())
    oldest = session.scalar(newest.offset(UNDOABLE).limit(1))
    if oldest is not None:
        session.execute(delete(DraftEdit).where(DraftEdit.curriculum_id == curriculum_id, DraftEdit.id <= oldest))


def _read(told: str) -> list[PartChange]:
    values, _ = read_json(told)
    return [PartChange(**value) for value in values]


def _write(session: Session, actor: Actor, curriculum_id: int, value: CurriculumValue, *, now: datetime) -> None:
    row = session.get(CurriculumDraft, curriculum_id) or CurriculumDraft(curriculum_id=curriculum_id)
    row.document, row.digest = curriculum_to_json(value), digest(value)
    row.changed_at, row.changed_by = now, actor.person_id
    session.add(row)
    ledger.note(session, actor, "curriculum.drafted", now=now, subject=("curriculum", curriculum_id), digest=row.digest)
