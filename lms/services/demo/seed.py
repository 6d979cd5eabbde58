"""Writing the demo organisation into an empty database, in one transaction, and planning everybody's path.

Each person's history is one audit row of today, `demo.seeded`, with the digest of all their rows: the audit tells when
something was written, and all of this was written now. What the site has a verb for is done by that verb: the
curriculum is saved and published by its trainer, the leaver hands over and leaves, paths are planned by `paths`.
*Instead of:* audit rows dated back two years, which would be the one thing in the demo that is not true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, said
from lms.interop.curriculum_file import load_curriculum
from lms.interop.reading.text_rules import mail_key
from lms.services import ledger, paths
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.demo import agreed, confirmed, cycled, handed_in, hired, promoted, ruled, unfinished
from lms.services.demo.diary import Diary
from lms.services.demo.history import history
from lms.services.demo.organisation import FEWEST, HANDED_OVER, MOST, Duty, Member, Organisation
from lms.services.demo.rows import ORIGIN, Writer
from lms.services.entry import sessions
from lms.services.organisation import leaving
from lms.services.organisation.leaving import Handover
from lms.services.running import reminders
from lms.services.shipped import starter
from lms.storage.accounts import Account
from lms.storage.jobs import Reminder
from lms.storage.paths import Path, Planning
from lms.storage.people import Away, Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.record import LEDGER
from lms.storage.schema import Base
from lms.storage.site import Holiday, Site

CHUNK = 50
PARTS = 3
"""What is counted for each person: lived, written, planned. (The leaver is not planned.)"""
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How the people of the demo sign in: the hash of the password they share, the secret of the administrator."""

    password_hash: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """How much was written."""

    people: int
    teams: int
    rows: int
    paths: int


def is_empty(session: Session) -> bool:
    """Does nobody live in this database yet?"""
    return session.scalar(select(Person.id).limit(1)) is None


def what_is_there(session: Session) -> Seeded:
    """How much there is by now, whoever wrote it."""
    return Seeded(
        people=_count(session, Person),
        teams=_count(session, Team),
        rows=sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in LEDGER),
        paths=_count(session, Path),
    )


def seed(
    session: Session, keys: Keys, *, people: int, draws: int = 1, now: datetime, tick: Tick = lambda: None
) -> Seeded:
    """Write an organisation of so many people, drawn from `draws` and today; inside a write transaction.

    `tick` is called three times for each person. Raises Conflict when somebody lives in the database, Invalid for a
    number of people that makes no organisation.
    """
    if not FEWEST <= people <= MOST:
        raise Invalid(said("A demo organisation has %(fewest)s to %(most)s people.", fewest=FEWEST, most=MOST))
    if not is_empty(session):
        raise Conflict(said("There are people in this database already. Nothing was written."))
    curriculum = load_curriculum(starter()).curriculum
    made, diaries = history(curriculum, people, draws, now.date(), tick)
    person_of = _people(session, made, diaries, keys, now)
    _teams(session, made, person_of)
    trainer = sessions.actor_of(session, person_of[made.trainer])
    curriculum_id = drafts.save_draft(session, trainer, curriculum, now=now)
    trainer = sessions.actor_of(session, person_of[made.trainer])
    publishing.publish(session, trainer, curriculum_id, now=now)
    _site(session, now)
    writer = Writer(person_of, curriculum_id)
    for member in made.members:
        _write(session, writer, member, diaries[member.number], now)
        tick()
    confirmed.write(session, diaries, person_of, curriculum_id)
    _leave(session, made, person_of, now)
    _plan(session, [person_of[member.number] for member in made.members if member.duty is not Duty.LEAVER], now, tick)
    _remind(session, now)
    handed_in.write(session, curriculum, curriculum_id, now)
    cycled.write(session, now)
    promoted.write(session, now)
    agreed.write(session, now)
    ruled.write(session, curriculum_id, now)
    hired.write(session, curriculum_id, now)
    unfinished.write(session, trainer, curriculum_id, now)
    return what_is_there(session)


def _count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _people(
    session: Session, made: Organisation, diaries: Mapping[int, Diary], keys: Keys, now: datetime
) -> dict[int, int]:
    people = [Person(state="active", working_time=_working(member), created_at=now) for member in made.members]
    session.add_all(people)
    session.flush()  # everything else needs their numbers
    person_of = {member.number: person.id for member, person in zip(made.members, people, strict=True)}
    for member in made.members:
        session.add_all(_of_one(member, person_of[member.number], diaries[member.number], keys, now))
    session.flush()
    return person_of


