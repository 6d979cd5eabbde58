"""New people, and changes of who they are: name, address, number, team, working time and language.

One account for each address, whatever its case and spelling; the database holds it, and the check before it only says
so in better words. A changed address ends the links that went to the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lms.errors import Conflict, Invalid, Problem, said
from lms.interop.reading.text_rules import check_mail, clean_name, mail_key
from lms.services import curricula, ledger
from lms.services.access import Actor, Permission, require
from lms.services.entry.rights import rights_problems
from lms.services.evidence import routing
from lms.services.learning import passing
from lms.services.organisation import lookup
from lms.services.organisation.assignments import plan_problems, role_problems
from lms.services.replanning import input_changed
from lms.services.rules import asking
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.people import WORKING_TIMES, Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.record import RoleAssignment

NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who somebody is: `number` is the personnel number of another system, `language` None for the site's.

    `working_time` is full-time, part-time, or None where it is not stated.
    """

    name: str
    mail: str
    number: str | None = None
    team_id: int | None = None
    language: str | None = None
    working_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson(Details):
    """A person to be made, with their rights, the role they hold since a day, and what they plan for."""

    rights: frozenset[str] = frozenset()
    role: str | None = None
    curriculum_id: int | None = None
    role_since: date | None = None
    targets: tuple[str, ...] = ()
    aim: date | None = None
    weekly_hundredths: int = 400
    origin: str = field(default="entered")


def create(session: Session, actor: Actor, new: NewPerson, *, now: datetime) -> Person:
    """A new person, active and not yet invited. Raises Invalid with everything that is wrong, each with its field."""
    require(actor, Permission.PEOPLE_EDIT)
    if new.rights:
        require(actor, Permission.RIGHTS_EDIT)
    return enter(session, actor, new, now=now)


def enter(session: Session, actor: Actor, new: NewPerson, *, now: datetime) -> Person:
    """The same for a verb that has asked for permission itself, such as hiring. Raises Invalid."""
    cleaned, problems = _cleaned(session, new)
    problems += rights_problems(new.rights)
    offered = curricula.published(session)
    problems += role_problems(offered, new.role, new.curriculum_id)
    problems += lookup.on_the_calendar(new.role_since, "role_since")
    problems += plan_problems(offered, new.curriculum_id, new.targets, new.aim, new.weekly_hundredths)
    if new.role and new.role_since is None:
        problems.append(Problem(said("Say since when the person holds the role."), field="role_since"))
    if problems:
        raise Invalid(*problems)
    person = Person(state="active", team_id=new.team_id, working_time=new.working_time, created_at=now)
    _store(session, person, _contact(cleaned))
    session.add_all([
        Account(person_id=person.id),
        StudyPlan(
            person_id=person.id,
            targets=list(dict.fromkeys(new.targets)),
            aim=new.aim,
            weekly_hundredths=new.weekly_hundredths,
        ),
        *(RightHeld(person_id=person.id, held=right) for right in sorted(new.rights)),
    ])  # fmt: skip
    ledger.note(
        session,
        actor,
        "person.created",
        now=now,
        subject=("person", person.id),
        rows=_first_role(person, new),
        rights=sorted(new.rights),
        team=new.team_id,
        role=new.role,
        origin=new.origin,
    )
    input_changed(session, [person.id], now=now, actor=actor)
    asking.people_changed(session, [person.id], now=now, actor=actor)
    return person


