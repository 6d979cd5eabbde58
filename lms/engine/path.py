"""The training path: choose, then arrange, then say why. One call, `Planner.plan`, answers everybody.

    path = plan(curriculum, role, profile(evidence, on), calendar, on)

It is a pure function: *what if*, *as of any date* and *what would this change do to whom* are the same call with other
arguments. A `Planner` only remembers what does not depend on the person: the net and the solver of each target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.engine.choose import Choice
from lms.engine.curriculum import Curriculum
from lms.engine.dating.earliest import earliest_plan
from lms.engine.dating.refresh import Lapse
from lms.engine.gates import GateState
from lms.engine.person import Person
from lms.engine.price import Minimise
from lms.engine.query import Basis, Choosers, Query
from lms.engine.readiness import Gap, gates_of, stands
from lms.engine.reasons import Reason
from lms.engine.replan import still_best
from lms.engine.replay import replay
from lms.engine.schedule import Arrangement, Step
from lms.engine.search.unmet import Unmet, explain_unreachable


class Status(StrEnum):
    """How a path stands; `ready` says that nothing trainable is missing, gates may still be open."""

    READY = "ready"
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep(Step):
    """A step with its reasons.

    `after`: ids of the earlier steps that it directly needs; `because`: what it gives, and to whom that matters.
    """

    after: tuple[str, ...]
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPath:
    """A training path as the format `lms-path/1` tells it.

    `objective` and `bound` are of what is minimised: hundredths of hours or money, a number of courses, or days;
    None for a date that no path has. `hours` and `cost` (hundredths) include renewals. `basis` is what the choice
    rested on; it is not part of the document.
    """

    curriculum: str
    person: str
    roles: tuple[str, ...]
    on: date
    minimise: Minimise
    status: Status
    objective: int | None
    bound: int | None
    hours: int
    cost: int
    ready_on: date | None
    eligible_on: date | None
    met: int
    required: int
    gaps: tuple[Gap, ...]
    steps: tuple[PathStep, ...]
    unmet: tuple[Unmet, ...]
    gates: tuple[GateState, ...]
    lapses: tuple[Lapse, ...]
    order_is_exact: bool
    basis: Basis

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the chosen courses in the order of the path, renewals left out."""
        return tuple(step.course.id for step in self.steps if not step.renews)


