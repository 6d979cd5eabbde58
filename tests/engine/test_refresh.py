"""Renewals and lapses on the calendar, each a small story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from lms.engine.competency import EvidencePolicy
from lms.engine.curriculum import Course, Grant, Role
from lms.engine.dating.refresh import Lapse
from lms.engine.days import DAY, Period
from lms.engine.person import Evidence, Exemption, Person
from lms.engine.price import Minimise
from lms.engine.profile import record_on
from lms.engine.requirement import CourseDone, any_of
from lms.engine.schedule import Arrangement, arrange
from tests.build import TODAY, a_course, a_curriculum, a_person, a_role, fact, needs
from tests.engine.naive_calendar import at


def day(number: int) -> date:
    """A day counted from the planning date, which is day 0."""
    return TODAY + DAY * number


def known(text: str, until: int) -> Evidence:
    """Evidence of a competency's level that holds through that day."""
    item = fact(text)
    assert not isinstance(item, CourseDone)
    return Evidence(competency=item.competency, level=item.level, on=day(-30), until=day(until))


def brief(text: str, months: int) -> Grant:
    item = fact(text)
    assert not isinstance(item, CourseDone)
    return Grant(competency=item.competency, level=item.level, valid_months=months)


def plan(
    chosen: str,
    *parts: Course | Role,
    person: Person | None = None,
    minimise: Minimise = Minimise.HOURS,
    closed: Sequence[Period] = (),
    policy: EvidencePolicy = EvidencePolicy.HIGHEST,
) -> Arrangement:
    """The chosen courses, in this order where they have no sessions, on the calendar at an hour a day."""
    curriculum = a_curriculum(*parts, policy=policy)
    record = record_on(curriculum, person or a_person(), TODAY)
    names = chosen.split()
    courses = [course for course in curriculum.courses if course.id in names]
    return arrange(
        record,
        courses,
        {c.id: c.renewal_hours if c.id in record.completed else c.hours for c in courses},
        curriculum.roles[0].requires.items,  # type: ignore[union-attr]
        weekly_hours=Fraction(7),
        closed=closed,
        minimise=minimise,
        previous=None if any(course.sessions for course in courses) else names,
    )


def told(path: Arrangement) -> list[str]:
    """Each step as `course first-last`, renewals with a star."""
    return [
        f"{step.course.id}{'*' * step.renews} {(step.starts - TODAY).days}-{(step.ends - TODAY).days}"
        if step.starts and step.ends
        else step.course.id
        for step in path.steps
    ]


LONG = a_course("long", 10, grants=["l:1"])
BUILD = a_course("build", 5, needs=needs("k:2"), grants=["b:1"])
REFRESHER = a_course("refresher", 2, cost=10, grants=["k:2"])
ROLE = a_role("role", "l:1", "b:1")


def test_what_lapses_before_a_step_needs_it_is_renewed_right_before_that_step() -> None:
    path = plan("long build", LONG, BUILD, REFRESHER, ROLE, person=a_person(evidence=[known("k:2", 9)]))
    assert told(path) == ["long 0-9", "refresher* 10-11", "build 12-16"]
    assert (path.lapses, path.ready_on, path.steps[1].hours, path.steps[1].cost) == ((), day(16), 200, 10)


def test_what_still_holds_on_the_day_a_step_starts_is_not_renewed() -> None:
    path = plan("long build", LONG, BUILD, REFRESHER, ROLE, person=a_person(evidence=[known("k:2", 10)]))
    assert told(path) == ["long 0-9", "build 10-14"]


def test_a_competency_wanted_in_itself_has_to_hold_on_the_last_day_of_the_path() -> None:
    role = a_role("role", "l:1", "k:2")
    lasting = plan("long", LONG, REFRESHER, role, person=a_person(evidence=[known("k:2", 9)]))
    assert told(lasting) == ["long 0-9"]
    lapsing = plan("long", LONG, REFRESHER, role, person=a_person(evidence=[known("k:2", 8)]))
    assert told(lapsing) == ["long 0-9", "refresher* 10-11"]
    assert lapsing.ready_on == day(11)


