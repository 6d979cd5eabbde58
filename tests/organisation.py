"""Makers of rows, and a browser that fills in forms as people do: with the token of the page it read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_file import read_curriculum
from lms.interop.reading.text_rules import mail_key
from lms.services import ledger
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.organisation.people import Details
from lms.storage.accounts import Account
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.record import RoleAssignment
from lms.storage.session import db, transaction

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SHIPPED = Path(__file__).parents[1] / "curricula/world-class-selling"
NUMBERS = itertools.count(1)


def a_team(session: Session, name: str = "", *, parent: Team | None = None, manager: Person | None = None) -> Team:
    """A team, by default of its own."""
    team = Team(name=name or f"Team {next(NUMBERS)}", parent_id=parent and parent.id, manager_id=manager and manager.id)
    session.add(team)
    session.flush()
    return team


def somebody(
    session: Session, name: str = "", *, rights: Iterable[str] = ("rep",), team: Team | None = None, **more: Any
) -> Person:
    """An active person with contact, account (without a password), study plan and rights."""
    number = next(NUMBERS)
    person = Person(state="active", team_id=team and team.id, created_at=NOW)
    session.add(person)
    session.flush()
    mail = more.pop("mail", f"person{number}@cairn.test")
    session.add_all([
        Contact(person_id=person.id, name=name or f"Person {number}", mail=mail, mail_key=mail_key(mail)),
        Account(person_id=person.id, password_hash=None),
        StudyPlan(person_id=person.id, targets=[], weekly_hundredths=400),
        *(RightHeld(person_id=person.id, held=right) for right in rights),
    ])  # fmt: skip
    session.flush()
    return person


def a_published_curriculum(session: Session, path: Path = SHIPPED) -> int:
    """The number of a curriculum in its first version (default: the shipped one).

    What the engine says of one document on one day is asked once in a process: that takes ten times the rest.
    """
    value, verdict = _judged(path)
    number = drafts.save_draft(session, SITE, value, now=NOW)
    with pytest.MonkeyPatch.context() as known:
        known.setattr(publishing, "verdict", lambda _value, _now: verdict)
        publishing.publish(session, SITE, number, note="first version", now=NOW)
    return number


@cache
def _judged(path: Path) -> tuple[Curriculum, publishing.Verdict]:
    value = read_curriculum(path)
    return value, publishing.verdict(value, NOW)


def who_holds(
    session: Session, person: Person, role: str, curriculum_id: int, *, since: date, targets: list[str]
) -> None:
    """Give a person a role since a day, and targets."""
    row = RoleAssignment(person_id=person.id, role=role, curriculum_id=curriculum_id, starts=since)
    ledger.note(session, SITE, "role.assigned", now=NOW, subject=("person", person.id), rows=[row])
    session.get_one(StudyPlan, person.id).targets = targets
    session.flush()


class Browser:
    """A browser with its cookies; `post` first reads the page whose form it sends, and takes the token from it."""

    def __init__(self, app: Flask, base_url: str = "https://cairn.test") -> None:
        self.app, self.base_url = app, base_url
        self.client: FlaskClient = app.test_client()

    def sign_in(self, person: Person | int, *, second_factor: bool = True, now: datetime | None = None) -> Browser:
        """Give this browser a live session of the person, without going through the pages."""
        number = person if isinstance(person, int) else person.id
        with self.app.app_context(), transaction(db.session) as unit:
            token = sessions.begin(unit, number, now=now or datetime.now(UTC), second_factor=second_factor)
        with self.client.session_transaction(base_url=self.base_url) as cookie:
            cookie.clear()
            cookie["_user_id"], cookie["_fresh"] = token, True
        return self

    def get(self, address: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(address, base_url=self.base_url, **more)

    def post(
        self, address: str, form: dict[str, Any] | None = None, *, page: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a form as it stands on `page` (default: the same address), with that page's token."""
        token = TOKEN.search(self.get(page or address).text)
        fields = {**(form or {}), **({"csrf_token": token.group(1)} if token else {})}
        return self.client.post(address, data=fields, base_url=self.base_url, headers=self._headers(more), **more)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {"Referer": f"{self.base_url}/", **more.pop("headers", {})}


def details_of(session: Session, person: Person) -> Details:
    """Who somebody is now, as a form shows it. They must not be erased."""
    contact = session.get_one(Contact, person.id)
    return Details(
        name=contact.name,
        mail=contact.mail,
        number=contact.number,
        team_id=person.team_id,
        language=contact.language,
        working_time=person.working_time,
    )
