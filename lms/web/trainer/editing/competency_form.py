"""The form of a competency."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext
from wtforms import FieldList, StringField

from lms.engine.competency import Competency, EvidencePolicy
from lms.engine.curriculum import Curriculum
from lms.web.forms import plain
from lms.web.trainer.editing.draft_fields import LevelChoice, Named, OneOf, SomeOf, Text, Whole, number_shown
from lms.web.trainer.editing.item_form import Document, ItemForm, competency_rows, keys_of
from lms.web.trainer.names import Names

KINDS = {
    "skill": lazy_gettext("Skill: done"),
    "knowledge": lazy_gettext("Knowledge: known"),
    "ability": lazy_gettext("Ability: brought along"),
}
POLICIES = {
    EvidencePolicy.HIGHEST.value: lazy_gettext("The highest level shown counts"),
    EvidencePolicy.LATEST.value: lazy_gettext("The latest level shown counts"),
    EvidencePolicy.BY_SOURCE.value: lazy_gettext("The latest of the strongest source counts"),
}
RATERS = {
    "manager": lazy_gettext("Manager"),
    "trainer": lazy_gettext("Trainer"),
    "assessor": lazy_gettext("Assessor"),
}
DEFAULT_RATERS = Competency(id="x", title="x").raters


class CompetencyForm(ItemForm):
    """What a competency is, how it shows, and who may rate it."""

    keys: ClassVar[frozenset[str]] = frozenset(
        {"title", "kind", "cluster", "description", "levels", "policy", "raters", "holders", "parent", "related"}
    )
    kind = OneOf(lazy_gettext("Kind"), KINDS, default="skill")
    cluster = StringField(
        lazy_gettext("Cluster"),
        [plain],
        description=lazy_gettext("Groups the map."),
        render_kw={"list": "known-clusters", "autocomplete": "off"},
    )
    description = Text(lazy_gettext("Description"), description=lazy_gettext("Markdown can be used."))
    levels = FieldList(Text())
    """The behaviour at each level of the scale, lowest first."""
    policy = OneOf(
        lazy_gettext("Of several ratings"), {"": lazy_gettext("As in the whole curriculum"), **POLICIES}, default=""
    )
    raters = SomeOf(lazy_gettext("Who may rate it"), RATERS)
    other_raters = StringField(
        lazy_gettext("Others who may rate it"), [plain], description=lazy_gettext("Words with commas between them.")
    )
    people = Whole(lazy_gettext("People in each team who should hold it"))
    holders_level = LevelChoice(lazy_gettext("At level"))
    parent = Named(lazy_gettext("Stands below"), of="competency", description=lazy_gettext("Another competency."))
    related = competency_rows(lazy_gettext("Related competencies"))

    @classmethod
    def filled(cls, document: Document, names: Names) -> dict[str, Any]:
        """What stands in the fields for a document."""
        raters, holders = document.get("raters", DEFAULT_RATERS), document.get("holders", {})
        texts = document.get("levels", {})
        return {
            **{key: document.get(key, "") for key in ("title", "cluster", "description", "policy")},
            "kind": document.get("kind", "skill"),
            "levels": [texts.get(number, "") for number, _ in names.levels],
            "raters": [one for one in raters if one in RATERS],
            "other_raters": ", ".join(one for one in raters if one not in RATERS),
            "people": number_shown(holders.get("people")),
            "holders_level": number_shown(holders.get("level")),
            "parent": names.competency.label(document["parent"]) if "parent" in document else "",
            "related": [{"competency": names.competency.label(one)} for one in document.get("related", ())],
        }

    def offer(self, names: Names, curriculum: Curriculum) -> None:
        """Hand in the levels and competencies; a text for every level there is."""
        super().offer(names, curriculum)
        while len(self.levels) < len(names.levels):
            self.levels.append_entry()
        for entry, (_, title) in zip(self.levels, names.levels, strict=False):
            entry.label.text = title

    def validate(self, extra_validators: Any = None) -> bool:
        """Are the two halves of the minimum there, or neither?"""
        right = bool(super().validate(extra_validators))
        if bool(self.people.data) != bool(self.holders_level.data):
            lacking = self.holders_level if self.people.data else self.people
            lacking.errors = (*lacking.errors, lazy_gettext("Give both, how many people and at which level."))
            return False
        return right

    def made(self, before: Document) -> dict[str, Any]:
        """What the form says, as keys of the document."""
        ticked = [*(self.raters.data or ()), *(one.strip() for one in (self.other_raters.data or "").split(","))]
        chosen = list(dict.fromkeys(filter(None, ticked)))
        earlier = [*before.get("raters", DEFAULT_RATERS)]
        raters = earlier if set(chosen) == set(earlier) else chosen
        made: dict[str, Any] = {
            "kind": self.kind.data,
            "cluster": (self.cluster.data or "").strip(),
            "description": self.description.data,
            "levels": {str(n): entry.data for n, entry in enumerate(self.levels, 1) if entry.data},
            "policy": self.policy.data,
            "parent": self.parent.key,
            "related": keys_of(self.related),
        }
        if self.people.whole is not None:
            made["holders"] = {"level": self.holders_level.level, "people": self.people.whole}
        if tuple(raters) != DEFAULT_RATERS:
            made["raters"] = raters
        return made
