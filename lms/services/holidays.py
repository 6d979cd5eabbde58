"""Days on which nobody of the site studies. Whoever changes them has everybody's path planned again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import Invalid, NotFound, Problem, said
from lms.interop.reading.text_rules import clean_name
from lms.services import access, ledger
from lms.services.access import Actor, Permission
from lms.services.organisation.lookup import FIRST_DAY, LAST_DAY
from lms.services.replanning import input_changed
from lms.storage.people import Person
from lms.storage.site import Holiday

LINE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[\s,;]+(.*))?")
MOST_LINES = 1_000
Named = tuple[date, str]


def every(session: Session, actor: Actor) -> Sequence[Holiday]:
    """Every holiday, by day."""
    access.require(actor, Permission.SETTINGS_READ)
    return session.scalars(select(Holiday).order_by(Holiday.day)).all()


def read(text: str) -> list[Named]:
    """One holiday from each line: a day as YYYY-MM-DD, then its name. Raises Invalid naming every line that is wrong.

    >>> read("2026-12-25 Christmas Day")
    [(datetime.date(2026, 12, 25), 'Christmas Day')]
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Invalid(Problem(said("These are more than %(most)s lines.", most=MOST_LINES), field="lines"))
    found, problems = {}, []
    for number, line in lines:
        try:
            day, title = _line(number, line)
        except Invalid as refused:
            problems += [Problem(one.message, field="lines") for one in refused.problems]
        else:
            found[day] = title
    if problems or not found:
        raise Invalid(*problems or [Problem(said("Give at least one day, such as 2026-12-25."), field="lines")])
    return sorted(found.items())


def add(session: Session, actor: Actor, days: Iterable[Named], *, now: datetime) -> list[date]:
    """Make these days holidays; gives those that were none before. A day that was one takes the new name."""
    access.require(actor, Permission.SETTINGS_EDIT)
    known = {one.day: one for one in session.scalars(select(Holiday).with_for_update())}
    wanted = dict(days)
    new = sorted(wanted.keys() - known.keys())
    renamed = sorted(day for day in wanted.keys() & known.keys() if wanted[day] and wanted[day] != known[day].title)
    session.add_all(Holiday(day=day, title=wanted[day]) for day in new)
    for day in renamed:
        known[day].title = wanted[day]
    if new or renamed:
        ledger.note(session, actor, "settings.holidays_changed", now=now, added=_plain(new), renamed=_plain(renamed))
    if new:
        _everybody_again(session, actor, now=now)
    return new


def remove(session: Session, actor: Actor, day: date, *, now: datetime) -> None:
    """Make a holiday a day like others. Raises NotFound when it is none."""
    access.require(actor, Permission.SETTINGS_EDIT)
    gone = session.execute(delete(Holiday).where(Holiday.day == day).returning(Holiday.day)).all()
    if not gone:
        raise NotFound(said("%(day)s is no holiday.", day=day.isoformat()))
    ledger.note(session, actor, "settings.holidays_changed", now=now, removed=_plain([day]))
    _everybody_again(session, actor, now=now)


def _line(number: int, line: str) -> Named:
    matched = LINE.fullmatch(line)
    try:
        day = date.fromisoformat(matched[1] if matched else "")
    except ValueError:
        day = date.max
    if matched is None or not FIRST_DAY <= day <= LAST_DAY:
        wanted = said("Line %(line)s: begin with a day such as 2026-12-25, then its name.", line=number)
        raise Invalid(wanted) from None
    title = (matched[2] or "").strip()
    try:
        return day, clean_name(title) if title else ""
    except Invalid as refused:
        why = said("Line %(line)s: %(problem)s", line=number, problem=refused.problems[0].message)
        raise Invalid(why) from None


def _plain(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _everybody_again(session: Session, actor: Actor, *, now: datetime) -> None:
    people = session.scalars(select(Person.id).where(Person.state == "active")).all()
    input_changed(session, people, now=now, actor=actor)
