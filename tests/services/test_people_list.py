"""The list of people: literal search, filters, orders and pages, in as many queries for three people as for 120."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.services.access import SITE
from lms.services.entry import sessions
from lms.services.organisation import lookup, people_list
from lms.services.organisation.people_list import Wanted
from lms.storage.accounts import Account
from tests.organisation import NOW, a_published_curriculum, a_team, somebody, who_holds

TODAY = NOW.date()


def names(session: Session, **wanted: object) -> list[str | None]:
    """The names of the first page, in its order."""
    found = people_list.listing(session, SITE, replace(Wanted(), **wanted), on=TODAY)  # type: ignore[arg-type]
    return [one.name for one in found.people]


@pytest.mark.parametrize("search", ["müller", "MULLER", "Müller", "dana mül", "  müller   dana ", "mu\u0308ller"])
def test_a_search_finds_whatever_the_case_the_accents_and_the_order(session: Session, search: str) -> None:
    somebody(session, "Dana Müller")
    somebody(session, "Dana Miller")
    assert names(session, search=search) == ["Dana Müller"]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "';--", "%" * 10_000, "\x00", "[a-z]", "(a+)+$"])
def test_52_signs_searched_for_are_taken_literally(session: Session, sign: str) -> None:
    somebody(session, "Dana")
    assert names(session, search=sign) == (["Dana"] if sign == "\x00" else [])


def test_a_percent_sign_finds_the_one_who_has_it(session: Session) -> None:
    somebody(session, "Dana 50%")
    somebody(session, "Dana 500")
    assert names(session, search="50%") == ["Dana 50%"]


def test_an_address_and_a_number_are_found(session: Session) -> None:
    somebody(session, "Dana", mail="dana_lima@acme.example")
    somebody(session, "Kim", mail="danaxlima@acme.example")
    assert names(session, search="dana_lima") == ["Dana"]


def test_filters_narrow_by_team_with_those_below_right_state_and_what_is_missing(session: Session) -> None:
    top = a_team(session)
    low = a_team(session, parent=top)
    somebody(session, "Ann", team=top, rights=["trainer"])
    ben = somebody(session, "Ben", team=low)
    somebody(session, "Cat").state = "deactivated"
    low.manager_id = ben.id
    session.get_one(Account, ben.id).last_seen_at = NOW
    who_holds(session, ben, "account-executive", a_published_curriculum(session), since=date(2026, 1, 1), targets=[])
    session.flush()
    assert names(session, team_id=top.id) == ["Ann", "Ben"]
    assert names(session, team_id=low.id) == ["Ben"]
    assert names(session, team_id=people_list.NO_TEAM, state="all") == ["Cat"]
    assert names(session, right="trainer") == ["Ann"]
    assert names(session, right="manager") == ["Ben"]
    assert names(session, state="deactivated") == ["Cat"]
    assert names(session, only="no-role") == names(session, only="not-signed-in") == ["Ann"]
    assert names(session, only="no-path") == ["Ann", "Ben"]


def test_no_role_counts_on_the_day(session: Session) -> None:
    dana = somebody(session, "Dana")
    tomorrow = TODAY + timedelta(days=1)
    who_holds(session, dana, "account-executive", a_published_curriculum(session), since=tomorrow, targets=[])
    wanted = Wanted(only="no-role")
    assert people_list.listing(session, SITE, wanted, on=TODAY).total == 1
    assert people_list.listing(session, SITE, wanted, on=tomorrow).total == 0


@pytest.mark.parametrize("sort", ["name", "password_hash", "-password_hash", "';--", "", "--name"])
def test_52_an_unknown_order_is_that_by_name(session: Session, sort: str) -> None:
    for name in ("Örs", "Anna", "émile", "Zoë"):
        somebody(session, name)
    assert names(session, sort=sort) == ["Anna", "émile", "Örs", "Zoë"]
    assert names(session, sort="-name") == ["Zoë", "Örs", "émile", "Anna"]


def test_52_a_page_beyond_the_last_is_the_last_and_one_before_the_first_the_first(session: Session) -> None:
    for _ in range(people_list.PER_PAGE + 1):
        somebody(session)
    for page, shown, length in ((-1, 1, 50), (0, 1, 50), (2, 2, 1), (10**12, 2, 1)):
        found = people_list.listing(session, SITE, Wanted(page=page), on=TODAY)
        assert (found.page, found.pages, len(found.people), found.total) == (shown, 2, length, 51)


def test_the_list_takes_as_many_queries_for_many_people_as_for_few(session: Session) -> None:
    curriculum, team = a_published_curriculum(session), a_team(session)

    def add(count: int) -> None:
        for _ in range(count):
            who_holds(
                session,
                somebody(session, team=team),
                "account-executive",
                curriculum,
                since=date(2026, 1, 1),
                targets=[],
            )

    def queries() -> int:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        session.expire_all()
        people_list.listing(session, SITE, Wanted(), on=TODAY)
        return len(asked)

    add(3)
    few = queries()
    add(117)
    assert queries() == few == 5


def test_only_administrators_and_auditors_see_the_list(session: Session) -> None:
    for held, sees in (("rep", False), ("trainer", False), ("administrator", True), ("auditor", True)):
        actor = sessions.actor_of(session, somebody(session, rights=[held]).id)
        for ask in (
            lambda actor=actor: people_list.listing(session, actor, Wanted(), on=TODAY),
            lambda actor=actor: people_list.everybody(session, actor, Wanted(), on=TODAY),
            lambda actor=actor: people_list.candidates(session, actor),
        ):
            if sees:
                assert ask()
            else:
                with pytest.raises(NotFound):
                    ask()


def test_somebody_is_found_by_address_number_and_a_name_only_they_have(session: Session) -> None:
    dana = somebody(session, "Dana Müller", mail="dana@acme.example")
    for typed in ("dana@acme.example", "DANA@ACME.EXAMPLE", "Dana Müller", " dana  muller "):
        assert lookup.somebody(session, typed, field="manager") == dana.id
    assert lookup.somebody(session, "  ", field="manager") is None
    somebody(session, "Dana Müller")
    for typed in ("Dana Müller", "Dana", "%", "nobody@acme.example", "\u202edana"):
        with pytest.raises(Exception, match=r"called|Several"):
            lookup.somebody(session, typed, field="manager")
