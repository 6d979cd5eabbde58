"""Writing what a roster would add and change, some thousand people in a few statements.

Rows are written by the hundred, so the version that a person counts is raised here, as the mapper would for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from lms.interop.reading.text_rules import mail_key
from lms.services.imports.directory import chunks
from lms.services.imports.managers import Who
from lms.services.imports.people_plan import BY_FILE, PeopleComparison
from lms.services.imports.person_plan import PersonPlan
from lms.services.imports.team_tree import Place, TeamTree
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.bulk import number_ahead
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team, found_by
from lms.storage.record import RoleAssignment

WATCHED = frozenset({"role", "target", "aim", "weekly_hours"})
"""The fields of which somebody's path depends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written, for the ledger, the audit and the paths."""

    entries: tuple[RoleAssignment, ...]
    created: tuple[int, ...]
    touched: frozenset[int]
    rights: dict[str, list[str]]
    """The rights from now on of everybody who got or lost any, but for those who are new and reps only."""
    managers: dict[str, int]
    """By the number of a team, whoever manages it from now on."""


def write_people(session: Session, compared: PeopleComparison, *, now: datetime) -> Written:
    """Write teams, people, rights, plans and managers; the roles are left to the ledger."""
    teams = _write_teams(session, compared.tree)
    number_of = _write_new(session, compared.new, teams, now)
    for plan in compared.changed:
        assert plan.known is not None, "who changes is here already"
        number_of[plan.row.row] = plan.known.id
    _write_changed(session, compared.changed, teams)
    _write_plans(session, compared, number_of)
    managers = _write_managers(session, compared, teams, number_of)
    rights = _write_rights(session, compared, number_of)
    entries = tuple(
        RoleAssignment(
            person_id=number_of[plan.row.row],
            role=plan.role.role,
            curriculum_id=plan.role.curriculum_id,
            starts=plan.role.starts,
            corrects_id=plan.role.corrects_id,
            origin="imported",
        )
        for plan in (*compared.new, *compared.changed)
        if plan.role is not None
    )
    created = tuple(number_of[plan.row.row] for plan in compared.new)
    moved = (number_of[plan.row.row] for plan in compared.changed if plan.fields & WATCHED)
    return Written(
        entries=entries, created=created, touched=frozenset({*created, *moved}), rights=rights, managers=managers
    )


def _write_teams(session: Session, tree: TeamTree) -> dict[Place, int]:
    numbers = {place: team.id for place, team in tree.existing.items()}
    for depth in sorted({len(place) for place in tree.new}):
        level = {
            place: Team(name=path.rpartition(" / ")[2], parent_id=numbers.get(place[:-1]))
            for place, path in tree.new.items()
            if len(place) == depth
        }
        session.add_all(level.values())
        session.flush()  # the teams below need the numbers of these
        numbers |= {place: team.id for place, team in level.items()}
    return numbers


def _write_new(session: Session, plans: Sequence[PersonPlan], teams: dict[Place, int], now: datetime) -> dict[int, int]:
    people = [
        Person(
            state="active",
            team_id=teams.get(plan.place or ()),
            working_time=plan.row.working_time,
            created_at=now,
        )
        for plan in plans
    ]
    number_ahead(session, people)
    session.add_all(people)
    session.flush()  # everything else about them needs their numbers
    number_of = {plan.row.row: person.id for plan, person in zip(plans, people, strict=True)}
    _insert(session, Account, [{"person_id": number} for number in number_of.values()])
    _insert(session, Contact, [{"person_id": number_of[plan.row.row], **_contact(plan)} for plan in plans])
    return number_of


