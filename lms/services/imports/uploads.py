"""A file between its preview and its import: kept for its sender alone, for an hour, one at a time.

Keeping a file is no change of anything that counts, so the audit does not tell of it; importing it is told.
*Instead of:* asking for the file a second time, which may be another one then; and a folder on disk, which a second
server does not see and a backup takes along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from lms.errors import Invalid, NotFound, Problem, said
from lms.services.access import About, Actor, Permission, require
from lms.services.imports.values import History
from lms.storage.uploads import Upload

KEPT = timedelta(hours=1)
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a file waits for: the kinds that are brought there, and what somebody must be allowed to bring them."""

    kinds: Collection[str]
    may: Permission
    about: About | None = None


HISTORY = Waiting(frozenset(History), Permission.HISTORY_IMPORT)


def keep(
    session: Session, actor: Actor, kind: str, name: str, data: bytes, *, now: datetime, waiting: Waiting = HISTORY
) -> Upload:
    """Keep a file for its preview; the sender's earlier one is forgotten. Raises Denied, Invalid for an empty file."""
    require(actor, waiting.may, waiting.about)
    assert actor.person_id is not None, "the site itself imports at once"
    if not data:
        raise Invalid(Problem(said("This file is empty. Choose another."), field="file"))
    session.execute(delete(Upload).where(Upload.person_id == actor.person_id))
    upload = Upload(person_id=actor.person_id, kind=kind, name=_plain(name), mapping={}, data=data, created_at=now)
    session.add(upload)
    session.flush()  # its number makes the address of the preview
    return upload


def kept(
    session: Session,
    actor: Actor,
    upload_id: int,
    *,
    now: datetime,
    lock: bool = False,
    waiting: Waiting = HISTORY,
) -> Upload:
    """A file of one's own with its bytes. Raises Denied, NotFound when it is somebody else's, used or too old, or waits
    for something else.
    """
    require(actor, waiting.may, waiting.about)
    asked = (
        select(Upload)
        .options(undefer(Upload.data))
        .where(Upload.id == upload_id, Upload.person_id == actor.person_id, Upload.created_at > now - KEPT)
        .where(Upload.kind.in_(waiting.kinds))
    )
    found = session.scalar(asked.with_for_update() if lock else asked)
    if found is None:
        raise NotFound(said("This file is no longer here. It was imported, or an hour has passed. Choose it again."))
    return found


def map_columns(upload: Upload, mapping: Mapping[str, str]) -> None:
    """Read the columns of the file as these fields from now on; "" passes a column over."""
    upload.mapping = dict(mapping)


def forget(session: Session, upload: Upload) -> None:
    """The file has been imported."""
    session.delete(upload)


def forget_old_uploads(session: Session, now: datetime) -> int:
    """Delete the files that nobody decided about, and say how many."""
    old = delete(Upload).where(Upload.created_at <= now - KEPT)
    return session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _plain(name: str) -> str:
    plain = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip()
    return plain[-NAME_LENGTH:] or "file"
