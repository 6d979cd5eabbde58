"""`lms worker`: paths, mail and what falls due, until it is told to stop."""

from __future__ import annotations

import gc
import signal
import sys
from argparse import Namespace
from threading import Event
from types import FrameType

from lms.cli.site import MakeSite, reading
from lms.cli.words import counted


def run(call: Namespace, site: MakeSite) -> int:
    """Work until Ctrl-C or SIGTERM; with --once until nothing is due. What was made until then lives as long as the
    worker does, so the garbage collector leaves it out, as in `lms serve`.
    """
    made = site()
    app = made.app()
    stop = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with reading(app):  # refuses, with a sentence, a database that cannot be worked on
            gc.collect()
            gc.freeze()
            begun = made.work(app, stop, once=call.once)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    sys.stdout.write(f"{counted(begun, 'job')} begun\n")
    return 0
