"""Mail as a server gets it: what it says, what a refusal does, and what nobody can smuggle in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.config import Settings, read_settings
from lms.jobs import letters, smtp, worker
from lms.jobs.letters import KINDS
from lms.services.entry import links
from lms.services.running import outbox
from lms.storage.jobs import Job
from lms.storage.people import Contact, Person
from lms.storage.site import Site
from lms.storage.steps import Confirmation
from tests.jobs.doing import hurry, job, now
from tests.jobs.test_clock import the_site
from tests.organisation import a_published_curriculum, somebody

pytestmark = pytest.mark.filterwarnings("ignore:.*(ssl|TLS|AUTH).*:UserWarning")


class Sink:
    """A mail server that keeps what it gets, and answers what a test wants."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.to: list[str] = []
        self.answer = "250 OK"
        self.rcpt = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.to += envelope.rcpt_tos
        return self.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def sink(session: Session) -> Iterator[Sink]:
    """A server that takes everything, and a site that sends through it."""
    kept = Sink()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    the_site(
        session,
        name="Cairn",
        mail_host="127.0.0.1",
        mail_port=server.port,
        mail_security="none",
        mail_from="cairn@example.com",
    )
    yield kept
    server.stop()


def send(app: Flask, session: Session, template: str, person: Person, **values: Any) -> Job:
    """Ask for a mail and let a worker send it."""
    number = outbox.send(session, template, person.id, now=now() - timedelta(seconds=1), **values)
    session.commit()
    worker.run(app, once=True)
    return job(session, number)


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a message."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_a_mail_arrives_as_text_and_html_from_the_site_to_the_person(app: Flask, session: Session, sink: Sink) -> None:
    assert send(app, session, "test", somebody(session, "Dana Ruíz", mail="dana@example.com")).state == "done"
    (message,) = sink.messages
    assert sink.to == ["dana@example.com"]
    assert str(message["From"]) == "Cairn <cairn@example.com>"
    assert str(message["To"]) == "Dana Ruíz <dana@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert all("Hello Dana Ruíz," in part for part in parts(message))


def test_24_an_invitation_carries_the_link_built_from_the_configured_address(
    app: Flask, session: Session, sink: Sink
) -> None:
    person = somebody(session)
    link = links.make(session, "invitation", person.id, now=now(), valid=timedelta(days=7))
    send(app, session, "invitation", person, link=link.id)
    address = links.address(link, base_url="https://cairn.test", key=app.config["SECRET_KEY"])
    assert all(address in part for part in parts(sink.messages[0]))
    assert link.nonce not in sink.messages[0].as_string()


def test_a_link_that_works_no_more_is_not_sent(app: Flask, session: Session, sink: Sink) -> None:
    person = somebody(session)
    spent = links.make(session, "reset", person.id, now=now(), valid=timedelta(hours=2))
    spent.used_at = now()
    row = send(app, session, "reset", person, link=spent.id)
    assert (row.state, row.last_error) == ("done", "mail-pointless")
    assert send(app, session, "reset", person, link=spent.id + 1).state == "done"
    assert sink.messages == []


def test_a_new_address_is_confirmed_there_and_the_old_one_hears_of_the_change(
    app: Flask, session: Session, sink: Sink
) -> None:
    person = somebody(session, mail="old@example.com")
    link = links.make(session, "mail", person.id, now=now(), valid=timedelta(days=1), payload="new@example.com")
    send(app, session, "mail-confirm", person, link=link.id)
    link.payload, link.used_at = "old@example.com", now()
    session.execute(update(Contact).where(Contact.person_id == person.id).values(mail="new@example.com"))
    send(app, session, "mail-changed", person, link=link.id)
    assert sink.to == ["new@example.com", "old@example.com"]


@pytest.mark.parametrize("state", ["deactivated", "erased"])
def test_nothing_is_sent_to_who_was_deactivated_or_erased(app: Flask, session: Session, sink: Sink, state: str) -> None:
    person = somebody(session)
    person.state = state
    assert send(app, session, "test", person).state == "done"
    assert sink.messages == []


def test_nothing_is_sent_to_who_has_no_contact_any_more(app: Flask, session: Session, sink: Sink) -> None:
    person = somebody(session)
    session.delete(session.get_one(Contact, person.id))
    assert send(app, session, "test", person).state == "done"
    assert sink.messages == []


def test_33_37_markup_and_template_language_in_a_name_are_shown_literally(
    app: Flask, session: Session, sink: Sink
) -> None:
    name = "{{config}} {% raw %} <img src=x onerror=alert(1)> %(site)s ${7*7}"
    send(app, session, "test", somebody(session, name, mail="x@example.com"))
    text, html = parts(sink.messages[0])
    assert name in text
    assert "<img" not in html
    assert "{{config}} {% raw %} &lt;img src=x onerror=alert(1)&gt; %(site)s ${7*7}" in html


