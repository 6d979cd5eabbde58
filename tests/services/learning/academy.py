"""A small academy with a course of every kind of completion, a line of two managers above a rep, and a trainer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Grant
from lms.engine.curriculum import Session as Meeting
from lms.services import paths, replanning
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Person
from tests.build import a_course, a_curriculum, a_role, needs
from tests.organisation import a_team, somebody, who_holds

SEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Academy:
    """Who there is; `head` stands above `manager`, who stands above `rep` and `other`."""

    curriculum: int
    rep: Person
    other: Person
    manager: Person
    head: Person
    trainer: Person
    second_trainer: Person

    def actor(self, session: Session, who: Person) -> Actor:
        """The person as an actor."""
        return sessions.actor_of(session, who.id)


def an_academy(session: Session, *, now: datetime) -> Academy:
    """Courses: basics and next count at once, talk by a manager, pitch by a trainer, workshop by attendance, seats by
    oneself in sessions of five seats, yearly lapses. The role `closer` asks for all but the last two. Committed.
    """
    ahead, past = now + timedelta(days=10), now - timedelta(days=3)
    curriculum = drafts.save_draft(
        session,
        SITE,
        a_curriculum(
            a_course("basics", 2, grants=["k:1"], link="https://learn.example/basics", summary="One.\n\nTwo <b>."),
            a_course("next", 2, needs=needs("basics"), grants=["k:2"]),
            a_course("talk", 2, grants=["talking:2"], completion=CompletedBy.MANAGER),
            a_course("pitch", 2, grants=["pitching:2"], completion=CompletedBy.TRAINER),
            a_course(
                "workshop",
                4,
                grants=["work:2"],
                completion=CompletedBy.ATTENDANCE,
                sessions=(a_meeting("workshop-past", past), a_meeting("workshop-1", ahead)),
            ),
            a_course(
                "seats", 1, sessions=(a_meeting("seats-1", ahead), a_meeting("seats-2", ahead + timedelta(days=7)))
            ),
            a_course("yearly", 1, grants=[Grant(competency="law", level=1, valid_months=12)]),
            a_course("apart", 1),
            a_role("starter", "k:1"),
            a_role("closer", "k:2", "talking:2", "pitching:2", "work:2"),
        ),
        now=now,
    )
    publishing.publish(session, SITE, curriculum, now=now)
    head = somebody(session, "Hanna Head", rights=[])
    manager = somebody(session, "Mona Manager", rights=[])
    top = a_team(session, "Sales", manager=head)
    team = a_team(session, "North", parent=top, manager=manager)
    manager.team_id = team.id
    trainer, second = (somebody(session, name, rights=["trainer"]) for name in ("Tara Trainer", "Tom Trainer"))
    session.add_all(CurriculumOwner(curriculum_id=curriculum, person_id=one.id) for one in (trainer, second))
    rep, other = (somebody(session, name, team=team) for name in ("Rita Rep", "Olaf Other"))
    for person in (rep, other):
        who_holds(session, person, "starter", curriculum, since=date(2026, 1, 1), targets=["closer"])
    plan(session, rep, other, now=now)
    session.commit()
    return Academy(
        curriculum=curriculum, rep=rep, other=other, manager=manager, head=head, trainer=trainer, second_trainer=second
    )


def plan(session: Session, *people: Person, now: datetime) -> None:
    """Plan these people."""
    numbers = [person.id for person in people]
    replanning.input_changed(session, numbers, now=now)
    paths.replan_now(session, numbers, now=now)


def a_meeting(number: str, starts: datetime) -> Meeting:
    """A session of two hours with five seats."""
    begin = starts.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return Meeting(id=number, starts=begin, ends=begin + timedelta(hours=2), seats=SEATS)
