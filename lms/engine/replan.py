"""Replanning without solving: whoever follows the best path stays on it.

**Theorem.** Let S be the best set for somebody, in the total order of `engine/price.py`, and let them complete D, a part
of S that can be taken from where they stood. If nothing else changed and nothing lapsed, S without D is the best set
now. *Proof.* It can be taken, for S could. Were T better now, T with D could be taken before (D first), and since every
criterion adds up over courses, it would have been better than S. The previous path as tie-break changes nothing: the
rest of it differs from itself in no course.

It needs the policy `highest` (else a completion could lower a level) and fails for courses completed out of turn, whose
prerequisites T may still have to buy; both are checked, and then the solver is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from lms.engine.choose import Choice
from lms.engine.competency import Attainment, EvidencePolicy
from lms.engine.price import total
from lms.engine.query import Basis, Query
from lms.engine.requirement import Fact, holds


def still_best(query: Query, before: Basis, chosen: Sequence[str]) -> Choice | None:
    """The rest of a proven best set, when all that happened since is that some of it was completed; else None.

    `before` is what that choice rested on, `chosen` its course ids in an order that can be taken.
    """
    now = query.basis()
    if before.curriculum is not now.curriculum or not _only_highest(query):
        return None
    new = now.completed - before.completed
    if not (before.completed <= now.completed and new <= set(chosen) and now.done - before.done <= new):
        return None
    held = set(before.held)
    for course_id in chosen:
        if course_id in new:
            number = query.net.course_index[course_id]
            if not holds(query.net.courses[number].requires, held.__contains__):
                return None
            held |= {query.net.facts[node] for node in query.net.gives[number]}
    if held != now.held:
        return None
    rest = tuple(sorted(query.net.course_index[course_id] for course_id in chosen if course_id not in new))
    prices = query.chooser().prices(query.renewed)
    objective = total(prices[course] for course in rest).by(query.minimise)[0]
    return Choice(rest, objective, objective, proven=True)


def _only_highest(query: Query) -> bool:
    """Is the policy `highest` for every competency that the target's slice speaks of?"""
    curriculum = query.choosers.curriculum
    facts: tuple[Fact, ...] = query.net.facts
    named = {fact.competency for fact in facts if isinstance(fact, Attainment)}
    policies = {curriculum.competency_by_id[name].policy or curriculum.policy for name in named}
    return policies <= {EvidencePolicy.HIGHEST}
