"""A draft as a made-up rep would see it: the page of a path, over the draft, with what differs from what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import url_for

from lms.services.authoring.preview import Persona, Preview
from lms.services.learning.my_path import MyPath
from lms.services.learning.two_plans import Side, difference
from lms.storage.paths import Path
from lms.web.learner.asking import what_if_words
from lms.web.learner.mine.path import view
from lms.web.learner.mine.path_climb import climb
from lms.web.translated import gettext, ngettext
from lms.web.wording import Wording, hours, listed


def page_of(found: Preview | None) -> dict[str, Any]:
    """What the template takes; without a role in the draft there is nobody to look as."""
    if found is None:
        return {"found": None}
    shared = {
        "found": found,
        "name": name_of(found.chosen),
        "choices": [(one.key, name_of(one)) for one in found.personas],
        "target": listed(map(Wording(found.version.curriculum).role, found.chosen.targets)),
        "differs": list(_differences(found)),
    }
    if found.then is None:
        return shared
    shown = _shown(found, found.then)
    address = _Addresses(found.draft.curriculum_id)
    return {**view(shown, most=None), **shared, "address": address, "climb": climb(shown), "own": False}


def name_of(one: Persona) -> str:
    """What a made-up person is called."""
    if one.kind == "new":
        return gettext("New: %(role)s", role=one.title)
    if one.kind == "half":
        return gettext("Half way: %(role)s", role=one.title)
    return gettext("Test: %(title)s", title=one.title)


def _shown(found: Preview, row: dict[str, Any]) -> MyPath:
    """The path as the page of a rep takes it; nobody asked or began anything."""
    return MyPath(
        person_id=0,
        name=name_of(found.chosen),
        team=None,
        manager=None,
        plan=None,
        path=Path(**row),
        document=json.loads(row["document"]),
        version=found.version,
        why_none=None,
        behind=False,
        asked={},
        begun={},
        taken={},
    )


class _Addresses(dict[str, str]):
    """The place of each course in the draft."""

    def __init__(self, curriculum_id: int) -> None:
        super().__init__()
        self.curriculum_id = curriculum_id

    def __missing__(self, course: str) -> str:
        return url_for("studio.show", curriculum_id=self.curriculum_id, at=f"course:{course}")


def _differences(found: Preview) -> Iterator[str]:
    """How the path differs from that over the published version, a phrase each; nothing where it is the same."""
    if found.draft.published is None or found.draft.is_published:
        return
    old, new = (_side(row, found) if row else None for row in (found.now, found.then))
    if old is None or new is None:
        if old is not new:
            yield gettext("a path for the first time") if old is None else gettext("no path any more")
        return
    apart = difference(old, new)
    if apart.days:
        yield what_if_words.span(apart.days)
    elif (old.document["ready_on"] is None) != (new.document["ready_on"] is None):
        yield gettext("no date any more") if new.document["ready_on"] is None else gettext("a date again")
    if apart.hours:
        more = hours(abs(apart.hours))
        yield (
            gettext("%(hours)s more to learn", hours=more)
            if apart.hours > 0
            else gettext("%(hours)s less to learn", hours=more)
        )
    before, after = Wording(found.draft.published.curriculum), Wording(found.version.curriculum)
    if apart.added:
        yield gettext("new on the path: %(courses)s", courses=listed(map(after.course, apart.added)))
    if apart.gone:
        yield gettext("no longer on it: %(courses)s", courses=listed(map(before.course, apart.gone)))
    if apart.moved:
        yield ngettext("%(num)s step in another place", "%(num)s steps in another place", len(apart.moved))


def _side(row: dict[str, Any], found: Preview) -> Side:
    return Side(
        document=json.loads(row["document"]),
        likely=row["likely"],
        curriculum=found.version.curriculum,
        weekly_hundredths=int(found.chosen.person.weekly_hours * 100),
        aim=None,
    )
