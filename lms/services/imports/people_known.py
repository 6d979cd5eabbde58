"""What is known about the people of a roster before it is compared: rights, plan and roles, a few queries a chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.interop.sheets.roster import RosterRow
from lms.services import curricula
from lms.services.curricula import Published
from lms.services.imports.catalogue import Catalogue
from lms.services.imports.directory import chunks
from lms.storage.people import Contact, RightHeld, StudyPlan, Team
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force, pins_of


@dataclass(frozen=True, slots=True)
class Belongings:
    """By the number of a person: rights, study plan, the roles that count, the earliest first, and what is known to the
    versions that count for whoever stays on an older one.
    """

    rights: dict[int, frozenset[str]]
    plans: dict[int, StudyPlan]
    roles: dict[int, Sequence[RoleAssignment]]
    catalogues: dict[int, Catalogue]


def belongings_of(session: Session, people: Collection[int], offered: Sequence[Published], on: date) -> Belongings:
    """What belongs to these people; `offered` is all that is published."""
    rights: defaultdict[int, set[str]] = defaultdict(set)
    plans: dict[int, StudyPlan] = {}
    roles: defaultdict[int, list[RoleAssignment]] = defaultdict(list)
    catalogues: dict[int, Catalogue] = {}
    by_versions: dict[tuple[int, ...], Catalogue] = {}  # many stay on the same ones
    for chunk in chunks(people):
        for number, held in session.execute(
            select(RightHeld.person_id, RightHeld.held).where(RightHeld.person_id.in_(chunk))
        ):
            rights[number].add(held)
        for plan in session.scalars(select(StudyPlan).where(StudyPlan.person_id.in_(chunk))):
            plans[plan.person_id] = plan
        held_since = (RoleAssignment.starts, RoleAssignment.id)
        counting = in_force(RoleAssignment).where(RoleAssignment.person_id.in_(chunk)).order_by(*held_since)
        for row in session.scalars(counting):
            roles[row.person_id].append(row)
        for number, pins in pins_of(session, chunk, on).items():
            own = curricula.of_person(session, pins, offered)
            versions = tuple(one.version_id for one in own)
            catalogues[number] = by_versions.setdefault(versions, Catalogue.of(own))
    return Belongings({number: frozenset(held) for number, held in rights.items()}, plans, dict(roles), catalogues)


def managers_by_id(session: Session) -> dict[int, str]:
    """The names of the people who manage a team."""
    managing = select(Team.manager_id).where(Team.manager_id.is_not(None))
    found = session.execute(select(Contact.person_id, Contact.name).where(Contact.person_id.in_(managing)))
    return {number: name for number, name in found}  # noqa: C416 - typed pairs, where dict() would lose the types


def keys_of(rows: Iterable[RosterRow]) -> tuple[set[str], set[str]]:
    """The addresses and numbers that the rows name, those of managers too."""
    mails: set[str] = set()
    numbers: set[str] = set()
    for row in rows:
        mails |= {row.mail} | ({row.manager_mail} if row.manager_mail else set())
        numbers |= {row.number} if row.number else set()
    return mails, numbers
