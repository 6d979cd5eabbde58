"""Whether figures tell of few people, held against the definition: taking few people out must leave the rank as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.judging.rows_tied import tied
from lms.engine.judging.subtraction import told_of_few
from lms.engine.small_numbers import LEAST, RATERS

Rows = Sequence[Sequence[object]]


def rank(rows: Rows) -> int:
    """How many independent figures there are, in exact arithmetic."""
    keys = sorted({key for one in rows for key in enumerate(one)}, key=repr)
    left = [[Fraction(one[table] == row) for table, row in keys] for one in rows]
    found = 0
    for column in range(len(keys)):
        pivot = next((line for line in left if line[column]), None)
        if pivot is None:
            continue
        found += 1
        left = [
            [value - line[column] / pivot[column] * other for value, other in zip(line, pivot, strict=True)]
            for line in left
            if line is not pivot
        ]
    return found


def tells_of(rows: Rows, some: Iterable[int]) -> bool:
    """Does some combination of the figures rest on nobody but these people?"""
    out = set(some)
    return rank([one for place, one in enumerate(rows) if place not in out]) < rank(rows)


def sets_of_few(rows: Rows, raters: Sequence[int]) -> Iterable[Sequence[int]]:
    """The sets that are too few: of one to four people, or of all about whom two raters decided.

    Whoever stands in the same rows is told of together or not at all, which spares most sets of four.
    """
    same: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        same[tuple(one)].append(place)
    light = [some for some in same.values() if len(some) < LEAST]
    for count in range(1, LEAST):
        for parts in combinations(light, count):
            if sum(map(len, parts)) < LEAST:
                yield [one for some in parts for one in some]
    for pair in combinations(sorted(set(raters)), RATERS - 1):
        yield [place for place, one in enumerate(raters) if one in pair]


@st.composite
def organisations(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[int]]:
    """Up to eleven people in up to four tables of two rows or three, and who decided about each."""
    tables = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    one = st.tuples(*(st.integers(0, most - 1) for most in tables))
    rows = draw(st.lists(one, min_size=5, max_size=11))
    return rows, draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))


@given(organisations())
@settings(max_examples=25, deadline=None)
def test_what_is_found_is_told_of_and_where_nothing_is_found_no_few_are(
    found: tuple[list[tuple[int, ...]], list[int]],
) -> None:
    rows, raters = found
    told = told_of_few(rows, raters)
    for some in told:
        assert len(some) < LEAST or len({raters[one] for one in some}) < RATERS
        assert tells_of(rows, some)
    if not told:
        assert not [some for some in sets_of_few(rows, raters) if tells_of(rows, some)]


def test_three_tables_tell_of_somebody_whom_no_two_of_them_do() -> None:
    rows = [corner for corner in ((1, 1, 0), (1, 0, 1), (0, 1, 1)) for _ in range(6)] + [(1, 1, 1)]
    raters = [place % 5 for place in range(len(rows))]
    for two in ((0, 1), (0, 2), (1, 2)):
        assert not told_of_few([[one[table] for table in two] for one in rows], raters)
    assert told_of_few(rows, raters) == [frozenset({18})]  # the ones of each table together, less twice everybody


def test_rows_are_tied_only_where_neither_four_people_nor_two_raters_stand_in_every_pair() -> None:
    rows = [(team,) for team in "ab" for _ in range(5)]
    assert set(tied(rows, list(range(10)))) == {("a",)}
    assert len(set(tied(rows[1:], list(range(10))))) == 2
    assert len(set(tied(rows, [1, 1, 1, 2, 2, *range(5)]))) == 2
