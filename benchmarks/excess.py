"""What greedy costs: the hours that the additive price relaxation (`engine/search/greedy.py`) asks for beyond the optimum.

Redundant courses are dropped from the greedy plan, as the product does where it falls back on it. Over every role by
itself and over seeded pairs of roles combined, for somebody new and for the people of the cases.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.apart import certain
from benchmarks.catalogues import TODAY, Catalogue
from benchmarks.generate import product_lines
from benchmarks.problem import Problem, problem_of
from benchmarks.setting import Setting
from benchmarks.table import NO_PROOF, Row
from lms.engine.choose import Chooser
from lms.engine.curriculum import Curriculum
from lms.engine.price import Minimise
from lms.engine.profile import Profile, profile_on
from lms.engine.search.greedy import greedy_choice

Asked = tuple[tuple[str, ...], Profile]


class Excess(NamedTuple):
    """Per cent over the optimum, a number for each query proven, and how many were not proven in time."""

    percent: list[float]
    unproven: int


def greedy_excess(setting: Setting) -> None:
    """Average and worst per cent, for one role and for two combined."""
    share = 4 if setting.quick else 1
    for catalogue in setting.catalogues:
        _rows(setting, catalogue.name, catalogue.curriculum, list(_asked(catalogue))[::share], 100 // share)
    made = product_lines(1_000)
    new = [((role.id,), Profile()) for role in made.roles]
    _rows(setting, "product lines, 1,000", made, new[:: 3 * share], 12 // share)


def _asked(catalogue: Catalogue) -> Iterator[Asked]:
    for role in catalogue.curriculum.roles:
        yield (role.id,), Profile()
    for case in catalogue.cases:
        yield (case.role,), profile_on(catalogue.curriculum, case.person, TODAY)


def _rows(setting: Setting, name: str, curriculum: Curriculum, single: Sequence[Asked], pairs: int) -> None:
    rng = random.Random(name)
    roles = [role.id for role in curriculum.roles]
    both = [(tuple(rng.sample(roles, 2)), rng.choice(single)[1]) for _ in range(pairs)]
    for kind, asked in (("one role", single), ("two roles combined", both)):
        excess = certain(lambda asked=asked: _excess(curriculum, asked, min(setting.limit, 3))).value  # type: ignore[misc]
        percent = excess.percent
        told = f"+{sum(percent) / len(percent):.1f} %, worst +{max(percent):.0f} %" if percent else NO_PROOF
        left_out = f"{excess.unproven} left out for want of a proof." if excess.unproven else ""
        setting.report.add(
            Row(
                group="greedy's hours over the proven optimum, average and worst",
                what=f"{name}, {kind}, {len(percent)} queries",
                value=told,
                note=left_out,
            )
        )


def _excess(curriculum: Curriculum, asked: Sequence[Asked], time_limit: float) -> Excess:
    percent, unproven = [], 0
    for roles, profile in asked:
        problem = problem_of("", curriculum, roles, profile)
        if not problem.wanted:
            continue
        choice = Chooser(problem.net, Minimise.HOURS).choose(problem.owned, problem.renewed, time_limit=time_limit)
        assert choice is not None, "nothing is forced or forbidden"
        if choice.proven:
            greedy = _greedy(problem) * problem.unit
            assert greedy >= choice.objective, "nothing is below the optimum"
            percent.append(100 * (greedy / choice.objective - 1))
        else:
            unproven += 1
    return Excess(percent, unproven)


def _greedy(problem: Problem) -> int:
    return problem.cost(greedy_choice(problem.net, problem.owned, problem.wanted, problem.price))
