"""What becomes of what is asked when somebody leaves or gets another manager: dropped with the reason, or asked of the next.

Runs in the verbs that let people leave, with the clock, and before a cycle is closed. What was handed in stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import ledger
from lms.services.access import SITE
from lms.services.cycles.rating import forget
from lms.services.promotions.deciders import Line, line
from lms.services.running import outbox
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person


def settle(session: Session, *, now: datetime, cycle_id: int | None = None) -> int:
    """Drop what can be asked no more, and ask whoever manages the person now; says how much was dropped.

    Nothing is open: one query.
    """
    open_ones = select(Cycle).where(Cycle.state == "open").order_by(Cycle.id)
    if cycle_id is not None:
        open_ones = open_ones.where(Cycle.id == cycle_id)
    cycles = {one.id: one for one in session.scalars(open_ones.with_for_update())}
    if not cycles:
        return 0
    asked = select(Sheet).where(Sheet.cycle_id.in_(cycles)).order_by(Sheet.id)
    sheets = session.scalars(asked.with_for_update().execution_options(populate_existing=True)).all()
    people = {one for row in sheets for one in (row.person_id, row.rater_id)}
    rows = session.execute(select(Person.id, Person.team_id, Person.state).where(Person.id.in_(people)))
    teams = {number: team for number, team, state in rows if state == "active"}
    standing = line(session)
    over = [(row, why) for row in sheets if row.state == "waiting" and (why := _why(row, teams, standing))]
    forget(session, [row.id for row, _ in over])
    for row, why in over:
        row.state, row.why_dropped = "dropped", why
    session.flush()  # who is asked instead may be asked on a row that was dropped before
    for row, why in over:
        ledger.note(
            session,
            SITE,
            "rating.dropped",
            now=now,
            subject=("person", row.person_id),
            cycle=row.cycle_id,
            sheet=row.id,
            capacity=row.capacity,
            why=why,
        )
        if row.capacity == "manager" and why != "person-left":
            _ask_next(session, row, sheets, teams, standing, now=now)
    return len(over)


def _why(row: Sheet, teams: dict[int, int | None], standing: Line) -> str | None:
    """Why this can be asked no more; None when it can."""
    if row.person_id not in teams:
        return "person-left"
    if row.rater_id not in teams:
        return "rater-left"
    if row.capacity == "manager" and row.rater_id not in standing.above(row.person_id, teams[row.person_id]):
        return "moved"
    return None


def _ask_next(
    session: Session,
    row: Sheet,
    sheets: Iterable[Sheet],
    teams: dict[int, int | None],
    standing: Line,
    *,
    now: datetime,
) -> None:
    """Ask whoever manages the person now, unless they were asked about them before in this cycle."""
    manager = next(iter(standing.above(row.person_id, teams[row.person_id])), None)
    if manager is None:
        return
    before = [one for one in sheets if (one.cycle_id, one.person_id) == (row.cycle_id, row.person_id)]
    same = next((one for one in before if one.rater_id == manager), None)
    if same is not None and same.state != "dropped":
        return
    if same is not None:
        same.state, same.why_dropped, same.capacity, same.asked_at = "waiting", None, "manager", now
    else:
        session.add(
            Sheet(
                cycle_id=row.cycle_id,
                person_id=row.person_id,
                rater_id=manager,
                capacity="manager",
                version_id=row.version_id,
                competencies=row.competencies,
                asked_at=now,
            )
        )
    outbox.send(session, "ratings-asked", manager, now=now, cycle=row.cycle_id)
