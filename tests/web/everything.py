"""An organisation with one of each thing, every kind of visitor, and the address of every route, for the generated tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from lms.interop.sheets.sheet_write import to_csv
from lms.services import ledger
from lms.services.access import SITE
from lms.services.cycles import opening as opening_cycles
from lms.services.cycles import rating
from lms.services.cycles.opening import Terms
from lms.services.entry import sessions
from lms.services.evidence import texts
from lms.services.hiring import candidates, finding, interviews, openings
from lms.services.promotions import deciding, freezing, objecting, opening
from lms.services.records import notes, plans
from lms.services.rules import making
from lms.storage import tables
from lms.storage.accounts import SignIn
from lms.storage.curricula import Curriculum as CurriculumRow
from lms.storage.curricula import CurriculumDraft, CurriculumOwner, CurriculumVersion
from lms.storage.cycles import Sheet
from lms.storage.evidence_pieces import Deputy, Part, Piece, StoredFile
from lms.storage.hiring import CandidateFile, CandidateRequest
from lms.storage.jobs import Job
from lms.storage.people import Away, Person, Team
from lms.storage.promotions import PromotionCondition
from lms.storage.record import Completion
from lms.storage.site import Holiday
from lms.storage.uploads import Upload
from tests.organisation import NOW, TOKEN, Browser, a_published_curriculum, a_team, somebody, who_holds

VISITORS = (
    "nobody",
    "rep",
    "trainer",
    "manager",
    "administrator",
    "administrator without a second factor",
    "auditor",
    "deactivated",
)
CHANGES_BY_ITSELF = frozenset({"audit", "sign_in"})
"""What a page view may write: a denial, and that a session is in use."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The people of each kind, and a number for each name that a route gives its argument."""

    people: Mapping[str, int]
    numbers: Mapping[str, Any]
    hidden_curricula: tuple[int, int] = field(default=(0, 0))
    """One with a draft alone, and one archived."""

    def address(self, rule: Rule) -> str:
        """The address of a route, with numbers of things that are there."""
        built = rule.build({name: self.given(rule, name) for name in rule.arguments})
        assert built is not None
        return str(built[1])

    def given(self, rule: Rule, name: str) -> Any:
        """What the address of a route has in the place of this argument."""
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return min(converter.items)
        return self.numbers.get(name, 1)

    def visitor(self, app: Flask, kind: str) -> Browser:
        """A browser of this kind of visitor."""
        browser = Browser(app)
        if kind == "nobody":
            return browser
        return browser.sign_in(self.people[kind], second_factor=kind != VISITORS[5])


def organise(session: Session, name: str = "{kind}") -> Organisation:
    """Seed it; people, teams and curricula are named by `name`, where `{kind}` stands for what they are."""

    def named(kind: str) -> str:
        return name.replace("{kind}", kind)

    rights = {"rep": ["rep"], "trainer": ["trainer"], "manager": [], "auditor": ["auditor"], "deactivated": ["rep"]}
    rights |= {kind: ["administrator"] for kind in VISITORS if kind.startswith("administrator")}
    people = {kind: somebody(session, named(kind), rights=held) for kind, held in rights.items()}
    team = a_team(session, named("team"), manager=people["manager"])
    people["rep"].team_id = people["deactivated"].team_id = team.id
    subject = somebody(session, named("subject"), team=team)
    curriculum = a_published_curriculum(session)
    who_holds(session, people["rep"], "sdr", curriculum, since=date(2026, 1, 1), targets=["account-executive"])
    session.add(CurriculumOwner(curriculum_id=curriculum, person_id=people["trainer"].id))
    done = Completion(person_id=subject.id, course="discovery", completed_on=date(2026, 2, 1))
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[done], texts={done: named("note")})
    session.add_all(
        [
            Holiday(day=date(2026, 12, 25), title=named("holiday")),
            Away(person_id=subject.id, first=date(2026, 12, 1), last=date(2026, 12, 2)),
        ]
    )
    dead = Job(
        kind="mail.send",
        args={"template": "test", "person": subject.id},
        state="dead",
        run_after=NOW,
        created_at=NOW,
        finished_at=NOW,
        last_error="mail-refused: 550",
    )
    session.add(dead)
    session.add(
        SignIn(
            digest="sha256:0",
            person_id=subject.id,
            created_at=NOW,
            seen_at=NOW,
            expires_at=NOW,
            confirmed_at=NOW,
            device=named("device"),
        )
    )
    session.flush()
    people["deactivated"].state = "active"  # signs in first, and is deactivated after
    session.commit()
    numbers = {
        "person_id": subject.id,
        "team_id": team.id,
        "curriculum_id": curriculum,
        "job_id": dead.id,
        "version_number": 1,
        "sign_in_id": session.scalars(select(SignIn.id).where(SignIn.person_id == subject.id)).one(),
        "token": "not-a-token",
        "filename": "none.css",
        "upload_id": _a_sheet(session, people["administrator"], named),
    }
    numbers |= _record(session, people, subject, named)
    numbers |= _evidence(session, curriculum, subject, people, named)
    numbers |= _rule(session, curriculum, team.id, people)
    numbers |= _promotion(session, people, named)
    numbers |= _hiring(session, curriculum, team.id, people, named)
    numbers |= _cycle(session, team, people, named)
    return Organisation(
        people={kind: person.id for kind, person in people.items()},
        numbers=numbers,
        hidden_curricula=_hidden(session, curriculum, named),
    )


