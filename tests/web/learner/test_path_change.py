"""The sentence about a replan says nothing that did not happen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lms.web.learner.mine.path_change import told
from lms.web.wording import Wording
from tests.build import a_course, a_curriculum

NOTHING = {"days": 0, "hours": 0, "met": 0, "added": [], "gone": [], "date": None, "moved": False}
FREE = {"causes": [{"what": "completed", "names": ["free"]}], "gone": ["free"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"causes": [{"what": "order"}], "moved": True}, "another order, the date stays"),
        ({"causes": [{"what": "target"}]}, "the rest stays as it was"),
        (FREE, "the rest stays as it was"),
    ],
)
def test_only_steps_that_moved_are_told_as_another_order(app: Flask, change: dict[str, Any], words: str) -> None:
    wording = Wording(a_curriculum(a_course("free", 0)))
    with app.test_request_context():
        assert told({"on": "2026-11-23", **NOTHING, **change}, wording).endswith(f": {words}.")
