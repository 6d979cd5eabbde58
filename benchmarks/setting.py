"""What one run of the benchmarks is made with: the catalogues, the sizes and limits of a full or a quick run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.catalogues import Catalogue
from benchmarks.table import Report


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

    def people(self, count: int) -> int:
        """So many people in a full run, fewer in a quick one."""
        return max(1, round(count * self.share))

    def sizes(self, *courses: int) -> Iterator[int]:
        """These sizes of a generated catalogue; a quick run takes the first alone."""
        yield from courses[:1] if self.quick else courses
