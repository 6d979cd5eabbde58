"""A path document as a page reads it that shows its first steps: of those further on it keeps what others ask of them.

Most of a long document is why each of its hundreds of steps is there, and every view of the page would read it all again.
It has the shape of the whole, so who reads one can read the other. *Instead of:* keeping what was read from one view to
the next, which takes a megabyte a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

WHOLE = 20
"""The first steps, which are kept as they are."""
FAR = ("course", "session", "starts", "after")
"""What is kept of the others, beside the reasons that lead straight to a role."""


def brief(document: Mapping[str, Any]) -> str | None:
    """The short document, as JSON; None where it would be the document itself.

    >>> brief({"steps": []}) is None
    True
    """
    steps = document["steps"]
    if len(steps) <= WHOLE:
        return None
    return json.dumps({**document, "steps": [*steps[:WHOLE], *map(_far, steps[WHOLE:])]}, ensure_ascii=False)


def _far(step: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: step[key] for key in FAR}
    return {**kept, "because": [reason for reason in step["because"] if "role" in reason["for"]]}
