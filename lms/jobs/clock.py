"""The clock: what falls due because time passes. Looked at by every worker, done once for each hour, day or morning.

A row for each period holds when it was last begun; moving it on and asking for the period's jobs is one statement and
one commit, so that of many workers exactly one begins a period, and after a standstill it is begun once. Days are those
of the site's time zone. *Instead of:* a cron table beside the application, which forgets what fell due while it stood
still and does twice what two machines have; and hours counted from the last time, which drift.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.jobs.work import Effect, Handler, Work, nothing
from lms.services import calendar, replanning
from lms.services.cycles import reminding, settling
from lms.services.evidence import keeping, routing
from lms.services.hiring import retention
from lms.services.learning import passing
from lms.services.promotions import inbox, opening
from lms.services.rules import asking
from lms.services.running import reminders, sweeping
from lms.services.running.jobs import enqueue
from lms.storage.bulk import insert_into
from lms.storage.jobs import Heartbeat

MORNING = time(7)
"""When reminders go out, where the site is."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """Something that comes round: when the present one began, and the jobs that are asked for in each."""

    name: str
    began: Callable[[datetime, ZoneInfo], datetime]
    kinds: tuple[str, ...]


def hour(now: datetime, _zone: ZoneInfo) -> datetime:
    """The beginning of this hour."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day(now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of this day, where the site is; a day may have 23 or 25 hours."""
    return _at(now.astimezone(zone).date(), time(0), zone)


def morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The last seven o'clock, where the site is."""
    today = now.astimezone(zone).date()
    here = _at(today, MORNING, zone)
    return here if here <= now else _at(today - timedelta(days=1), MORNING, zone)


def _at(of: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(of, clock, tzinfo=zone).astimezone(UTC)


PERIODS = (
    Period(
        "clock: hour", hour, ("clock.sweep", "clock.catch-up", "clock.reviewers", "clock.files", "clock.promotions")
    ),
    Period(
        "clock: day",
        day,
        (
            "clock.look-again",
            "clock.candidates",
            asking.KIND,
        ),
    ),
    Period("clock: morning", morning, ("clock.remind", "clock.decisions", "clock.rules")),
)


def is_due(session: Session, *, now: datetime) -> bool:
    """Has a period begun that nobody looked after? A plain read."""
    return bool(_begun(session, now))


def tick(session: Session, *, now: datetime) -> int:
    """Begin the periods whose time has come: ask for their jobs. Says how many were begun."""
    insert = insert_into(session, Heartbeat)
    begun = 0
    for period, start in _begun(session, now):
        session.execute(insert.values(name=period.name, seen_at=NEVER).on_conflict_do_nothing())
        mine = update(Heartbeat).where(Heartbeat.name == period.name, Heartbeat.seen_at < start)
        if session.connection().execute(mine.values(seen_at=now)).rowcount != 1:
            continue  # another worker was quicker
        begun += 1
        for kind in period.kinds:
            enqueue(session, kind, {}, now=now, dedupe_key=kind)
    return begun


def _begun(session: Session, now: datetime) -> list[tuple[Period, datetime]]:
    zone = calendar.zone(session)
    names = [period.name for period in PERIODS]
    looked = dict(session.execute(select(Heartbeat.name, Heartbeat.seen_at).where(Heartbeat.name.in_(names))).all())
    starts = [(period, period.began(now, zone)) for period in PERIODS]
    return [(period, start) for period, start in starts if looked.get(period.name, NEVER) < start]


def look_again(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.look-again`: time alone changes the paths of these people today."""
    people = replanning.due_for_another_look(session, calendar.today(session, now=now))
    return lambda unit: replanning.input_changed(unit, people, now=now)


def catch_up(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.catch-up`: people whose path is behind while no job is there for them get another one."""
    people = replanning.left_behind(session)
    return lambda unit: replanning.ask(unit, people, now=now)


def sweep(_session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.sweep`: what has expired goes."""
    return lambda unit: sweeping.sweep(unit, now=now)


def remind(session: Session, work: Work, now: datetime) -> Effect:
    """`clock.remind`: on working days, tell people what lapses soon, and whose ratings are missing."""
    if not calendar.works_on(session, calendar.today(session, now=now)):
        return nothing
    found = reminders.due(session, now=now, beat=work.beat)

    def effect(unit: Session) -> None:
        reminders.ask(unit, found, now=now)
        reminding.remind_late(unit, now=now)

    return effect


def reviewers(_session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.reviewers`: evidence and steps to confirm go on from whoever can answer no more, and up where they waited for
    too long; ratings that are asked of somebody go on, too.
    """

    def effect(unit: Session) -> None:
        routing.settle(unit, now=now)
        routing.overdue(unit, now=now)
        passing.settle(unit, now=now)
        passing.overdue(unit, now=now)
        settling.settle(unit, now=now)

    return effect


def files(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.files`: the bytes go that no row names, then the rows let go of those whose day is over."""
    keeping.sweep(session, current_app.config["LMS_FILES"], now=now)
    return lambda unit: keeping.expire(unit, now=now)


def promotions(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.promotions`: a case is opened for whoever has reached everything that a target asks for."""
    people = opening.ready_people(session)
    return lambda unit: opening.open_ready(unit, people, now=now)


def decisions(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.decisions`: on working days, remind whoever keeps somebody waiting for a decision."""
    if not calendar.works_on(session, calendar.today(session, now=now)):
        return nothing
    return lambda unit: inbox.nudge(unit, now=now)


def candidates(_session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.candidates`: everything goes about the candidates whose last day is over."""

    def effect(unit: Session) -> None:
        retention.delete_due(unit, now=now)

    return effect


HANDLERS: Mapping[str, Handler] = {
    "clock.look-again": look_again,
    "clock.catch-up": catch_up,
    "clock.sweep": sweep,
    "clock.remind": remind,
    "clock.promotions": promotions,
    "clock.candidates": candidates,
    "clock.decisions": decisions,
    "clock.reviewers": reviewers,
    "clock.files": files,
}
