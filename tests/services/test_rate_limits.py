"""Tries are counted in the database, so that those that run side by side count, too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import TooMany
from lms.services.entry import rate_limits
from lms.services.entry.rate_limits import Limit
from lms.storage.accounts import Tries
from lms.storage.session import db, transaction
from tests.organisation import NOW

LIMIT = Limit(name="new-mail", most=10, seconds=100)
START = datetime.fromtimestamp(NOW.timestamp() // 100 * 100, NOW.tzinfo)
"""The beginning of a window."""


def passes(session: Session, at: datetime, whom: str = "dana") -> bool:
    try:
        rate_limits.spend(session, LIMIT, whom, key="key", now=at)
    except TooMany:
        return False
    return True


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_19_tries_side_by_side_pass_no_oftener_than_the_limit_says(app: Flask) -> None:
    def once(_number: int) -> bool:
        with app.app_context(), transaction(db.session) as unit:
            return passes(unit, after(10))

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(once, range(50))) == 10


def test_the_last_try_that_passes_is_told_apart(session: Session) -> None:
    told = [rate_limits.spend(session, LIMIT, "dana", key="key", now=START) for _ in range(10)]
    assert told == [False] * 9 + [True]


def test_each_is_counted_for_themselves(session: Session) -> None:
    assert sum(passes(session, START) for _ in range(12)) == 10
    assert passes(session, START, "somebody else")


def test_the_end_of_a_window_gives_no_second_helping(session: Session) -> None:
    assert sum(passes(session, after(99)) for _ in range(12)) == 10
    assert not passes(session, after(101))
    assert sum(passes(session, after(150)) for _ in range(12)) == 5
    assert sum(passes(session, after(310)) for _ in range(12)) == 10


def test_knocking_on_a_closed_door_does_not_keep_it_closed(session: Session) -> None:
    assert sum(passes(session, after(second)) for second in range(100)) == 10
    assert passes(session, after(125))


@pytest.mark.parametrize("at", [0, 50, 99])
def test_after_the_time_it_names_a_try_passes(session: Session, at: int) -> None:
    for _ in range(10):
        passes(session, after(at))
    with pytest.raises(TooMany) as refused:
        rate_limits.spend(session, LIMIT, "dana", key="key", now=after(at))
    assert not passes(session, after(at + refused.value.wait - 2))
    assert passes(session, after(at + refused.value.wait))


def test_the_time_it_names_holds_while_an_older_window_fades(session: Session) -> None:
    for _ in range(10):
        passes(session, after(99))
    for _ in range(3):
        assert passes(session, after(135))
    with pytest.raises(TooMany) as refused:
        rate_limits.spend(session, LIMIT, "dana", key="key", now=after(135))
    assert not passes(session, after(135 + refused.value.wait - 2))
    assert passes(session, after(135 + refused.value.wait))


def test_what_succeeded_is_given_back(session: Session) -> None:
    for _ in range(30):
        assert passes(session, START)
        rate_limits.give_back(session, LIMIT, "dana", key="key", now=START)


def test_old_counters_are_forgotten_and_those_that_weigh_are_not(session: Session) -> None:
    for limit in rate_limits.LIMITS:
        rate_limits.spend(session, limit, "dana", key="key", now=NOW)
    assert rate_limits.forget_old_tries(session, NOW) == 0
    assert rate_limits.forget_old_tries(session, NOW + timedelta(minutes=11)) == 6
    assert rate_limits.forget_old_tries(session, NOW + timedelta(days=2)) == 3
    assert session.scalars(select(Tries)).all() == []


def test_limits_have_names_of_their_own() -> None:
    names = [limit.name for limit in rate_limits.LIMITS]
    assert len(set(names)) == len(names)
    assert not any(one != other and other.startswith(f"{one}:") for one in names for other in names)
