"""The field that holds a requirement while it is built: the tree hidden in the page, what was chosen on top of it.

Every button of the builder sends the whole form; `act` does what the button says, and nothing is stored.
"""

from __future__ import annotations

import re
from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum
from lms.engine.mending.ring_making import Before
from lms.engine.requirement import CourseDone, Fact, holds
from lms.web.trainer.editing import requirement_tree as trees
from lms.web.trainer.editing.requirement_tree import Tree
from lms.web.translated import gettext

PLACE = re.compile(r"(?:[0-9]{1,4}(?:\.[0-9]{1,4}){0,59})?")
VERBS = frozenset({"ask", "group", "drop", "find"})
MARK = CourseDone("\0")
"""A course that there is none of: what would stand at a place."""


class RequirementField(HiddenField):  # type: ignore[misc]
    """`tree` is what is built; `taken` the place and item of the last removal, and what its group asked for at least."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.tree: Tree = trees.NOTHING
        self.taken: tuple[str, Tree, int] | None = None
        self.unreadable = False
        self.typed: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.last = ""
        self.verb = ""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the hidden tree and everything chosen in the builder; without a form, the document's requirement."""
        super().process(formdata, data, extra_filters)
        if not formdata or self.name not in formdata:
            self.tree = trees.tree_of(self.data if data is not None and not isinstance(self.data, str) else [])
            return
        sent = trees.read(formdata.get(self.name) or "")
        self.unreadable = sent is None
        self.tree = trees.NOTHING if sent is None else self._with_choices(sent, formdata)
        self.taken = _taken(formdata.get(f"{self.name}-taken") or "")
        start = f"{self.name}-find-"
        self.typed = {name.removeprefix(start): formdata.get(name) for name in formdata if name.startswith(start)}

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Was it one of our pages that sent it?"""
        if self.unreadable:
            raise ValidationError(gettext("What it needs could not be read. Open the page again."))

    @property
    def taken_told(self) -> str:
        """What the page keeps to bring the last removal back."""
        return "" if self.taken is None else f"{self.taken[0]} {self.taken[2]} {trees.told(self.taken[1])}"

    def _with_choices(self, tree: Tree, formdata: Any) -> Tree:
        made = self._meant(tree, "", formdata) if trees.is_group(tree) else tree
        for place, item in trees.places(made):
            level = formdata.get(f"{self.name}-level-{place}", "")
            if trees.is_group(item):
                made = trees.put(made, place, self._meant(trees.at_place(made, place) or item, place, formdata))
            elif "competency" in item and re.fullmatch("[1-9]", level):
                made = trees.put(made, place, {**item, "level": int(level)})
        return made

    def _meant(self, group: Tree, place: str, formdata: Any) -> Tree:
        word = formdata.get(f"{self.name}-word-{place}") or trees.word_of(group)
        count = formdata.get(f"{self.name}-n-{place}", "")
        n = int(count) if re.fullmatch("[0-9]{1,4}", count) else group.get("at_least", 2)
        return trees.meant(group, word, n)

    def act(self, verb: str, rest: str, curriculum: Curriculum, first: Before) -> None:
        """Do what a button says: ask, group, drop or back."""
        at, _, what = rest.partition(":")
        if verb == "back" and self.taken is not None:
            self.tree, self.taken = trees.inserted(self.tree, *self.taken), None
        if verb not in VERBS or not PLACE.fullmatch(at):
            return
        self.last, self.verb = at, verb
        if verb == "drop":
            self.last = trees.above(at)
            self._drop(at)
        elif verb == "group":
            self._group(at)
        elif verb == "ask" and (asked := fact_from(what, curriculum)) is not None:
            self._ask(at, asked, first)

    def _drop(self, at: str) -> None:
        there = trees.at_place(self.tree, at) if at else None
        if there is not None:
            group = trees.at_place(self.tree, trees.above(at)) or trees.NOTHING
            self.taken, self.tree = (at, there, group.get("at_least", 0)), trees.removed(self.tree, at)

    def _group(self, at: str) -> None:
        if trees.depth(at) + 1 > trees.DEEPEST:
            self.notes[at] = gettext("Groups cannot lie deeper inside each other.")
        else:
            self.tree = trees.added(self.tree, at, {"any": []})

    def _ask(self, at: str, asked: Fact, first: Before) -> None:
        if self.refuses(at, first) and not first.has(asked):
            self.notes[at] = gettext("That cannot be asked for here: nobody could begin, for it comes only afterwards.")
            return
        self.typed.pop(at, None)
        self.tree = trees.added(self.tree, at, plain(asked))

    def refuses(self, at: str, first: Before) -> bool:
        """Would a fact that comes only afterwards shut it at this place? Not where another way in is left."""
        asked = trees.requirement(trees.added(self.tree, at, plain(MARK)))
        return not holds(asked, lambda fact: fact != MARK and first.has(fact))


def fact_from(text: str, curriculum: Curriculum) -> Fact | None:
    """The fact in the value of a button: `course:ID`, or `3:ID` of a competency at a level; None of what is not there."""
    kind, _, key = text.partition(":")
    if kind == "course":
        return CourseDone(key) if key in curriculum.course_by_id else None
    known = key in curriculum.competency_by_id and kind in {str(one.level) for one in curriculum.scale}
    return Attainment(key, int(kind)) if known else None


def plain(fact: Fact) -> Tree:
    """The fact as a tree."""
    if isinstance(fact, Attainment):
        return {"competency": fact.competency, "level": fact.level}
    return {"course": fact.course}


def _taken(text: str) -> tuple[str, Tree, int] | None:
    at, _, rest = text.partition(" ")
    n, _, item = rest.partition(" ")
    if not (at and PLACE.fullmatch(at) and re.fullmatch("[0-9]{1,4}", n)):
        return None
    found = trees.read(item)
    return None if found is None else (at, found, int(n))
