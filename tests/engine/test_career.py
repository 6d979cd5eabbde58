"""The career map: roles stand after those that lead to them, and rings end it no sooner."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from lms.engine.career import career_edges, career_layers, reachable
from lms.engine.curriculum import Role
from tests.build import a_role


def some_roles(seed: int) -> list[Role]:
    draw = Random(seed)
    names = [f"r{number}" for number in range(draw.randint(0, 9))]
    return [a_role(name, next=tuple(draw.choices([*names, name, "unknown"], k=draw.randint(0, 3)))) for name in names]


@pytest.mark.parametrize("seed", range(40))
def test_every_role_stands_once_and_only_a_ring_leads_back(seed: int) -> None:
    roles = some_roles(seed)
    layers = career_layers(roles)
    place = {role: number for number, layer in enumerate(layers) for role in layer}
    assert sorted(place) == sorted(role.id for role in roles)
    assert sum(map(len, layers)) == len(roles)
    for before, after in career_edges(roles):
        assert place[after] > place[before] or before in reachable(roles, after), "only a ring may lead back"
    for earlier, later in pairwise(layers):
        assert all(any((one, role) in career_edges(roles) for one in sum(layers, ())) for role in later)
        assert earlier


def test_a_long_way_in_many_steps_is_no_trouble() -> None:
    roles = [a_role(f"r{number}", next=(f"r{number + 1}",)) for number in range(5000)]
    assert len(career_layers(roles)) == 5000
    assert len(reachable(roles, "r0")) == 4999
