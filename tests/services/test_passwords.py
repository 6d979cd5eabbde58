"""Which passwords are taken, and that all of one counts."""

from __future__ import annotations

import unicodedata

import pytest

from lms.errors import Invalid
from lms.services.entry import passwords
from lms.services.entry.passwords import Hasher
from tests.entry import hash_checks

CHEAP = Hasher(8, 1)


def refused(password: str, *, name: str = "Dana Moss", mail: str = "dmoss.ny@cairn.test") -> str:
    """The reason, or nothing when the password is taken."""
    try:
        passwords.check(password, name=name, mail=mail)
    except Invalid as invalid:
        return str(invalid)
    return ""


@pytest.mark.parametrize("password", ["abcdefg", "1234567", "", "       ", "ééé", "🦊🦊🦊"])
def test_23_seven_characters_are_too_few(password: str) -> None:
    assert "at least 8" in refused(password)


def test_23_the_three_thousand_most_frequent_are_refused_in_any_case() -> None:
    frequent = passwords.common()
    assert len(frequent) >= 3000
    assert all(len(password) >= passwords.SHORTEST for password in frequent)
    assert not any(not refused(password) for password in frequent)
    assert refused("PassWord1")
    assert refused("Password2026!!")
    assert refused("iloveyou...")


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaaaa", "1111111122222", "ababababab"])
def test_23_one_or_two_characters_over_and_over_are_refused(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password", ["dana.moss-walks", "xx dmoss.ny xx", "I am DANA today", "my moss is green", "ｄａｎａ at home"]
)
def test_23_one_s_own_name_and_address_are_refused(password: str) -> None:
    assert "own name" in refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "x" * 40 + "y" * 30 + "end",
        "correct horse battery staple",
        "four 🦊🦊 foxes",
        "пароль на берегу моря",
        "    spaces    ",
        "1 8 3 9 4 7 2 5 5 1",
        "alllowercase",
        "{{7*7}}'; --",
    ],
)
def test_23_long_ones_spaces_and_emoji_are_taken(password: str) -> None:
    assert not refused(password)
    hashed = CHEAP.hash(password)
    assert CHEAP.matches(hashed, password)
    assert len(hashed) <= 255


def test_short_names_may_stand_inside_a_password() -> None:
    assert not refused("banana on a boat", name="Ana Li", mail="al@cairn.test")


def test_23_nothing_of_a_password_is_cut_off() -> None:
    long = "x" * 1023
    hashed = CHEAP.hash(long + "a")
    assert CHEAP.matches(hashed, long + "a")
    assert not CHEAP.matches(hashed, long + "b")
    assert not CHEAP.matches(hashed, long)


def test_23_more_than_1024_characters_are_refused_before_hashing() -> None:
    assert "1024" in refused("x" * 1025)
    with hash_checks() as count:
        assert not CHEAP.matches(CHEAP.hash("x"), "x" * 1025)
    assert count.checks == 0


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b"])
def test_54_control_characters_are_refused(character: str) -> None:
    assert "control characters" in refused(f"a long{character}password")


def test_55_the_same_keys_in_another_spelling_are_the_same_password() -> None:
    typed = "Ångström an der Küste"
    hashed = CHEAP.hash(unicodedata.normalize("NFD", typed))
    assert CHEAP.matches(hashed, unicodedata.normalize("NFC", typed))
    assert CHEAP.matches(CHEAP.hash("ｆｕｌｌ　ｗｉｄｔｈ"), "full width")


def test_20_nobody_s_password_costs_one_check_and_never_passes() -> None:
    with hash_checks() as count:
        assert not CHEAP.matches(None, "nobody's")
        assert not CHEAP.matches("no hash at all", "nobody's")
    assert count.checks == 2


def test_hashes_of_other_parameters_are_stale() -> None:
    assert CHEAP.is_stale(Hasher(16, 1).hash("x"))
    assert not CHEAP.is_stale(CHEAP.hash("x"))
