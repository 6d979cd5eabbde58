"""What of a ledger bears on a role: the only entries that can change how its requirements and outcome gates stand.

For sorting many people at once, of whom most entries need not even be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum, OutcomeGate, Role
from lms.engine.requirement import CourseDone, leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """Ids of competencies, of courses whose completion or exemption counts, and of metrics; `months` is how many full
    months back an outcome is looked at.
    """

    competencies: frozenset[str]
    courses: frozenset[str]
    metrics: frozenset[str]
    months: int


def bearing(curriculum: Curriculum, role: Role) -> Bearing:
    """What bears on a role.

    >>> from lms.engine.curriculum import Course, Grant
    >>> pitch = Course(id="pitch", title="Pitch", hours=800, renewal_hours=800, grants=(Grant(competency="price", level=2),))
    >>> law = Course(id="law", title="Law", hours=800, renewal_hours=800)
    >>> role = Role(id="seller", title="Seller", requires=Attainment("price", 2))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(pitch, law), roles=(role,))
    >>> sorted(bearing(made, role).courses)
    ['pitch']
    """
    facts = list(leaves(role.requires))
    asked = {fact.competency for fact in facts if isinstance(fact, Attainment)}
    courses = {fact.course for fact in facts if isinstance(fact, CourseDone)}
    courses |= {one.id for one in curriculum.courses if any(grant.competency in asked for grant in one.grants)}
    courses |= {one.course for one in curriculum.equivalences if one.counts_as in courses}
    gates = [gate for gate in role.gates if isinstance(gate, OutcomeGate)]
    return Bearing(
        competencies=frozenset(asked),
        courses=frozenset(courses),
        metrics=frozenset(gate.metric for gate in gates),
        months=max((gate.months for gate in gates), default=0),
    )
