"""Work done apart: in a fresh fork of this process, with a clock inside and a limit outside.

A fork of a process that has imported and loaded but never solved is what *cold* means here. It also keeps what one
measurement leaves behind (warm solvers, memory) out of the next one, and a solver that does not come back can be ended.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from statistics import median
from typing import NamedTuple

FORK = multiprocessing.get_context("fork")


class Timed[T](NamedTuple):
    """What the work returned and the seconds it took, by the clock on the wall."""

    seconds: float
    value: T
