"""What the spread of likely days rests on, in words: for the card with the date, and in a table beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from flask_babel import gettext, ngettext

LEVELS = ("own", "team", "site")


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitShown:
    """One habit: what it is, its samples at each of LEVELS, and the per cent of draws from each and from the plan."""

    title: str
    samples: tuple[int, ...]
    shares: tuple[int, ...]
    plan: int


def habits_shown(basis: Mapping[str, Any]) -> tuple[HabitShown, ...]:
    """The habits of a basis as `outlook.basis` tells it, each a line of a table."""
    waits = basis["waits"]
    return (
        _shown(gettext("Hours done of hours planned"), basis["ratios"]),
        _shown(gettext("Waits for a manager's word"), waits["manager"]),
        _shown(gettext("Waits for a trainer's word"), waits["trainer"]),
        _shown(gettext("Booked sessions missed"), basis["misses"]),
    )


def _shown(title: str, counted: Mapping[str, Any]) -> HabitShown:
    up_to = [round(100 * share) for share in accumulate(counted["weights"][level] for level in LEVELS)]
    shares = tuple(after - before for before, after in pairwise((0, *up_to)))  # so that all of them make 100
    return HabitShown(
        title=title, samples=tuple(counted[level] for level in LEVELS), shares=shares, plan=100 - up_to[-1]
    )


def rests_on(basis: Mapping[str, Any] | None) -> str:
    """What the spread rests on, in one sentence."""
    every = [basis["ratios"], *basis["waits"].values(), basis["misses"]] if basis else []
    own, team, site = (sum(one[level] for one in every) for level in LEVELS)
    if not site:
        return gettext("Nothing is known yet of how long steps really take, so every date is the plan's own.")
    if not own:
        return ngettext(
            "The spread rests on %(num)s past step of others here.",
            "The spread rests on %(num)s past steps of others here.",
            site,
        )
    if team > own:
        return gettext(
            "The spread rests on %(own)s past steps of this person, %(team)s of the team and %(site)s of everybody here.",
            own=own,
            team=team,
            site=site,
        )
    return gettext(
        "The spread rests on %(own)s past steps of this person and %(site)s of everybody here.", own=own, site=site
    )
