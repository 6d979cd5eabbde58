"""How often something may be tried: counted in the database, in one statement, before the try is looked at.

A window that slides: what was counted in the window before still weighs, by how much of it lies within the last
`seconds`. So nobody gets twice the tries around the end of a window. A refused try is not counted, so that a limit
that was reached opens again by itself however often somebody knocks; a try that succeeded is given back.
*Instead of:* reading a counter and writing it back, which parallel tries pass together; and a lock on the account,
which lets anybody shut anybody out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from lms.errors import TooMany, said
from lms.services.keyed import digest
from lms.storage.accounts import Tries
from lms.storage.bulk import insert_into

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many tries in so many seconds, for each of whatever they are counted for."""

    name: str
    most: int
    seconds: int


SIGN_IN_HERE = Limit(name="sign-in:account-and-address", most=10, seconds=5 * MINUTE)
SIGN_IN_ADDRESS = Limit(name="sign-in:address", most=50, seconds=5 * MINUTE)
SIGN_IN_ACCOUNT = Limit(name="sign-in:account", most=100, seconds=5 * MINUTE)
SIGN_IN_KNOWN = Limit(name="sign-in:known-browser", most=10, seconds=5 * MINUTE)
SECOND_FACTOR = Limit(name="second-factor", most=5, seconds=5 * MINUTE)
CONFIRM = Limit(name="confirm", most=10, seconds=5 * MINUTE)
RESET_ACCOUNT = Limit(name="reset:account", most=5, seconds=DAY)
RESET_ADDRESS = Limit(name="reset:address", most=20, seconds=HOUR)
NEW_MAIL = Limit(name="new-mail", most=5, seconds=DAY)
LIMITS = (
    SIGN_IN_HERE,
    SIGN_IN_ADDRESS,
    SIGN_IN_ACCOUNT,
    SIGN_IN_KNOWN,
    SECOND_FACTOR,
    CONFIRM,
    RESET_ACCOUNT,
    RESET_ADDRESS,
    NEW_MAIL,
)


def spend(session: Session, limit: Limit, *whom: str | int, key: str, now: datetime) -> bool:
    """Count one try of whom it is about; True when no further one will pass for now. Raises TooMany."""
    name, window, gone = _place(limit, whom, key, now)
    rows = session.execute(select(Tries.window, Tries.count).where(Tries.key == name, Tries.window >= window - 1))
    counted: dict[int, int] = {at: count for at, count in rows}  # noqa: C416 - rows are no pairs to the type checker
    before = counted.get(window - 1, 0)
    room = limit.most - math.ceil(before * (1 - gone / limit.seconds))
    count = _count(session, name, window, room) if room > 0 else None
    if count is None:
        raise TooMany(
            said("There were too many tries in a short time."),
            wait=_wait(limit, gone, before, counted.get(window, limit.most)),
        )
    return count == room


def give_back(session: Session, limit: Limit, *whom: str | int, key: str, now: datetime) -> None:
    """Take back a try that succeeded: limits are for those that fail."""
    name, window, _ = _place(limit, whom, key, now)
    session.execute(
        update(Tries).where(Tries.key == name, Tries.window == window, Tries.count > 0).values(count=Tries.count - 1)
    )


def forget_old_tries(session: Session, now: datetime) -> int:
    """Delete the counters that weigh nothing any more, and say how many."""
    stamp = int(now.timestamp())
    old = [and_(Tries.key.startswith(f"{limit.name}:"), Tries.window < stamp // limit.seconds - 1) for limit in LIMITS]
    return session.execute(delete(Tries).where(or_(*old))).rowcount  # type: ignore[attr-defined, no-any-return]


def _place(limit: Limit, whom: tuple[str | int, ...], key: str, now: datetime) -> tuple[str, int, float]:
    window, gone = divmod(now.timestamp(), limit.seconds)
    return f"{limit.name}:{digest(key, limit.name, *whom)}", int(window), gone


def _count(session: Session, name: str, window: int, room: int) -> int | None:
    counted = (
        insert_into(session, Tries)
        .values(key=name, window=window, count=1)
        .on_conflict_do_update(
            index_elements=["key", "window"], set_={"count": Tries.count + 1}, where=Tries.count < room
        )
        .returning(Tries.count)
    )
    return session.scalar(counted)


def _wait(limit: Limit, gone: float, before: int, count: int) -> int:
    """Seconds until the next try passes: in this window as the one before fades, else in the next."""
    spare = limit.most - 1 - count
    if before and spare >= 0:
        return max(1, math.ceil(limit.seconds * (1 - spare / before) - gone))
    spare = limit.most - 1
    return max(1, math.ceil(limit.seconds - gone + limit.seconds * max(0.0, 1 - spare / max(count, 1))))
