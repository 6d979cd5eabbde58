"""Build or hire: the candidates of an opening and the colleagues nearest to its role, ranked by one rule and one measure.

Colleagues are those who aim at the role or whose role leads to it, as far as the actor may see them; of many the 25 who
miss least. Nothing of it is stored, but for what a decision keeps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine import person as values
from lms.engine.curriculum import Curriculum, OutcomeGate
from lms.engine.judging.bearing import bearing
from lms.engine.judging.ranking import Contender, Ranking, Standing, comparable, rank
from lms.engine.profile import profile_on
from lms.engine.readiness import readiness
from lms.interop.ranking_json import ranking_to_document, standing_to_document
from lms.services import calendar, kept
from lms.services.access import About, Actor, Permission, can
from lms.services.curricula import Published
from lms.services.hiring import finding, outcomes, shown
from lms.services.hiring.remembered import Remembered
from lms.services.organisation.people_shown import Named, names
from lms.storage.bearing import Held, load_bearing, roles_held
from lms.storage.hiring import Candidate, CandidateOutcome, Opening
from lms.storage.people import Person, StudyPlan
from lms.storage.standings import load_standings

MOST_COLLEAGUES = 25
PATIENCE = 0.5
"""Seconds for the search of one path; a place may rest on a bound after that."""
AT_ONCE = 40
"""So many standings are worked out for one look, a second or so; whoever looks again finds them known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands: a candidate of the opening, or a colleague (`candidate` None)."""

    who: Named
    standing: Standing
    candidate: Candidate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The ranking with the people in it, the best by ramp first."""

    version: Published
    ranking: Ranking
    places: tuple[Place, ...]

    def of(self, candidate_id: int) -> Place | None:
        """Where this candidate stands; None for one who has withdrawn."""
        return next((one for one in self.places if one.candidate and one.candidate.id == candidate_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """A comparison that is not whole yet: how many standings are known, of how many."""

    version: Published
    done: int
    total: int


def compare(session: Session, actor: Actor, opened: Opening, *, now: datetime) -> Comparison:
    """The comparison for an actor who works on the opening. Those who have withdrawn are left out, nobody else is."""
    found = _compare(session, actor, opened, None, now=now)
    assert isinstance(found, Comparison), "without a bound it is whole"
    return found


def look(session: Session, actor: Actor, opened: Opening, *, now: datetime) -> Comparison | Underway:
    """The same for a page, which nobody waits long for: once every standing is known, until then how far it is."""
    return _compare(session, actor, opened, AT_ONCE, now=now)


def _compare(
    session: Session, actor: Actor, opened: Opening, at_once: int | None, *, now: datetime
) -> Comparison | Underway:
    on = calendar.today(session, now=now)
    version = finding.version_of(session, opened)
    mine = select(Candidate).where(Candidate.opening_id == opened.id, Candidate.state != "withdrawn")
    candidates = {_key(row.id): row for row in session.scalars(mine.order_by(Candidate.id))}
    colleagues = dict(_nearest(session, actor, opened, version.curriculum, on))
    contenders = [
        *_as_contenders(session, candidates, version.curriculum),
        *(Contender(key=f"colleague:{number}", person=one) for number, one in colleagues.items()),
    ]
    known = Remembered(version.digest, opened.role, on)
    people = dict.fromkeys(comparable(one.person, opened.role) for one in contenders)
    new = [Contender(key=str(turn), person=one) for turn, one in enumerate(people) if not known.knows(one)]
    whole = at_once is None or len(new) <= at_once
    with kept.planner(version.digest, version.curriculum) as planner:
        asked = contenders if whole else new[:at_once]
        ranking = rank(planner, opened.role, asked, on, time_limit=PATIENCE, recall=known)
    if not whole:
        return Underway(version=version, done=len(people) - len(new) + len(asked), total=len(people))
    named = names(session, list(colleagues))
    places = tuple(
        Place(who=_who(one.key, candidates, named), standing=one, candidate=candidates.get(one.key))
        for one in ranking.standings
    )
    return Comparison(version=version, ranking=ranking, places=places)


def _as_contenders(
    session: Session, candidates: Mapping[str, Candidate], curriculum: Curriculum
) -> Iterator[Contender]:
    numbers = [row.id for row in candidates.values()]
    entries, achieved = shown.entries(session, numbers, curriculum), outcomes.of_many(session, numbers)
    for key, row in candidates.items():
        values_of = outcomes.as_values(achieved[row.id])
        yield Contender(key=key, person=shown.as_person(row.id, entries[row.id], values_of))


def on_record(
    found: Comparison, candidate_id: int, entries: Sequence[shown.Entry], achieved: Sequence[CandidateOutcome]
) -> dict[str, Any]:
    """What a decision about a candidate keeps: rule, measure, what entered, and how the others stood, who are not named."""
    document = ranking_to_document(found.ranking, found.version.digest)
    del document["standings"]
    own = found.of(candidate_id)
    others = [one for one in found.places if one is not own]
    return {
        **document,
        "version": found.version.number,
        "shown": [
            {
                "competency": one.competency,
                "level": one.level,
                "on": one.shown_on.isoformat(),
                "until": one.until.isoformat() if one.until else None,
                "source": one.source,
            }
            for one in entries
        ],
        "achieved": [
            {
                "metric": one.metric,
                "month": one.month.isoformat(),
                "value": float(one.value),
                "source": one.source,
            }
            for one in achieved
        ],
        "standing": standing_to_document(own.standing) if own else None,
        "others": [
            {
                "colleague": one.candidate is None,
                **{
                    name: value
                    for name, value in standing_to_document(one.standing).items()
                    if name not in {"missing", "gates", "unreachable"}
                },
            }
            for one in others
        ],
    }


def _nearest(
    session: Session, actor: Actor, opened: Opening, curriculum: Curriculum, on: date
) -> Iterator[tuple[int, values.Person]]:
    """The colleagues on the way to the role whom this actor may compare, those first who miss least."""
    if not can(actor, Permission.COLLEAGUES_COMPARE):
        return
    target = curriculum.role_by_id[opened.role]
    way = _on_the_way(session, actor, opened, {role.id for role in curriculum.roles if target.id in role.next}, on)
    missing: list[tuple[int, int]] = []
    for number, person in load_bearing(session, on, way, bearing(curriculum, target)):
        stands = readiness((target,), person, profile_on(curriculum, person, on), on)
        missing.append(
            (len(stands.gaps) + sum(isinstance(one.gate, OutcomeGate) and not one.met for one in stands.gates), number)
        )
    nearest = [number for _, number in sorted(missing)[:MOST_COLLEAGUES]]
    whole = load_standings(session, on, nearest, gates=True)
    for number in nearest:
        yield number, whole[number].person if number in whole else values.Person(id=str(number))


def _on_the_way(session: Session, actor: Actor, opened: Opening, leads: Collection[str], on: date) -> list[int]:
    """The active people whom this actor may compare: those who aim at the role and do not hold it, and those who hold one
    that leads to it.
    """
    rows = session.execute(
        select(Person.id, Person.team_id, StudyPlan.targets)
        .join(StudyPlan, StudyPlan.person_id == Person.id)
        .where(Person.state == "active")
        .order_by(Person.id)
    )
    seen = {
        number: opened.role in targets
        for number, team, targets in rows
        if can(actor, Permission.COLLEAGUES_COMPARE, About(person_id=number, team_id=team))
    }
    held = roles_held(session, on, list(seen))

    def fits(number: int, aims: bool) -> bool:
        present = held.get(number, Held(role=None, curriculum_id=None))
        here = present.curriculum_id == opened.curriculum_id
        return (here and present.role in leads) or (
            aims and (here or present.role is None) and present.role != opened.role
        )

    return [number for number, aims in seen.items() if fits(number, aims)]


def _key(candidate_id: int) -> str:
    return f"candidate:{candidate_id}"


def _who(key: str, candidates: Mapping[str, Candidate], known: Mapping[int, Named]) -> Named:
    row = candidates.get(key)
    return Named(row.id, row.name) if row else known[int(key.partition(":")[2])]
