"""Names, notes and mail addresses: one spelling each, nothing unseen, one key for one account."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.interop.reading.text_rules import check_mail, clean_name, clean_note, mail_key

UNSEEN = ["\0", "\x07", "\n", "\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\u200e", "\u00ad", "\u3164", "\ud800", "\u2028"]  # fmt: skip


def test_44_a_name_that_looks_like_markup_is_a_name() -> None:
    for name in ("<img src=x onerror=alert(1)>", '"><svg onload>', "{{7*7}}", "${7*7}", "javascript:x", "=1+1"):
        assert clean_name(name) == name


@pytest.mark.parametrize("character", UNSEEN)
def test_44_a_name_with_something_unseen_is_refused(character: str) -> None:
    with pytest.raises(Invalid, match=f"the name holds U\\+{ord(character):04X} .*cannot be seen"):
        clean_name(f"ad{character}min")


def test_joiners_stand_between_letters_only() -> None:
    assert clean_name("می\u200cخواهم") == "می\u200cخواهم"
    for name in ("\u200cDana", "Dana\u200d", "Da \u200d na", "a\u200d\u200db"):
        with pytest.raises(Invalid, match="zero width"):
            clean_name(name)


def test_spaces_of_a_name_are_made_single_and_its_form_is_nfc() -> None:
    assert clean_name("  Ana\u00a0  Mu\u0308ller ") == "Ana Müller"


@pytest.mark.parametrize("name", ["", "  ", "-", "🎉", "...", "\u0301"])
def test_a_name_holds_a_letter_or_a_digit(name: str) -> None:
    with pytest.raises(Invalid, match="at least one letter or digit"):
        clean_name(name)


def test_44_a_name_is_at_most_two_hundred_characters() -> None:
    assert len(clean_name("x" * 200)) == 200
    for name in ("x" * 201, "x" * 10_000_000):
        with pytest.raises(Invalid, match="at most 200 characters"):
            clean_name(name)


def test_a_note_keeps_its_lines_and_may_be_empty() -> None:
    assert clean_note(" a\r\nb\rc\td 👩\u200d💻 ") == "a\nb\nc\td 👩\u200d💻"
    assert clean_note("") == ""


@pytest.mark.parametrize("character", ["\0", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"])
def test_54_a_note_with_something_unseen_is_refused(character: str) -> None:
    with pytest.raises(Invalid, match="the note holds"):
        clean_note(f"a{character}b")


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    for clean in (clean_name, clean_note):
        try:
            once = clean(text)
        except Invalid:
            continue
        assert clean(once) == once == unicodedata.normalize("NFC", once)


@pytest.mark.parametrize(
    "mail",
    ["dana@acme.example", "d.o+x_y@a-b.c.example", "müller@münchen.example", "o'neil@acme.example", "用户@例子.广告"],
)
def test_an_address_that_can_be_one_stays_as_it_is(mail: str) -> None:
    assert check_mail(f" {mail} ") == mail


@pytest.mark.parametrize(
    "mail",
    [
        "", "@", "dana", "dana@", "@acme.example", "dana@localhost", "a@b@acme.example", "a b@acme.example",
        "a@ac me.example", "<a@acme.example>", "a,b@acme.example", "a;b@acme.example", '"a"@acme.example', ".a@acme.example",
        "a.@acme.example", "a..b@acme.example", "a@-acme.example", "a@acme-.example", "a@acme..example", "a@.acme.example",
        "a@acme.example.", "a@[127.0.0.1]", "a@127.0.0.1", "a@acme.\0example", "a\u202e@acme.example", "a\u200b@acme.example",
        "ａ@acme.example", "a@ａcme.example", "a@acme。example", "a\nBcc:x@acme.example", "a@acme_x.example",
        "x" * 65 + "@acme.example", "a@" + "x" * 64 + ".example", "a@" + "x." * 130 + "example", "ü" * 60 + "@" + "ü." * 70 + "de",
        "a@\ud800.example", "a" * 10_000_000, "a@" + "ü" * 200 + ".example", "javascript:alert(1)", "a@acme.example?x",
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused(mail: str) -> None:
    with pytest.raises(Invalid, match="the mail address must"):
        check_mail(mail)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana@Acme.Example", "dana@acme.example"),
        ("m\u00fcller@acme.example", "mu\u0308ller@acme.example"),
        ("MÜLLER@MÜNCHEN.example", "mu\u0308ller@xn--mnchen-3ya.example"),
        ("ΣΊΣΥΦΟΣ@acme.example", "σίσυφος@acme.example"),
        ("ＤＡＮＡ@acme.example", "ｄａｎａ@acme.example"),
        (" dana@acme.example\n", "dana@acme.example"),
    ],
)
def test_55_one_account_has_one_key(one: str, other: str) -> None:
    assert mail_key(one) == mail_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dana@straße.example", "dana@strasse.example"),
        ("dana+x@acme.example", "dana@acme.example"),
        ("d.ana@acme.example", "dana@acme.example"),
        ("dıana@acme.example", "diana@acme.example"),
        ("dаna@acme.example", "dana@acme.example"),
    ],
)
def test_55_different_accounts_have_different_keys(one: str, other: str) -> None:
    assert mail_key(one) != mail_key(other)


@given(st.text())
def test_55_a_key_is_its_own_key_and_an_address_shares_it(text: str) -> None:
    assert mail_key(mail_key(text)) == mail_key(text)
    for mail in (text, f"{text}@acme.example", f"a@{text}.example"):
        try:
            checked = check_mail(mail)
        except Invalid:
            continue
        assert mail_key(checked) == mail_key(mail) == mail_key(unicodedata.normalize("NFD", checked))
        assert check_mail(checked) == checked
