"""The columns of a board: the competencies that the present and next roles of its people ask for, by cluster.

People of one board may follow several curricula, or several versions of one. A competency is a column of its curriculum;
its title and its minimum of holders are those of the newest version that anybody follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.engine.competency import Competency
from lms.engine.curriculum import Curriculum, Role
from lms.engine.judging.asked_levels import asked_levels
from lms.services.curricula import Published


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A competency; `holders` people hold it at the level `counted`, which its minimum names or at which one works alone.

    `least` is how many of each team should; None where the curriculum does not say. `thin`: some team has fewer.
    """

    curriculum_id: int
    competency: Competency
    scale: tuple[str, ...]
    """What the levels are called, from 1."""
    counted: int
    least: int | None
    holders: int = 0
    thin: bool = False


def columns_of(follows: Iterable[tuple[Published, Sequence[str]]]) -> tuple[Column, ...]:
    """The columns for people who follow these versions with these roles, present and next, each named once."""
    newest: dict[int, Curriculum] = {}
    asked: dict[int, dict[str, Competency]] = {}
    for version, roles in sorted(follows, key=lambda one: (one[0].curriculum_id, one[0].number)):
        curriculum = newest[version.curriculum_id] = version.curriculum
        names = asked_levels(role.requires for role in roles_of(curriculum, roles))
        asked.setdefault(version.curriculum_id, {}).update({name: curriculum.competency_by_id[name] for name in names})
    return tuple(
        _column(number, newest[number], one) for number in newest for one in _by_cluster(newest[number], asked[number])
    )


def needs_of(version: Published, targets: Sequence[str], columns: Sequence[Column]) -> tuple[int, ...]:
    """By column the level that the next roles ask for without an alternative; 0 where they ask for none."""
    asked = asked_levels(role.requires for role in roles_of(version.curriculum, targets))
    firm = {name: one.level for name, one in asked.items() if one.firm}
    mine = (one.competency.id if one.curriculum_id == version.curriculum_id else "" for one in columns)
    return tuple(firm.get(name, 0) for name in mine)


def roles_of(curriculum: Curriculum, roles: Sequence[str]) -> list[Role]:
    """Those of these roles that the curriculum knows."""
    return [curriculum.role_by_id[role] for role in roles if role in curriculum.role_by_id]


def _by_cluster(curriculum: Curriculum, asked: Mapping[str, Competency]) -> Iterator[Competency]:
    """By cluster, in the order in which the curriculum first names each; those without one, and those gone, come last."""
    order = {one.id: place for place, one in enumerate(curriculum.competencies)}
    clusters: dict[str | None, int] = {}
    for one in curriculum.competencies:
        clusters.setdefault(one.cluster or None, len(clusters))
    last = len(order)
    yield from sorted(
        asked.values(),
        key=lambda one: (one.cluster is None, clusters.get(one.cluster, last), order.get(one.id, last), one.id),
    )


def _column(curriculum_id: int, curriculum: Curriculum, one: Competency) -> Column:
    alone = max(1, len(curriculum.scale) - 1)
    return Column(
        curriculum_id=curriculum_id,
        competency=one,
        scale=tuple(level.title for level in curriculum.scale),
        counted=one.holders.level if one.holders else alone,
        least=one.holders.people if one.holders else None,
    )
