"""Which state of a curriculum goes out to whom, and that what a format holds comes back as it was."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document, digest, parse_curriculum
from lms.interop.curriculum_zip import load_zip
from lms.interop.systems.case_read import read_case
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.authoring.drafts import What
from lms.services.entry.sessions import actor_of
from lms.services.exchange import outgoing
from lms.services.exchange.outgoing import DRAFT, Format
from tests.organisation import NOW, a_published_curriculum, somebody
from tests.services.import_files import ACME

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ONE
def test_published_earlier_and_draft_go_out_each_to_whom_it_may(session: Session) -> None:
    number = a_published_curriculum(session)
    first = outgoing.chosen(session, SITE, number)
    document = {**curriculum_to_document(first.value), "title": "Changed"}
    changed = curriculum_from_document(document, "x")
    drafts.replace_draft(session, SITE, number, changed, What(how="changed"), now=NOW)
    rep = actor_of(session, somebody(session).id)
    assert outgoing.chosen(session, rep, number).of == "1"
    with pytest.raises(NotFound):
        outgoing.chosen(session, rep, number, DRAFT)
    assert outgoing.chosen(session, SITE, number, DRAFT).value == changed
    publishing.publish(session, SITE, number, now=NOW)
    assert outgoing.chosen(session, rep, number).value == changed
    assert outgoing.chosen(session, rep, number, "1") == first
    for of in ("3", "0", "-1", "x", "1" * 30, "１"):
        with pytest.raises(NotFound):
            outgoing.chosen(session, rep, number, of)


@ONE
def test_published_exported_and_imported_gives_the_same_digest(session: Session) -> None:
    value = outgoing.chosen(session, SITE, a_published_curriculum(session)).value
    files = {form: outgoing.written(value, form, now=NOW) for form in Format}
    came = [
        parse_curriculum(files[Format.YAML].data, "x.yaml"),
        parse_curriculum(files[Format.JSON].data, "x.json"),
        load_zip(files[Format.ZIP].data, "x.zip").curriculum,
        read_case(files[Format.CASE].data, "x.json").curriculum,
    ]
    assert {digest(one) for one in came} == {digest(value)}
    assert [form for form in Format if not outgoing.beyond(value, form)] == ["yaml", "json", "zip"]


def test_48_the_name_of_a_file_is_made_of_plain_signs() -> None:
    document = {**ACME, "id": '=cmd|"/xü..%2f; a'}
    value = parse_curriculum(json.dumps(document), "acme.json")
    file = outgoing.written(value, Format.COURSES, now=NOW)
    assert file.name == "cmd-x-..-2f-a-courses.csv"