def _cycle(session: Session, team: Team, people: Mapping[str, Person], named: Any) -> dict[str, int]:
    """An open cycle of the team, in which the manager has begun to rate the rep."""
    manager = sessions.actor_of(session, people["manager"].id)
    moment = datetime.now(UTC)
    terms = Terms(title="Cycle", team_id=team.id, due=moment.date() + timedelta(days=7))
    cycle = opening_cycles.draft(session, manager, terms, now=moment)
    cycle.title = named("cycle")
    opening_cycles.open_(session, manager, cycle.id, now=moment)
    asked = session.scalars(select(Sheet).where(Sheet.rater_id == people["manager"].id)).first()
    assert asked is not None
    said = {asked.competencies[0]: rating.Answer(level=1, text=named("view"))}
    rating.save(session, manager, asked.id, said)
    session.commit()
    return {"cycle_id": cycle.id, "sheet_id": asked.id}


def _rule(session: Session, curriculum: int, team: int, people: Mapping[str, Person]) -> dict[str, int]:
    """A rule of the manager for their team, which set the target of nobody yet."""
    manager = sessions.actor_of(session, people["manager"].id)
    aims = making.Terms(
        team_ids=frozenset({team}),
        curriculum_id=curriculum,
        role="sdr",
        target="account-executive",
        aim=date(2099, 1, 1),
    )
    rule = making.make(session, manager, aims, now=NOW)
    session.commit()
    return {"rule_id": rule.id}


def _record(session: Session, people: Mapping[str, Person], subject: Person, named: Any) -> dict[str, int]:
    """A note about the subject, and a development plan with an action."""
    manager = sessions.actor_of(session, people["manager"].id)
    note = notes.add(session, manager, subject.id, named("note"), private=False, now=NOW)
    plan = plans.begin(session, manager, subject.id, now=NOW)
    plans.say(session, manager, plan.id, named("view"), now=NOW)
    plans.go_on(session, manager, plan.id, now=NOW)
    plans.summarise(session, manager, plan.id, named("summary"), now=NOW)
    new = plans.NewAction(text=named("action"), by_whom="person", due=date(2099, 1, 31))
    action = plans.add_action(session, manager, plan.id, new, now=NOW)
    session.commit()
    return {"note_id": note.id, "plan_id": plan.id, "item_id": action.id}


def _a_sheet(session: Session, sender: Person, named: Any) -> int:
    """A sheet of courses that waits to be put into the draft."""
    upload = Upload(person_id=sender.id, kind="courses", name=named("sheet"), mapping={}, created_at=datetime.now(UTC))
    upload.data = to_csv(["id", "title", "hours"], [["new-course", named("course"), 1]])
    session.add(upload)
    session.commit()
    return upload.id


def _evidence(
    session: Session, curriculum: int, subject: Person, people: Mapping[str, Person], named: Any
) -> dict[str, int]:
    """A piece of the subject that waits for the manager, with a file, and one whom a trainer stands in for."""
    piece = Piece(
        person_id=subject.id,
        curriculum_id=curriculum,
        competency="negotiating-positions",
        level=2,
        kind="file",
        shown_on=NOW.date(),
        handed_in_at=NOW,
        since=NOW,
        reviewer_id=people["manager"].id,
        capacity="manager",
        digest=named("digest")[:80],
    )
    deputy = Deputy(
        person_id=people["administrator"].id, deputy_id=people["trainer"].id, first=NOW.date(), last=date(2099, 1, 1)
    )
    session.add_all([piece, deputy])
    session.flush()
    part = Part(piece_id=piece.id, person_id=subject.id, added_at=NOW)
    session.add(part)
    session.flush()
    texts.keep(session, subject.id, Part, part.id, named("words"))
    file = StoredFile(
        part_id=part.id,
        person_id=subject.id,
        stored="0" * 32,
        name=named("file")[:200],
        media="text/plain",
        size=1,
        digest="x",
    )
    session.add(file)
    session.commit()
    return {"piece_id": piece.id, "file_id": file.id, "deputy_id": deputy.id}


def _promotion(session: Session, people: Mapping[str, Person], named: Any) -> dict[str, int]:
    """The rep's case in review, an entry of it marked as wrong, and a condition."""
    rep, manager = (sessions.actor_of(session, people[kind].id) for kind in ("rep", "manager"))
    case = opening.open_case(session, rep, people["rep"].id, "account-executive", now=NOW)
    opening.submit(session, rep, case.id, now=NOW)
    deciding.start_review(session, manager, case.id, now=NOW)
    frozen = freezing.frozen(case)
    assert frozen is not None
    mark = objecting.mark_wrong(session, rep, case.id, frozen["entries"][0]["key"], named("mark"), now=NOW)
    bound = PromotionCondition(
        promotion_id=case.id, person_id=case.person_id, set_by=people["manager"].id, due=date(2027, 1, 1)
    )
    session.add(bound)
    session.execute(delete(Job).where(Job.state == "waiting"))  # mails of days ago would say that no worker runs
    session.commit()
    return {"promotion_id": case.id, "mark_id": mark.id, "condition_id": bound.id}


