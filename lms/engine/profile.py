"""From the ledger to levels held on a day: evidence, completions and exemptions, their validity and the policy.

The policy is a value in the curriculum (`policy.evidence`, or a competency's own `policy`); written default: the
highest entry valid that day. Nothing here looks at courses still to come.

An exempted course counts as completed on every day on which its exemption is in force, so its grants last exactly as
long as the exemption does. *Instead of:* counting `valid_months` from the exemption's day, which would send people
back to a course that they were spared for good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lms.engine.competency import Attainment, EvidencePolicy
from lms.engine.curriculum import Curriculum
from lms.engine.days import last_valid_day
from lms.engine.person import Person
from lms.engine.requirement import Fact


class Entry(NamedTuple):
    """One rating of a competency: its level, the days on which it is valid (both included), and its source."""

    level: int
    first: date
    last: date
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody holds on one day.

    `levels`: competency id -> level by the policy (competencies at level 0 are left out); `done`: ids of courses that
    count as completed that day; `completed`: ids of those with a recorded completion, who pay `renewal_hours`.
    """

    levels: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()

    def holds(self, fact: Fact) -> bool:
        """Does the fact hold that day?"""
        if isinstance(fact, Attainment):
            return self.levels.get(fact.competency, 0) >= fact.level
        return fact.course in self.done


@dataclass(frozen=True)
class Record:
    """What is known of a person on the planning date `on`, ready to be read on that day or any later one.

    `entries`: competency id -> entries in the ledger's order; `exempt_levels`: competency id -> (level, last day);
    `completed`: courses with a recorded completion, equivalents included; `exempt_courses`: course id -> last day.
    """

    curriculum: Curriculum
    on: date
    entries: Mapping[str, Sequence[Entry]]
    exempt_levels: Mapping[str, Sequence[tuple[int, date]]]
    completed: frozenset[str]
    exempt_courses: Mapping[str, date]

    def level(self, competency: str, day: date) -> int:
        """The level held on a day at or after `on`, by the policy; 0 when none."""
        level = self.rated(competency, day)
        for exempt, last in self.exempt_levels.get(competency, ()):
            if exempt > level and day <= last:
                level = exempt
        return level

    def rated(self, competency: str, day: date) -> int:
        """The level by the policy alone, exempted levels left out; on days before `on` as it is known by now."""
        valid = [e for e in self.entries.get(competency, ()) if e.first <= day <= e.last]
        return self.by_policy(competency, valid) if valid else 0

    def by_policy(self, competency: str, valid: Sequence[Entry]) -> int:
        """The level that the policy makes of the entries valid on a day, of which there is one at least."""
        if len(valid) == 1:
            return valid[0].level
        policy = self.curriculum.competency_by_id[competency].policy or self.curriculum.policy
        if policy is EvidencePolicy.HIGHEST:
            return max([e.level for e in valid])
        if policy is EvidencePolicy.BY_SOURCE:
            unlisted = len(self._rank)
            strongest = min(self._rank.get(e.source, unlisted) for e in valid)
            valid = [e for e in valid if self._rank.get(e.source, unlisted) == strongest]
        return max((e.first, e.level) for e in valid)[1]

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {source: place for place, source in enumerate(self.curriculum.sources)}

    def holds(self, fact: Fact, day: date) -> bool:
        """Does the fact hold on a day at or after `on`, if nothing is taken meanwhile?"""
        if isinstance(fact, Attainment):
            return self.level(fact.competency, day) >= fact.level
        return fact.course in self.completed or self.exempt_courses.get(fact.course, date.min) >= day

    def profile(self, day: date | None = None) -> Profile:
        """The profile on a day at or after `on` (None: on `on` itself)."""
        return self._today if day is None else self._profile(day)

    @cached_property
    def _today(self) -> Profile:
        return self._profile(self.on)

    def _profile(self, day: date) -> Profile:
        levels = {c: self.level(c, day) for c in (*self.entries, *self.exempt_levels)}
        exempt = {course for course, last in self.exempt_courses.items() if day <= last}
        return Profile({c: n for c, n in levels.items() if n}, self.completed | exempt, self.completed)


def record_on(curriculum: Curriculum, person: Person, on: date) -> Record:
    """Gather what is known of a person on the day `on`; what is dated later does not count yet.

    Facts about competencies or courses that the curriculum does not know are passed over.
    """
    entries: dict[str, list[Entry]] = defaultdict(list)
    known, for_good = curriculum.competency_by_id, date.max
    for e in person.evidence:
        if e.on <= on and e.competency in known:
            entries[e.competency].append(Entry(e.level, e.on, e.until or for_good, e.source))
    completed: set[str] = set()
    for course_id, done_on in completions(curriculum, person, on):
        completed.add(course_id)
        for grant in curriculum.course_by_id[course_id].grants:
            last = last_valid_day(done_on, grant.valid_months)
            entries[grant.competency].append(Entry(grant.level, done_on, last, "course"))
    exempt_levels: dict[str, list[tuple[int, date]]] = defaultdict(list)
    exempt_courses: dict[str, date] = {}
    for exemption in person.exempt:
        if not exemption.in_force(on):
            continue
        first, last = exemption.on or date.min, exemption.until or date.max
        if isinstance(exemption.fact, Attainment):
            if exemption.fact.competency in known:
                exempt_levels[exemption.fact.competency].append((exemption.fact.level, last))
        elif (course := curriculum.course_by_id.get(exemption.fact.course)) is not None:
            exempt_courses[course.id] = max(last, exempt_courses.get(course.id, last))
            for grant in course.grants:
                entries[grant.competency].append(Entry(grant.level, first, last, "course"))
    return Record(curriculum, on, entries, exempt_levels, frozenset(completed), exempt_courses)


def completions(curriculum: Curriculum, person: Person, on: date) -> list[tuple[str, date]]:
    """Recorded completions as (course of the curriculum, day), those that count through an equivalence too."""
    found = []
    for completion in person.completed:
        if completion.on > on:
            continue
        if completion.course in curriculum.course_by_id:
            found.append((completion.course, completion.on))
        if equivalences := curriculum.equivalences_of(completion.course):
            found += [
                (equivalence.counts_as, completion.on)
                for equivalence in equivalences
                if equivalence.until is None or completion.on <= equivalence.until
            ]
    return found


def profile_on(curriculum: Curriculum, person: Person, on: date) -> Profile:
    """The profile of a person on the day `on`: levels held by the policy, and courses that count as done."""
    return record_on(curriculum, person, on).profile()
