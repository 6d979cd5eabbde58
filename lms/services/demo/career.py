"""One person's years: hired, trained for the role, promoted, on the way to the next one, at the end of their story.

A story says how somebody lives (how fast, how successful, who looks after them), not where they stand: that is what the
planner makes of what happened.
*Instead of:* rows that put everybody where a page looks good, which fall apart when somebody asks how it came to that.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lms.engine import person as values
from lms.engine.competency import Attainment
from lms.engine.curriculum import AttestationGate, CompletedBy, Course
from lms.engine.days import DAY, Period, last_valid_day
from lms.engine.path import PathStep
from lms.engine.profile import record_on
from lms.engine.requirement import AtLeast, CourseDone, Requirement, holds
from lms.services.demo.diary import Asked, Attested, Diary, Enrolled, Held, Spared
from lms.services.demo.organisation import HANDED_OVER, Duty, Member, Story
from lms.services.demo.walk import Walker
from lms.services.demo.world import World

BEFORE = {
    "sdr": (),
    "account-executive": ("sdr",),
    "senior-account-executive": ("sdr", "account-executive"),
    "account-manager": ("sdr", "account-executive"),
    "key-account-manager": ("account-executive", "account-manager"),
    "team-lead": ("account-executive", "senior-account-executive"),
    "sales-manager": ("senior-account-executive", "team-lead"),
    "enablement-specialist": ("account-executive",),
}
"""The roles somebody usually held before."""
USUAL_MONTHS = {"sdr": (11, 16), "account-executive": (20, 27), "senior-account-executive": (13, 20)}
TRAINED = frozenset({Story.READY, Story.QUOTA, Story.WORD, Story.TIME})
"""Stories of people who have nothing left to learn."""
LOOKED_AFTER = TRAINED | {Story.CLOSE, Story.WAITING}
"""Stories of people who let nothing lapse."""
LEFT_WHEN_CLOSE = 1_200
"""Hundredths of an hour that are left to learn for somebody who is close."""
REASONS = (
    "Eight years in the trade before joining us; showed it in the hiring exercise.",
    "Taught this at the previous company. Certificate seen.",
    "Passed the same course of our partner; record on file.",
)


def live(world: World, member: Member) -> Diary:
    """The years of a member up to today."""
    draw = random.Random(f"{world.seed}:{member.number}")
    diary = Diary(hired=world.today, weekly_hundredths=draw.choice((300, 400, 400, 500, 600)))
    walker = Walker(world=world, member=member, diary=diary, draw=draw)
    if member.part is None:
        return diary
    _hire(walker, member.part.role, member.part.story)
    diary.away = _away(walker)
    diary.targets = member.part.targets
    if member.part.story is Story.NEW:
        diary.weekly_hundredths = 400
        return diary
    if member.part.story is Story.TIME:
        diary.weekly_hundredths = 600
    _learn(walker)
    if member.part.targets:
        _attest(walker)
        diary.aim, diary.minimise = _wishes(walker)
    if member.duty is Duty.LEAVER:
        diary.left = world.today - HANDED_OVER
        _forget_after(diary, diary.left)
    return diary


def _hire(walker: Walker, role: str, story: Story) -> None:
    """The roles held, from the present one back to the day of hiring."""
    draw, diary = walker.draw, walker.diary
    if story is Story.NEW:
        diary.hired = walker.world.today - draw.randint(3, 20) * DAY
        diary.roles = [Held(role=role, starts=diary.hired)]
        return
    earlier = BEFORE[role][draw.choice((0, 0, 1)) :]
    starts = _begun(walker, role, story)
    roles = [Held(role=role, starts=starts)]
    for before in reversed(earlier):
        starts = _months_back(starts, draw.randint(*USUAL_MONTHS.get(before, (13, 20))))
        roles.insert(0, Held(role=before, starts=starts))
    diary.hired, diary.roles = roles[0].starts, roles


def _begun(walker: Walker, role: str, story: Story) -> date:
    """Since when somebody of this story holds the present role."""
    part, draw = walker.member.part, walker.draw
    asked = max((walker.world.months_asked(role, target) for target in part.targets), default=0) if part else 0
    if story is Story.TIME:
        return walker.world.today - timedelta(days=int((asked - draw.choice((0.7, 1.2))) * 30.5))
    if story in {Story.STEADY, Story.LAPSED}:
        months = draw.randint(4, asked + 4)
    elif story is Story.UNDECIDED:
        months = draw.randint(14, 40)
    else:
        months = asked + draw.randint(4, 8)
    return _months_back(walker.world.today, months).replace(day=1 if draw.random() < 0.6 else draw.randint(2, 28))


def _months_back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def _away(walker: Walker) -> list[Period]:
    """Two weeks each summer, and for some a week or two soon."""
    draw, today = walker.draw, walker.world.today
    found = []
    for year in range(walker.world.begins.year, today.year + 1):
        first = date(year, 7, 1) + timedelta(days=draw.randint(0, 50))
        found.append(Period(first, first + timedelta(days=13)))
    if draw.random() < 0.35:
        first = today + timedelta(days=draw.randint(5, 100))
        found.append(Period(first, first + timedelta(days=draw.randint(4, 14))))
    return [
        period for period in found if period.first > walker.diary.hired and not period.first <= today <= period.last
    ]


def _learn(walker: Walker) -> None:
    """From role to role, as far as the academy has seen it."""
    world, diary, draw = walker.world, walker.diary, walker.draw
    part = walker.member.part
    assert part is not None
    opening = max(diary.hired, world.begins) + timedelta(days=draw.randint(3, 25))
    at_opening = next(held for held in reversed(diary.roles) if held.starts <= opening)
    if at_opening.role != "sdr" or diary.hired < world.begins:
        _assess(walker, at_opening.role or "", opening, new=diary.hired >= world.begins)
    day = opening
    for held, after in zip(diary.roles, [*diary.roles[1:], None], strict=True):
        if after is not None and after.starts <= opening:
            continue
        day = max(day, held.starts)
        if held.role == "sdr":
            day = walker.follow([held.role], day, idle=draw.uniform(1.0, 1.3), until=after.starts if after else None)
        if after is not None:
            ready = after.starts - draw.randint(10, 30) * DAY
            walker.follow([after.role or ""], day, finish=ready, until=ready)
            _promote(walker, after)
            day = after.starts + 5 * DAY
    if part.targets:
        _aim(walker, part.targets, day)


def _aim(walker: Walker, targets: Sequence[str], day: date) -> None:
    """On the way to the target, as the story has it."""
    part, draw, today = walker.member.part, walker.draw, walker.world.today
    assert part is not None
    story = part.story
    if story in TRAINED:
        walker.follow(targets, day, finish=today - draw.randint(20, 50) * DAY)
    elif story is Story.CLOSE:
        walker.follow(targets, day, finish=today - draw.randint(8, 25) * DAY, keep=_all_but_the_last)
    elif story is Story.WAITING:
        walker.follow(targets, day, finish=today - draw.randint(70, 100) * DAY, keep=_before_a_sign_off)
    else:
        walker.follow(targets, day, idle=draw.uniform(2.2, 5.0))
    walker.renew({Story.LAPSED: 0.0, Story.STEADY: 0.7}.get(story, 1.0) if story not in LOOKED_AFTER else 1.0)
    if story in TRAINED:
        walker.refresh(targets)
    if story is Story.WAITING:
        _start_and_wait(walker, targets)


def _all_but_the_last(steps: Sequence[PathStep]) -> int:
    """How many steps to take so that an easy rest is left: at least one."""
    kept, left = max(0, len(steps) - 1), steps[-1].hours if steps else 0
    while kept and left + steps[kept - 1].hours <= LEFT_WHEN_CLOSE:
        kept -= 1
        left += steps[kept].hours
    return kept


def _before_a_sign_off(steps: Sequence[PathStep]) -> int:
    """How many steps to take so that the next is one of the last that somebody else signs off."""
    signed = [number for number, step in enumerate(steps) if _is_signed_off(step)]
    return signed[-1] if signed else max(0, len(steps) - 1)


def _is_signed_off(step: PathStep) -> bool:
    return step.course.completion in {CompletedBy.MANAGER, CompletedBy.TRAINER} and not step.renews


def _start_and_wait(walker: Walker, targets: Sequence[str]) -> None:
    """The next course that somebody signs off was started long ago and finished weeks ago, and waits for their word."""
    path = walker.world.now.plan(walker.diary.person(), walker.world.today, roles=targets)
    step = next((step for step in path.steps if _is_signed_off(step) and step.session is None and not step.after), None)
    if step is None:
        return
    took = int(step.hours / walker.diary.weekly_hundredths * 7) + 1
    since = walker.at_work(walker.world.today - timedelta(days=took + walker.draw.randint(21, 35)))
    walker.diary.enrolments.append(Enrolled(course=step.course.id, state="started", since=since))
    done = walker.at_work(since + took * DAY)
    walker.diary.asked.append(Asked(course=step.course.id, by=step.course.completion.value, done_on=done))


def _assess(walker: Walker, role: str, opening: date, *, new: bool) -> None:
    """What somebody brought along, as it was found when the academy opened or when they were hired."""
    for item in walker.world.curriculum.role_by_id[role].requires.items:  # type: ignore[union-attr]
        _show(walker, item, opening, new=new)


def _show(walker: Walker, item: Requirement, opening: date, *, new: bool) -> None:
    """Evidence of a requirement, in the first weeks."""
    draw = walker.draw
    day = walker.at_work(min(opening + draw.randint(0, 30) * DAY, walker.yesterday - 5 * DAY))
    if isinstance(item, AtLeast):
        for one in draw.sample(item.items, item.n):
            _show(walker, one, opening, new=new)
    elif isinstance(item, CourseDone):
        walker.diary.completions.append(values.Completion(course=item.course, on=day))
    elif new and draw.random() < 0.12:
        exemption = values.Exemption(fact=item, on=day, reason=draw.choice(REASONS))
        walker.diary.spared.append(Spared(exemption=exemption, approver=walker.rater("manager", day)))
    elif (certificate := _certificate(walker, item)) is None:
        walker.rate(item.competency, item.level, day, draw.choice(("assessor", "assessor", "assessment", "manager")))
    elif walker.may_take(certificate.course, day):
        walker.diary.completions.append(values.Completion(course=certificate.course.id, on=day))
    else:
        until = last_valid_day(day, certificate.months)
        walker.rate(item.competency, item.level, day, "assessor", until)


class _Certificate(NamedTuple):
    """The course that grants an attainment for a while only, and for how many months."""

    course: Course
    months: int


def _certificate(walker: Walker, item: Attainment) -> _Certificate | None:
    """The certificate that stands for an attainment that lapses; no rating for good takes its place."""
    return next(
        (
            _Certificate(course, grant.valid_months)
            for course in walker.world.curriculum.courses
            for grant in course.grants
            if grant.competency == item.competency and grant.level == item.level and grant.valid_months
        ),
        None,
    )


def _promote(walker: Walker, to: Held) -> None:
    """Promoted: the rest was shown to the assessors, and what the gates ask for was attested."""
    world = walker.world
    role = world.curriculum.role_by_id[to.role or ""]
    day = walker.at_work(to.starts - walker.draw.randint(5, 9) * DAY)
    if day <= world.begins or day <= walker.diary.hired:
        return
    for item in role.requires.items:  # type: ignore[union-attr]
        record = record_on(world.curriculum, walker.diary.person(), day)
        if not holds(item, lambda fact, record=record: record.holds(fact, day)):  # type: ignore[misc]
            _show(walker, item, day - 30 * DAY, new=False)
    for gate in role.gates:
        if isinstance(gate, AttestationGate):
            _attested(walker, gate, day)


def _attest(walker: Walker) -> None:
    """What the target's gates ask somebody to attest, where the story has it."""
    part, draw = walker.member.part, walker.draw
    assert part is not None
    likely = {Story.WORD: 0.0, Story.CLOSE: 0.6, Story.STEADY: 0.2, Story.LAPSED: 0.2}.get(part.story, 1.0)
    for target in part.targets:
        for gate in walker.world.curriculum.role_by_id[target].gates:
            if isinstance(gate, AttestationGate) and draw.random() < likely:
                _attested(walker, gate, walker.at_work(walker.world.today - draw.randint(10, 80) * DAY))


def _attested(walker: Walker, gate: AttestationGate, day: date) -> None:
    if walker.diary.hired < day <= walker.yesterday:
        word = values.Attestation(title=gate.title, by=gate.by, on=day)
        walker.diary.attested.append(Attested(attestation=word, by=walker.rater(gate.by, day)))


def _wishes(walker: Walker) -> tuple[date | None, str]:
    """The date hoped for, and what the path should spare."""
    draw = walker.draw
    aim = walker.world.today + timedelta(days=draw.randint(60, 400)) if draw.random() < 0.5 else None
    return aim, draw.choices(("hours", "cost", "date", "courses"), (85, 8, 4, 3))[0]


def _forget_after(diary: Diary, left: date) -> None:
    """Nothing happened to a leaver after their last day."""
    diary.ratings = [rating for rating in diary.ratings if rating.evidence.on <= left]
    diary.completions = [done for done in diary.completions if done.on <= left]
    diary.away = [period for period in diary.away if period.last <= left]
    diary.roles.append(Held(role=None, starts=left + DAY))
