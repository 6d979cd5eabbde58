"""Whose turn it is, over random organisations: never nobody's, never one's own, never somebody's who is gone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.services.evidence.desk import Chair, Desk, Subject

PEOPLE = st.integers(1, 8)
TEAMS = st.integers(1, 5)
SOME = st.lists(PEOPLE, unique=True, max_size=4)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """Teams in a tree (a ring, too, which no verb makes), managers, owners, rights and deputies, all of them active."""
    return Desk(
        parents=draw(st.dictionaries(TEAMS, st.none() | TEAMS)),
        managers=draw(st.dictionaries(TEAMS, PEOPLE)),
        trainers=draw(st.dictionaries(st.integers(1, 2), SOME)),
        assessors=draw(SOME),
        administrators=draw(SOME),
        deputies={who: by for who, by in draw(st.dictionaries(PEOPLE, PEOPLE)).items() if who != by},
        load=draw(st.dictionaries(PEOPLE, st.integers(0, 3))),
    )


SUBJECTS = st.builds(
    Subject,
    person_id=PEOPLE,
    team_id=st.none() | TEAMS,
    curriculum_id=st.integers(1, 3),
    raters=st.sets(st.sampled_from(["manager", "trainer", "assessor", "assessment"])).map(tuple),
)


@settings(max_examples=300)
@given(desks(), SUBJECTS)
def test_nobodys_piece_is_without_a_reviewer_and_nobody_reviews_their_own(here: Desk, about: Subject) -> None:
    able = here.able(about)
    chair = here.first(about)
    assert (chair is None) == (not able)
    if set(here.administrators) - {about.person_id}:
        assert chair is not None
    assert about.person_id not in {one.person_id for one in able}
    if chair is None:
        return
    assert here.acting(chair.person_id, about.person_id) != about.person_id
    for one in able:
        assert one.capacity == "administrator" or one.capacity in about.raters
    seen = [chair]
    while (above := here.above(about, seen[-1])) is not None:
        assert above.person_id != seen[-1].person_id
        seen.append(above)
        assert len(seen) < 50, "it goes up and never round"
    if set(here.administrators) - {about.person_id, seen[-1].person_id}:
        assert seen[-1].capacity == "administrator"


def test_the_nearest_manager_comes_first_then_owners_then_assessors_then_administrators() -> None:
    here = Desk(
        parents={1: 2, 2: None},
        managers={1: 7, 2: 9},
        trainers={5: [20, 21]},
        assessors=[30, 31],
        administrators=[40],
        load={20: 2, 21: 1, 30: 0, 31: 5},
    )
    about = Subject(person_id=1, team_id=1, curriculum_id=5, raters=("manager", "trainer", "assessor"))
    steps = [here.first(about)]
    while steps[-1] is not None:
        steps.append(here.above(about, steps[-1]))
    assert steps[:-1] == [
        Chair(7, "manager"), Chair(9, "manager"), Chair(21, "trainer"), Chair(30, "assessor"), Chair(40, "administrator")
    ]  # fmt: skip
    own = Subject(person_id=7, team_id=1, curriculum_id=5, raters=("manager",))
    assert here.first(own) == Chair(9, "manager")
