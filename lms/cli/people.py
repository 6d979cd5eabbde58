"""A file of people, one document a line: read within bounded memory, with a progress bar for whoever waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from lms.errors import Invalid, Problem
from lms.interop.reading.source import LIMIT


class Line(NamedTuple):
    """A line of the file of people, counted from 1."""

    number: int
    data: bytes


def read_lines(path: Path) -> Iterator[Line]:
    """The lines that are not blank. Of one that is too long only the beginning is kept; it is refused as too large."""
    try:
        with path.open("rb") as file:
            for number in count(1):
                data = file.readline(LIMIT + 1)
                if not data:
                    return
                while len(data) > LIMIT and not (rest := file.readline(LIMIT)).endswith(b"\n") and rest:
                    pass
                if data.strip():
                    yield Line(number, data)
    except OSError as refused:
        raise Invalid(Problem(f"cannot be read: {refused.strerror}", str(path))) from refused


@contextmanager
def progress(path: Path, doing: str) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while it is a terminal and the file's size is known; says how many bytes were answered."""
    console = Console(stderr=True)
    if not console.is_terminal or not path.is_file():
        yield lambda _size: None
        return
    with Progress(TextColumn(doing), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(doing, total=path.stat().st_size)
        yield lambda size: bar.advance(task, size)
