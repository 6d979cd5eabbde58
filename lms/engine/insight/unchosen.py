"""Courses that nobody's path takes, and why the planner prefers others, from a few people's own questions.

Whose questions are asked is chosen by whoever calls; what comes of it names nobody, and says that people hold something
already only where at least five were asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lms.engine.curriculum import Course
from lms.engine.explain import Verdict, WhyNot
from lms.engine.mending.rings import Whole
from lms.engine.price import Minimise
from lms.engine.small_numbers import LEAST


class Because(StrEnum):
    """Why a course is on no path, what its author can mend first."""

    UNREACHABLE = "unreachable"
    """Nobody can take it: no order of courses reaches what it requires."""
    NEEDED_BY_NONE = "needed-by-none"
    """No role needs it, not even as one of several ways."""
    AIMED_AT_BY_NONE = "aimed-at-by-none"
    """Roles need it, and nobody on the way to them does."""
    LEVEL = "level"
    """It costs the same, and of equals another one is taken."""
    DEARER = "dearer"
    """Others give the same for less."""
    NEEDS_DEAR = "needs-dear"
    """By itself it is no dearer than what it would spare; with what has to come along it is."""
    COMES_ANYWAY = "comes-anyway"
    """It would spare nothing: what it gives comes with courses that are needed for something else, or is not needed."""
    HELD = "held"
    """Whoever could use it holds what it gives."""
    NOT_NOW = "not-now"
    """Asked today, a path would take it; the stored ones were planned before, or by date."""
    UNKNOWN = "unknown"
    """Too few people could use it to tell why they do not, or there were too many courses to ask about."""


class Answer(NamedTuple):
    """What one person's question said of a course, and in what unit its excess is."""

    minimise: Minimise
    said: WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchosen:
    """A course on no path, and why.

    `excess` is what a path with it costs more at least, in the unit of what `minimise` names: of those asked the one
    speaks to whom it comes nearest. `instead` are the courses it would spare or that give the same, `extra` those it
    would bring along. `over`: it has sessions, and all have begun.
    """

    course: str
    because: Because
    over: bool
    excess: int | None = None
    minimise: Minimise | None = None
    instead: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The courses that are on paths (`taken`), those that serve the targets of people on the way (`aimed`), and those
    that serve any role (`needed`; all of them where there are no roles), at least as one of several ways.
    """

    taken: frozenset[str]
    aimed: frozenset[str]
    needed: frozenset[str]


def use_of(whole: Whole, taken: Collection[str], targets: Collection[str]) -> Use:
    """What courses are used for, where `targets` are the ids of the roles that people are on the way to."""
    roles = whole.curriculum.roles
    needed = whole.builder.net([role.requires for role in roles])
    aimed = whole.builder.net([role.requires for role in roles if role.id in targets])
    return Use(
        taken=frozenset(taken),
        aimed=frozenset(aimed.course_index),
        needed=frozenset(needed.course_index if roles else whole.net.course_index),
    )


def why_unchosen(whole: Whole, course: Course, use: Use, answers: Sequence[Answer], now: datetime) -> Unchosen:
    """Why a course is on no path, from the answers of those who were asked about it."""
    over = bool(course.sessions) and all(session.starts <= now for session in course.sessions)
    dearer = _of_one_unit(answer for answer in answers if answer.said.verdict is Verdict.DEARER)
    if course.id in use.aimed and dearer:
        return _dearer(whole, course, use.taken, dearer[0], over=over)
    return Unchosen(course=course.id, because=_plainly(course, use, answers), over=over)


def in_order(found: Iterable[Unchosen]) -> tuple[Unchosen, ...]:
    """By reason, then by what they cost more."""
    reasons = list(Because)
    return tuple(sorted(found, key=lambda one: (reasons.index(one.because), one.excess or 0, one.course)))


def _plainly(course: Course, use: Use, answers: Sequence[Answer]) -> Because:
    verdicts = {answer.said.verdict for answer in answers}
    if course.id not in use.needed:
        return Because.NEEDED_BY_NONE
    if course.id not in use.aimed:
        return Because.AIMED_AT_BY_NONE
    if Verdict.UNREACHABLE in verdicts:
        return Because.UNREACHABLE
    if Verdict.ON_THE_PATH in verdicts:
        return Because.NOT_NOW
    held = verdicts == {Verdict.NOTHING_NEW} and len(answers) >= LEAST
    return Because.HELD if held else Because.UNKNOWN


def _of_one_unit(answers: Iterable[Answer]) -> list[Answer]:
    """Those in the unit that most are in (dates count in hours), the least excess first."""
    found = [
        answer._replace(minimise=Minimise.HOURS) if answer.minimise is Minimise.DATE else answer for answer in answers
    ]
    if not found:
        return []
    units = list(Minimise)
    counted = Counter(answer.minimise for answer in found)
    unit = min(counted, key=lambda one: (-counted[one], units.index(one)))
    return sorted(
        (one for one in found if one.minimise is unit),
        key=lambda one: (one.said.excess or 0, not one.said.dropped, one.said.dropped),
    )


def _dearer(whole: Whole, course: Course, taken: Collection[str], answer: Answer, *, over: bool) -> Unchosen:
    said = answer.said
    spared = [whole.curriculum.course_by_id[one] for one in said.dropped]
    instead = said.dropped or tuple(_giving_the_same(whole, course, taken))
    if not said.excess:
        because = Because.LEVEL
    elif not spared:
        because = Because.COMES_ANYWAY
    elif said.extra and _worth([course], answer.minimise) <= _worth(spared, answer.minimise):
        because = Because.NEEDS_DEAR
    else:
        because = Because.DEARER
    return Unchosen(
        course=course.id,
        because=because,
        over=over,
        excess=said.excess,
        minimise=answer.minimise,
        instead=instead,
        extra=said.extra,
    )


def _worth(courses: Sequence[Course], minimise: Minimise) -> int:
    if minimise is Minimise.COURSES:
        return len(courses)
    return sum(course.cost if minimise is Minimise.COST else course.hours for course in courses)


def _giving_the_same(whole: Whole, course: Course, taken: Collection[str]) -> Iterable[str]:
    """Courses on paths that give something this one gives, at its level or above."""
    for other in whole.curriculum.courses:
        if other.id in taken and any(
            mine.competency == theirs.competency and theirs.level >= mine.level
            for mine in course.grants
            for theirs in other.grants
        ):
            yield other.id
