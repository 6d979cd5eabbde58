"""What every solution must contain: the landmarks of each node and course of a net, and the chain that makes them so.

A *landmark* of a goal is a fact or a course without which the goal cannot be reached, whatever the order and the
choice. The set of landmarks is the greatest fixpoint of four equations on bitsets: a course has itself and the
landmarks of its requirement; a fact has itself and what all of its givers share; what is owned has none; and x is a
landmark of a group of which n items must hold when fewer than n of them can hold without x (so *all* is the union and
*any* the intersection). They say, fact by fact, the opposite of forward chaining, so the result is not a bound but
exact: x is a landmark of a goal if and only if chaining forward without x stops short of it.

Sources: Keyder, Richter and Helmert, "Sound and complete landmarks for AND/OR graphs", ECAI 2010; the at-least-n
counter and the levels (nobody holds level 3 without level 2) are the same argument. *Instead of:* one forward
chaining for each course, which is the definition and is what the tests compare with.

Landmarks hold from one set of owned facts. Never carry them over to a person who owns other facts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lms.engine.competency import Attainment
from lms.engine.requirement import CourseDone
from lms.engine.search.bitsets import UNREACHABLE, shared
from lms.engine.search.net import Net
from lms.engine.search.unavoidable import Landmarks, Link

__all__ = ["Landmarks", "Link", "landmarks"]


def landmarks(
    net: Net, owned: Iterable[int] = (), *, nodes: Iterable[int] | None = None, courses: Iterable[int] | None = None
) -> Landmarks:
    """The landmarks of every node and course of the net, from the owned facts.

    `nodes` and `courses` say what may stand in the answer: by default every fact and every course. Groups may be
    named too. Asking for less is faster, and on a whole catalogue takes far less memory (a bit for each thing asked
    about, in each node).

    >>> from lms.engine.curriculum import Course, Curriculum
    >>> from lms.engine.search.net import NetBuilder
    >>> from lms.engine.requirement import CourseDone, any_of
    >>> def course(name, requires):
    ...     return Course(id=name, title=name, hours=200, renewal_hours=200, requires=requires)
    >>> basics = course("basics", any_of([CourseDone("intro")]))
    >>> either = any_of([CourseDone("left"), CourseDone("right")])
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), roles=(), courses=(
    ...     Course(id="intro", title="intro", hours=100, renewal_hours=100), basics,
    ...     course("left", CourseDone("basics")), course("right", CourseDone("basics"))))
    >>> found = landmarks(NetBuilder(made).net([either]))
    >>> [found.net.courses[c].id for c in found.of_goal()], found.cost_bound()
    (['intro', 'basics'], 300)
    """
    asked = range(len(net.facts)) if nodes is None else nodes
    return _Fixpoint(net, owned, asked, range(len(net.courses)) if courses is None else courses).run()


class _Fixpoint:
    """Everything starts at all ones, and shrinks as a worklist finds ways to do without.

    Entities are nodes and, after them, courses. A fact takes in one changed giver at a time; groups and courses wait
    in the worklist, first in, first out, and are computed again. A thing gets its bit when it is first reached.
    """

    def __init__(self, net: Net, owned: Iterable[int], nodes: Iterable[int], courses: Iterable[int]) -> None:
        self.net = net
        self.nodes = len(net.facts) + len(net.groups)
        self.of_node = [UNREACHABLE] * self.nodes
        self.of_course = [UNREACHABLE] * len(net.courses)
        self.node_bit = [0] * self.nodes
        self.course_bit = [0] * len(net.courses)
        self.marks: list[int] = []
        self.asked = bytearray(self.nodes + len(net.courses))
        for node in nodes:
            self.asked[node] = 1
        for course in courses:
            self.asked[self.nodes + course] = 1
        self.own = [0] * (self.nodes + len(net.courses))
        self.lacking = [group.n for group in net.groups]
        self.queue: deque[int] = deque()
        self.waits = bytearray(self.nodes + len(net.courses))
        for node in owned:
            self.of_node[node] = self.asked[node] = 0
        for number, group in enumerate(net.groups):
            if group.n <= 0:
                self.of_node[len(net.facts) + number] = 0

    def run(self) -> Landmarks:
        for node in range(self.nodes):
            if self.of_node[node] == 0:
                self._spread(node, first=True)
        first_group, nodes, queue, waits = len(self.net.facts), self.nodes, self.queue, self.waits
        while queue:
            entity = queue.popleft()
            waits[entity] = 0
            if entity >= nodes:
                self._course(entity - nodes)
            else:
                self._group(entity - first_group, entity)
        courses = 0
        for bit in self.course_bit:
            courses |= bit
        return Landmarks(
            net=self.net,
            of_node=self.of_node,
            of_course=self.of_course,
            node_bit=self.node_bit,
            course_bit=self.course_bit,
            marks=self.marks,
            all_courses=courses,
        )

    def _spread(self, node: int, *, first: bool) -> None:
        first_group, lacking = len(self.net.facts), self.lacking
        for number in self.net.parents[node]:
            if first:
                lacking[number] -= 1
            if lacking[number] <= 0:
                self._wake(first_group + number)
        for course in self.net.unlocks[node]:
            self._wake(self.nodes + course)

    def _wake(self, entity: int) -> None:
        if not self.waits[entity]:
            self.waits[entity] = 1
            self.queue.append(entity)

    def _course(self, course: int) -> None:
        before = self.of_course[course]
        if before == UNREACHABLE:
            self.own[self.nodes + course] = self._course_bits(course)
        now = self.of_node[self.net.needs[course]] | self.own[self.nodes + course]
        if now == before:
            return
        self.of_course[course] = now
        for fact in self.net.gives[course]:
            old = self.of_node[fact]
            if old == 0:
                continue
            if old == UNREACHABLE:
                self.own[fact] = self._fact_bits(fact)
            new = old & now | self.own[fact]
            if new != old:
                self.of_node[fact] = new
                self._spread(fact, first=old == UNREACHABLE)

    def _group(self, number: int, node: int) -> None:
        group = self.net.groups[number]
        old = self.of_node[node]
        if old == UNREACHABLE and self.asked[node]:
            self.own[node] = self._bit(node)
        new = shared([self.of_node[item] for item in group.items], group.n) | self.own[node]
        if new != old:
            self.of_node[node] = new
            self._spread(node, first=old == UNREACHABLE)

    def _course_bits(self, course: int) -> int:
        """The course itself, and that it is done: nobody takes it without having done it."""
        bits = 0
        if self.asked[self.nodes + course]:
            bits = self.course_bit[course] = 1 << len(self.marks)
            self.marks.append(course)
        done = self.net.fact_index.get(CourseDone(self.net.courses[course].id))
        return bits if done is None else bits | self._bit(done)

    def _fact_bits(self, node: int) -> int:
        """The fact itself and, of a competency, every lower level that somebody asks for."""
        fact = self.net.facts[node]
        if not isinstance(fact, Attainment):
            return self._bit(node)
        bits = 0
        for level, lower in self.net.levels[fact.competency]:
            if level <= fact.level:
                bits |= self._bit(lower)
        return bits

    def _bit(self, node: int) -> int:
        if not self.node_bit[node] and self.asked[node]:
            self.node_bit[node] = 1 << len(self.marks)
            self.marks.append(-1 - node)
        return self.node_bit[node]
