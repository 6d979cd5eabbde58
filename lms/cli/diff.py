"""`lms curriculum diff`: what changed between two curricula, and whose path changes by how much."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lms.cli.arguments import today
from lms.cli.load import curriculum_at
from lms.cli.people import progress, read_lines
from lms.cli.show import console
from lms.cli.words import Words, amount, day
from lms.engine.change import Change, PathChange, Touch, compare_curricula, compare_paths
from lms.engine.curriculum import Curriculum
from lms.engine.path import Planner
from lms.engine.person import Person
from lms.errors import Invalid, Problem
from lms.interop.person_file import known_to, parse_person

HOWS = ("changed", "unchanged", "without a path to compare")
SIGNS = {"added": ("+", "green"), "withdrawn": ("-", "red"), "changed": ("~", "yellow")}


def run(call: Namespace) -> int:
    """Compare two curricula, and with --people everybody's path over the one and over the other."""
    old, new = curriculum_at(call.old), curriculum_at(call.new)
    people = list(_people(call.people, old, new)) if call.people else []
    out = console()
    changes = compare_curricula(old, new)
    for change in changes:
        out.print(_line(change, old, new))
    if not changes:
        out.print("Nothing changed.")
    if call.people:
        _show_people(out, old, new, people, call)
    return 0


def _line(change: Change, old: Curriculum, new: Curriculum) -> Text:
    sign, colour = SIGNS[change.how]
    words = Words(old if change.how == "withdrawn" else new)
    title = words.title(change.kind, change.id)
    line = Text.assemble((f"{sign} {change.kind} ", colour), (change.id, "bold"), f" {title}" if title else "")
    return line.append(f": {', '.join(change.what)}", "dim") if change.what else line


def _people(path: Path, old: Curriculum, new: Curriculum) -> Iterator[tuple[Person, int]]:
    """Everybody in the file; ids known to either curriculum are accepted. Raises Invalid with every bad line."""
    known = known_to(old, new)
    problems: list[Problem] = []
    for line in read_lines(path):
        try:
            yield parse_person(line.data, known), len(line.data)
        except Invalid as refused:
            problems += [Problem(problem.message, str(path), line.number) for problem in refused.problems]
    if problems:
        raise Invalid(*problems)


def _show_people(
    out: Console, old: Curriculum, new: Curriculum, people: Sequence[tuple[Person, int]], call: Namespace
) -> None:
    """One line for everybody whose path changes, and how many do not. The old path is handed on as the previous one."""
    before, after = Planner(old), Planner(new)
    touch = Touch(before.choosers, after.choosers)
    counts: Counter[str] = Counter()
    lines: list[Text] = []
    with progress(call.people, "comparing") as advance:
        for person, size in people:
            how, line = _compared(person, before, after, touch, call.on or today())
            counts[how] += 1
            if line is not None:
                lines.append(line)
            advance(size)
    for line in lines:
        out.print(line)
    out.print(", ".join(f"{counts[how]} {how}" for how in HOWS if counts[how]) or "Nobody in the file.", style="bold")


def _compared(person: Person, before: Planner, after: Planner, touch: Touch, on: date) -> tuple[str, Text | None]:
    lost = [role for role in person.targets if role not in after.curriculum.role_by_id]
    fresh = [role for role in person.targets if role not in before.curriculum.role_by_id]
    if not person.targets or lost or fresh:
        why = f"the role {', '.join(lost)} is withdrawn" if lost else f"the role {', '.join(fresh)} is new"
        return "without a path to compare", Text(f"{person.id}: {why if person.targets else 'no target role'}", "dim")
    path = before.plan(person, on)
    if not touch.touches(path):
        return "unchanged", None
    change = compare_paths(path, after.plan(person, on, previous=path))
    if not change.changed:
        return "unchanged", None
    return "changed", _person_line(person, change)


def _person_line(person: Person, change: PathChange) -> Text:
    """One person's difference: status, hours, date, and the courses that come and go."""
    parts = []
    if change.status[0] is not change.status[1]:
        parts.append(f"{change.status[0]} → {change.status[1]}")
    if change.hours:
        parts.append(f"{amount(abs(change.hours))} h {'more' if change.hours > 0 else 'less'}")
    if change.cost:
        parts.append(f"{amount(abs(change.cost))} {'dearer' if change.cost > 0 else 'cheaper'}")
    if change.ready_on[0] != change.ready_on[1]:
        parts.append(f"ready {day(change.ready_on[0])} → {day(change.ready_on[1])}")
    elif change.eligible_on[0] != change.eligible_on[1]:
        parts.append(f"eligible {day(change.eligible_on[0])} → {day(change.eligible_on[1])}")
    if change.requirements[0] != change.requirements[1]:
        (was_met, was), (met, required) = change.requirements
        parts.append(f"{was_met} of {was} → {met} of {required} requirements met")
    parts += [f"+ {course}" for course in change.added] + [f"- {course}" for course in change.dropped]
    return Text.assemble((f"{person.id}: ", "bold"), ", ".join(parts))
