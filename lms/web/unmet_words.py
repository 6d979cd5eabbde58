"""Why no order of courses reaches a requirement, by the titles of the curriculum: what nothing grants, or who waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.engine.competency import Attainment
from lms.engine.requirement import CourseDone, Fact
from lms.web.translated import gettext, ngettext
from lms.web.wording import Wording, way_round

NAMED = 3
"""So many things that are missing are named, of more their number."""


def why_unmet(unmet: Mapping[str, Any], wording: Wording) -> str:
    """The reason in an entry of a path document's `unmet`, without a full stop."""
    causes = [_fact(one) for one in unmet.get("causes", ())]
    if not causes:  # a document of before there were causes
        return str(unmet["why"])
    courses = wording.curriculum.course_by_id
    ring = [one.course for one in causes if isinstance(one, CourseDone) and one.course in courses]
    if len(ring) == len(causes):
        way = way_round([wording.course(course) for course in ring])
        return gettext("%(courses)s: each waits for the next, and nobody can begin", courses=way)
    told = [_missing(one, wording) for one in causes[:NAMED]]
    if len(causes) > NAMED:
        told.append(ngettext("and %(num)s thing more", "and %(num)s things more", len(causes) - NAMED))
    return "; ".join(told)


def _fact(written: Mapping[str, Any]) -> Fact:
    return CourseDone(written["course"]) if "course" in written else Attainment(written["competency"], written["level"])


def _missing(fact: Fact, wording: Wording) -> str:
    if isinstance(fact, CourseDone):
        return gettext("there is no course “%(course)s”", course=wording.course(fact.course))
    given = (grant for course in wording.curriculum.courses for grant in course.grants)
    highest = max((grant.level for grant in given if grant.competency == fact.competency), default=0)
    named = wording.competency(fact.competency)
    if highest:
        return gettext("no course gives %(competency)s above level %(level)s", competency=named, level=highest)
    return gettext("no course gives %(competency)s", competency=named)
