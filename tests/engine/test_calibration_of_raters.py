"""Calibration over random ratings: guards hold, a milder rater is as much higher as they are milder; and who asks whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.engine.judging.calibration_of_raters import Given, calibrate
from lms.engine.judging.peers import colleagues_asked

RATINGS = st.lists(
    st.builds(
        Given,
        rater=st.integers(1, 5),
        person=st.integers(4, 14),
        competency=st.sampled_from("ab"),
        level=st.integers(0, 4),
        compared=st.booleans(),
    ),
    unique_by=lambda one: (one.rater, one.person, one.competency),
    max_size=60,
)


@settings(max_examples=60)
@given(RATINGS)
def test_nothing_is_told_of_few_people_or_against_few_raters_and_order_does_not_matter(rows: list[Given]) -> None:
    found = calibrate(rows)
    assert found == calibrate(rows[::-1])
    for use in found.raters:
        mine = [one for one in rows if one.rater == use.rater and one.compared and one.person != one.rater]
        people = {one.person for one in mine}
        others = {one.rater for one in rows if one.compared and one.rater not in {use.rater, one.person}}
        assert use.people == (len(people) if len(people) >= 5 else None)
        if use.people is None:
            assert (use.above_site, use.above_others, use.spread) == (None, None, None)
        if len(others) < 3:
            assert use.above_site is None


@settings(max_examples=60)
@given(RATINGS, st.integers(1, 3))
def test_who_rates_so_much_higher_is_so_much_above_and_spreads_no_more(rows: list[Given], more: int) -> None:
    before = {use.rater: use for use in calibrate(rows).raters}
    assume(1 in before)
    raised = [replace(one, level=one.level + more) if one.rater == 1 and one.compared else one for one in rows]
    after = {use.rater: use for use in calibrate(raised).raters}[1]
    for name in ("above_site", "above_others"):
        was, now = getattr(before[1], name), getattr(after, name)
        assert now == (None if was is None else pytest.approx(was + more))
    assert after.spread == (None if before[1].spread is None else pytest.approx(before[1].spread))


@settings(max_examples=60)
@given(st.sets(st.integers(1, 99), max_size=12), st.integers(0, 8), st.integers(0, 50))
def test_everybody_is_asked_about_as_many_as_are_asked_about_them_and_never_about_themselves(
    group: set[int], each: int, turn: int
) -> None:
    found = colleagues_asked(list(group), each, turn)
    many = min(each, len(group) - 1)
    assert set(found) == (group if many >= 3 else set())
    for person, asked in found.items():
        assert person not in asked
        assert len(set(asked)) == len(asked) == many
    assert set(Counter(one for asked in found.values() for one in asked).values()) <= {many}
