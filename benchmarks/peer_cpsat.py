"""CP-SAT on one worker: the rules as Boolean constraints, the labels of `peer_highs.py` as integers under switches.

The one worker takes its search strategies in turns (`interleave_search`): with the one it uses by itself it proves none
of the ringed instances here in 8 s, and no dense cover.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from benchmarks.problem import Answer, Problem


def solve(problem: Problem, time_limit: float) -> Answer | None:
    """The least sum of prices, to proof."""
    model = cp_model.CpModel()
    taken = {course: model.new_bool_var("") for course in problem.takable}
    holds = {problem.first_course + course: variable for course, variable in taken.items()}
    for rule in problem.rules:
        if rule.node not in holds:
            holds[rule.node] = model.new_bool_var("")
    label = {node: model.new_int_var(0, problem.ring_size[ring], "") for node, ring in problem.ring.items()}
    for rule in problem.rules:
        this = holds[rule.node]
        switches = [holds[item] for item in rule.items]
        inside = set(problem.inside(rule))
        if rule.n == len(rule.items):
            for switch in switches:
                model.add_implication(this, switch)
            switches = [this] * len(switches)
        else:
            if inside:
                ways = [model.new_bool_var("") for _ in switches]
                for way, switch in zip(ways, switches, strict=True):
                    model.add_implication(way, switch)
                switches = ways
            if rule.n == 1:
                model.add_bool_or([*switches, ~this])
            else:
                model.add(sum(switches) >= rule.n).only_enforce_if(this)
        for item, switch in zip(rule.items, switches, strict=True):
            if item in inside:
                step = int(rule.node >= problem.first_course)
                model.add(label[rule.node] >= label[item] + step).only_enforce_if(switch)
    for node in problem.wanted:
        model.add(holds[node] == 1)
    model.minimize(sum(problem.price[course] * variable for course, variable in taken.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.interleave_search = True
    solver.parameters.max_time_in_seconds = time_limit
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    chosen = tuple(course for course, variable in taken.items() if solver.boolean_value(variable))
    return Answer(chosen, status == cp_model.OPTIMAL)