def _hiring(session: Session, curriculum: int, team: int, people: Mapping[str, Person], named: Any) -> dict[str, int]:
    """An opening in the manager's team, with a candidate whom they are asked to interview, and all that is kept."""
    moment = datetime.now(UTC)
    manager = sessions.actor_of(session, people["manager"].id)
    terms = openings.NewOpening(
        role="sdr", curriculum_id=curriculum, team_id=team, manager_id=people["administrator"].id
    )
    opening = openings.open_position(session, manager, terms, now=moment)
    whom = candidates.add(
        session, manager, opening.id, candidates.Reached(name="Zoë", mail="zoe@quill.example"), now=moment
    )
    whom.name = named("candidate")[:200]
    topics = interviews.topics_of(finding.version_of(session, opening).curriculum, opening)
    asked = [topics[0].competency]
    interview = interviews.plan(session, manager, whom.id, people["manager"].id, asked, now=moment)
    claimed = candidates.Claimed(
        competency=asked[0], level=1, shown_on=NOW.date(), source="self", note=named("note")[:200]
    )
    entry = candidates.record(session, manager, whom.id, claimed, now=moment)
    candidates.write_note(session, manager, whom.id, named("note")[:200], now=moment)
    request = CandidateRequest(candidate_id=whom.id, kind="correction", at=moment, text=named("request")[:200])
    document = CandidateFile(
        candidate_id=whom.id,
        stored="1" * 32,
        name=named("document")[:200],
        media="text/plain",
        size=1,
        digest="x",
        added_by=people["manager"].id,
        added_at=moment,
    )
    session.add_all([request, document])
    session.commit()
    return {
        "opening_id": opening.id,
        "candidate_id": whom.id,
        "interview_id": interview.id,
        "entry_id": entry.id,
        "request_id": request.id,
        "document_id": document.id,
    }


def _hidden(session: Session, published: int, named: Any) -> tuple[int, int]:
    frozen = session.scalars(select(CurriculumVersion).where(CurriculumVersion.curriculum_id == published)).one()
    draft = CurriculumRow(key="only-a-draft", title=named("draft"))
    archived = CurriculumRow(key="archived", title=named("archived"), archived=True)
    session.add_all([draft, archived])
    session.flush()
    document = frozen.document.replace('"world-class-selling"', '"only-a-draft"')
    session.add(CurriculumDraft(curriculum_id=draft.id, document=document, digest=frozen.digest, changed_at=NOW))
    version = CurriculumVersion(
        curriculum_id=archived.id, number=1, document=frozen.document, digest=frozen.digest, published_at=NOW
    )
    session.add(version)
    session.flush()
    archived.published_id = version.id
    session.commit()
    return draft.id, archived.id


def deactivate(session: Session, organisation: Organisation) -> None:
    """Deactivate the person who is to be, after their browser has signed in."""
    session.get_one(Person, organisation.people["deactivated"]).state = "deactivated"
    session.commit()


def rules(app: Flask, method: str) -> list[Rule]:
    """Every route that takes this method, but the files."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def digests(session: Session) -> dict[str, str]:
    """A digest of every table's rows, but of those that a page view may write to."""
    session.rollback()
    found = {}
    for table in tables.metadata.sorted_tables:
        if table.name not in CHANGES_BY_ITSELF:
            rows = session.execute(select(table).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def token_of(browser: Browser, address: str = "/sign-in") -> str:
    """A CSRF token of this browser's session, read from a page."""
    found = TOKEN.search(browser.get(address).text)
    assert found, f"{address} has no form"
    return found.group(1)


@dataclass(kw_only=True)
class Form:
    """A form of a page: where it goes, how, and its fields with what stands in them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """The names of fields that hold text: typed or hidden."""


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and its forms."""

    def __init__(self, text: str, address: str = "") -> None:
        super().__init__()
        self.address = address
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element."""
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "form":
            self.forms.append(Form(action=given.get("action") or self.address, method=given.get("method", "get")))
        if not self.forms or "name" not in given or tag not in {"input", "textarea", "select"}:
            return
        form, kind = self.forms[-1], given.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        form.fields[given["name"]] = given.get("value", "")
        if tag in {"textarea", "select"} or kind not in {"checkbox", "radio", "file", "submit"}:
            form.texts.append(given["name"])

    def links(self) -> Iterator[str]:
        """Where its links lead."""
        return (given["href"] for tag, given in self.elements if tag == "a" and "href" in given)


def page_of(answer: TestResponse, address: str = "") -> Page:
    """What an answer is made of; what is no page, such as a PDF, is made of nothing."""
    return Page(answer.text if answer.mimetype == "text/html" else "", address)
