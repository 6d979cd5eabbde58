"""What happened to one person of the demo, as values: what the ledger will say, and the person the planner sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lms.engine import person as values
from lms.engine.days import DAY, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The role somebody holds from a day on; None: none from then on."""

    role: str | None
    starts: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Evidence with who gave it (a member's number; None for nobody of the organisation) and what they noted."""

    evidence: values.Evidence
    rater: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """An exemption with who approved it."""

    exemption: values.Exemption
    approver: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """An attestation with who gave it."""

    attestation: values.Attestation
    by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An enrolment: `enrolled` in a session, or `started`."""

    course: str
    state: str
    since: date
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody was asked to confirm a course: a manager or the trainer, with when they did (None: it waits)."""

    course: str
    by: str
    done_on: date
    answered_on: date | None = None
    answered_by: int | None = None


Fact = Held | Rating | values.Completion | Spared | Attested | values.Outcome | Enrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something that was entered wrongly, and the fact that has replaced it (None: it was only taken back)."""

    wrong: Fact
    right: Fact | None


@dataclass(slots=True, kw_only=True)
class Diary:
    """One person's two years."""

    hired: date
    weekly_hundredths: int = 400
    targets: tuple[str, ...] = ()
    aim: date | None = None
    minimise: str = "hours"
    left: date | None = None
    roles: list[Held] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    completions: list[values.Completion] = field(default_factory=list)
    spared: list[Spared] = field(default_factory=list)
    attested: list[Attested] = field(default_factory=list)
    outcomes: list[values.Outcome] = field(default_factory=list)
    enrolments: list[Enrolled] = field(default_factory=list)
    away: list[Period] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    """What somebody was asked to confirm; no part of the ledger, but for the completions that came of it."""

    def facts(self) -> list[Fact]:
        """Everything that counts, in the order in which it happened."""
        every: list[Fact] = [
            *self.roles, *self.ratings, *self.completions, *self.spared, *self.attested, *self.outcomes, *self.enrolments,
        ]  # fmt: skip
        return sorted(every, key=day_of)

    def person(self, name: str = "") -> values.Person:
        """The person as the planner sees them; what is dated after the planning date does not count for it."""
        present = self.roles[-1] if self.roles else None
        return values.Person(
            id=name,
            role=present.role if present else None,
            since=present.starts if present and present.role else None,
            stints=tuple(
                values.Stint(role=held.role, first=held.starts, last=after.starts - DAY)
                for held, after in zip(self.roles, self.roles[1:], strict=False)
                if held.role is not None
            ),
            targets=self.targets,
            aim=self.aim,
            weekly_hours=Fraction(self.weekly_hundredths, 100),
            evidence=tuple(rating.evidence for rating in self.ratings),
            completed=tuple(self.completions),
            exempt=tuple(spared.exemption for spared in self.spared),
            outcomes=tuple(self.outcomes),
            attestations=tuple(attested.attestation for attested in self.attested),
            away=tuple(self.away),
        )


def day_of(fact: Fact) -> date:
    """The day a fact is about."""
    if isinstance(fact, Held):
        return fact.starts
    if isinstance(fact, Rating):
        return fact.evidence.on
    if isinstance(fact, Spared):
        return fact.exemption.on or date.min
    if isinstance(fact, Attested):
        return fact.attestation.on
    if isinstance(fact, values.Outcome):
        return fact.month
    return fact.since if isinstance(fact, Enrolled) else fact.on