def test_a_grant_of_the_path_itself_is_renewed_for_renewal_hours() -> None:
    short = a_course("short", 3, renewal_hours=1, grants=[brief("k:2", 1)])
    later = a_course("long", 40, grants=["l:1"])
    path = plan("short long", short, later, a_role("role", "k:2", "l:1"))
    assert told(path) == ["short 0-2", "long 3-42", "short* 43-43"]
    assert path.steps[2].hours == 100


def test_a_course_completed_before_is_renewed_for_renewal_hours() -> None:
    refresher = a_course("refresher", 2, renewal_hours=1, grants=[brief("k:2", 1)])
    person = a_person(completed=[("refresher", day(-25))])
    assert told(plan("long build", LONG, BUILD, refresher, ROLE, person=person)) == [
        "long 0-9",
        "refresher* 10-10",
        "build 11-15",
    ]


def test_the_cheapest_course_by_what_is_minimised_renews() -> None:
    dear = a_course("dear", 1, cost=900, grants=["k:3"])
    parts = (LONG, BUILD, REFRESHER, dear, ROLE)
    person = a_person(evidence=[known("k:2", 9)])
    assert told(plan("long build", *parts, person=person))[1] == "dear* 10-10"
    assert told(plan("long build", *parts, person=person, minimise=Minimise.COST))[1] == "refresher* 10-11"
    assert told(plan("long build", *parts, person=person, minimise=Minimise.COURSES))[1] == "dear* 10-10"


def test_a_dearer_course_renews_where_the_cheapest_cannot_be_taken() -> None:
    cheap = a_course("cheap", 1, needs=needs("z:1"), grants=["k:2"])
    path = plan("long build", LONG, BUILD, REFRESHER, cheap, ROLE, person=a_person(evidence=[known("k:2", 9)]))
    assert told(path)[1] == "refresher* 10-11"


def test_where_no_course_renews_it_the_path_stays_and_says_what_lapses_and_when() -> None:
    path = plan("long build", LONG, BUILD, ROLE, person=a_person(evidence=[known("k:3", 4)]))
    assert (told(path), path.lapses) == (["long 0-9", "build 10-14"], (Lapse(fact("k:2"), day(5)),))


def test_a_renewal_is_brought_forward_to_where_its_own_requirement_still_holds() -> None:
    refresher = a_course("refresher", 2, needs=needs("m:1"), grants=["k:2"])
    first = a_course("first", 3, grants=["f:1"])
    person = a_person(evidence=[known("k:2", 9), known("m:1", 8)])
    path = plan("first long build", first, LONG, BUILD, refresher, ROLE, person=person)
    assert told(path) == ["first 0-2", "refresher* 3-4", "long 5-14", "build 15-19"]


def test_of_alternatives_that_lapsed_only_the_cheapest_is_renewed() -> None:
    build = a_course("build", 5, needs=any_of([fact("k:2"), fact("m:1")]), grants=["b:1"])
    other = a_course("other", 1, grants=["m:1"])
    person = a_person(evidence=[known("k:2", 4), known("m:1", 4)])
    path = plan("long build", LONG, build, REFRESHER, other, ROLE, person=person)
    assert told(path) == ["long 0-9", "other* 10-10", "build 11-15"]


def test_an_alternative_that_still_holds_makes_a_renewal_needless() -> None:
    build = a_course("build", 5, needs=any_of([fact("k:2"), fact("m:1")]), grants=["b:1"])
    person = a_person(evidence=[known("k:2", 4), known("m:1", 10)])
    assert told(plan("long build", LONG, build, REFRESHER, ROLE, person=person)) == ["long 0-9", "build 10-14"]


def test_two_facts_that_lapsed_are_both_renewed() -> None:
    build = a_course("build", 5, needs=needs("k:2", "m:1"), grants=["b:1"])
    other = a_course("other", 1, grants=["m:1"])
    person = a_person(evidence=[known("k:2", 4), known("m:1", 4)])
    path = plan("long build", LONG, build, REFRESHER, other, ROLE, person=person)
    assert told(path) == ["long 0-9", "other* 10-10", "refresher* 11-12", "build 13-17"]


def test_a_course_that_grants_two_lapsed_facts_renews_both() -> None:
    build = a_course("build", 5, needs=needs("k:2", "m:1"), grants=["b:1"])
    both = a_course("both", 1, grants=["k:2", "m:1"])
    person = a_person(evidence=[known("k:2", 4), known("m:1", 4)])
    path = plan("long build", LONG, build, REFRESHER, both, ROLE, person=person)
    assert told(path) == ["long 0-9", "both* 10-10", "build 11-15"]


