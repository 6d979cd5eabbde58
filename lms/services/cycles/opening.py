"""Preparing a cycle, seeing whom it would ask, opening it; and opening a round about one person.

A draft asks nobody. Opening asks everybody at once, in one transaction, and each of them gets one mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.engine.judging.peers import FEWEST
from lms.errors import Conflict, Invalid, Problem, said
from lms.interop.reading.text_rules import clean_name
from lms.services import calendar
from lms.services.access import About, Actor, Permission, require
from lms.services.cycles import finding
from lms.services.cycles.asking import Asked, asked
from lms.services.organisation import lookup
from lms.services.running import outbox
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person, Team

TITLE_LENGTH = 100
MOST_PEERS = 20
LATEST = timedelta(days=366)
USUAL = timedelta(days=14)
"""How long people have to answer unless somebody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For whom (a team with those below it; None: the organisation), whose roles, who rates, and by when."""

    title: str
    team_id: int | None
    due: date | None
    roles: tuple[str, ...] = ()
    """`curriculum number:role`; empty: every role."""
    asks_self: bool = True
    asks_manager: bool = True
    peers: int = 0


def draft(session: Session, actor: Actor, terms: Terms, *, now: datetime) -> Cycle:
    """Prepare a cycle. Raises Invalid; Denied for a team out of reach, and for the organisation."""
    cycle = Cycle(kind="cycle", made_by=actor.person_id, made_at=now)
    _take(session, actor, cycle, terms, now=now)
    session.add(cycle)
    session.flush()  # the audit row names its number
    finding.note(session, actor, "cycle.drafted", cycle, now=now, team=cycle.team_id)
    return cycle


def change(session: Session, actor: Actor, cycle_id: int, terms: Terms, *, now: datetime) -> Cycle:
    """Prepare it otherwise, as long as it is a draft. Raises Invalid, NotFound, Denied, Conflict."""
    cycle = finding.locked(session, actor, cycle_id, Permission.CYCLE_RUN, "draft")
    _take(session, actor, cycle, terms, now=now)
    finding.note(session, actor, "cycle.changed", cycle, now=now, team=cycle.team_id)
    return cycle


def discard(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> None:
    """Let a draft go. Raises NotFound, Denied, Conflict."""
    cycle = finding.locked(session, actor, cycle_id, Permission.CYCLE_RUN, "draft")
    finding.note(session, actor, "cycle.discarded", cycle, now=now)
    session.delete(cycle)


def preview(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> Asked:
    """Whom the draft would ask today; nothing is written. Raises NotFound, Denied, Conflict."""
    cycle = finding.readable(session, actor, cycle_id)
    finding.require_state(cycle, "draft")
    return asked(session, cycle, calendar.today(session, now=now))


def open_(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> Cycle:
    """Ask everybody. Raises NotFound, Denied; Conflict when it is open, when nobody would be asked, and for a day gone by."""
    cycle = finding.locked(session, actor, cycle_id, Permission.CYCLE_RUN, "draft")
    on = calendar.today(session, now=now)
    if cycle.due < on:
        raise Conflict(said("The day by which everybody answers is over. Choose another one first."))
    found = asked(session, cycle, on)
    if not found.asks:
        raise Conflict(said("Nobody would be asked anything. Choose other teams, roles or raters."))
    cycle.state, cycle.opened_at = "open", now
    _ask(session, actor, cycle, found, now=now)
    people, sheets = len(found.parts), len(found.asks)
    finding.note(session, actor, "cycle.opened", cycle, now=now, people=people, sheets=sheets)
    return cycle


def open_round(
    session: Session,
    actor: Actor,
    person_id: int,
    *,
    role: str,
    peers: Sequence[int],
    due: date | None,
    asks_manager: bool = True,
    now: datetime,
) -> Cycle:
    """Ask a person, their manager and these colleagues for their views of the person, by a day.

    For the person themselves and the line above. Raises Invalid, NotFound, Denied; Conflict while another round is open.
    """
    person = lookup.active(session, actor, Permission.ROUND_OPEN, person_id)
    there = select(Cycle.id).where(Cycle.person_id == person_id, Cycle.state == "open")
    if session.scalar(there) is not None:
        raise Conflict(said("A round about this person is open already. Nothing was changed."))
    colleagues = tuple(sorted(set(peers) - {person_id}))
    problems = [*_wrong_due(session, due, now=now), *_wrong_peers(session, colleagues)]
    if due is None or problems:
        raise Invalid(*problems)
    cycle = Cycle(
        kind="round",
        scope="person",
        person_id=person_id,
        roles=[role],
        asks_self=True,
        asks_manager=asks_manager,
        peers=len(colleagues),
        due=due,
        state="open",
        made_by=actor.person_id or person_id,
        made_at=now,
        opened_at=now,
    )
    session.add(cycle)
    session.flush()  # the sheets need its number
    found = asked(session, cycle, calendar.today(session, now=now), colleagues)
    if not found.parts:
        raise Invalid(Problem(said("Choose a role that asks for competencies."), field="role"))
    _ask(session, actor, cycle, found, now=now)
    finding.note(session, actor, "round.opened", cycle, now=now, person=person.id, sheets=len(found.asks))
    return cycle


def _take(session: Session, actor: Actor, cycle: Cycle, terms: Terms, *, now: datetime) -> None:
    """Put the terms into a draft."""
    require(actor, Permission.CYCLE_RUN, About(team_id=terms.team_id))
    problems = _wrong_due(session, terms.due, now=now)
    try:
        cycle.title = clean_name(terms.title, what=said("The title"), longest=TITLE_LENGTH)
    except Invalid as wrong:
        problems += [Problem(one.message, field="title") for one in wrong.problems]
    if terms.team_id is not None and session.get(Team, terms.team_id) is None:
        problems.append(Problem(said("There is no such team any more. Choose another."), field="team"))
    if not (terms.asks_self or terms.asks_manager or terms.peers):
        problems.append(Problem(said("Choose at least one who rates."), field="raters"))
    if terms.peers and not FEWEST <= terms.peers <= MOST_PEERS:
        sentence = said("Ask at least %(fewest)s colleagues, or none: of fewer nothing is shown.", fewest=FEWEST)
        problems.append(Problem(sentence, field="peers"))
    if problems or terms.due is None:
        raise Invalid(*problems)
    cycle.scope = "organisation" if terms.team_id is None else "team"
    cycle.team_id, cycle.due, cycle.roles = terms.team_id, terms.due, sorted(set(terms.roles))
    cycle.asks_self, cycle.asks_manager, cycle.peers = terms.asks_self, terms.asks_manager, terms.peers


def _wrong_due(session: Session, due: date | None, *, now: datetime) -> list[Problem]:
    on = calendar.today(session, now=now)
    if due is None:
        return [Problem(said("Say by which day everybody answers."), field="due")]
    if not on <= due <= on + LATEST:
        return [Problem(said("Choose a day from today to a year ahead."), field="due")]
    return []


def _wrong_peers(session: Session, peers: Sequence[int]) -> list[Problem]:
    active = set(session.scalars(select(Person.id).where(Person.id.in_(peers), Person.state == "active")))
    if set(peers) - active:
        return [Problem(said("Choose somebody else who is active."), field="peers")]
    if peers and not FEWEST <= len(peers) <= MOST_PEERS:
        sentence = said("Ask at least %(fewest)s colleagues, or none: of fewer nothing is shown.", fewest=FEWEST)
        return [Problem(sentence, field="peers")]
    return []


def _ask(session: Session, actor: Actor, cycle: Cycle, found: Asked, *, now: datetime) -> None:
    """The sheets of everybody, and one mail for each who is asked."""
    rows = [
        {
            "cycle_id": cycle.id,
            "person_id": one.part.person_id,
            "rater_id": one.rater_id,
            "capacity": one.capacity,
            "version_id": one.part.version.version_id,
            "competencies": list(one.part.competencies),
            "state": "waiting",
            "asked_at": now,
            "version": 1,
        }
        for one in found.asks
    ]
    if rows:
        session.execute(insert(Sheet), rows)
    for rater in sorted({one.rater_id for one in found.asks}):
        outbox.send(session, "ratings-asked", rater, now=now, actor=actor, cycle=cycle.id)
