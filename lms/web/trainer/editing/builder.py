"""What the page of a requirement builder needs beside its field: words, levels and the search of each group."""

from __future__ import annotations

from typing import Any

from flask import url_for

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.mending.ring_making import Before
from lms.web.trainer.asked_words import in_words
from lms.web.trainer.editing import requirement_tree as trees
from lms.web.trainer.editing.choices import Choices, search
from lms.web.trainer.editing.requirement_field import RequirementField
from lms.web.trainer.editing.requirement_tree import Tree
from lms.web.wording import Wording


def building(
    curriculum: Curriculum, kind: str, key: str | None, asked: RequirementField, first: Before, curriculum_id: int
) -> dict[str, Any]:
    """The values that `trainer/builder.html` takes."""
    wording = Wording(curriculum)

    def levels_for(item: Tree) -> list[tuple[str, str]]:
        """The levels that may be chosen of a competency: those that shut no ring, and the one that is chosen."""
        return [
            (str(one.level), f"{one.level}, {one.title}")
            for one in curriculum.scale
            if one.level == item["level"] or first.has(Attainment(item["competency"], one.level))
        ]

    def choices_at(place: str) -> Choices:
        return search(curriculum, first, asked.typed.get(place, ""), strict=asked.refuses(place, first))

    def options_at(place: str) -> str:
        strict = "1" if asked.refuses(place, first) else "0"
        asks: dict[str, Any] = {"for": f"{kind}:{key or ''}", "at": place, "strict": strict}
        return url_for("choices.options", curriculum_id=curriculum_id, **asks)

    return {
        "trees": trees,
        "wording": wording,
        "said": in_words(asked.tree, wording),
        "told_of": lambda tree: in_words(tree, wording),
        "levels_for": levels_for,
        "choices_at": choices_at,
        "options_at": options_at,
    }
