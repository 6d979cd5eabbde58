"""Reading the audit: newest first, by person, action, subject and time; each entry with the names of today.

An entry holds numbers and codes. Names come from the contacts of the moment in which it is read, so what is shown of an
erased person is a former colleague and their number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.interop.reading.text_rules import mail_key
from lms.services import access, ledger
from lms.services.access import Actor, Permission
from lms.services.organisation.people_shown import Named, names
from lms.services.running.audit_words import words_of
from lms.storage.audit import Audit, Seal
from lms.storage.curricula import Curriculum
from lms.storage.people import Contact, Team

PER_PAGE = 50
MOST_EXPORTED = 50_000
MOST_FOUND = 200
"""People whom a searched name may mean."""
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: all that fit everything given. `person` is a name, an address or a number."""

    person: str = ""
    action: str = ""
    subject: tuple[str, int] | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it is shown. `subject` is its name of today; `seal` the number of its seal, None while it waits."""

    id: int
    at: datetime
    action: str
    actor: Named | None
    subject_kind: str | None
    subject_id: int | None
    subject: str | Said
    data: Mapping[str, Any]
    content: str | None
    seal: int | None
    seal_digest: str | None

    @property
    def label(self) -> Said:
        """The action in words."""
        return words_of(self.action)[0]

    @property
    def sentence(self) -> Said:
        """The template of its sentence, with `actor` and `subject`."""
        return words_of(self.action)[1]

    @property
    def who(self) -> str | Said:
        """The name of who did it."""
        return self.actor.name if self.actor else said("The site")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entries, its number, the number of pages, and of entries in all."""

    entries: Sequence[Entry]
    page: int
    pages: int
    total: int


def page(session: Session, actor: Actor, wanted: Wanted, *, number: int = 1) -> Page:
    """A page of the entries wanted, newest first. A number beyond the last page gives the last."""
    access.require(actor, Permission.AUDIT_READ)
    fits = _fits(session, wanted)
    total = session.scalar(select(func.count()).select_from(Audit).where(*fits)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    rows = session.execute(_entries(fits).limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Page(_named(session, rows), number, pages, total)


def export(session: Session, actor: Actor, wanted: Wanted, *, form: str, now: datetime) -> Iterator[Entry]:
    """The entries wanted, newest first, at most 50,000; that they were taken out is an entry itself."""
    access.require(actor, Permission.AUDIT_READ)
    fits = _fits(session, wanted)
    newest = session.scalar(select(func.max(Audit.id)).where(*fits)) or 0
    total = session.scalar(select(func.count()).select_from(Audit).where(*fits)) or 0
    ledger.note(session, actor, "audit.exported", now=now, form=form, entries=min(total, MOST_EXPORTED))
    return _in_parts(session, [*fits, Audit.id <= newest])


def _in_parts(session: Session, fits: Sequence[ColumnElement[bool]]) -> Iterator[Entry]:
    given, last = 0, None
    while given < MOST_EXPORTED:
        below = () if last is None else (or_(Audit.at < last.at, and_(Audit.at == last.at, Audit.id < last.id)),)
        rows = session.execute(_entries([*fits, *below]).limit(min(AT_ONCE, MOST_EXPORTED - given))).all()
        if not rows:
            return
        yield from _named(session, rows)
        given, last = given + len(rows), rows[-1]


def _entries(fits: Iterable[ColumnElement[bool]]) -> Any:
    columns = (
        Audit.id,
        Audit.at,
        Audit.action,
        Audit.actor_id,
        Audit.subject_kind,
        Audit.subject_id,
        Audit.data,
        Audit.content,
        Seal.seq,
        Seal.digest,
    )
    found = select(*columns).outerjoin(Seal, Seal.audit_id == Audit.id).where(*fits)
    return found.order_by(Audit.at.desc(), Audit.id.desc())


def _fits(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.person:
        people = _people(session, wanted.person)
        about = and_(Audit.subject_kind == "person", Audit.subject_id.in_(people))
        fits.append(or_(Audit.actor_id.in_(people), about))
    if wanted.action:
        fits.append(Audit.action == wanted.action)
    if wanted.subject:
        fits += [Audit.subject_kind == wanted.subject[0], Audit.subject_id == wanted.subject[1]]
    if wanted.since:
        fits.append(Audit.at >= wanted.since)
    if wanted.before:
        fits.append(Audit.at < wanted.before)
    return fits


def _people(session: Session, text: str) -> list[int]:
    """Whom a name, an address or a number (also of somebody erased) means."""
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return [int(number)]
    if "@" in text:
        return list(session.scalars(select(Contact.person_id).where(Contact.mail_key == mail_key(text))))
    named = Contact.name.icontains(text, autoescape=True)
    return list(session.scalars(select(Contact.person_id).where(named).order_by(Contact.name).limit(MOST_FOUND)))


def _named(session: Session, rows: Sequence[Any]) -> list[Entry]:
    people = {row.actor_id for row in rows if row.actor_id} | _of_kind(rows, "person")
    known = names(session, people)
    subjects = {
        "person": {number: person.name for number, person in known.items()},
        "team": dict(_titles(session, Team.id, Team.name, _of_kind(rows, "team"))),
        "curriculum": dict(_titles(session, Curriculum.id, Curriculum.title, _of_kind(rows, "curriculum"))),
    }
    return [
        Entry(
            id=row.id,
            at=row.at,
            action=row.action,
            actor=known[row.actor_id] if row.actor_id else None,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            subject=_subject(subjects, row),
            data=row.data,
            content=row.content,
            seal=row.seq,
            seal_digest=row.digest,
        )
        for row in rows
    ]


def _of_kind(rows: Sequence[Any], kind: str) -> set[int]:
    return {row.subject_id for row in rows if row.subject_kind == kind and row.subject_id}


def _titles(session: Session, key: Any, title: Any, numbers: Collection[int]) -> list[tuple[int, str]]:
    return [(number, text) for number, text in session.execute(select(key, title).where(key.in_(numbers)))]


def _subject(subjects: Mapping[str, Mapping[int, str | Said]], row: Any) -> str | Said:
    kind, number = row.subject_kind, row.subject_id
    found = subjects.get(kind or "", {}).get(number or 0)
    if found is not None:
        return found
    match kind:
        case None:
            return said("an unknown address") if row.action.startswith("auth.") else said("the site")
        case "team":
            return said("team %(number)s", number=number)
        case "curriculum":
            return said("curriculum %(number)s", number=number)
        case "job":
            return said("job %(number)s", number=number)
        case "opening":
            return said("opening %(number)s", number=number)
        case "candidate":
            return said("candidate %(number)s", number=number)
        case "promotion":
            return said("promotion %(number)s", number=number)
        case "rating_cycle":
            return said("cycle %(number)s", number=number)
        case "assignment_rule":
            return said("rule %(number)s", number=number)
        case "import":
            return said("import %(number)s", number=number)
    return f"{kind} {number or ''}".strip()
