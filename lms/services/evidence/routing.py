"""Where pieces go: read the desk, pass a piece to its next reviewer, and see that none is with somebody who cannot review.

`settle` runs in every verb that ends what somebody may do (leaving, rights, teams) and with the clock, `overdue` with the
clock alone. Both tell those concerned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.engine.competency import Competency
from lms.services import calendar, curricula, ledger
from lms.services.access import SITE, Actor, Right
from lms.services.curricula import Published
from lms.services.evidence import texts
from lms.services.evidence.desk import Chair, Desk, Subject
from lms.services.running import outbox
from lms.storage.curricula import CurriculumOwner
from lms.storage.evidence_pieces import Deputy, Piece, Review
from lms.storage.people import Person, RightHeld, Team
from lms.storage.snapshot import pins_of

WAITS = timedelta(days=7)
"""How long a piece waits for one reviewer before it goes to the next level."""
ANYBODY = Competency(id="", title="").raters
"""Who rates a competency that the curriculum has no more."""


def desk(session: Session, on: date) -> Desk:
    """Who can review on this day, in one query."""
    rights: dict[str, list[int]] = defaultdict(list)
    trainers: dict[int, list[int]] = defaultdict(list)
    parents: dict[int, int | None] = {}
    managers: dict[int, int] = {}
    acting: dict[int, int] = {}
    load: dict[int, int] = {}
    for kind, one, other, third in sorted(session.execute(_desk(on)).all(), key=lambda row: (row.kind, row.one)):
        match kind:
            case "team":
                parents[one] = other
                if third is not None:
                    managers[one] = third
            case "owner":
                trainers[one].append(other)
            case "load":
                load[one] = other
            case "deputy":
                acting[other] = third
            case _:
                rights[kind].append(one)
    return Desk(
        parents=parents,
        managers=managers,
        trainers={owned: [one for one in them if one in rights[Right.TRAINER]] for owned, them in trainers.items()},
        assessors=rights[Right.ASSESSOR],
        administrators=rights[Right.ADMINISTRATOR],
        deputies=acting,
        load=load,
    )


def _desk(on: date) -> CompoundSelect[Any]:
    """Rows of every kind in a few columns. Of several deputies for a day the one who was named last comes last."""
    manager, nothing = aliased(Person), cast(null(), BigInteger)
    wanted = (Right.TRAINER.value, Right.ASSESSOR.value, Right.ADMINISTRATOR.value)
    teams = select(literal("team").label("kind"), Team.id.label("one"), Team.parent_id.label("other"), manager.id)
    teams = teams.outerjoin(manager, (manager.id == Team.manager_id) & (manager.state == "active"))
    held = select(RightHeld.held, RightHeld.person_id, nothing, nothing)
    held = held.join(Person, Person.id == RightHeld.person_id)
    owners = select(literal("owner"), CurriculumOwner.curriculum_id, CurriculumOwner.person_id, nothing)
    acting = select(literal("deputy"), Deputy.id, Deputy.person_id, Deputy.deputy_id)
    acting = acting.join(Person, Person.id == Deputy.deputy_id)
    load = select(literal("load"), Piece.reviewer_id, func.count(), nothing)
    return union_all(
        teams,
        held.where(Person.state == "active", RightHeld.held.in_(wanted)),
        owners,
        acting.where(Person.state == "active", Deputy.first <= on, Deputy.last >= on),
        load.where(Piece.state == "waiting", Piece.reviewer_id.is_not(None)).group_by(Piece.reviewer_id),
    )


def deputies(session: Session, on: date) -> dict[int, int]:
    """Who stands in for whom on this day; of several, whoever was named last."""
    named = select(Deputy.person_id, Deputy.deputy_id).join(Person, Person.id == Deputy.deputy_id)
    today = named.where(Person.state == "active", Deputy.first <= on, Deputy.last >= on)
    return dict(session.execute(today.order_by(Deputy.id)).all())


def principals(session: Session, person_id: int, on: date) -> frozenset[int]:
    """For whom this person stands in on this day."""
    today = select(Deputy.person_id).where(Deputy.deputy_id == person_id, Deputy.first <= on, Deputy.last >= on)
    mine = session.scalars(today).all()
    if not mine:
        return frozenset()
    acting = deputies(session, on)
    return frozenset(one for one in mine if acting.get(one) == person_id)


def give(
    session: Session,
    piece: Piece,
    to: Chair,
    outcome: str,
    *,
    now: datetime,
    acting: int,
    actor: Actor = SITE,
    for_id: int | None = None,
    why: str = "",
) -> Review:
    """Pass a waiting piece to somebody else, note by whom and why, and write to whoever looks at it now."""
    passed = Review(
        piece_id=piece.id,
        person_id=piece.person_id,
        at=now,
        outcome=outcome,
        by_id=actor.person_id,
        for_id=for_id,
        capacity=piece.capacity,
        to_id=to.person_id,
    )
    session.add(passed)
    session.flush()  # the text needs its number
    texts.keep(session, piece.person_id, Review, passed.id, why)
    ledger.note(
        session,
        actor,
        f"evidence.{outcome.replace('-', '_')}",
        now=now,
        subject=("person", piece.person_id),
        piece=piece.id,
        before=piece.reviewer_id,
        to=to.person_id,
        capacity=to.capacity,
    )
    piece.reviewer_id, piece.capacity, piece.since = to.person_id, to.capacity, now
    outbox.send(session, "evidence-arrived", acting, now=now, actor=actor, piece=piece.id, review=passed.id)
    return passed


def settle(session: Session, *, now: datetime, actor: Actor = SITE) -> int:
    """Pass on whatever waits for somebody who can review it no more; says how much. Nothing waits: one query."""
    moved = 0
    for piece, about, here in _waiting(session, now=now):
        chairs = [chair for level in here.levels(about) for chair in level]
        if Chair(piece.reviewer_id or 0, piece.capacity or "") in chairs or not chairs:
            continue
        acting = here.acting(chairs[0].person_id, piece.person_id)
        give(session, piece, chairs[0], "passed-over", now=now, acting=acting, actor=SITE if actor.is_site else actor)
        moved += 1
    return moved


def overdue(session: Session, *, now: datetime) -> int:
    """Pass what has waited for too long to the next level, and tell both; says how much."""
    moved = 0
    for piece, about, here in _waiting(session, now=now, since=now - WAITS):
        before = Chair(piece.reviewer_id or 0, piece.capacity or "")
        above = here.above(about, before)
        if above is None:
            continue
        passed = give(session, piece, above, "passed-up", now=now, acting=here.acting(above.person_id, piece.person_id))
        if before.person_id:
            outbox.send(session, "evidence-passed-up", before.person_id, now=now, piece=piece.id, review=passed.id)
        moved += 1
    return moved


def subject(person_id: int, team_id: int | None, version: Published | None, competency: str, *, of: int = 0) -> Subject:
    """What decides who reviews evidence of a competency, by the version that counts for the person; `of` is the number
    of the curriculum where there is none.
    """
    known = version.curriculum.competency_by_id.get(competency) if version else None
    return Subject(
        person_id=person_id,
        team_id=team_id,
        curriculum_id=version.curriculum_id if version else of,
        raters=known.raters if known else ANYBODY,
    )


def _waiting(
    session: Session, *, now: datetime, since: datetime | None = None
) -> Iterator[tuple[Piece, Subject, Desk]]:
    """The waiting pieces of active people, locked, the oldest first, and the desk as it is now."""
    asked = select(Piece, Person.team_id).join(Person, Person.id == Piece.person_id)
    asked = asked.where(Piece.state == "waiting", Person.state == "active")
    if since is not None:
        asked = asked.where(Piece.since <= since)
    rows = session.execute(asked.order_by(Piece.id).with_for_update(of=Piece)).all()
    if not rows:
        return
    on = calendar.today(session, now=now)
    here, versions = desk(session, on), versions_of(session, {piece.person_id for piece, _ in rows}, on)
    for piece, team in rows:
        version = next((one for one in versions[piece.person_id] if one.curriculum_id == piece.curriculum_id), None)
        yield piece, subject(piece.person_id, team, version, piece.competency, of=piece.curriculum_id), here


def versions_of(session: Session, people: Collection[int], on: date) -> dict[int, Sequence[Published]]:
    """The published curricula in the versions that count for each of these people."""
    offered, pins = curricula.published(session), pins_of(session, people, on)
    return {one: curricula.of_person(session, pins.get(one, ()), offered) for one in people}