class Planner:
    """Plans paths over one curriculum for any number of people."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum
        self.choosers = Choosers(curriculum)

    def query(
        self, person: Person, on: date, *, roles: Sequence[str] = (), minimise: Minimise = Minimise.HOURS
    ) -> Query:
        """The question behind a plan, for explanations and what-ifs. Raises Invalid as `plan` does."""
        return Query(self.choosers, person, on, self.choosers.target(person, roles), minimise)

    def plan(
        self,
        person: Person,
        on: date,
        *,
        roles: Sequence[str] = (),
        minimise: Minimise = Minimise.HOURS,
        previous: LearningPath | None = None,
        own_order: Sequence[str] = (),
        time_limit: float | None = None,
    ) -> LearningPath:
        """The best path of a person to these roles (default: the person's own targets) on the planning date.

        `previous` keeps the order of a path and, among sets of one price, the one that changes least. `own_order` are
        course ids in the person's own order, kept in the same way and before that of `previous`; ids that the target
        does not know are ignored. `time_limit` in seconds stops the search for the best set. Raises Invalid when there
        is no target or a role is unknown.
        """
        query = self.query(person, on, roles=roles, minimise=minimise)
        return self.answer(query, previous=previous, own_order=own_order, time_limit=time_limit)

    def answer(
        self,
        query: Query,
        *,
        previous: LearningPath | None = None,
        own_order: Sequence[str] = (),
        time_limit: float | None = None,
    ) -> LearningPath:
        """The best path for a query of this planner, for whoever asks it for more than the path; else as of `plan`."""
        kept = query.kept(own_order, None if previous is None else previous.chosen)
        if query.minimise is Minimise.DATE:
            early = earliest_plan(query, kept, time_limit)
            return _path(query, early.arrangement, early.objective, early.bound, proven=early.proven)
        choice = self._still_best(query, previous) or query.choose(kept, time_limit=time_limit)
        assert choice is not None, "only forced or forbidden courses can leave no choice"
        arrangement = query.arrange(choice.courses, kept)
        return _path(query, arrangement, choice.objective, choice.bound, proven=choice.proven)

    @staticmethod
    def _still_best(query: Query, previous: LearningPath | None) -> Choice | None:
        """The rest of the previous path, where following it is known to have kept it the best one."""
        if previous is None or previous.roles != tuple(role.id for role in query.target):
            return None
        if previous.minimise is not query.minimise or previous.status is not Status.OPTIMAL:
            return None
        return still_best(query, previous.basis, previous.chosen)


def plan_path(
    curriculum: Curriculum,
    person: Person,
    on: date,
    *,
    roles: Sequence[str] = (),
    minimise: Minimise = Minimise.HOURS,
    previous: LearningPath | None = None,
    own_order: Sequence[str] = (),
    time_limit: float | None = None,
) -> LearningPath:
    """One path for one person; a `Planner` does the same for many and remembers the target's net and solver."""
    return Planner(curriculum).plan(
        person, on, roles=roles, minimise=minimise, previous=previous, own_order=own_order, time_limit=time_limit
    )


def _path(
    query: Query, arrangement: Arrangement, objective: int | None, bound: int | None, *, proven: bool
) -> LearningPath:
    """The whole path around an arrangement, replayed by the independent checker."""
    replay(query.profile, [step.course for step in arrangement.steps], query.wanted)
    ready = stands(len(query.items), query.start.gaps, gates_of(query.target, query.person, query.on))
    unmet = tuple(
        explain_unreachable(query.choosers.builder, query.net, item, node, query.reached)
        for item, node in zip(query.items, query.net.wanted, strict=True)
        if not query.reached[node]
    )
    ready_on = None if unmet else arrangement.ready_on
    return LearningPath(
        curriculum=query.choosers.curriculum.id,
        person=query.person.id,
        roles=tuple(role.id for role in query.target),
        on=query.on,
        minimise=query.minimise,
        status=_status(blocked=bool(unmet), ready=not ready.gaps, proven=proven),
        objective=objective,
        bound=bound,
        hours=sum(step.hours for step in arrangement.steps),
        cost=sum(step.cost for step in arrangement.steps),
        ready_on=ready_on,
        eligible_on=_eligible_on(ready_on, ready.gates),
        met=ready.met,
        required=ready.required,
        gaps=ready.gaps,
        steps=_explained(query, arrangement.steps),
        unmet=unmet,
        gates=ready.gates,
        lapses=arrangement.lapses,
        order_is_exact=arrangement.order_is_exact,
        basis=query.basis(),
    )


def _status(*, blocked: bool, ready: bool, proven: bool) -> Status:
    if blocked:
        return Status.BLOCKED
    if ready:
        return Status.READY
    return Status.OPTIMAL if proven else Status.FEASIBLE


def _eligible_on(ready_on: date | None, gates: Sequence[GateState]) -> date | None:
    """The later of `ready_on` and the last gate's date; None while either is unknown."""
    days = [ready_on, *(gate.on for gate in gates)]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _explained(query: Query, steps: Sequence[Step]) -> tuple[PathStep, ...]:
    why = query.why([(step.course, step.renews) for step in steps])
    return tuple(
        PathStep(
            course=step.course,
            hours=step.hours,
            cost=step.cost,
            starts=step.starts,
            ends=step.ends,
            session=step.session,
            renews=step.renews,
            after=told.after,
            because=told.because,
        )
        for step, told in zip(steps, why, strict=True)
    )
