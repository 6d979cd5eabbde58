"""A draft as made-up people would see it: their path over it beside the one over what is published. Nothing is stored.

Of each role there is somebody new to it, with nothing in their record, and somebody half way to the next one; and there
are the people of the curriculum's own tests. No real person is among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum, Role
from lms.engine.dating.habits import Habits
from lms.engine.person import Exemption, Person
from lms.engine.requirement import AtLeast, Fact, Requirement, top_items
from lms.errors import NotFound, said
from lms.services import calendar
from lms.services.access import Actor
from lms.services.authoring import drafts
from lms.services.authoring.drafts import Draft
from lms.services.curricula import Published
from lms.services.learning.plan_one import PREVIEW, plan_one
from lms.storage.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A made-up person on a day: new to `role`, half way from it (`kind` new or half), or of a test with this title."""

    key: str
    kind: str
    title: str
    person: Person
    on: date

    @property
    def targets(self) -> tuple[str, ...]:
        """The roles they are on the way to."""
        return self.person.targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The personas of a draft, the one chosen, and the columns of their path over the draft and over what is published;
    None where there is no path. `version` is the draft as it would be published.
    """

    draft: Draft
    version: Published
    personas: tuple[Persona, ...]
    chosen: Persona
    then: dict[str, Any] | None
    now: dict[str, Any] | None


def preview(session: Session, actor: Actor, curriculum_id: int, key: str | None, *, now: datetime) -> Preview | None:
    """The path of a persona (default: the first one); None for a draft without a role. Raises Denied, NotFound."""
    draft = drafts.open_draft(session, actor, curriculum_id)
    offered = tuple(personas(draft.value, calendar.today(session, now=now)))
    chosen = next((one for one in offered if key in {None, one.key}), None)
    if chosen is None and key:
        raise NotFound(said("There is no such person in this draft any more."))
    if chosen is None:
        return None
    version = Published(
        curriculum_id=curriculum_id,
        version_id=0,
        number=(draft.published.number if draft.published else 0) + 1,
        digest=draft.digest,
        curriculum=draft.value,
    )
    return Preview(
        draft=draft,
        version=version,
        personas=offered,
        chosen=chosen,
        then=_path(chosen, version),
        now=_path(chosen, draft.published) if draft.published else None,
    )


def personas(curriculum: Curriculum, on: date) -> Iterator[Persona]:
    """The made-up people of a curriculum, in the order of its roles and tests."""
    for role in curriculum.roles:
        further = next((curriculum.role_by_id[one] for one in role.next if one in curriculum.role_by_id), role)
        new = Person(id=f"new:{role.id}", role=role.id, since=on, targets=(further.id,))
        yield Persona(key=new.id, kind="new", title=role.title, person=new, on=on)
        if further is not role:
            half = replace(new, id=f"half:{role.id}", exempt=tuple(_half(further)))
            yield Persona(key=half.id, kind="half", title=role.title, person=half, on=on)
    for number, test in enumerate(curriculum.tests):
        person = replace(test.person, targets=test.roles or test.person.targets)
        yield Persona(key=f"test:{number}", kind="test", title=test.title, person=person, on=test.on or on)


def _half(role: Role) -> Iterator[Exemption]:
    """What somebody holds who meets the first half of a role's requirements; a file could say it as well."""
    items = top_items(role.requires)
    facts = [fact for item in items[: math.ceil(len(items) / 2)] for fact in _cheapest(item)]
    yield from (Exemption(fact=fact) for fact in dict.fromkeys(facts))


def _cheapest(asked: Requirement) -> Iterator[Fact]:
    """The first facts that make it hold."""
    if isinstance(asked, AtLeast):
        for item in asked.items[: asked.n]:
            yield from _cheapest(item)
    else:
        yield asked


def _path(one: Persona, version: Published) -> dict[str, Any] | None:
    snapshot = Snapshot(
        person=one.person,
        curriculum_id=version.curriculum_id,
        minimise="hours",
        own_order=(),
        next_role_on=None,
        wanted=0,
    )
    return plan_one(0, snapshot, version, one.on, Habits(), patience=PREVIEW).row
