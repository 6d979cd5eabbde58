"""A roster compared with the people who are here: a pure comparison that writes nothing.

A person is known by personnel number, else by address. A file adds and changes, it takes nothing away: an empty cell
leaves what is there, and nobody is deactivated for not being in it. Who is new and has no rights in the file becomes a
rep. Nobody's own row gives them a role or rights, nobody becomes or stops being an administrator by a file, and the
address of an administrator changes on a page only, for it is what they sign in with.
*Instead of:* a roster as the whole truth, by which a file exported with a filter sends half of the people home.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.reading.text_rules import mail_key
from lms.interop.sheets.roster import RosterRow
from lms.interop.sheets.sheet_problems import Problems
from lms.services.access import Actor, Right
from lms.services.imports.catalogue import Catalogue
from lms.services.imports.directory import Directory, Known
from lms.services.imports.line import Line
from lms.services.imports.people_known import Belongings
from lms.services.imports.person_plan import PersonPlan, in_short, note_changes
from lms.services.imports.team_tree import TeamTree
from lms.services.imports.values import Difference
from lms.services.organisation import lookup
from lms.services.organisation.assignments import MOST_TARGETS
from lms.services.organisation.role_history import Placed, placed
from lms.storage.people import StudyPlan

BY_FILE = frozenset({"rep", "trainer", "auditor"})
LANGUAGE_LENGTH = 10
HUNDREDTHS = 400
"""Weekly hours of somebody of whom nothing else is known."""


class PeopleComparison:
    """Collects what a roster would add and change. `compare` is called once."""

    def __init__(
        self,
        actor: Actor,
        directory: Directory,
        belongings: Belongings,
        catalogue: Catalogue,
        tree: TeamTree,
        manager_names: dict[int, str],
        problems: Problems,
        today: date,
    ) -> None:
        self.actor, self.directory, self.belongings, self.catalogue = actor, directory, belongings, catalogue
        self.tree, self.problems, self.today = tree, problems, today
        self.warnings = Problems(problems.name, problems.most)
        self.line = Line(directory, tree, manager_names, problems, self.warnings)
        self.new: list[PersonPlan] = []
        self.changed: list[PersonPlan] = []
        self.unchanged = 0
        self._seen: dict[int, int] = {}

    def compare(self, rows: Sequence[RosterRow]) -> None:
        """Compare every row, then the line of managers that they draw together."""
        matched = [(row, self._match(row)) for row in rows]
        for row, known in matched:
            self._compare(row, known)
        places = {plan.row.row: plan.place for plan in (*self.new, *self.changed)}
        self.line.draw(matched, places)

    def differences(self, *, new: bool) -> tuple[Difference, ...]:
        """The people as the preview shows them."""
        plans = self.new if new else self.changed
        return tuple(
            Difference(row=plan.row.row, who=plan.row.name, what=in_short(plan), changes=tuple(plan.changes))
            for plan in plans
        )

    def _match(self, row: RosterRow) -> Known | None:
        by_number = self.directory.by_number.get(row.number) if row.number else None
        by_mail = self.directory.by_mail.get(mail_key(row.mail))
        if by_number and by_mail and by_number.id != by_mail.id:
            self.problems.add(
                said("the number %(number)s is that of %(one)s, the address that of %(other)s",
                     number=shown(row.number), one=shown(by_number.name), other=shown(by_mail.name)),
                row.row,
            )  # fmt: skip
        known = by_number or by_mail
        if known is not None:
            earlier = self._seen.setdefault(known.id, row.row)
            if earlier != row.row:
                self.problems.add(said("is the same person as row %(row)s", row=earlier), row.row)
        return known

    def _compare(self, row: RosterRow, known: Known | None) -> None:
        plan = self._plan(row, known)
        self._check(plan)
        if known is None:
            self.new.append(plan)
        elif plan.changes:
            self._check_change(plan, known)
            self.changed.append(plan)
        else:
            if known.state != "active":
                self.warnings.add(said("%(name)s is deactivated and stays so", name=known.name), row.row)
            self.unchanged += 1

    def _plan(self, row: RosterRow, known: Known | None) -> PersonPlan:
        number = known.id if known else 0
        before = self.belongings.plans.get(number)
        study = before or StudyPlan(targets=[], aim=None, weekly_hundredths=HUNDREDTHS)
        held = self.belongings.rights.get(number, frozenset())
        given = frozenset(row.rights)
        plan = PersonPlan(
            row=row,
            known=known,
            place=self.tree.place_of(row.team) if row.team else self.tree.place_of_id(known.team_id if known else None),
            rights=(held - BY_FILE | given) if given else held or (frozenset() if known else frozenset({"rep"})),
            role=self._role(row, number),
            targets=list(row.target) or study.targets,
            aim=row.aim or study.aim,
            hundredths=self._hundredths(row) or study.weekly_hundredths,
            has_plan=before is not None,
        )
        if known is not None:
            note_changes(plan, known, study, held, self.tree)
        return plan

    def _role(self, row: RosterRow, number: int) -> Placed | None:
        if row.role is None:
            if row.role_since is not None:
                self.problems.add(said("'role_since' is filled in and 'role' is empty; say which role"), row.row)
            return None
        held = self.belongings.roles.get(number, ())
        catalogue = self.belongings.catalogues.get(number, self.catalogue)
        offered = catalogue.roles.get(row.role, ())
        present = held[-1].curriculum_id if held else None
        if not offered:
            named = catalogue.named(row.role, catalogue.roles)
            self.problems.add(self._unknown(row.role, named, number), row.row)
            return None
        if len(offered) > 1 and present not in offered:
            self.problems.add(
                said("several curricula have a role %(id)s; give it on the person's page", id=shown(row.role)), row.row
            )
            return None
        curriculum = present if present in offered else offered[0]
        return placed(held, row.role, curriculum, row.role_since or self.today)

    def _unknown(self, role: str, named: str, number: int) -> Said:
        """The complaint about a role, which for somebody who stays on an older version may be that it is too new."""
        if number in self.belongings.catalogues and role in self.catalogue.roles:
            return said("the version on which this person stays has no role %(id)s", id=named)
        return said("no published curriculum has the role %(id)s", id=named)

    def _hundredths(self, row: RosterRow) -> int | None:
        if row.weekly_hours is None:
            return None
        hundredths = row.weekly_hours * 100
        if hundredths.denominator != 1:
            self.problems.add(said("'weekly_hours' takes at most two decimals"), row.row)
        return max(1, round(hundredths))

    def _check(self, plan: PersonPlan) -> None:
        row = plan.row
        for problem in (*lookup.on_the_calendar(row.role_since, "role_since"), *lookup.on_the_calendar(row.aim, "aim")):
            self.problems.add(said("'%(field)s': %(problem)s", field=problem.field, problem=problem.message), row.row)
        if row.language and len(row.language) > LANGUAGE_LENGTH:
            self.problems.add(said("'language' must be one such as en, de or pt-BR"), row.row)
        if plan.role is not None and row.role_since is None:
            self.warnings.add(said("has no 'role_since'; today is taken"), row.row)
        if row.target:
            self._check_targets(plan)

    def _check_targets(self, plan: PersonPlan) -> None:
        row = plan.row
        held = self.belongings.roles.get(plan.known.id, ()) if plan.known else ()
        at = plan.role.curriculum_id if plan.role else held[-1].curriculum_id if held else None
        if len(row.target) > MOST_TARGETS:
            self.problems.add(said("at most %(most)s target roles", most=MOST_TARGETS), row.row)
        number = plan.known.id if plan.known else 0
        roles = self.belongings.catalogues.get(number, self.catalogue).roles
        for target in row.target:
            if target not in roles:
                named = self.catalogue.named(target, roles)
                self.problems.add(
                    said("the version on which this person stays has no target role %(id)s", id=named)
                    if target in self.catalogue.roles
                    else said("no published curriculum has the target role %(id)s", id=named),
                    row.row,
                )
        curricula = [set(roles.get(target, ())) for target in row.target]
        shared = set.intersection(*curricula)
        if all(curricula) and not (shared if at is None else at in shared):
            self.problems.add(
                said("target roles must all be roles of one curriculum, that of the present role"), row.row
            )

    def _check_change(self, plan: PersonPlan, known: Known) -> None:
        row = plan.row.row
        if known.state != "active":
            self.problems.add(
                said("%(name)s is deactivated; bring them back on their page first, or leave the row out",
                     name=shown(known.name)),
                row,
            )  # fmt: skip
        if known.id == self.actor.person_id and plan.fields & {"role", "rights"}:
            self.problems.add(
                said("is about yourself; nobody gives themselves a role or rights, ask another administrator"), row
            )
        held = self.belongings.rights.get(known.id, frozenset())
        if "mail" in plan.fields and Right.ADMINISTRATOR.value in held:
            self.problems.add(said("is an administrator, whose address is changed on their page only"), row)
