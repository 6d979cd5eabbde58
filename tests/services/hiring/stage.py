"""An opening for a closer in a team, with its hiring manager, a recruiter, two interviewers and a rep on the way there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lms.engine.curriculum import Gate
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.hiring import candidates, interviews, openings
from lms.services.hiring.candidates import Reached
from lms.services.hiring.interviews import Scores
from lms.services.hiring.openings import NewOpening
from lms.storage.hiring import Candidate, Interview, Opening
from lms.storage.people import Person
from lms.storage.record import Evidence
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, a_team, somebody, who_holds

TODAY = NOW.date()
TOPICS = ("negotiating", "talking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Who there is. Priya manages the team and the opening; Rhea recruits; Bo and Cy interview; Dana is a rep."""

    opening: Opening
    manager: Person
    recruiter: Person
    bo: Person
    cy: Person
    rep: Person

    def actor(self, session: Session, name: str) -> Actor:
        """One of them as an actor."""
        return sessions.actor_of(session, getattr(self, name).id)


def a_stage(session: Session, *, places: int = 1, gates: tuple[Gate, ...] = ()) -> Stage:
    """Dana shows negotiating at level 2 and aims at closer, which has these gates; a candidate shows nothing yet. Committed."""
    curriculum = a_curriculum(
        a_course("price", 8, grants=["negotiating:2"], cost=12_000),
        a_course("talks", 4, grants=["talking:2"], cost=50_000),
        a_role("seller", next=("closer",)),
        a_role("closer", "negotiating:2", "talking:2", gates=gates),
    )
    number = drafts.save_draft(session, SITE, curriculum, now=NOW)
    publishing.publish(session, SITE, number, note="first version", now=NOW)
    manager = somebody(session, "Priya", rights=[])
    team = a_team(session, "North", manager=manager)
    recruiter = somebody(session, "Rhea", rights=["recruiter"])
    bo, cy = somebody(session, "Bo", rights=[]), somebody(session, "Cy", rights=[])
    rep = somebody(session, "Dana", team=team)
    who_holds(session, rep, "seller", number, since=date(2026, 1, 1), targets=["closer"])
    shown = Evidence(
        person_id=rep.id, competency="negotiating", level=2, shown_on=date(2026, 6, 1), source="manager", rater_id=bo.id
    )
    ledger.note(session, SITE, "evidence.rated", now=NOW, rows=[shown])
    new = NewOpening(role="closer", curriculum_id=number, team_id=team.id, places=places, manager_id=manager.id)
    opened = openings.open_position(session, sessions.actor_of(session, recruiter.id), new, now=NOW)
    session.commit()
    return Stage(opening=opened, manager=manager, recruiter=recruiter, bo=bo, cy=cy, rep=rep)


def apply(session: Session, stage: Stage, name: str = "Zoë Quill", mail: str = "zoe@quill.example") -> Candidate:
    """A candidate of the opening."""
    actor = stage.actor(session, "recruiter")
    return candidates.add(session, actor, stage.opening.id, Reached(name=name, mail=mail), now=NOW)


def ask(session: Session, stage: Stage, whom: Candidate, name: str) -> Interview:
    """Ask one of the interviewers."""
    who: Person = getattr(stage, name)
    return interviews.plan(session, stage.actor(session, "recruiter"), whom.id, who.id, TOPICS, now=NOW)


def hand_in(session: Session, stage: Stage, interview: Interview, name: str, negotiating: int, talking: int) -> None:
    """One of the interviewers hands in what they found."""
    scores = Scores(
        levels={"negotiating": negotiating, "talking": talking},
        notes={"talking": f"{name} heard silences"},
        note=f"{name} would hire",
    )
    interviews.submit(session, stage.actor(session, name), interview.id, scores, now=NOW)


def interviewed(session: Session, stage: Stage, **more: str) -> Candidate:
    """A candidate whom both have interviewed."""
    whom = apply(session, stage, **more)
    both = {name: ask(session, stage, whom, name) for name in ("bo", "cy")}
    hand_in(session, stage, both["bo"], "bo", 2, 1)
    hand_in(session, stage, both["cy"], "cy", 1, 2)
    return whom
