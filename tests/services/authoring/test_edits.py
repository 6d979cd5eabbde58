"""Edits of a draft: whatever is done in whatever order it can be loaded, and what is undone was never there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from lms.engine.mending.findings import Place
from lms.errors import Conflict, Invalid, LmsError, NotFound
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document, digest, parse_curriculum
from lms.interop.curriculum_parts import seen
from lms.services.access import SITE
from lms.services.authoring import drafts, edits
from lms.services.authoring.drafts import Clash
from lms.storage import tables
from lms.storage.curricula import CurriculumDraft
from tests.organisation import NOW
from tests.web.trainer.small import SMALL

COMPETENCIES = st.sampled_from(["neg", "disc", "neg", "disc", "neg", "disc", "new", ""])
COURSES = st.sampled_from(["basics", "price", "shadow", "basics", "price", "shadow", "old", "new"])
ROLES = st.sampled_from(["sdr", "ae", "sdr", "ae", "new", "neg"])
LEVELS = st.sampled_from([1, 2, 3, 1, 2, 3, 0, 4])
FACTS = st.one_of(
    st.builds(lambda key, level: {"competency": key, "level": level}, COMPETENCIES, LEVELS),
    st.builds(lambda key: {"course": key}, COURSES),
)
ASKED = st.recursive(
    FACTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(lambda of: {"any": of}, st.lists(inner, max_size=3)),
        st.builds(lambda n, of: {"at_least": n, "of": of}, st.integers(0, 3), st.lists(inner, max_size=3)),
    ),
    max_leaves=4,
)
PARTS = {
    Place.COMPETENCY: {
        "kind": st.sampled_from(["skill", "knowledge", "talent"]),
        "parent": COMPETENCIES,
        "levels": st.dictionaries(st.sampled_from("1234"), st.text(max_size=3), max_size=2),
    },
    Place.COURSE: {
        "hours": st.sampled_from([1, 2.5, 4, 40, 0, "3"]),
        "requires": ASKED,
        "grants": st.lists(st.builds(lambda key, n: {"competency": key, "level": n}, COMPETENCIES, LEVELS), max_size=2),
    },
    Place.ROLE: {"requires": ASKED, "next": st.lists(ROLES, max_size=2)},
    Place.OBJECTIVE: {"weight": st.sampled_from([1, 7, 0, "x"]), "competencies": st.lists(COMPETENCIES, max_size=2)},
}  # fmt: skip
IDS = {
    Place.COMPETENCY: COMPETENCIES,
    Place.COURSE: COURSES,
    Place.ROLE: ROLES,
    Place.OBJECTIVE: st.sampled_from(["grow", "new", "x"]),
}
WHOLES = {
    "title": st.sampled_from(["Academy", "", None]),
    "scale": st.integers(0, 4).map(lambda top: [{"level": n, "title": f"L{n}"} for n in range(1, top + 1)]),
    "policy": st.sampled_from([{"evidence": "latest"}, {"evidence": "loudest"}, None]),
    "equivalences": st.lists(st.builds(lambda key: {"course": "old", "counts_as": key}, COURSES), max_size=2),
    "tests": st.lists(st.builds(lambda key: {"title": "t", "role": key}, ROLES), max_size=2),
}  # fmt: skip


@st.composite
def an_edit(draw: st.DrawFn) -> tuple[Any, ...]:
    """One edit: what is done, with what."""
    verb = draw(st.sampled_from(["add", "change", "change", "remove", "set", "mend", "undo", "change"]))
    place = draw(st.sampled_from(list(PARTS)))
    if verb in {"add", "change"}:
        part = draw(st.sampled_from(list(PARTS[place])))
        return verb, place, draw(IDS[place]), {part: draw(PARTS[place][part])}
    if verb == "set":
        name = draw(st.sampled_from(list(WHOLES)))
        return verb, name, draw(WHOLES[name])
    return verb, place, draw(IDS[place]), draw(st.integers(0, 5))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    made = create_engine("sqlite://")
    tables.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Any) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as unit:
        yield unit
        unit.rollback()


def a_draft(session: Session) -> int:
    """The number of the small curriculum, not published."""
    return drafts.save_draft(session, SITE, curriculum_from_document(SMALL, "small"), now=NOW)


def document(session: Session, number: int) -> dict[str, Any]:
    return curriculum_to_document(drafts.open_draft(session, SITE, number).value)


def do(session: Session, number: int, edit: tuple[Any, ...], now: Any) -> None:
    """Do one edit as a form does: from what is there."""
    draft = drafts.open_draft(session, SITE, number)
    match edit:
        case "add", place, key, part:
            edits.add(session, SITE, number, place, {"id": key, "title": key, "hours": 1, **part} if place is Place.COURSE else
                      {"id": key, "title": key, **part}, now=now)  # fmt: skip
        case "change", place, key, part:
            found = edits.item(draft, place, key)
            edits.change(session, SITE, number, place, key, {**found.document, **part}, was=found.seen, now=now)
        case "remove", place, key, _:
            edits.remove(session, SITE, number, place, key, now=now)
        case "set", name, value:
            edits.set_whole(session, SITE, number, name, value, was=edits.whole(draft, name).seen, now=now)
        case "mend", _, _, which:
            mendable = [one for one, mend in edits.findings(draft) if mend is not None]
            if mendable:
                one = mendable[which % len(mendable)]
                edits.mend(session, SITE, number, one.code, one.kind.value, one.id, now=now)
        case _:
            drafts.undo(session, SITE, number, now=now)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(an_edit(), min_size=3, max_size=8))
def test_any_sequence_of_edits_keeps_the_draft_loadable_or_is_refused_with_a_reason(
    session: Session, chosen: list[tuple[Any, ...]]
) -> None:
    session.rollback()
    number = a_draft(session)
    begin = drafts.open_draft(session, SITE, number).digest
    for place, edit in enumerate(chosen):
        before = drafts.open_draft(session, SITE, number).digest
        kept = len(drafts.edits(session, number, 99))
        try:
            do(session, number, edit, NOW + timedelta(minutes=place))
        except LmsError as refused:
            assert str(refused).strip(), edit  # noqa: PT017 - not every edit is refused
            assert drafts.open_draft(session, SITE, number).digest == before, "what is refused leaves nothing"
            assert len(drafts.edits(session, number, 99)) == kept
        row = session.get_one(CurriculumDraft, number)
        read = parse_curriculum(row.document, "draft.json")
        assert digest(read) == row.digest == drafts.open_draft(session, SITE, number).digest
    for _ in drafts.edits(session, number, 99):
        drafts.undo(session, SITE, number, now=NOW)
    assert drafts.open_draft(session, SITE, number).digest == begin, "undone edit by edit, nothing has happened"
    with pytest.raises(Conflict, match="nothing to undo"):
        drafts.undo(session, SITE, number, now=NOW)


def test_an_earlier_edit_is_undone_by_itself_and_not_where_a_later_one_rests_on_it(session: Session) -> None:
    number = a_draft(session)
    begin = document(session, number)
    edits.add(session, SITE, number, Place.COMPETENCY, {"id": "new", "title": "New", "kind": "skill"}, now=NOW)
    added = drafts.edits(session, number, 1)[0].id
    found = edits.item(drafts.open_draft(session, SITE, number), Place.OBJECTIVE, "grow")
    on_it = {**found.document, "competencies": ["new"]}
    edits.change(session, SITE, number, Place.OBJECTIVE, "grow", on_it, was=found.seen, now=NOW)
    rests = drafts.edits(session, number, 1)[0].id
    with pytest.raises(Invalid, match="unknown competency 'new'"):
        drafts.undo(session, SITE, number, added, now=NOW)
    edits.remove(session, SITE, number, Place.COURSE, "shadow", now=NOW)
    drafts.undo(session, SITE, number, rests, now=NOW)
    drafts.undo(session, SITE, number, added, now=NOW)
    said = document(session, number)
    assert said["competencies"] == begin["competencies"]
    assert said["objectives"] == begin["objectives"]
    assert [one["id"] for one in said["courses"]] == ["basics", "price"], "what came later stands"
    with pytest.raises(Conflict):
        drafts.undo(session, SITE, number, added, now=NOW)


def test_two_at_once_clash_on_one_part_and_not_on_two(session: Session) -> None:
    number = a_draft(session)
    draft = drafts.open_draft(session, SITE, number)
    mine, other = edits.item(draft, Place.COURSE, "price"), edits.item(draft, Place.COURSE, "basics")
    theirs = {**mine.document, "title": "Theirs"}
    edits.change(session, SITE, number, Place.COURSE, "price", theirs, was=mine.seen, now=NOW)
    edits.change(
        session, SITE, number, Place.COURSE, "basics", {**other.document, "title": "B"}, was=other.seen, now=NOW
    )
    with pytest.raises(Clash) as clash:
        edits.change(
            session, SITE, number, Place.COURSE, "price", {**mine.document, "hours": 9}, was=mine.seen, now=NOW
        )
    assert clash.value.theirs is not None
    assert clash.value.theirs["title"] == "Theirs"
    assert drafts.open_draft(session, SITE, number).value.course_by_id["price"].hours == 300
    kept = {**mine.document, "hours": 9}
    edits.change(session, SITE, number, Place.COURSE, "price", kept, was=seen(clash.value.theirs), now=NOW)
    assert drafts.open_draft(session, SITE, number).value.course_by_id["price"].title == "Holding price"
    whole = edits.whole(draft, "calendar")
    edits.set_whole(session, SITE, number, "calendar", None, was=whole.seen, now=NOW)
    with pytest.raises(Clash):
        edits.set_whole(session, SITE, number, "calendar", whole.document["calendar"], was=whole.seen, now=NOW)


def test_an_id_stays_and_what_is_not_there_cannot_be_edited(session: Session) -> None:
    number = a_draft(session)
    found = edits.item(drafts.open_draft(session, SITE, number), Place.COURSE, "price")
    with pytest.raises(Invalid, match="The id stays"):
        edits.change(
            session, SITE, number, Place.COURSE, "price", {**found.document, "id": "x"}, was=found.seen, now=NOW
        )
    with pytest.raises(NotFound):
        edits.remove(session, SITE, number, Place.ROLE, "price", now=NOW)


def test_removals_in_any_order_are_undone_to_the_very_digest(session: Session) -> None:
    number = a_draft(session)
    begin = drafts.open_draft(session, SITE, number).digest
    items = [(Place.COURSE, one["id"]) for one in SMALL["courses"]] + [(Place.ROLE, "sdr"), (Place.COMPETENCY, "disc")]
    random.Random(5).shuffle(items)
    for place, key in items:
        edits.remove(session, SITE, number, place, key, now=NOW)
    for _ in items:
        drafts.undo(session, SITE, number, now=NOW)
    assert drafts.open_draft(session, SITE, number).digest == begin
