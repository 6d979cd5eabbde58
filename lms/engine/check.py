"""Every finding of a curriculum at once: what is legal by the format but bad for the people who have to learn by it.

| code | severity | is about |
|---|---|---|
| role-unreachable, course-unreachable | error | nobody who starts from nothing gets there, whatever they take |
| ring | error | courses that block each other; the shortest ring is named |
| mutual-prerequisites | error | two courses of which neither can be taken before the other |
| level-ungranted | warning | a level that is asked for and that no course grants |
| course-unused | warning | a course that no role needs, not even as one of several ways |
| prerequisite-redundant | warning | an item of an all-of that another of its items implies |
| role-asks-twice | warning | a role that asks for one competency at two levels |
| single-session, no-seats | warning | a course that a role cannot avoid, with one session left to take it in, or none |
| objective-uncovered | warning | an objective's competency that no role asks for |
| parent-ring | warning | competencies that are each other's parents |

Forward chaining from an empty profile decides what is unreachable, so a ring through alternatives is no finding.
A cause is told once; what only follows from it names it. An ungranted level may still come by evidence: it is a
warning, and the course or role that nobody reaches from nothing is the error. The tests that a curriculum brings along
are run elsewhere.
"""

from __future__ import annotations

from lms.engine.curriculum import Curriculum
from lms.engine.mending.findings import Finding, Place, Severity
from lms.engine.mending.lint import (
    parent_rings,
    redundant_items,
    scarce_sessions,
    uncovered_objectives,
    ungranted_levels,
    unused_courses,
)
from lms.engine.mending.rings import whole
from lms.engine.mending.unreachable import rings, unreachable_courses, unreachable_roles

__all__ = ["Finding", "Place", "Severity", "check_curriculum"]

CHECKS = (
    unreachable_roles,
    unreachable_courses,
    rings,
    ungranted_levels,
    unused_courses,
    redundant_items,
    scarce_sessions,
    uncovered_objectives,
    parent_rings,
)


def check_curriculum(curriculum: Curriculum) -> tuple[Finding, ...]:
    """Every finding: errors first, then by place in the document.

    >>> from lms.engine.curriculum import Course
    >>> from lms.engine.requirement import CourseDone
    >>> lab = Course(id="lab", title="Lab", hours=100, renewal_hours=100, requires=CourseDone("lecture"))
    >>> lecture = Course(id="lecture", title="Lecture", hours=100, renewal_hours=100, requires=CourseDone("lab"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(lab, lecture), roles=())
    >>> for finding in check_curriculum(made):
    ...     print(f"{finding.place}: {finding.message} ({finding.code}; {finding.mend})")
    course 'lab': 'lab' needs 'lecture' which needs 'lab': neither can come first (mutual-prerequisites; bundle the two \
into one course, or let one of them do without the other)
    """
    compiled = whole(curriculum)
    place = {
        Place.OBJECTIVE: {objective.id: n for n, objective in enumerate(curriculum.objectives)},
        Place.COMPETENCY: {competency.id: n for n, competency in enumerate(curriculum.competencies)},
        Place.COURSE: {course.id: n for n, course in enumerate(curriculum.courses)},
        Place.ROLE: {role.id: n for n, role in enumerate(curriculum.roles)},
    }

    def order(finding: Finding) -> tuple[bool, int, int, str, str]:
        warning = finding.severity is Severity.WARNING
        list_of = list(Place).index(finding.kind)
        return warning, list_of, place[finding.kind][finding.id], finding.code, finding.message

    return tuple(sorted((finding for check in CHECKS for finding in check(compiled)), key=order))
