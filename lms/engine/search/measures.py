"""How the courses of a curriculum hang on each other: blocking and delay factors, critical chains, what opens what.

The *blocking factor* of a course is the number of courses it blocks, its *delay factor* the number of courses on the
longest chain of prerequisites through it: Heileman, Abdallah, Slim and Hickman, "Curricular Analytics: A Framework for
Quantifying the Impact of Curricular Reforms and Pedagogical Innovations", 2018. They are defined there for
prerequisites that all have to hold. Here they are generalised to alternatives by landmarks: y is an *unavoidable
prerequisite* of x when nobody, starting from nothing, can take x without having taken y. Where every requirement is an
all-of of courses the definitions agree. *Instead of:* counting paths of the prerequisite graph, where an alternative
that nobody has to take would block as much as a course that everybody needs.

All of it is from nothing and for the whole curriculum: what a person already holds is another question.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lms.engine.curriculum import Curriculum
from lms.engine.search.bitsets import UNREACHABLE, positions, tally
from lms.engine.search.landmarks import Landmarks, landmarks
from lms.engine.search.net import Net, NetBuilder


@dataclass(frozen=True, slots=True)
class Chain:
    """Courses of which each is unavoidable for the next, and their hours together (in hundredths)."""

    courses: tuple[str, ...]
    hours: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The longest chain of unavoidable prerequisites through a course: by number of courses, and by hours.

    The two may be different chains; hours are in hundredths.
    """

    courses: int
    hours: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Ids of courses and roles, each in the curriculum's order."""

    courses: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Measures:
    """The measures of one curriculum, each computed when first asked for and kept.

    What is said of a course is None where it cannot be reached from nothing: anything would be true of it.
    """

    curriculum: Curriculum

    @cached_property
    def net(self) -> Net:
        """The whole curriculum as a net; `wanted` are the roles' requirements, in order."""
        return NetBuilder(self.curriculum).net([role.requires for role in self.curriculum.roles], whole=True)

    @cached_property
    def landmarks(self) -> Landmarks:
        """The unavoidable courses of everything, from nothing."""
        return landmarks(self.net, nodes=())

    @cached_property
    def direct(self) -> list[list[int]]:
        """Course -> its nearest unavoidable prerequisites, by number: those that are not one of another of them.

        The transitive reduction of *unavoidable prerequisite*, so each list stays short.
        """
        found = self.landmarks
        nearest: list[list[int]] = []
        for course, bits in enumerate(found.of_course):
            left = 0 if bits == UNREACHABLE else bits ^ found.course_bit[course]
            nearest.append([])
            while left:  # the highest bit is reached last, so no other course left needs it
                last = found.marks[left.bit_length() - 1]
                nearest[-1].append(last)
                left &= ~found.of_course[last]
        return nearest

    @cached_property
    def _blocked(self) -> list[int]:
        """Position of a bit -> how many courses have it as a landmark, themselves included."""
        found = self.landmarks
        counts = [0] * len(found.marks)
        for place, digit in enumerate(tally(bits for bits in found.of_course if bits != UNREACHABLE)):
            for position in positions(digit):
                counts[position] += 1 << place
        return counts

    def blocking_factor(self, course: str) -> int | None:
        """How many other courses nobody can take without this one.

        >>> from lms.engine.curriculum import Course
        >>> from lms.engine.requirement import CourseDone
        >>> first = Course(id="first", title="First", hours=100, renewal_hours=100)
        >>> then = Course(id="then", title="Then", hours=200, renewal_hours=200, requires=CourseDone("first"))
        >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(first, then), roles=())
        >>> Measures(made).blocking_factor("first"), Measures(made).delay_factor("first")
        (1, Delay(courses=2, hours=300))
        """
        bit = self.landmarks.course_bit[self.net.course_index[course]]
        return self._blocked[bit.bit_length() - 1] - 1 if bit else None

    @cached_property
    def _below(self) -> list[tuple[int, int]]:
        """Course -> the longest chain that ends in it, as (courses, hours), each the most there is."""
        longest = [(0, 0)] * len(self.net.courses)
        for course in self.landmarks.marks:  # in an order in which they can be taken
            before = [longest[other] for other in self.direct[course]]
            longest[course] = self._extended(course, before)
        return longest

    @cached_property
    def _above(self) -> list[tuple[int, int]]:
        """Course -> the longest chain that begins with it, as (courses, hours), each the most there is."""
        after: list[list[tuple[int, int]]] = [[] for _ in self.net.courses]
        longest = [(0, 0)] * len(self.net.courses)
        for course in reversed(self.landmarks.marks):
            longest[course] = self._extended(course, after[course])
            for other in self.direct[course]:
                after[other].append(longest[course])
        return longest

    def _extended(self, course: int, chains: list[tuple[int, int]]) -> tuple[int, int]:
        count = max((count for count, _ in chains), default=0)
        hours = max((hours for _, hours in chains), default=0)
        return count + 1, hours + self.net.courses[course].hours

    def delay_factor(self, course: str) -> Delay | None:
        """How long the longest chain of unavoidable prerequisites through this course is."""
        number = self.net.course_index[course]
        if not self.landmarks.course_bit[number]:
            return None
        (below, below_hours), (above, above_hours) = self._below[number], self._above[number]
        return Delay(below + above - 1, below_hours + above_hours - self.net.courses[number].hours)

    def critical_chain(self, *, course: str | None = None, role: str | None = None) -> Chain | None:
        """The chain with the most hours among the courses that are unavoidable up to a course or a role.

        It ends in the course itself. No calendar can be shorter than the chain; None when the target is unreachable.
        """
        found = self.landmarks
        if course is not None:
            bits = found.of_course[self.net.course_index[course]]
        else:
            places = {known.id: place for place, known in enumerate(self.curriculum.roles)}
            bits = found.of_node[self.net.wanted[places[role or ""]]]
        return None if bits == UNREACHABLE else self._longest(found.courses(bits))

    def _longest(self, among: list[int]) -> Chain:
        chain: list[int] = []
        while among:
            last = max(among, key=lambda course: (self._below[course][1], -course))
            chain.append(last)
            among = self.direct[last]
        ids = tuple(self.net.courses[course].id for course in reversed(chain))
        return Chain(ids, sum(self.net.courses[course].hours for course in chain))

    def opens(self, course: str) -> Opened:
        """What a course opens directly: the courses and roles whose requirement names something that it gives.

        It gives that it is done and, of the levels it grants, each with all lower ones. Not everything it opens can
        be taken on the strength of this course alone.
        """
        net = self.net
        waiting = list(net.gives[net.course_index[course]])
        seen = set(waiting)
        while waiting:
            for group in net.parents[waiting.pop()]:
                node = len(net.facts) + group
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
        courses = sorted({other for node in seen for other in net.unlocks[node]} - {net.course_index[course]})
        roles = [role.id for role, node in zip(self.curriculum.roles, net.wanted, strict=True) if node in seen]
        return Opened(tuple(net.courses[other].id for other in courses), tuple(roles))
