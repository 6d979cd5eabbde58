"""Figures of promotions tell of nobody: no row, and no sum or difference of rows, rests on few people or few raters."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.judging.adverse_impact import Counts, ratios
from lms.engine.judging.fairness import RATERS, Decided, Row, tables
from lms.engine.small_numbers import LEAST

DIMENSIONS = ("team", "role", "site")


@st.composite
def people(draw: st.DrawFn) -> list[Decided]:
    """Up to 40 people with a case each, in a few teams, roles and sites of very different sizes."""
    one = st.builds(
        lambda rater, team, role, site: Decided(
            rater=rater,
            days=rater,
            approved=bool(rater % 2),
            overridden=False,
            groups={"team": f"t{min(team)}", "role": f"r{min(role)}", "site": f"s{site}"},
        ),
        st.integers(1, 5),
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.integers(0, 2), st.integers(0, 2)),
        st.integers(0, 1),
    )
    return draw(st.lists(one, max_size=40))


def members(decided: list[Decided], name: str, row: Row) -> frozenset[int]:
    return frozenset(place for place, one in enumerate(decided) if one.groups[name] in row.groups)


def tells_of_few(decided: list[Decided], some: frozenset[int]) -> bool:
    return bool(some) and (len(some) < LEAST or len({decided[one].rater for one in some}) < RATERS)


@given(people())
@settings(max_examples=60, deadline=None)
def test_no_row_and_no_difference_of_rows_of_two_tables_tells_of_few(decided: list[Decided]) -> None:
    shown = tables(decided, DIMENSIONS)
    rows = {name: [members(decided, name, row) for row in found] for name, found in shown.items()}
    everybody = frozenset(range(len(decided)))
    for name, cells in rows.items():
        assert frozenset().union(*cells) == everybody
        assert sum(row.people for row in shown[name]) == len(decided)
        assert not [cell for cell in cells if tells_of_few(decided, cell)]
    for first, second in combinations(rows, 2):
        for taken in product((False, True), repeat=len(rows[first])):
            one = frozenset().union(*(cell for cell, in_it in zip(rows[first], taken, strict=True) if in_it))
            for also in product((False, True), repeat=len(rows[second])):
                other = frozenset().union(*(cell for cell, in_it in zip(rows[second], also, strict=True) if in_it))
                assert not tells_of_few(decided, one ^ other)


def test_a_team_too_small_to_be_shown_stands_with_others_and_is_not_found_through_its_site() -> None:
    def some(count: int, team: str, site: str) -> list[Decided]:
        groups = {"team": team, "site": site}
        return [Decided(rater=n % 4, days=n, approved=True, overridden=False, groups=groups) for n in range(count)]

    decided = [*some(12, "a", "north"), *some(3, "b", "north"), *some(9, "c", "south")]
    shown = tables(decided, ["team", "site"])
    assert [row.people for row in shown["site"]] == [15, 9]
    assert [row.people for row in shown["team"]] == [24]  # 15 of the north less 12 of a would tell of the three of b


def test_a_ratio_is_told_with_its_interval_and_of_no_small_group() -> None:
    found = ratios([
        Counts(group="few", applied=4, selected=4),
        Counts(group="a", applied=50, selected=25),
        Counts(group="b", applied=50, selected=0),
    ])  # fmt: skip
    assert [(one.counts.group, one.ratio, one.under, one.low) for one in found] == [
        ("a", 1.0, False, None),
        ("b", 0.0, True, None),
    ]
    assert ratios([Counts(group="a", applied=50, selected=0)]) == ()
