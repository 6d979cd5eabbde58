"""Who is nearest to a role: candidates and people of the organisation by one measure, in two orders side by side.

By requirements met: the role's top-level items and its outcome gates, most first. By the ramp: the hours that the engine
computes until the role would be met, then the money, fewest first. Equals share a place. The date is computed for
everybody at the same hours a week and without days away.

What enters is what somebody has shown and achieved: ratings, completions and exemptions (all that a profile is made of),
outcomes, and the role. Nothing else of a person does: `comparable` takes it away before anything is computed. So gates
that count months in a role, and those that only a manager of this organisation could attest, are left out for everybody.
*Instead of:* one score made of both, whose weights nobody could defend; and the path that a person really has, which
knows their own hours and days away. Nothing is ever declined or hidden by a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from lms.engine.curriculum import Gate, OutcomeGate
from lms.engine.path import LearningPath, Planner
from lms.engine.person import Person
from lms.engine.readiness import Gap
from lms.engine.requirement import Requirement

RULE = "ramp-and-requirements/1"
"""The version of this rule; another one gets another number."""
STANDARD_WEEK = Fraction(4)
"""Hours of study a week for everybody, whatever their own are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Somebody who is compared, under the name that the caller knows them by."""

    key: str
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody stands towards the role. `hours` and `cost` are hundredths.

    `ready_on` is None where something in `unreachable` cannot be learned here; hours and money are then those of the
    rest. `missing` are the items that do not hold, each with the level held; `gates` the outcome gates not met.
    """

    key: str
    met: int
    required: int
    missing: tuple[Gap, ...]
    gates: tuple[Gate, ...]
    unreachable: tuple[Requirement, ...]
    hours: int
    cost: int
    ready_on: date | None
    by_requirements: int = 0
    by_ramp: int = 0
    """The places from 1 in the two orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Everybody's standing, the best by ramp first; equals in the order of their keys."""

    curriculum: str
    role: str
    on: date
    weekly_hours: Fraction
    standings: tuple[Standing, ...]
    rule: str = RULE


Recall = Callable[[Person, Callable[[], Standing]], Standing]


def rank(
    planner: Planner,
    role: str,
    contenders: Iterable[Contender],
    on: date,
    *,
    weekly_hours: Fraction = STANDARD_WEEK,
    time_limit: float | None = None,
    recall: Recall | None = None,
) -> Ranking:
    """Everybody's standing towards the role on a day. Raises Invalid for a role that the curriculum does not know.

    `recall` gives the standing of somebody comparable, and works it out where it does not know it.

    >>> from lms.engine.competency import Competency
    >>> from lms.engine.curriculum import Course, Curriculum, Role
    >>> from lms.engine.person import Completion
    >>> from lms.engine.requirement import CourseDone
    >>> pitch = Course(id="pitch", title="Pitch", hours=800, renewal_hours=800)
    >>> seller = Role(id="seller", title="Seller", requires=CourseDone("pitch"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(pitch,), roles=(seller,))
    >>> on = date(2026, 11, 23)
    >>> knows = Person(id="a", completed=(Completion(course="pitch", on=on),))
    >>> two = [Contender(key="new", person=Person(id="b")), Contender(key="knows", person=knows)]
    >>> [(one.key, one.met, one.hours, one.by_ramp) for one in rank(Planner(made), "seller", two, on).standings]
    [('knows', 1, 0, 1), ('new', 0, 800, 2)]
    """
    known: dict[Person, Standing] = {}  # many candidates have shown the same so far: nothing
    found = []
    for one in contenders:
        plain = comparable(one.person, role, weekly_hours)
        if plain not in known:
            known[plain] = (recall or _anew)(plain, lambda: _standing(planner.plan(plain, on, time_limit=time_limit)))  # noqa: B023 - called at once
        found.append(replace(known[plain], key=one.key))
    by_requirements = _places(found, _requirements)
    by_ramp = _places(found, _ramp)
    placed = [replace(one, by_requirements=by_requirements[one.key], by_ramp=by_ramp[one.key]) for one in found]
    return Ranking(
        curriculum=planner.curriculum.id,
        role=role,
        on=on,
        weekly_hours=weekly_hours,
        standings=tuple(sorted(placed, key=lambda one: (one.by_ramp, one.by_requirements, one.key))),
    )


def comparable(person: Person, role: str, weekly_hours: Fraction = STANDARD_WEEK) -> Person:
    """The person with nothing left but what they have shown and achieved, on the way to the role."""
    return Person(
        id="",
        targets=(role,),
        weekly_hours=weekly_hours,
        evidence=person.evidence,
        completed=person.completed,
        exempt=person.exempt,
        outcomes=person.outcomes,
    )


def _anew(_: Person, work_out: Callable[[], Standing]) -> Standing:
    return work_out()


def _standing(path: LearningPath) -> Standing:
    counted = [state for state in path.gates if isinstance(state.gate, OutcomeGate)]
    shut = tuple(state.gate for state in counted if not state.met)
    left_out = [state for state in path.gates if not isinstance(state.gate, OutcomeGate)]
    return Standing(
        key="",
        met=path.met - sum(state.met for state in left_out),
        required=path.required - len(left_out),
        missing=path.gaps,
        gates=shut,
        unreachable=tuple(one.requirement for one in path.unmet),
        hours=path.hours,
        cost=path.cost,
        ready_on=path.ready_on,
    )


def _requirements(one: Standing) -> tuple[int, ...]:
    return (one.required - one.met,)


def _ramp(one: Standing) -> tuple[int, ...]:
    return (len(one.unreachable), one.hours, one.cost)


def _places(found: Sequence[Standing], measure: Callable[[Standing], tuple[int, ...]]) -> dict[str, int]:
    """The place of each: one more than how many are better."""
    measures = sorted(measure(one) for one in found)
    return {one.key: measures.index(measure(one)) + 1 for one in found}
