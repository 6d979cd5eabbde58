"""The whole history: everybody's diary, in the order of their numbers. Pure; the same seed and day give the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from lms.engine.curriculum import Curriculum
from lms.services.demo.career import live
from lms.services.demo.confirmed import confirm
from lms.services.demo.diary import Diary, Enrolled
from lms.services.demo.figures import reckon
from lms.services.demo.mistakes import slip
from lms.services.demo.organisation import Duty, Member, Organisation, Story, organisation
from lms.services.demo.world import World, world

Tick = Callable[[], None]
SOON = timedelta(days=120)


def history(
    curriculum: Curriculum, people: int, seed: int, today: date, tick: Tick = lambda: None
) -> tuple[Organisation, dict[int, Diary]]:
    """An organisation of so many people and what happened to each; `tick` is called after each life."""
    made = world(curriculum, organisation(people, seed, today), today, seed)
    diaries = {}
    for member in made.organisation.members:
        diaries[member.number] = live(made, member)
        tick()
    reckon(made, diaries)
    for member in made.organisation.having(Duty.REP):
        diary = diaries[member.number]
        slip(member.number, diary, seed)
        if diary.targets and member.part and member.part.story not in {Story.NEW, Story.WAITING}:
            _enrol(made, member, diary)
    for member in made.organisation.members:
        confirm(made, member, diaries[member.number])
    return made.organisation, diaries


def _enrol(made: World, member: Member, diary: Diary) -> None:
    """Some have started the next course of their path, some have a seat in a session that comes soon."""
    draw = random.Random(f"enrolments:{made.seed}:{member.number}")
    path = made.now.plan(diary.person(), made.today)
    for step in path.steps[:4]:
        if step.session is None and not step.after and step is path.steps[0] and draw.random() < 0.45:
            since = max(diary.hired, made.today - timedelta(days=draw.randint(1, 9)))
            diary.enrolments.append(Enrolled(course=step.course.id, state="started", since=since))
        elif step.session is not None and step.starts and step.starts < made.today + SOON and draw.random() < 0.5:
            since = max(diary.hired, made.today - timedelta(days=draw.randint(2, 30)))
            seat = Enrolled(course=step.course.id, state="enrolled", since=since, session=step.session.id)
            diary.enrolments.append(seat)
