"""`lms plan … --format jsonl`: a person a line in, a path a line out, in order, on several processes.

Memory stays bounded: only a few batches of lines are under way at any time, and none is read before there is room for
it. Every line is planned by itself, so neither the number of processes nor the other lines change its bytes.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from lms.cli.people import Line, progress, read_lines
from lms.engine.curriculum import Curriculum
from lms.engine.path import Planner, Status
from lms.engine.price import Minimise
from lms.errors import Invalid, LmsError
from lms.interop.curriculum_file import digest
from lms.interop.path_document import path_text
from lms.interop.person_file import known_to, parse_person

BATCH = 32
BATCHES_AHEAD = 4  # for each process


class Answer(NamedTuple):
    """A line of output, how it ended, and how many bytes of input it answers."""

    text: str
    bad: bool
    blocked: bool
    size: int


@dataclass(frozen=True)
class Task:
    """What is the same for every line."""

    curriculum: Curriculum
    digest: str
    on: date
    roles: tuple[str, ...]
    minimise: Minimise
    time_limit: float | None


class Worker:
    """Plans lines one after another; nets and solvers are kept between them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.planner = Planner(task.curriculum)
        self.known = known_to(task.curriculum)

    def answer(self, line: Line) -> Answer:
        """The path for one line, or its error line."""
        task = self.task
        try:
            person = parse_person(line.data, self.known)
            path = self.planner.plan(
                person, task.on, roles=task.roles, minimise=task.minimise, time_limit=task.time_limit
            )
        except LmsError as refused:
            problems = refused.problems if isinstance(refused, Invalid) else ()
            said = "; ".join(problem.message for problem in problems) or str(refused)
            text = json.dumps({"error": said, "line": line.number}, ensure_ascii=False)
            return Answer(text, bad=True, blocked=False, size=len(line.data))
        text = path_text(path, task.digest)
        return Answer(text, bad=False, blocked=path.status is Status.BLOCKED, size=len(line.data))


def plan_lines(curriculum: Curriculum, call: Namespace, on: date, minimise: Minimise) -> int:
    """Plan every line; 2 when a line was bad, else 3 when a path is blocked, else 0."""
    task = Task(curriculum, digest(curriculum), on, tuple(call.roles), minimise, call.time_limit)
    bad = blocked = False
    write = sys.stdout.write
    with progress(call.person, "planning") as advance:
        for answer in _answers(task, read_lines(call.person), call.jobs):
            write(answer.text + "\n")
            bad, blocked = bad or answer.bad, blocked or answer.blocked
            advance(answer.size)
    return 2 if bad else 3 if blocked else 0


def _answers(task: Task, lines: Iterator[Line], jobs: int) -> Iterator[Answer]:
    if jobs == 1:
        yield from map(Worker(task).answer, lines)
        return
    under_way: deque[Future[list[Answer]]] = deque()
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(task,)) as pool:
        while batch := list(islice(lines, BATCH)):
            under_way.append(pool.submit(_answer_batch, batch))
            if len(under_way) >= jobs * BATCHES_AHEAD:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


_worker: Worker  # of this process, made once by _begin


def _begin(task: Task) -> None:
    global _worker  # noqa: PLW0603 - a process pool hands its initializer no other place
    _worker = Worker(task)


def _answer_batch(batch: list[Line]) -> list[Answer]:
    return [_worker.answer(line) for line in batch]
