"""Who is told what about rules, each morning of a working day and in one mail at most.

Whom a rule gave a target hears of it once; of its date once when it is a month away and once when it is a week away, as
long as something is missing. Whoever made a rule hears in one mail what all of their rules did since the last one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import Permission, can
from lms.services.entry import sessions
from lms.services.learning import notices
from lms.services.rules import fitting
from lms.services.rules.standing import STANDS
from lms.services.running import outbox
from lms.storage.paths import Path
from lms.storage.people import Person, StudyPlan
from lms.storage.rules import AssignmentRule, RuleReach

MONTH, WEEK = timedelta(days=30), timedelta(days=7)


def tell(session: Session, *, now: datetime) -> int:
    """Ask for the mails of today; says for how many."""
    today = calendar.today(session, now=now)
    return _to_people(session, today, now) + _to_makers(session, today, now)


def _to_people(session: Session, today: date, now: datetime) -> int:
    rows = session.execute(
        select(RuleReach, AssignmentRule, StudyPlan.targets, StudyPlan.aim, Path.status)
        .join(AssignmentRule, AssignmentRule.id == RuleReach.rule_id)
        .join(Person, Person.id == RuleReach.person_id)
        .join(StudyPlan, StudyPlan.person_id == RuleReach.person_id)
        .outerjoin(Path, Path.person_id == RuleReach.person_id)
        .where(Person.state == "active", STANDS)
        .order_by(RuleReach.person_id)
        .with_for_update(of=RuleReach)
    ).all()
    standing = [row for row in rows if row.targets == [row.AssignmentRule.target]]
    muted = notices.muting(session, "aims", {row.RuleReach.person_id for row in standing})
    told = 0
    for reach, rule, _, aim, status in standing:
        if reach.person_id in muted:
            continue
        if reach.told_on is None:
            reach.told_on, what = today, "set"
        elif status != "ready" and aim == rule.aim and _comes_near(rule.aim, reach, today):
            reach.reminded_on, what = today, "near"
        else:
            continue
        outbox.send(session, "rule-aim", reach.person_id, now=now, rule=rule.id, what=what)
        told += 1
    return told


def _comes_near(aim: date, reach: RuleReach, today: date) -> bool:
    """Is there a month left, or a week, and was nothing said of it since?"""
    if not today <= aim <= today + MONTH:
        return False
    said = max(day for day in (reach.told_on, reach.reminded_on) if day is not None)
    due = aim - WEEK if today >= aim - WEEK else aim - MONTH
    return said < due


def _to_makers(session: Session, today: date, now: datetime) -> int:
    rows = session.execute(
        select(RuleReach, AssignmentRule.made_by)
        .join(AssignmentRule, AssignmentRule.id == RuleReach.rule_id)
        .where(RuleReach.reported_on.is_(None))
        .order_by(RuleReach.rule_id)
        .with_for_update(of=RuleReach)
    ).all()
    did: dict[int, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for reach, maker in rows:
        reach.reported_on = today
        did[maker][reach.rule_id][reach.outcome] += 1
    muted = notices.muting(session, "rules", did)
    told = 0
    for maker, rules in sorted(did.items()):
        if maker in muted or not can(sessions.actor_of(session, maker), Permission.RULES_READ):
            continue
        report = [[rule, *(counts[what] for what in _SAID)] for rule, counts in rules.items()]
        outbox.send(session, "rule-report", maker, now=now, rules=report)
        told += 1
    return told


_SAID = (fitting.SET, fitting.KEPT, fitting.ALREADY)
"""What a report says of each rule, in this order."""
