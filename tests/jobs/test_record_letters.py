"""The mail about a plan to be signed: to the side that did not offer it, and no more once it is signed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import letters
from lms.services.records import contracts
from lms.storage.jobs import Job
from tests.organisation import NOW
from tests.services.test_records import Line, contract, line

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
__all__ = ["line"]


def test_the_side_that_did_not_offer_a_plan_is_written_to_until_it_has_signed(
    app: Flask, session: Session, line: Line
) -> None:
    plan = contract(session, line)
    (job,) = session.scalars(select(Job).where(Job.kind == "mail.send")).all()
    assert job.args["person"] == line.rep.id
    with app.test_request_context():
        letter = letters.write(session, job.args, now=NOW)
        assert letter is not None
        assert "waits for your signature" in letter.subject
        assert "/record#plan" in letter.text
        assert "Close twice" not in letter.text
        contracts.sign(session, line.actor(session, line.rep), plan.id, plan.contract_digest or "", now=NOW)
        assert letters.write(session, job.args, now=NOW) is None
