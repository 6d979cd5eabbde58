"""A time limit: how much is left of it. The engine's only look at a clock, and none of its answers say what it read."""

from __future__ import annotations

import time


class Deadline:
    """So many seconds from now; without a number, never."""

    def __init__(self, seconds: float | None = None) -> None:
        self._until = None if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float | None:
        """Seconds left, at least 0; None when there is no limit."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    @property
    def passed(self) -> bool:
        """Is the time up?"""
        return self.left == 0