def test_a_course_whose_exemption_ends_is_taken_or_named_as_lapsing() -> None:
    build = a_course("build", 5, needs=needs("intro"), grants=["b:1"])
    person = a_person(exempt=[Exemption(fact=CourseDone("intro"), until=day(5))])
    taken = plan("long build", LONG, build, a_course("intro", 2, renewal_hours=1), ROLE, person=person)
    assert told(taken) == ["long 0-9", "intro* 10-11", "build 12-16"]
    closed = plan("long build", LONG, build, a_course("intro", 2, needs=needs("z:1")), ROLE, person=person)
    assert (told(closed), closed.lapses) == (["long 0-9", "build 10-14"], (Lapse(CourseDone("intro"), day(6)),))


def test_what_lapses_again_for_the_need_it_was_renewed_for_is_given_up() -> None:
    one = a_course("one", 40, grants=[brief("k:1", 1)])
    two = a_course("two", 40, grants=[brief("m:1", 1)])
    path = plan(
        "long",
        LONG,
        one,
        two,
        a_role("role", "l:1", "k:1", "m:1"),
        person=a_person(evidence=[known("k:1", 5), known("m:1", 5)]),
    )
    assert told(path) == ["long 0-9", "two* 10-49"]
    assert path.lapses == (Lapse(fact("k:1"), day(6)),)


def test_of_two_renewals_the_one_that_lasts_less_long_comes_last() -> None:
    slow = a_course("slow", 40, grants=[brief("m:1", 2)])
    quick = a_course("quick", 2, grants=[brief("k:1", 1)])
    person = a_person(evidence=[known("k:1", 5), known("m:1", 5)])
    path = plan("long", LONG, quick, slow, a_role("role", "l:1", "k:1", "m:1"), person=person)
    assert told(path) == ["long 0-9", "slow* 10-49", "quick* 50-51"]
    assert path.lapses == ()


def test_a_step_is_renewed_for_each_step_that_needs_it_later() -> None:
    short = a_course("short", 2, renewal_hours=1, grants=[brief("k:2", 1)])
    fill = [a_course(f"fill{n}", 40, grants=[f"f{n}:1"]) for n in range(2)]
    use = [a_course(f"use{n}", 1, needs=needs("k:2"), grants=[f"u{n}:1"]) for n in range(2)]
    role = a_role("role", "f0:1", "f1:1", "u0:1", "u1:1")
    path = plan("short fill0 use0 fill1 use1", short, *fill, *use, role)
    assert [step.split()[0] for step in told(path)] == ["short", "fill0", "short*", "use0", "fill1", "short*", "use1"]


def test_evidence_by_the_latest_policy_falls_back_to_what_is_left_when_it_lapses() -> None:
    person = a_person(
        evidence=[
            Evidence(competency="k", level=1, on=day(-90)),
            Evidence(competency="k", level=2, on=day(-30), until=day(7)),
        ]
    )
    path = plan("long build", LONG, BUILD, REFRESHER, ROLE, person=person, policy=EvidencePolicy.LATEST)
    assert told(path) == ["long 0-9", "refresher* 10-11", "build 12-16"]
    lasting = a_person(evidence=[*person.evidence, Evidence(competency="k", level=4, on=day(-99))])
    path = plan("long build", LONG, BUILD, REFRESHER, ROLE, person=lasting)
    assert told(path) == ["long 0-9", "build 10-14"]


def test_nothing_that_lapses_after_the_path_is_renewed() -> None:
    path = plan("build", BUILD, REFRESHER, a_role("role", "b:1", "k:2"), person=a_person(evidence=[known("k:2", 4)]))
    assert (told(path), path.lapses) == (["build 0-4"], ())


def test_without_steps_nothing_lapses() -> None:
    path = plan("", REFRESHER, a_role("role", "k:2"), person=a_person(evidence=[known("k:2", 0)]))
    assert (path.steps, path.ready_on, path.lapses) == ((), TODAY, ())


# -- with sessions


