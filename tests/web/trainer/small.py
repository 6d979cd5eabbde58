"""A small draft of a sales academy, and forms read and sent as a browser does: with everything that stands in them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from sqlalchemy.orm import Session

from lms.interop.curriculum_file import curriculum_from_document
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Person
from tests.organisation import NOW, Browser

SMALL: dict[str, Any] = {
    "format": "lms-curriculum/1",
    "id": "small",
    "title": "Small academy",
    "scale": [{"level": 1, "title": "Knows"}, {"level": 2, "title": "Works alone"}, {"level": 3, "title": "Teaches"}],
    "competencies": [
        {
            "id": "neg",
            "title": "Negotiating",
            "kind": "skill",
            "cluster": "Deals",
            "levels": {"2": "Holds the price"},
            "raters": ["manager", "customer"],
            "holders": {"level": 2, "people": 2},
            "related": ["disc"],
            "source": {"system": "case", "id": "n1"},
        },
        {"id": "disc", "title": "Discovery", "kind": "knowledge"},
    ],
    "courses": [
        {
            "id": "basics",
            "title": "Discovery basics",
            "hours": 2.5,
            "grants": [{"competency": "disc", "level": 2, "valid_months": 24}],
        },
        {
            "id": "price",
            "title": "Holding price",
            "hours": 3,
            "renewal_hours": 1,
            "cost": 120,
            "link": "https://acme.test/price",
            "summary": "Two\nlines",
            "requires": [{"competency": "disc", "level": 1}, {"any": [{"course": "basics"}, {"course": "shadow"}]}],
            "grants": [{"competency": "neg", "level": 2}],
            "sessions": [{"id": "p1", "starts": "2027-01-14T09:00:00Z", "ends": "2027-01-14T12:00:00Z", "seats": 12}],
        },
        {"id": "shadow", "title": "Shadow a call", "hours": 1, "requires": {"course": "basics"}},
    ],
    "roles": [
        {"id": "sdr", "title": "SDR", "requires": [{"competency": "disc", "level": 1}], "next": ["ae"]},
        {
            "id": "ae",
            "title": "Account executive",
            "requires": [
                {"competency": "neg", "level": 2},
                {"at_least": 1, "of": [{"course": "price"}, {"course": "shadow"}]},
            ],
            "gates": [
                {"kind": "attestation", "by": "manager", "title": "Led a negotiation"},
                {"kind": "months-in-role", "role": "sdr", "at_least": 9},
                {"kind": "outcome", "metric": "quota", "months": 6, "at_least": 0.9},
            ],
        },
    ],
    "objectives": [{"id": "grow", "title": "Grow", "weight": 3, "competencies": ["neg"]}],
    "calendar": {"blackouts": [{"from": "2026-12-21", "to": "2027-01-03", "title": "Quarter end"}]},
    "equivalences": [{"course": "old-price", "counts_as": "price", "until": "2026-06-30"}],
    "tests": [
        {"title": "An SDR becomes AE", "person": {"role": "sdr"}, "role": "ae", "at_most": {"hours": 60}},
        {"title": "Nobody needs more than a quarter", "role": "ae", "at_most": {"days": 90}},
    ],
}


def a_small_curriculum(session: Session, owner: Person | None = None, **more: Any) -> int:
    """The number of the small curriculum, published once, owned by a trainer."""
    number = drafts.save_draft(session, SITE, curriculum_from_document({**SMALL, **more}, "small"), now=NOW)
    publishing.publish(session, SITE, number, note="first", now=NOW)
    if owner is not None:
        session.add(CurriculumOwner(curriculum_id=number, person_id=owner.id))
    session.commit()
    return number


class Filled(HTMLParser):
    """What a form of a page would send: every field with all its values; `does` is what each of its buttons adds."""

    def __init__(self, text: str, form_id: str = "editor") -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.does: list[str] = []
        self.action = ""
        self._form, self._inside = form_id, False
        self._select: str | None = None
        self._area: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self._form:
            self._inside, self.action = True, given["action"]
        if not self._inside:
            return
        name = given.get("name")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given["value"])
        elif tag == "textarea" and name:
            self._area = name
            self._add(name, "")
        elif tag == "button" and name == "do":
            self.does.append(given["value"])
        elif tag == "input" and name and (given.get("type", "text") not in {"checkbox", "radio"} or "checked" in given):
            self._add(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """The end of one."""
        self._select = None if tag == "select" else self._select
        self._area = None if tag == "textarea" else self._area
        self._inside = self._inside and tag != "form"

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._area:
            self.values[self._area][-1] += data

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)

    def sent(self, **changed: Any) -> dict[str, Any]:
        """The values as a browser sends them: line ends of two characters, the first of a text area left out."""
        values = {
            name: [one.removeprefix("\r\n").removeprefix("\n").replace("\n", "\r\n") for one in many]
            for name, many in self.values.items()
        }
        return {**values, **{name.replace("__", "-"): value for name, value in changed.items()}}


def opened(browser: Browser, address: str) -> Filled:
    """The form of a page."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    return Filled(answer.text)
