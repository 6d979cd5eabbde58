"""The pages about people."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisation import Browser, a_team, somebody


def test_smoke(session: Session, browser: Browser, app: Flask) -> None:
    boss = somebody(session, "Boss", rights=("administrator",))
    team = a_team(session, "North", manager=boss)
    dana = somebody(session, "Dana", team=team)
    session.commit()
    browser.sign_in(boss)
    for address in ("/admin/people", "/admin/people/new", f"/admin/people/{dana.id}", f"/admin/people/{dana.id}/edit", f"/admin/people/{dana.id}/role", f"/admin/people/{dana.id}/plan", f"/admin/people/{dana.id}/rights", f"/admin/people/{dana.id}/leave", "/admin/teams", "/admin/teams/new", f"/admin/teams/{team.id}", "/admin/people/export.csv","/admin/people/export.xlsx"):
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text[:3000])
