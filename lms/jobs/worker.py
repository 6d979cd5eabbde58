"""The worker: does what is due, one job after another, until it is told to stop.

Between jobs it shows that it lives, looks at the clock, and seals the audit. A database that fails is waited for; no
error ends the loop. When `stop` is set it ends its job (a long one is given back) and takes its name off the list.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Event

from flask import Flask
from sqlalchemy.exc import DBAPIError

from lms.errors import Busy
from lms.jobs.carrier import BELL, Bell
from lms.jobs.doing import Clock, Terms, do_next
from lms.jobs.handlers import HANDLERS
from lms.jobs.housekeeping import Housekeeping
from lms.jobs.work import Handler

LOG = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
POLL = 1.0
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 30.0


def utc_now() -> datetime:
    """The present moment: the only clock of the background work."""
    return datetime.now(UTC)


def default_name() -> str:
    """The machine and the process, which tells workers apart."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run(
    app: Flask,
    *,
    stop: Event | None = None,
    lease: timedelta = LEASE,
    poll: float = POLL,
    once: bool = False,
    name: str | None = None,
    clock: Clock = utc_now,
    handlers: Mapping[str, Handler] = HANDLERS,
    bell: Bell = BELL,
) -> int:
    """Work until `stop` is set (`once`: until nothing is due) and say how many jobs were begun.

    `poll` is the longest time in seconds between two looks into the table while there is nothing to do; a job that was
    asked for in this process is begun at once.
    """
    stop = stop or Event()
    terms = Terms(lease=lease, clock=clock, handlers=handlers, stop=stop)
    house = Housekeeping(app, name or default_name(), clock)
    done, idle, trouble = 0, SHORTEST_PAUSE, SHORTEST_PAUSE
    while not stop.is_set():
        heard = bell.rung
        try:
            house.turn(at_once=once and not done)
            busy = do_next(app, terms)
        except (DBAPIError, Busy) as error:
            LOG.warning("the database failed (%s); trying again in %.1f s", type(error).__name__, trouble)
            stop.wait(trouble)
            trouble = min(trouble * 2, LONGEST_PAUSE)
            continue
        trouble = SHORTEST_PAUSE
        if busy:
            done, idle = done + 1, SHORTEST_PAUSE
            continue
        if once:
            break
        idle = SHORTEST_PAUSE if bell.wait(heard, idle, stop) else min(idle * 2, poll)
    house.leave()
    return done
