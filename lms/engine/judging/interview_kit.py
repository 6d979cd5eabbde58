"""What an interview for a role should find out: the competencies it asks for, each with the behaviour seen at every level."""

from __future__ import annotations

from dataclasses import dataclass

from lms.engine.competency import Kind
from lms.engine.curriculum import Curriculum, Role
from lms.engine.judging.asked_levels import asked_levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A level of the scale, and what is seen of somebody who has it, in the competency's own words or the scale's."""

    level: int
    title: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A competency to talk about, the level that the role asks, and what to listen for."""

    competency: str
    title: str
    kind: Kind
    cluster: str | None
    asked: int
    firm: bool
    """Does every way to the role ask for it?"""
    behaviours: tuple[Behaviour, ...]

    @property
    def wanted(self) -> str:
        """What is seen of somebody who has the level that is asked."""
        return next((one.seen for one in self.behaviours if one.level == self.asked), "")


def kit(curriculum: Curriculum, role: Role) -> tuple[Topic, ...]:
    """The topics of a role in the curriculum's order.

    >>> from lms.engine.competency import Attainment, Competency, ScaleLevel
    >>> price = Competency(id="price", title="Holding price", levels={2: "Holds price through two rounds"})
    >>> seller = Role(id="seller", title="Seller", requires=Attainment("price", 2))
    >>> scale = (ScaleLevel(level=1, title="Knows"), ScaleLevel(level=2, title="Works alone"))
    >>> made = Curriculum(id="x", title="X", scale=scale, competencies=(price,), courses=(), roles=(seller,))
    >>> [(topic.title, topic.asked, topic.wanted) for topic in kit(made, seller)]
    [('Holding price', 2, 'Holds price through two rounds')]
    """
    asked = asked_levels([role.requires])
    return tuple(
        Topic(
            competency=one.id,
            title=one.title,
            kind=one.kind,
            cluster=one.cluster,
            asked=asked[one.id].level,
            firm=asked[one.id].firm,
            behaviours=tuple(
                Behaviour(level=step.level, title=step.title, seen=one.levels.get(step.level) or step.indicator or "")
                for step in curriculum.scale
            ),
        )
        for one in curriculum.competencies
        if one.id in asked
    )
