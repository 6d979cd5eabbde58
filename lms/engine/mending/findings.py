"""What a finding is, and the words in which findings speak of facts, groups, rings and causes. Not what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.engine.competency import Attainment
from lms.engine.mending.rings import Ring
from lms.engine.requirement import CourseDone, Fact
from lms.engine.search.net import Net, NetBuilder

NAMED = 3
"""How many things of a longer list a sentence names."""


class Severity(StrEnum):
    """An error is what nobody can ever do; a warning is what somebody should look at."""

    ERROR = "error"
    WARNING = "warning"


class Place(StrEnum):
    """The list of the curriculum that a finding's `id` is of, in the document's order."""

    OBJECTIVE = "objective"
    COMPETENCY = "competency"
    COURSE = "course"
    ROLE = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something legal but bad in a curriculum: where, what, and what to do about it.

    `code` is stable; `kind` and `id` say where it is; `involves` are ids of other courses, roles or competencies that
    it is about, as the message names them. `asks` are the prerequisites that it is made of, each with whose it is: the
    edges of a ring, what is asked for though something else implies it, or what no course gives.
    """

    code: str
    severity: Severity
    kind: Place
    id: str
    message: str
    mend: str
    involves: tuple[str, ...] = ()
    asks: tuple[tuple[Place, str, Fact], ...] = ()

    @property
    def place(self) -> str:
        """Where it is, for people: `course 'holding-price'`."""
        return f"{self.kind} '{self.id}'"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """A list as people write one; of a long one the first few.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a', 'a and b', 'a, b, c and 2 more')
    """
    if len(names) > NAMED + 1:
        return f"{', '.join(names[:NAMED])} {joint} {len(names) - NAMED:,} more"
    return f" {joint} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def say_fact(fact: Fact) -> str:
    """A fact in a sentence.

    >>> say_fact(Attainment("negotiating", 3)), say_fact(CourseDone("holding-price"))
    ("'negotiating' at level 3", "'holding-price'")
    """
    return f"'{fact.competency}' at level {fact.level}" if isinstance(fact, Attainment) else f"'{fact.course}'"


def say_node(net: Net, node: int) -> str:
    """A fact or a group of a net in a sentence, a group in brackets; of a long group the first few items."""
    if node < len(net.facts):
        return say_fact(net.facts[node])
    group = net.groups[node - len(net.facts)]
    items = [say_node(net, item) for item in group.items[: NAMED + 1]]
    items += [""] * (len(group.items) - len(items))  # only their number is said
    if group.n == len(group.items):
        return f"(all of {listed(items)})"
    return f"(one of {listed(items, 'or')})" if group.n == 1 else f"({group.n} of {listed(items)})"


def say_ring(net: Net, ring: Ring) -> str:
    """A ring from its first course round to it again: 'a' needs 'b' which needs 'a'. Of a long one the beginning."""
    names = [f"'{net.courses[course].id}'" for course in ring.courses]
    if len(names) == 1:
        fact = net.facts[ring.facts[0]]
        return f"{names[0]} needs " + ("itself" if isinstance(fact, CourseDone) else f"{say_fact(fact)} from itself")
    asked = []
    for node, giver in zip(ring.facts, [*names[1:], names[0]], strict=True):
        fact = net.facts[node]
        asked.append(giver if isinstance(fact, CourseDone) else f"{say_fact(fact)} from {giver}")
    if len(asked) > 2 * NAMED:
        between = f"which leads through {len(asked) - NAMED - 1:,} more courses back to {names[0]}"
        return " ".join([names[0], "needs", " which needs ".join(asked[:NAMED]), between])
    return f"{names[0]} needs {' which needs '.join(asked)}"


def say_cause(net: Net, builder: NetBuilder, cause: Ring | int) -> str:
    """A root cause in a sentence: the ring that nobody can enter, or the fact that no course gives."""
    if isinstance(cause, Ring):
        return say_ring(net, cause)
    fact = net.facts[cause]
    if isinstance(fact, CourseDone):
        return f"there is no course '{fact.course}'"
    highest = builder.highest_grant(fact.competency)
    return f"no course grants '{fact.competency}'" + (f" above level {highest}" if highest else "")
