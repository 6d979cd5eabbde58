"""Two versions of a part of a draft, told in words: a line for each thing, and only what the other lacks is marked."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.interop.curriculum_file import parse_curriculum
from lms.web import i18n
from lms.web.trainer import clash
from lms.web.trainer.part_words import lines_of
from lms.web.wording import Wording

CURRICULUM = """
format: lms-curriculum/1
id: x
title: X
scale: [{level: 1, title: Knows}, {level: 2, title: Alone}]
competencies: [{id: neg, title: Negotiating, kind: skill}]
courses:
  - {id: a, title: Holding price, hours: 1, grants: [{competency: neg, level: 2}]}
  - {id: b, title: Shadowing, hours: 1}
roles: [{id: ae, title: Account executive, requires: {competency: neg, level: 2}}]
"""
SAID = {
    "requires": (
        [{"course": "a"}, {"any": [{"course": "b"}, {"competency": "neg", "level": 2}]}],
        ("Holding price", "one of: Shadowing, Negotiating at level 2"),
    ),
    "grants": (
        [{"competency": "neg", "level": 1, "valid_months": 24}, {"competency": "neg", "level": 2}],
        ("Negotiating at level 1 for 24 months", "Negotiating at level 2"),
    ),
    "sessions": (
        [{"id": "s", "starts": "2027-01-14T09:00:00Z", "ends": "2027-01-14T12:00:00Z", "seats": 12}],
        ("14 Jan 2027, 09:00 to 12:00, 12 seats",),
    ),
    "gates": ([{"kind": "months-in-role", "role": "ae", "at_least": 9}], ("9 months as Account executive",)),
    "next": (["ae"], ("Account executive",)),
    "calendar": (
        {"blackouts": [{"from": "2026-12-21", "to": "2027-01-03", "title": "Quarter end"}]},
        ("Quarter end, 21 Dec 2026 – 3 Jan 2027",),
    ),
    "tests": (
        [{"title": "Soon", "role": "ae", "at_most": {"hours": 6}}],
        ("Soon: From nothing to Account executive: ",),
    ),
    "holders": ({"level": 2, "people": 3}, ("3 people at level 2",)),
    "policy": ({"evidence": "latest"}, ("",)),
    "description": ("Two\nlines", ("Two", "lines")),
    "grants of nothing": ([], ()),
}


@pytest.fixture(scope="module")
def wording() -> Wording:
    """The words of the curriculum above."""
    return Wording(parse_curriculum(CURRICULUM, "x.yaml"))


@pytest.mark.parametrize("key", SAID)
def test_each_part_is_told_in_words_a_line_for_each_thing(wording: Wording, key: str) -> None:
    app = Flask(__name__)
    i18n.install(app, zone_of=lambda: "UTC")
    value, expected = SAID[key]
    with app.test_request_context():
        lines = lines_of(key.split(maxsplit=1)[0], value, wording)
    assert len(lines) == len(expected)
    assert all(line.startswith(start) and "{" not in line for line, start in zip(lines, expected, strict=True)), lines


def test_only_the_lines_that_the_other_version_lacks_are_marked(wording: Wording) -> None:
    app = Flask(__name__)
    i18n.install(app)
    theirs, mine = {"next": ["ae", "b"], "title": "R"}, {"next": ["ae"], "title": "R"}
    with app.test_request_context():
        (found,) = clash.differences(theirs, mine, wording)
    assert found.theirs == (("Account executive", False), ("b", True))
    assert found.mine == (("Account executive", False),)
