"""On how many stored paths a thing of a draft stands: counted without planning, and few people are not told."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from lms.engine.mending.findings import Place
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing, touched
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, somebody, who_holds
from tests.services.learning.academy import plan

PARTS = (
    a_course("lång %_", 6, grants=["k:2"]),
    a_course("other", 9, grants=["k:2"]),
    a_role("starter"),
    a_role("closer", "k:2"),
)


@pytest.mark.parametrize(("people", "told"), [(4, None), (6, 6)])
def test_the_people_on_whose_path_it_stands_are_counted_and_few_are_not_told(
    session: Session, people: int, told: int | None
) -> None:
    number = drafts.save_draft(session, SITE, a_curriculum(*PARTS), now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    for _ in range(people):
        person = somebody(session)
        who_holds(session, person, "starter", number, since=NOW.date(), targets=["closer"])
        plan(session, person, now=NOW)
    for kind, key in ((Place.COURSE, "lång %_"), (Place.ROLE, "closer"), (Place.COMPETENCY, "k")):
        assert touched.on_paths(session, number, kind, key) == (True, told)
    for kind, key in ((Place.COURSE, "other"), (Place.ROLE, "starter"), (Place.COURSE, "lång %x")):
        assert touched.on_paths(session, number, kind, key) == (True, 0)
