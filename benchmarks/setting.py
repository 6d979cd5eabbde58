"""What one run of the benchmarks is made with: the catalogues, the sizes and limits of a full or a quick run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.catalogues import Catalogue
from benchmarks.table import Report, verdict

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Sizes of a run, and the report that it fills.

    `runs` of everything that is timed by its median; `limit` in seconds for any one solver on any one instance;
    `share` scales the numbers of people.
    """

    catalogues: Sequence[Catalogue]
    quick: bool
    runs: int
    limit: float
    share: float
    report: Report = field(default_factory=Report)

    def uw(self) -> Catalogue | None:
        """The catalogue that the targets name, where it is at hand."""
        return next((one for one in self.catalogues if one.name == "uw"), None)

    def verdict(self, value: float, floor: float, aim: float) -> str:
        """The verdict on a value whose size a quick run cuts down: only a full run is judged."""
        return "not judged" if self.quick else verdict(value, floor, aim)

    def people(self, count: int) -> int:
        """So many people in a full run, fewer in a quick one."""
        return max(1, round(count * self.share))

    def some(self, *instances: T) -> Sequence[T]:
        """These instances, rising in size; a quick run takes the first alone."""
        return instances[:1] if self.quick else instances
