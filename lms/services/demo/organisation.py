"""Who works where in the demo organisation, what each of them aims at, and what kind of two years they have had."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle, islice

from lms.services.demo import names

DOMAIN = "demo.cairn.example"
FEWEST, USUAL, MOST = 24, 60, 5_000
TEAMS = 6
TEAM_SIZE = 10
TEAMS_OF_A_REGION = 6
HANDED_OVER = timedelta(days=40)
"""How long ago the leaver left."""


class Duty(StrEnum):
    """What somebody of the demo is there for."""

    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    TRAINER = "trainer"
    HEAD = "head"
    REGIONAL = "regional"
    MANAGER = "manager"
    LEAVER = "leaver"
    REP = "rep"


class Story(StrEnum):
    """How somebody's way has gone; what it has come to is read from the ledger, not from here."""

    READY = "ready"
    """Has done everything, and the gates are open."""
    CLOSE = "close"
    """One or two courses are left."""
    QUOTA = "quota"
    """Trained, but the numbers are not there yet."""
    WORD = "word"
    """Trained, and nobody has attested what the role asks for."""
    TIME = "time"
    """Trained, and too short in the role."""
    WAITING = "waiting"
    """Has done a course that somebody else has to confirm, and has waited for their word for weeks."""
    STEADY = "steady"
    """On the way, at their own pace."""
    LAPSED = "lapsed"
    """On the way, and has let things lapse."""
    NEW = "new"
    """Has just been hired."""
    UNDECIDED = "undecided"
    """Holds a role and has chosen no target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The role somebody holds, the roles they aim at, and how it has gone."""

    role: str
    targets: tuple[str, ...] = ()
    story: Story = Story.UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the demo; `number` counts from 0, `unit` is the place they work in (None: in none)."""

    number: int
    name: str
    mail: str
    duty: Duty
    unit: int | None
    rights: frozenset[str] = frozenset()
    part: Part | None = None


@dataclass(slots=True, kw_only=True)
class Unit:
    """A team, what it stands below, and who has managed it since when."""

    name: str
    parent: int | None
    managers: list[tuple[date, int]] = field(default_factory=list)

    def manager_on(self, day: date) -> int:
        """Who managed it that day."""
        return next((who for since, who in reversed(self.managers) if since <= day), self.managers[0][1])


@dataclass(slots=True, kw_only=True)
class Organisation:
    """Everybody, and the units in the order in which they are made: what stands above comes first."""

    units: list[Unit] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    selling: list[int] = field(default_factory=list)
    """The units that sell: the teams."""
    reps: dict[int, list[int]] = field(default_factory=dict)
    """The reps of each unit."""
    trainer: int = -1

    def manager_of(self, member: Member, day: date) -> int | None:
        """Whom a member reported to that day: the manager of their unit or, where that is themselves, the next above."""
        unit = member.unit
        while unit is not None:
            if (manager := self.units[unit].manager_on(day)) != member.number:
                return manager
            unit = self.units[unit].parent
        return None

    def having(self, duty: Duty) -> list[Member]:
        """Everybody of this duty."""
        return [member for member in self.members if member.duty is duty]


_SDR, _AE, _SAE = "sdr", "account-executive", "senior-account-executive"
_AM, _KAM, _LEAD, _MANAGER = "account-manager", "key-account-manager", "team-lead", "sales-manager"


def _part(role: str, target: str | tuple[str, ...], story: Story) -> Part:
    return Part(role=role, targets=(target,) if isinstance(target, str) else target, story=story)


CAST = (
    _part(_SDR, _AE, Story.READY),
    _part(_AE, _SAE, Story.STEADY),
    _part(_SDR, _AE, Story.NEW),
    _part(_AE, _SAE, Story.CLOSE),
    _part(_SDR, _AE, Story.STEADY),
    _part(_SAE, _LEAD, Story.QUOTA),
    _part(_AE, _AM, Story.WAITING),
    _part(_SDR, _AE, Story.WORD),
    _part(_AE, _SAE, Story.READY),
    _part(_AM, _KAM, Story.STEADY),
    _part(_SDR, _AE, Story.CLOSE),
    _part(_AE, _SAE, Story.QUOTA),
    _part(_AE, "enablement-specialist", Story.STEADY),
    _part(_SDR, _AE, Story.TIME),
    _part(_SAE, _LEAD, Story.CLOSE),
    _part(_AE, _AM, Story.LAPSED),
    _part(_SDR, _AE, Story.WAITING),
    Part(role=_KAM),
    _part(_AE, (_AM, _SAE), Story.STEADY),
    _part(_SDR, _AE, Story.LAPSED),
)
"""What reps are given in turn."""
LEADING = (
    Part(role=_MANAGER),
    _part(_LEAD, _MANAGER, Story.STEADY),
    _part(_LEAD, _MANAGER, Story.CLOSE),
)
"""What managers of a team are given in turn."""


def organisation(people: int, seed: int, today: date) -> Organisation:
    """An organisation of so many people (24 to 5,000)."""
    draw = random.Random(f"organisation:{seed}")
    made = Organisation()
    hire = _Hiring(made, draw)
    long_ago = date(today.year - 10, 1, 1)
    made.units.append(Unit(name="Sales", parent=None))
    hire(Duty.ADMINISTRATOR, None, "administrator")
    hire(Duty.AUDITOR, None, "auditor")
    hire(Duty.TRAINER, 0, "trainer")
    made.units[0].managers.append((long_ago, hire(Duty.HEAD, 0, part=Part(role=_MANAGER))))
    teams = max(TEAMS, people // TEAM_SIZE)
    regions = max(2, -(-teams // TEAMS_OF_A_REGION))
    for name in islice(names.places(names.REGIONS), regions):
        made.units.append(Unit(name=name, parent=0))
        made.units[-1].managers.append((long_ago, hire(Duty.REGIONAL, 0, part=Part(role=_MANAGER))))
    for number, name in enumerate(islice(names.places(names.PLACES), teams)):
        region = 1 + number % regions
        made.units.append(Unit(name=name, parent=region))
        made.selling.append(len(made.units) - 1)
        if number == teams - 1:
            made.units[-1].managers.append((long_ago, hire(Duty.LEAVER, region, part=Part(role=_MANAGER))))
        since = today - HANDED_OVER + timedelta(days=1) if number == teams - 1 else long_ago
        part = LEADING[number % len(LEADING)]
        made.units[-1].managers.append(
            (since, hire(Duty.MANAGER, region, *(["rep"] if part.targets else []), part=part))
        )
    for part, unit in zip(cycle(CAST), cycle(made.selling), strict=False):
        if len(made.members) >= people:
            break
        hire(Duty.REP, unit, "rep", part=part)
    return made


class _Hiring:
    """Gives each new member a number, a name and an address."""

    def __init__(self, made: Organisation, draw: random.Random) -> None:
        self.made, self.names = made, names.people(draw)

    def __call__(self, duty: Duty, unit: int | None, *rights: str, part: Part | None = None) -> int:
        number = len(self.made.members)
        name, local = next(self.names)
        self.made.members.append(
            Member(
                number=number,
                name=name,
                mail=f"{local}@{DOMAIN}",
                duty=duty,
                unit=unit,
                rights=frozenset(rights),
                part=part,
            )
        )
        if duty is Duty.REP and unit is not None:
            self.made.reps.setdefault(unit, []).append(number)
        if duty is Duty.TRAINER:
            self.made.trainer = number
        return number