def test_a_renewal_with_sessions_takes_the_latest_that_serves_without_delay() -> None:
    course = a_course("course", 1, sessions=(at(day(3)), at(day(8)), at(day(12))), grants=["k:2"])
    path = plan("long build", LONG, BUILD, course, ROLE, person=a_person(evidence=[known("k:2", 5)]))
    assert told(path) == ["long 0-9", "course* 8-8", "build 10-14"]


def test_where_no_session_serves_in_time_the_step_waits_for_the_earliest_later_one() -> None:
    course = a_course("course", 1, sessions=(at(day(30)), at(day(20)), at(day(2), seats=0)), grants=["k:2"])
    path = plan("long build", LONG, BUILD, course, ROLE, person=a_person(evidence=[known("k:2", 5)]))
    assert told(path) == ["long 0-9", "course* 20-20", "build 20-24"]


def test_a_session_too_early_to_last_is_not_taken() -> None:
    course = a_course("course", 1, sessions=(at(day(1)), at(day(60))), grants=[brief("k:2", 1)])
    long = a_course("long", 40, grants=["l:1"])
    path = plan("long", long, course, a_role("role", "l:1", "k:2"), person=a_person(evidence=[known("k:2", 5)]))
    assert told(path) == ["long 0-39", "course* 60-60"]


def test_a_renewal_goes_early_enough_for_the_session_that_needs_it() -> None:
    exam = a_course("exam", 1, needs=needs("k:2"), sessions=(at(day(12)), at(day(60))), grants=["e:1"])
    path = plan(
        "long exam", LONG, exam, REFRESHER, a_role("role", "l:1", "e:1"), person=a_person(evidence=[known("k:2", 5)])
    )
    assert told(path)[-1] == "exam 12-12"
    assert (path.ready_on, path.lapses) == (day(12), ())


def test_a_renewal_is_put_off_to_the_end_of_a_wait() -> None:
    exam = a_course("exam", 1, needs=needs("k:2"), sessions=(at(day(50)),), grants=["e:1"])
    path = plan(
        "long exam", LONG, exam, REFRESHER, a_role("role", "l:1", "e:1"), person=a_person(evidence=[known("k:2", 5)])
    )
    assert told(path) == ["long 0-9", "refresher* 49-50", "exam 50-50"]


def test_a_renewal_does_not_make_somebody_miss_a_session() -> None:
    talk = a_course("talk", 1, needs=needs("l:1"), sessions=(at(day(10)), at(day(70))), grants=["t:1"])
    after = a_course("after", 3, needs=needs("t:1", "k:2"), grants=["a:1"])
    path = plan(
        "long talk after",
        LONG,
        talk,
        after,
        REFRESHER,
        a_role("role", "a:1"),
        person=a_person(evidence=[known("k:2", 5)]),
    )
    assert told(path) == ["long 0-9", "talk 10-10", "refresher* 10-11", "after 12-14"]


def test_a_path_without_a_date_is_not_kept_fresh_for_its_end_but_its_dated_steps_are() -> None:
    gone = a_course("gone", 1, grants=["g:1"], sessions=(at(day(-9)),))
    role = a_role("role", "l:1", "b:1", "g:1", "m:1")
    build = a_course("build", 5, needs=needs("k:2", "l:1"), grants=["b:1"])
    person = a_person(evidence=[known("k:2", 5), known("m:1", 5)])
    path = plan("long build gone", LONG, build, gone, REFRESHER, a_course("m", 1, grants=["m:1"]), role, person=person)
    assert told(path) == ["long 0-9", "refresher* 10-11", "build 12-16", "gone"]
    assert (path.ready_on, path.lapses) == (None, ())


@pytest.mark.parametrize("weekly", [Fraction(1, 3), Fraction(40)])
def test_a_slower_week_lapses_more(weekly: Fraction) -> None:
    curriculum = a_curriculum(LONG, BUILD, REFRESHER, ROLE)
    record = record_on(curriculum, a_person(evidence=[known("k:2", 9)]), TODAY)
    path = arrange(
        record,
        [LONG, BUILD],
        {"long": 1000, "build": 500},
        (fact("l:1"), fact("b:1")),
        weekly_hours=weekly,
        previous=["long", "build"],
    )
    assert any(step.renews for step in path.steps) == (weekly < 1)
