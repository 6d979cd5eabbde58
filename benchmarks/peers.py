"""The same instances for every solver: ours beside MaxSAT (RC2), HiGHS and CP-SAT with one worker.

Each solver starts from the same net in a fork of its own; building its model is in its time, the net is not. Every
solver is asked for the least hours alone, ours also for everything the contract breaks ties by. Who runs out of time
on an instance is not asked about those of the same kind that follow; they are no smaller. Their optima must be equal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from statistics import median

from benchmarks.apart import apart
from benchmarks.catalogues import TODAY
from benchmarks.generate import adversarial, dense_cover, level_rings, product_lines
from benchmarks.problem import Answer, Peer, Problem, problem_of
from benchmarks.setting import Setting
from benchmarks.table import NO_PROOF, Row, amount
from lms.engine.choose import Chooser
from lms.engine.curriculum import Curriculum
from lms.engine.price import Minimise
from lms.engine.profile import profile_on

PEERS = ("peer_maxsat", "peer_highs", "peer_cpsat")
ENOUGH = 3.0
"""Seconds after which a solver is not asked once more about the same instance."""


def ours(problem: Problem, time_limit: float) -> Answer | None:
    """The product's chooser, from the net on."""
    choice = Chooser(problem.net, Minimise.HOURS).choose(problem.owned, problem.renewed, time_limit=time_limit)
    return None if choice is None else Answer(choice.courses, choice.proven)


@cache
def peer(name: str) -> Peer | None:
    """A peer by its module's name; None where its package is not installed."""
    try:
        solve: Peer = import_module(f"benchmarks.{name}").solve
    except ModuleNotFoundError:
        return None
    return solve


def second_opinion(problem: Problem, time_limit: float) -> int | None:
    """The least cost by a solver that shares nothing with ours; None when there is none, or no proof."""
    solve = peer("peer_maxsat")
    if solve is None:
        return None
    if not problem.wanted:
        return 0
    answer = solve(problem, time_limit)
    return problem.cost(answer.courses) if answer is not None and answer.proven else None


def beside(setting: Setting) -> None:
    """The instances one by one, the real queries together."""
    missing = [name for name in PEERS if peer(name) is None]
    if missing:
        print(f"  not installed, so left out: {', '.join(missing)}")
    for name, problems in _real(setting):
        _row(setting, name, problems, set())
    slow: dict[str, set[str]] = {}
    for kind, problem in _generated(setting):
        _row(setting, problem.name, [problem], slow.setdefault(kind, set()))


def _row(setting: Setting, name: str, problems: Sequence[Problem], slow: set[str]) -> None:
    """One line: medians over the problems of each solver's median seconds. Adds to `slow` who ran out of time."""
    costs: list[dict[str, int]] = [{} for _ in problems]
    times: dict[str, float] = {}
    for solver in ("ours", *PEERS):
        solve = ours if solver == "ours" else peer(solver)
        if solve is None or solver in slow:
            continue
        seconds = [_seconds(setting, solver, solve, p, found) for p, found in zip(problems, costs, strict=True)]
        if all(s is not None for s in seconds):
            times[solver] = median(s for s in seconds if s is not None)
        else:
            slow.add(solver)
    for problem, found in zip(problems, costs, strict=True):
        if len(set(found.values())) > 1:
            setting.report.disagree(f"{problem.name}: {found}")
    mine = times.get("ours")
    cells = tuple(_beside(mine, times.get(solver)) for solver in PEERS)
    setting.report.add(
        Row(
            group="the choice alone, from the net to the proven optimum, beside others",
            what=name,
            value=NO_PROOF if mine is None else amount(mine),
            peers=(cells[0], cells[1], cells[2]),
        )
    )


def _seconds(setting: Setting, solver: str, solve: Peer, problem: Problem, found: dict[str, int]) -> float | None:
    """The median seconds to proof; None without one. Notes the cost, and that the set can really be taken."""
    taken: list[float] = []
    while len(taken) < setting.runs and sum(taken) < ENOUGH:
        answer = apart(lambda: solve(problem, setting.limit), setting.limit + 5)
        if answer is None or answer.value is None or not answer.value.proven:
            return None
        if not problem.founded(answer.value.courses):
            setting.report.disagree(f"{problem.name}: {solver}'s set cannot be taken in any order")
        found[solver] = problem.cost(answer.value.courses)
        taken.append(answer.seconds)
    return median(taken)


def _beside(mine: float | None, theirs: float | None) -> str:
    if theirs is None:
        return NO_PROOF
    return amount(theirs) if mine is None else f"{amount(theirs)} ({theirs / mine:.2g}x)"


def _real(setting: Setting) -> Iterator[tuple[str, list[Problem]]]:
    for catalogue in setting.catalogues:
        cases = catalogue.cases[:6] if setting.quick else catalogue.cases
        problems = [
            problem_of(
                f"{catalogue.name}, {case.person.id}",
                catalogue.curriculum,
                [case.role],
                profile_on(catalogue.curriculum, case.person, TODAY),
            )
            for case in cases
        ]
        wanting = [problem for problem in problems if problem.wanted]
        if wanting:
            yield f"{catalogue.name}, one role, {len(wanting)} people", wanting


def _generated(setting: Setting) -> Iterator[tuple[str, Problem]]:
    """(kind, instance), the sizes of a kind rising; all for somebody new."""
    for courses in setting.some(1_000, 5_000, 20_000):
        made = product_lines(courses)
        for role in random.Random(courses).sample([role.id for role in made.roles], len(setting.some(1, 2, 3))):
            yield "product lines", _instance(f"product lines, {courses:,}, {role}", made, role)
    for courses in setting.some(600, 2_440):
        yield "rings", _instance(f"level >= N rings, {courses:,}", level_rings(courses))
    for courses in setting.some(1_000, 5_000, 20_000):
        yield "adversarial", _instance(f"adversarial, {courses:,}", adversarial(courses))
    for facts, courses in setting.some((100, 150), (200, 1_000)):
        yield "covers", _instance(f"dense cover, {facts} x {courses:,}", dense_cover(facts, courses))


def _instance(name: str, made: Curriculum, role: str = "everything") -> Problem:
    problem = problem_of(name, made, [role])
    return replace(problem, name=f"{name} (slice {len(problem.takable):,})")