def change(
    session: Session, actor: Actor, person_id: int, details: Details, *, now: datetime, version: int | None = None
) -> Person:
    """Change who somebody is; writes nothing when it is as it was.

    `version` is that of the person whose form was filled in; Conflict when somebody else changed them since. Raises
    Invalid, NotFound, Conflict for somebody not active.
    """
    person = lookup.active(session, actor, Permission.PEOPLE_EDIT, person_id)
    if version is not None and version != person.version:
        raise Conflict(
            said("Somebody else changed this person meanwhile. Nothing was saved; open the page again to see what.")
        )
    cleaned, problems = _cleaned(session, details, person_id)
    if problems:
        raise Invalid(*problems)
    contact = session.get_one(Contact, person_id)
    if person_id == actor.person_id and contact.mail_key != mail_key(details.mail):
        raise lookup.wrong("mail", said("Your own address is changed in your account."))
    changed = [name for name in ("name", "mail", "number", "language") if getattr(contact, name) != cleaned[name]]
    data: dict[str, Any] = {"fields": changed}
    if person.team_id != details.team_id:
        data |= {"fields": [*changed, "team"], "team_before": person.team_id, "team": details.team_id}
        person.team_id = details.team_id
    if person.working_time != details.working_time:
        data["fields"] = [*data["fields"], "working_time"]
        person.working_time = details.working_time
    if not data["fields"]:
        return person
    if contact.mail_key != mail_key(details.mail):
        session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person_id))
    flag_modified(person, "team_id")  # the version counts every change of the person, those of the contact too
    _store(session, person, contact, **cleaned)
    ledger.note(session, actor, "person.changed", now=now, subject=("person", person_id), **data)
    if "team" in data:
        routing.settle(session, now=now)
        passing.settle(session, now=now)
        asking.people_changed(session, [person_id], now=now, actor=actor)
    return person


def _cleaned(session: Session, details: Details, person_id: int = 0) -> tuple[dict[str, str | None], list[Problem]]:
    problems: list[Problem] = []
    name = _ruled("name", lambda: clean_name(details.name, what=said("The name")), problems)
    mail = _ruled("mail", lambda: check_mail(details.mail, what=said("The mail address")), problems)
    number = _ruled("number", lambda: _number(details.number), problems)
    if problems:
        return {}, problems
    if details.team_id is not None and session.get(Team, details.team_id) is None:
        problems.append(Problem(said("There is no such team any more. Choose another."), field="team"))
    if details.working_time not in (None, *WORKING_TIMES):
        problems.append(Problem(said("Choose full time or part time, or leave it open."), field="working_time"))
    cleaned = {"name": name, "mail": mail, "number": number, "language": details.language}
    return cleaned, problems + _taken(session, mail or "", number, person_id)


def _ruled(field_: str, rule: Callable[[], str | None], problems: list[Problem]) -> str | None:
    try:
        return rule()
    except Invalid as wrong:
        problems += [replace(problem, field=field_) for problem in wrong.problems]
        return None


def _number(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    number = clean_name(text, what=said("The personnel number"), longest=NUMBER_LENGTH)
    if "@" in number:
        raise Invalid(said("The personnel number holds an @. Is it a mail address?"))
    return number


def _taken(session: Session, mail: str, number: str | None, person_id: int) -> list[Problem]:
    key = mail_key(mail)
    same = (Contact.mail_key == key) | (Contact.number == number) if number else Contact.mail_key == key
    found = session.execute(select(Contact.mail_key, Contact.number).where(same, Contact.person_id != person_id)).all()
    problems = []
    if any(row.mail_key == key for row in found):
        sentence = said("Somebody with this mail address is here already. Search for it in the list of people.")
        problems.append(Problem(sentence, field="mail"))
    if number and any(row.number == number for row in found):
        problems.append(Problem(said("Somebody with this personnel number is here already."), field="number"))
    return problems


def _contact(cleaned: dict[str, str | None]) -> Contact:
    return Contact(**cleaned, mail_key=mail_key(cleaned["mail"] or ""))


def _store(session: Session, person: Person, contact: Contact, **values: str | None) -> None:
    """Write both now; who took the address in the very same moment is found out here, by the constraint."""
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()  # the contact needs the person's number
            contact.person_id = person.id
            for name, value in values.items():
                setattr(contact, name, value)
            contact.mail_key = mail_key(contact.mail)
            session.add(contact)
    except IntegrityError as clash:
        sentence = said("Somebody with this mail address or personnel number came in a moment ago.")
        raise lookup.wrong("mail", sentence) from clash


def _first_role(person: Person, new: NewPerson) -> list[RoleAssignment]:
    if new.role is None or new.role_since is None:
        return []
    return [
        RoleAssignment(
            person_id=person.id,
            role=new.role,
            curriculum_id=new.curriculum_id,
            starts=new.role_since,
            origin=new.origin,
        )
    ]
