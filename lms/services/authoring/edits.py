"""Editing a draft: an item put in, changed or taken out, a key of the whole set, and a finding mended in one click.

Items come as the contract's plain mappings, which is what a form fills in and what a problem speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.check import Finding, Place, check_curriculum
from lms.engine.curriculum import Curriculum
from lms.engine.mending.mends import Mend, mend_of, mended, mends_of
from lms.engine.mending.withdrawal import references, withdraw
from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.interop.curriculum_file import curriculum_to_document
from lms.interop.curriculum_parts import part, seen
from lms.services.access import Actor
from lms.services.authoring.drafts import Draft, What, open_draft, require_unchanged, save_document

LIST_OF = {
    Place.OBJECTIVE: "objectives",
    Place.COMPETENCY: "competencies",
    Place.COURSE: "courses",
    Place.ROLE: "roles",
}
"""The key of the document in which items of each kind stand."""
WHOLE = frozenset({"title", "scale", "policy", "sources", "calendar", "equivalences", "tests"})
"""The keys that are edited as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a draft as its plain mapping, with the `seen` that a form sends along."""

    key: str
    document: Mapping[str, Any]
    seen: str


def item(draft: Draft, kind: Place, key: str) -> Item:
    """The item of a draft. Raises NotFound."""
    found = part(curriculum_to_document(draft.value), LIST_OF[kind], key)
    if found is None:
        raise NotFound(said("There is no such thing in this draft. Somebody may have taken it out."))
    return Item(key=key, document=found, seen=seen(found))


def whole(draft: Draft, name: str) -> Item:
    """A key of the document that is edited as a whole; an empty mapping where the draft does not say it."""
    value = curriculum_to_document(draft.value).get(name)
    return Item(key=name, document={} if value is None else {name: value}, seen=seen(value))


def add(
    session: Session, actor: Actor, curriculum_id: int, kind: Place, made: Mapping[str, Any], *, now: datetime
) -> Curriculum:
    """Put a new item at the end of its list; gives the draft's value. Raises Invalid, also when its id is taken."""
    draft = open_draft(session, actor, curriculum_id, lock=True)
    document = curriculum_to_document(draft.value)
    items = [*document.get(LIST_OF[kind], ()), made]
    what = What(how="added", kind=kind.value, title=str(made.get("title", "")))
    return save_document(session, actor, draft, {**document, LIST_OF[kind]: items}, what, now=now)


def change(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    kind: Place,
    key: str,
    made: Mapping[str, Any],
    *,
    was: str,
    now: datetime,
) -> Curriculum:
    """Put this in the place of an item; gives the draft's value. `was` is the `seen` of what the form was filled with.

    Raises NotFound, Invalid, Clash when somebody else changed it meanwhile, and Conflict for another id of what has
    been published, by which people's evidence and completions know it.
    """
    draft = open_draft(session, actor, curriculum_id, lock=True)
    item(draft, kind, key)
    require_unchanged(draft, LIST_OF[kind], key, was)
    if made.get("id") != key:
        raise Invalid(Problem(said("The id stays as it is: people's records know this by it."), field="id"))
    document = curriculum_to_document(draft.value)
    items = [made if one["id"] == key else one for one in document[LIST_OF[kind]]]
    what = What(how="changed", kind=kind.value, title=str(made.get("title", "")))
    return save_document(session, actor, draft, {**document, LIST_OF[kind]: items}, what, now=now)


def set_whole(
    session: Session, actor: Actor, curriculum_id: int, name: str, value: Any, *, was: str, now: datetime
) -> Curriculum:
    """Set a key that is edited as a whole (`WHOLE`); None takes it away. Raises Invalid, Clash."""
    assert name in WHOLE
    draft = open_draft(session, actor, curriculum_id, lock=True)
    require_unchanged(draft, name, None, was)
    document = {key: there for key, there in curriculum_to_document(draft.value).items() if key != name}
    if value is not None:
        document[name] = value
    return save_document(session, actor, draft, document, What(how="changed", kind=name), now=now)


