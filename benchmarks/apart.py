"""Work done apart: in a fresh fork of this process, with a clock inside and a limit outside.

A fork of a process that has imported and loaded but never solved is what *cold* means here. It also keeps what one
measurement leaves behind (warm solvers, memory) out of the next one, and a solver that does not come back can be ended.
"""

from __future__ import annotations

import math
import multiprocessing
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from statistics import median
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
FORK = multiprocessing.get_context("fork")


class Timed(NamedTuple, Generic[T]):
    """What some work returned, and its seconds by the clock on the wall."""

    seconds: float
    value: T


class Failed(NamedTuple):
    """The work raised; its traceback as text."""

    trace: str


class WorkError(RuntimeError):
    """Work done apart raised an exception; the message is its traceback."""


class Apart(Generic[T]):
    """Work under way in a process of its own."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._answer, theirs = FORK.Pipe(duplex=False)
        self._process: ForkProcess = FORK.Process(target=_run, args=(work, theirs))
        self._process.start()
        theirs.close()

    def wait(self, limit: float | None = None) -> Timed[T] | None:
        """What it returned; None when it took longer than `limit` seconds. The process has ended then."""
        try:
            answer = self._answer.recv() if self._answer.poll(limit) else None
        except EOFError:
            answer = Failed("the process ended without an answer")
        finally:
            self._process.kill()
            self._process.join()
            self._answer.close()
        if isinstance(answer, Failed):
            raise WorkError(answer.trace)
        return answer


def _run(work: Callable[[], T], answer: Connection) -> None:
    try:
        begun = time.perf_counter()
        value = work()
        answer.send(Timed(time.perf_counter() - begun, value))
    except Exception:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        answer.send(Failed(traceback.format_exc()))


def apart(work: Callable[[], T], limit: float | None = None) -> Timed[T] | None:
    """Do the work in a fresh fork; None when it takes longer than `limit` seconds."""
    return Apart(work).wait(limit)


def certain(work: Callable[[], T]) -> Timed[T]:
    """Do the work in a fresh fork, however long it takes."""
    answer = Apart(work).wait()
    assert answer is not None, "there is no limit to pass"
    return answer


def repeated(work: Callable[[], T], runs: int, *, enough: float = 15.0) -> Timed[T]:
    """The median seconds of the work over so many fresh forks, with the last one's answer.

    Once `enough` seconds have been spent in all, it is not begun again.
    """
    answers = [certain(work)]
    while len(answers) < runs and sum(answer.seconds for answer in answers) < enough:
        answers.append(certain(work))
    return Timed(median(answer.seconds for answer in answers), answers[-1].value)


def percentile(seconds: Sequence[float], percent: float) -> float:
    """The smallest of the values that at least `percent` per cent of them do not exceed.

    >>> percentile([4, 1, 3, 2], 75)
    3
    """
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
