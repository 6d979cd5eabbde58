"""Asking that rules come to people: when people change, when a rule does, and daily. A job does it (`reaching`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.services.running.jobs import enqueue
from lms.storage.rules import AssignmentRule

KIND = "rules.apply"
MOST = 50
"""How many people are reached in one transaction; a job for the rest follows."""


def people_changed(session: Session, people: Collection[int], *, now: datetime, actor: Actor = SITE) -> None:
    """These people joined, came back, or have another role or team: a job looks which rules are for them now.

    Many at once are left to the job that looks at everybody. Nothing is asked for while no rule is in force.
    """
    if len(people) > MOST:
        everybody_changed(session, now=now, actor=actor)
    elif people and _are_there(session):
        for person in sorted(people):
            enqueue(session, KIND, {"people": [person]}, now=now, actor=actor, dedupe_key=f"{KIND}:{person}")


def everybody_changed(session: Session, *, now: datetime, actor: Actor = SITE) -> None:
    """A rule was made or switched off, or teams moved: a job looks at everybody, where any rule is in force."""
    if _are_there(session):
        enqueue(session, KIND, {}, now=now, actor=actor, dedupe_key=KIND)


def _are_there(session: Session) -> bool:
    return session.scalar(select(AssignmentRule.id).where(AssignmentRule.off_at.is_(None)).limit(1)) is not None
