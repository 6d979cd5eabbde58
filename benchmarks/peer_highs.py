"""A single-shot integer program for HiGHS: time labels keep rings from lifting themselves.

Variables: one binary a node (holds) and a course (taken); where a node lies in a ring and has several ways to come to
hold, one binary a way. Inside a ring each node has a label between 0 and the number of the ring's courses, a course a
greater one than what it rests on, a fact at least that of the course that gives it (the big M is the ring's size, no
more). Nodes in no ring need no label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import highspy
import numpy as np

from benchmarks.problem import Answer, Problem


def solve(problem: Problem, time_limit: float) -> Answer | None:
    """The least sum of prices, to proof (no gap allowed), on one thread."""
    program = _Program(problem)
    highs = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),  # prices are whole numbers
        ("time_limit", time_limit),
    ):
        highs.setOptionValue(option, value)
    highs.passModel(program.model())
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    value = highs.getSolution().col_value
    chosen = tuple(course for course, column in program.course_column.items() if value[column] > 0.5)
    return Answer(chosen, highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)


class _Program:
    """Columns and rows, collected; every row is `sum >= least`."""

    def __init__(self, problem: Problem) -> None:
        self.price: list[float] = []
        self.upper: list[float] = []
        self.lower: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Mapping[int, float], float]] = []
        self.course_column = {course: self.column(problem.price[course]) for course in problem.takable}
        self._node_column = {problem.first_course + c: column for c, column in self.course_column.items()}
        for rule in problem.rules:
            if rule.node not in self._node_column:
                self._node_column[rule.node] = self.column()
        size = problem.ring_size
        label = {node: self.column(upper=size[ring], whole=False) for node, ring in problem.ring.items()}
        for rule in problem.rules:
            self._rule(problem, rule.node, rule.n, rule.items, label, size)
        for node in problem.wanted:
            self.lower[self._node_column[node]] = 1

    def _rule(
        self,
        problem: Problem,
        node: int,
        n: int,
        items: tuple[int, ...],
        label: Mapping[int, int],
        size: Mapping[int, int],
    ) -> None:
        holds = self._node_column[node]
        ways = [(item, self._node_column[item]) for item in items]
        ring = problem.ring.get(node)
        inside = [item in label and problem.ring[item] == ring for item, _ in ways]
        if n == len(items):
            for _, column in ways:
                self.rows.append(({column: 1, holds: -1}, 0))
            switches = [holds] * len(ways)
        else:
            switches = [column for _, column in ways]
            if any(inside):
                switches = [self.column() for _ in ways]
                self.rows += [({column: 1, way: -1}, 0) for (_, column), way in zip(ways, switches, strict=True)]
            total: dict[int, float] = defaultdict(float)
            for way in switches:
                total[way] += 1
            total[holds] -= n
            self.rows.append((total, 0))
        for (item, _), switch, within in zip(ways, switches, inside, strict=True):
            if within and ring is not None:  # label[node] >= label[item] + step when the switch is on
                step = node >= problem.first_course
                self.rows.append(({label[node]: 1, label[item]: -1, switch: -(size[ring] + step)}, -size[ring]))

    def column(self, price: float = 0, *, upper: float = 1, whole: bool = True) -> int:
        self.price.append(price)
        self.lower.append(0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.price) - 1

    def model(self) -> highspy.HighsLp:
        starts = np.cumsum([0] + [len(row) for row, _ in self.rows])
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.price), len(self.rows)
        lp.col_cost_ = np.array(self.price, dtype=np.double)
        lp.col_lower_, lp.col_upper_ = np.array(self.lower, dtype=np.double), np.array(self.upper, dtype=np.double)
        lp.row_lower_ = np.array([least for _, least in self.rows], dtype=np.double)
        lp.row_upper_ = np.full(len(self.rows), highspy.kHighsInf)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = np.array([column for row, _ in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for row, _ in self.rows for v in row.values()], dtype=np.double)
        return lp
