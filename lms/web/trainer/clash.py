"""Two trainers changed the same part: both versions side by side, and the second one chooses. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_parts import seen, told
from lms.services.authoring import drafts, edits
from lms.services.authoring.drafts import Clash
from lms.storage.people import Contact
from lms.storage.session import db
from lms.web.identity import actor
from lms.web.trainer.part_words import lines_of
from lms.web.wording import Wording

KEYS = {
    "title": lazy_gettext("Title"),
    "kind": lazy_gettext("Kind"),
    "cluster": lazy_gettext("Cluster"),
    "description": lazy_gettext("Description"),
    "levels": lazy_gettext("Behaviour at each level"),
    "policy": lazy_gettext("Of several ratings"),
    "raters": lazy_gettext("Who may rate it"),
    "holders": lazy_gettext("Minimum holders"),
    "parent": lazy_gettext("Stands below"),
    "related": lazy_gettext("Related competencies"),
    "hours": lazy_gettext("Hours"),
    "renewal_hours": lazy_gettext("Hours to renew it"),
    "cost": lazy_gettext("Cost for each person"),
    "delivery": lazy_gettext("How it is taught"),
    "completion": lazy_gettext("It is done when"),
    "summary": lazy_gettext("Summary"),
    "link": lazy_gettext("Where it is taken"),
    "provider": lazy_gettext("Provider"),
    "requires": lazy_gettext("Requirement"),
    "grants": lazy_gettext("What it gives"),
    "sessions": lazy_gettext("Sessions"),
    "family": lazy_gettext("Family"),
    "approvers": lazy_gettext("Approvers"),
    "gates": lazy_gettext("Gates"),
    "next": lazy_gettext("Leads to"),
    "weight": lazy_gettext("Weight"),
    "competencies": lazy_gettext("Competencies it rests on"),
    "scale": lazy_gettext("Levels"),
    "calendar": lazy_gettext("Days without study"),
    "sources": lazy_gettext("Sources, strongest first"),
    "equivalences": lazy_gettext("Equivalences"),
    "tests": lazy_gettext("Curriculum tests"),
}
"""What a form calls the keys of a document."""


Lines = tuple[tuple[str, bool], ...]
"""Lines in words, each with whether the other version lacks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One key in which the two versions differ, in words."""

    label: str
    theirs: Lines
    mine: Lines


def of_item(clash: Clash, mine: Mapping[str, Any], value: Curriculum, *, again: str, theirs_at: str) -> tuple[str, int]:
    """The two versions of an item; `again` takes mine all the same, `theirs_at` is the page that shows theirs."""
    present = {"was": seen(clash.theirs)} if clash.theirs is not None else {"id": mine["id"]}
    return _page(clash, clash.theirs, mine, Wording(value), present, again, theirs_at)


def of_whole(
    clash: Clash, curriculum_id: int, part: str, mine: Any, again: str, was: str, theirs_at: str
) -> tuple[str, int]:
    """The two versions of a key that is edited as a whole; `was` is the field that says which state a form is of."""
    draft = drafts.open_draft(db.session, actor(), curriculum_id)
    present = edits.whole(draft, part)
    return _page(clash, present.document, {part: mine}, Wording(draft.value), {was: present.seen}, again, theirs_at)


def _page(
    clash: Clash,
    theirs: Mapping[str, Any] | None,
    mine: Mapping[str, Any],
    wording: Wording,
    present: Mapping[str, str],
    again: str,
    theirs_at: str,
) -> tuple[str, int]:
    left_out = {"csrf_token", "was", *present}
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in left_out]
    who = db.session.get(Contact, clash.by) if clash.by else None
    shown = render_template(
        "trainer/clash.html",
        gone=theirs is None,
        who=who.name if who else None,
        own=clash.by is not None and clash.by == actor().person_id,
        at=clash.at,
        differences=list(differences(theirs or {}, mine, wording)),
        again=again,
        theirs_at=theirs_at,
        sent=[*sent, *present.items()],
    )
    return shown, 409


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any], wording: Wording) -> Iterator[Difference]:
    """The keys in which the two versions differ, in the order of theirs."""
    for key in dict.fromkeys((*theirs, *mine)):
        if told(theirs.get(key)) != told(mine.get(key)):
            both = [lines_of(key, version.get(key), wording) for version in (theirs, mine)]
            label = str(KEYS.get(key, key))
            yield Difference(label=label, theirs=_marked(both[0], both[1]), mine=_marked(both[1], both[0]))


def _marked(lines: Sequence[str], others: Sequence[str]) -> Lines:
    return tuple((line, line not in others) for line in lines)
