"""The months in numbers: what each seller brought in against their quota, and what that makes of their team."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from statistics import fmean

from lms.engine.curriculum import OutcomeGate
from lms.engine.person import Outcome
from lms.services.demo.diary import Diary
from lms.services.demo.organisation import Duty, Member, Story
from lms.services.demo.world import World

OWN, TEAM = "quota-attainment", "team-quota-attainment"
SEASON = (0.86, 0.95, 1.12, 0.92, 0.98, 1.1, 0.88, 0.86, 1.1, 0.97, 1.0, 1.18)
"""January to December: quarter ends are good, summers are slow."""
RAMP = (0.35, 0.6, 0.8)
"""The first months of somebody new."""
REACHES = frozenset({Story.READY, Story.CLOSE, Story.WORD, Story.TIME, Story.WAITING})


def months_of(world: World, diary: Diary) -> list[date]:
    """The full months that somebody worked since the academy opened, as their first days."""
    month = max(world.begins, diary.hired)
    month = month if month.day == 1 else _next(month)
    last = diary.left or world.today
    found = []
    while _next(month) <= last:
        found.append(month)
        month = _next(month)
    return found


def _next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def own_figures(world: World, member: Member, diary: Diary) -> dict[date, Decimal]:
    """Quota attainment by month: talent, season, luck, and a ramp for who is new."""
    part = member.part
    assert part is not None
    draw = random.Random(f"figures:{world.seed}:{member.number}")
    talent = draw.gauss(0.97, 0.13)
    months = months_of(world, diary)
    new = max(0, len(RAMP) if diary.hired >= world.begins else 0)
    raw = [
        max(0.1, talent * SEASON[month.month - 1] * draw.gauss(1, 0.11) * (RAMP[place] if place < new else 1))
        for place, month in enumerate(months)
    ]
    scale = _scale(world, part.targets, part.story, raw, draw)
    return {month: Decimal(f"{value * scale:.2f}") for month, value in zip(months, raw, strict=True)}


def _scale(world: World, targets: tuple[str, ...], story: Story, raw: list[float], draw: random.Random) -> float:
    """How much better or worse somebody has to be for their story: over the target's gate, or not yet."""
    gates = [gate for target in targets for gate in world.curriculum.role_by_id[target].gates]
    for gate in gates:
        if not isinstance(gate, OutcomeGate) or gate.metric != OWN or len(raw) < gate.months:
            continue
        mean, asked = fmean(raw[-gate.months :]), float(gate.at_least)
        if story in REACHES:
            return max(1.0, (asked + draw.uniform(0.03, 0.12)) / mean)
        if story is Story.QUOTA:
            return (asked - draw.uniform(0.05, 0.14)) / mean
    return 1.0


def reckon(world: World, diaries: Mapping[int, Diary]) -> None:
    """Write the months into the diaries: reps' own, and for who manages a team the mean of its reps."""
    organisation = world.organisation
    figures: dict[int, dict[date, Decimal]] = {}
    for member in organisation.having(Duty.REP):
        figures[member.number] = own = own_figures(world, member, diaries[member.number])
        diaries[member.number].outcomes += [Outcome(metric=OWN, month=month, value=own[month]) for month in own]
    for place in organisation.selling:
        unit = organisation.units[place]
        months = sorted({month for number in organisation.reps.get(place, ()) for month in figures[number]})
        for month in months:
            manager = unit.manager_on(month)
            if month not in months_of(world, diaries[manager]):
                continue
            reps = [figures[number][month] for number in organisation.reps[place] if month in figures[number]]
            mean = Decimal(f"{fmean(map(float, reps)):.2f}")
            diaries[manager].outcomes.append(Outcome(metric=TEAM, month=month, value=mean))
