"""What people of the demo have handed in during the last days: it waits for its reviewer, or more is asked of them.

No mail is asked for: the first minute of a demo would be a heap of it. *Instead of:* pieces that were signed off, whose
ratings would stand in the ledger beside those of the history and count twice.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.services import calendar
from lms.services.evidence import routing, texts
from lms.services.evidence.desk import Desk, Subject
from lms.storage.evidence_pieces import Part, Piece, Review
from lms.storage.paths import Path
from lms.storage.people import Person

ONE_IN = 4
"""Of so many people on their way, one has handed something in."""
SAID = (
    "A renewal: I named our price first and kept it through two rounds.",
    "My notes of the discovery call. The customer found the cost of doing nothing by herself.",
    "Joint plan with procurement, with their dates in it.",
    "I led the debrief with the new colleague; ask him how it went.",
)
ASKED = "Which of the two offers did they take, and why? One sentence is enough."


def write(session: Session, curriculum: Curriculum, curriculum_id: int, now: datetime) -> None:
    """The pieces, once everybody's path is planned: of what a target asks and the person does not hold."""
    here = routing.desk(session, calendar.today(session, now=now))
    on_their_way = (
        select(Path.person_id, Path.document, Person.team_id)
        .join(Person, Person.id == Path.person_id)
        .where(Path.met < Path.required, Person.state == "active")
    )
    for number, document, team in session.execute(on_their_way.order_by(Path.person_id)):
        draw = random.Random(f"evidence:{number}")
        gaps = [gap for gap in json.loads(document)["gaps"] if "competency" in gap]
        if gaps and draw.randrange(ONE_IN) == 0:
            gap = draw.choice(gaps)
            about = Subject(
                person_id=number,
                team_id=team,
                curriculum_id=curriculum_id,
                raters=curriculum.competency_by_id[gap["competency"]].raters,
            )
            _piece(session, here, about, gap["competency"], gap["held"] + 1, draw, now)


def _piece(
    session: Session, here: Desk, about: Subject, competency: str, level: int, draw: random.Random, now: datetime
) -> None:
    chair = here.first(about)
    if chair is None:
        return
    then = now - timedelta(days=draw.randrange(1, 6), hours=draw.randrange(8))
    sent_back = draw.randrange(ONE_IN) == 0
    piece = Piece(
        person_id=about.person_id,
        curriculum_id=about.curriculum_id,
        competency=competency,
        level=level,
        kind="note",
        shown_on=then.date() - timedelta(days=1),
        handed_in_at=then,
        state="more-asked" if sent_back else "waiting",
        reviewer_id=chair.person_id,
        capacity=chair.capacity,
        since=then,
        answered_at=now if sent_back else None,
        digest=f"demo:{about.person_id}",
    )
    session.add(piece)
    session.flush()  # its part needs its number
    rows: list[tuple[Part | Review, str]] = [
        (Part(piece_id=piece.id, person_id=about.person_id, added_at=then), draw.choice(SAID))
    ]
    rows += _asked(piece, now) if sent_back else ()
    session.add_all(row for row, _ in rows)
    session.flush()  # the texts need their numbers
    for row, text in rows:
        texts.keep(session, about.person_id, type(row), row.id, text)


def _asked(piece: Piece, now: datetime) -> Iterator[tuple[Review, str]]:
    review = Review(
        piece_id=piece.id,
        person_id=piece.person_id,
        at=now,
        outcome="more-asked",
        by_id=piece.reviewer_id,
        capacity=piece.capacity,
    )
    yield review, ASKED
