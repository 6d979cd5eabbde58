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
from lms.engine.curriculum import Curriculum
from lms.engine.judging.ranking import Contender, Ranking, Standing, comparable, rank
from lms.engine.profile import profile_on
from lms.engine.readiness import readiness
from lms.interop.ranking_json import ranking_to_document, standing_to_document
from lms.services import calendar, kept
from lms.services.access import About, Actor, Permission, can
from lms.services.curricula import Published
from lms.services.hiring import finding, shown
from lms.services.organisation.people_shown import Named, names
from lms.storage.hiring import Candidate, Opening
from lms.storage.people import Person, StudyPlan
from lms.storage.record import RoleAssignment
from lms.storage.standings import load_standings

MOST_COLLEAGUES = 25
PATIENCE = 0.5
"""Seconds for the search of one path; a place may rest on a bound after that."""


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


def compare(session: Session, actor: Actor, opened: Opening, *, now: datetime) -> Comparison:
    """The comparison for an actor who works on the opening. Those who have withdrawn are left out, nobody else is."""
    on = calendar.today(session, now=now)
    version = finding.version_of(session, opened)
    mine = select(Candidate).where(Candidate.opening_id == opened.id, Candidate.state != "withdrawn")
    candidates = {_key(row.id): row for row in session.scalars(mine.order_by(Candidate.id))}
    entries = shown.entries(session, [row.id for row in candidates.values()], version.curriculum)
    colleagues = dict(_nearest(session, actor, opened, version.curriculum, on))
    contenders = [
        *(Contender(key=key, person=shown.as_person(row.id, entries[row.id])) for key, row in candidates.items()),
        *(Contender(key=f"colleague:{number}", person=one) for number, one in colleagues.items()),
    ]
    with kept.planner(version.digest, version.curriculum) as planner:
        ranking = rank(planner, opened.role, contenders, on, time_limit=PATIENCE)
    known = names(session, list(colleagues))
    places = tuple(
        Place(who=_who(one.key, candidates, known), standing=one, candidate=candidates.get(one.key))
        for one in ranking.standings
    )
    return Comparison(version=version, ranking=ranking, places=places)


def on_record(found: Comparison, candidate_id: int, entries: Sequence[shown.Entry]) -> dict[str, Any]:
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
    leads = {role.id for role in curriculum.roles if target.id in role.next}
    aiming, able = _on_the_way(session, actor, opened, leads)
    missing: list[tuple[int, int, values.Person]] = []
    for number, one in load_standings(session, on, aiming | able, gates=True).items():
        leads_there = one.person.role in leads and one.curriculum_id == opened.curriculum_id
        aims = number in aiming and one.curriculum_id in {None, opened.curriculum_id} and one.person.role != target.id
        if leads_there or aims:
            plain = comparable(one.person, target.id)
            stands = readiness((target,), plain, profile_on(curriculum, plain, on), on)
            missing.append((stands.required - stands.met, number, plain))
    for _, number, person in sorted(missing, key=lambda found: found[:2])[:MOST_COLLEAGUES]:
        yield number, person


def _on_the_way(session: Session, actor: Actor, opened: Opening, leads: Collection[str]) -> tuple[set[int], set[int]]:
    """The active people whom this actor may compare: those who aim at the role, and those who ever held one before it."""
    rows = session.execute(
        select(Person.id, Person.team_id, StudyPlan.targets)
        .join(StudyPlan, StudyPlan.person_id == Person.id)
        .where(Person.state == "active")
    )
    seen = {
        number: targets
        for number, team, targets in rows
        if can(actor, Permission.COLLEAGUES_COMPARE, About(person_id=number, team_id=team))
    }
    held = select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(leads), RoleAssignment.curriculum_id == opened.curriculum_id
    )
    aiming = {number for number, targets in seen.items() if opened.role in targets}
    return aiming, set(session.scalars(held.distinct())) & seen.keys()


def _key(candidate_id: int) -> str:
    return f"candidate:{candidate_id}"


def _who(key: str, candidates: Mapping[str, Candidate], known: Mapping[int, Named]) -> Named:
    row = candidates.get(key)
    return Named(row.id, row.name) if row else known[int(key.partition(":")[2])]
