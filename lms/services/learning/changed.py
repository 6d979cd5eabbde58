"""How a path differs from the one before, and why: two inputs compared, and the two paths that came of them.

The cause is read from the inputs themselves, which every stored path keeps, so it is what changed and not what somebody
clicked. Words are the page's business; here are codes and ids. *Instead of:* a cause handed along from each verb, which
is lost when two changes share one job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Document = Mapping[str, Any]

FACTS = (
    ("completed", "completed", "course"),
    ("rated", "evidence", "competency"),
    ("exempt", "exempt", None),
    ("attested", "attestations", "title"),
    ("outcomes", "outcomes", "metric"),
)
"""Code of a cause, key of a person's document, and what names an entry."""

DATED = {(True, False): "lost", (False, True): "found"}
"""Whether there was a date before, whether there is one now: what is told where the two differ."""


def change(
    before_asked: Document,
    before: Document,
    asked: Document,
    after: Document,
    kept: dict[str, Any] | None,
    published: Mapping[str, Any],
) -> dict[str, Any] | None:
    """What a page says about a new path: `on`, `causes`, `days` (later: above 0), `hours`, ids `added` and `gone`.

    `days` is None where one of the two has no date, and `date` then says whether it was lost or found; `hours` is a
    difference in hours; `moved`: do steps of both stand in another order? Where nobody would
    see a difference, the change that was told before, `kept`, stays. `published` is the number and the note of the
    version of the new path.
    """
    old, new = _courses(before), _courses(after)
    days = _days(before["ready_on"], after["ready_on"])
    difference = {
        "days": days,
        "hours": round(after["hours"] - before["hours"], 2),
        "met": after["requirements"]["met"] - before["requirements"]["met"],
        "added": [course for course in new if course not in old],
        "gone": [course for course in old if course not in new],
    }
    moved = [course for course in old if course in new] != [course for course in new if course in old]
    dated = (before["ready_on"] is not None, after["ready_on"] is not None)
    if before["roles"] == after["roles"] and dated[0] == dated[1] and not moved and not any(difference.values()):
        return kept
    told = {"on": after["on"], "causes": list(causes(before_asked, asked, published)), "moved": moved, **difference}
    return {**told, "date": DATED.get(dated)}


def causes(before: Document, after: Document, published: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What differs between two inputs, each with its `what`; the passing of time alone when nothing else does."""
    was, now = before["person"], after["person"]
    found = False
    if was.get("target") != now.get("target"):
        yield {"what": "target"}
        found = True
    if before["version"] != after["version"]:
        yield {"what": "curriculum", **published}
        found = True
    if any(was.get(key) != now.get(key) for key in ("role", "since", "roles")):
        yield {"what": "role"}
        found = True
    for what, key, name in FACTS:
        old, new = was.get(key, []), now.get(key, [])
        added, gone = _apart(new, old), _apart(old, new)
        if added:
            yield {"what": what, "names": _names(added, name)}
        if gone:
            yield {"what": f"{what}-withdrawn", "names": _names(gone, name)}
        found = found or bool(added or gone)
    if was.get("weekly_hours", 4) != now.get("weekly_hours", 4):
        yield {"what": "hours", "was": was.get("weekly_hours", 4), "now": now.get("weekly_hours", 4)}
        found = True
    for what, old, new in (
        ("away", was.get("away"), now.get("away")),
        ("minimise", before["minimise"], after["minimise"]),
        ("order", before["order"], after["order"]),
    ):
        if old != new:
            yield {"what": what}
            found = True
    if not found:
        yield {"what": "time"}


def _apart(these: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    return [one for one in these if one not in others]


def _names(entries: Sequence[Mapping[str, Any]], name: str | None) -> list[str]:
    keys = (name,) if name else ("course", "competency")
    return list(dict.fromkeys(str(entry[key]) for entry in entries for key in keys if key in entry))


def _courses(path: Document) -> list[str]:
    return [step["course"] for step in path["steps"]]


def _days(before: str | None, after: str | None) -> int | None:
    if before is None or after is None:
        return None
    return (date.fromisoformat(after) - date.fromisoformat(before)).days
