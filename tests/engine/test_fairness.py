"""Figures of promotions tell of nobody: whatever is worked out from all of them, small groups stay unknown."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.judging.adverse_impact import Counts, ratios
from lms.engine.judging.fairness import SPANS, Decided, Row, tables
from lms.engine.small_numbers import LEAST, RATERS
from tests.engine.test_subtraction import sets_of_few, tells_of

SITES = {"a": "north", "b": "north", "c": "south"}
DIMENSIONS = ("team", "site", "role")
FINEST = [{"team": team, "site": site, "role": role} for team, site in SITES.items() for role in "xy"]
Shown = Mapping[str, Sequence[Row]]


def a_case(group: Mapping[str, str], rater: int, *, approved: bool = False, overridden: bool = False) -> Decided:
    return Decided(rater=rater, days=rater, approved=approved, overridden=overridden, groups=group)


@st.composite
def organisations(draw: st.DrawFn, least: int, most: int) -> list[Decided]:
    """Some people with a case each, in three teams at two sites and two roles of very different sizes."""
    chance = draw(st.randoms(use_true_random=False))
    weights = [chance.choice([1, 2, 9]) for _ in FINEST]
    often = {what: chance.choice([0.05, 0.3, 0.7]) for what in ("approved", "overridden")}
    return [
        a_case(
            chance.choices(FINEST, weights)[0],
            chance.randint(1, 6),
            approved=chance.random() < often["approved"],
            overridden=chance.random() < often["overridden"],
        )
        for _ in range(chance.randint(least, most))
    ]


def stands_in(group: str, row: Row) -> bool:
    return not row.groups or group in row.groups


def rows_of(decided: Sequence[Decided], shown: Shown) -> list[tuple[object, ...]]:
    """For each person the rows they stand in."""
    return [
        tuple(next(row.groups for row in rows if stands_in(one.groups[name], row)) for name, rows in shown.items())
        for one in decided
    ]


@given(organisations(8, 30))
@settings(max_examples=20, deadline=None)
def test_every_table_is_whole_and_no_combination_of_figures_tells_of_few(decided: list[Decided]) -> None:
    shown = tables(decided, DIMENSIONS, {"team": "site"})
    rows = rows_of(decided, shown)
    for name, table in shown.items():
        assert sum(row.people for row in table) == len(decided)
        for row in table:
            deciders = {one.rater for one in decided if stands_in(one.groups[name], row)}
            assert row.people >= LEAST
            assert len(deciders) >= RATERS
            assert len(row.groups) < 2 or row.people > len(row.groups)
    raters = [one.rater for one in decided]
    assert not shown or not [some for some in sets_of_few(rows, raters) if tells_of(rows, some)]


def fillings(of: int, rest: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread so many people over so many groups."""
    if of == 1:
        yield (rest,)
        return
    for first in range(rest + 1):
        yield from ((first, *others) for others in fillings(of - 1, rest - first))


def fits(shown: Shown, counts: Sequence[int], what: str) -> bool:
    """Would this population have had the same figures?"""
    return all(
        getattr(row, what) in (None, sum(count for count, group in zip(counts, FINEST, strict=True) if stands_in(group[name], row)))
        for name, rows in shown.items()
        for row in rows
    )  # fmt: skip


def by_group(counts: Sequence[int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for count, group in zip(counts, FINEST, strict=True):
        for key in group.items():
            found[key] += count
    return found


@given(organisations(10, 13))
@settings(max_examples=25, deadline=None)
def test_of_all_populations_that_fit_the_figures_two_differ_in_every_small_group(decided: list[Decided]) -> None:
    shown = tables(decided, DIMENSIONS, {"team": "site"})
    if not shown:
        return
    here = {key for one in decided for key in one.groups.items()}
    named = {(name, group) for name, rows in shown.items() for row in rows for group in row.groups}
    small = {
        (name, group)
        for name, group in here
        if (some := [one for one in decided if one.groups[name] == group])
        and (len(some) < LEAST or len({one.rater for one in some}) < RATERS)
    }
    populations = [
        counts
        for counts in fillings(len(FINEST), len(decided))
        if fits(shown, counts, "people") and all(by_group(counts)[key] for key in named)
    ]
    for key in small:
        assert len({by_group(counts)[key] for counts in populations}) > 1
    for what in ("approved", "overridden"):
        if len({getattr(one, what) for one in decided}) < 2:
            continue  # of everybody alike, which the docstring says is told
        unknown = {key: set[int]() for key in small}
        for counts in populations:
            if all(len(found) > 1 for found in unknown.values()):
                break
            for outcome in product(*(range(count + 1) for count in counts)):
                if fits(shown, outcome, what):
                    totals = by_group(outcome)
                    for key, found in unknown.items():
                        found.add(totals[key])
        assert all(len(found) > 1 for found in unknown.values())


def test_a_team_too_small_to_be_shown_stands_with_one_of_its_site() -> None:
    def some(count: int, team: str) -> list[Decided]:
        group = {"team": team, "site": SITES[team]}
        return [a_case(group, n % 4, approved=bool(n % 2)) for n in range(count)]

    decided = [*some(12, "a"), *some(3, "b"), *some(9, "c")]
    shown = tables(decided, ["team", "site"])
    assert [row.people for row in shown["site"]] == [15, 9]
    assert [row.people for row in shown["team"]] == [15, 9]  # a alone would tell of the three of b


def test_one_person_overridden_is_not_found_where_the_rows_with_one_meet() -> None:
    crossed = [(team, role) for team in "abcd" for role in "xy"]
    decided = [
        a_case({"team": team, "role": role}, n, approved=n < 3, overridden=(team, role, n) == ("a", "x", 0))
        for team, role in crossed
        for n in range(4)
    ]
    shown = tables(decided, ["team", "role"])
    assert [row.people for row in shown["team"]] == [8, 8, 8, 8]
    assert [row.approved for row in shown["team"]] == [6, 6, 6, 6]
    told = [row.groups for name in ("team", "role") for row in shown[name] if row.overridden == 1]
    assert len(told) < 2  # team a and role x together are four people


def test_a_comfortable_organisation_sees_most_figures() -> None:
    chance = random.Random(7)
    decided = [
        Decided(
            rater=chance.randrange(12) + 12 * site,
            days=chance.randrange(40),
            approved=chance.random() < 0.7,
            overridden=chance.random() < 0.1,
            groups={
                "team": f"{site}-{chance.randrange(4)}",
                "site": str(site),
                "role": chance.choice("pqrs"),
                "working_time": chance.choice(["full", "full", "full", "part"]),
            },
        )
        for site in range(4)
        for _ in range(100)
    ]
    shown = tables(decided, ["team", "site", "role", "working_time"], {"team": "site"})
    assert {name: len(rows) for name, rows in shown.items()} == {"team": 16, "site": 4, "role": 4, "working_time": 2}
    rows = [row for table in shown.values() for row in table]
    assert None not in [number for row in rows for number in (row.approved, row.overridden)]
    assert {row.days for row in rows} <= {*SPANS, "over"}


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
