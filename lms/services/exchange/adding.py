"""A curriculum that the site does not have yet: from a file of any format that says a whole one, or begun empty."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Invalid, Problem, said
from lms.interop.curriculum_file import curriculum_from_document
from lms.interop.curriculum_shape import FORMAT
from lms.services.access import Actor, Permission, require
from lms.services.authoring import drafts
from lms.services.exchange.reading import Brings, Read
from lms.storage.curricula import Curriculum


def add(session: Session, actor: Actor, read: Read, *, now: datetime) -> int:
    """Make what a file says a draft: of a new curriculum, or a document the new draft of the one with its id; gives the
    curriculum's number.

    Raises Denied, and Invalid for another system's framework that is here already: it would take courses and roles away.
    """
    require(actor, Permission.CURRICULUM_IMPORT)
    if read.brings is not Brings.DOCUMENT and read.curriculum.id in _ids(session):
        told = said("There is a curriculum '%(id)s' already. Import this file into its draft.", id=read.curriculum.id)
        raise Invalid(Problem(told))
    return drafts.save_draft(session, actor, read.curriculum, now=now)


def begin(
    session: Session,
    actor: Actor,
    title: str,
    levels: Sequence[str],
    *,
    id_of: Callable[[str, Collection[str]], str],
    now: datetime,
) -> int:
    """Begin an empty curriculum whose scale has these levels, lowest first; gives its number. Raises Denied, Invalid.

    `id_of` makes an id of the title that is none of those taken.
    """
    require(actor, Permission.CURRICULUM_IMPORT)
    title = title.strip()
    if not title:
        raise Invalid(Problem(said("Give the curriculum a title."), field="title"))
    scale = [{"level": number, "title": level} for number, level in enumerate(levels, 1)]
    document = {"format": FORMAT, "id": id_of(title, _ids(session)), "title": title, "scale": scale}
    value = curriculum_from_document({**document, "competencies": [], "courses": [], "roles": []}, title)
    return drafts.save_draft(session, actor, value, now=now)


def _ids(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Curriculum.key)))
