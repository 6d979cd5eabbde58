"""What changed, whose path it touches, and that nobody else's path moves."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from lms.engine.change import Change, Touch, compare_curricula, compare_paths
from lms.engine.curriculum import Curriculum
from lms.engine.path import Planner
from tests.build import a_course, a_curriculum, a_person, a_role, needs
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)
BEFORE = a_curriculum(
    a_course("a", 2, grants=["k:1"]),
    a_course("b", 3, grants=["k:1"]),
    a_course("aside", 1, grants=["z:1"]),
    a_role("r", "k:1"),
)


def changed(curriculum: Curriculum, course: str, **fields: object) -> Curriculum:
    courses = tuple(replace(c, **fields) if c.id == course else c for c in curriculum.courses)  # type: ignore[arg-type]
    return replace(curriculum, courses=courses)


def touched(after: Curriculum, before: Curriculum = BEFORE) -> bool:
    old, new = Planner(before), Planner(after)
    path = old.plan(a_person(targets=("r",)), TODAY)
    return Touch(old.choosers, new.choosers).touches(path)


def test_a_comparison_names_what_was_added_withdrawn_and_changed() -> None:
    after = changed(BEFORE, "a", hours=300, renewal_hours=300)
    after = replace(after, courses=(*after.courses[:2], a_course("new")))
    assert compare_curricula(BEFORE, after) == (
        Change("course", "a", "changed", ("hours", "renewal_hours")),
        Change("course", "aside", "withdrawn"),
        Change("course", "new", "added"),
    )


def test_a_chosen_course_that_becomes_dearer_touches_the_path() -> None:
    assert touched(changed(BEFORE, "a", hours=250, renewal_hours=250))


def test_an_unchosen_course_touches_the_path_when_it_becomes_cheaper_and_not_when_dearer() -> None:
    assert touched(changed(BEFORE, "b", hours=100, renewal_hours=100))
    assert not touched(changed(BEFORE, "b", hours=900, renewal_hours=900))


def test_what_lies_outside_the_slice_touches_nobody() -> None:
    assert not touched(changed(BEFORE, "aside", hours=1, renewal_hours=1))
    assert not touched(replace(BEFORE, courses=(*BEFORE.courses, a_course("other", 1, grants=["z:1"]))))


def test_a_new_provider_touches_the_path_and_a_withdrawn_rival_does_not() -> None:
    assert touched(replace(BEFORE, courses=(*BEFORE.courses, a_course("other", 1, grants=["k:1"]))))
    assert not touched(replace(BEFORE, courses=tuple(c for c in BEFORE.courses if c.id != "b")))


def test_new_words_on_a_chosen_course_touch_nobody() -> None:
    assert not touched(changed(BEFORE, "a", title="A new title"))


def a_change(rng: random.Random, curriculum: Curriculum) -> Curriculum:
    """The curriculum after an author's day: a course altered, withdrawn or added."""
    courses = list(curriculum.courses)
    place = rng.randrange(len(courses))
    match rng.choice(("hours", "withdraw", "add", "requires", "cost")):
        case "hours":
            hours = rng.randint(25, 600)
            courses[place] = replace(courses[place], hours=hours, renewal_hours=hours)
        case "withdraw":
            gone = courses.pop(place)  # requirements go on naming it; nobody can take it any more
            kept = tuple(same for same in curriculum.equivalences if same.counts_as != gone.id)
            return replace(curriculum, courses=tuple(courses), equivalences=kept)
        case "add":
            courses.append(replace(rng.choice(courses), id="new"))
        case "requires":
            courses[place] = replace(courses[place], requires=rng.choice(courses).requires)
        case _:
            courses[place] = replace(courses[place], cost=rng.randint(0, 20000))
    return replace(curriculum, courses=tuple(courses))


def test_nobody_s_path_moves_whom_the_change_does_not_touch() -> None:
    spared = 0
    for seed in range(200):
        rng = random.Random(seed)
        before = random_curriculum(rng, courses=10)
        after = a_change(rng, before)
        old, new = Planner(before), Planner(after)
        touch = Touch(old.choosers, new.choosers)
        for _ in range(3):
            person = random_person(rng, before, TODAY)
            path = old.plan(person, TODAY)
            if touch.touches(path):
                continue
            spared += 1
            again = new.plan(person, TODAY, previous=path)
            assert not compare_paths(path, again).changed, seed
    assert spared > 100


def test_ties_never_show_as_changes_to_somebody_who_has_a_path() -> None:
    twin = a_course("twin", 2, grants=["k:1"])
    after = replace(BEFORE, courses=(twin, *BEFORE.courses))
    person = a_person(targets=("r",))
    path = Planner(BEFORE).plan(person, TODAY)
    assert Planner(after).plan(person, TODAY).chosen == ("twin",)
    assert Planner(after).plan(person, TODAY, previous=path).chosen == ("a",)


def test_a_previous_path_keeps_its_own_order_where_prerequisites_allow() -> None:
    curriculum = a_curriculum(
        a_course("x", 1, grants=["k:1"]), a_course("y", 2, grants=["m:1"]), a_course("z", 3, needs=needs("m:1"), grants=["n:1"]),
        a_role("r", "k:1", "n:1"),
    )  # fmt: skip
    planner, person = Planner(curriculum), a_person(targets=("r",))
    path = planner.plan(person, TODAY)
    own = replace(path, steps=tuple(sorted(path.steps, key=lambda step: "yzx".index(step.course.id))))
    again = planner.plan(person, TODAY, previous=own)
    assert [step.course.id for step in again.steps] == ["y", "z", "x"]
