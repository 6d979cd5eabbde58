"""An organisation in which every page has something to show: the demo's people, and what only happens now and then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.interop.curriculum_file import read_curriculum
from lms.services import imports, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.services.demo.seed import Keys, seed
from lms.services.entry import invitations, links, sessions
from lms.services.imports import History, uploads
from lms.services.organisation import erasing, leaving
from lms.services.shipped import starter
from lms.storage.accounts import Account, OneTimeLink
from lms.storage.curricula import Curriculum
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Person, PersonalText, RightHeld, Team
from lms.storage.site import Site
from lms.storage.steps import Confirmation
from lms.storage.uploads import Upload
from tests.browser.acme_cycles import cycles
from tests.browser.acme_evidence import pieces
from tests.browser.acme_hiring import applied
from tests.browser.acme_promotions import cases
from tests.browser.acme_rules import rules
from tests.browser.live_site import SECRET, LiveSite
from tests.organisation import somebody

GOOD = b"mail,name,team\nwilma.groot@acme.example,Wilma Groot,Sales\nyusuf.aydin@acme.example,Yusuf Aydin,Sales\n"
BAD = b"mail,name,team\nwilma.groot@acme.example,,Sales\nno-mail-address,Yusuf Aydin,Sales\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acme:
    """Who there is, by what they are, and what stands in addresses."""

    who: dict[str, int]
    values: dict[str, str]
    tokens: dict[str, str]

    def value(self, endpoint: str, argument: str) -> str:
        """What stands in the address of a page for this argument of its rule."""
        if argument == "token":
            return self.tokens[endpoint]
        return self.values.get(f"{endpoint}:{argument}") or self.values[argument]


def found(site: LiveSite) -> Acme:
    """The organisation, written into the database of a site that nobody has set up."""
    now = datetime.now(UTC)
    with site.writing() as session:
        seed(session, Keys(password_hash="", secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), people=24, now=now)  # noqa: S106
        settings = session.scalars(select(Site)).one()
        settings.mail_host, settings.mail_port, settings.mail_security = "127.0.0.1", site.post.port, "none"
        who = _who(session)
        values = _happenings(session, who, now)
        values |= pieces(session, who, site.app.config["LMS_FILES"], now)
        values |= cases(session, who, now)
        values |= rules(session, who, now)
        values |= cycles(session, who, now)
        hiring, own_pages = applied(session, who, site.app.config["LMS_FILES"], SECRET, now)
        values |= hiring
        tokens = _links(session, who, now) | own_pages
    return Acme(who=who, values=values, tokens=tokens)


def _who(session: Session) -> dict[str, int]:
    def having(right: str) -> int:
        return (
            session.scalars(select(RightHeld.person_id).where(RightHeld.held == right).order_by("person_id")).first()
            or 0
        )

    far = select(Path.person_id, Team).join(Person, Person.id == Path.person_id).join(Team, Team.id == Person.team_id)
    learns = far.where(Path.person_id != Team.manager_id).order_by(Path.met - Path.required, Path.person_id)
    rep, team = session.execute(learns.limit(1)).one()
    new = somebody(session, "Rosa Lindqvist", rights=["rep"])
    everything = somebody(session, "Ada Byrne", rights=["administrator", "trainer", "rep"], team=team)
    session.get_one(Account, everything.id).totp_secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
    session.get_one(Account, everything.id).totp_since = datetime.now(UTC)
    replanning.input_changed(session, [new.id, everything.id], now=datetime.now(UTC))
    return {
        "everything": everything.id,
        "administrator": having("administrator"),
        "auditor": having("auditor"),
        "trainer": having("trainer"),
        "manager": team.manager_id or 0,
        "rep": rep,
        "new": new.id,
        "outsider": somebody(session, "Oskar Blom", rights=[]).id,
        "fairness": somebody(session, "Fay Okafor", rights=["fairness"]).id,
        "recruiter": somebody(session, "Rhea Sandoval", rights=["recruiter"]).id,
        "gone": somebody(session, "Gone Gregory").id,
        "left": somebody(session, "Left Lavinia").id,
    }


def _happenings(session: Session, who: dict[str, int], now: datetime) -> dict[str, str]:
    admin = sessions.actor_of(session, who["everything"])
    for one in ("gone", "left"):
        leaving.deactivate(session, SITE, who[one], now=now)
    erasing.erase(session, SITE, who["gone"], str(who["gone"]), now=now)
    value = read_curriculum(starter())
    published = session.scalars(select(Curriculum.id)).one()
    draft = drafts.save_draft(session, admin, replace(value, id="partners", title="Selling with partners"), now=now)
    report = imports.apply(
        session, admin, History.PEOPLE, b"mail,name\nzoe.kern@acme.example,Zoe Kern\n", "people.csv", now=now
    )
    _asked(session, who, published, now)
    dead = Job(kind="mail.send", args={"template": "invitation", "person": who["new"]}, state="dead", run_after=now,
               attempts=8, last_error="mail-refused: 550", created_at=now - timedelta(hours=3),
               finished_at=now)  # fmt: skip
    session.add(dead)
    session.flush()
    team = session.scalars(select(Team.id).order_by(Team.id)).first()
    return {
        "person_id": str(who["rep"]),
        "leaving.erase_form:person_id": str(who["left"]),
        "team_id": str(team),
        "team.show:team_id": str(session.get_one(Person, who["rep"]).team_id),
        "next": session.get_one(Path, who["rep"]).next_course or "",
        "session": value.course_by_id["product-fundamentals-live"].sessions[0].id,
        "curriculum_id": str(published),
        "draft": str(draft),
        "kind": "people",
        "editor.create:kind": "course",
        "part": "scale",
        "version_number": "1",
        "people.export:kind": "csv",
        "form": "csv",
        "upload_id": str(uploads.keep(session, admin, History.PEOPLE, "people.csv", GOOD, now=now).id),
        "bad_upload": str(_bad_upload(session, who, now)),
        "exchange.look:upload_id": str(_sheet(session, who, "id,title,hours\ncode-of-conduct,Our code,2\nnew,New,1", now)),
        "bad_sheet": str(_sheet(session, who, "id,Name of it,Dauer\nx,X,none\n,Y,1", now)),
        "batch_id": str(report.batch_id),
        "job_id": str(dead.id),
        "left": str(who["left"]),
        "gone": str(who["gone"]),
        "new": str(who["new"]),
    }  # fmt: skip


def _asked(session: Session, who: dict[str, int], curriculum: int, now: datetime) -> None:
    """What the rep asked to be confirmed: one step waits, more is asked for another."""
    asked = {"person_id": who["rep"], "curriculum_id": curriculum, "by": "manager", "asked_at": now - timedelta(days=5)}
    day = (now - timedelta(days=6)).date()
    sent_back = Confirmation(**asked, course="observed-calls", done_on=day, state="more-asked", answered_at=now,
                             answered_by=who["manager"])  # fmt: skip
    session.add_all([Confirmation(**asked, course="ride-along", done_on=day), sent_back])
    session.flush()
    text = "The notes of the second call, please."
    session.add(
        PersonalText(person_id=who["rep"], about_kind="confirmation", about_id=sent_back.id, salt="salt", text=text)
    )


def _bad_upload(session: Session, who: dict[str, int], now: datetime) -> int:
    other = sessions.actor_of(session, who["administrator"])
    return uploads.keep(session, other, History.PEOPLE, "people.csv", BAD, now=now).id


def _sheet(session: Session, who: dict[str, int], text: str, now: datetime) -> int:
    """A sheet of courses that waits to be put into the draft; beside the file that `keep` keeps, which is one alone."""
    upload = Upload(person_id=who["everything"], kind="courses", name="courses.csv", mapping={}, created_at=now)
    upload.data = text.encode()
    session.add(upload)
    session.flush()
    return upload.id


def _links(session: Session, who: dict[str, int], now: datetime) -> dict[str, str]:
    def token(link: OneTimeLink) -> str:
        return links.token(link, SECRET)

    day = timedelta(days=1)
    return {
        "links.invitation": token(invitations.invite(session, SITE, who["new"], now=now)),
        "links.reset": token(links.make(session, "reset", who["rep"], now=now, valid=day)),
        "links.mail": token(links.make(session, "mail", who["rep"], now=now, valid=day, payload="new@acme.example")),
        "setup.begin": "1.spent",
    }
