"""A diary as ledger rows: what counts, what was entered wrongly before, and the texts that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.engine import person as values
from lms.engine.requirement import CourseDone
from lms.services.demo.diary import Attested, Diary, Enrolled, Fact, Held, Rating, Spared
from lms.storage.record import (
    Attestation,
    Completion,
    Enrolment,
    Entry,
    Evidence,
    Exemption,
    Outcome,
    RoleAssignment,
)

ORIGIN = "demo"
CRM = "crm"


@dataclass(slots=True)
class Rows:
    """The rows of one person: what was entered first, and what corrected some of it, each with the row it replaces."""

    first: list[Entry] = field(default_factory=list)
    corrections: list[tuple[Entry, Entry]] = field(default_factory=list)
    """(wrong, the row that replaces or withdraws it)"""
    texts: dict[Entry, str] = field(default_factory=dict)


class Writer:
    """Makes rows; knows the numbers that the members have as people, and that of the curriculum."""

    def __init__(self, person_of: Mapping[int, int], curriculum_id: int) -> None:
        self.person_of, self.curriculum_id = person_of, curriculum_id

    def rows(self, member: int, diary: Diary) -> Rows:
        """The rows of a member's diary."""
        made = Rows()
        corrected = {id(mistake.right) for mistake in diary.mistakes if mistake.right is not None}
        right = {}
        for fact in diary.facts():
            row = self._row(member, fact)
            if text := _text(fact):
                made.texts[row] = text
            if id(fact) in corrected:
                right[id(fact)] = row
            else:
                made.first.append(row)
        for mistake in diary.mistakes:
            wrong = self._row(member, mistake.wrong)
            made.first.append(wrong)
            after = self._row(member, mistake.wrong) if mistake.right is None else right[id(mistake.right)]
            after.withdraws = mistake.right is None
            made.corrections.append((wrong, after))
        return made

    def _who(self, member: int | None) -> int | None:
        return None if member is None else self.person_of[member]

    def _row(self, member: int, fact: Fact) -> Entry:
        common = {"person_id": self.person_of[member], "origin": ORIGIN}
        if isinstance(fact, Held):
            held = None if fact.role is None else self.curriculum_id
            return RoleAssignment(**common, role=fact.role, curriculum_id=held, starts=fact.starts)
        if isinstance(fact, Rating):
            shown = fact.evidence
            return Evidence(
                **common,
                competency=shown.competency,
                level=shown.level,
                shown_on=shown.on,
                until=shown.until,
                source=shown.source,
                rater_id=self._who(fact.rater),
            )
        if isinstance(fact, values.Completion):
            return Completion(**common, course=fact.course, completed_on=fact.on)
        if isinstance(fact, Spared):
            return self._exemption(common, fact)
        if isinstance(fact, Attested):
            word = fact.attestation
            by = self._who(fact.by)
            return Attestation(**common, title=word.title, by=word.by, attested_on=word.on, attested_by=by)
        if isinstance(fact, Enrolled):
            return Enrolment(**common, course=fact.course, session=fact.session, state=fact.state, since=fact.since)
        return Outcome(**common, metric=fact.metric, month=fact.month, value=fact.value, source=CRM)

    def _exemption(self, common: Mapping[str, object], fact: Spared) -> Exemption:
        spared = fact.exemption
        return Exemption(
            **common,
            course=spared.fact.course if isinstance(spared.fact, CourseDone) else None,
            competency=None if isinstance(spared.fact, CourseDone) else spared.fact.competency,
            level=None if isinstance(spared.fact, CourseDone) else spared.fact.level,
            first=spared.on,
            until=spared.until,
            approved_by=self._who(fact.approver),
        )


def _text(fact: Fact) -> str:
    if isinstance(fact, Rating):
        return fact.note
    return (fact.exemption.reason or "") if isinstance(fact, Spared) else ""
