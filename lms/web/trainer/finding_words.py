"""What a trainer reads of a finding: a sentence that says what is wrong, how it comes about, and the button that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.engine.mending.findings import Finding, Place, Severity
from lms.engine.mending.mends import Mend
from lms.engine.requirement import CourseDone, Fact
from lms.services.authoring.edits import title_of
from lms.web.translated import gettext
from lms.web.wording import Wording, listed, way_round


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding as the panel shows it; `mend` is the label of the button, None where somebody has to think."""

    finding: Finding
    is_error: bool
    lead: str
    how: str
    mend: str | None

    @property
    def at(self) -> str:
        """What is selected to show it: `course:holding-price`."""
        return f"{self.finding.kind}:{self.finding.id}"


def problems(found: Iterable[tuple[Finding, Mend | None]], wording: Wording) -> list[Problem]:
    """The findings of a draft in words, in their order."""
    words = _Words(wording)
    return [
        Problem(
            finding=finding,
            is_error=finding.severity is Severity.ERROR,
            lead=words.lead(finding),
            how=words.how(finding),
            mend=words.mend(mend) if mend else None,
        )
        for finding, mend in found
    ]


class _Words:
    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def lead(self, finding: Finding) -> str:
        title = self._title(finding.kind, finding.id)
        match finding.code:
            case "ring":
                return gettext("Loop: nobody could ever begin.")
            case "mutual-prerequisites":
                return gettext("Two courses wait for each other.")
            case "role-unreachable" | "course-unreachable":
                return gettext("Nobody who starts from nothing can reach %(title)s.", title=title)
            case "level-ungranted":
                return gettext("No course grants %(what)s.", what=self._facts(finding))
            case "course-unused":
                return gettext("%(title)s opens nothing.", title=title)
            case "prerequisite-redundant" | "role-asks-twice":
                return gettext("%(title)s asks for something twice over.", title=title)
            case "single-session":
                return gettext("%(title)s has one session left with seats.", title=title)
            case "no-seats":
                return gettext("%(title)s has no session with seats left.", title=title)
            case "objective-uncovered":
                return gettext("%(title)s rests on something that no role asks for.", title=title)
            case "parent-ring":
                return gettext("These competencies lie under each other.")
        return finding.message

    def how(self, finding: Finding) -> str:
        involved = finding.involves
        match finding.code:
            case "ring" | "mutual-prerequisites":
                return way_round([self.wording.course(course) for course in (finding.id, *involved)])
            case "parent-ring":
                return way_round([self.wording.competency(one) for one in (finding.id, *involved)])
            case "role-unreachable" | "course-unreachable":
                if finding.asks:
                    return gettext("No course grants %(what)s.", what=self._facts(finding))
                return gettext("It waits for a loop.")
            case "level-ungranted":
                return gettext("It can only come by evidence.")
            case "course-unused":
                return gettext("No role needs it, not even as one of several ways.")
            case "prerequisite-redundant" | "role-asks-twice":
                what = self._facts(finding)
                return gettext("%(what)s follows from the rest of it.", what=what) if what else ""
            case "single-session" | "no-seats":
                return gettext(
                    "%(roles)s cannot be reached without it.",
                    roles=listed([self.wording.role(one) for one in involved]),
                )
            case "objective-uncovered":
                return listed([self.wording.competency(one) for one in involved])
        return ""

    def mend(self, mend: Mend) -> str:
        title = self._title(mend.kind, mend.id)
        if mend.ask is not None:
            return gettext("Remove “%(what)s → %(title)s”", what=self._named(mend.ask), title=title)
        if mend.kind is Place.COURSE:
            return gettext("Take “%(title)s” out", title=title)
        return gettext("Take the parent of “%(title)s” away", title=title)

    def _title(self, kind: Place, key: str) -> str:
        return title_of(self.wording.curriculum, kind, key)

    def _named(self, fact: Fact) -> str:
        return self.wording.course(fact.course) if isinstance(fact, CourseDone) else self.wording.requirement(fact)

    def _facts(self, finding: Finding) -> str:
        facts: list[Fact] = [fact for _, _, fact in finding.asks]
        return listed([self._named(fact) for fact in dict.fromkeys(facts)])
