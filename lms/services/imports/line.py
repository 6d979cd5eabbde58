"""The line of managers that the rows of a roster draw: whom each names, and which teams that gives another manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.errors import said
from lms.interop.reading.scalars import shown
from lms.interop.reading.text_rules import mail_key
from lms.interop.sheets.roster import RosterRow
from lms.interop.sheets.sheet_problems import Problems
from lms.services.imports.directory import Directory, Known
from lms.services.imports.managers import Vote, Who, managers_of
from lms.services.imports.team_tree import Place, TeamTree
from lms.services.imports.values import Change, Difference


class Line:
    """Collects who names whom. `draw` is called once, when every row has its team; `managers` then says what changes."""

    def __init__(
        self,
        directory: Directory,
        tree: TeamTree,
        names: Mapping[int, str],
        problems: Problems,
        warnings: Problems,
    ) -> None:
        self.directory, self.tree, self.names = directory, tree, names
        self.problems, self.warnings = problems, warnings
        self.managers: dict[Place, Vote] = {}

    def draw(self, matched: Sequence[tuple[RosterRow, Known | None]], places: Mapping[int, Place | None]) -> None:
        """Find who manages what; `places` are the teams of the rows that bring somebody or change somebody."""
        who: dict[str, Who] = {mail_key(row.mail): known.id if known else ("row", row.row) for row, known in matched}
        votes = []
        for row, known in matched:
            if row.manager_mail is None or (manager := self._manager(row, row.manager_mail, who)) is None:
                continue
            place = places.get(row.row) or self.tree.place_of_id(known.team_id if known else None)
            if place is None:
                self.problems.add(said("has a manager and no team; whoever manages somebody manages a team"), row.row)
                continue
            votes.append(
                Vote(row=row.row, who=who[mail_key(row.mail)], place=place, manager=manager, mail=row.manager_mail)
            )
        chosen = managers_of(votes, self._present, self.tree.path, self.problems, self.warnings)
        self.managers = {place: vote for place, vote in chosen.items() if vote.manager != self._present(place)}

    def differences(self) -> tuple[Difference, ...]:
        """The teams that would get another manager."""
        return tuple(
            Difference(row=vote.row, who=self.tree.path(place), changes=(self._change(place, vote),))
            for place, vote in sorted(self.managers.items())
        )

    def _manager(self, row: RosterRow, mail: str, who: Mapping[str, Who]) -> Who | None:
        key = mail_key(mail)
        known = self.directory.by_mail.get(key)
        if known is not None and known.state != "active":
            self.problems.add(said("the manager %(mail)s is deactivated", mail=shown(mail)), row.row)
            return None
        if key in who:
            return who[key]
        if known is None:
            self.problems.add(
                said("nobody has the manager's address %(mail)s, neither here nor in the file", mail=shown(mail)),
                row.row,
            )
            return None
        return known.id

    def _present(self, place: Place) -> int | None:
        team = self.tree.existing.get(place)
        return team.manager_id if team else None

    def _change(self, place: Place, vote: Vote) -> Change:
        present = self._present(place)
        return Change("manager", self.names.get(present, "") if present else "", vote.mail)
