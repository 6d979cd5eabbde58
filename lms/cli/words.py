"""Engine values in plain words: requirements, amounts, days. Titles instead of ids wherever there is one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lms.engine.competency import Attainment
from lms.engine.curriculum import AttestationGate, Curriculum, Gate, MonthsInRole
from lms.engine.price import Minimise
from lms.engine.reasons import Reason
from lms.engine.requirement import AtLeast, Fact, Requirement


def amount(hundredths: int) -> str:
    """A number of hundredths without needless zeros.

    >>> amount(300), amount(325), amount(-50)
    ('3', '3.25', '-0.5')
    """
    whole, rest = divmod(abs(hundredths), 100)
    digits = f"{whole:,}" + (f".{rest:02}".rstrip("0") if rest else "")
    return f"-{digits}" if hundredths < 0 else digits


def counted(number: int, thing: str) -> str:
    """So many things.

    >>> counted(1, "step"), counted(2, "step")
    ('1 step', '2 steps')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def worth(value: int, minimise: Minimise) -> str:
    """An amount of what is minimised, with its unit: hundredths of hours or money, courses, or days."""
    if minimise is Minimise.COURSES:
        return counted(value, "course")
    if minimise is Minimise.DATE:
        return counted(value, "day")
    return f"{amount(value)} h" if minimise is Minimise.HOURS else f"{amount(value)} in cost"


def day(when: date | None) -> str:
    """A day as people write it; a dash where there is none.

    >>> day(date(2027, 3, 1))
    '1 Mar 2027'
    """
    return "–" if when is None else f"{when.day} {when:%b} {when.year}"


def long_day(when: date) -> str:
    """The same with the weekday and the month in full.

    >>> long_day(date(2027, 3, 1))
    'Monday 1 March 2027'
    """
    return f"{when:%A} {when.day} {when:%B} {when.year}"


def printable(text: str) -> str:
    """The text without control characters, which a terminal might obey; a sign stands for each.

    >>> printable("red" + chr(27) + "[31m") == "red" + chr(0xFFFD) + "[31m"
    True
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


class Words:
    """Says what a curriculum's ids mean."""

    def __init__(self, curriculum: Curriculum) -> None:
        self._curriculum = curriculum

    def title(self, kind: str, name: str) -> str:
        """The title of a competency, course or role; nothing for other kinds."""
        known = {"competency": self.competency, "course": self.course, "role": self.role}.get(kind)
        return known(name) if known else ""

    def competency(self, competency: str) -> str:
        """The title of a competency."""
        known = self._curriculum.competency_by_id.get(competency)
        return printable(known.title) if known else competency

    def course(self, course: str) -> str:
        """The title of a course."""
        known = self._curriculum.course_by_id.get(course)
        return printable(known.title) if known else course

    def role(self, role: str) -> str:
        """The title of a role."""
        known = self._curriculum.role_by_id.get(role)
        return printable(known.title) if known else role

    def fact(self, fact: Fact) -> str:
        """A competency with its level, or a course's title."""
        if isinstance(fact, Attainment):
            return f"{self.competency(fact.competency)} {fact.level}"
        return self.course(fact.course)

    def requirement(self, requirement: Requirement) -> str:
        """A requirement in one line: "Holding price, and one of: Procurement simulation, Shadow a call"."""
        if not isinstance(requirement, AtLeast):
            return self.fact(requirement)
        items = [
            f"({said})" if isinstance(item, AtLeast) and len(item.items) > 1 else said
            for item in requirement.items
            for said in [self.requirement(item)]
        ]
        if len(items) == 1:
            return items[0]
        if requirement.n == len(items):
            return " and ".join(items)
        counted = "one of" if requirement.n == 1 else f"at least {requirement.n} of"
        return f"{counted}: {', '.join(items)}"

    def gate(self, gate: Gate) -> str:
        """What a gate asks for."""
        if isinstance(gate, MonthsInRole):
            return f"{gate.at_least} months as {self.role(gate.role)}"
        if isinstance(gate, AttestationGate):
            return printable(f"{gate.title} (attested by {gate.by})")
        return f"{printable(gate.metric)} of {gate.at_least} or more on average over the last {gate.months} months"

    def reasons(self, reasons: Iterable[Reason]) -> list[str]:
        """Why a step stands there: each thing it gives, and to whom that matters."""
        needers: dict[Fact, list[str]] = {}
        for reason in reasons:
            needer = self.role(reason.needed_by) if reason.kind == "role" else f"“{self.course(reason.needed_by)}”"
            needers.setdefault(reason.fact, []).append(needer)
        return [
            f"{self.fact(fact)} for {', '.join(names)}" if isinstance(fact, Attainment) else f"for {', '.join(names)}"
            for fact, names in needers.items()
        ]
