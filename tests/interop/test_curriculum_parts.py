"""The difference between two documents, and taking it back: after any edits the document before is there again."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest

from lms.interop.curriculum_file import curriculum_to_document
from lms.interop.curriculum_parts import clashes, differences, reverted, told
from tests.random_curricula import random_curriculum


def edited(rng: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """The document after some edits, some of which change what others did."""
    made = deepcopy(document)
    for _ in range(rng.randint(1, 6)):
        items = made[rng.choice(("competencies", "courses", "roles"))]
        match rng.randrange(6):
            case 0 if items:
                items.pop(rng.randrange(len(items)))
            case 1:
                items.insert(rng.randint(0, len(items)), {"id": f"new{rng.randrange(99)}", "title": "New"})
            case 2 if items:
                rng.choice(items)["title"] = f"Title {rng.random()}"
            case 3:
                rng.shuffle(items)
            case 4:
                made["title"] = f"Title {rng.random()}"
            case _:
                made["tests"] = [{"title": "a test"}]
    return made


@pytest.mark.parametrize("seed", range(60))
def test_taking_a_difference_back_gives_the_document_before(seed: int) -> None:
    rng = random.Random(seed)
    before = curriculum_to_document(random_curriculum(rng, roles=2))
    after = edited(rng, before)
    ids = [item["id"] for name in ("competencies", "courses", "roles") for item in after[name]]
    if len(ids) != len(set(ids)):
        return  # two new ones of one id are no document
    changes = differences(before, after)
    assert clashes(after, changes) == ()
    assert told(reverted(after, changes)) == told(before) or not changes


def test_a_part_that_was_changed_again_clashes_and_others_do_not() -> None:
    before = curriculum_to_document(random_curriculum(random.Random(1)))
    first, second = deepcopy(before), deepcopy(before)
    first["courses"][0]["title"] = "First"
    second["courses"][0]["title"] = "Second"
    second["courses"][1]["title"] = "Beside it"
    changes = differences(before, first)
    assert [one.key for one in clashes(second, changes)] == [before["courses"][0]["id"]]
    beside = deepcopy(first)
    beside["courses"][1]["title"] = "Beside it"
    kept = reverted(beside, changes)
    assert [course["title"] for course in kept["courses"][:2]] == [before["courses"][0]["title"], "Beside it"]