def test_38_a_name_with_line_breaks_forges_no_header(app: Flask, session: Session, sink: Sink) -> None:
    name = "Dana\r\nBcc: all@example.com\n\n<html>\u202egpj\u2028X-Evil: 1"
    session.execute(update(Site).values(name="Cairn\r\nX-Evil: 1"))
    person = somebody(session, name, mail="dana@example.com")
    link = links.make(session, "invitation", person.id, now=now(), valid=timedelta(days=7))
    send(app, session, "invitation", person, link=link.id)
    (message,) = sink.messages
    assert {"bcc", "x-evil"}.isdisjoint(header.lower() for header in message)
    assert sink.to == ["dana@example.com"]
    assert str(message["To"].addresses[0].display_name) == "Dana Bcc: all@example.com <html>gpj X-Evil: 1"
    assert str(message["Subject"]).startswith("Dana Bcc: all@example.com <html>gpj X-Evil: 1, your account")


def written_for(app: Flask, session: Session, args: dict[str, Any]) -> letters.Letter:
    with app.app_context():
        letter = letters.write(session, args, now=now())
    assert letter is not None
    return letter


def confirmation(session: Session, answered_by: int | None = None) -> int:
    """A step of somebody that waits to be confirmed, or for which more was asked."""
    row = Confirmation(
        person_id=somebody(session, "Otis").id, course="holding-price", curriculum_id=1, by="manager",
        done_on=now().date(), asked_at=now(), state="more-asked" if answered_by else "waiting",
        answered_by=answered_by, answered_at=now() if answered_by else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def test_each_kind_of_mail_is_written_in_the_language_of_the_person(app: Flask, session: Session) -> None:
    a_published_curriculum(session)
    person = somebody(session, "Dana")
    contact = session.get_one(Contact, person.id)
    link = links.make(session, "mail", person.id, now=now(), valid=timedelta(days=7), payload="x@example.com")
    args: dict[str, Any] = {
        "link": link.id,
        "change": "on",
        "version": 1,
        "lapses": [["negotiating-positions", 3, "2099-12-23"]],
    }
    asked = {"confirmation-answered": confirmation(session, answered_by=person.id)}
    waits = confirmation(session)
    session.commit()
    for kind in KINDS:
        if kind.startswith(("candidate-", "interview-", "promotion-", "evidence-", "ratings-", "rule-", "plan-")):
            continue  # test_promotion_letters and the tests of reviewing and of cycles look at these
        written = {}
        for language in ("en", "de"):
            contact.language = language
            session.flush()
            about = {"confirmation": asked.get(kind, waits)}
            letter = written_for(app, session, {"template": kind, "person": person.id, **args, **about})
            assert f'lang="{language}"' in letter.html
            assert "Dana" in letter.text
            assert "\n\n\n\n" not in letter.text
            written[language] = letter
        assert written["en"].subject
    reminder = written_for(app, session, {"template": "lapse-reminder", "person": person.id, **args})
    assert "Negotiating Positions" in reminder.subject
    assert "23.12.2099" in reminder.text.replace("23. Dez. 2099", "23.12.2099")


def test_a_reminder_of_what_has_lapsed_by_now_is_not_sent(app: Flask, session: Session, sink: Sink) -> None:
    a_published_curriculum(session)
    lapses = [["negotiating-positions", 3, "2020-01-01"]]
    assert send(app, session, "lapse-reminder", somebody(session), version=1, lapses=lapses).state == "done"
    assert sink.messages == []


def test_a_refusal_for_now_is_tried_again_and_the_repeat_has_the_same_message_id(
    app: Flask, session: Session, sink: Sink
) -> None:
    person = somebody(session)
    sink.answer = "451 4.3.0 try again later"
    row = send(app, session, "test", person)
    assert (row.state, row.last_error) == ("waiting", "mail-refused: 451")
    sink.answer = "250 OK"
    hurry(session)
    worker.run(app, once=True)
    assert job(session, row.id).state == "done"
    session.execute(update(Job).where(Job.id == row.id).values(state="waiting"))
    session.commit()
    worker.run(app, once=True)
    again, other = sink.messages[1], send(app, session, "test", person)
    assert sink.messages[0]["Message-ID"] == again["Message-ID"]
    assert other.state == "done"
    assert sink.messages[2]["Message-ID"] != again["Message-ID"]


def test_a_refusal_for_good_is_dead_at_once_and_says_why_without_the_address(
    app: Flask, session: Session, sink: Sink
) -> None:
    sink.rcpt = "550 5.1.1 <dana@example.com>: no such user"
    row = send(app, session, "test", somebody(session, mail="dana@example.com"))
    assert (row.state, row.last_error) == ("dead", "mail-recipient: 550")
    sink.rcpt, sink.answer = "", "554 5.7.1 spam"
    row = send(app, session, "test", somebody(session))
    assert (row.state, row.last_error) == ("dead", "mail-refused: 554")


def test_a_server_that_is_not_there_is_tried_again(app: Flask, session: Session) -> None:
    the_site(session, mail_host="127.0.0.1", mail_port=free_port(), mail_security="none")
    row = send(app, session, "test", somebody(session))
    assert (row.state, row.last_error) == ("waiting", "mail-unreachable")


def test_a_server_that_does_not_answer_in_time_is_tried_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        the_site(session, mail_host="127.0.0.1", mail_port=silent.getsockname()[1], mail_security="none")
        row = send(app, session, "test", somebody(session))
    assert (row.state, row.last_error) == ("waiting", "mail-slow")


def test_a_mail_that_was_accepted_is_sent_however_the_server_parts(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes the message and then never answers QUIT."""
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    over = Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as stream:
            for answer in (b"220 x", b"250 x", b"250 ok", b"250 ok", b"354 go"):
                stream.write(answer + b"\r\n")
                stream.flush()
                stream.readline()
            while stream.readline() != b".\r\n":
                pass
            stream.write(b"250 accepted\r\n")
            stream.flush()
            over.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, args=(listening,))
        thread.start()
        the_site(session, mail_host="127.0.0.1", mail_port=listening.getsockname()[1], mail_security="none")
        row = send(app, session, "test", somebody(session))
        over.set()
        thread.join(10)
    assert row.state == "done"


def test_a_server_without_starttls_gets_no_mail_when_the_site_asks_for_it(
    app: Flask, session: Session, sink: Sink
) -> None:
    session.execute(update(Site).values(mail_security="starttls"))
    row = send(app, session, "test", somebody(session))
    assert (row.state, row.last_error) == ("dead", "mail-unsupported")
    assert sink.messages == []


def test_a_wrong_password_of_the_mail_server_is_told_apart(app: Flask, session: Session) -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=right, handled=right)

    kept = Sink()
    server = Controller(
        kept, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False, auth_required=True
    )
    server.start()
    try:
        more = {"mail_host": "127.0.0.1", "mail_port": server.port, "mail_security": "none", "mail_user": "cairn"}
        the_site(session, **more, mail_password="wrong")  # noqa: S106
        row = send(app, session, "test", somebody(session))
        assert (row.state, row.last_error) == ("dead", "mail-sign-in: 535")
        the_site(session, mail_password="right")  # noqa: S106
        assert send(app, session, "test", somebody(session)).state == "done"
        assert len(kept.messages) == 1
    finally:
        server.stop()


def test_without_a_server_production_keeps_the_mail_for_later_and_prints_no_link(
    app: Flask, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    row = send(app, session, "test", somebody(session))
    assert (row.state, row.last_error) == ("dead", "mail-not-set-up")
    assert capsys.readouterr().out == ""


def test_38_without_a_server_development_prints_mail_that_cannot_move_the_cursor(
    app: Flask, session: Session, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    app.config["LMS_SETTINGS"] = read_settings(
        _env_file=None, environment="development", base_url="http://127.0.0.1:5000", data_dir=settings.data_dir
    )
    row = send(app, session, "test", somebody(session, "Da\x1b[2Jna", mail="dana@example.com"))
    assert row.state == "done"
    printed = capsys.readouterr().out
    assert "<dana@example.com>" in printed
    assert "\x1b" not in printed


def test_an_address_that_no_mail_can_have_is_dead_at_once(app: Flask, session: Session, sink: Sink) -> None:
    row = send(app, session, "test", somebody(session, mail="x@" + "a" * 80 + ".example"))
    assert (row.state, row.last_error) == ("dead", "mail-address")


def test_a_domain_outside_ascii_travels_in_punycode(app: Flask, session: Session, sink: Sink) -> None:
    assert send(app, session, "test", somebody(session, mail="dana@bücher.example")).state == "done"
    assert sink.to == ["dana@xn--bcher-kva.example"]


def test_a_mail_never_goes_to_a_domain_that_only_looks_the_same(app: Flask, session: Session, sink: Sink) -> None:
    assert send(app, session, "test", somebody(session, mail="dana@straße.example")).state == "done"
    assert sink.to == ["dana@xn--strae-oqa.example"]