def _write_changed(session: Session, plans: Sequence[PersonPlan], teams: dict[Place, int]) -> None:
    people = [
        {
            "number_": plan.known.id,
            "team": teams[plan.place] if plan.place else None,
            "working": plan.row.working_time or plan.known.working_time,
        }
        for plan in plans
        if plan.known
    ]
    contacts = [
        {f"new_{name}": value for name, value in _contact(plan).items()} | {"number_": plan.known.id}
        for plan in plans
        if plan.known
    ]
    _each(
        session,
        update(Person)
        .where(Person.id == bindparam("number_"))
        .values(team_id=bindparam("team"), working_time=bindparam("working"), version=Person.version + 1),
        people,
    )
    names = ("name", "mail", "mail_key", "number", "found_by", "language")
    _each(
        session,
        update(Contact)
        .where(Contact.person_id == bindparam("number_"))
        .values({name: bindparam(f"new_{name}") for name in names}),
        contacts,
    )
    moved = [plan.known.id for plan in plans if plan.known and "mail" in plan.fields]
    for chunk in chunks(moved):  # what was sent to the old address opens nothing any more
        session.execute(delete(OneTimeLink).where(OneTimeLink.person_id.in_(chunk)))


def _contact(plan: PersonPlan) -> dict[str, Any]:
    row, known = plan.row, plan.known
    number = row.number or (known.number if known else None)
    return {
        "name": row.name,
        "mail": plan.mail,
        "mail_key": mail_key(plan.mail),
        "number": number,
        "found_by": found_by(row.name, plan.mail, number),
        "language": row.language or (known.language if known else None),
    }


def _write_plans(session: Session, compared: PeopleComparison, number_of: dict[int, int]) -> None:
    def values(plan: PersonPlan, prefix: str = "") -> dict[str, Any]:
        named = {"targets": plan.targets, "aim": plan.aim, "weekly_hundredths": plan.hundredths}
        return {f"{prefix}person_id": number_of[plan.row.row], **{prefix + key: value for key, value in named.items()}}

    differing = [plan for plan in compared.changed if plan.fields & (WATCHED - {"role"})]
    _insert(session, StudyPlan, [values(plan) for plan in (*compared.new, *differing) if not plan.has_plan])
    _each(
        session,
        update(StudyPlan)
        .where(StudyPlan.person_id == bindparam("new_person_id"))
        .values({name: bindparam(f"new_{name}") for name in ("targets", "aim", "weekly_hundredths")}),
        [values(plan, "new_") for plan in differing if plan.has_plan],
    )


def _write_rights(session: Session, compared: PeopleComparison, number_of: dict[int, int]) -> dict[str, list[str]]:
    """Only the rights that a file gives are touched: who stopped being an administrator since is none again."""
    differing = [plan for plan in compared.changed if "rights" in plan.fields]
    for chunk in chunks([number_of[plan.row.row] for plan in differing]):
        session.execute(delete(RightHeld).where(RightHeld.person_id.in_(chunk), RightHeld.held.in_(BY_FILE)))
    given = [(number_of[plan.row.row], plan) for plan in (*compared.new, *differing)]
    _insert(
        session,
        RightHeld,
        [{"person_id": number, "held": right} for number, plan in given for right in sorted(plan.rights & BY_FILE)],
    )
    return {str(number): sorted(plan.rights) for number, plan in given if plan.known or plan.rights != {"rep"}}


def _write_managers(
    session: Session, compared: PeopleComparison, teams: dict[Place, int], number_of: dict[int, int]
) -> dict[str, int]:
    def number(who: Who) -> int:
        return who if isinstance(who, int) else number_of[who[1]]

    chosen = {teams[place]: number(vote.manager) for place, vote in compared.line.managers.items()}
    _each(
        session,
        update(Team)
        .where(Team.id == bindparam("number_"))
        .values(manager_id=bindparam("manager"), version=Team.version + 1),
        [{"number_": place, "manager": manager} for place, manager in chosen.items()],
    )
    return {str(place): manager for place, manager in chosen.items()}


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _each(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Run one statement for many rows, past the mapper, which has none of them in hand."""
    if rows:
        session.connection().execute(statement, rows)
