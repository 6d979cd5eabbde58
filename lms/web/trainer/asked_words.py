"""What is being asked for, in one line while it is built: Holding price, and one of: Procurement simulation, Shadow a call."""

from __future__ import annotations

from lms.web.trainer.editing import requirement_tree as trees
from lms.web.trainer.editing.requirement_tree import Tree
from lms.web.translated import gettext
from lms.web.wording import Wording, listed


def in_words(tree: Tree, wording: Wording) -> str:
    """The whole requirement; empty where nothing is asked for."""
    return _said(tree, wording, top=True)


def _said(tree: Tree, wording: Wording, *, top: bool = False) -> str:
    if "course" in tree:
        return wording.course(tree["course"])
    if "competency" in tree:
        return gettext(
            "%(competency)s at level %(level)s", competency=wording.competency(tree["competency"]), level=tree["level"]
        )
    items = trees.items_of(tree)
    if trees.word_of(tree) == "all":
        said = _all(tree, wording)
        return said if top or len(items) < 2 else f"({said})"
    told = ", ".join(filter(None, (_said(one, wording) for one in items)))
    if not told or len(items) == 1:
        return told
    if "any" in tree:
        said = gettext("one of: %(items)s", items=told)
    else:
        said = gettext("at least %(count)s of: %(items)s", count=tree["at_least"], items=told)
    return said if top else f"({said})"


def _all(tree: Tree, wording: Wording) -> str:
    """All of some: what stands alone first, so that a group ends where the next one begins."""
    items = trees.items_of(tree)
    alone = listed(said for one in items if not trees.is_group(one) and (said := _said(one, wording)))
    groups = [said for one in items if trees.is_group(one) and (said := _said(one, wording, top=True))]
    if not alone or not groups:
        return alone or gettext("; and ").join(groups)
    return gettext("%(items)s, and %(last)s", items=alone, last=gettext("; and ").join(groups))
