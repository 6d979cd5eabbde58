"""The form of a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField

from lms.engine.curriculum import Curriculum
from lms.web.admin.people_forms import Several
from lms.web.forms import plain
from lms.web.trainer.editing.draft_fields import Amount, Named, OneOf, Text, Whole, but, rows
from lms.web.trainer.editing.item_form import Document, ItemForm, Row
from lms.web.trainer.editing.requirement_field import RequirementField
from lms.web.trainer.editing.requirement_tree import document_of
from lms.web.trainer.names import Names

LAST = 1_000_000


class GateRow(Row):
    """What no course can give; `place` is where it stands among the gates."""

    kind: ClassVar[str] = ""
    place = HiddenField()

    @property
    def at(self) -> int:
        """Where it stands; new ones come last."""
        text = self.place.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else LAST


class MonthsRow(GateRow):
    """Months spent in a role."""

    kind, needed = "months-in-role", ("role", "at_least")
    role = Named(lazy_gettext("In role"), of="role")
    at_least = Whole(lazy_gettext("Months at least"))

    @property
    def gate(self) -> dict[str, Any]:
        """The gate of the document."""
        return {"role": self.role.key, "at_least": self.at_least.whole}


class OutcomeRow(GateRow):
    """The mean of a metric."""

    kind, needed = "outcome", ("metric", "at_least", "months")
    metric = StringField(lazy_gettext("Metric"), [plain])
    at_least = Amount(lazy_gettext("On average at least"))
    months = Whole(lazy_gettext("Over full months"))

    @property
    def gate(self) -> dict[str, Any]:
        """The gate of the document."""
        return {
            "metric": self.metric.data.strip(),
            "months": self.months.whole,
            "at_least": self.at_least.number,
        }


class AttestationRow(GateRow):
    """Somebody attests that something was done."""

    kind, needed = "attestation", ("title", "by")
    title = StringField(lazy_gettext("What was done"), [plain])
    by = StringField(lazy_gettext("Attested by"), [plain], render_kw={"list": "known-attesters", "autocomplete": "off"})

    @property
    def gate(self) -> dict[str, Any]:
        """The gate of the document."""
        return {"by": self.by.data.strip(), "title": self.title.data.strip()}


class RoleForm(ItemForm):
    """What a role asks for, and where it leads. Who holds it is no matter of the document."""

    keys: ClassVar[frozenset[str]] = frozenset(
        {"title", "family", "description", "approvers", "requires", "gates", "next"}
    )
    family = StringField(lazy_gettext("Family"), [plain], render_kw={"list": "known-families", "autocomplete": "off"})
    description = Text(lazy_gettext("Description"), description=lazy_gettext("Markdown can be used."))
    approvers = OneOf(
        lazy_gettext("A promotion to it is approved by"),
        {"1": lazy_gettext("one person"), "2": lazy_gettext("two different people")},
        default="1",
    )
    requires = RequirementField(lazy_gettext("What it asks for"))
    months = rows(MonthsRow, lazy_gettext("Time in a role"))
    outcomes = rows(OutcomeRow, lazy_gettext("Results"))
    attestations = rows(AttestationRow, lazy_gettext("Attestations"))
    next = Several(lazy_gettext("Leads to"), validate_choice=False)

    @classmethod
    def filled(cls, document: Document, names: Names) -> dict[str, Any]:
        """What stands in the fields for a document."""
        gates = [{**gate, "place": str(place)} for place, gate in enumerate(document.get("gates", ()))]
        return {
            **{key: document.get(key, "") for key in ("title", "family", "description")},
            "approvers": str(document.get("approvers", 1)),
            "requires": document.get("requires", []),
            "months": [_shown(one, names) for one in gates if one["kind"] == MonthsRow.kind],
            "outcomes": [_shown(one, names) for one in gates if one["kind"] == OutcomeRow.kind],
            "attestations": [_shown(one, names) for one in gates if one["kind"] == AttestationRow.kind],
            "next": list(document.get("next", ())),
        }

    def offer(self, names: Names, curriculum: Curriculum) -> None:
        """Hand in the other roles as well."""
        super().offer(names, curriculum)
        self.next.choices = [(one.id, one.title) for one in curriculum.roles if one.id != self.id.data]

    def made(self, before: Document) -> dict[str, Any]:
        """What the form says, as keys of the document."""
        rows_ = [row.form for listed in (self.months, self.outcomes, self.attestations) for row in listed]
        said = [form for form in rows_ if any(field.data for field in form if field.short_name != "place")]
        leads = set(self.next.data or ())
        earlier = [one for one in before.get("next", ()) if one in leads]
        return {
            "family": (self.family.data or "").strip(),
            "description": self.description.data,
            "approvers": but(int(self.approvers.data), 1),
            "gates": [{"kind": form.kind, **form.gate} for form in sorted(said, key=lambda form: form.at)],
            "next": [*earlier, *(one for one in self.next.data or () if one not in earlier)],
        }

    def document(self, before: Document, taken: Any) -> dict[str, Any]:
        """The document; a role says what it asks for even when that is nothing."""
        return {**super().document(before, taken), "requires": document_of(self.requires.tree)}


def _shown(gate: Mapping[str, Any], names: Names) -> dict[str, str]:
    shown = {key: str(value) for key, value in gate.items() if key != "kind"}
    return {**shown, "role": names.role.label(gate["role"])} if "role" in gate else shown