def remove(session: Session, actor: Actor, curriculum_id: int, kind: Place, key: str, *, now: datetime) -> What:
    """Take an item out with every place that names it; gives what was done. Can be undone. Raises NotFound."""
    draft = open_draft(session, actor, curriculum_id, lock=True)
    gone = item(draft, kind, key)
    what = What(how="removed", kind=kind.value, title=str(gone.document["title"]))
    save_document(session, actor, draft, curriculum_to_document(withdraw(draft.value, kind, key)), what, now=now)
    return what


def drop_need(
    session: Session, actor: Actor, curriculum_id: int, kind: Place, key: str, place: int, *, was: str, now: datetime
) -> None:
    """Take the item at this place out of what a course or role needs at the top. Can be undone. Raises as `change`."""
    _change_needs(
        session, actor, curriculum_id, kind, key, was, lambda items: [*items[:place], *items[place + 1 :]], now
    )


def add_need(
    session: Session, actor: Actor, curriculum_id: int, kind: Place, key: str, need: Any, *, was: str, now: datetime
) -> None:
    """Add a requirement, as the contract writes one, to what a course or role needs. Raises as `change`."""
    _change_needs(session, actor, curriculum_id, kind, key, was, lambda items: [*items, need], now)


def _change_needs(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    kind: Place,
    key: str,
    was: str,
    made: Callable[[list[Any]], list[Any]],
    now: datetime,
) -> None:
    draft = open_draft(session, actor, curriculum_id, lock=True)
    present = item(draft, kind, key).document
    needs = present.get("requires", [])
    items = made(needs if isinstance(needs, list) else [needs])
    left = {name: value for name, value in present.items() if name != "requires"}
    if items or kind is Place.ROLE:
        left["requires"] = items
    change(session, actor, curriculum_id, kind, key, left, was=was, now=now)


def named_by(draft: Draft, kind: Place, key: str) -> Sequence[tuple[Place, str]]:
    """The items that name this one, from which its name goes when it is taken out."""
    return references(draft.value, kind, key)


def mend(session: Session, actor: Actor, curriculum_id: int, code: str, kind: str, key: str, *, now: datetime) -> What:
    """Apply the mend of the finding with this code at this item; gives what was done. Can be undone.

    Raises Conflict when there is no such finding any more, or none that is mended in one click.
    """
    draft = open_draft(session, actor, curriculum_id, lock=True)
    published = draft.published.curriculum if draft.published else None
    asked = (one for one in check_curriculum(draft.value) if (one.code, one.kind.value, one.id) == (code, kind, key))
    chosen = next((mend_of(draft.value, one, published) for one in asked), None)
    if chosen is None:
        raise Conflict(said("This is mended already, or it is not to be mended in one click."))
    what = What(how="mended", kind=chosen.kind.value, title=title_of(draft.value, chosen.kind, chosen.id))
    save_document(session, actor, draft, curriculum_to_document(mended(draft.value, chosen)), what, now=now)
    return what


def findings(draft: Draft) -> tuple[tuple[Finding, Mend | None], ...]:
    """Every finding of the draft, errors first, each with its mend where there is one."""
    published = draft.published.curriculum if draft.published else None
    found = check_curriculum(draft.value)
    return tuple(zip(found, mends_of(draft.value, found, published), strict=True))


def title_of(curriculum: Curriculum, kind: Place, key: str) -> str:
    """The title of an item; its id where there is no such item."""
    lists: dict[Place, Sequence[Any]] = {
        Place.OBJECTIVE: curriculum.objectives,
        Place.COMPETENCY: curriculum.competencies,
        Place.COURSE: curriculum.courses,
        Place.ROLE: curriculum.roles,
    }
    return next((one.title for one in lists[kind] if one.id == key), key)
