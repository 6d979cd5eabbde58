"""What the published curricula know, for looking up the ids of a file: roles, courses, competencies, metrics, sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from lms.engine.curriculum import OutcomeGate
from lms.interop.reading.scalars import shown
from lms.interop.reading.suggest import Suggestions
from lms.services.curricula import Published


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Ids across all published curricula, and in which of them they stand.

    `roles` gives the numbers of the curricula with such a role, `levels` the top of the scale a competency is rated on.
    """

    roles: Mapping[str, tuple[int, ...]]
    courses: Collection[str]
    levels: Mapping[str, int]
    metrics: Collection[str]
    sources: Collection[str]
    suggestions: Suggestions

    @classmethod
    def of(cls, published: Iterable[Published]) -> Self:
        """What these curricula know together."""
        roles: dict[str, tuple[int, ...]] = {}
        levels: dict[str, int] = {}
        courses: dict[str, None] = {}
        metrics: dict[str, None] = {}
        sources: dict[str, None] = {}
        for one in published:
            value = one.curriculum
            for role in value.roles:
                roles[role.id] = (*roles.get(role.id, ()), one.curriculum_id)
                metrics |= {gate.metric: None for gate in role.gates if isinstance(gate, OutcomeGate)}
            for competency in value.competency_by_id:
                levels[competency] = max(levels.get(competency, 0), len(value.scale))
            courses |= dict.fromkeys(value.course_by_id) | {same.course: None for same in value.equivalences}
            sources |= dict.fromkeys(value.sources)
        return cls(
            roles=roles,
            courses=courses,
            levels=levels,
            metrics=metrics,
            sources=sources,
            suggestions=Suggestions(),
        )

    def named(self, word: str, known: Collection[str]) -> str:
        """The word as a problem names it, with the nearest one that is known: 'sdrr' (did you mean 'sdr'?)."""
        return f"{shown(word)}{self.suggestions.hint(word, known)}"
