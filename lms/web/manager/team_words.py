"""The words of the team page: where somebody stands towards the next role, and what the figures count."""

from __future__ import annotations

from datetime import date

from lms.services.team.board import Board
from lms.services.team.columns import Column
from lms.services.team.members import Member, State
from lms.web.translated import gettext, skeleton


def next_role(member: Member, board: Board) -> str:
    """What the next role is called; several with a comma."""
    return ", ".join(board.titles.get(role, role) for role in member.targets)


def standing(member: Member, on: date) -> str:
    """Where they stand, in two or three words: a day, or why there is none."""
    if member.state is State.READY:
        return gettext("Ready now")
    if member.likely is not None and member.state in {State.NEAR, State.LATER}:
        return near_day(member.likely, on)
    if member.state is State.WAITS:
        return gettext("Waits for a word")
    if member.state is State.BEHIND:
        return gettext("Being recalculated")
    if member.state is State.BLOCKED:
        return gettext("No date yet")
    return gettext("No target yet") if member.why_none == "no-target" else gettext("No path yet")


def near_day(when: date, on: date) -> str:
    """A day of this year or the next few months as day and month, a later one with its year, a far one as its month."""
    months = (when.year - on.year) * 12 + when.month - on.month
    if months < 6:
        return skeleton("MMMd", when)
    return skeleton("yMMM", when)


def counted(column: Column) -> str:
    """What the figure below a column counts: Works alone, 3 or above."""
    if column.counted > len(column.scale):
        return str(column.counted)
    title = column.scale[column.counted - 1]
    if column.counted == len(column.scale):
        return gettext("%(title)s (%(level)s)", title=title, level=column.counted)
    return gettext("%(title)s (%(level)s or above)", title=title, level=column.counted)


def level_title(level: int, column: Column) -> str:
    """What a level is called."""
    if level == 0:
        return gettext("no evidence yet")
    return column.scale[level - 1] if level <= len(column.scale) else str(level)


def month(when: date) -> str:
    """A month with its year: May 2027."""
    return skeleton("yMMM", when)


def share(part: int, whole: int) -> str:
    """A share in whole per cent, never rounded up to all."""
    return gettext("%(share)s %%", share=part * 100 // whole)


def footing(board: Board) -> str:
    """What the last row counts; where minimums name other levels, that it is the level of each."""
    levels = {(column.counted, column.scale) for column in board.columns}
    if len(levels) == 1:
        return counted(board.columns[0])
    return gettext("Hold the level that counts")
