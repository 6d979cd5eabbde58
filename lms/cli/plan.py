"""`lms plan`: one path, as text for people or JSON for programs; explanations with --why and --why-not."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date
from difflib import get_close_matches

from lms.cli.arguments import today
from lms.cli.bulk import plan_lines
from lms.cli.load import curriculum_at
from lms.cli.show import console, show_path
from lms.cli.show_why import show_why, show_why_not
from lms.engine.curriculum import Curriculum
from lms.engine.explain import Explainer
from lms.engine.path import Planner, Status
from lms.engine.price import Minimise
from lms.errors import Invalid
from lms.interop.curriculum_file import digest
from lms.interop.path_document import path_text
from lms.interop.person_file import read_person

BLOCKED = 3


def run(call: Namespace) -> int:
    """Plan; 0, or 3 when a path is blocked, or 2 when a line of people was bad."""
    curriculum = curriculum_at(call.curriculum)
    _known_roles(curriculum, call.roles)
    on: date = call.on or today()
    minimise = Minimise(call.minimise)
    if call.format == "jsonl":
        return plan_lines(curriculum, call, on, minimise)
    person = read_person(call.person, curriculum)
    planner = Planner(curriculum)
    query = planner.query(person, on, roles=call.roles, minimise=minimise)
    if call.why or call.why_not:
        explainer = Explainer(query, call.order)
        if call.why:
            show_why(console(), explainer, explainer.why(call.why))
        if call.why_not:
            show_why_not(console(), explainer, explainer.why_not(call.why_not))
        return 0
    path = planner.plan(
        person, on, roles=call.roles, minimise=minimise, own_order=call.order, time_limit=call.time_limit
    )
    if call.format == "json":
        sys.stdout.write(path_text(path, digest(curriculum)) + "\n")
    else:
        show_path(console(), planner, query, path)
    return BLOCKED if path.status is Status.BLOCKED else 0


def _known_roles(curriculum: Curriculum, roles: list[str]) -> None:
    problems = []
    for role in roles:
        if role not in curriculum.role_by_id:
            near = get_close_matches(role, curriculum.role_by_id, n=1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            problems.append(f"--role: curriculum '{curriculum.id}' has no role '{role}'{hint}")
    if problems:
        raise Invalid(*problems)