def _working(member: Member) -> str | None:
    """Full or part time: one in six works part time, and of some it is not stated."""
    return {0: "part-time", 3: None}.get(member.number % 6, "full-time")


def _of_one(member: Member, number: int, diary: Diary, keys: Keys, now: datetime) -> Sequence[object]:
    second = keys.secret if member.duty is Duty.ADMINISTRATOR else None
    return [
        Contact(person_id=number, name=member.name, mail=member.mail, mail_key=mail_key(member.mail)),
        Account(
            person_id=number,
            password_hash=keys.password_hash,
            password_changed_at=now,
            totp_secret=second,
            totp_since=now if second else None,
        ),
        StudyPlan(
            person_id=number,
            targets=list(diary.targets),
            aim=diary.aim,
            weekly_hundredths=diary.weekly_hundredths,
            minimise=diary.minimise,
        ),
        *(RightHeld(person_id=number, held=right) for right in sorted(member.rights)),
        *(Away(person_id=number, first=period.first, last=period.last) for period in diary.away),
    ]


def _teams(session: Session, made: Organisation, person_of: Mapping[int, int]) -> None:
    """The line. The leaver still manages the last team here; leaving hands it over."""
    numbers: list[int] = []
    for unit in made.units:
        parent = None if unit.parent is None else numbers[unit.parent]
        team = Team(name=unit.name, parent_id=parent, manager_id=person_of[unit.managers[0][1]])
        session.add(team)
        session.flush()  # what stands below needs its number
        numbers.append(team.id)
    people = {person.id: person for person in session.scalars(select(Person))}
    for member in made.members:
        people[person_of[member.number]].team_id = None if member.unit is None else numbers[member.unit]


def _site(session: Session, now: datetime) -> None:
    session.add(Site(name="Cairn demo", time_zone="Europe/Berlin", currency="EUR", set_up_at=now))
    for year in (now.year, now.year + 1, now.year + 2):
        for month, day, title in (
            (1, 1, "New Year's Day"),
            (5, 1, "May Day"),
            (12, 25, "Christmas"),
            (12, 26, "Boxing Day"),
        ):
            session.add(Holiday(day=date(year, month, day), title=title))


def _write(session: Session, writer: Writer, member: Member, diary: Diary, now: datetime) -> None:
    rows = writer.rows(member.number, diary)
    subject = ("person", writer.person_of[member.number])
    texts = {row: text for row, text in rows.texts.items() if row in set(rows.first)}
    ledger.note(
        session, SITE, "demo.seeded", now=now, subject=subject, rows=rows.first, texts=texts, entries=len(rows.first)
    )
    if rows.corrections:
        session.flush()  # corrections name the rows they replace
        for wrong, after in rows.corrections:
            after.corrects_id = wrong.id
        after_all = [after for _, after in rows.corrections]
        texts = {row: text for row, text in rows.texts.items() if row in set(after_all)}
        ledger.note(
            session, SITE, "demo.corrected", now=now, subject=subject, rows=after_all, texts=texts, origin=ORIGIN
        )


def _leave(session: Session, made: Organisation, person_of: Mapping[int, int], now: datetime) -> None:
    """The leaver hands their team to whoever has managed it since."""
    (leaver,) = made.having(Duty.LEAVER)
    (_, successor) = made.units[made.selling[-1]].managers[-1]
    handover = Handover(last_day=now.date() - HANDED_OVER, teams_to=person_of[successor])
    leaving.leave(session, SITE, person_of[leaver.number], handover, now=now)


def _plan(session: Session, people: Sequence[int], now: datetime, tick: Tick) -> None:
    """Plan everybody, with nothing left for the worker: what they were planned from is what there is."""
    session.add_all(Planning(person_id=number, wanted=1, planned=0) for number in people)
    session.flush()  # planning reads what is wanted
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        paths.replan_now(session, chunk, now=now, patient=True)
        for _ in chunk:
            tick()


def _remind(session: Session, now: datetime) -> None:
    """Who holds something that lapses soon has been told, or the first minute of a demo would be a heap of mail."""
    for lapse in reminders.due(session, now=now, beat=lambda _done: None):
        session.add(
            Reminder(
                person_id=lapse.person_id,
                competency=lapse.competency,
                last=lapse.last,
                level=lapse.level,
                told_at=now,
            )
        )
