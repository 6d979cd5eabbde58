"""The requirement builder: what is built is stored as it was built, and nothing that shuts a ring is offered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.web import i18n
from lms.web.trainer.asked_words import in_words
from lms.web.trainer.editing import requirement_tree as trees
from lms.web.wording import Wording
from tests.organisation import Browser, somebody
from tests.web.everything import Page
from tests.web.trainer.small import SMALL, Filled, a_small_curriculum

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

facts = st.sampled_from(
    [{"course": "basics"}, {"course": "price"}, {"competency": "neg", "level": 2}, {"competency": "disc", "level": 1}]
)


def groups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(inner, min_size=1, max_size=4)
    some = items.flatmap(lambda of: st.builds(lambda n: {"at_least": n, "of": of}, st.integers(1, len(of))))
    return st.one_of(items.map(lambda of: {"all": of}), items.map(lambda of: {"any": of}), some)


requirements = st.recursive(facts, groups, max_leaves=12)


def stored(requires: Any) -> Any:
    """What the document says after a curriculum with this requirement was read and written."""
    asked = {**SMALL["roles"][0], "requires": requires}
    document = {**SMALL, "roles": [asked, SMALL["roles"][1]]}
    return curriculum_to_document(curriculum_from_document(document, "small"))["roles"][0]["requires"]


@given(requirements)
def test_a_requirement_goes_through_the_page_as_it_is(requires: Any) -> None:
    through = trees.read(trees.told(trees.tree_of(requires)))
    assert through is not None
    assert stored(trees.document_of(through)) == stored(requires)


@given(requirements, st.data())
def test_what_was_taken_out_comes_back_where_it_was(requires: Any, data: st.DataObject) -> None:
    tree = trees.tree_of(requires if trees.is_group(requires) else [requires])
    place, item = data.draw(st.sampled_from(list(trees.places(tree))))
    least = (trees.at_place(tree, trees.above(place)) or {}).get("at_least", 0)
    assert trees.inserted(trees.removed(tree, place), place, item, least) == tree


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "{]", '{"all": 1}', '{"at_least": true, "of": []}', '{"any": [1]}', "[" * 9000]
)
def test_a_tree_that_no_page_sent_is_none(text: str) -> None:
    assert trees.read(text) is None


WORDS = Wording(curriculum_from_document(SMALL, "small"))


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ([], ""),
        ({"course": "price"}, "Holding price"),
        (
            [{"any": [{"course": "basics"}, {"course": "shadow"}]}, {"course": "price"}],
            "Holding price, and one of: Discovery basics, Shadow a call",
        ),
        (
            {"at_least": 2, "of": [{"course": "price"}, {"course": "basics"}, {"all": [{"competency": "neg", "level": 2}, {"course": "shadow"}]}]},
            "at least 2 of: Holding price, Discovery basics, (Negotiating at level 2 and Shadow a call)",
        ),
        ([{"any": []}, {"course": "price"}], "Holding price"),
    ],
)  # fmt: skip
def test_it_is_told_in_words(app_of_words: Any, requires: Any, said: str) -> None:
    with app_of_words.test_request_context("/"):
        assert in_words(trees.tree_of(requires), WORDS) == said


@pytest.fixture(scope="module")
def app_of_words() -> Any:
    app = Flask("words")
    i18n.install(app)
    return app


class Desk:
    """A trainer at the form of a course, who presses buttons one after the other, without JavaScript."""

    def __init__(self, browser: Browser, number: int, kind: str, key: str | None) -> None:
        self.browser, self.number = browser, number
        query = f"?id={key}" if key else ""
        self.address = f"/curricula/{number}/draft/{kind}" + (query or "/new")
        self.text = browser.get(self.address).text

    @property
    def form(self) -> Filled:
        return Filled(self.text)

    def press(self, do: str, **more: Any) -> None:
        answer = self.browser.post(self.address, self.form.sent(do=do, **more), page=self.address)
        assert answer.status_code == 200
        self.text = answer.text

    def choose(self, place: str, what: str, **more: Any) -> None:
        """Search at a place and take the button whose words begin so."""
        typed, kind = what.split(":")
        self.press(f"find:{place}", **{f"requires-find-{place}": typed, **more})
        offered = [one for one in self.form.does if one.startswith(f"ask:{place}:{kind}")]
        assert offered, f"{what} is not offered at {place!r}"
        self.press(offered[0])

    def save(self, **more: Any) -> int:
        answer = self.browser.post(self.address, self.form.sent(**more), page=self.address)
        self.text = answer.text
        return answer.status_code

    @property
    def tree(self) -> Any:
        return json.loads(self.form.values["requires"][0])


@pytest.fixture
def number(session: Session) -> int:
    trainer = somebody(session, rights=["trainer"])
    session.info["trainer"] = trainer
    return a_small_curriculum(session, trainer)


@pytest.fixture
def browser_in(browser: Browser, session: Session, number: int) -> Browser:
    return browser.sign_in(session.info["trainer"])


@ONE
def test_a_nested_requirement_is_built_without_javascript_and_stored_as_built(
    browser_in: Browser, session: Session, number: int
) -> None:
    desk = Desk(browser_in, number, "course", None)
    desk.choose("", "price:course", title="Big deals", hours="2")
    desk.press("group:")
    desk.choose("1", "shadow:course")
    desk.choose("1", "negot:2")
    assert "Holding price, and one of: Shadow a call, Negotiating at level 2" in desk.text
    desk.press("group:1")
    desk.choose("1.2", "disc:3")
    desk.choose("1.2", "basics:course")
    desk.press("find:", **{"requires-word-1": "at_least", "requires-n-1": "2", "requires-word-1.2": "all"})
    assert desk.form.values["title"] == ["Big deals"], "what else was typed is still there"
    session.rollback()
    assert drafts.open_draft(session, SITE, number).is_published, "nothing is stored until it is saved"
    desk.press("drop:1.0")
    assert "Bring back Shadow a call" in desk.text
    desk.press("back")
    assert desk.save() == 303
    session.rollback()
    document = curriculum_to_document(drafts.open_draft(session, SITE, number).value)
    (made,) = (one for one in document["courses"] if one["id"] == "big-deals")
    alone = [{"course": "shadow"}, {"competency": "neg", "level": 2}]
    both = {"all": [{"competency": "disc", "level": 3}, {"course": "basics"}]}
    assert made["requires"] == [{"course": "price"}, {"at_least": 2, "of": [*alone, both]}]


@ONE
def test_what_only_comes_afterwards_is_not_offered_and_not_taken_but_as_an_alternative(
    browser_in: Browser, number: int
) -> None:
    desk = Desk(browser_in, number, "course", "basics")
    desk.press("find:", **{"requires-find-": ""})
    assert [one for one in desk.form.does if one.startswith("ask:")] == ["ask::3:neg", "ask::3:disc"]
    desk.press("find:", **{"requires-find-": "shadow"})
    assert "Not offered, for it comes only afterwards and nobody could begin: Shadow a call" in " ".join(
        desk.text.split()
    )
    desk.press("ask::course:shadow")
    assert desk.tree == {"all": []}
    assert "nobody could begin" in desk.text
    desk.press("group:")
    desk.press("ask:0:3:disc")
    desk.press("ask:0:course:shadow")
    assert desk.tree == {"all": [{"any": [{"competency": "disc", "level": 3}, {"course": "shadow"}]}]}
    assert desk.save() == 303


@ONE
def test_a_role_has_its_levels_in_a_table_and_keeps_the_order_of_the_rest(
    browser_in: Browser, session: Session, number: int
) -> None:
    desk = Desk(browser_in, number, "role", "ae")
    assert '<table class="table asks-levels">' in desk.text
    desk.choose("", "disc:1")
    assert desk.save(**{"requires-level-0": "3"}) == 303
    session.rollback()
    role = curriculum_to_document(drafts.open_draft(session, SITE, number).value)["roles"][1]
    assert role["requires"] == [
        {"competency": "neg", "level": 3},
        {"at_least": 1, "of": [{"course": "price"}, {"course": "shadow"}]},
        {"competency": "disc", "level": 1},
    ]


@ONE
def test_a_choice_that_is_changed_is_only_looked_at_and_not_saved(browser_in: Browser, number: int) -> None:
    desk = Desk(browser_in, number, "course", "price")
    sends = [given for _, given in Page(desk.text).elements if "hx-post" in given]
    assert len(sends) > 5
    assert all(given.get("name") == "do" or given.get("hx-vals") == '{"do": "look"}' for given in sends)
    desk.press("look", **{"requires-word-": "any"})
    assert "one of: Discovery at level 1, (one of: Discovery basics, Shadow a call)" in desk.text


@ONE
def test_as_one_types_the_options_come_as_buttons(browser_in: Browser, number: int) -> None:
    page = browser_in.get(
        f"/curricula/{number}/draft/options?for=course:price&at=1&strict=1&requires-find-1=a+call"
    ).text
    assert "<html" not in page
    assert 'value="ask:1:course:shadow"' in page
    assert f'hx-post="/curricula/{number}/draft/course?id=price"' in page
    for query in ("", "?for=talent:x", "?for=course:nothing&at=1.2.3&q=zzz", "?at=%22%3E&q=call"):
        assert browser_in.get(f"/curricula/{number}/draft/options{query}").status_code == 200


@ONE
@pytest.mark.parametrize(
    "do",
    [
        "",
        "ask",
        "ask:0.9:course:price",
        "drop:",
        "drop:9.9.9",
        "group:" + "0." * 80 + "0",
        "back",
        "ask::0:neg",
        "ask::9:neg",
        "ask:x:course:price",
        "out:requires",
        "add:title",
    ],
)
def test_no_button_breaks_the_builder(browser_in: Browser, number: int, do: str) -> None:
    desk = Desk(browser_in, number, "course", "price")
    before = desk.tree
    desk.press(do)
    assert desk.tree == before
    assert desk.save() == 303
