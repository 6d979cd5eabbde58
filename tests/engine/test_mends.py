"""Mends of one click, and taking things out of a curriculum with every place that names them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from lms.engine.check import check_curriculum
from lms.engine.curriculum import Curriculum
from lms.engine.mending.findings import Finding, Place
from lms.engine.mending.mends import EFFORT, RINGS, Mend, mend_of, mended, mends_of
from lms.engine.mending.withdrawal import references, withdraw
from lms.engine.requirement import CourseDone
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document
from tests.build import a_course, a_curriculum, a_role, needs
from tests.random_curricula import random_curriculum


def ring(*, peer: str = "mentor") -> Curriculum:
    """Peer coaching needs mentoring needs a deal review needs peer coaching."""
    return a_curriculum(
        a_course("basics", grants=["k:1"]),
        a_course("peer", needs=needs("basics", peer)),
        a_course("review", needs=needs("peer")),
        a_course("mentor", needs=needs("review")),
        a_role("lead", "mentor"),
    )


def mend_for(curriculum: Curriculum, finding: Finding) -> Mend:
    mend = mend_of(curriculum, finding)
    assert mend is not None
    return mend


def codes(curriculum: Curriculum) -> set[str]:
    return {finding.code for finding in check_curriculum(curriculum)}


def test_of_a_ring_the_edge_goes_that_the_draft_brought_in() -> None:
    published, draft = ring(peer="basics"), ring()
    (found,) = (one for one in check_curriculum(draft) if one.code == "ring")
    mend = mend_of(draft, found, published)
    assert mend == Mend(kind=Place.COURSE, id="peer", ask=CourseDone("mentor"))
    assert codes(mended(draft, mend)) & RINGS == set()


def test_every_mend_of_a_ring_opens_it_and_leaves_what_can_be_loaded() -> None:
    seen = 0
    for seed in range(200):
        made = random_curriculum(random.Random(seed), roles=2)
        for found in check_curriculum(made):
            mend = mend_of(made, found)
            if mend is None:
                continue
            after = mended(made, mend)
            assert curriculum_from_document(curriculum_to_document(after), "draft") == after
            if found.code in RINGS:
                seen += 1
                left = {one.asks for one in check_curriculum(after) if one.code == found.code}
                assert found.asks not in left
    assert seen > 20


def test_what_is_asked_for_twice_over_is_asked_for_once() -> None:
    made = a_curriculum(
        a_course("first", grants=["k:1"]),
        a_course("second", needs=needs("first"), grants=["k:2"]),
        a_role("rep", "k:1", "k:2", "second", "first"),
    )
    for _ in range(4):
        found = next((one for one in check_curriculum(made) if mend_of(made, one)), None)
        if found is None:
            break
        made = mended(made, mend_for(made, found))
    assert {"prerequisite-redundant", "role-asks-twice"} & codes(made) == set()
    assert made.role_by_id["rep"].requires != needs()


def test_a_parent_that_closes_a_ring_and_a_course_that_nobody_needs_go() -> None:
    made = a_curriculum(a_course("lost"), a_course("first", grants=["k:1"]), a_role("rep", "k:1", "j:1"))
    kin = {"k": "j", "j": "k"}
    made = replace(made, competencies=tuple(replace(one, parent=kin[one.id]) for one in made.competencies))
    for code in ("parent-ring", "course-unused"):
        (found,) = (one for one in check_curriculum(made) if one.code == code)
        made = mended(made, mend_for(made, found))
        assert code not in codes(made)


def test_what_wants_thought_has_no_mend() -> None:
    made = a_curriculum(a_course("first", grants=["k:1"]), a_role("rep", "k:3"))
    assert {one.code: mend_of(made, one) for one in check_curriculum(made) if one.code != "course-unused"} == {
        "role-unreachable": None,
        "level-ungranted": None,
    }


@pytest.mark.parametrize("kind", [Place.COMPETENCY, Place.COURSE, Place.ROLE])
def test_what_is_taken_out_is_named_nowhere_any_more(kind: Place) -> None:
    lists = {Place.COMPETENCY: "competencies", Place.COURSE: "courses", Place.ROLE: "roles"}
    named = 0
    for seed in range(120):
        made = random_curriculum(random.Random(seed), roles=3)
        one = random.Random(seed).choice(getattr(made, lists[kind]))
        named += len(references(made, kind, one.id))
        after = withdraw(made, kind, one.id)
        assert references(after, kind, one.id) == ()
        assert curriculum_from_document(curriculum_to_document(after), "draft") == after
    assert (named > 100) is (kind is not Place.ROLE)


def test_50_thousands_of_rings_are_not_each_opened_for_one_look() -> None:
    pairs = [(f"a{number}", f"b{number}") for number in range(1_500)]
    made = a_curriculum(*(a_course(one, needs=needs(other)) for pair in pairs for one, other in (pair, pair[::-1])))
    found = check_curriculum(made)
    mends = mends_of(made, found)
    assert len(mends) == len(found) >= 1_500
    assert 1 <= sum(mend is not None for mend in mends) <= EFFORT // len(made.courses)
