"""A path on a terminal, as a rep reads it: what blocks, the steps with their reasons, and at the end the date."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lms.cli.words import Words, amount, counted, day, long_day, printable, worth
from lms.engine.competency import Attainment
from lms.engine.path import LearningPath, PathStep, Planner, Status
from lms.engine.price import Minimise
from lms.engine.query import Query

WIDTH_OFF_TERMINAL = 110


class _Console(Console):
    """rich ends the program with 1 when whoever reads stops reading; here `main` decides."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output: coloured on a terminal, plain and of a fixed width elsewhere."""
    width = None if sys.stdout.isatty() else WIDTH_OFF_TERMINAL
    return _Console(width=width, highlight=False, emoji=False, markup=False)


def show_path(out: Console, planner: Planner, query: Query, path: LearningPath) -> None:
    """The whole path."""
    words = Words(planner.curriculum)
    roles = " and ".join(words.role(role) for role in path.roles)
    out.print(Text.assemble((path.person, "bold"), " → ", (roles, "bold cyan")))
    out.print(f"{printable(planner.curriculum.title)} · planned on {day(path.on)}", style="dim")
    out.print(f"{path.met} of {path.required} requirements met")
    _show_gaps(out, words, path)
    if path.steps:
        out.print(_steps_table(words, path.steps))
    _show_gates(out, words, path)
    for lapse in path.lapses:
        out.print(
            f"! {words.fact(lapse.fact)} lapses on {day(lapse.on)} and no course renews it in time", style="yellow"
        )
    _show_sum(out, path)
    _show_earlier(out, planner, query, path)
    out.print(_date_line(path))
    out.print()


def _show_gaps(out: Console, words: Words, path: LearningPath) -> None:
    if not path.gaps:
        return
    unmet = {unmet.requirement: unmet.why for unmet in path.unmet}
    out.print("What blocks the promotion", style="bold")
    for gap in path.gaps:
        line = Text.assemble(("  ✗ ", "red"), words.requirement(gap.requirement))
        if isinstance(gap.requirement, Attainment):
            line.append(f" (held: {gap.held or 'not yet'})", "dim")
        if gap.requirement in unmet:
            line.append(f"  cannot be reached: {unmet[gap.requirement]}", "red")
        out.print(line)


def _steps_table(words: Words, steps: Iterable[PathStep]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("", justify="right")
    table.add_column("When", no_wrap=True)
    table.add_column("Course")
    table.add_column("Hours", justify="right")
    table.add_column("Cost", justify="right")
    table.add_column("Why")
    for number, step in enumerate(steps, 1):
        title = Text(words.course(step.course.id))
        title.append(f" ({step.course.id})", "dim")
        if step.renews:
            title.append(" renewal", "yellow")
        why = "; ".join(words.reasons(step.because))
        table.add_row(
            str(number),
            _when(step),
            title,
            amount(step.hours),
            amount(step.cost) if step.cost else "–",
            Text(why, "dim"),
        )
    return table


def _when(step: PathStep) -> Text:
    if step.starts is None or step.ends is None:
        return Text("no session left" if step.course.sessions else "no date", "red")
    if step.session is not None:
        return Text(f"{day(step.starts)} session", "cyan")
    first = f"{step.starts.day} {step.starts:%b}"
    return Text(day(step.ends) if step.starts == step.ends else f"{first} – {day(step.ends)}")


def _show_gates(out: Console, words: Words, path: LearningPath) -> None:
    if not path.gates:
        return
    out.print("Gates that no course opens", style="bold")
    for gate in path.gates:
        mark = ("  ✓ ", "green") if gate.met else ("  ○ ", "yellow")
        line = Text.assemble(mark, words.gate(gate.gate))
        if not gate.met:
            line.append(f" – on {day(gate.on)}" if gate.on else " – open", "dim")
        out.print(line)


def _show_sum(out: Console, path: LearningPath) -> None:
    if path.status is Status.READY:
        out.print("Nothing is left to train.", style="green")
        return
    renewed = sum(step.hours for step in path.steps if step.renews)
    hours = f"{amount(path.hours)} hours" + (f" ({amount(renewed)} of them to renew what lapses)" if renewed else "")
    summary = f"{counted(len(path.steps), 'step')}, {hours}, {amount(path.cost)} in cost"
    if path.objective is None or path.bound is None:
        out.print(f"{summary}: no session is left for a step of every way there.")
    elif path.objective == path.bound and path.status is not Status.FEASIBLE:
        closes = "is ready" if path.minimise is Minimise.DATE else "closes the gaps"
        what = " that can be closed" if path.status is Status.BLOCKED else ""
        least = worth(path.objective, path.minimise)
        out.print(f"{summary}: proven, no set of courses {closes}{what} in less than {least}.")
    else:
        least = worth(path.bound, path.minimise)
        out.print(f"{summary}: the search was stopped; nothing can do it in less than {least}.", style="yellow")


def _show_earlier(out: Console, planner: Planner, query: Query, path: LearningPath) -> None:
    """The second answer, where the least and the earliest are not the same path."""
    if path.minimise is Minimise.DATE or path.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return
    with out.status("looking for an earlier date") if out.is_terminal else nullcontext():
        early = planner.plan(query.person, path.on, roles=path.roles, minimise=Minimise.DATE)
    if early.ready_on is None or (path.ready_on is not None and early.ready_on >= path.ready_on):
        return
    more = amount(early.hours - path.hours)
    out.print(
        f"Earliest date: {day(early.ready_on)} with {amount(early.hours)} hours ({more} more): --minimise date",
        style="cyan",
    )


def _date_line(path: LearningPath) -> Text:
    if path.status is Status.BLOCKED:
        return Text("No date: something is needed that no order of courses reaches.", "bold red")
    if path.ready_on is None:
        return Text("No date: there is no session left for a step.", "bold red")
    line = (
        Text("Ready on ", "bold").append(long_day(path.ready_on), "bold green").append(", if all goes to plan.", "bold")
    )
    if path.eligible_on is None:
        return line.append(" A gate is open without a date.", "yellow")
    if path.eligible_on > path.ready_on:
        line.append(f" The last gate opens on {long_day(path.eligible_on)}.", "yellow")
    return line
