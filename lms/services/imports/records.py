"""Completions, evidence and outcomes of a file compared with the ledger: a pure comparison that writes nothing.

The same fact is left alone. Another value for a month corrects the one that counts. Another level for a rating of the
same day and source corrects the one that an earlier file brought; what somebody entered here stays, and the file's
stands beside it. Nobody brings their own record, an administrator neither. A note is kept with what is added; one that
differs from a note kept before changes nothing, for the ledger keeps only its digest.
*Instead of:* replacing whatever stands there, by which an old file undoes what people did since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.sheets.record_sheets import CompletionRow, EvidenceRow, Fact, OutcomeRow, told_twice
from lms.interop.sheets.sheet_problems import Problems
from lms.services.access import Actor
from lms.services.imports.catalogue import Catalogue
from lms.services.imports.directory import Directory, Known
from lms.services.imports.values import Change, Difference
from lms.storage.record import Completion, Entry, Evidence, Outcome

Counting = Mapping[int, Sequence[Any]]
"""The entries that count of each person, in the order of their numbers."""


class Comparison:
    """Collects what the rows would add and change, what is wrong with them and what is worth a second look."""

    def __init__(
        self,
        actor: Actor,
        directory: Directory,
        catalogue: Catalogue,
        counting: Counting,
        problems: Problems,
        today: date,
    ) -> None:
        self.actor, self.directory, self.catalogue, self.counting = actor, directory, catalogue, counting
        self.problems, self.today = problems, today
        self.warnings = Problems(problems.name, problems.most)
        self.added: list[Difference] = []
        self.changed: list[Difference] = []
        self.unchanged = 0
        self.entries: list[Entry] = []
        self.texts: dict[Entry, str] = {}
        self._told: dict[Hashable, int] = {}

    def compare(self, rows: Iterable[Fact]) -> None:
        """Compare each row with what counts of its person."""
        for row in rows:
            person = self.directory.find(row.person)
            if person is None:
                self.problems.add(
                    said(
                        "nobody here has the address or number %(person)s; import people first",
                        person=shown(row.person),
                    ),
                    row.row,
                )
            elif isinstance(row, CompletionRow):
                self._completion(row, person)
            elif isinstance(row, EvidenceRow):
                self._evidence(row, person)
            else:
                self._outcome(row, person)

    def _completion(self, row: CompletionRow, person: Known) -> None:
        if row.course not in self.catalogue.courses:
            self._unknown(
                row, said("no published curriculum has the course %(id)s", id=self._named(row.course, "courses"))
            )
            return
        if self._again(row, person, row.course, row.on.isoformat()):
            return
        if any((one.course, one.completed_on) == (row.course, row.on) for one in self.counting[person.id]):
            self.unchanged += 1
            return
        self._ahead(row.row, row.on)
        entry = Completion(person_id=person.id, course=row.course, completed_on=row.on, origin="imported")
        self._bring(row.row, person, f"{row.course}, {row.on}", entry, row.note)

    def _evidence(self, row: EvidenceRow, person: Known) -> None:
        top = self.catalogue.levels.get(row.competency)
        if top is None:
            named = self._named(row.competency, "levels")
            self._unknown(row, said("no published curriculum has the competency %(id)s", id=named))
            return
        if row.level > top:
            self._unknown(
                row,
                said("the scale of %(id)s ends at level %(top)s, so level %(level)s is none",
                     id=shown(row.competency), top=top, level=row.level),
            )  # fmt: skip
            return
        if self._again(row, person, row.competency, row.on.isoformat(), row.source):
            return
        same = [
            one
            for one in self.counting[person.id]
            if (one.competency, one.shown_on, one.source) == (row.competency, row.on, row.source)
        ]
        if any((one.level, one.until) == (row.level, row.until) for one in same):
            self.unchanged += 1
            return
        self._ahead(row.row, row.on)
        if row.source not in self.catalogue.sources:
            named = self._named(row.source, "sources")
            self.warnings.add(said("the source %(id)s is none that a curriculum ranks", id=named), row.row)
        old = next((one for one in reversed(same) if one.origin == "imported"), None)
        entry = Evidence(
            person_id=person.id,
            competency=row.competency,
            level=row.level,
            shown_on=row.on,
            until=row.until,
            source=row.source,
            origin="imported",
            corrects_id=old and old.id,
        )
        changes = [] if old is None else [("level", old.level, row.level), ("until", old.until, row.until)]
        what = (
            f"{row.competency}, {row.on}, {row.source}"
            if old
            else f"{row.competency} {row.level}, {row.on}, {row.source}"
        )
        self._bring(row.row, person, what, entry, row.note, changes)

    def _outcome(self, row: OutcomeRow, person: Known) -> None:
        if self._again(row, person, row.metric, row.month.isoformat()):
            return
        same = [one for one in self.counting[person.id] if (one.metric, one.month) == (row.metric, row.month)]
        old = same[-1] if same else None
        source = row.source or (old.source if old else None)
        if old is not None and (old.value, old.source) == (row.value, source):
            self.unchanged += 1
            return
        self._ahead(row.row, row.month)
        if self.catalogue.metrics and row.metric not in self.catalogue.metrics:
            named = self._named(row.metric, "metrics")
            self.warnings.add(said("no gate of a published curriculum asks for the metric %(id)s", id=named), row.row)
        entry = Outcome(
            person_id=person.id,
            metric=row.metric,
            month=row.month,
            value=row.value,
            source=source,
            origin="imported",
            corrects_id=old and old.id,
        )
        changes = [] if old is None else [("value", old.value, row.value), ("source", old.source, source)]
        what = f"{row.metric}, {row.month:%Y-%m}" + ("" if old else f": {_text(row.value)}")
        self._bring(row.row, person, what, entry, None, changes)

    def _bring(
        self,
        row: int,
        person: Known,
        what: str,
        entry: Entry,
        note: str | None,
        changes: Iterable[tuple[str, Any, Any]] = (),
    ) -> None:
        if person.id == self.actor.person_id:
            self.problems.add(
                said("is about yourself; nobody imports their own record, ask another administrator"), row
            )
            return
        differing = tuple(Change(field, _text(old), _text(new)) for field, old, new in changes if old != new)
        (self.changed if differing else self.added).append(
            Difference(row=row, who=person.name, what=what, changes=differing)
        )
        self.entries.append(entry)
        if note:
            self.texts[entry] = note

    def _again(self, row: Fact, person: Known, *fact: str) -> bool:
        """Did an earlier row tell this fact, naming the person in another way?"""
        earlier = self._told.setdefault((person.id, *fact), row.row)
        if earlier != row.row:
            self.problems.add(told_twice(earlier, row.person, *fact), row.row)
        return earlier != row.row

    def _ahead(self, row: int, on: date) -> None:
        if on > self.today:
            self.warnings.add(said("lies ahead: it counts from %(day)s on", day=on.isoformat()), row)

    def _unknown(self, row: Fact, sentence: Said) -> None:
        self.problems.add(sentence, row.row)

    def _named(self, word: str, among: str) -> str:
        return self.catalogue.named(word, getattr(self.catalogue, among))


def counting_of(entries: Iterable[Any]) -> Counting:
    """The entries that count, by person."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for entry in entries:
        found[entry.person_id].append(entry)
    return found


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "" if value is None else str(value)
