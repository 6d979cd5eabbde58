"""What one row of a roster makes of one person: the values from now on, and which of them are others than before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lms.interop.reading.text_rules import mail_key
from lms.interop.sheets.roster import RosterRow
from lms.services.imports.directory import Known
from lms.services.imports.team_tree import Place, TeamTree
from lms.services.imports.values import Change
from lms.services.organisation.role_history import Placed
from lms.storage.people import StudyPlan


@dataclass(slots=True, kw_only=True)
class PersonPlan:
    """What one row makes of a person; `known` is None for somebody new, `role` None where it stays as it is."""

    row: RosterRow
    known: Known | None
    place: Place | None
    rights: frozenset[str]
    role: Placed | None
    targets: list[str]
    aim: date | None
    hundredths: int
    has_plan: bool
    changes: list[Change] = field(default_factory=list)

    @property
    def fields(self) -> frozenset[str]:
        """Which fields change."""
        return frozenset(change.field for change in self.changes)

    @property
    def mail(self) -> str:
        """The address from now on; a spelling that means the same stays as it is."""
        return self.row.mail if self.known is None or "mail" in self.fields else self.known.mail


def note_changes(plan: PersonPlan, known: Known, study: StudyPlan, held: frozenset[str], tree: TeamTree) -> None:
    """Write down what differs from what is known: contact, team, rights and what the person plans with."""
    row = plan.row
    _differs(plan, "name", known.name, row.name)
    if known.mail_key != mail_key(row.mail):
        _differs(plan, "mail", known.mail, row.mail)
    _differs(plan, "number", known.number, row.number or known.number)
    _differs(plan, "language", known.language, row.language or known.language)
    _differs(plan, "working_time", known.working_time, row.working_time or known.working_time)
    place = tree.place_of_id(known.team_id)
    if plan.place != place:
        _differs(plan, "team", tree.path(place), tree.path(plan.place))
    _differs(plan, "rights", ", ".join(sorted(held)), ", ".join(sorted(plan.rights)))
    if plan.role is not None:
        _differs(plan, "role", plan.role.before, f"{plan.role.role}, {plan.role.starts}")
    _differs(plan, "target", "; ".join(study.targets), "; ".join(plan.targets))
    _differs(plan, "aim", study.aim, plan.aim)
    _differs(plan, "weekly_hours", _hours(study.weekly_hundredths), _hours(plan.hundredths))


def in_short(plan: PersonPlan) -> str:
    """Address, team and role of somebody new."""
    if plan.known is not None:
        return ""
    return ", ".join(part for part in (plan.row.mail, plan.row.team, plan.row.role) if part)


def _differs(plan: PersonPlan, name: str, old: object, new: object) -> None:
    if old != new:
        plan.changes.append(Change(name, "" if old is None else str(old), "" if new is None else str(new)))


def _hours(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
