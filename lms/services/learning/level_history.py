"""How the level of one competency came about: every rating, completion and exemption, and what the policy makes of each.

The verdicts retell `engine.profile` for people; a test holds the level of what counts against the engine's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.competency import Competency, EvidencePolicy
from lms.engine.curriculum import Course, Curriculum
from lms.engine.days import last_valid_day
from lms.engine.profile import record_on
from lms.errors import NotFound, said
from lms.services.access import Actor
from lms.services.learning.levels import Whose, whose
from lms.services.organisation import people_shown
from lms.services.organisation.people_shown import Named
from lms.storage.record import Completion, Evidence, Exemption
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation


class Verdict(StrEnum):
    """Why an entry counts on a day, or why it does not."""

    COUNTS = "counts"
    SAME = "same"
    """Another of the same level counts as well, and longer."""
    LOWER = "lower"
    EARLIER = "earlier"
    WEAKER = "weaker"
    """A stronger source has spoken."""
    OVER = "over"
    NOT_YET = "not-yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One entry about a competency: a rating, what a completed course gave, or an exemption.

    `first` None: always; `last` None: for good. `who` rated, confirmed or exempted, when that was somebody here.
    """

    kind: str
    level: int
    first: date | None
    last: date | None
    source: str
    course: str | None = None
    who: Named | None = None
    verdict: Verdict = Verdict.COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises:
    """A course that gives a higher level than the one held."""

    course: Course
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One competency of a person: the level held, the policy that makes it, and every entry, the latest first."""

    whose: Whose
    competency: Competency
    level: int
    policy: EvidencePolicy
    sources: tuple[str, ...]
    entries: tuple[Rated, ...]
    raises: tuple[Raises, ...]


def history(session: Session, actor: Actor, person_id: int, competency: str, *, now: datetime) -> History:
    """How a person stands in one competency, and why. Raises NotFound for a person or competency that is not there."""
    who = whose(session, actor, person_id, now=now)
    known = who.version.curriculum.competency_by_id.get(competency) if who.version else None
    if who.version is None or known is None:
        raise NotFound(said("There is no such competency."))
    curriculum = who.version.curriculum
    found = [(one, rater) for one, rater in _entries(session, curriculum, person_id, competency)]
    names = people_shown.names(session, {rater for _, rater in found if rater is not None})
    named = [replace(one, who=names.get(rater) if rater else None) for one, rater in found]
    level = record_on(curriculum, who.snapshot.person, who.on).level(competency, who.on)
    return History(
        whose=who,
        competency=known,
        level=level,
        policy=known.policy or curriculum.policy,
        sources=curriculum.sources,
        entries=tuple(
            sorted(judged(curriculum, known, named, who.on), key=lambda one: one.first or date.min, reverse=True)
        ),
        raises=_raises(curriculum, competency, level),
    )


def judged(curriculum: Curriculum, competency: Competency, entries: Sequence[Rated], on: date) -> Iterator[Rated]:
    """The entries with the verdict of the policy on a day; at most one rating counts, and one exemption beside it."""
    valid = [one for one in entries if _verdict_of_time(one, on) is None]
    ratings = [one for one in valid if one.kind != "exemption"]
    policy = competency.policy or curriculum.policy
    rank = {source: place for place, source in enumerate(curriculum.sources)}

    def strength(one: Rated) -> int:
        return -rank.get(one.source, len(rank))

    def weight(one: Rated) -> tuple[Any, ...]:
        first, last = one.first or date.min, one.last or date.max
        if policy is EvidencePolicy.HIGHEST:
            return one.level, last, first
        before = (strength(one),) if policy is EvidencePolicy.BY_SOURCE else ()
        return (*before, first, one.level, last)

    best = max(ratings, key=weight, default=None)
    spared = max(
        (one for one in valid if one.kind == "exemption"),
        key=lambda one: (one.level, one.last or date.max),
        default=None,
    )
    for one in entries:
        yield replace(one, verdict=_verdict_of_time(one, on) or _verdict(one, best, spared, policy, strength))


def _verdict_of_time(one: Rated, on: date) -> Verdict | None:
    if one.last is not None and one.last < on:
        return Verdict.OVER
    return Verdict.NOT_YET if one.first is not None and one.first > on else None


def _verdict(one: Rated, best: Rated | None, spared: Rated | None, policy: EvidencePolicy, strength: Any) -> Verdict:
    """What the policy makes of an entry that is valid. An exempted level holds at least, whatever was rated."""
    if one.kind == "exemption":
        above = best is None or one.level > best.level
        return Verdict.COUNTS if one is spared and above else Verdict.LOWER if above else Verdict.SAME
    assert best is not None, "a valid rating has a best one"
    if spared is not None and spared.level > best.level:
        return Verdict.LOWER
    if one is best:
        return Verdict.COUNTS
    if policy is EvidencePolicy.HIGHEST:
        return Verdict.LOWER if one.level < best.level else Verdict.SAME
    if policy is EvidencePolicy.BY_SOURCE and strength(one) < strength(best):
        return Verdict.WEAKER
    return Verdict.EARLIER if (one.first or date.min) < (best.first or date.min) else Verdict.LOWER


def _entries(
    session: Session, curriculum: Curriculum, person_id: int, competency: str
) -> Iterator[tuple[Rated, int | None]]:
    """The entries of the ledger that say something about the competency, each with the number of who said it."""
    evidence = in_force(Evidence).where(Evidence.person_id == person_id, Evidence.competency == competency)
    for row in session.scalars(evidence.order_by(Evidence.id)):
        yield (
            Rated(kind="rating", level=row.level, first=row.shown_on, last=row.until, source=row.source),
            row.rater_id,
        )
    done = (
        in_force(Completion)
        .add_columns(Confirmation.answered_by)
        .outerjoin(Confirmation, Confirmation.completion_id == Completion.id)
        .where(Completion.person_id == person_id)
        .order_by(Completion.id)
    )
    for completion, confirmed_by in session.execute(done):
        for course in _counts_as(curriculum, completion):
            for level, months in _given(course, competency):
                last = last_valid_day(completion.completed_on, months)
                yield (
                    Rated(
                        kind="course",
                        level=level,
                        first=completion.completed_on,
                        last=None if last == date.max else last,
                        source="course",
                        course=completion.course,
                    ),
                    confirmed_by,
                )
    spared = in_force(Exemption).where(Exemption.person_id == person_id).order_by(Exemption.id)
    for row in session.scalars(spared):
        yield from ((one, row.approved_by) for one in _spared(curriculum, row, competency))


def _spared(curriculum: Curriculum, row: Exemption, competency: str) -> Iterator[Rated]:
    """An exempted level holds at least; an exempted course counts as completed while the exemption is in force."""
    if row.competency == competency:
        yield Rated(kind="exemption", level=row.level or 0, first=row.first, last=row.until, source="exemption")
    course = curriculum.course_by_id.get(row.course or "")
    if course is not None:
        for level, _ in _given(course, competency):
            yield Rated(kind="spared", level=level, first=row.first, last=row.until, source="course", course=course.id)


def _counts_as(curriculum: Curriculum, completion: Completion) -> Iterator[Course]:
    """The courses of the curriculum that a completion counts as, through an equivalence too."""
    if course := curriculum.course_by_id.get(completion.course):
        yield course
    for equivalence in curriculum.equivalences_of(completion.course):
        if equivalence.until is None or completion.completed_on <= equivalence.until:
            yield curriculum.course_by_id[equivalence.counts_as]


def _given(course: Course, competency: str) -> Iterator[tuple[int, int | None]]:
    return ((grant.level, grant.valid_months) for grant in course.grants if grant.competency == competency)


def _raises(curriculum: Curriculum, competency: str, level: int) -> tuple[Raises, ...]:
    """The courses that give a higher level, the next level first and the shortest course of each first."""
    found = [
        Raises(course=course, level=given)
        for course in curriculum.courses
        for given, _ in _given(course, competency)
        if given > level
    ]
    return tuple(sorted(found, key=lambda one: (one.level, one.course.hours, one.course.id)))
