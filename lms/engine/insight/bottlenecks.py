"""Bottlenecks: the courses without which most of a curriculum is out of reach, and how many people's paths lead through.

The blocking factor of curricular analytics counts what hangs below a course (Heileman et al., "Curricular analytics",
2018). With alternatives that overstates it, so what counts here is what nobody reaches without the course: of which it
is a landmark, from nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.engine.insight.ways import Way
from lms.engine.mending.rings import Whole
from lms.engine.search.bitsets import UNREACHABLE
from lms.engine.search.landmarks import landmarks
from lms.engine.search.net import Net
from lms.engine.small_numbers import told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """A course, and what nobody who starts from nothing reaches without it: other courses, requirements of roles.

    `people` have it on their path (None for fewer than five).
    """

    course: str
    courses: int
    requirements: int
    roles: tuple[str, ...]
    people: int | None


def on_paths(ways: Iterable[Way]) -> Counter[str]:
    """On how many paths each course is, renewals included."""
    return Counter(course for way in ways for course in {step.course for step in way.steps})


def bottlenecks(whole: Whole, people: Mapping[str, int]) -> tuple[Bottleneck, ...]:
    """The courses that hold up anything at all, the most courses and requirements first; `people` as of `on_paths`.

    >>> from lms.engine.curriculum import Course, Curriculum, Role
    >>> from lms.engine.requirement import CourseDone
    >>> from lms.engine.mending.rings import whole
    >>> first = Course(id="first", title="First", hours=1, renewal_hours=1)
    >>> then = Course(id="then", title="Then", hours=1, renewal_hours=1, requires=CourseDone("first"))
    >>> role = Role(id="rep", title="Rep", requires=CourseDone("then"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(then, first), roles=(role,))
    >>> [(one.course, one.courses, one.requirements) for one in bottlenecks(whole(made), {})]
    [('first', 1, 1), ('then', 0, 1)]
    """
    net, marks = whole.net, landmarks(whole.net, nodes=())
    courses = Counter(
        other for number, bits in enumerate(marks.of_course) for other in marks.courses(bits) if other != number
    )
    requirements: Counter[int] = Counter()
    roles: dict[int, list[str]] = {}
    for role, node in zip(whole.curriculum.roles, net.wanted, strict=True):
        items = [marks.of_node[item] for item in _top(net, node)]
        needed = Counter(number for bits in items if bits != UNREACHABLE for number in marks.courses(bits))
        requirements.update(needed)
        for number in needed:
            roles.setdefault(number, []).append(role.id)
    found = [
        Bottleneck(
            course=course.id,
            courses=courses[number],
            requirements=requirements[number],
            roles=tuple(roles.get(number, ())),
            people=told_of(people.get(course.id, 0)),
        )
        for number, course in enumerate(net.courses)
        if courses[number] or requirements[number]
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.courses - one.requirements, -people.get(one.course, 0), one.course))
    )


def _top(net: Net, node: int) -> tuple[int, ...]:
    """The top-level items of a role's requirement: those of an outermost all-of, else the requirement itself."""
    if node >= len(net.facts):
        group = net.groups[node - len(net.facts)]
        if group.n == len(group.items):
            return group.items
    return (node,)
